"""Flows found in floats: the checker takes each of them, and few are not sharp; the tasks and words of chains."""

import json
import math
from fractions import Fraction as Q

import numpy as np
import pytest

from lt_proofs.bounds import certified as certified_chain
from lt_proofs.bounds import flows as found_flows
from lt_proofs.bounds.certified import Covering, chain, covering_of, lattice, nodes_between, slope_of, sparing
from lt_proofs.bounds.flows import GRAIN, POWERS, OffsetFlow, densities, flows, profile, tapered
from lt_proofs.errors import BadInput
from lt_proofs.terms import Law, encode, number, parse_term
from lt_proofs.theory.flow import flow
from lt_proofs.theory.laws import GADGET, PRODUCT

UNIT = 1 << 40


def uniform(radius):
    return Law("uniform", (number(Q(radius)),))


LAWS = {
    "uniform": uniform(1),
    "narrow": uniform("3/4"),
    "contains": Law("contains", (number(Q(2, 3)), number(1))),
    "product": PRODUCT,
    "density": Law("density", (parse_term("exp(-z)/2"),)),
    "line": Law("density", (parse_term("1 - z"),)),
}


def test_tapered_weights():
    assert tapered(5, 0.0) == (1000,) * 5
    assert tapered(4, 1.0) == tuple(round(1000 * math.exp(-(x * x))) for x in (0.75, 0.25, 0.25, 0.75))
    assert tapered(3, 1.0)[1] == 1000
    assert tapered(6, 80.0)[0] == 1
    for cells in (2, 7, 16):
        weights = tapered(cells, 2.5)
        half = weights[: (cells + 1) // 2]
        assert len(weights) == cells and weights == weights[::-1] and sorted(half) == list(half)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize(("length", "cells", "offsets"), [(Q(2), 4, 1), (Q(2), 3, 3), (Q(1, 2), 2, 4), (Q(3), 5, 2)])
def test_densities_are_those_of_the_checker(checker, law, length, cells, offsets):
    goal = checker.syntax.judgement(encode(flow(law, length, (1,) * cells, Q(1), (Q(0),) * 3)))
    exact = checker.flows.densities(goal, length / cells, offsets)
    assert densities(law, length, cells, offsets).tolist() == pytest.approx([float(x) for x in exact], abs=1e-15)


@pytest.mark.parametrize("offsets", [1, 2, 3])
@pytest.mark.parametrize("law", ["uniform", "product", "density"])
def test_the_checker_takes_every_flow_and_none_a_bit_higher(checker, law, offsets):
    law, weights, length = LAWS[law], (2, 5, 3), Q(2)

    def taken(one, more=0):
        """Whether the checker takes a flow with the number q of each part raised."""
        parts = [[str(p), str(q + more)] for p, q in one.parts]
        raised = (one.profile[0], one.profile[1] + more, one.profile[2])
        goal = checker.syntax.judgement(encode(flow(law, length, weights, one.power, raised)))
        try:
            checker.errors.fresh_budget()
            checker.flows.colourings(goal, {"offsets": offsets, "parts": parts})
        except checker.errors.Rejected as error:
            assert "a colouring refutes" in str(error)
            return False
        return True

    every = flows(law, length, weights, offsets)
    assert {one.power for one in every} == set(POWERS) and all(one.offsets == offsets for one in every)
    assert len({(one.power, one.profile) for one in every}) > 30
    assert all(taken(one) for one in every)
    for one in every:
        bend = -one.profile[2]
        free = [q < bend if p == 0 and one.profile[0] == 0 else p < 0 for p, q in one.parts]
        if any(free):
            assert not taken(one, Q(1, 1 << 12))


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize(
    ("offsets", "slopes"), [(1, [0.3]), (2, [0.3]), (3, [0.3, 0.1]), (4, [0.3, 0.1]), (5, [0.0, 0.9, 0.2])]
)
def test_profiles_are_means_of_their_parts(empty, offsets, slopes):
    bend = Q(1, 2)
    (one,) = profile(Q(-1), bend, empty, slopes, offsets)
    grains = [min(bend, Q(math.floor(s * GRAIN) - 1, GRAIN)) for s in slopes]
    shares = [grains[min(k, offsets - 1 - k)] for k in range(offsets)]
    mean = sum(shares) / offsets
    assert one.profile == ((Q(0), mean, -bend) if empty else (mean - bend, 2 * bend - mean, -bend))
    assert one.parts == tuple((Q(0), a) if empty else (a - bend, 2 * bend - a) for a in grains)
    assert (one.power, one.offsets) == (-1, offsets)


def test_profiles_that_are_of_no_use_are_left_out():
    def made(power, bend, empty, slope):
        return len(list(profile(Q(power), Q(bend), empty, [slope], 1)))

    assert made(-1, "1/2", True, -0.1) == 0 and made(-1, "1/2", True, 1e-3) == 1
    assert made(-1, "1/2", True, 1 / GRAIN) == 0 and made(-1, "1/2", True, 2 / GRAIN) == 1
    assert made(1, 2, True, 1.0) == 1 and made(1, 2, True, 1.1) == 0
    assert made("1/2", 2, True, 1 / 3 + 1e-5) == 0 and made("1/2", 2, True, 1 / 3) == 1
    assert made(1, "1/2", False, 0.3) == 1


def test_a_row_remembers_its_weakest_colourings():
    """Lines of flow over weight of a set of one cell, two and so on: the slope is the least of them all."""
    law, weights, length = uniform(1), (1, 3, 3, 1), Q(2)
    levels = densities(law, length, 4, 1)
    row = OffsetFlow(levels, length, weights, Q(1), 0, 1)
    assert row.slope(9 / 32, True) == pytest.approx(9 / 32)
    assert row.slope(9 / 32, False) == pytest.approx(9 / 32)
    known = [row.slope(bend, True) for bend in (0.5, 1.0, 2.0)]
    assert row.seen[True] and known == [
        pytest.approx(OffsetFlow(levels, length, weights, Q(1), 0, 1).slope(bend, True)) for bend in (0.5, 1.0, 2.0)
    ]
    assert OffsetFlow(levels, length, weights, Q(-1), 0, 1).pairs[0] == pytest.approx(
        np.array([[levels[0] / 2 * w * (-2 <= i - j <= 1) for j, w in enumerate(weights)] for i in range(4)])
    )


def test_no_slope_after_too_many_rounds(monkeypatch):
    monkeypatch.setattr(found_flows, "MOST_ROUNDS", 0)
    row = OffsetFlow(densities(uniform(1), Q(2), 2, 1), Q(2), (1, 1), Q(1), 0, 1)
    assert row.slope(1.0, True) == -1.0


# tasks and chains


def test_tasks():
    covering = covering_of("uniform:3/4", "1/10", "0.2", ("-1", "1/2"))
    assert covering == Covering(uniform("3/4"), uniform("3/4"), Q(1), Q(2), Q(1, 10), Q(1, 5), Q(2))
    assert covering_of("product", "1/10", "1/2") == Covering(PRODUCT, PRODUCT, Q(1), Q(2), Q(1, 10), Q(1, 2), Q(2))
    gadget = covering_of("gadget", "1/10", "1/2")
    assert (gadget.law, gadget.moving, gadget.share) == (GADGET, PRODUCT, Q(1, 2))
    laplace = covering_of("laplace:1/2", "1/10", "1/2")
    assert laplace.law == laplace.moving and laplace.law.kind == "density" and laplace.share == 1


@pytest.mark.parametrize(
    ("law", "eps", "delta", "window", "words"),
    [
        ("uniform", "0", "0.1", None, "eps: 0 "),
        ("uniform", "-1/9", "0.1", None, "eps: -1/9 "),
        ("uniform", "1", "0.1", None, "eps: 1 cannot be used; give less than half the window's length, 1"),
        ("uniform", "1/2", "0.1", ("-1/2", "1/3"), "give less than half the window's length, 1/2"),
        ("uniform", "1/1048576", "0.1", None, "a chain needs at least 1/1048576 of the window's length"),
        ("uniform", "0.1", "0", None, "delta: 0 "),
        ("uniform", "0.1", "1", None, "delta: 1 "),
        ("uniform", "0.1", "0.1", ("1", "-1"), "window"),
        ("uniform:0", "0.1", "0.1", None, "law: 0 "),
        ("uniform:x", "0.1", "0.1", None, "law"),
        ("odd-uniform", "0.1", "0.1", None, "law: odd-uniform cannot be used"),
        ("normal:0", "0.1", "0.1", None, "law: normal:0 cannot be used; give a positive number after the colon"),
        ("density:y", "0.1", "0.1", None, "give a density in the one variable z"),
        ("density:1/z", "0.1", "0.1", None, "no law has a density of more than 1 in all"),
        ("density:exp(-z)", "0.1", "0.1", None, "no law has a density of more than 1 in all"),
        ("density:-z", "0.1", "0.1", None, "no uniform law fits below this density"),
    ],
)
def test_tasks_that_cannot_be(law, eps, delta, window, words):
    with pytest.raises(BadInput, match=words) as caught:
        covering_of(law, eps, delta, *([window] if window else []))
    assert "\n" not in str(caught.value)


def test_the_least_tolerance_of_a_chain():
    assert covering_of("uniform", Q(2, 1 << 20), "0.1").tolerance == Q(1, 1 << 19)


def test_slopes_of_densities():
    assert slope_of(uniform(1)) is None and slope_of(PRODUCT) is None
    assert slope_of(LAWS["density"]) == -parse_term("exp(-z)/2") or "exp" in repr(slope_of(LAWS["density"]))
    with pytest.raises(BadInput, match="give a smooth density, without abs, min and max"):
        slope_of(Law("density", (parse_term("max(0, 1 - z)"),)))


@pytest.mark.parametrize(
    ("law", "window", "cells"),
    [
        ("uniform", ("-1", "1"), (16, 1)),
        ("uniform:5", ("-1", "1"), (16, 1)),
        ("uniform:2/3", ("-1", "1"), (15, 1)),
        ("uniform:2/11", ("-1", "1"), (11, 1)),
        ("product", ("-1", "1"), None),
        ("uniform:1/7", ("-1", "1"), (14, 1)),
        ("uniform:1/9", ("-1", "1"), None),
        ("laplace:1", ("-1", "1"), None),
    ],
)
def test_cells_on_which_a_radius_fits(law, window, cells):
    found = lattice(covering_of(law, "0.1", "0.1", window))
    assert found == cells if cells else found[1] > 1 and 1 < found[0] <= 16


def test_nodes_are_where_the_rule_wants_them():
    ends = ((Q(1, 3), Q(99, 100)), (Q(1, 1 << 20), 1 - Q(1, 1 << 22)), (Q(2, 5), Q(1, 2)), (Q(1, 7), Q(6, 7)))
    for first, last in ends:
        nodes = nodes_between(first, last)
        assert all(isinstance(node, int) for node in nodes) and nodes == sorted(set(nodes))
        assert nodes[0] == first * UNIT // 1 and nodes[-1] == UNIT and 4 <= len(nodes) <= 4000
        assert nodes[-3] == -(-last * UNIT // 1) and nodes[-3] < nodes[-2] < UNIT


def test_a_chain_keeps_the_flows_that_it_needs():
    covering = covering_of("uniform", "0.3", "0.3")
    weights = (1, 2, 2, 1)
    every = flows(covering.moving, covering.length, weights, 1)
    best = chain(covering, weights, every, Q(3, 20))
    few = sparing(covering, best)
    assert few.samples == best.samples < 30 and 0 < len(few.flows) < 6 < len(best.flows)
    for one in few.flows:
        fewer = [other for other in few.flows if other != one]
        assert not fewer or chain(covering, weights, fewer, few.start).samples > few.samples
    idle = flow_of_nothing(every[0])
    assert chain(covering, weights, [idle], Q(3, 20)).samples == 4001


def flow_of_nothing(one):
    return type(one)(one.power, (Q(0), Q(0), Q(0)), ((Q(0), Q(0)),), 1)


# what the command says


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("density:max(0,1-z)", "max(0, 1 - z) cannot be used; give a smooth density, without abs, min and max"),
        ("density:1/2-abs(z)/4", "give a smooth density, without abs, min and max"),
    ],
)
def test_a_law_without_a_chain_has_its_closed_form(law, words, tmp_path, capfd):
    from lt_proofs.cli import run

    arguments = ["bound", "--eps", "0.4", "--delta", "0.4", "--law", law]
    assert run([*arguments, "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["n"]["certified"] is None
    assert err.startswith("no certified chain: law: ") and words in err and err.count("\n") == 1
    assert run([*arguments, "--certificate", str(tmp_path / "c.json")]) == 3
    out, err = capfd.readouterr()
    assert out == "" and words in err and err.count("\n") == 1 and not (tmp_path / "c.json").exists()


@pytest.mark.parametrize("law", ["density:exp(-z^(1/2))/8", "density:1/(4*z^(1/2))", "density:exp(-z^2)*(z^2 + 1/9)/2"])
def test_a_law_without_a_flow_is_named(law, monkeypatch):
    """By few cells, which a chain would not do with."""
    monkeypatch.setattr(certified_chain, "lattice", lambda covering: (4, 1))
    monkeypatch.setattr(certified_chain, "COARSE", 2)
    with pytest.raises(BadInput, match=r"^law: .* its flow could not be proved; give a smooth density that decreases"):
        certified_chain.certified(law, "0.4", "0.4")


def test_a_tolerance_of_half_the_window_needs_no_chain(capfd):
    from lt_proofs.cli import run

    assert run(["bound", "--eps", "1/2", "--delta", "0.4", "--window", "-1/2,1/2", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["n"]["certified"] is None and err == ""
