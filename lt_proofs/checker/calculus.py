"""Derivatives of terms, and the conditions under which a term is defined."""

from fractions import Fraction

from errors import Rejected
from syntax import names_in

ZERO, ONE, TWO = Fraction(0), Fraction(1), Fraction(2)


def plus(f, g):
    """f + g without needless zeros."""
    return g if f == ZERO else f if g == ZERO else ("+", f, g)


def minus(f, g):
    """f - g without needless zeros."""
    return f if g == ZERO else ("-", g) if f == ZERO else ("-", f, g)


def times(f, g):
    """f g without needless zeros and ones."""
    if ZERO in (f, g):
        return ZERO
    return g if f == ONE else f if g == ONE else ("*", f, g)


def over(f, g):
    """f / g without needless zeros."""
    return ZERO if f == ZERO else ("/", f, g)


CHAIN = {
    "exp": lambda u, du: times(("exp", u), du),
    "log": lambda u, du: over(du, u),
    "sqrt": lambda u, du: over(du, ("*", TWO, ("sqrt", u))),
    "sin": lambda u, du: times(("cos", u), du),
    "cos": lambda u, du: minus(ZERO, times(("sin", u), du)),
    "atan": lambda u, du: over(du, ("+", ONE, ("*", u, u))),
}


def derivative(term, name):
    """The derivative in one variable; abs, min and max have none and are rejected where the variable occurs."""
    if name not in names_in(term):
        return ZERO
    if isinstance(term, str):
        return ONE
    head, *args = term
    inner = [derivative(arg, name) for arg in args]
    if head == "+":
        total = ZERO
        for part in inner:
            total = plus(total, part)
        return total
    if head == "-":
        return minus(ZERO, inner[0]) if len(args) == 1 else minus(*inner)
    if head == "*":
        total = ZERO
        for k, part in enumerate(inner):
            product = part
            for j, arg in enumerate(args):
                product = product if j == k else times(product, arg)
            total = plus(total, product)
        return total
    if head == "/":
        return minus(over(inner[0], args[1]), over(times(args[0], inner[1]), ("*", args[1], args[1])))
    if head == "^":
        return power_rule(args, inner)
    if head in CHAIN:
        return CHAIN[head](args[0], inner[0])
    raise Rejected(f"{head} has no derivative here")


def power_rule(args, inner):
    """The derivative of u ^ w."""
    u, w = args
    if isinstance(w, Fraction):
        lowered = ONE if w == 1 else u if w == 2 else ("^", u, w - 1)
        return times(times(w, lowered), inner[0])
    return times(("^", u, w), plus(times(inner[1], ("log", u)), over(times(w, inner[0]), u)))


def conditions(term):
    """What must hold for the term to be defined, inner parts first: pairs of a term and ">", ">=" or "!=" (than 0)."""
    if not isinstance(term, tuple):
        return []
    head, *args = term
    found = [condition for arg in args for condition in conditions(arg)]
    if head == "/":
        found.append((args[1], "!="))
    elif head in ("log", "sqrt"):
        found.append((args[0], ">" if head == "log" else ">="))
    elif head == "^":
        exponent = args[1]
        if not isinstance(exponent, Fraction):
            found.append((args[0], ">"))
        elif exponent.denominator > 1:
            found.append((args[0], ">=" if exponent > 0 else ">"))
        elif exponent <= 0:
            found.append((args[0], "!="))
    unique = []
    for condition in found:
        if not isinstance(condition[0], Fraction) or condition[0] <= 0:
            unique += [] if condition in unique else [condition]
    return unique


def roots_of(term):
    """The arguments of square roots and fractional powers: there the term may have no derivative at 0."""
    return [u for u, kind in conditions(term) if kind == ">="]
