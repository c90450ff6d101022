"""Many samples: how many cover a window, by a potential that shrinks, Markov's inequality and the last gaps."""

from fractions import Fraction

from errors import Malformed, Rejected, afford, size, spend, work
from formulas import Formula, equal, exp, log, product, sqrt, variables
from gains import LEVEL, on_odd_multiples
from obligations import ONE, TWO, UNCHANGED, UNIT, ZERO, about, lies_in, replacements, require
from points import admissible, exact_point, holds, value
from syntax import LAW_FILES, names_in, term

# how likely a sample is not to be above 0
NOT_POSITIVE = {kind: Fraction(row["not_positive"]) for kind, row in LAW_FILES.items()}
SAMPLES = ("n", "[", ZERO, None, ")")
LAYERS = tuple((name, "[", ZERO, None, ")") for name in ("w", "p", "q", "s", "g"))


def first_moment(goal, drift, shrink, *, start, rest, ratio, at=UNCHANGED):
    """Mathematics 5.19: coverage by contraction and Markov's inequality.

    Cover [-L/2, L/2] by K_0 = [-s, s], K' = K u ((K + X) n W), whose fraction v has the drift of the law.
    v <= v' <= min(2v, 1), so E g(v_n) <= c^n g(v_0), v_0 = 2s/L.  Markov: v_n <= 1 - e/L has probability at most
    c^n g(v_0)/g(1 - e/L) <= c^n q delta <= delta for n >= log q/(-log c).  Otherwise less than e is uncovered, and
    every point has a covered one within e.
    """
    at = replacements(at, {"domain": (*drift["domain"], *shrink["domain"])})
    s, e, q = (Formula(term(hint)) for hint in (start, rest, ratio))
    ranges = (LEVEL in drift["domain"], LEVEL in shrink["domain"], LEVEL not in goal["domain"])
    to_twice = shrink["variable"] == "v" and set(shrink["ceilings"]) == {("*", TWO, "v"), ONE}
    drift, shrink = drift.at(at), shrink.at(at)
    if not all(ranges) or not to_twice or "v" in names_in(shrink["factor"]):
        raise Rejected("the drift and the contraction must hold at every v of (0, 1), the latter up to min(2 v, 1)")
    same_law = (drift["law"], drift["length"]) == (goal["law"], goal["length"])
    require(same_law, "the law and the window are not those of the drift")
    L, delta, c = goal.length, goal.failure, shrink.factor
    v, t = variables("vt")

    def g(level):
        return shrink.put("potential", v=level)

    inner = {**goal, "domain": (*goal["domain"], LEVEL)}
    return [
        *lies_in(drift, inner, at), *lies_in(shrink, inner, at),
        *about(inner, shrink.drift <= drift.gain),
        *about(inner, g(v + t * (1 - v)) <= g(v), ranges=(UNIT,)),
        *about(
            goal, 0 < c, c < 1, equal(g(1), 0), 0 < s, 2 * s <= L, 0 < e, 2 * e <= L, s + e <= goal.tolerance,
            0 < delta, 0 < g(1 - e / L), g(2 * s / L) <= product(q, delta, g(1 - e / L)),
            log(q) <= goal.samples * -log(c),
        ),
    ]  # fmt: skip


def halves(goal, half, *, at=UNCHANGED):
    """Mathematics 5.22: twice the window by two batches, each for half of the target.

    Of n samples each batch gets n/2 - 1/2 at least.
    """
    at = replacements(at, half, ("n",))
    asked, half = lies_in(half, goal, at), half.at(at)
    if half["law"] != goal["law"] or goal["law"][0] == "any":
        raise Rejected("the laws differ, or say what happens on a window of one length alone")
    return asked + about(
        goal, goal.length <= 2 * half.length, 2 * half.tolerance <= goal.tolerance, 2 * half.failure <= goal.failure,
        2 * half.samples + 1 <= goal.samples,
    )  # fmt: skip


def coupling(goal, smooth, *, at=UNCHANGED):
    """Mathematics 5.23: coverage on a grid of samples, from that of the smooth law.

    Factors on the odd multiples of h_1, h_2 are within h_1, h_2 of uniform ones, and each factor is at most 1.  A
    sum of n samples moves by at most n (h_1 + h_2), of those factors alone that are on a grid in the goal only.
    """
    at = replacements(at, smooth, ("n",))
    asked, smooth = lies_in(smooth, goal, at), smooth.at(at)
    kind, *steps = goal["law"]
    free = ("uniform", ONE) if kind == "odd-uniform" else (kind[4:],)
    if not kind.startswith("odd-") or smooth["law"] not in (free, (kind, *steps[:1], ZERO)):
        raise Rejected("the laws do not differ by the grids of factors alone")
    steps = steps[smooth["law"] != free :]
    for step in steps:
        on_odd_multiples(step)
    n = Formula("n")
    asked += about(goal, goal.length <= smooth.length, smooth.failure <= goal.failure, smooth.samples <= goal.samples)
    return asked + about(goal, smooth.tolerance + n * sum(steps) <= goal.tolerance, ranges=(SAMPLES,))


def two_signs(goal, cover, *, at=UNCHANGED):
    """Mathematics 5.24: one weight from two instances of coverage, one for each sign of the input.

    w x = w s(x) - w s(-x); hidden units with u > 0 make w, and those with u < 0 make -w.
    """
    return one_weight(goal, cover, at, instances=2)


def one_sign(goal, cover, *, at=UNCHANGED):
    """Mathematics 5.25: one weight on inputs x >= 0, as they come out of a ReLU, from one instance of coverage.

    w x = w s(x), made by the hidden units with u > 0.
    """
    require(goal["signs"] == "nonnegative", "only a layer for inputs of one sign needs one instance of coverage")
    return one_weight(goal, cover, at, instances=1)


def one_weight(goal, cover, at, instances):
    """So many instances of coverage by gadgets, with a union bound over them, make one weight."""
    at = replacements(at, cover, ("n",))
    asked, cover = lies_in(cover, goal, at), cover.at(at)
    if goal["law"][0].removeprefix("odd-") != "gadget" or cover["law"] != goal["law"]:
        raise Rejected("a hidden unit needs the law of a gadget, in both judgements")
    if (goal["inputs"], goal["outputs"], cover["length"]) != (ONE, ONE, TWO):
        raise Rejected("one input, one output and the window [-1, 1] are needed")
    failure = cover.failure if instances == 1 else instances * cover.failure
    return asked + about(goal, cover.tolerance <= goal.tolerance, failure <= goal.failure, cover.samples <= goal.units)


def frobenius(goal, link, *, at=UNCHANGED):
    """Mathematics 5.26: a layer from one weight, by a union bound over all entries.

    Errors of at most t in each entry of a matrix with d columns and e rows make a norm of at most t sqrt(d e).
    """
    at = replacements(at, link)
    asked, link = lies_in(link, goal, at), link.at(at)
    if (link["inputs"], link["outputs"], link["law"]) != (ONE, ONE, goal["law"]):
        raise Rejected("the premise must speak of one weight, and of the same law")
    covers(link, goal["signs"])
    d, e = goal.inputs, goal.outputs
    return asked + about(
        goal, 1 <= d, 1 <= e, link.tolerance * sqrt(d * e) <= goal.tolerance, d * e * link.failure <= goal.failure,
        link.units <= goal.units,
    )  # fmt: skip


def covers(layer, signs):
    """Reject a layer that is known for inputs of one sign where both signs occur."""
    require(layer["signs"] in ("both", signs), "the premise speaks of inputs of one sign only")


def compose(goal):
    """Mathematics 5.27: composition of layers of norm at most 1.

    With errors of at most h |x| in each of l layers the outputs differ by at most (1 + h)^l - 1 < e^(l h) - 1.  The
    error of a layer behind a ReLU is taken at what comes out of the ReLU, where no entry is negative.
    """
    depth, h = goal.depth, goal.error
    return about(goal, 1 <= depth, 0 < h, exp(depth * h) - 1 <= goal.bound)


def stack(goal, one, other, whole, *, first=UNCHANGED, later=UNCHANGED, composition=UNCHANGED):
    """Mathematics 5.28: a network from its layers, whose errors compose; a union bound over the layers.

    The first layer meets inputs of both signs, the later ones stand behind a ReLU.
    """
    shape = {goal["inputs"], goal["outputs"]}
    if len(shape - {"pi"}) < 2 or not all(isinstance(name, str) for name in shape):
        raise Malformed("inputs and outputs are two variables")
    depths = replacements(composition, whole)
    asked, whole = lies_in(whole, goal, depths), whole.at(depths)
    require(whole["depth"] == goal["depth"], "the composition must have the depth of the network")
    # one event serves all layers at once only if its probability and its error are those of every layer
    shared = (*map(whole.get, ("bound", "error", "depth")), goal["error"], goal["failure"])
    if any(names_in(item) & shape for item in shared):
        raise Rejected("what holds for the whole network must not depend on the widths of one layer")
    asked += about(goal, whole.bound <= goal.error)
    for layer, at, signs, units in ((one, first, "both", goal.units), (other, later, "nonnegative", goal.later)):
        at = replacements(at, layer)
        asked, layer = asked + lies_in(layer, goal, at), layer.at(at)
        same = all(layer[field] == goal[field] for field in ("inputs", "outputs", "law"))
        require(same, "a layer must have the inputs, the outputs and the law of the network's")
        covers(layer, signs)
        asked += about(
            goal, layer.tolerance <= whole.error, goal.depth * layer.failure <= goal.failure, layer.units <= units
        )
    return asked


def propagate(goal):
    """Mathematics 5.29: propagation of errors in one drawn network.

    W s(f) - V s(g) = W (s(f) - s(g)) + (W - V) s(g), and s is 1-Lipschitz with s(0) = 0.
    """
    w, p, q, s, g = variables("wpqsg")
    return about({"domain": LAYERS}, w * s + p * g <= goal.error, q * g <= goal.growth)


def refuted_cover(statement, data):
    """A point and a whole n with too few subset sums for the window, or too likely to have no sample above 0.

    For a network this is about its first layer and depth 1, or with "layer": 2 in the data about depth 2, all widths 1
    and the map x -> x: if the second layer has no product above 0, its output at 1 is at most 0.
    """
    layer = data.get("layer", 1)
    if type(layer) is not int or layer not in ((1, 2) if statement["form"] == "network" else (1,)):
        raise Malformed("the layer is 1, or 2 of a network")
    size = "samples" if statement["form"] == "cover" else ("units", "later")[layer - 1]
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
    known = law in (NOT_POSITIVE if size == "samples" else ("gadget",)) and all(value(r, point) > 0 for r in reach)
    if not known or length < 0:
        raise Rejected("only statements about a law that is known, and a window, are refuted here")
    reached, total = NOT_POSITIVE[law].as_integer_ratio()
    few = layer == 1 and 2**n * 2 * tolerance < length and value(statement["failure"], point) < 1
    low = 2 * tolerance < length and reached**n > value(statement["failure"], point) * total**n
    plain = all(x == (layer if field == "depth" else 1) for field, x in one.items())
    if not plain or not holds(("<=", statement[size], n * ONE), point) or not (few or low):
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
