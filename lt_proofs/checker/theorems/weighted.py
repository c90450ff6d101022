"""Weighted coverage: cells near the middle of the window count more, and coverage grows faster."""

from __future__ import annotations

from fractions import Fraction

from errors import Rejected
from inequalities.formulas import Formula, Statement, log, product
from inequalities.points import value
from inequalities.syntax import LAW_FILES, density_of, term
from shapes import Data, Judgement
from theorems.flows import numbers_of
from theorems.obligations import ONE, about


def weighted(goal: Statement, flow: Statement, *, start: Data, rest: Data, ratio: Data) -> list[Judgement]:
    """Mathematics 5.20: coverage by a weighted flow.

    [-L/2, L/2] has weights w_i on N cells, with sum S; its whole weight is 1, and m(K) is the integral over K of
    w_i N/(L S).  By Cauchy-Schwarz E[1/m(K')] <= 1/m(K) - Q/m(K)^2, Q the flow of power 1.  If Q >= h m(K) (1 - m(K)),
    then g = 1/m - 1 shrinks by 1 - h, and Markov's inequality does the rest: m(K_0) >= 2 s c N/(L S), c the lesser
    weight in the middle, and a gap of length e has m >= e (least weight) N/(L S).
    """
    weights, power, (last, share, bend) = numbers_of(flow)
    if power != 1 or last or share + bend or goal["length"] != flow["length"]:
        raise Rejected("a flow of power 1, with a profile h m (1 - m), on that window is needed")
    s, e, q = (Formula(term(hint)) for hint in (start, rest, ratio))
    length, cells = value(goal["length"], {}), len(weights)
    unit = cells / (length * sum(weights))
    shrinks = 1 - share * active(goal, flow)
    if not 0 < shrinks < 1:
        raise Rejected("the share must make a factor between 0 and 1")
    first = 2 * unit * min(weights[(cells - 1) // 2 : cells // 2 + 1]) * s
    gap, delta = unit * min(weights) * e, goal.failure
    return about(
        goal, 0 < s, s <= length / (cells * (1 + cells % 2)), 0 < e, e <= length / 2, s + e <= goal.tolerance,
        0 < delta, (1 - first) * (1 - gap) <= product(q, delta, first, gap),
        log(q) <= goal.samples * -log(Formula(shrinks)),
    )  # fmt: skip


def active(goal: Judgement, flow: Judgement) -> Fraction:
    """How many of the samples move as in the flow: all, or those that are a product; its file says how many are."""
    law, moving = goal["law"], flow["law"]
    if law == moving or moving == ("density", density_of(law)):
        return ONE
    products = LAW_FILES.get(law[0], {}).get("products")
    if moving != ("product",) or products is None:
        raise Rejected("the flow is about another law")
    return Fraction(products)
