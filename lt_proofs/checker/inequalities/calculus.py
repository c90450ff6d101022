"""Derivatives of terms, and the conditions under which a term is defined."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from errors import Rejected, spend
from inequalities.syntax import names_in
from shapes import Function, Term

ZERO, ONE, TWO = Fraction(0), Fraction(1), Fraction(2)

CHAIN: dict[str, Function] = {
    "exp": lambda u: ("exp", u),
    "log": lambda u: ("/", ONE, u),
    "sqrt": lambda u: ("/", ONE, ("*", TWO, ("sqrt", u))),
    "sin": lambda u: ("cos", u),
    "cos": lambda u: ("-", ("sin", u)),
    "atan": lambda u: ("/", ONE, ("+", ONE, ("*", u, u))),
    "erf": lambda u: ("*", ("/", TWO, ("sqrt", "pi")), ("exp", ("-", ("*", u, u)))),
}


def derivative(term: Term, name: str) -> Term:
    """The derivative in one variable; abs, min and max have none and are rejected where the variable occurs."""
    spend(100)
    if name not in names_in(term):
        return ZERO
    if not isinstance(term, tuple):
        return ONE
    head, *args = term
    if head == "*" and len(args) > 2:
        return derivative(("*", args[0], ("*", *args[1:])), name)
    inner = [derivative(arg, name) for arg in args]
    if head in ("+", "-"):
        return (head, *inner)
    if head == "*":
        return ("+", ("*", inner[0], args[1]), ("*", args[0], inner[1]))
    if head == "/":
        return ("-", ("/", inner[0], args[1]), ("/", ("*", args[0], inner[1]), ("*", args[1], args[1])))
    if head == "^":
        u, w = args
        if isinstance(w, Fraction):
            return ("*", w, inner[0]) if w == 1 else ("*", w, ("^", u, w - 1), inner[0])
        return ("*", term, ("+", ("*", inner[1], ("log", u)), ("/", ("*", w, inner[0]), u)))
    if head in CHAIN:
        return ("*", CHAIN[head](args[0]), inner[0])
    raise Rejected(f"{head} has no derivative here")


def conditions(term: Term) -> list[tuple[Term, str]]:
    """What must hold for the term to be defined, inner parts first: pairs of a term and ">", ">=" or "!=" (than 0)."""
    found: list[tuple[Term, str]] = []
    gather(term, found)
    return list(dict.fromkeys(row for row in found if not isinstance(row[0], Fraction) or row[0] <= 0))


def gather(term: Term, found: list[tuple[Term, str]]) -> int:
    """Find the conditions of each part of the term, those of positive constants included; return its size."""
    if not isinstance(term, tuple):
        return 1
    spend(60)
    nodes = 1 + sum(gather(arg, found) for arg in term[1:])
    for condition in demands(*term):
        spend(10 * nodes)  # a term is hashed by all its parts
        found.append(condition)
    return nodes


def demands(head: str, *args: Term) -> Iterator[tuple[Term, str]]:
    """The condition of a term itself, or none."""
    if head == "/":
        yield args[1], "!="
    elif head in ("log", "sqrt"):
        yield args[0], ">" if head == "log" else ">="
    elif head == "^":
        exponent = args[1]
        if not isinstance(exponent, Fraction):
            yield args[0], ">"
        elif exponent.denominator > 1:
            yield args[0], ">=" if exponent > 0 else ">"
        elif exponent <= 0:
            yield args[0], "!="


def roots_of(term: Term) -> list[Term]:
    """The arguments of square roots and fractional powers: there the term may have no derivative at 0."""
    return [u for u, kind in conditions(term) if kind == ">="]
