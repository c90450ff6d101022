"""Many samples: how many cover a window, by a potential that shrinks, Markov's inequality and the last gaps."""

from errors import Malformed, Rejected, afford, size, spend, work
from gains import LEVEL, on_odd_multiples
from obligations import ONE, TWO, ZERO, about, lies_in, replacements, take, well_formed
from points import admissible, exact_point, holds, value
from syntax import expect, names_in, substitute, term

NEGATIVE = {"uniform": (1, 2), "product": (1, 2), "gadget": (3, 4)}


def first_moment(goal, premises, data):
    """Coverage of [-L/2, L/2] by K_0 = [-s, s], K' = K u ((K + X) n W), whose fraction v has the drift of the law.

    v <= v' <= min(2v, 1), so E g(v_n) <= c^n g(v_0), v_0 = 2s/L.  Markov: v_n <= 1 - e/L has probability at most
    c^n g(v_0)/g(1 - e/L) <= c^n q delta <= delta for n >= log q/(-log c).  Otherwise less than e is uncovered, and
    every point has a covered one within e.
    """
    drift, shrink = take(premises, "drift", "contraction")
    well_formed(goal)
    at = replacements(data.get("at", {}))
    start, rest, ratio = (term(data.get(hint)) for hint in ("start", "rest", "ratio"))
    well_formed({"domain": goal["domain"], "start": start, "rest": rest, "ratio": ratio})
    g, c = substitute(shrink["potential"], at), substitute(shrink["factor"], at)
    levels = (LEVEL in drift["domain"], LEVEL in shrink["domain"], shrink["variable"] == "v", "v" not in names_in(c))
    if not all(levels) or set(shrink["ceilings"]) != {("*", TWO, "v"), ONE} or LEVEL in goal["domain"]:
        raise Rejected("the drift and the contraction must hold at every v of (0, 1), the latter up to min(2 v, 1)")
    length, law = goal["length"], substitute(drift["law"], at)
    if law != goal["law"] or substitute(drift["length"], at) != length:
        raise Rejected("the law and the window are not those of the drift")
    inner = {**goal, "domain": (*goal["domain"], LEVEL)}
    asked = lies_in(drift, inner, at) + lies_in(shrink, inner, at)
    asked += about(inner, ("<=", substitute(shrink["drift"], at), substitute(drift["gain"], at)))
    between = substitute(g, {"v": ("+", "v", ("*", "t", ("-", ONE, "v")))})
    asked += about(inner, ("<=", between, g), ranges=(("t", "[", ZERO, ONE, "]"),))
    first = substitute(g, {"v": ("/", ("*", TWO, start), length)})
    last = substitute(g, {"v": ("-", ONE, ("/", rest, length))})
    asked += about(
        goal, ("<", ZERO, c), ("<", c, ONE), ("=", substitute(g, {"v": ONE}), ZERO), ("<", ZERO, start),
        ("<=", ("*", TWO, start), length), ("<", ZERO, rest), ("<=", ("*", TWO, rest), length),
        ("<=", ("+", start, rest), goal["tolerance"]), ("<", ZERO, goal["failure"]), ("<", ZERO, last),
        ("<=", first, ("*", ratio, goal["failure"], last)),
        ("<=", ("log", ratio), ("*", goal["samples"], ("-", ("log", c)))),
    )  # fmt: skip
    expect(premises[2:], asked)


def halves(goal, premises, data):
    """Twice the window by two batches, each for half of the target; one of n samples has two of n/2 - 1/2 at least."""
    (half,) = take(premises, "cover")
    well_formed(goal)
    at = replacements(data.get("at", {}), ("n",))
    if substitute(half["law"], at) != goal["law"] or goal["law"][0] == "any":
        raise Rejected("the laws differ, or say what happens on a window of one length alone")
    part = {field: substitute(half[field], at) for field in ("length", "tolerance", "failure", "samples")}
    asked = lies_in(half, goal, at) + about(
        goal, ("<=", goal["length"], ("*", TWO, part["length"])),
        ("<=", ("*", TWO, part["tolerance"]), goal["tolerance"]), ("<=", ("*", TWO, part["failure"]), goal["failure"]),
        ("<=", ("+", ("*", TWO, part["samples"]), ONE), goal["samples"]),
    )  # fmt: skip
    expect(premises[1:], asked)


def coupling(goal, premises, data):
    """Factors on the odd multiples of h_1, h_2 are within h_1, h_2 of uniform ones; each factor is at most 1."""
    (smooth,) = take(premises, "cover")
    well_formed(goal, {"tolerance": ("n",)})
    at = replacements(data.get("at", {}), ("n",))
    kind, *steps = goal["law"]
    before, free = substitute(smooth["law"], at), ("uniform", ONE) if kind == "odd-uniform" else (kind[4:],)
    if not kind.startswith("odd-") or before not in (free, (kind, *steps[:1], ZERO)):
        raise Rejected("the laws do not differ by the grids of factors alone")
    steps = steps[before != free :]
    for step in steps:
        on_odd_multiples(step)
    same = {field: substitute(smooth[field], at) for field in ("length", "tolerance", "failure", "samples")}
    asked = lies_in(smooth, goal, at) + about(
        goal, ("<=", goal["length"], same["length"]), ("<=", same["failure"], goal["failure"]),
        ("<=", same["samples"], goal["samples"]),
    )  # fmt: skip
    moved = ("+", same["tolerance"], ("*", "n", sum(steps)))
    asked += about(goal, ("<=", moved, goal["tolerance"]), ranges=(("n", "[", ZERO, None, ")"),))
    expect(premises[1:], asked)


def two_signs(goal, premises, data):
    """One weight: w x = w s(x) - w s(-x); hidden units with u > 0 make w and those with u < 0 make -w."""
    (cover,) = take(premises, "cover")
    well_formed(goal)
    at = replacements(data.get("at", {}), ("n",))
    if goal["law"][0].removeprefix("odd-") != "gadget" or substitute(cover["law"], at) != goal["law"]:
        raise Rejected("a hidden unit needs the law of a gadget, in both judgements")
    if (goal["inputs"], goal["outputs"], substitute(cover["length"], at)) != (ONE, ONE, TWO):
        raise Rejected("one input, one output and the window [-1, 1] are needed")
    asked = lies_in(cover, goal, at) + about(
        goal, ("<=", substitute(cover["tolerance"], at), goal["tolerance"]),
        ("<=", ("*", TWO, substitute(cover["failure"], at)), goal["failure"]),
        ("<=", substitute(cover["samples"], at), goal["units"]),
    )  # fmt: skip
    expect(premises[1:], asked)


def frobenius(goal, premises, data):
    """All entries at once: a union bound; errors of at most t in each entry make a norm of at most t sqrt(d e)."""
    (link,) = take(premises, "layer")
    well_formed(goal)
    at = replacements(data.get("at", {}))
    if (link["inputs"], link["outputs"], substitute(link["law"], at)) != (ONE, ONE, goal["law"]):
        raise Rejected("the premise must speak of one weight, and of the same law")
    entries = ("*", goal["inputs"], goal["outputs"])
    asked = lies_in(link, goal, at) + about(
        goal, ("<=", ONE, goal["inputs"]), ("<=", ONE, goal["outputs"]),
        ("<=", ("*", substitute(link["tolerance"], at), ("sqrt", entries)), goal["tolerance"]),
        ("<=", ("*", entries, substitute(link["failure"], at)), goal["failure"]),
        ("<=", substitute(link["units"], at), goal["units"]),
    )  # fmt: skip
    expect(premises[1:], asked)


def compose(goal, premises):
    """Layers of norm at most 1 with errors of at most h |x|: the outputs differ by (1+h)^l - 1 < e^(l h) - 1."""
    well_formed(goal)
    grown = ("-", ("exp", ("*", goal["depth"], goal["error"])), ONE)
    expect(premises, about(goal, ("<=", ONE, goal["depth"]), ("<", ZERO, goal["error"]), ("<=", grown, goal["bound"])))


def stack(goal, premises, data):
    """A network of l layers: the layers' errors compose, and a union bound over them."""
    layer, whole = take(premises, "layer", "composition")
    well_formed(goal)
    at, shape = replacements(data.get("layer", {})), {goal["inputs"], goal["outputs"]}
    depths = replacements(data.get("composition", {}))
    fields = ("inputs", "outputs", "law", "tolerance", "failure", "units")
    one = {field: substitute(layer[field], at) for field in fields}
    bound, error, depth = (substitute(whole[field], depths) for field in ("bound", "error", "depth"))
    if any(one[field] != goal[field] for field in fields[:3]) or depth != goal["depth"]:
        raise Rejected("the layer must have the inputs, the outputs and the law of the network's, and the depths agree")
    if any(names_in(item) & shape for item in (bound, error, goal["error"], goal["failure"], depth)):
        raise Rejected("what holds for the whole network must not depend on the widths of one layer")
    if len(shape - {"pi"}) < 2 or not all(isinstance(name, str) for name in shape):
        raise Malformed("inputs and outputs are two variables")
    asked = lies_in(layer, goal, at) + lies_in(whole, goal, depths) + about(
        goal, ("<=", one["tolerance"], error), ("<=", ("*", goal["depth"], one["failure"]), goal["failure"]),
        ("<=", one["units"], goal["units"]), ("<=", bound, goal["error"]),
    )  # fmt: skip
    expect(premises[2:], asked)


def propagate(goal, premises):
    """W s(f) - V s(g) = W (s(f) - s(g)) + (W - V) s(g), and s is 1-Lipschitz with s(0) = 0."""
    ranges = tuple((name, "[", ZERO, None, ")") for name in ("w", "p", "q", "s", "g"))
    whole = {"domain": ranges, "hypotheses": ()}
    well_formed({**whole, "error": goal["error"], "growth": goal["growth"]})
    step = ("+", ("*", "w", "s"), ("*", "p", "g"))
    expect(premises, about(whole, ("<=", step, goal["error"]), ("<=", ("*", "q", "g"), goal["growth"])))


def refuted_cover(statement, data):
    """A point and a whole n with too few subset sums for the window, or too likely to have no sample above 0."""
    well_formed(statement, {"tolerance": ("n",)})
    size = "units" if statement["form"] in ("layer", "network") else "samples"
    point = exact_point(data.get("point"))
    n = data.get("n")
    if type(n) is not int or not 0 <= n <= 4096:
        raise Malformed("n is a whole number up to 4096")
    admissible(statement, point)
    one = {field: value(statement[field], point) for field in ("inputs", "outputs", "depth") if field in statement}
    at = {**point, "n": n * ONE} if size == "samples" else point
    tolerance = value(statement["error" if "error" in statement else "tolerance"], at)
    length = value(statement["length"], point) if size == "samples" else TWO
    law, *reach = statement["law"]
    known = law in (NEGATIVE if size == "samples" else ("gadget",)) and all(value(r, point) > 0 for r in reach)
    if not known or length < 0:
        raise Rejected("only statements about a law that is known, and a window, are refuted here")
    reached, total = NEGATIVE[law]
    few = 2**n * 2 * tolerance < length and value(statement["failure"], point) < 1
    low = 2 * tolerance < length and reached**n > value(statement["failure"], point) * total**n
    if any(x != 1 for x in one.values()) or not holds(("<=", statement[size], n * ONE), point) or not (few or low):
        raise Rejected("so many samples do not refute the statement, or it is not about one weight at this point")


def refuted_composition(statement, data):
    """One number for each layer: 1 in the target and 1 + h in the other, whose powers differ by (1 + h)^l - 1."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    depth, error = value(statement["depth"], point), value(statement["error"], point)
    if depth.denominator != 1 or not 1 <= depth <= 1000:
        raise Rejected("the depth is not a whole number from 1 to 1000")
    long = int(depth) * size(1 + error)
    afford(long)
    spend(4 * work(long, long))
    if error < 0 or (1 + error) ** int(depth) - 1 < value(statement["bound"], point):
        raise Rejected("the point does not refute the bound")


def refuted_propagation(statement, data):
    """Positive numbers as layers of two networks, whose outputs at 1 differ by more than the recursion says."""
    layers = data.get("layers")
    if not isinstance(layers, list) or not 1 <= len(layers) <= 16:
        raise Malformed("the layers are 1 to 16 tables of w and q")
    f, g, state = ONE, ONE, {"s": ZERO, "g": ONE}
    for pair in map(exact_point, layers):
        if set(pair) != {"w", "q"} or min(pair.values()) < 0:
            raise Malformed("a layer has numbers w and q that are not negative")
        at = {**pair, "p": abs(pair["w"] - pair["q"]), **state}
        f, g = f * pair["w"], g * pair["q"]
        state = {"s": value(statement["error"], at), "g": value(statement["growth"], at)}
    if abs(f - g) <= state["s"]:
        raise Rejected("the networks do not refute the recursion")
