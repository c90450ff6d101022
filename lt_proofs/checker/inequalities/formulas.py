"""Formulas: terms of a judgement that rules combine with the usual signs.

The checker keeps a term as nested tuples.  Rules read a judgement as a `Statement`, whose fields are formulas, so
that an obligation is written as in a textbook: ``2 * start <= goal.length``.
"""

from fractions import Fraction

from inequalities.syntax import FORMS, substitute


def raw(item):
    """The nested tuples of a formula; a number becomes a Fraction."""
    return item.item if isinstance(item, Formula) else Fraction(item) if isinstance(item, int) else item


class Relation(tuple):
    """A comparison of two terms, (sign, left, right)."""

    __slots__ = ()

    def __bool__(self):
        # Python reads a < b < c as (a < b) and (b < c): without this the first of two obligations would be lost
        raise TypeError("a relation is stated, not decided; write chains of them one by one")


class Formula:
    """A term with the signs of arithmetic; comparisons make relations, `==` asks for the same term."""

    __slots__ = ("item",)

    def __init__(self, item):
        self.item = raw(item)

    def __eq__(self, other):
        return self.item == raw(other)

    def __hash__(self):
        return hash(self.item)

    def __add__(self, other):
        return applied("+", self, other)

    def __radd__(self, other):
        return applied("+", other, self)

    def __sub__(self, other):
        return applied("-", self, other)

    def __rsub__(self, other):
        return applied("-", other, self)

    def __neg__(self):
        return applied("-", self)

    def __mul__(self, other):
        return applied("*", self, other)

    def __rmul__(self, other):
        return applied("*", other, self)

    def __truediv__(self, other):
        return applied("/", self, other)

    def __rtruediv__(self, other):
        return applied("/", other, self)

    def __pow__(self, other):
        return applied("^", self, other)

    def __rpow__(self, other):
        return applied("^", other, self)

    def __le__(self, other):
        return Relation(("<=", self.item, raw(other)))

    def __lt__(self, other):
        return Relation(("<", self.item, raw(other)))

    # Python turns 0 <= x into x >= 0 where only x is a formula; the relation is kept as it was written, with <= or <
    def __ge__(self, other):
        return Relation(("<=", raw(other), self.item))

    def __gt__(self, other):
        return Relation(("<", raw(other), self.item))


def applied(head, *arguments):
    """The formula of an operation or function of formulas."""
    return Formula((head, *map(raw, arguments)))


def equal(left, right):
    """The relation left = right."""
    return Relation(("=", raw(left), raw(right)))


def log(x):
    """The natural logarithm."""
    return applied("log", x)


def exp(x):
    """The exponential function."""
    return applied("exp", x)


def sqrt(x):
    """The square root."""
    return applied("sqrt", x)


def product(*factors):
    """The product of two or more factors."""
    return applied("*", *factors)


def total(*terms):
    """The sum of any number of terms, at most 62."""
    return applied("+", 0, 0, *terms)


def variables(names):
    """One formula for each letter."""
    return map(Formula, names)


class Statement(dict):
    """A judgement as rules read it: `j["field"]` is the raw data of a field, `j.field` its term as a formula."""

    __slots__ = ()

    def __getattr__(self, field):
        try:
            return Formula(self[field])
        except KeyError:
            raise AttributeError(field) from None

    def put(self, field, /, **values):
        """The term of a field with variables replaced by formulas."""
        return Formula(substitute(self[field], {name: raw(value) for name, value in values.items()}))

    def at(self, values):
        """The judgement with its variables replaced in all terms and in its law; its domain stays as it was."""
        kinds = FORMS[self["form"]]
        moved = {field: substitute(self[field], values) for field, kind in kinds.items() if kind in ("term", "law")}
        return Statement({**self, **moved})
