"""One sample: what it adds to the covered part of a window, from cuts of sets at a distance."""

from fractions import Fraction
from itertools import pairwise
from math import ceil

from algebra import same
from calculus import derivative, roots_of
from cuts import cell_cut
from errors import Malformed, Rejected, spend
from intervals import evaluate
from obligations import HALF, ONE, TWO, ZERO, about, lies_in, replacements, take, well_formed
from points import admissible, colours, exact, exact_point, holds, value
from syntax import closed, expect, listed, names_in, sequence, substitute, term

WEIGHTS = {"product": ONE, "gadget": HALF}
RADIUS = ("r", "(", ZERO, ONE, "]")
LEVEL = ("v", "(", ZERO, ONE, ")")


def small_radius(goal, premises):
    """The cut of [0, M] at radius r <= M/2 from that of [0, 2] at radius 1, scaled to windows of length 2r.

    For A in [0, M] of measure a <= M/2, f = |A n [0, 2r]|: the pairs inside [0, 2r] are at least W(f), and y in A
    beyond 2r has r + min(r, M-y) - |A n [y-r, y+r]| partners.  The integral of min(r, M-y) over a set of measure h is
    at least min(h, r)^2/2.  If a <= r this gives W(f) + (r-a)(a-f) + (a-f)^2/2.  If a >= r, then either a window of
    length 2r holds r of A, which gives W(r), or all hold less than r of one colour, of which there is r: slide the
    window over a set of grid cells, cell by cell.
    """
    (base,) = take(premises, "cut")
    from_two(base)
    well_formed(goal)
    m, r, bound = goal["length"], goal["radius"], goal["bound"]
    rest = (("f", "[", ZERO, None, ")"),)

    def window(f):
        return ("*", ("^", r, TWO), substitute(base["bound"], {"a": ("/", f, r)}))

    left = ("-", "a", "f")
    low = ("+", window("f"), ("*", ("-", r, "a"), left), ("/", ("^", left, TWO), TWO))
    full = ("+", window("f"), ("/", ("^", ("-", r, "f"), TWO), TWO))
    asked = about(goal, ("<", ZERO, r), ("<=", ("*", TWO, r), m), ("<=", ZERO, "a"), ("<=", ("*", TWO, "a"), m))
    asked += about(goal, ("<=", bound, low), ranges=rest, given=(("<=", "f", "a"), ("<=", "a", r)))
    asked += about(goal, ("<=", bound, window(r)), given=(("<=", r, "a"),))
    asked += about(goal, ("<=", bound, full), ranges=rest, given=(("<=", "f", r), ("<=", r, "a")))
    expect(premises[1:], asked)


def from_two(base):
    """Reject a premise unless it is about every subset of [0, 2] at radius 1."""
    whole = (("a", "[", ZERO, TWO, "]"),)
    if base["domain"] != whole or base["hypotheses"] or (base["length"], base["radius"]) != (TWO, ONE):
        raise Rejected("the premise must be the cut of every subset of [0, 2] at radius 1")


def large_radius(goal, premises):
    """The cut of [0, M] at radius M/2 <= r <= M: at least r/M of all mixed pairs.

    Put e = M - r.  Long pairs join [0, e] and [r, M].  Without (e, r) these are [0, 2e], where by the premise long
    mixed pairs are at most the short ones.  With x in (e, r), each long mixed (s, z) gives one short mixed pair (s, x)
    or (x, z), and each of those arises for at most e of the others: (r-e) long <= e short ones that meet (e, r).
    """
    (base,) = take(premises, "cut")
    from_two(base)
    well_formed(goal)
    m, r = goal["length"], goal["radius"]
    half = ("<=", ("/", ("*", "a", ("-", TWO, "a")), TWO), base["bound"])
    asked = about({"domain": base["domain"], "hypotheses": ()}, half)
    asked += about(goal, ("<", ZERO, r), ("<=", m, ("*", TWO, r)), ("<=", r, m), ("<=", ZERO, "a"), ("<=", "a", m))
    expect(premises[1:], asked + about(goal, ("<=", goal["bound"], ("*", ("/", r, m), "a", ("-", m, "a")))))


def all_pairs(goal, premises):
    """The cut at a radius of at least the whole length: every mixed pair."""
    well_formed(goal)
    everything = ("*", "a", ("-", goal["length"], "a"))
    expect(premises, about(goal, ("<=", goal["length"], goal["radius"]), ("<=", goal["bound"], everything)))


def uniform(goal, premises, data):
    """X uniform on [-r, r] adds cut_r(K)/(2r) in measure: a cut is the same for a set and its complement."""
    (cut,) = take(premises, "cut")
    well_formed(goal)
    at = replacements(data.get("at", {}), ("a",))
    length, radius = substitute(cut["length"], at), substitute(cut["radius"], at)
    if goal["law"] != ("uniform", radius) or goal["length"] != length or "a" in names_in(("-", length, radius)):
        raise Rejected("the law and the length are not those of the cut, or these change with the measure")
    asked = about(goal, ("<", ZERO, radius), ("<", ZERO, length))
    sides = {"v": ("v", 3), ("-", ONE, "v"): ("v", 2)}  # one is enough where v is on that side of 1/2
    alone = [
        half for half, (name, end) in sides.items() if any(r[0] == name and r[end] == HALF for r in goal["domain"])
    ]
    for half in alone or sides:
        at["a"], given = ("*", half, length), (("<=", half, HALF),)
        gain = ("*", goal["gain"], TWO, radius, length)
        asked += lies_in(cut, goal, at, given)
        asked += about(goal, ("<=", gain, substitute(cut["bound"], at)), given=given)
    expect(premises[1:], asked)


def share(goal, premises, data):
    """A law that contains U[-s, s] with weight p gains p times as much; U[-r, r] contains it with weight s/r."""
    (inner,) = take(premises, "drift")
    well_formed(goal)
    at = replacements(data.get("at", {}))
    kind, *numbers = goal["law"]
    law, gain = substitute(inner["law"], at), substitute(inner["gain"], at)
    if law[0] != "uniform" or kind not in ("uniform", "contains") or substitute(inner["length"], at) != goal["length"]:
        raise Rejected("both laws must be uniform or contain a uniform one, on windows of one length")
    weight, width = (("/", law[1], numbers[0]), law[1]) if kind == "uniform" else numbers
    if width != law[1]:
        raise Rejected("the law contains another uniform law")
    asked = lies_in(inner, goal, at)
    asked += about(goal, ("<=", ZERO, weight), ("<=", weight, ONE), ("<=", goal["gain"], ("*", weight, gain)))
    expect(premises[1:], asked)


def mean_radius(goal, premises):
    """b*a gains the mean over r = |a| of what U[-r, r] gains: where that is affine in r, what it is at r = 1/2.

    On the odd multiples of h in (0, 1), 1/h even, a has the mean 1/2 too; a gadget is 0 with probability 1/2.
    """
    (inner,) = take(premises, "drift")
    weight, _ = of_radius(goal, inner)
    if extra_hypotheses(goal, inner):
        raise Rejected("the premise must hold for each r of (0, 1] without more hypotheses")
    at = [substitute(inner["gain"], {"r": x}) for x in (ZERO, HALF, ONE)]
    line = ("+", at[0], ("*", "r", ("-", at[2], at[0])))
    asked = about(goal, ("=", inner["gain"], line), ranges=(RADIUS,))
    expect(premises[1:], asked + about(goal, ("<=", goal["gain"], ("*", weight, at[1]))))


def of_radius(goal, inner):
    """The weight of the mixture in the goal's law; the premise must be about U[-r, r] for every r of (0, 1]."""
    kind, *grid = goal["law"]
    if kind.removeprefix("odd-") not in WEIGHTS or grid[1:] not in ([], [ZERO]):
        raise Rejected("a mixture concludes about a product of which one factor is uniform on [-1, 1]")
    well_formed(goal)
    if grid:
        on_odd_multiples(grid[0])
    outer = tuple(r for r in inner["domain"] if r[0] != "r")
    if outer != goal["domain"] or inner["law"] != ("uniform", "r") or inner["length"] != goal["length"]:
        raise Rejected("the premise must speak of U[-r, r] on the goal's domain and window")
    if RADIUS not in inner["domain"]:
        raise Rejected("the premise must hold for each r of (0, 1]")
    return WEIGHTS[kind.removeprefix("odd-")], grid


def extra_hypotheses(goal, inner):
    """The hypotheses of a premise that the goal does not have."""
    return tuple(h for h in inner["hypotheses"] if h not in goal["hypotheses"])


def mixture(goal, premises, data):
    """b*a gains the mean over r = |a| of what U[-r, r] gains: an integral, by antiderivatives, piece by piece."""
    pieces = [tuple(map(term, listed(piece, "a piece [low, high, antiderivative]", object, object, object)))
              for piece in sequence(data.get("pieces"), least=1)]  # fmt: skip
    reached, total, asked = ZERO, [ZERO, ZERO], []
    for inner, (low, high, whole) in zip(take(premises, *["drift"] * len(pieces)), pieces, strict=True):
        weight, grid = of_radius(goal, inner)
        ends = (("<=", low, "r"), ("<=", "r", high))
        if grid or not set(extra_hypotheses(goal, inner)) <= set(ends):
            raise Rejected("a piece must hold between its ends, and the first factor be uniform on [0, 1]")
        for item in (low, high):
            closed(item, goal["domain"], "an end of a piece")
        closed(whole, inner["domain"], "an antiderivative")
        at = {"r": ("+", low, ("*", "t", ("-", high, low)))}
        there = substitute(whole, at)
        if roots_of(whole) or not same(derivative(whole, "r"), inner["gain"]):
            raise Rejected("the antiderivative does not have the gain as its derivative")
        asked += about(goal, ("<=", reached, low), ("<=", low, high))
        asked += about(goal, ("=", there, there), ranges=(("t", "[", ZERO, ONE, "]"),))
        reached, total = high, [*total, ("-", substitute(whole, {"r": high}), substitute(whole, {"r": low}))]
    asked += about(goal, ("<=", reached, ONE), ("<=", goal["gain"], ("*", weight, ("+", *total))))
    expect(premises[len(pieces) :], asked)


def staircase(goal, premises, data):
    """A density of at least f(|z|) has a mixture of U[-r, r] below it: on each step between radii f stays above."""
    well_formed(goal)
    if goal["law"][0] != "density":
        raise Rejected("a staircase concludes about a law that is known by its density")
    pairs = [listed(step, "a step [weight, radius]", str, str) for step in sequence(data.get("steps"), least=1)]
    steps = [tuple(map(exact, pair)) for pair in pairs]
    if sum(weight for weight, _ in steps) > 1:
        raise Rejected("no law has such a density: the steps together weigh more than 1")
    drifts, inner, asked, gains = take(premises, *["drift"] * len(steps)), ZERO, [], [ZERO, ZERO]
    for i, ((weight, radius), drift) in enumerate(zip(steps, drifts, strict=True)):
        same_place = (drift["domain"], drift["hypotheses"], drift["length"])
        if same_place != (goal["domain"], goal["hypotheses"], goal["length"]) or drift["law"] != ("uniform", radius):
            raise Rejected("a step needs the drift of its uniform law on the goal's domain and window")
        if weight < 0 or radius <= inner:
            raise Rejected("weights must not be negative, and radii must rise")
        level = sum(w / (2 * r) for w, r in steps[i:])
        asked += about(goal, ("<=", level, goal["law"][1]), ranges=(("z", "[", inner, radius, "]"),))
        inner, gains = radius, [*gains, ("*", weight, drift["gain"])]
    expect(premises[len(steps) :], asked + about(goal, ("<=", goal["gain"], ("+", *gains))))


def on_odd_multiples(step):
    """Reject a grid step h unless cells of width 2h fill [0, 1]."""
    if not isinstance(step, Fraction) or step <= 0 or (1 / (2 * step)).denominator != 1:
        raise Rejected("the step of a grid is 1/k for an even number k")


def assumed(goal):
    """The law that is only known by its gain has that gain."""
    well_formed(goal)
    if goal["law"] != ("any", goal["gain"]) or LEVEL not in goal["domain"]:
        raise Rejected("the law must be any one with this gain, at every level v of (0, 1)")


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
    if kind not in WEIGHTS:
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
    return WEIGHTS[kind] * total
