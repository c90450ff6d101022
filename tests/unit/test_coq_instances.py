"""Theorems of formal/ for given numbers, without Coq: the numbers are the least, and files are read by them only."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.coq.instance_file import instance_text, read_instance, says
from lt_proofs.coq.instances import find_instance, ticket_instance
from lt_proofs.coq.laws import laws
from lt_proofs.errors import BadInput, Malformed

MNIST = find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**36)
TICKET = ticket_instance((64, 32, 10), (Fraction(1, 100), Fraction(1, 300)), Fraction(1, 100), 2**24)
CHANGES = {
    "a list of widths that is too short": {"widths": (784, 500)},
    "a width of 0": {"widths": (784, 0, 10)},
    "a starting cell too many": {"starts": (*MNIST.starts, 1)},
    "no starting cells": {"starts": (0, 0)},
    "a share of the error too few": {"errors": MNIST.errors[:1]},
    "more than the whole error": {"errors": tuple(2 * error for error in MNIST.errors)},
    "more than the whole failure": {"failures": tuple(2 * failure for failure in MNIST.failures)},
    "every network may be bad": {"delta": Fraction(1)},
    "a grid that the law does not fit": {"q": MNIST.q + 1},
    "no layers": {"widths": (784,), "units": (), "starts": (), "errors": (), "failures": ()},
    "no shares": {"total": 0},
    "a smaller tolerance": {"eps": MNIST.eps * Fraction(99, 100)},
    "half of the failure": {"delta": MNIST.delta / 2},
}

numbers = st.fractions(Fraction(1, 1000), Fraction(1, 2), max_denominator=1000)
shapes = st.lists(st.integers(1, 40), min_size=2, max_size=4).map(tuple)


def test_the_network_of_the_paper():
    assert (MNIST.units, MNIST.hidden, MNIST.grid) == ((426, 351), (333984, 175500), "2^-36")
    assert MNIST.accepted and MNIST.eps == Fraction(1, 100)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_refused(change):
    assert not replace(MNIST, **CHANGES[change]).accepted


def fits(instance, i, n):
    """Whether some start makes n units enough for layer i, tried by brute force over the largest one and its rivals."""
    grid = 2 * instance.q
    d, e = instance.widths[i], instance.widths[i + 1]
    room = Fraction(instance.errors[i] * grid * grid, instance.total)
    room = isqrt(int(room**2 / (d * e))) if instance.eps is not None else int(room)
    largest = min((room - n * grid) // 2, grid * grid // instance.law.reach)
    starts = [list(instance.starts) for _ in range(3)]
    units = [*instance.units[:i], n, *instance.units[i + 1 :]]
    for tried, start in enumerate(starts):
        start[i] = max(largest - tried, 0)
    return any(replace(instance, units=tuple(units), starts=tuple(start)).accepted for start in starts)


@settings(max_examples=60, deadline=None)
@given(shapes, numbers, numbers)
def test_theorem_1_has_the_least_units_and_the_largest_starts(widths, eps, delta):
    found = find_instance(widths, eps, delta, 2**32)
    assert found.accepted
    for i in range(len(widths) - 1):
        assert fits(found, i, found.units[i])
        assert not fits(found, i, found.units[i] - 1)
        larger = [start + (k == i) for k, start in enumerate(found.starts)]
        assert not replace(found, starts=tuple(larger)).accepted


def fewest(law, inputs, outputs, signs, eta, delta, grid):
    """The fewest units of one layer for its shares of the error and of the failure probability, in plain fractions."""
    missing, n, rate = signs * inputs * outputs * law.factor, 0, Fraction(1)
    while True:
        n, rate = n + 1, rate * law.rate
        c = min(int(Fraction(grid * grid) * eta / (inputs * outputs)) - n * grid, 2 * grid * grid // law.reach) // 2
        if c <= 0:
            return None
        if missing * rate * Fraction(grid * grid, c) ** 2 <= delta:
            return n


@settings(max_examples=6, deadline=None)
@given(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6)), numbers)
def test_no_plain_shares_need_fewer_units(roots, eps):
    # widths that are squares, so that the root of d e is a whole number
    widths, delta, parts, totals = tuple(root**2 for root in roots), Fraction(1, 10), 5, []
    found = find_instance(widths, eps, delta, 2**32)
    for one in range(1, parts):
        first = eps * Fraction(one, parts)
        etas = (first, (1 + eps) / (1 + first) - 1 - Fraction(1, 10**9))
        for other in range(1, parts):
            shares = (delta * Fraction(other, parts), delta * Fraction(parts - other, parts))
            units = [
                fewest(found.law, d, e, 2 - i, etas[i] * isqrt(d * e), shares[i], 2**32)
                for i, (d, e) in enumerate(pairwise(widths))
            ]
            totals.append(sum(d * n for d, n in zip(widths, units, strict=False)))
    assert sum(found.hidden) <= min(totals)


def test_shares_follow_the_inputs():
    # the first layer has few inputs, so it takes few units to leave most of the budget to the second
    found = find_instance((10, 1000, 10), Fraction(1, 10), Fraction(1, 100), 2**36)
    assert found.errors[0] * 20 < found.errors[1] and found.failures[0] * 20 < found.failures[1]
    assert sum(found.hidden) < 300_000


@settings(max_examples=60, deadline=None)
@given(shapes, st.data())
def test_a_ticket_has_the_least_units(widths, data):
    tolerances = tuple(data.draw(numbers) for _ in pairwise(widths))
    found = ticket_instance(widths, tolerances, Fraction(1, 100), 2**24)
    assert found.accepted and found.eps is None
    for i in range(len(widths) - 1):
        assert not fits(found, i, found.units[i] - 1)


def test_factors_of_a_ticket_multiply_its_sums():
    widths, fine = (5, 4, 3), (Fraction(1, 400), Fraction(1, 300))
    plain = ticket_instance(widths, fine, Fraction(1, 100), 2**24)
    scaled = ticket_instance(widths, (fine[0] * 4, fine[1]), Fraction(1, 100), 2**24, (4, 1))
    assert (scaled.units, scaled.starts, scaled.factors) == (plain.units, plain.starts, (4, 1)) and scaled.accepted
    assert "the tolerances are 1/100, 1/300, the factors 4, 1." in says(scaled)
    for factors in ((5, 1), (0, 1), (4,), ()):
        assert not replace(scaled, factors=factors).accepted


def test_the_better_law_is_taken():
    assert MNIST.law.name == "sharper_law"
    # 2000 is no multiple of 2048, so only plain coverage can be used
    assert find_instance((2, 2), Fraction(1, 2), Fraction(1, 2), 2000).law.name == "gadget_law"
    assert {law.rate for law in laws()} == {Fraction(15, 16), Fraction(451, 500), Fraction(17977, 20000)}


def test_grids():
    with pytest.raises(BadInput, match=r"2\^-24 cannot be used; too coarse .* give 2\^-26 or finer"):
        find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**24)
    assert find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**26).accepted
    with pytest.raises(BadInput):
        find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**25)
    with pytest.raises(BadInput, match="even number Q"):
        find_instance((4, 4), Fraction(1, 2), Fraction(1, 2), 1001)
    with pytest.raises(BadInput, match="too small for weights on the grid"):
        ticket_instance((4, 4), (Fraction(1, 10**6),), Fraction(1, 100), 2**24)


def test_numbers_that_coq_cannot_compute_with():
    with pytest.raises(BadInput, match="Coq would compute too long"):
        find_instance((4, 4), Fraction(1, 10**150), Fraction(1, 2), 2**1000)


@pytest.mark.parametrize("instance", [MNIST, TICKET], ids=["theorem-1", "ticket"])
def test_a_file_is_read_as_it_was_written(instance, tmp_path):
    path = tmp_path / "Instance.v"
    path.write_text(instance_text(instance))
    assert read_instance(path) == instance
    head = instance_text(instance).split("*)")[0]
    assert " ".join(head.split())[3:].startswith(says(instance))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Print Assumptions", 'Redirect "stolen" Print Assumptions'),
        ("Proof. by vm_compute. Qed.", "Admitted."),
        ("426; 351", "426; 351; "),
        ("426, 351", "42, 35"),
        ("Definition q :=", "Definition p :="),
        ("sharper_law", "my_law"),
        ("34359738368", "3" * 20_000),
        ("(* Theorem 1", "(* Theorem ½"),
        ("(* Theorem 1", "(* Theorem 2"),
        ("100%num", "0%num"),
    ],
)
def test_any_other_text_is_malformed(old, new, tmp_path):
    path = tmp_path / "Instance.v"
    path.write_text(instance_text(MNIST).replace(old, new), "utf-8")
    with pytest.raises(Malformed):
        read_instance(path)
