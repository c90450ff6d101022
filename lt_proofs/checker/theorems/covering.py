"""Many samples: how many cover a window, by a potential that shrinks, Markov's inequality and the last gaps."""

from __future__ import annotations

from typing import Any

from errors import Malformed, Rejected
from inequalities.formulas import Formula, Statement, equal, exp, log, product, sqrt, variables
from inequalities.syntax import names_in, term
from shapes import Data, Judgement
from theorems.gains import LEVEL, on_odd_multiples
from theorems.obligations import ONE, TWO, UNCHANGED, UNIT, ZERO, about, lies_in, replacements, require

SAMPLES = ("n", "[", ZERO, None, ")")
LAYERS = tuple((name, "[", ZERO, None, ")") for name in ("w", "p", "q", "s", "g"))


def first_moment(
    goal: Statement,
    drift: Statement,
    shrink: Statement,
    *,
    start: Data,
    rest: Data,
    ratio: Data,
    at: dict[str, Data] = UNCHANGED,
) -> list[Judgement]:
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

    def g(level: Any) -> Formula:
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


def coupling(goal: Statement, smooth: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
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


def two_signs(goal: Statement, cover: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
    """Mathematics 5.24: one weight from two instances of coverage, one for each sign of the input.

    w x = w s(x) - w s(-x); hidden units with u > 0 make w, and those with u < 0 make -w.
    """
    return one_weight(goal, cover, at, instances=2)


def one_sign(goal: Statement, cover: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
    """Mathematics 5.25: one weight on inputs x >= 0, as they come out of a ReLU, from one instance of coverage.

    w x = w s(x), made by the hidden units with u > 0.
    """
    require(goal["signs"] == "nonnegative", "only a layer for inputs of one sign needs one instance of coverage")
    return one_weight(goal, cover, at, instances=1)


def one_weight(goal: Statement, cover: Statement, at: dict[str, Data], instances: int) -> list[Judgement]:
    """So many instances of coverage by gadgets, with a union bound over them, make one weight."""
    at = replacements(at, cover, ("n",))
    asked, cover = lies_in(cover, goal, at), cover.at(at)
    if goal["law"][0].removeprefix("odd-") != "gadget" or cover["law"] != goal["law"]:
        raise Rejected("a hidden unit needs the law of a gadget, in both judgements")
    if (goal["inputs"], goal["outputs"], cover["length"]) != (ONE, ONE, TWO):
        raise Rejected("one input, one output and the window [-1, 1] are needed")
    failure = cover.failure if instances == 1 else instances * cover.failure
    return asked + about(goal, cover.tolerance <= goal.tolerance, failure <= goal.failure, cover.samples <= goal.units)


def frobenius(goal: Statement, link: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
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


def covers(layer: Statement, signs: str) -> None:
    """Reject a layer that is known for inputs of one sign where both signs occur."""
    require(layer["signs"] in ("both", signs), "the premise speaks of inputs of one sign only")


def compose(goal: Statement) -> list[Judgement]:
    """Mathematics 5.27: composition of layers of norm at most 1.

    With errors of at most h |x| in each of l layers the outputs differ by at most (1 + h)^l - 1 < e^(l h) - 1.  The
    error of a layer behind a ReLU is taken at what comes out of the ReLU, where no entry is negative.
    """
    depth, h = goal.depth, goal.error
    return about(goal, 1 <= depth, 0 < h, exp(depth * h) - 1 <= goal.bound)


def stack(
    goal: Statement,
    one: Statement,
    other: Statement,
    whole: Statement,
    *,
    first: dict[str, Data] = UNCHANGED,
    later: dict[str, Data] = UNCHANGED,
    composition: dict[str, Data] = UNCHANGED,
) -> list[Judgement]:
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


def propagate(goal: Statement) -> list[Judgement]:
    """Mathematics 5.29: propagation of errors in one drawn network.

    W s(f) - V s(g) = W (s(f) - s(g)) + (W - V) s(g), and s is 1-Lipschitz with s(0) = 0.
    """
    w, p, q, s, g = variables("wpqsg")
    return about({"domain": LAYERS}, w * s + p * g <= goal.error, q * g <= goal.growth)
