"""Judgements: statements in one of the forms of forms.json, as immutable data, and their JSON data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lt_proofs.terms.forms import CHOICES, FORMS
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
    """The law of one sample: its kind and its numbers, whose names are in terms.forms.LAWS."""

    kind: str
    numbers: tuple[Term, ...] = ()

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(map(plain, self.numbers))})" if self.numbers else self.kind


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """One statement: its form, and the values of its fields in the order of terms.forms.FORMS; ``j[field]`` is one.

    >>> from lt_proofs.terms import Domain, parse_domain, parse_relation
    >>> j = Judgement.of("inequality", domain=parse_domain("v in [0, 1]"), hypotheses=(),
    ...                  conclusion=parse_relation("v*(1-v) <= 1/4"))
    >>> j["conclusion"]
    v*(1 - v) <= 1/4
    """

    # a tuple and not a dictionary, so that judgements can be keys of caches
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
    # strings and whole numbers are their own data
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode(data: dict[str, Any]) -> Judgement:
    """The judgement of JSON data that this program wrote or the checker accepted.

    Raises KeyError or ValueError for other data; files of strangers are read by the checker, whose errors say more.
    """
    form = data["form"]
    values = tuple(_DECODERS[kind](data[name]) for name, kind in FORMS[form].items())
    return Judgement(form, values)


def decode_term(data: Any) -> Term:
    """The term of such JSON data: a string is a number or a name, a list a function of terms."""
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
    **dict.fromkeys(CHOICES, str),
}
