"""Finite companions: what one sample gains on a grid, and exact probabilities of covering a small window."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from errors import Rejected, spend
from inequalities.points import holds, value
from inequalities.syntax import closed
from shapes import Judgement
from theorems.obligations import require

MAX_CHAIN = 12
MAX_SAMPLES = 256


def grid_gain(goal: Judgement, cut: Judgement) -> None:
    """Mathematics 5.17: X uniform on the integers of [-r, r] adds cut_r(K)/(2r + 1) points to a set K on average."""
    same_grids = (cut["points"], cut["radii"]) == (goal["points"], goal["radii"])
    require(
        same_grids and not cut["hypotheses"], "the cuts of every set on the same grids, without hypotheses, are needed"
    )
    closed(goal["gain"], tuple((name, "(", None, None, ")") for name in "Mrv"), "the gain")
    for points in goal["points"]:
        for term in goal["radii"]:
            radius = value(term, {"M": Fraction(points)})
            for size in range(points + 1):
                at = {"M": Fraction(points), "r": radius}
                level = {**at, "v": Fraction(size, points)}
                least = value(cut["bound"], {**at, "a": Fraction(size)})
                if value(goal["gain"], level) * points * (2 * radius + 1) > least:
                    raise Rejected(f"at {size} of {points} points and radius {radius} the cut says less")


def restricted_process(goal: Judgement) -> str:
    """Mathematics 5.18: exact probabilities of a small window, by the process on all its subsets.

    K_0 is the middle point, and K' = K u ((K + X) n window).
    """
    points, reach, bound = goal["points"], goal["reach"], goal["bound"]
    if not 2 <= points <= MAX_CHAIN or not 1 <= reach <= points or not goal["samples"]:
        raise Rejected(f"a window of 2 to {MAX_CHAIN} points and a reach of 1 to as many are needed")
    if min(goal["samples"]) < 0 or max(goal["samples"]) > MAX_SAMPLES:
        raise Rejected(f"from 0 to {MAX_SAMPLES} samples are allowed")
    closed(bound, tuple((name, "(", None, None, ")") for name in "nM"), "the bound")
    for n, (ways, total) in enumerate(uncovered(points, reach, max(goal["samples"]))):
        at = {"n": Fraction(n), "M": Fraction(points)}
        if n in goal["samples"] and not holds(("<=", Fraction(ways, total), bound), at):
            raise Rejected(f"with {n} samples the probability is {Fraction(ways, total)}, more than the bound")
    return f"exact probabilities over all {2**points} subsets of the window"


def uncovered(points: int, reach: int, most: int) -> Iterator[tuple[int, int]]:
    """For n = 0, 1, …: in how many of the (2 reach + 1)^n sequences of samples some point is not covered."""
    full = (1 << points) - 1
    states, total = {1 << points // 2: 1}, 1
    for n in range(most + 1):
        yield sum(ways for state, ways in states.items() if state != full), total
        if n < most:
            spend(len(states) * (2 * reach + 1) * (10 + (total.bit_length() >> 8)))
            states, total = one_sample(states, reach, full), total * (2 * reach + 1)


def one_sample(states: dict[int, int], reach: int, full: int) -> dict[int, int]:
    """The sets after one more sample, each with its number of sequences."""
    new: dict[int, int] = {}
    for state, ways in states.items():
        for shift in range(-reach, reach + 1):
            moved = state << shift if shift >= 0 else state >> -shift
            target = state | (moved & full)
            new[target] = new.get(target, 0) + ways
    return new
