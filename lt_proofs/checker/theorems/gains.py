"""One sample: what it adds to the covered part of a window, from cuts of sets at a distance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from errors import Rejected
from inequalities.algebra import same
from inequalities.calculus import derivative, roots_of
from inequalities.formulas import Formula, Statement, applied, equal, product, total, variables
from inequalities.points import exact
from inequalities.syntax import LAW_FILES, closed, density_of, listed, names_in, sequence, term
from shapes import Comparison, Data, Judgement, Term
from theorems.obligations import HALF, ONE, TWO, UNCHANGED, UNIT, ZERO, about, lies_in, replacements, require

# how likely a law is to be the product of a uniform factor and another one; otherwise it is 0
PRODUCTS = {kind: Fraction(row["products"]) for kind, row in LAW_FILES.items() if "products" in row}
RADIUS = ("r", "(", ZERO, ONE, "]")
LEVEL = ("v", "(", ZERO, ONE, ")")
PART = ("f", "[", ZERO, None, ")")


def small_radius(goal: Statement, base: Statement) -> list[Judgement]:
    """Mathematics 5.8: the cut of [0, M] at radius r <= M/2 from that of [0, 2] at radius 1, scaled to length 2r.

    For A in [0, M] of measure a <= M/2, f = |A n [0, 2r]|: the pairs inside [0, 2r] are at least W(f), and y in A
    beyond 2r has r + min(r, M-y) - |A n [y-r, y+r]| partners.  The integral of min(r, M-y) over a set of measure h is
    at least min(h, r)^2/2.  If a <= r this gives W(f) + (r-a)(a-f) + (a-f)^2/2.  If a >= r, then either a window of
    length 2r holds r of A, which gives W(r), or all hold less than r of one colour, of which there is r: slide the
    window over a set of grid cells, cell by cell.
    """
    from_two(base)
    M, r, bound = goal.length, goal.radius, goal.bound
    a, f = variables("af")

    def window(measure: Any) -> Formula:
        return r**2 * base.put("bound", a=measure / r)

    return [
        *about(goal, 0 < r, 2 * r <= M, 0 <= a, 2 * a <= M),
        *about(
            goal,
            bound <= applied("+", window(f), (r - a) * (a - f), (a - f) ** 2 / 2),
            ranges=(PART,),
            given=(f <= a, a <= r),
        ),
        *about(goal, bound <= window(r), given=(r <= a,)),
        *about(goal, bound <= window(f) + (r - f) ** 2 / 2, ranges=(PART,), given=(f <= r, r <= a)),
    ]


def from_two(base: Statement) -> None:
    """Reject a premise unless it is about every subset of [0, 2] at radius 1."""
    whole = (("a", "[", ZERO, TWO, "]"),)
    if base["domain"] != whole or base["hypotheses"] or (base["length"], base["radius"]) != (TWO, ONE):
        raise Rejected("the premise must be the cut of every subset of [0, 2] at radius 1")


def large_radius(goal: Statement, base: Statement) -> list[Judgement]:
    """Mathematics 5.9: the cut of [0, M] at radius M/2 <= r <= M is at least r/M of all mixed pairs.

    Put e = M - r.  Long pairs join [0, e] and [r, M].  Without (e, r) these are [0, 2e], where by the premise long
    mixed pairs are at most the short ones.  With x in (e, r), each long mixed (s, z) gives one short mixed pair (s, x)
    or (x, z), and each of those arises for at most e of the others: (r-e) long <= e short ones that meet (e, r).
    """
    from_two(base)
    M, r, a = goal.length, goal.radius, Formula("a")
    return [
        *about({"domain": base["domain"]}, a * (2 - a) / 2 <= base.bound),
        *about(goal, 0 < r, M <= 2 * r, r <= M, 0 <= a, a <= M, goal.bound <= product(r / M, a, M - a)),
    ]


def all_pairs(goal: Statement) -> list[Judgement]:
    """Mathematics 5.10: the cut at a radius of at least the whole length is every mixed pair."""
    a = Formula("a")
    return about(goal, goal.length <= goal.radius, goal.bound <= a * (goal.length - a))


def uniform(goal: Statement, cut: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
    """Mathematics 5.11: X uniform on [-r, r] adds cut_r(K)/(2r) in measure; a set and its complement have one cut."""
    at = replacements(at, cut, ("a",))
    moved = cut.at(at)
    L, r = moved.length, moved.radius
    if goal["law"] != ("uniform", r) or goal["length"] != L or "a" in names_in((L - r).item):
        raise Rejected("the law and the length are not those of the cut, or these change with the measure")
    v = Formula("v")
    asked = about(goal, 0 < r, 0 < L)
    # the smaller of the set and its complement has the fraction v or 1 - v; one is enough on one side of 1/2
    ends = {side: [one[side] for one in goal["domain"] if one[0] == "v"] for side in (2, 3)}
    sides = [v] if HALF in ends[3] else [1 - v] if HALF in ends[2] else [v, 1 - v]
    for side in sides:
        inner, given = {**at, "a": (side * L).item}, (side <= HALF,)
        asked += lies_in(cut, goal, inner, given)
        asked += about(goal, product(goal.gain, 2, r, L) <= cut.at(inner).bound, given=given)
    return asked


def share(goal: Statement, inner: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
    """Mathematics 5.12: a law that contains U[-s, s] with weight p gains p times as much; for U[-r, r], p = s/r."""
    at = replacements(at, inner)
    asked, inner = lies_in(inner, goal, at), inner.at(at)
    kind, *numbers = goal["law"]
    law = inner["law"]
    if law[0] != "uniform" or kind not in ("uniform", "contains") or inner["length"] != goal["length"]:
        raise Rejected("both laws must be uniform or contain a uniform one, on windows of one length")
    if kind == "contains" and numbers[1] != law[1]:
        raise Rejected("the law contains another uniform law")
    p = Formula(law[1]) / Formula(numbers[0]) if kind == "uniform" else Formula(numbers[0])
    return asked + about(goal, 0 <= p, p <= 1, goal.gain <= p * inner.gain)


def mean_radius(goal: Statement, inner: Statement) -> list[Judgement]:
    """Mathematics 5.13: b*a gains the mean over r = |a| of what U[-r, r] gains; where affine in r, that at r = 1/2.

    On the odd multiples of h in (0, 1), 1/h even, a has the mean 1/2 too; a gadget is 0 with probability 1/2.
    """
    weight, _ = of_radius(goal, inner)
    if extra_hypotheses(goal, inner):
        raise Rejected("the premise must hold for each r of (0, 1] without more hypotheses")

    def gain(radius: Any) -> Formula:
        return inner.put("gain", r=radius)

    r = Formula("r")
    return [
        *about(goal, equal(gain(r), gain(0) + r * (gain(1) - gain(0))), ranges=(RADIUS,)),
        *about(goal, goal.gain <= weight * gain(HALF)),
    ]


def of_radius(goal: Statement, inner: Statement) -> tuple[Fraction, list[Term]]:
    """The weight of the mixture in the goal's law; the premise must be about U[-r, r] for every r of (0, 1]."""
    kind, *grid = goal["law"]
    if kind.removeprefix("odd-") not in PRODUCTS or grid[1:] not in ([], [ZERO]):
        raise Rejected("a mixture concludes about a product of which one factor is uniform on [-1, 1]")
    if grid:
        on_odd_multiples(grid[0])
    outer = tuple(r for r in inner["domain"] if r[0] != "r")
    if outer != goal["domain"] or inner["law"] != ("uniform", "r") or inner["length"] != goal["length"]:
        raise Rejected("the premise must speak of U[-r, r] on the goal's domain and window")
    if RADIUS not in inner["domain"]:
        raise Rejected("the premise must hold for each r of (0, 1]")
    return PRODUCTS[kind.removeprefix("odd-")], grid


def extra_hypotheses(goal: Statement, inner: Statement) -> tuple[Comparison, ...]:
    """The hypotheses of a premise that the goal does not have."""
    return tuple(h for h in inner["hypotheses"] if h not in goal["hypotheses"])


def mixture(goal: Statement, *drifts: Statement, pieces: Data) -> list[Judgement]:
    """Mathematics 5.14: b*a gains the mean over r = |a| of what U[-r, r] gains, an integral over r piece by piece.

    A piece is [low, high, antiderivative of the gain in r]; what lies between the pieces counts as 0.
    """
    kinds = (object, object, object)
    pieces = [listed(piece, "a piece [low, high, antiderivative]", *kinds) for piece in sequence(pieces, least=1)]
    require(len(pieces) == len(drifts), "the rule needs one premise for each piece")
    reached, parts, asked, t = Formula(ZERO), [], [], Formula("t")
    for inner, piece in zip(drifts, pieces, strict=True):
        low, high, whole = map(term, piece)
        weight, grid = of_radius(goal, inner)
        ends = (("<=", low, "r"), ("<=", "r", high))
        if grid or not set(extra_hypotheses(goal, inner)) <= set(ends):
            raise Rejected("a piece must hold between its ends, and the first factor be uniform on [0, 1]")
        closed(whole, inner["domain"], "an antiderivative")
        if roots_of(whole) or not same(derivative(whole, "r"), inner["gain"]):
            raise Rejected("the antiderivative does not have the gain as its derivative")
        low, high, F = Formula(low), Formula(high), Statement({"F": whole})
        there = F.put("F", r=low + t * (high - low))
        asked += about(goal, reached <= low, low <= high)
        asked += about(goal, equal(there, there), ranges=(UNIT,))  # defined from the one end to the other
        reached = high
        parts.append(F.put("F", r=high) - F.put("F", r=low))
    return asked + about(goal, reached <= 1, goal.gain <= weight * total(*parts))


def staircase(goal: Statement, *drifts: Statement, steps: Data) -> list[Judgement]:
    """Mathematics 5.15: a density of at least f(|z|) has a mixture of U[-r, r] below it, if f is above each step."""
    density = density_of(goal["law"])
    if density is None:
        raise Rejected("a staircase concludes about a law that is known by its density")
    pairs = [listed(step, "a step [weight, radius]", str, str) for step in sequence(steps, least=1)]
    steps = [tuple(map(exact, pair)) for pair in pairs]
    if sum(weight for weight, _ in steps) > 1:
        raise Rejected("no law has such a density: the steps together weigh more than 1")
    require(len(steps) == len(drifts), "the rule needs one premise for each step")
    gains: list[Formula] = []
    inner, density = ZERO, Formula(density)
    asked: list[Judgement] = []
    for i, ((weight, radius), drift) in enumerate(zip(steps, drifts, strict=True)):
        same_place = (drift["domain"], drift["hypotheses"], drift["length"])
        if same_place != (goal["domain"], goal["hypotheses"], goal["length"]) or drift["law"] != ("uniform", radius):
            raise Rejected("a step needs the drift of its uniform law on the goal's domain and window")
        if weight < 0 or radius <= inner:
            raise Rejected("weights must not be negative, and radii must rise")
        level = sum(w / (2 * r) for w, r in steps[i:])
        asked += about(goal, Formula(level) <= density, ranges=(("z", "[", inner, radius, "]"),))
        inner, gains = radius, [*gains, weight * drift.gain]
    return asked + about(goal, goal.gain <= total(*gains))


def on_odd_multiples(step: Term) -> None:
    """Reject a grid step h unless cells of width 2h fill [0, 1]."""
    if not isinstance(step, Fraction) or step <= 0 or (1 / (2 * step)).denominator != 1:
        raise Rejected("the step of a grid is 1/k for an even number k")


def assumed(goal: Statement) -> list[Judgement]:
    """Mathematics 5.16: the law that is only known by its gain has that gain."""
    if goal["law"] != ("any", goal["gain"]) or LEVEL not in goal["domain"]:
        raise Rejected("the law must be any one with this gain, at every level v of (0, 1)")
    return []
