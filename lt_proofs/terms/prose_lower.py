"""Sentences of the judgements about packings, masks and the lower bound, made of words and formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lt_proofs.terms.judgement import Judgement
from lt_proofs.terms.tree import Term, number

Sentence = list[Any]


def _list(items: tuple[Any, ...]) -> Sentence:
    words: Sentence = []
    for place, item in enumerate(items):
        words += ([", "] if place else []) + [item if isinstance(item, Term) else str(item)]
    return words


def _whole(j: Judgement, *terms: Term) -> Sentence:
    names: Sentence = [terms[0]] if len(terms) == 1 else [terms[0], " and ", terms[1]]
    kind = " is a whole number: " if len(terms) == 1 else " are whole numbers from 1 on: "
    return ["For all ", j["domain"], " for which ", *names, kind]


def _packing(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["dimension"]), "in every norm on a real space of dimension ", j["dimension"],
        ", each maximal set of points of the unit ball that are pairwise more than ", j["separation"],
        " apart has at least ", j["count"], " points.",
    ]  # fmt: skip


def _diameter(j: Judgement) -> Sentence:
    return [
        "For all ", j["domain"], ": any two square matrices W whose maps x -> Wx are within ", j["closeness"],
        " of one and the same function on the Euclidean unit ball are at most ", j["diameter"],
        " apart in the spectral norm.",
    ]  # fmt: skip


def _volume(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["dimension"]), "in every norm on a real space of dimension ", j["dimension"],
        ", a set of diameter at most ", j["diameter"], " has at most ", j["share"],
        " times the volume of the unit ball.",
    ]  # fmt: skip


def _counting(j: Judgement) -> Sentence:
    return [
        "For all ", j["domain"], ": let each draw of a random network offer at most ", number(2) ** j["bits"],
        " functions, each of them near at most the share ", j["share"],
        " of the targets in some probability measure. If each target has a chance of at least ", j["success"],
        " that a function near it is offered, then ", j["bits"] >= j["bound"], ".",
    ]  # fmt: skip


def _two_layer_network(j: Judgement) -> Sentence:
    return [
        "bias-free two-layer ReLU network with ", j["size"], " inputs, ", j["hidden"], " hidden units and ", j["size"],
        " outputs",
    ]  # fmt: skip


def _units(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["size"], j["hidden"]), "masks make at most ", number(2) ** j["bits"],
        " different functions of any one ", *_two_layer_network(j), ".",
    ]  # fmt: skip


def _columns(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["size"], j["hidden"]), "for any one ", *_two_layer_network(j),
        " there are signs, one for each unit vector, such that under all masks the values at the signed unit vectors "
        "are at most ", number(2) ** j["bits"], " different ones.",
    ]  # fmt: skip


def _near_all(j: Judgement, some: str) -> Sentence:
    d = j["size"]
    return [
        " If for every ", d, " x ", d, " matrix W of spectral norm at most 1 the chance is at least ", j["success"],
        f" that some {some} within ", j["closeness"], " of x -> Wx on the Euclidean unit ball, then ",
        j["conclusion"], ".",
    ]  # fmt: skip


def _pruning(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["size"]), "let a random network, of any architecture and any distribution, have at most ",
        number(2) ** j["bits"], " prunings.", *_near_all(j, "pruning is"),
    ]  # fmt: skip


def _two_layer(j: Judgement) -> Sentence:
    return [
        *_whole(j, j["size"], j["hidden"]), "let a ", *_two_layer_network(j),
        " have random weights of any distribution.", *_near_all(j, "masks make it a function"),
    ]  # fmt: skip


def _matrices(j: Judgement) -> Sentence:
    d = f"{j['size']} x {j['size']}"
    return [
        f"There are {j['count']} real {d} matrices of spectral norm at most 1 that are pairwise more than ",
        j["separation"], " apart in that norm.",
    ]  # fmt: skip


def _masks(j: Judgement) -> Sentence:
    d = j["size"]
    return [
        f"Take the bias-free two-layer ReLU network with {d} inputs and outputs whose hidden units have the rows (",
        *_list(j["first"]), ") of the first layer and the columns (", *_list(j["second"]), ") of the second, in "
        "units of ", j["unit"], f". Its masks make exactly {j['functions']} different functions; of the {d} x {d} "
        f"matrices of spectral norm at most 1 whose entries are multiples of 1/{j['cells']}, exactly {j['reached']} "
        "are within ", j["closeness"], " of one of them on the Euclidean unit ball.",
    ]  # fmt: skip


LOWER: dict[str, Callable[[Judgement], Sentence]] = {
    "packing": _packing,
    "diameter": _diameter,
    "volume": _volume,
    "counting": _counting,
    "units": _units,
    "columns": _columns,
    "pruning": _pruning,
    "two-layer": _two_layer,
    "matrices": _matrices,
    "masks": _masks,
}
