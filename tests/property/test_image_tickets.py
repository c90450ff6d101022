"""Tickets of networks of images, against convolutions by plain loops over integers.

The oracle knows nothing of index tables or kernels: it reads pixels by coordinates, adds up the kept paths of the
random network one by one, and multiplies integers.
"""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.models.image_nodes import Add, LayerNode, MaxPool, MeanPool, ReLU, Source, nodes_of
from lt_proofs.models.windows import MODES, Windows
from lt_proofs.networks import InputDomain, Layer, Target, prune
from lt_proofs.networks.image_exact import Numbers, kept_layers, outputs, target_layers
from lt_proofs.networks.image_prune import prune_images, signs_in
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.masked import Pair
from lt_proofs.networks.masked_images import MaskedImages

BOX = InputDomain((Fraction(0), Fraction(1)))
BOTH_SIGNS = InputDomain((Fraction(-1), Fraction(1)))


def pixel(image, place, mode):
    """The pixel at coordinates that may lie beyond the edge, as the padding fills it."""
    found = []
    for z, size in zip(place, image.shape, strict=True):
        if 0 <= z < size:
            found.append(z)
        elif mode == "zeros":
            return 0
        elif mode == "circular":
            found.append(z % size)
        elif mode == "replicate":
            found.append(min(max(z, 0), size - 1))
        else:
            found.append(-z if z < 0 else 2 * (size - 1) - z)
    return image[tuple(found)]


def places(windows, output):
    """For each tap in turn, the coordinates that it reads at an output position."""
    for tap in product(*map(range, windows.kernel)):
        steps = zip(output, windows.strides, tap, windows.dilations, windows.pads, strict=True)
        yield [q * stride + t * dilation - before for q, stride, t, dilation, (before, _) in steps]


def convolved(node, kernel, bias, channels):
    """kernel[o][i][t] applied to a list of channels, by loops."""
    windows, result = node.windows, []
    inner, outer = len(channels) // node.groups, node.outputs // node.groups
    for o in range(node.outputs):
        image = np.zeros(windows.outputs, object)
        for output in product(*map(range, windows.outputs)):
            total = bias[o]
            for t, place in enumerate(places(windows, output)):
                for i in range(inner):
                    total += kernel[o][i][t] * pixel(channels[o // outer * inner + i], place, windows.mode)
            image[output] = total
        result.append(image)
    return result


def paths(pair, node):
    """For each output, channel and tap the kept paths as (first weight, second weight); and those of the constant.

    Weights are integers in units of 2^-24, drawn entry by entry.
    """
    first, edges = pair.layer.first_weights(), pair.dense_edges()
    channels, taps = pair.layer.columns - node.bias, node.windows.taps
    found, constant = {}, {}
    for row, unit in np.argwhere(edges).tolist():
        weight = int(pair.layer.second_weights(np.array([row]), np.array([unit]))[0])
        owner, (o, t) = int(pair.layer.owner[unit]), divmod(row, taps)
        kept = constant if owner == channels else found
        kept.setdefault((o, owner, t), []).append((int(first[unit]), weight))
    return found, constant


def by_paths(pair, node, channels):
    """A layer of the ticket, path by path: second weight times max(0, first weight times pixel), times 2^scale."""
    found, constant = paths(pair, node)
    windows, images = node.windows, [np.zeros(node.windows.outputs, object) for _ in range(node.outputs)]
    factor = Fraction(2) ** (pair.scale - 48)
    for output in product(*map(range, windows.outputs)):
        read = list(places(windows, output))
        for (o, i, t), kept in found.items():
            seen = pixel(channels[i], read[t], windows.mode)
            images[o][output] += factor * sum(second * max(0, first * seen) for first, second in kept)
        for (o, _, t), kept in constant.items():
            one = pixel(np.ones(windows.sizes, object), read[t], windows.mode)
            images[o][output] += factor * sum(second * max(0, first * one) for first, second in kept)
    return images


@st.composite
def windows_of(draw, sizes):
    """Windows of any kind on an image of these sizes."""
    count = len(sizes)
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(count))
    strides = tuple(draw(st.integers(1, 3)) for _ in range(count))
    dilations = tuple(draw(st.integers(1, 2)) for _ in range(count))
    mode = draw(st.sampled_from(sorted(MODES)))
    most = [{"circular": size, "reflect": size - 1}.get(mode, 2) for size in sizes]
    pads = tuple((draw(st.integers(0, min(2, m))), draw(st.integers(0, min(2, m)))) for m in most)
    try:
        return Windows(tuple(sizes), kernel, strides, dilations, pads, mode)
    except BadInput:  # the window is wider than the image
        return Windows.whole(tuple(sizes))


@st.composite
def layers(draw):
    """A layer of any kind as a target, with its input node in front; one to three dimensions, groups, biases."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    channels, outputs_ = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    windows = draw(windows_of(sizes))
    bias = windows.inner_tap is not None and draw(st.booleans())
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (channels, *sizes)
    source = Source(shape, shape, tuple(range(len(shape))))
    node = LayerNode(0, outputs_, windows, groups, bias)
    weight = random.uniform(-1, 1, (outputs_, channels // groups * windows.taps))
    weight *= random.choice([0.1, 1, 3])
    return ImageTarget.of([source, node], [Layer(weight, random.uniform(-1, 1, outputs_) if bias else None)], ["layer"])


def images_in(rng, shape, signs):
    """Channels of multiples of 1/8 from -1 or 0 to 1, exactly and as a row of floats."""
    values = rng.integers(-8 if signs == 2 else 0, 9, shape)
    return [channel.astype(object) * Fraction(1, 8) for channel in values], values.reshape(1, -1) / 8


@settings(max_examples=40)
@given(layers(), st.sampled_from([BOX, BOTH_SIGNS]), st.integers(0, 2**16))
def test_a_ticket_is_the_sum_of_its_paths_and_near_the_target(target, domain, seed):
    (node,), eps = target.wired, Fraction(1, 8)
    pruned = prune_images(target, eps, seed=seed, domain=domain)
    assert (
        pruned.solved
        == pruned.weights
        == sum(layer.weight.size for layer in target.layers) + (node.outputs if node.bias else 0)
    )
    masks, wanted = pruned.masks[0], pruned.wanted_sums[0]
    pair = Pair(masks.layer, masks.used, masks.edges, wanted.scale)
    channels, rows = images_in(np.random.default_rng(seed), target.shapes[0], domain.signs)
    flat = [value for image in by_paths(pair, node, channels) for value in image.reshape(-1)]
    ticket = MaskedImages(target.inputs, (pair,), nodes=target.nodes)
    assert np.allclose(ticket.forward(rows)[0], [float(value) for value in flat], rtol=0, atol=1e-12)
    eighths = [int(value * 8) for channel in channels for value in channel.reshape(-1)]
    given_image = Numbers(np.array(eighths, object), 8)
    ours = outputs(target.nodes, kept_layers(pruned), given_image)
    assert [Fraction(int(value), ours.divisor) for value in ours.whole] == flat
    # every weight is within eps, so an output differs by at most eps times the sum of the pixels that it reads
    theirs = outputs(target.nodes, target_layers(pruned), given_image)
    most = eps * (target.shapes[0][0] // node.groups * node.windows.taps + node.bias)
    for one, other in zip(flat, theirs.whole, strict=True):
        assert abs(one - Fraction(int(other), theirs.divisor)) <= most
    # the target itself, by loops
    weight, bias = target.layers[0].weight, target.layers[0].bias
    taps = weight.reshape(node.outputs, -1, node.windows.taps)
    kernel = [[[Fraction(w) for w in row] for row in rows] for rows in taps]
    shifts = [Fraction(0)] * node.outputs if bias is None else [Fraction(b) for b in bias]
    loops = [value for image in convolved(node, kernel, shifts, channels) for value in image.reshape(-1)]
    assert [Fraction(int(value), theirs.divisor) for value in theirs.whole] == loops


@settings(max_examples=25)
@given(layers(), st.integers(0, 2**16))
def test_masks_keep_nothing_outside_of_the_kernel(target, seed):
    """Not between groups, nor for the constant at other taps, nor where its weight is negative."""
    (node,) = target.wired
    pruned = prune_images(target, Fraction(1, 4), seed=seed)
    masks = pruned.masks[0]
    pair = Pair(masks.layer, masks.used, masks.edges, pruned.wanted_sums[0].scale)
    found, constant = paths(pair, node)
    channels, outer = target.shapes[0][0], node.outputs // node.groups
    assert all(i // (channels // node.groups) == o // outer for o, i, _ in found)
    assert all(t == node.windows.inner_tap for _, _, t in constant)
    assert all(first > 0 for kept in constant.values() for first, _ in kept)


@settings(max_examples=25)
@given(layers(), st.integers(0, 2**16))
def test_a_convolution_and_its_unrolled_matrix_have_the_same_effective_weights(target, seed):
    (node,) = target.wired
    pruned = prune_images(target, Fraction(1, 8), seed=seed, domain=BOX)
    masks, scale = pruned.masks[0], pruned.wanted_sums[0].scale
    ticket = MaskedImages(target.inputs, (Pair(masks.layer, masks.used, masks.edges, scale),), nodes=target.nodes)
    kernel, constant = ticket.effective[0][0][0], ticket.effective[0][1]
    positions = prod(node.windows.sizes)
    unrolled = np.zeros((node.outputs, prod(node.windows.outputs), target.shapes[0][0], positions))
    inner, outer = target.shapes[0][0] // node.groups, node.outputs // node.groups
    numbers = np.arange(positions).reshape(node.windows.sizes) + 1
    for q, output in enumerate(product(*map(range, node.windows.outputs))):
        for t, place in enumerate(places(node.windows, output)):
            p = int(pixel(numbers, place, node.windows.mode)) - 1
            for o, i in product(range(node.outputs), range(inner)):
                if p >= 0:
                    unrolled[o, q, o // outer * inner + i, p] += kernel[o, i, t]
    matrix = unrolled.reshape(-1, target.inputs)
    rows = np.random.default_rng(seed).uniform(0, 1, (5, target.inputs))
    bias = 0 if constant is None else np.repeat(constant, prod(node.windows.outputs))
    assert np.allclose(ticket.forward(rows), rows @ matrix.T + bias, rtol=0, atol=1e-12)


@settings(max_examples=20)
@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**16), st.sampled_from([BOX, BOTH_SIGNS])
)
def test_one_pixel_wide_it_is_the_dense_ticket(outputs_, inputs, dimensions, seed, domain):
    """On an image of one pixel the random network is that of the dense layer, and so are masks and sums."""
    weight = np.random.default_rng(seed).uniform(-1, 1, (outputs_, inputs))
    ones = (1,) * dimensions
    shape = (inputs, *ones)
    nodes = [
        Source(shape, shape, tuple(range(len(shape)))), LayerNode(0, outputs_, Windows.whole(ones), 1, bias=False)
    ]  # fmt: skip
    dense = prune(Target.of([Layer(weight)], ["w"]), Fraction(1, 8), seed=seed, n=40, domain=domain)
    wide = prune_images(ImageTarget.of(nodes, [Layer(weight)], ["w"]), Fraction(1, 8), seed=seed, n=40, domain=domain)
    if wide.wanted_sums[0].scale == dense.wanted_sums[0].scale:
        assert np.array_equal(wide.masks[0].edges, dense.masks[0].edges)
        assert np.array_equal(wide.masks[0].sums, dense.masks[0].sums)
        assert wide.max_weight_error == dense.max_weight_error
    else:
        counts = [(pruned.weights - pruned.solved, pruned.masks[0].kept[1]) for pruned in (wide, dense)]
        assert counts[0] < counts[1]
        assert wide.kept_without == dense.masks[0].kept[1]


@settings(max_examples=40)
@given(st.data())
def test_poolings_and_sums_are_those_of_loops(data):
    sizes = data.draw(st.lists(st.integers(2, 5), min_size=1, max_size=3))
    windows = data.draw(windows_of(sizes))
    windows = Windows(windows.sizes, windows.kernel, windows.strides, (1,) * len(sizes), ((0, 1),) * len(sizes))
    counted = data.draw(st.booleans())
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    shape = (2, *sizes)
    values = rng.integers(-9, 10, shape)
    inside = [
        [place for place in places(windows, output) if all(0 <= z < size for z, size in zip(place, sizes, strict=True))]
        for output in product(*map(range, windows.outputs))
    ]
    if not all(inside):
        return
    source = Source(shape, shape, tuple(range(len(shape))))
    image = Numbers(values.reshape(-1).astype(object), 4)
    largest = outputs([source, MaxPool(0, windows)], [], image)
    assert [Fraction(int(v), largest.divisor) for v in largest.whole] == [
        Fraction(max(int(channel[tuple(place)]) for place in read), 4) for channel in values for read in inside
    ]
    means = outputs([source, MeanPool(0, windows, counted)], [], image)
    assert [Fraction(int(v), means.divisor) for v in means.whole] == [
        Fraction(sum(int(channel[tuple(place)]) for place in read), 4 * (windows.taps if counted else len(read)))
        for channel in values
        for read in inside
    ]
    doubled = outputs([source, ReLU(0), Add((0, 1, 1))], [], image)
    assert [Fraction(int(v), doubled.divisor) for v in doubled.whole] == [
        Fraction(int(v) + 2 * max(int(v), 0), 4) for v in values.reshape(-1)
    ]


@given(layers())
def test_nodes_are_what_they_record(target):
    assert nodes_of([node.data() for node in target.nodes]) == target.nodes
    assert signs_in(target, BOX) == [1]
    assert signs_in(target, BOTH_SIGNS) == [2]
