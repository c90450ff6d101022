"""Judgements in English: sentences made of words and formulas, so that each view renders the formulas its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union

from lt_proofs.terms.judgement import Domain, Judgement, Law
from lt_proofs.terms.prose_lower import LOWER
from lt_proofs.terms.tree import Apply, Relation, Symbol, Term, number, plain

Piece = Union[str, Term, Relation, Domain]  # noqa: UP007 - a name for the reader
Sentence = list[Piece]


def sentence(judgement: Judgement) -> Sentence:
    """The statement as a list of words and formulas."""
    return SENTENCES[judgement.form](judgement)


def plain_sentence(judgement: Judgement) -> str:
    """The statement as plain text.

    >>> from lt_proofs.terms import parse_domain, parse_relation
    >>> plain_sentence(Judgement.of("inequality", domain=parse_domain("v in [0, 1]"), hypotheses=(),
    ...     conclusion=parse_relation("v*(1-v) <= 1/4")))
    'For all v in [0, 1]: v*(1 - v) <= 1/4.'
    """
    return "".join(piece_text(piece) for piece in sentence(judgement))


def piece_text(piece: Piece) -> str:
    """One piece as plain text."""
    return plain(piece) if isinstance(piece, Term) else str(piece)


def _given(hypotheses: tuple[Relation, ...]) -> Sentence:
    words: Sentence = []
    for place, hypothesis in enumerate(hypotheses):
        words += [" with " if place == 0 else " and ", hypothesis]
    return words


def _list(items: tuple[Any, ...]) -> Sentence:
    words: Sentence = []
    for place, item in enumerate(items):
        words += ([", "] if place else []) + [item if isinstance(item, Term) else str(item)]
    return words


def _inequality(j: Judgement) -> Sentence:
    place: Sentence = ["For all ", j["domain"], *_given(j["hypotheses"]), ": "] if j["domain"].ranges else []
    return [*place, j["conclusion"], "."]


def _flow(j: Judgement) -> Sentence:
    p, q, r = j["profile"]
    return [
        "Cut a window of length ", j["length"], f" into {len(j['weights'])} cells of weights ", *_list(j["weights"]),
        ", give each cell its weight evenly and the window the weight 1. For ", *_law(j["law"]), " and every "
        "measurable K of weight m in the window: the mean over X of the integral over the points y of K, for which "
        "y + X is in the window and not in K, of w |1 - (1 + u/w)^(-(", j["power"], "))|, w and u the densities of "
        "weight at y and "
        "y + X, is at least ", p, " + (", q, ") m + (", r, ") m^2.",
    ]  # fmt: skip


def _grid_cut(j: Judgement) -> Sentence:
    return [
        "For every set of a of the M points of a grid, M in {", *_list(j["points"]), "}, and every radius r in {",
        *_list(j["radii"]), "}", *_given(j["hypotheses"]), ": at least ", j["bound"],
        " pairs of a point of the set and a point outside it are at most r apart.",
    ]  # fmt: skip


def _cut(j: Judgement) -> Sentence:
    return [
        "For every measurable set A of measure a inside [0, ", j["length"], "], ", j["domain"],
        *_given(j["hypotheses"]), ": the pairs of a point of A and a point of the rest that are at most ",
        j["radius"], " apart have measure at least ", j["bound"], ".",
    ]  # fmt: skip


def _contraction(j: Judgement) -> Sentence:
    v, tops = Symbol(j["variable"]), j["ceilings"]
    top = Apply("min", tops) if len(tops) > 1 else tops[0]
    return [
        "For all ", j["domain"], " and every random V with ", v, " <= V <= ", top, " and mean E V >= ",
        v + j["drift"], ": with g(", v, ") = ", j["potential"], ", E g(V) <= (", j["factor"], ") g(", v, ").",
    ]  # fmt: skip


def _law(law: Law) -> Sentence:
    first, second = (*law.numbers, number(0), number(0))[:2]
    words: dict[str, Sentence] = {
        "uniform": ["X uniform on [-", first, ", ", first, "]"],
        "product": ["X = b a with a uniform on [0, 1] and b on [-1, 1]"],
        "gadget": ["X = b max(0, a) with a and b uniform on [-1, 1]"],
        "contains": [
            "X of any law that contains with weight ", first, " the uniform one on [-", second, ", ", second, "]",
        ],
        "any": ["X of any law for which such a window of fraction ", Symbol("v"), " gains at least ", first],
        "density": ["X of any law with a density at each z and -z, z >= 0, of at least ", first],
        "odd-uniform": ["X uniform on ", *_grid(first, "[-1, 1]")],
        "odd-product": ["X = b a with a uniform on ", *_grid(first, "[0, 1]"), " and b on ", *_grid(second, "[-1, 1]")],
        "odd-gadget": [
            "X = b max(0, a) with a uniform on ", *_grid(first, "[-1, 1]"), " and b on ", *_grid(second, "[-1, 1]"),
        ],
    }  # fmt: skip
    return words[law.kind]


def _grid(step: Term, place: str) -> Sentence:
    return [place] if step == number(0) else ["the odd multiples of ", step, f" in {place}"]


def _place(j: Judgement) -> Sentence:
    return ["For all ", j["domain"], *_given(j["hypotheses"])] if j["domain"].ranges else ["For"]


def _before(j: Judgement) -> Sentence:
    return [", "] if j["domain"].ranges else [" "]


def _drift(j: Judgement) -> Sentence:
    v = Symbol("v")
    return [
        *_place(j), *_before(j), *_law(j["law"]), ", every interval W of length ", j["length"], " and every "
        "measurable K in W that covers the fraction ", v, " of W: K ∪ ((K + X) ∩ W) covers on average at "
        "least the fraction ",
        v + j["gain"], ".",
    ]  # fmt: skip


def _grid_drift(j: Judgement) -> Sentence:
    v = Symbol("v")
    return [
        "For every window of M points, M in {", *_list(j["points"]), "}, every r in {", *_list(j["radii"]),
        "}, X uniform on the integers from -r to r, and every set K of a fraction ", v, " of the points: K ∪ ((K + X) "
        "∩ window) holds on average at least the fraction ", v + j["gain"], ".",
    ]  # fmt: skip


def _chain(j: Judgement) -> Sentence:
    return [
        f"A window of M = {j['points']} points, X_i uniform on the integers from -{j['reach']} to {j['reach']}, K_0 "
        "its middle point, K_i = K_(i-1) ∪ ((K_(i-1) + X_i) ∩ window): for each n in {", *_list(j["samples"]),
        "}, K_n is not the whole window with probability at most ", j["bound"], ".",
    ]  # fmt: skip


def _cover(j: Judgement) -> Sentence:
    half = j["length"] / 2 if j["length"] != number(2) else number(1)
    return [
        *_place(j), *_before(j), *_law(j["law"]), ", and every whole ", Symbol("n") >= j["samples"],
        ": with probability at least ", 1 - j["failure"], ", every z in [-", half, ", ", half, "] is within ",
        j["tolerance"], " of the sum of a part of n independent samples.",
    ]  # fmt: skip


def _layer(j: Judgement) -> Sentence:
    return [
        *_place(j), ", whole numbers of inputs ", j["inputs"], " and of outputs ", j["outputs"], ", and every whole ",
        Symbol("n") >= j["units"], ": take n hidden units for each input, with independent weights as in ",
        *_law(j["law"]), " (a before the unit, b after it). With probability at least ", 1 - j["failure"],
        ", for all matrices W with entries in [-1, 1] at once there are masks with which the two random layers differ "
        "from W x by at most ", j["tolerance"], " |x| for every x.",
    ]  # fmt: skip


def _composition(j: Judgement) -> Sentence:
    return [
        *_place(j), ", a whole depth ", j["depth"], ", matrices W_i of norm at most 1 and maps G_i with |W_i x - "
        "G_i(x)| <= ", j["error"], " |x| for every x: W_l σ(… σ(W_1 x)) and G_l(σ(… σ(G_1(x)))) differ by less than ",
        j["bound"], " for every |x| <= 1.",
    ]  # fmt: skip


def _network(j: Judgement) -> Sentence:
    return [
        *_place(j), ", a whole depth ", j["depth"], " and all widths d_0, d_1, …: give layer i a whole number n_i of "
        "at least ", j["units"], " hidden units for each of its inputs, where ", j["inputs"], " = d_(i-1) and ",
        j["outputs"], " = d_i, with independent weights as in ", *_law(j["law"]), ". With probability at least ",
        1 - j["failure"], ", for all f(x) = W_l σ(… σ(W_1 x)) with norms |W_i| <= 1 at once, the random network of "
        "twice the depth has masks with which it differs from f by less than ", j["error"], " for every |x| <= 1.",
    ]  # fmt: skip


def _propagation(j: Judgement) -> Sentence:
    return [
        "Let S = 0 and G = 1, and for one layer after the other (W in the target, V in the ticket, ReLU in between, ",
        "w >= |W|, p >= |W - V|, q >= |V|; V may depend on the signs of its input) put s = S, g = G, then S = ",
        j["error"], " and G = ", j["growth"], ". At each layer the two outputs differ by at most S for every |x| <= 1.",
    ]  # fmt: skip


SENTENCES: dict[str, Callable[[Judgement], Sentence]] = {
    "inequality": _inequality,
    "flow": _flow,
    "grid-cut": _grid_cut,
    "cut": _cut,
    "contraction": _contraction,
    "drift": _drift,
    "grid-drift": _grid_drift,
    "chain": _chain,
    "cover": _cover,
    "layer": _layer,
    "composition": _composition,
    "network": _network,
    "propagation": _propagation,
    **LOWER,
}
