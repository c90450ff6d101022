"""Random convolutions of every kind, computed by plain loops: hidden channels make the kernels, and norms hold.

Windows are the checker's; images are padded and convolved here in whole numbers, pixel by pixel.
"""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.proof.asking import module
from lt_proofs.proof.falsify import falsify
from lt_proofs.proof.window_images import random_images
from lt_proofs.theory import convolution_layers, convolution_norms, convolutions
from lt_proofs.theory.record import claims_in, find

MODES = ("zeros", "circular", "reflect", "replicate")
CLAIMS = {
    claim.id: claim for room in (convolutions, convolution_norms, convolution_layers) for claim in claims_in(room)
}
OWN = sorted(name for name, claim in CLAIMS.items() if "Mathematics 9." in claim.place)


def padded(image, window):
    """The image of one channel, by coordinates, with its padding written out."""
    mode, found = window.mode, {}
    for place in product(*(range(-a, size + b) for size, (a, b) in zip(window.sizes, window.pads, strict=True))):
        inside = []
        for z, size in zip(place, window.sizes, strict=True):
            if 0 <= z < size:
                inside.append(z)
            elif mode == "circular":
                inside.append(z % size)
            elif mode == "reflect":
                inside.append(abs(z) if z < 0 else size - 1 - (z - size + 1))
            elif mode == "replicate":
                inside.append(0 if z < 0 else size - 1)
        found[place] = image[tuple(inside)] if len(inside) == len(place) else 0
    return found


def convolved(images, kernel, window, groups):
    """A convolution of whole numbers by its own loops; kernel[o][i][t] for output o and input i of its group."""
    outputs, inputs = len(kernel), len(images) // groups
    wide = [padded(image, window) for image in images]
    taps = list(product(*map(range, window.kernel)))
    found = []
    for o in range(outputs):
        first = o // (outputs // groups) * inputs
        channel = {}
        for q in product(*map(range, window.outputs)):
            corner = [x * s - a for x, s, (a, _) in zip(q, window.strides, window.pads, strict=True)]
            total = 0
            for i in range(inputs):
                for t, tap in enumerate(taps):
                    place = tuple(c + x * d for c, x, d in zip(corner, tap, window.dilations, strict=True))
                    total += kernel[o][i][t] * wide[first + i][place]
            channel[q] = total
        found.append(channel)
    return found


def by_index_map(images, kernel, window, groups, maps):
    """The same by the checker's index map."""
    outputs, inputs = len(kernel), len(images) // groups
    flat = [[image[p] for p in product(*map(range, window.sizes))] for image in images]
    table = maps.table(window)
    return [
        [
            sum(
                kernel[o][i][t] * flat[o // (outputs // groups) * inputs + i][p]
                for t, p in enumerate(row)
                if p != maps.OUTSIDE
                for i in range(inputs)
            )
            for row in table
        ]
        for o in range(outputs)
    ]


@given(st.integers(0, 2**32), st.sampled_from(MODES))
def test_hidden_channels_make_a_kernel_for_each_sign(seed, mode):
    """conv-identity: any stride, dilation, groups and padding, with several hidden channels for each input."""
    maps, rng = module("data.index_maps"), random.Random(seed)
    drawn = random_images(rng, (mode,)).data()
    window = maps.window(drawn["window"], tuple(drawn["sizes"]), "window")
    groups, inputs, outputs, n = (*rng.choice(((1, 2, 2), (2, 1, 2), (3, 1, 1))), 3)
    channels = groups * inputs
    places = list(product(*map(range, window.sizes)))
    images = [{p: rng.randint(-3, 3) for p in places} for _ in range(channels)]
    first = [[rng.choice((-3, -2, -1, 1, 2, 3)) for _ in range(n)] for _ in range(channels)]
    second = [
        [[[rng.choice((0, 0, -2, -1, 1, 2)) for _ in range(window.taps)] for _ in range(n)] for _ in range(inputs)]
        for _ in range(groups * outputs)
    ]
    hidden = [{p: max(0, u * x) for p, x in images[i].items()} for i in range(channels) for u in first[i]]
    made = convolved(hidden, [[tap for unit in rows for tap in unit] for rows in second], window, groups)

    def effective(o, i, t, sign):
        of = o // outputs * inputs + i
        return sum(v[t] * abs(u) for u, v in zip(first[of], second[o][i], strict=True) if sign * u > 0)

    kernels = [
        [
            [[effective(o, i, t, sign) for t in range(window.taps)] for i in range(inputs)]
            for o in range(groups * outputs)
        ]
        for sign in (1, -1)
    ]
    parts = [[{p: max(0, sign * x) for p, x in image.items()} for image in images] for sign in (1, -1)]
    both = [convolved(part, kernel, window, groups) for part, kernel in zip(parts, kernels, strict=True)]
    assert made == [{q: a[q] + b[q] for q in a} for a, b in zip(*both, strict=True)]
    mapped = by_index_map(images, kernels[0], window, groups, maps)
    plain = convolved(images, kernels[0], window, groups)
    assert mapped == [[channel[q] for q in product(*map(range, window.outputs))] for channel in plain]


@pytest.mark.parametrize("name", OWN)
def test_no_random_instance_violates_a_claim(name):
    """Random windows, kernels and images of every kind, none of which refutes what is proved."""
    tries = 300 if find(name).judgement.form in ("convolution", "pooling", "reads") else 100
    found = falsify(find(name).judgement, tries, seed=5)
    assert found.instance is None and found.instances == tries


@pytest.mark.parametrize("name", OWN)
def test_each_planted_error_has_an_instance(name):
    for plant in find(name).plants:
        assert falsify(plant.judgement, 1000).instance is not None, plant.change


def test_windows_of_attacks_and_of_the_checker_are_the_same():
    maps, rng = module("data.index_maps"), random.Random(1)
    for _ in range(200):
        images = random_images(rng)
        data = images.data()
        window = maps.window(data["window"], tuple(data["sizes"]), "window")
        assert [[None if p == maps.OUTSIDE else p for p in row] for row in maps.table(window)] == [
            list(row) for row in images.rows
        ]
        assert (max(1, maps.reads(window)), max([1, *maps.reads_by_tap(window)])) == (images.reads, images.most)
