"""Functions that are written by others: what people call tanh or kl is read as a term of the functions of HEADS.

Each is defined where its definition here is; a definition with a wider domain is chosen where there is one, such as
2 atan(x/(1 + sqrt(1 - x^2))) for asin x, which holds at both ends.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lt_proofs.terms.tree import Apply, Number, Symbol, Term, call, number

PI = Symbol("pi")


def entropy(p: Term) -> Term:
    """Binary entropy in nats."""
    return -p * call("log", p) - (1 - p) * call("log", 1 - p)


def divergence(p: Term, q: Term) -> Term:
    """Kullback-Leibler divergence of two coins in nats."""
    return p * call("log", p / q) + (1 - p) * call("log", (1 - p) / (1 - q))


def root(x: Term, n: Term) -> Term:
    """The n-th root, of negative numbers too if n is odd."""
    if not isinstance(n, Number) or n.value.denominator > 1 or not 2 <= n.value <= 64:
        raise ValueError("the second argument of root is a whole number from 2 to 64")
    exponent = number(1 / n.value)
    if n.value == 2:
        return call("sqrt", x)
    if n.value % 2 == 0:
        return x**exponent
    return call("max", x, 0) ** exponent - call("max", -x, 0) ** exponent


def hyperbolic(sign: int) -> Callable[[Term], Term]:
    """sinh (-1) or cosh (1)."""
    return lambda x: (call("exp", x) + call("exp", -x) if sign > 0 else call("exp", x) - call("exp", -x)) / 2


def tanh(x: Term) -> Term:
    """The hyperbolic tangent."""
    return (call("exp", x) - call("exp", -x)) / (call("exp", x) + call("exp", -x))


def asin(x: Term) -> Term:
    """The arcus sine on [-1, 1]."""
    return 2 * call("atan", x / (1 + call("sqrt", 1 - x**2)))


def normal_below(x: Term) -> Term:
    """The distribution function of the standard normal law."""
    return (1 + call("erf", x / call("sqrt", 2))) / 2


EXPANSIONS: dict[str, tuple[int, Callable[..., Term]]] = {
    "tan": (1, lambda x: call("sin", x) / call("cos", x)),
    "cot": (1, lambda x: call("cos", x) / call("sin", x)),
    "sec": (1, lambda x: 1 / call("cos", x)),
    "csc": (1, lambda x: 1 / call("sin", x)),
    "asin": (1, asin),
    "acos": (1, lambda x: PI / 2 - asin(x)),
    "sinh": (1, hyperbolic(-1)),
    "cosh": (1, hyperbolic(1)),
    "tanh": (1, tanh),
    "asinh": (1, lambda x: call("log", x + call("sqrt", x**2 + 1))),
    "acosh": (1, lambda x: call("log", x + call("sqrt", x**2 - 1))),
    "atanh": (1, lambda x: call("log", (1 + x) / (1 - x)) / 2),
    "log2": (1, lambda x: call("log", x) / call("log", 2)),
    "log10": (1, lambda x: call("log", x) / call("log", 10)),
    "log1p": (1, lambda x: call("log", 1 + x)),
    "expm1": (1, lambda x: call("exp", x) - 1),
    "cbrt": (1, lambda x: root(x, number(3))),
    "root": (2, root),
    "h": (1, entropy),
    "entropy": (1, entropy),
    "kl": (2, divergence),
    "softplus": (1, lambda x: call("log", 1 + call("exp", x))),
    "sigmoid": (1, lambda x: 1 / (1 + call("exp", -x))),
    "relu": (1, lambda x: call("max", x, 0)),
    "erfc": (1, lambda x: 1 - call("erf", x)),
    "phi": (1, lambda x: call("exp", -(x**2) / 2) / call("sqrt", 2 * PI)),
    "Phi": (1, normal_below),
}
"""The number of arguments and the term of each."""
SYNONYMS = {
    "ln": "log",
    "arctan": "atan",
    "arcsin": "asin",
    "arccos": "acos",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "logistic": "sigmoid",
}
EULER: Term = Apply("exp", (number(Fraction(1)),))
