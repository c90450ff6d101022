"""Judgements: the handful of forms that a claim can have, as frozen data with one JSON text each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lt_proofs.terms.tree import HEADS, RELATIONS, Apply, Number, Relation, Symbol, Term, plain


@dataclass(frozen=True, slots=True, repr=False)
class Range:
    """One variable and its interval; an end of None is infinite and open."""

    name: str
    opening: str
    low: Term | None
    high: Term | None
    closing: str

    def __repr__(self) -> str:
        low = "-oo" if self.low is None else plain(self.low).strip("()")
        high = "oo" if self.high is None else plain(self.high).strip("()")
        return f"{self.name} in {self.opening}{low}, {high}{self.closing}"


@dataclass(frozen=True, slots=True, repr=False)
class Domain:
    """A box: one range per variable, in a stated order."""

    ranges: tuple[Range, ...]

    def __repr__(self) -> str:
        return ", ".join(map(repr, self.ranges))

    @property
    def names(self) -> tuple[str, ...]:
        """The variables in order."""
        return tuple(r.name for r in self.ranges)


@dataclass(frozen=True, slots=True)
class Law:
    """The law of one sample, by name, with its numbers: LAWS says what they are."""

    kind: str
    numbers: tuple[Term, ...] = ()

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(map(plain, self.numbers))})" if self.numbers else self.kind


# the laws of a sample X, each with the names of its numbers
LAWS: dict[str, tuple[str, ...]] = {
    "uniform": ("radius",),  # uniform on [-radius, radius]
    "product": (),  # b a, a uniform on [0, 1], b on [-1, 1]
    "gadget": (),  # b max(a, 0), a and b uniform on [-1, 1]: one hidden unit
    "contains": ("weight", "radius"),  # any law with so much of its weight uniform on [-radius, radius]
    "any": ("gain",),  # any law whose drift has at least this gain
    "density": ("density",),  # any law with a density of at least this at z and at -z, z >= 0
    "odd-uniform": ("step",),  # uniform on the odd multiples of the step in [-1, 1]
    "odd-product": ("step of a", "step of b"),  # the same with a, b on odd multiples; step 0: no grid
    "odd-gadget": ("step of a", "step of b"),
}

# form -> its fields in order, each with the kind of data that it holds
FORMS: dict[str, dict[str, str]] = {
    # for all points of the domain that meet the hypotheses, both sides are defined and the conclusion holds
    "inequality": {"domain": "domain", "hypotheses": "relations", "conclusion": "relation"},
    # every measurable K of weight m in a window of cells of the given weights: the integral of w |1 - (1 + u/w)^-power|
    # over the points of K, of weight w, that X moves to the rest of the window, of weight u there, is on average at
    # least the profile p + q m + r m^2
    "flow": {"law": "law", "length": "term", "weights": "terms", "power": "term", "profile": "terms"},
    # every subset of a grid of so many points, every radius of the list: the cut is at least the bound
    "grid-cut": {"points": "integers", "radii": "terms", "hypotheses": "relations", "bound": "term"},
    # every measurable A of [0, length] with measure a: the pairs of A and its complement within the radius
    "cut": {
        "domain": "domain",
        "hypotheses": "relations",
        "length": "term",
        "radius": "term",
        "bound": "term",
    },
    # every random V in [v, min(ceilings)] with mean >= v + drift: E potential(V) <= factor * potential(v)
    "contraction": {
        "domain": "domain",
        "variable": "name",
        "ceilings": "terms",
        "drift": "term",
        "potential": "term",
        "factor": "term",
    },
    # K, a fraction v of an interval W of this length: K u ((K + X) n W) is on average at least v + gain of it
    "drift": {"domain": "domain", "hypotheses": "relations", "law": "law", "length": "term", "gain": "term"},
    # the same on grids of so many points, with X uniform on the integers from -r to r
    "grid-drift": {"points": "integers", "radii": "terms", "gain": "term"},
    # the process from the middle point of a small grid: not everything covered with probability <= bound
    "chain": {"points": "integer", "reach": "integer", "samples": "integers", "bound": "term"},
    # n >= samples: with probability >= 1 - failure every z of [-length/2, length/2] is within the tolerance of a sum
    "cover": {
        "domain": "domain",
        "hypotheses": "relations",
        "law": "law",
        "length": "term",
        "tolerance": "term",
        "failure": "term",
        "samples": "term",
    },
    # two random layers with n >= units hidden units an input: masks for every W with entries in [-1, 1]
    "layer": {
        "domain": "domain",
        "hypotheses": "relations",
        "law": "law",
        "inputs": "term",
        "outputs": "term",
        "tolerance": "term",
        "failure": "term",
        "units": "term",
    },
    # layers of norm <= 1 with errors <= error |x| make a network with an error below the bound
    "composition": {
        "domain": "domain",
        "hypotheses": "relations",
        "depth": "term",
        "error": "term",
        "bound": "term",
    },
    # a random network of 2 depth layers: masks for every target at once
    "network": {
        "domain": "domain",
        "hypotheses": "relations",
        "law": "law",
        "inputs": "term",
        "outputs": "term",
        "depth": "term",
        "error": "term",
        "failure": "term",
        "units": "term",
    },
    # a recursion over the layers of two given networks that bounds their difference
    "propagation": {"error": "term", "growth": "term"},
    # a maximal set of points of a unit ball, pairwise more than `separation` apart: at least `count` of them
    "packing": {"domain": "domain", "dimension": "term", "separation": "term", "count": "term"},
    # matrices that one function is within `closeness` of on the unit ball are at most `diameter` apart
    "diameter": {"domain": "domain", "closeness": "term", "diameter": "term"},
    # a set of that diameter has at most this share of the volume of the unit ball, in any norm
    "volume": {"domain": "domain", "dimension": "term", "diameter": "term", "share": "term"},
    # 2^bits functions in each draw, each near a share of the targets, each target met with chance `success`
    "counting": {"domain": "domain", "share": "term", "bits": "term", "success": "term", "bound": "term"},
    # at most 2^bits functions of a bias-free two-layer network by masks
    "units": {"domain": "domain", "size": "term", "hidden": "term", "bits": "term"},
    # at most 2^bits values at the unit vectors with signs of our choice
    "columns": {"domain": "domain", "size": "term", "hidden": "term", "bits": "term"},
    # a random network of 2^bits prunings, near every linear map with chance `success`: the conclusion holds
    "pruning": {
        "domain": "domain",
        "size": "term",
        "bits": "term",
        "closeness": "term",
        "success": "term",
        "conclusion": "relation",
    },
    "two-layer": {
        "domain": "domain",
        "size": "term",
        "hidden": "term",
        "closeness": "term",
        "success": "term",
        "conclusion": "relation",
    },
    # there are so many matrices of norm at most 1, pairwise more than `separation` apart
    "matrices": {"size": "integer", "separation": "term", "count": "integer"},
    # all masks of one two-layer network: how many functions, and how many targets they are near
    "masks": {
        "size": "integer",
        "first": "integers",
        "second": "integers",
        "unit": "term",
        "closeness": "term",
        "cells": "integer",
        "functions": "integer",
        "reached": "integer",
    },
}


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """One statement: a form and the data of its fields, in the order of FORMS.

    >>> from lt_proofs.terms import Domain, parse_domain, parse_relation
    >>> j = Judgement.of("inequality", domain=parse_domain("v in [0, 1]"), hypotheses=(),
    ...                  conclusion=parse_relation("v*(1-v) <= 1/4"))
    >>> j["conclusion"]
    v*(1 - v) <= 1/4
    """

    form: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, form: str, **fields: Any) -> Judgement:
        """A judgement from its fields by name; raises KeyError when one is missing or unknown."""
        if set(fields) != set(FORMS[form]):
            raise KeyError(f"{form} has the fields {', '.join(FORMS[form])}")
        return cls(form, tuple(fields[name] for name in FORMS[form]))

    def __getitem__(self, name: str) -> Any:
        return self.values[list(FORMS[self.form]).index(name)]

    def replace(self, **fields: Any) -> Judgement:
        """A copy with some fields changed."""
        return Judgement.of(self.form, **{**dict(zip(FORMS[self.form], self.values, strict=True)), **fields})

    def __repr__(self) -> str:
        pairs = zip(FORMS[self.form], self.values, strict=True)
        return f"{self.form}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


def encode(value: Any) -> Any:
    """The JSON data of a term, relation, domain, judgement or a tuple of them."""
    if isinstance(value, Judgement):
        pairs = zip(FORMS[value.form], value.values, strict=True)
        return {"form": value.form, **{name: encode(item) for name, item in pairs}}
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, Apply):
        return [value.head, *map(encode, value.args)]
    if isinstance(value, Relation):
        return [value.sign, encode(value.left), encode(value.right)]
    if isinstance(value, Domain):
        return [encode(r) for r in value.ranges]
    if isinstance(value, Range):
        low = "-oo" if value.low is None else encode(value.low)
        high = "oo" if value.high is None else encode(value.high)
        return [value.name, value.opening, low, high, value.closing]
    if isinstance(value, Law):
        return [value.kind, *map(encode, value.numbers)]
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode(data: dict[str, Any]) -> Judgement:
    """The judgement of trusted JSON data (the record); strangers' files go through the checker."""
    form = data["form"]
    values = tuple(_DECODERS[kind](data[name]) for name, kind in FORMS[form].items())
    return Judgement(form, values)


def decode_term(data: Any) -> Term:
    """The term of trusted JSON data."""
    if isinstance(data, str):
        return Number(Fraction(data)) if data[0] in "-0123456789" else Symbol(data)
    head, *args = data
    if head not in HEADS:
        raise ValueError(f"unknown head {head!r}")
    return Apply(head, tuple(map(decode_term, args)))


def _relation(data: Any) -> Relation:
    sign, left, right = data
    if sign not in RELATIONS:
        raise ValueError(f"unknown relation {sign!r}")
    return Relation(sign, decode_term(left), decode_term(right))


def _domain(data: Any) -> Domain:
    def end(text: Any, infinite: str) -> Term | None:
        return None if text == infinite else decode_term(text)

    return Domain(tuple(Range(name, op, end(low, "-oo"), end(high, "oo"), cl) for name, op, low, high, cl in data))


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "term": decode_term,
    "terms": lambda data: tuple(map(decode_term, data)),
    "relation": _relation,
    "relations": lambda data: tuple(map(_relation, data)),
    "domain": _domain,
    "law": lambda data: Law(data[0], tuple(map(decode_term, data[1:]))),
    "name": str,
    "integer": int,
    "integers": lambda data: tuple(map(int, data)),
}
