"""Derivatives and conditions of terms as the checker computes them, and float values that steer the search."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import erf
from typing import Any

import numpy as np
import numpy.typing as npt

from lt_proofs.proof.evidence import NoDerivative
from lt_proofs.proof.work import counted
from lt_proofs.terms import Apply, Number, Symbol, Term, number
from lt_proofs.terms.tree import variables

Floats = npt.NDArray[np.float64]

UFUNCS = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "atan": np.arctan,
    "erf": np.frompyfunc(erf, 1, 1),
    "abs": np.abs,
}


def conditions(term: Term) -> list[tuple[Term, str]]:
    """What must hold for the term to be defined, inner parts first, in the checker's order.

    Pairs of a term and ">", ">=" or "!=": how it must compare with 0.
    """
    found: list[tuple[Term, str]] = []
    _collect(term, found)
    return found


def _collect(term: Term, found: list[tuple[Term, str]]) -> None:
    if not isinstance(term, Apply):
        return
    for arg in term.args:
        _collect(arg, found)
    condition: tuple[Term, str] | None = None
    if term.head == "/":
        condition = (term.args[1], "!=")
    elif term.head in ("log", "sqrt"):
        condition = (term.args[0], ">" if term.head == "log" else ">=")
    elif term.head == "^":
        condition = _power_condition(*term.args)
    if condition is None or condition in found:
        return
    # a positive constant meets each condition
    if not isinstance(condition[0], Number) or condition[0].value <= 0:
        found.append(condition)


def _power_condition(base: Term, exponent: Term) -> tuple[Term, str] | None:
    if not isinstance(exponent, Number):
        return (base, ">")
    if exponent.value.denominator > 1:
        return (base, ">=" if exponent.value > 0 else ">")
    return (base, "!=") if exponent.value <= 0 else None


def as_float(value: Any, beyond: float = 1e300) -> float:
    """The float near an exact number or infinity; ``beyond``, with its sign, for one that is too large for floats.

    Ends of ranges are put at a finite number, so that there are samples between them.
    """
    try:
        return float(value)
    except OverflowError:
        return beyond if value > 0 else -beyond


@counted(1, 2)
def floats(term: Term, point: dict[str, Floats]) -> Floats:
    """Float values of a term at many points at once; nan where it is undefined.

    ``point`` holds one array for each variable, all of one shape; a term without variables has a value of shape ().
    """
    with np.errstate(all="ignore"):
        return np.asarray(_floats(term, point, {}), dtype=np.float64)


@lru_cache(maxsize=4096)
def _constant(value: Fraction) -> Any:
    return np.float64(as_float(value, np.inf))


def _floats(term: Term, point: dict[str, Floats], seen: dict[Term, Any]) -> Any:
    if isinstance(term, Number):
        return _constant(term.value)
    if isinstance(term, Symbol):
        return np.float64(np.pi) if term.name == "pi" else point[term.name]
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    # a part that occurs more than once is evaluated once
    found = seen.get(term)
    if found is None:
        found = seen[term] = _applied(term, [_floats(arg, point, seen) for arg in term.args])
    return found


def _applied(term: Apply, values: list[Any]) -> Any:
    if term.head in UFUNCS:
        return np.asarray(UFUNCS[term.head](values[0]), dtype=np.float64)
    result = -values[0] if len(values) == 1 else values[0]
    for value in values[1:]:
        result = _combine(term.head, result, value)
    return result


def mostly_positive(values: Floats) -> bool:
    """Whether the mean of the finite values is not negative; True where there are none."""
    finite = values[np.isfinite(values)]
    with np.errstate(all="ignore"):
        return not len(finite) or bool(np.mean(finite) >= 0)


@counted(3, 2)
def noise(term: Term, point: dict[str, Floats]) -> Floats:
    """How far rounding may carry the float values of a term: an estimate from the sizes of its parts, not a bound."""
    with np.errstate(all="ignore"):
        return np.asarray(1e-13 * _magnitude(term, point, {}) + 1e-13, dtype=np.float64)


def _magnitude(term: Term, point: dict[str, Floats], seen: dict[Term, Any]) -> Any:
    if not isinstance(term, Apply):
        return np.abs(_floats(term, point, seen))
    sizes = [_magnitude(arg, point, seen) for arg in term.args]
    if term.head in ("+", "-", "min", "max"):
        return sum(sizes)
    if term.head == "*":
        return np.prod(np.broadcast_arrays(*sizes), axis=0)
    if term.head == "/":
        return (sizes[0] + np.abs(_floats(term, point, seen)) * sizes[1]) / np.abs(_floats(term.args[1], point, seen))
    # where the argument of a logarithm is small, its relative error is not
    if term.head == "log":
        return np.abs(_floats(term, point, seen)) + sizes[0] / np.abs(_floats(term.args[0], point, seen))
    return np.abs(_floats(term, point, seen)) * (1 + sizes[0])


def _combine(head: str, x: Any, y: Any) -> Any:
    if head == "+":
        return x + y
    if head == "-":
        return x - y
    if head == "*":
        return x * y
    if head == "/":
        # not infinity: a quotient by 0 is undefined
        return np.where(y == 0, np.nan, x / np.where(y == 0, 1.0, y))
    if head == "^":
        return np.power(x, y)
    return np.minimum(x, y) if head == "min" else np.maximum(x, y)


CHAIN: dict[str, Callable[[Term], Term]] = {
    "exp": lambda u: Apply("exp", (u,)),
    "log": lambda u: 1 / u,
    "sqrt": lambda u: 1 / (2 * Apply("sqrt", (u,))),
    "sin": lambda u: Apply("cos", (u,)),
    "cos": lambda u: -Apply("sin", (u,)),
    "atan": lambda u: 1 / (1 + u * u),
    "erf": lambda u: 2 / Apply("sqrt", (Symbol("pi"),)) * Apply("exp", (-(u * u),)),
}


@counted(1, 2)
def derivative(term: Term, name: str) -> Term:
    """The derivative in one variable, by the rules of the checker; raises NoDerivative for abs, min and max."""
    if name not in variables(term):
        return number(0)
    if not isinstance(term, Apply):
        return number(1)
    inner = [derivative(arg, name) for arg in term.args]
    if term.head in ("+", "-"):
        return Apply(term.head, tuple(inner))
    if term.head == "*":
        # factors that do not vary are not differentiated, which keeps the derivative short
        rows = [(*term.args[:k], change, *term.args[k + 1 :]) for k, change in enumerate(inner) if change != number(0)]
        return Apply("*", rows[0]) if len(rows) == 1 else Apply("+", tuple(Apply("*", row) for row in rows))
    if term.head == "/":
        above, below = term.args
        first = inner[0] / below
        return first if inner[1] == number(0) else first - above * inner[1] / (below * below)
    if term.head == "^":
        u, w = term.args
        if isinstance(w, Number):
            return w * inner[0] if w.value == 1 else w * u ** number(w.value - 1) * inner[0]
        return term * (inner[1] * Apply("log", (u,)) + w * inner[0] / u)
    if term.head not in CHAIN:
        raise NoDerivative(f"{term.head} has no derivative here")
    return CHAIN[term.head](term.args[0]) * inner[0]
