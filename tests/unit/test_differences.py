"""The search for bounds of differences: what it refuses, where it goes on, and that the checker agrees with it."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.networks import (
    Ball,
    Box,
    InputDomain,
    Layer,
    Target,
    bound_regions,
    certify_difference,
    certify_regions,
    load_ticket,
    pair_of_pruned,
    pair_of_targets,
    pair_of_ticket,
    prune,
    save_ticket,
    split_domain,
)
from lt_proofs.networks import certified as certified_module
from lt_proofs.networks.planes import Places, bounds, output_spans

ONE = Fraction(1)


def network(seed, widths=(2, 6, 5, 2), size=1.0, base=None):
    rng = np.random.default_rng(seed)
    layers = []
    for k, (a, b) in enumerate(pairwise(widths)):
        weight, bias = size * rng.uniform(-1, 1, (b, a)), size * rng.uniform(-1, 1, b)
        if base is not None:
            weight, bias = weight + base.layers[k].weight, bias + base.layers[k].bias
        layers.append(Layer(weight, bias))
    return Target.of(layers, [str(k) for k in range(len(layers))])


@pytest.fixture(scope="module")
def pair():
    f = network(0)
    return pair_of_targets(f, network(1, size=0.01, base=f))


BOX = Box.same(-ONE, ONE, 2)


def test_more_leaves_give_better_bounds_and_a_search_goes_on(pair):
    first = split_domain(pair, BOX, leaves=1)
    seen = []
    second = split_domain(pair, BOX, leaves=20, progress=lambda *state: seen.append(state))
    third = split_domain(pair, BOX, leaves=30, start=second.tree)
    assert first.bound > second.bound > third.bound >= third.found
    assert (first.leaves, second.leaves, third.leaves) == (1, 20, 30)
    assert seen[-1] == (20, 20, second.bound)
    assert third.worst.shape[1] == 2


def test_a_goal_ends_the_search(pair):
    goal = split_domain(pair, BOX, leaves=20).bound
    split = split_domain(pair, BOX, goal=goal, leaves=1000)
    assert split.finished
    assert split.bound <= goal
    assert split.leaves <= 40
    assert not split_domain(pair, BOX, goal=goal / 100, leaves=5).finished
    assert split_domain(pair, BOX, goal=goal / 100, leaves=500, seconds=0).leaves == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"leaves": 0}, "leaves: 0 cannot be used; give at least 1"),
        ({"goal": 0.0}, "error: 0.0 cannot be used; give a number above 0"),
        (
            {"start": b"\xff\xff"},
            "start: a tree of 2 nodes cannot be used; it is not a tree of this domain; begin anew",
        ),
        ({"start": b"\x02\xff\xff"}, "start: a tree of 3 nodes cannot be used"),
        ({"start": b"\x00\xff"}, "start: a tree of 2 nodes cannot be used"),
        ({"domain": Box.same(-ONE, ONE, 3)}, "box: 3 inputs cannot be used; the networks have 2"),
    ],
)
def test_the_search_refuses(pair, asked, message):
    with pytest.raises(BadInput) as caught:
        split_domain(pair, **{"domain": BOX, **asked})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Box.of([ONE], [-ONE]), "box: 1 to -1 for input 0 cannot be used; give ends in rising order"),
        (lambda: Box.of([ONE], []), "box: 1 and 0 ends cannot be used; give a low and a high end for each input"),
        (lambda: Box.of([ONE / 3**90], [ONE]), "box: 1/"),
        (lambda: Ball.of(Fraction(0)), "ball: 0 cannot be used; give a radius above 0"),
        (lambda: pair_of_targets(network(0), network(0, (2, 6, 2))), "networks: 3 and 2 layers cannot be used"),
        (lambda: pair_of_targets(network(0), network(0, (3, 6, 5, 2))), "networks: 2 and 3 inputs cannot be used"),
        (lambda: pair_of_targets(network(0), network(0, (2, 6, 5, 3))), "networks: 2 and 3 outputs cannot be used"),
    ],
)
def test_domains_and_pairs_refuse(made, message):
    with pytest.raises(BadInput) as caught:
        made()
    assert str(caught.value).startswith(message)


GIVEN = {"inputs": np.zeros((2, 2), np.float32), "radius": ONE / 9, "norm": "inf", "box": BOX}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"inputs": np.zeros((2, 3), np.float32)}, "around: an array of shape (2, 3) cannot be used; give rows of 2"),
        ({"inputs": np.zeros((0, 2), np.float32)}, "around: an array of shape (0, 2) cannot be used"),
        ({"inputs": np.zeros((2, 2), np.int32)}, "around: int32 cannot be used; give float32 or float64 numbers"),
        ({"inputs": np.full((2, 2), np.nan)}, "around: input 0 with NaN or infinity cannot be used"),
        ({"inputs": np.array([[0.0, 0], [0, 2]])}, "around: input 1 cannot be used; it lies outside the box"),
        ({"radius": -ONE}, "radius: -1 cannot be used; give a number from 0 on"),
        ({"norm": "1"}, "norm: 1 cannot be used; give one of inf, 2"),
        ({"box": Box.same(-ONE, ONE, 4)}, "box: 4 inputs cannot be used; the networks have 2"),
    ],
)
def test_regions_refuse(pair, asked, message):
    with pytest.raises(BadInput) as caught:
        bound_regions(pair, **{**GIVEN, **asked})
    assert str(caught.value).startswith(message)


def test_a_radius_of_zero_gives_the_difference_itself(pair, tmp_path):
    points = np.random.default_rng(2).uniform(-1, 1, (6, 2)).astype(np.float32)
    regions = bound_regions(pair, points, Fraction(0), "2")
    f, g = pair.forward(points)
    exact = np.linalg.norm(f - g, axis=1)
    assert np.allclose(regions.bounds, exact, rtol=1e-9, atol=1e-12)
    assert (regions.classes == f.argmax(axis=1))[f.argmax(axis=1) == g.argmax(axis=1)].all()
    found = certify_regions(pair, regions, tmp_path / "t")
    assert all(exact[k] <= found.bounds[k] <= exact[k] * (1 + 2**-10) + 2**-30 for k in range(6))


def test_regions_are_cut_into_files_that_one_budget_checks(pair, tmp_path, monkeypatch):
    points = np.random.default_rng(2).uniform(-1, 1, (7, 2)).astype(np.float32)
    regions = bound_regions(pair, points, ONE / 10, "inf", BOX)
    seen = []
    found = certify_regions(pair, regions, tmp_path / "t", work=60_000, progress=lambda *done: seen.append(done))
    names = sorted(path.name for path in (tmp_path / "t").glob("certificate*"))
    assert len(names) == len(found.answers) > 1
    assert all(answer.accepted for answer in found.answers)
    assert seen[-1] == (7, 7)
    with pytest.raises(Unsolved, match="more work than the 9 units"):
        certify_regions(pair, regions, tmp_path / "u", work=9)
    assert not (tmp_path / "u").exists()


def test_many_inputs_have_several_files_and_what_was_checked_is_not_checked_again(pair, tmp_path, monkeypatch):
    points = np.random.default_rng(3).uniform(-1, 1, (7, 2))
    regions = bound_regions(pair, points, ONE / 10, "inf", BOX)
    monkeypatch.setattr(certified_module, "INPUT_BYTES", 3 * points[0].nbytes)
    known = {}
    found = certify_regions(pair, regions, tmp_path / "t", known=known)
    names = sorted(path.name for path in (tmp_path / "t").iterdir())
    assert names[:3] == ["certificate-1.json", "certificate-2.json", "certificate-3.json"]
    assert names[-3:] == ["inputs-1.safetensors", "inputs-2.safetensors", "inputs-3.safetensors"]
    assert [answer.accepted for answer in run_checker(sorted((tmp_path / "t").glob("*.json")))] == [True] * 3
    assert ["rows 0 to 2 of inputs-2" in answer.remarks[0] for answer in found.answers] == [False, True, False]
    monkeypatch.setattr(certified_module, "run_checker", None)
    again = certify_regions(pair, regions, tmp_path / "t", known=known, force=True)
    assert again.bounds == found.bounds


def test_weights_beyond_floats_are_refused():
    f = network(4, size=1e200)
    pair = pair_of_targets(f, network(5, size=1e199, base=f))
    with pytest.raises(BadInput, match="their outputs exceed the range of floats"):
        split_domain(pair, BOX)
    with pytest.raises(BadInput, match="their outputs exceed the range of floats"):
        bound_regions(pair, **GIVEN)


def test_equal_networks_do_not_differ(tmp_path):
    f = network(3)
    pair = pair_of_targets(f, f)
    found = certify_difference(pair, BOX, split_domain(pair, BOX), tmp_path / "t")
    assert found.bounds[0] < 2**-30


@pytest.mark.parametrize("size", [1e-30, 1e-9, 1e9, 1e30])
def test_weights_of_any_size(tmp_path, size):
    f = network(4, size=size)
    pair = pair_of_targets(f, network(5, size=size / 100, base=f))
    split = split_domain(pair, BOX, leaves=16)
    bound = certify_difference(pair, BOX, split, tmp_path / "t").bounds[0]
    assert split.found <= bound <= split.bound * 1.04 + 2**-30


def test_neurons_in_another_order_and_fewer_of_them_are_matched(tmp_path):
    """g is f with its neurons mixed, two of them removed that hardly count, and all weights changed a little."""
    rng = np.random.default_rng(9)
    f = network(9, (2, 8, 7, 3))
    kept, later = rng.permutation(8)[:7], rng.permutation(7)[:6]
    (a, b, c), size = f.layers, 1e-3
    b.weight[:, np.setdiff1d(np.arange(8), kept)] *= size
    c.weight[:, np.setdiff1d(np.arange(7), later)] *= size
    g = Target.of(
        [
            Layer(a.weight[kept], a.bias[kept]),
            Layer(b.weight[np.ix_(later, kept)], b.bias[later]),
            Layer(c.weight[:, later] * (1 + size), c.bias),
        ],
        f.names,
    )
    pair = pair_of_targets(f, g)
    assert pair.order is not None
    points = rng.uniform(-1, 1, (50, 2))
    assert np.allclose(pair.forward(points), [f.forward(points), g.forward(points)])
    split = split_domain(pair, BOX, leaves=32)
    bound = certify_difference(pair, BOX, split, tmp_path / "t").bounds[0]
    assert split.found <= bound <= 2 * split.found < 0.05
    assert certify_regions(pair, bound_regions(pair, points, ONE / 100), tmp_path / "u").answers[0].accepted


def test_tickets_and_their_files_are_the_same_pair(tmp_path):
    f = network(6)
    pruned = prune(f, Fraction(1, 50), domain=InputDomain((-ONE, ONE)))
    save_ticket(pruned, tmp_path / "t")
    content = (tmp_path / "t" / "ticket.safetensors").read_bytes()
    one, other = pair_of_pruned(pruned), pair_of_ticket(f, load_ticket(tmp_path / "t"), content)
    assert one.widths == other.widths
    for ours, theirs in zip(one.layers, other.layers, strict=True):
        assert all(np.allclose(a, b, atol=1e-12) for a, b in zip(ours, theirs, strict=True))
    bound = certify_difference(other, BOX, split_domain(other, BOX, leaves=4), tmp_path / "u").bounds[0]
    assert bound >= split_domain(one, BOX, leaves=4).bound


def test_a_ticket_of_one_sign_is_not_asked_about_negative_inputs():
    pruned = prune(network(7), Fraction(1, 50), domain=InputDomain((Fraction(0), ONE)))
    with pytest.raises(BadInput, match="box: negative inputs cannot be used; the ticket was made for inputs from 0 on"):
        split_domain(pair_of_pruned(pruned), BOX)


def test_nothing_is_left_where_the_checker_refuses(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(certified_module, "MARGINS", (-0.5,))
    with pytest.raises(Unsolved, match="the checker does not accept the bound"):
        certify_difference(pair, BOX, split_domain(pair, BOX), tmp_path / "t")
    assert not (tmp_path / "t").exists()


@given(st.integers(0, 2**32), st.floats(0.001, 1), st.booleans())
def test_the_search_and_the_checker_find_the_same(checker, seed, width, ball):
    checker.errors.fresh_budget()
    rng = np.random.default_rng(seed)
    f = network(seed, (3, 5, 4, 2))
    pair = pair_of_targets(f, network(seed + 1, (3, 5, 4, 2), size=0.1, base=f))
    low = rng.uniform(-1, 1, 3)
    ends = [(int(a * 2**50), int((a + width) * 2**50)) for a in low]
    low, high = (np.array([[end[k] / 2**50 for end in ends]]) for k in (0, 1))
    middle = (low + high) / 2
    places = Places(low, high, 1, 1, middle if ball else None, 0.4 * width)
    centre = [(int(c * 2**50),) * 2 for c in middle[0]], int(0.4 * width * 2**50)
    exact = [
        [[int(v * 2**60) for v in row] for row in matrix]
        for first, _, second in pair.layers
        for matrix in (first, second)
    ]
    layers = [checker.layers.Layer(a, b, 60) for a, b in zip(exact[::2], exact[1::2], strict=True)]
    found = checker.gaps.Difference(layers, checker.inputs.Inputs(ends, 1, 1, centre if ball else None))
    assert found.square() ** 0.5 / 2**50 == pytest.approx(bounds(pair.layers, places)[0], rel=1e-5)
    spans, _ = output_spans(pair.layers, places)
    assert np.allclose(np.array(found.outputs) / 2**50, np.stack([spans.low[0], spans.high[0]], axis=1), atol=1e-5)
