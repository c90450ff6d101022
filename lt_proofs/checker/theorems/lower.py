"""The lower bound: packings, volumes, how many functions masks can make, and the average over all targets.

A function is near the matrix W when it is within the closeness of x -> Wx on the Euclidean unit ball; the
distance of two matrices is the spectral norm of their difference.  Logarithms here are natural, bits binary.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from errors import Rejected
from inequalities.formulas import Formula, Statement, log
from inequalities.syntax import names_in
from shapes import Judgement
from theorems.obligations import about, require

ZERO, ONE, TWO = Fraction(0), Fraction(1), Fraction(2)


def agree(*pairs: tuple[Any, Any]) -> None:
    """Reject unless the parts of each pair are the same term."""
    fits = all(first == second for first, second in pairs)
    require(fits, "the parts of the premises and of the goal do not fit together")


def share_domain(goal: Statement, *premises: Statement) -> None:
    """Reject premises that do not speak of the goal's domain: nothing is put for a variable here."""
    alike = all(premise["domain"] == goal["domain"] for premise in premises)
    require(alike, "the premises must speak of the goal's domain")


def volume_packing(goal: Statement) -> list[Judgement]:
    """Mathematics 5.30: balls of radius s around a maximal set cover the unit ball, so (number) s^dimension >= 1."""
    s = goal.separation
    return about(goal, 0 < s, goal.count * s**goal.dimension <= 1)


def triangle(goal: Statement) -> list[Judgement]:
    """Mathematics 5.31: |Wx - W'x| <= |Wx - f(x)| + |f(x) - W'x|, and the norm is the supremum over the unit ball."""
    return about(goal, 2 * goal.closeness <= goal.diameter)


def brunn_minkowski(goal: Statement) -> list[Judgement]:
    """Mathematics 5.32: the volume of C is at most that of (C - C)/2, which lies in the ball of half the diameter."""
    size = goal.diameter
    return about(goal, 0 < size, (size / 2) ** goal.dimension <= goal.share)


def average(goal: Statement) -> list[Judgement]:
    """Mathematics 5.33: averaged over targets, the chance to be near a function is at most 2^bits times one's share."""
    share = goal.share
    return about(goal, 0 < share, 2**goal.bound * share <= goal.success)


def enough(goal: Statement, counting: Statement, closeness: Any) -> None:
    """The goal says what the counting does, of the same numbers."""
    agree((goal["success"], counting["success"]), (goal["closeness"], closeness))
    agree((goal["conclusion"], (">=", counting["bits"], counting["bound"])))


def over_ball(goal: Statement, near: Statement, volume: Statement, counting: Statement) -> list[Judgement]:
    """Mathematics 5.35: average over the unit ball of the spectral norm; a function is near a set of small diameter."""
    share_domain(goal, near, volume, counting)
    agree((volume["dimension"], ("^", goal["size"], TWO)), (volume["diameter"], near["diameter"]))
    agree((counting["share"], volume["share"]), (counting["bits"], goal["bits"]))
    enough(goal, counting, near["closeness"])
    return []


def over_packing(goal: Statement, near: Statement, packing: Statement, counting: Statement) -> list[Judgement]:
    """Mathematics 5.34: average over a maximal set of points farther apart than what one function can be near."""
    share_domain(goal, near, packing, counting)
    agree((packing["dimension"], ("^", goal["size"], TWO)), (packing["separation"], near["diameter"]))
    agree((counting["share"], ("/", ONE, packing["count"])), (counting["bits"], goal["bits"]))
    enough(goal, counting, near["closeness"])
    return []


def least_value(goal: Statement, known: Statement) -> list[Judgement]:
    """Mathematics 5.36: a variable below the term W >= 0 would be s*W, s in [0, 1), where the bits fall short.

    A goal whose domain names s besides has no such premise, for that would name it twice.
    """
    share_domain(goal, known)
    agree(*((known[field], goal[field]) for field in ("size", "closeness", "success", "bits")))
    sign, bits, bound = known["conclusion"]
    above, variable, least = goal["conclusion"]
    low = {r[0]: r[2] for r in goal["domain"]}.get(variable)
    if (sign, above, bits) != (">=", ">=", known["bits"]) or not isinstance(low, Fraction) or low < 0:
        raise Rejected("a variable that is never negative, and bits, must be bounded from below")
    if variable in names_in(("-", least, bound)):
        raise Rejected("the bounds must not speak of the variable")
    others = tuple(r for r in goal["domain"] if r[0] != variable)
    below = known.put("bits", **{variable: Formula("s") * Formula(least)})
    return about({"domain": others}, below < Formula(bound), ranges=(("s", "[", ZERO, ONE, ")"),))


def units_bits(size: Formula, hidden: Formula) -> Formula:
    """Of the masks of a hidden unit, all with an empty in-mask or out-mask make the zero function."""
    return hidden * log((2**size - 1) ** 2 + 1) / log(2)


def columns_bits(size: Formula, hidden: Formula) -> Formula:
    """Bits of the values at s_j e_j, s_j the sign that fewer first-layer weights of input j have.

    A unit with m weights of the chosen signs makes one of (2^m - 1)(2^size - 1) + 1 contributions; the logarithm is
    concave in m, and the m of all units sum to at most hidden*size/2, so m = size/2 everywhere is the worst.
    """
    return hidden * log((2 ** (size / 2) - 1) * (2**size - 1) + 1) / log(2)


def masks_of_units(goal: Statement) -> list[Judgement]:
    """Mathematics 5.37: count the functions of a hidden unit; the units are added up."""
    return about(goal, units_bits(goal.size, goal.hidden) <= goal.bits)


def sign_columns(goal: Statement) -> list[Judgement]:
    """Mathematics 5.38: count the values at the signed unit vectors."""
    return about(goal, columns_bits(goal.size, goal.hidden) <= goal.bits)


def by_units(goal: Statement, units: Statement, pruning: Statement) -> list[Judgement]:
    """Mathematics 5.39: a two-layer network makes no more functions than its units; the rest is the average."""
    share_domain(goal, units, pruning)
    agree((units["size"], goal["size"]), (units["hidden"], goal["hidden"]), (units["bits"], pruning["bits"]))
    agree(*((pruning[field], goal[field]) for field in ("size", "closeness", "success", "conclusion")))
    return []


def by_columns(goal: Statement, columns: Statement, counting: Statement) -> list[Judgement]:
    """Mathematics 5.40: column j of a target near f is within the closeness of s_j f(s_j e_j), in a Euclidean ball.

    The spectral unit ball has the volume of the product over m < d of w(d+m)/w(m), w(k) that of the unit ball of
    R^k (a column x leaves (I - xx')^(1/2) times a matrix with one column less); w(d) w(m) <= 2^((d+m)/2) w(d+m),
    because the product of balls of radius 2^(-1/2) is inside the ball.  So the share is at most the one below.
    """
    share_domain(goal, columns, counting)
    d, eps = goal.size, goal.closeness
    agree((columns["size"], d), (columns["hidden"], goal["hidden"]), (columns["bits"], counting["bits"]))
    enough(goal, counting, eps)
    return about(goal, 2 ** (Fraction(3, 4) * (d * (d - 1))) * eps**d**2 <= counting.share)
