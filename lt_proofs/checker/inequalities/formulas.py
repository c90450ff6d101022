"""Formulas: terms of a judgement that rules combine with the usual signs.

The checker keeps a term as nested tuples.  Rules read a judgement as a `Statement`, whose fields are formulas, so
that an obligation is written as in a textbook: ``2 * start <= goal.length``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from inequalities.syntax import FORMS, substitute
from shapes import Term


def raw(item: Any) -> Term:
    """The nested tuples of a formula; a number becomes a Fraction."""
    return item.item if isinstance(item, Formula) else Fraction(item) if isinstance(item, int) else item


class Relation(tuple[str, Term, Term]):
    """A comparison of two terms, (sign, left, right)."""

    __slots__ = ()

    def __bool__(self) -> bool:
        # Python reads a < b < c as (a < b) and (b < c): without this the first of two obligations would be lost
        raise TypeError("a relation is stated, not decided; write chains of them one by one")


class Formula:
    """A term with the signs of arithmetic; comparisons make relations, `==` asks for the same term."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = raw(item)

    def __eq__(self, other: object) -> bool:
        return self.item == raw(other)

    def __hash__(self) -> int:
        return hash(self.item)

    def __add__(self, other: Any) -> Formula:
        return applied("+", self, other)

    def __radd__(self, other: Any) -> Formula:
        return applied("+", other, self)

    def __sub__(self, other: Any) -> Formula:
        return applied("-", self, other)

    def __rsub__(self, other: Any) -> Formula:
        return applied("-", other, self)

    def __neg__(self) -> Formula:
        return applied("-", self)

    def __mul__(self, other: Any) -> Formula:
        return applied("*", self, other)

    def __rmul__(self, other: Any) -> Formula:
        return applied("*", other, self)

    def __truediv__(self, other: Any) -> Formula:
        return applied("/", self, other)

    def __rtruediv__(self, other: Any) -> Formula:
        return applied("/", other, self)

    def __pow__(self, other: Any) -> Formula:
        return applied("^", self, other)

    def __rpow__(self, other: Any) -> Formula:
        return applied("^", other, self)

    def __le__(self, other: Any) -> Relation:
        return Relation(("<=", self.item, raw(other)))

    def __lt__(self, other: Any) -> Relation:
        return Relation(("<", self.item, raw(other)))

    # Python turns 0 <= x into x >= 0 where only x is a formula; the relation is kept as it was written, with <= or <
    def __ge__(self, other: Any) -> Relation:
        return Relation(("<=", raw(other), self.item))

    def __gt__(self, other: Any) -> Relation:
        return Relation(("<", raw(other), self.item))


def applied(head: str, *arguments: Any) -> Formula:
    """The formula of an operation or function of formulas."""
    return Formula((head, *map(raw, arguments)))


def equal(left: Any, right: Any) -> Relation:
    """The relation left = right."""
    return Relation(("=", raw(left), raw(right)))


def log(x: Any) -> Formula:
    """The natural logarithm."""
    return applied("log", x)


def exp(x: Any) -> Formula:
    """The exponential function."""
    return applied("exp", x)


def sqrt(x: Any) -> Formula:
    """The square root."""
    return applied("sqrt", x)


def product(*factors: Any) -> Formula:
    """The product of two or more factors."""
    return applied("*", *factors)


def total(*terms: Any) -> Formula:
    """The sum of any number of terms, at most 62."""
    return applied("+", 0, 0, *terms)


def variables(names: str) -> Iterator[Formula]:
    """One formula for each letter."""
    return map(Formula, names)


class Statement(dict[str, Any]):
    """A judgement as rules read it: `j["field"]` is the raw data of a field, `j.field` its term as a formula."""

    __slots__ = ()

    def __getattr__(self, field: str) -> Formula:
        try:
            return Formula(self[field])
        except KeyError:
            raise AttributeError(field) from None

    def put(self, field: str, /, **values: Any) -> Formula:
        """The term of a field with variables replaced by formulas."""
        return Formula(substitute(self[field], {name: raw(value) for name, value in values.items()}))

    def at(self, values: dict[Any, Term]) -> Statement:
        """The judgement with its variables replaced in all terms and in its law; its domain stays as it was."""
        kinds = FORMS[self["form"]]
        moved = {field: substitute(self[field], values) for field, kind in kinds.items() if kind in ("term", "law")}
        return Statement({**self, **moved})
