"""One sample: what it adds to the covered part of a window, from cuts of sets at a distance."""

from fractions import Fraction
from itertools import pairwise
from math import ceil

from algebra import same
from calculus import derivative, roots_of
from cuts import cell_cut
from errors import Malformed, Rejected, spend
from formulas import Formula, Statement, applied, equal, product, total, variables
from intervals import evaluate
from obligations import HALF, ONE, TWO, UNCHANGED, UNIT, ZERO, about, lies_in, replacements, require
from points import admissible, colours, exact, exact_point, holds, value
from syntax import LAW_FILES, closed, density_of, listed, names_in, sequence, term

# how likely a law is to be the product of a uniform factor and another one; otherwise it is 0
PRODUCTS = {kind: Fraction(row["products"]) for kind, row in LAW_FILES.items() if "products" in row}
PARTS = 64
RADIUS = ("r", "(", ZERO, ONE, "]")
LEVEL = ("v", "(", ZERO, ONE, ")")
PART = ("f", "[", ZERO, None, ")")


def small_radius(goal, base):
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

    def window(measure):
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


def from_two(base):
    """Reject a premise unless it is about every subset of [0, 2] at radius 1."""
    whole = (("a", "[", ZERO, TWO, "]"),)
    if base["domain"] != whole or base["hypotheses"] or (base["length"], base["radius"]) != (TWO, ONE):
        raise Rejected("the premise must be the cut of every subset of [0, 2] at radius 1")


def large_radius(goal, base):
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


def all_pairs(goal):
    """Mathematics 5.10: the cut at a radius of at least the whole length is every mixed pair."""
    a = Formula("a")
    return about(goal, goal.length <= goal.radius, goal.bound <= a * (goal.length - a))


def uniform(goal, cut, *, at=UNCHANGED):
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


def share(goal, inner, *, at=UNCHANGED):
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


def mean_radius(goal, inner):
    """Mathematics 5.13: b*a gains the mean over r = |a| of what U[-r, r] gains; where affine in r, that at r = 1/2.

    On the odd multiples of h in (0, 1), 1/h even, a has the mean 1/2 too; a gadget is 0 with probability 1/2.
    """
    weight, _ = of_radius(goal, inner)
    if extra_hypotheses(goal, inner):
        raise Rejected("the premise must hold for each r of (0, 1] without more hypotheses")

    def gain(radius):
        return inner.put("gain", r=radius)

    r = Formula("r")
    return [
        *about(goal, equal(gain(r), gain(0) + r * (gain(1) - gain(0))), ranges=(RADIUS,)),
        *about(goal, goal.gain <= weight * gain(HALF)),
    ]


def of_radius(goal, inner):
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


def extra_hypotheses(goal, inner):
    """The hypotheses of a premise that the goal does not have."""
    return tuple(h for h in inner["hypotheses"] if h not in goal["hypotheses"])


def mixture(goal, *drifts, pieces):
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


def staircase(goal, *drifts, steps):
    """Mathematics 5.15: a density of at least f(|z|) has a mixture of U[-r, r] below it, if f is above each step."""
    density = density_of(goal["law"])
    if density is None:
        raise Rejected("a staircase concludes about a law that is known by its density")
    pairs = [listed(step, "a step [weight, radius]", str, str) for step in sequence(steps, least=1)]
    steps = [tuple(map(exact, pair)) for pair in pairs]
    if sum(weight for weight, _ in steps) > 1:
        raise Rejected("no law has such a density: the steps together weigh more than 1")
    require(len(steps) == len(drifts), "the rule needs one premise for each step")
    inner, asked, gains, density = ZERO, [], [], Formula(density)
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


def on_odd_multiples(step):
    """Reject a grid step h unless cells of width 2h fill [0, 1]."""
    if not isinstance(step, Fraction) or step <= 0 or (1 / (2 * step)).denominator != 1:
        raise Rejected("the step of a grid is 1/k for an even number k")


def assumed(goal):
    """Mathematics 5.16: the law that is only known by its gain has that gain."""
    if goal["law"] != ("any", goal["gain"]) or LEVEL not in goal["domain"]:
        raise Rejected("the law must be any one with this gain, at every level v of (0, 1)")
    return []


def refuted_drift(statement, data):
    """A union of equal cells of the window whose exact gain is below the one stated."""
    point = exact_point(data.get("point"))
    cells = sequence(data.get("cells"), least=1)
    cells = colours(cells, len(cells))
    if point.get("v") != Fraction(sum(cells), len(cells)):
        raise Malformed("v must be the share of the cells in the set")
    admissible(statement, point)
    length = value(statement["length"], point)
    if length <= 0:
        raise Rejected("a window of no length refutes nothing")
    highest = highest_gain(statement["law"], point, cells, length / len(cells)) / length
    if not holds(("<", highest, statement["gain"]), point):
        raise Rejected("the set does not refute the gain")


def highest_gain(law, point, cells, width):
    """The gain in measure of a union of cells, rounded up where logarithms occur."""
    kind, *numbers = law

    def cut(r):
        return cell_cut(cells, width, r)

    if kind in ("uniform", "contains"):  # what is not uniform in it may be 0
        *weight, radius = (value(x, point) for x in numbers)
        if radius <= 0 or (weight and not 0 <= weight[0] <= 1):
            raise Rejected("there is no such law at the point")
        return cut(radius) / (2 * radius) * (weight[0] if weight else 1)
    if "density" in LAW_FILES.get(kind, {}):
        return highest_gain_by_density(density_of(law), cut, width * len(cells))
    if kind not in PRODUCTS:
        raise Rejected("no set is known to refute a statement about this law")
    total, parts = ZERO, ceil(1 / width)
    spend((40_000 + 60 * len(cells) ** 2) * parts)
    for low, high in pairwise([*(k * width for k in range(parts)), ONE]):
        middle = (low + high) / 2  # between low and high the cut is p + q r + s r^2
        s = 2 * (cut(low) - 2 * cut(middle) + cut(high)) / (high - low) ** 2
        q = (cut(high) - cut(low)) / (high - low) - s * (low + high)
        p = cut(low) - q * low - s * low**2
        total += q * (high - low) / 2 + s * (high**2 - low**2) / 4
        if p:  # the mean over r of cut/(2r) is exact but for a log
            total += p / 2 * evaluate(("log", high / low), {}, 64)[p > 0]
    return PRODUCTS[kind] * total


def highest_gain_by_density(density, cut, length):
    """The gain under a density that falls in |z|: no more than its value at the near end of each of PARTS parts.

    The pairs y in K and z outside at most r apart measure cut(r), so the gain is the integral of the density over cut.
    """
    total, reached = ZERO, ZERO
    for k in range(PARTS):
        near, beyond = k * length / PARTS, cut((k + 1) * length / PARTS)
        highest = evaluate(density, {"z": (near, near, False, False)}, 64)[1]
        total, reached = total + max(ZERO, highest) * (beyond - reached), beyond
    return total
