"""Terms and relations: frozen trees of exact rationals, symbols and function applications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Union

# head -> (least, greatest) number of arguments; None: no upper limit but the parser's own
HEADS: dict[str, tuple[int, int | None]] = {
    "+": (2, None),
    "*": (2, None),
    "-": (1, 2),
    "/": (2, 2),
    "^": (2, 2),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "atan": (1, 1),
    "erf": (1, 1),
    "abs": (1, 1),
    "min": (2, None),
    "max": (2, None),
}
RELATIONS = ("<=", "<", ">=", ">", "=")
CONSTANTS = ("pi",)

Like = Union["Term", int, Fraction]


class Term:
    """A term; ``+ - * / **`` build larger terms and ``<= < >= >`` build relations.

    ``==`` compares trees, never values; an equation is ``Relation("=", left, right)``.

    >>> v = Symbol("v")
    >>> v * (1 - v) <= Fraction(1, 4)
    v*(1 - v) <= 1/4
    """

    __slots__ = ()

    def __add__(self, other: Like) -> Term:
        return Apply("+", (self, number(other)))

    def __radd__(self, other: Like) -> Term:
        return Apply("+", (number(other), self))

    def __sub__(self, other: Like) -> Term:
        return Apply("-", (self, number(other)))

    def __rsub__(self, other: Like) -> Term:
        return Apply("-", (number(other), self))

    def __mul__(self, other: Like) -> Term:
        return Apply("*", (self, number(other)))

    def __rmul__(self, other: Like) -> Term:
        return Apply("*", (number(other), self))

    def __truediv__(self, other: Like) -> Term:
        return Apply("/", (self, number(other)))

    def __rtruediv__(self, other: Like) -> Term:
        return Apply("/", (number(other), self))

    def __pow__(self, other: Like) -> Term:
        return Apply("^", (self, number(other)))

    def __neg__(self) -> Term:
        return Apply("-", (self,))

    def __le__(self, other: Like) -> Relation:
        return Relation("<=", self, number(other))

    def __lt__(self, other: Like) -> Relation:
        return Relation("<", self, number(other))

    def __ge__(self, other: Like) -> Relation:
        return Relation(">=", self, number(other))

    def __gt__(self, other: Like) -> Relation:
        return Relation(">", self, number(other))

    def __repr__(self) -> str:
        return plain(self)


def hashed(*parts: object) -> int:
    """A hash that is not 0, which stands for none."""
    return hash(parts) or 1


@dataclass(frozen=True, slots=True, repr=False)
class Number(Term):
    """An exact rational constant."""

    value: Fraction
    # computed once: caches look terms up often, and the hash of a term is that of all its parts
    kept: int = field(default=0, init=False, compare=False)

    def __hash__(self) -> int:
        if not self.kept:
            object.__setattr__(self, "kept", hashed(self.value))
        return self.kept


@dataclass(frozen=True, slots=True, repr=False)
class Symbol(Term):
    """A variable, or the constant ``pi``."""

    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Apply(Term):
    """An operation or function of HEADS applied to terms."""

    head: str
    args: tuple[Term, ...]
    kept: int = field(default=0, init=False, compare=False)

    def __hash__(self) -> int:
        if not self.kept:
            object.__setattr__(self, "kept", hashed(self.head, self.args))
        return self.kept


@dataclass(frozen=True, slots=True, repr=False)
class Relation:
    """A comparison of two terms: one of ``<= < >= > =``."""

    sign: str
    left: Term
    right: Term

    def __repr__(self) -> str:
        return f"{_bare(self.left)} {self.sign} {_bare(self.right)}"

    # Python would evaluate a < b < c as (a < b) and (b < c), and an assert would always hold
    def __bool__(self) -> bool:
        raise TypeError("a Relation has no truth value; prove it: lt_proofs.prove(relation, domain)")


def number(value: Like) -> Term:
    """The term of an int or Fraction; a term is returned unchanged."""
    return value if isinstance(value, Term) else Number(Fraction(value))


def symbols(names: str) -> tuple[Symbol, ...]:
    """Several symbols at once: ``v, kappa = symbols("v kappa")``."""
    return tuple(Symbol(name) for name in names.split())


def call(head: str, *args: Like) -> Term:
    """The term ``head(args…)``, for instance ``call("log", v)``."""
    return Apply(head, tuple(number(arg) for arg in args))


def subterms(term: Term) -> Iterator[Term]:
    """Every subterm, inner ones first. It keeps its own stack, so a deep term cannot exceed the recursion limit."""
    stack: list[tuple[Term, bool]] = [(term, False)]
    while stack:
        node, seen = stack.pop()
        if seen or not isinstance(node, Apply):
            yield node
        else:
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(node.args))


def variables(term: Term) -> frozenset[str]:
    """The names of the variables that occur (``pi`` is a constant)."""
    return frozenset(t.name for t in subterms(term) if isinstance(t, Symbol) and t.name not in CONSTANTS)


def substitute(term: Term, values: Mapping[str, Term]) -> Term:
    """The term with symbols replaced simultaneously.

    >>> v = Symbol("v")
    >>> substitute(v * (1 - v), {"v": 2 * v})
    2*v*(1 - 2*v)
    """
    if isinstance(term, Symbol):
        return values.get(term.name, term)
    if isinstance(term, Apply):
        return Apply(term.head, tuple(substitute(arg, values) for arg in term.args))
    return term


# how tightly each sign binds; 3 is that of the minus sign of one argument
_TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


def plain(term: Term) -> str:
    """The term as text that the parser reads: ``parse_term(plain(t))`` is ``t`` up to grouping.

    >>> x, y = symbols("x y")
    >>> plain((x + 1) ** 2 / y - call("log", x))
    '(x + 1)^2/y - log(x)'
    """
    if isinstance(term, Number):
        text = str(term.value)
        return text if term.value >= 0 and term.value.denominator == 1 else f"({text})"
    if isinstance(term, Symbol):
        return term.name
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    if term.head not in _TIGHT:
        return f"{term.head}({', '.join(_bare(arg) for arg in term.args)})"
    if term.head == "-" and len(term.args) == 1:
        return f"-{_inside(term.args[0], 3)}"
    level = _TIGHT[term.head]
    sign = {"+": " + ", "-": " - "}.get(term.head, term.head)
    first, *rest = term.args
    left = _inside(first, level if term.head != "^" else level + 1)
    # a - (b - c) and a / (b / c) need their brackets, a + (b + c) does not
    strict = 0 if term.head in "+*" else 1
    return sign.join([left, *(_inside(arg, 4 if _negated(arg) else level + strict) for arg in rest)])


def _negated(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "-" and len(term.args) == 1


def _bare(term: Term) -> str:
    text = plain(term)
    return text[1:-1] if isinstance(term, Number) and text.startswith("(") else text


def _inside(term: Term, level: int) -> str:
    text = plain(term)
    if isinstance(term, Apply) and term.head in _TIGHT:
        own = 3 if _negated(term) else _TIGHT[term.head]
        return f"({text})" if own < level else text
    return text
