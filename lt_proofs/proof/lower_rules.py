"""What the rules about packings, masks and the lower bound ask for: the prover's own reading of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lt_proofs.terms import Domain, Judgement, Range, Relation, Symbol, Term, number
from lt_proofs.terms.tree import call, substitute

Data = dict[str, Any] | None
Asks = Callable[..., list[Judgement]]

ZERO, ONE, TWO = number(0), number(1), number(2)


def on_domain(domain: Domain, *conclusions: Relation) -> list[Judgement]:
    """These conclusions on a domain, without hypotheses."""
    return [Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=c) for c in conclusions]


def volume_packing(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """Balls around a maximal set cover the unit ball."""
    apart = goal["separation"]
    volume: Term = goal["count"] * apart ** goal["dimension"]
    return on_domain(goal["domain"], Relation("<", ZERO, apart), volume <= ONE)


def triangle(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """Twice the closeness is at most the diameter."""
    return on_domain(goal["domain"], TWO * goal["closeness"] <= goal["diameter"])


def brunn_minkowski(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """The ball of half the diameter has at most the share."""
    size = goal["diameter"]
    return on_domain(goal["domain"], Relation("<", ZERO, size), (size / TWO) ** goal["dimension"] <= goal["share"])


def average(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """So many functions, each near so large a share, are no more than the chance of success."""
    return on_domain(
        goal["domain"], Relation("<", ZERO, goal["share"]), TWO ** goal["bound"] * goal["share"] <= goal["success"]
    )


def least_value(goal: Judgement, premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """With less than the least value of the variable, the bits fall short."""
    variable, least = goal["conclusion"].left, goal["conclusion"].right
    others = tuple(r for r in goal["domain"].ranges if r.name != variable.name)
    bits = substitute(goal["bits"], {variable.name: Symbol("s") * least})
    with_unit = Domain((*others, Range("s", "[", ZERO, ONE, ")")))
    return on_domain(with_unit, bits < premises[0]["conclusion"].right)


def masks_of_units(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """What the masks of the hidden units make, in bits."""
    return on_domain(goal["domain"], units_bits(goal["size"], goal["hidden"]) <= goal["bits"])


def sign_columns(goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """What the masks make at the signed unit vectors, in bits."""
    return on_domain(goal["domain"], columns_bits(goal["size"], goal["hidden"]) <= goal["bits"])


def by_columns(goal: Judgement, premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """The product of Euclidean balls has at most the share of the spectral unit ball."""
    d, eps = goal["size"], goal["closeness"]
    excess = TWO ** (number(Fraction(3, 4)) * (d * (d - ONE)))
    return on_domain(goal["domain"], excess * eps ** (d**2) <= premises[1]["share"])


def units_bits(size: Term, hidden: Term) -> Term:
    """log2 of ((2^size - 1)^2 + 1)^hidden."""
    return hidden * call("log", (TWO**size - ONE) ** 2 + ONE) / call("log", TWO)


def columns_bits(size: Term, hidden: Term) -> Term:
    """log2 of ((2^(size/2) - 1)(2^size - 1) + 1)^hidden."""
    return hidden * call("log", (TWO ** (size / TWO) - ONE) * (TWO**size - ONE) + ONE) / call("log", TWO)


def nothing(_goal: Judgement, _premises: list[Judgement], _data: Data = None) -> list[Judgement]:
    """Rules that ask for no inequality."""
    return []


LOWER: dict[str, Asks] = {
    "volume-packing": volume_packing,
    "triangle": triangle,
    "brunn-minkowski": brunn_minkowski,
    "average": average,
    "over-packing": nothing,
    "over-ball": nothing,
    "least-value": least_value,
    "masks-of-units": masks_of_units,
    "sign-columns": sign_columns,
    "by-units": nothing,
    "by-columns": by_columns,
    "explicit-matrices": nothing,
    "all-masks": nothing,
}
