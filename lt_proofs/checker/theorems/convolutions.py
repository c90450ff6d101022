"""Convolutions: norms of their kernels, pooling, biases, residual blocks, and networks that are made of them.

A window reads, at the output position q by the tap t, the pixel phi(q, t), or nothing in a padding of zeros.  M is the
number of reads of the pixel that is read most, m the same by a single tap.
"""

from __future__ import annotations

from errors import Malformed, Rejected
from inequalities.formulas import Formula, Statement, applied, equal, exp, sqrt
from inequalities.syntax import names_in, term
from shapes import Data, Judgement
from theorems.covering import covers
from theorems.lower import agree, enough, share_domain
from theorems.obligations import ONE, TWO, UNCHANGED, about, lies_in, replacements, require

# how a kernel is measured -> the layers and the norm that the measure bounds
MEASURES = dict.fromkeys(("entries", "rows", "columns", "taps", "torus"), ("linear", "euclid"))
MEASURES |= {"outputs": ("linear", "sup"), "larger": ("signed", "euclid"), "larger-outputs": ("signed", "sup")}


def count_reads(goal: Statement) -> list[Judgement]:
    """Mathematics 9.2: two taps read one pixel only if their distance is a multiple of stride/gcd(stride, dilation).

    And an output position reads a pixel by one tap at most, so there are no more reads than output positions.
    """
    by_taps = (goal.taps + goal.step - 1) / goal.step
    room = goal.size + goal.before + goal.after - goal.dilation * (goal.taps - 1) - 1
    return about(goal, applied("min", by_taps, room / goal.stride + 1) <= goal.reads)


def kernel_norm(goal: Statement) -> list[Judgement]:
    """Mathematics 9.3: Cauchy-Schwarz over the taps, and each pixel is counted M times at most; or a larger torus."""
    measure, k, M, m = goal["measure"], goal.taps, goal.reads, goal.most
    require(MEASURES.get(measure) == (goal["layer"], goal["norm"]), "the measure does not bound such layers so")
    factors = {"entries": M, "rows": M, "columns": k * m, "taps": m, "larger": M}
    return about(goal, (sqrt(factors[measure]) * goal.size if measure in factors else goal.size) <= goal.bound)


def pooling(goal: Statement) -> list[Judgement]:
    """Mathematics 9.7: each window is 1-Lipschitz in the maximum norm, and a pixel lies in M windows at most."""
    inside = {"max": Formula(ONE), "mean": goal.inside, "padded": goal.taps}[goal["pool"]]
    return about(goal, (Formula(ONE) if goal["norm"] == "sup" else sqrt(goal.reads / inside)) <= goal.factor)


def hidden_channels(goal: Statement) -> list[Judgement]:
    """Mathematics 9.4: u s(x) = s(u x) for u > 0, so s(x) must pad as x does: pixels do, and the constant 0."""
    return about(goal, equal(goal.value, 0))


def inner_tap(goal: Statement) -> list[Judgement]:
    """Mathematics 9.8: tap t reads q s + t d - a, and (outputs - 1) s <= size + a + b - d (k - 1) - 1."""
    d = goal.dilation
    return about(goal, goal.before <= goal.earlier * d, goal.after <= goal.later * d)


def residual_blocks(goal: Statement) -> list[Judgement]:
    """Mathematics 9.9: the recursions for the error and the growth of a block, summed up over the blocks."""
    blocks, h = goal.depth, goal.error
    if goal["skip"] == "kept":
        return about(goal, (1 + (1 + h) ** 2) ** blocks - 2**blocks <= goal.bound)
    require(goal["norm"] == "euclid", "a skip that is approximated is bounded in the Euclidean norm")
    return about(goal, (sqrt(2) + h) ** (2 * blocks) - 2**blocks <= goal.bound)


def convolve(goal: Statement, link: Statement, *, at: dict[str, Data] = UNCHANGED) -> list[Judgement]:
    """Mathematics 9.5: a convolution from one weight, by a union bound over the k d e entries of each group.

    Errors of at most t in each entry make k d t in the maximum norm, and sqrt(M k d e) t in the Euclidean one.
    """
    at = replacements(at, link)
    asked, link = lies_in(link, goal, at), link.at(at)
    if (link["inputs"], link["outputs"], link["law"]) != (ONE, ONE, goal["law"]):
        raise Rejected("the premise must speak of one weight, and of the same law")
    covers(link, goal["signs"])
    k, d, e, g, M = goal.taps, goal.inputs, goal.outputs, goal.groups, goal.reads
    grows = k * d if goal["norm"] == "sup" else sqrt(M * k * d * e)
    return asked + about(
        goal, 1 <= k, 1 <= d, 1 <= e, 1 <= g, 1 <= M, link.tolerance * grows <= goal.tolerance,
        g * k * d * e * link.failure <= goal.failure, link.units <= goal.units,
    )  # fmt: skip


SHAPE = ("taps", "inputs", "outputs", "groups", "reads")


def stack_convolutions(
    goal: Statement,
    one: Statement,
    other: Statement,
    *,
    share: Data,
    first: dict[str, Data] = UNCHANGED,
    later: dict[str, Data] = UNCHANGED,
) -> list[Judgement]:
    """Mathematics 9.6: a network from its layers, each with the same share of the error; a union bound over them.

    Errors of at most h |x| in each of l layers of norm 1 make at most (1 + h)^l - 1 < e^(l h) - 1.
    """
    shape, h = {goal[field] for field in SHAPE}, Formula(term(share))
    if len(shape - {"pi"}) < len(SHAPE) or not all(isinstance(name, str) for name in shape):
        raise Malformed("what tells layers apart are five variables")
    # one event serves all layers at once only if its probability and its error are those of every layer
    if any(names_in(item) & shape for item in (h.item, goal["depth"], goal["error"], goal["failure"])):
        raise Rejected("what holds for the whole network must not depend on the shape of one layer")
    asked = about(goal, 1 <= goal.depth, 0 < h, exp(goal.depth * h) - 1 <= goal.error)
    for layer, at, signs, units in ((one, first, goal["signs"], goal.units), (other, later, "nonnegative", goal.later)):
        at = replacements(at, layer)
        asked, layer = asked + lies_in(layer, goal, at), layer.at(at)
        same = all(layer[field] == goal[field] for field in (*SHAPE, "law", "norm"))
        require(same, "a layer must have the shape, the law and the norm of the network's")
        covers(layer, signs)
        asked += about(goal, layer.tolerance <= h, goal.depth * layer.failure <= goal.failure, layer.units <= units)
    return asked


def over_kernels(goal: Statement, volume: Statement, counting: Statement) -> list[Judgement]:
    """Mathematics 9.10: average over the unit ball of kernels; those near one function have a small diameter."""
    share_domain(goal, volume, counting)
    agree((volume["dimension"], goal["entries"]), (volume["diameter"], ("*", TWO, goal["closeness"])))
    agree((counting["share"], volume["share"]), (counting["bits"], goal["bits"]))
    enough(goal, counting, goal["closeness"])
    return []
