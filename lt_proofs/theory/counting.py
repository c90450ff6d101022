"""P3 and the sharper counts: what 2^bits functions can be near, and how many functions masks can make.

Derived, mathematics.md §3 P3, P4; referee.md C7.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.packing import LOWER_PLACE

d, h, p, q, s = symbols("d h p q s")
LAYERS = "d in [1, oo), h in [1, oo)"
TWO = number(2)


def log2(term: Term) -> Term:
    """The binary logarithm as a quotient of natural ones."""
    return call("log", term) / call("log", 2)


def counting(domain: str, share: Term, bits: Term, success: Term, bound: Term) -> Judgement:
    """So many bits are needed when each target is met with a chance of at least ``success``."""
    return Judgement.of("counting", domain=parse_domain(domain), share=share, bits=bits, success=success, bound=bound)


def share_count(bound: Term) -> Judgement:
    """The count of P3 in variables: 2^p functions, each near the share q, success s."""
    return counting("p in [0, oo), q in (0, 1], s in (0, 1]", q, p, s, bound)


def units_bits(size: Term = d, hidden: Term = h) -> Term:
    """log2 of the functions of a two-layer network: a unit with an empty in- or out-mask computes nothing."""
    return hidden * call("log", (TWO**size - 1) ** 2 + 1) / call("log", 2)


def columns_bits(size: Term = d, hidden: Term = h) -> Term:
    """log2 of the values at signed unit vectors, each sign that of fewer first-layer weights."""
    return hidden * call("log", (TWO ** (size / 2) - 1) * (TWO**size - 1) + 1) / call("log", 2)


def units(bits: Term) -> Judgement:
    """Masks make at most 2^bits functions."""
    return Judgement.of("units", domain=parse_domain(LAYERS), size=d, hidden=h, bits=bits)


def columns(bits: Term) -> Judgement:
    """Masks make at most 2^bits values at some signed unit vectors."""
    return Judgement.of("columns", domain=parse_domain(LAYERS), size=d, hidden=h, bits=bits)


COUNTING = Claim(
    id="p3",
    title="Counting",
    judgement=share_count(log2(s / q)),
    plan=Plan("average"),
    place=LOWER_PLACE,
    changes="For any probability measure on the targets: uniform on a packing here, uniform on the ball for Theorem 2.",
    witness="One draw, one function, one target: p = 0, q = s = 1.",
    proof=(
        "Average over the targets: s is at most the mean chance that a target is met, which is at most the mean number "
        "of functions that it is near, and 2^p functions are near 2^p q of the targets on average. So s <= 2^p q."
    ),
    plants=(
        Plant("one bit more than log2(s/q)", share_count(log2(s / q) + 1)),
        Plant("s/q replaced by 101 s/(100 q)", share_count(log2(101 * s / (100 * q)))),
        Plant("the success s left out", share_count(log2(1 / q))),
    ),
)

UNITS = Claim(
    id="p4-units",
    title="Functions of a two-layer network",
    judgement=units(units_bits()),
    plan=Plan("masks-of-units"),
    place="derived here; the paper counts 2^(2dh) masks",
    changes="((2^d - 1)^2 + 1)^h functions instead of 2^(2dh) masks.",
    witness="d = 1, h = 1: the masks of one weight each way make two functions, 2^1.",
    proof=(
        "A hidden unit whose in-mask or out-mask is empty adds nothing: of its 2^(2d) masks (2^d - 1)^2 are left, and "
        "one zero function. The network adds up its units."
    ),
    plants=(
        Plant("2^(2dh) replaced by 2^(dh)", units(d * h)),
        Plant("the zero function forgotten", units(h * call("log", (TWO**d - 1) ** 2) / call("log", 2))),
        Plant("one per cent of the bits taken away", units(Fraction(99, 100) * units_bits())),
    ),
)

COLUMNS = Claim(
    id="p4-columns",
    title="Values of a two-layer network at the unit vectors",
    judgement=columns(columns_bits()),
    plan=Plan("sign-columns"),
    place="derived here",
    changes="Only the masks of first-layer weights with the chosen sign are seen: 3dh/2 bits at most, not 2dh.",
    witness="d = 1, h = 2, weights 1 and -1 in the first layer: each sign sees one unit, two values, 2^(2/2).",
    proof=(
        "Choose for each unit vector e_j the sign that fewer of the h first-layer weights of input j have; the value "
        "at the signed vector sees only these, at most h/2 of them. A unit with m such weights adds one of "
        "(2^m - 1)(2^d - 1) + 1 things. The logarithm of that is concave in m and the m sum to at most hd/2, so "
        "m = d/2 for every unit is the worst."
    ),
    plants=(
        Plant("a third of the weights seen instead of half", columns(
            h * call("log", (TWO ** (d / 3) - 1) * (TWO**d - 1) + 1) / call("log", 2)
        )),
        Plant("3dh/2 bits replaced by dh/4", columns(d * h / 4)),
        Plant("one per cent of the bits taken away", columns(Fraction(99, 100) * columns_bits())),
    ),
)  # fmt: skip
