"""P3 and the sharper counts: what 2^bits functions can be near, and how many functions masks can make.

Mathematics 4.4, 4.8 and 4.10.
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
    """Return the binary logarithm as a quotient of natural ones, the only ones that terms have."""
    return call("log", term) / call("log", 2)


def counting(domain: str, share: Term, bits: Term, success: Term, bound: Term) -> Judgement:
    """Return the judgement that 2^bits functions need bits >= bound (Mathematics 4.4).

    Each target is near some function with probability at least ``success``; each function is near at most the share
    ``share`` of the targets.
    """
    return Judgement.of("counting", domain=parse_domain(domain), share=share, bits=bits, success=success, bound=bound)


def share_count(bound: Term) -> Judgement:
    """Return p3 in variables: 2^p functions, each near at most the share q of the targets, success s."""
    return counting("p in [0, oo), q in (0, 1], s in (0, 1]", q, p, s, bound)


def units_bits(size: Term = d, hidden: Term = h) -> Term:
    """Return log2 of the number of functions of a two-layer network (Mathematics 4.8).

    A unit whose input mask or output mask is empty contributes nothing, so a unit has (2^d - 1)^2 + 1 choices.
    """
    return hidden * call("log", (TWO**size - 1) ** 2 + 1) / call("log", 2)


def columns_bits(size: Term = d, hidden: Term = h) -> Term:
    """Return log2 of the number of values at signed unit vectors (Mathematics 4.10).

    For each input the sign is chosen for which fewer first-layer weights are active, at most half of them.
    """
    # half of d weights: 2^(d/2) - 1 nonempty masks at most, by the choice of the sign
    return hidden * call("log", (TWO ** (size / 2) - 1) * (TWO**size - 1) + 1) / call("log", 2)


def units(bits: Term) -> Judgement:
    """Return the judgement that the masks give at most 2^bits functions."""
    return Judgement.of("units", domain=parse_domain(LAYERS), size=d, hidden=h, bits=bits)


def columns(bits: Term) -> Judgement:
    """Return the judgement that, at suitably signed unit vectors, the masks give at most 2^bits values."""
    return Judgement.of("columns", domain=parse_domain(LAYERS), size=d, hidden=h, bits=bits)


COUNTING = Claim(
    id="p3",
    title="Counting what a random network can reach",
    judgement=share_count(log2(s / q)),
    plan=Plan("average"),
    place=LOWER_PLACE.format("4.4"),
    changes=(
        "For any probability measure on the targets: uniform on a packing in p4, uniform on the unit ball in theorem-2."
    ),
    witness="One draw, one function and one target: p = 0, q = s = 1.",
    proof=(
        "Average over the targets: s is at most the mean probability that a target has a function near it, which is "
        "at most the expected number of pairs of a function and a target near it, at most 2^p q. So s <= 2^p q."
    ),
    plants=(
        Plant("one bit added to log2(s/q)", share_count(log2(s / q) + 1)),
        Plant("s/q replaced by 101 s/(100 q)", share_count(log2(101 * s / (100 * q)))),
        Plant("s omitted", share_count(log2(1 / q))),
    ),
)

UNITS = Claim(
    id="p4-units",
    title="Functions of a two-layer network",
    judgement=units(units_bits()),
    plan=Plan("masks-of-units"),
    place="Not in the paper, which counts 2^(2dh) masks; Mathematics 4.8",
    changes="At most ((2^d - 1)^2 + 1)^h functions, instead of 2^(2dh) masks.",
    witness="d = 1, h = 1: the masks of one weight in each layer make two functions, 2^1.",
    proof=(
        "A hidden unit with an empty mask on its incoming or on its outgoing weights contributes 0. Of its 2^(2d) "
        "masks (2^d - 1)^2 are left, beside the zero function. The network is the sum of its h units."
    ),
    plants=(
        Plant("2^(2dh) replaced by 2^(dh)", units(d * h)),
        Plant("the zero function not counted", units(h * call("log", (TWO**d - 1) ** 2) / call("log", 2))),
        Plant("the bits reduced by one per cent", units(Fraction(99, 100) * units_bits())),
    ),
)

COLUMNS = Claim(
    id="p4-columns",
    title="Values of a two-layer network at the unit vectors",
    judgement=columns(columns_bits()),
    plan=Plan("sign-columns"),
    place="Not in the paper; Mathematics 4.10",
    changes="Only masks of first-layer weights with the chosen sign matter: at most 3dh/2 bits instead of 2dh.",
    witness=(
        "d = 1, h = 2, weights 1 and -1 in the first layer: under either sign one unit is active, so there are two "
        "values."
    ),
    proof=(
        "For each unit vector e_j choose the sign that at most h/2 of the h first-layer weights of input j have; the "
        "value at the vector with this sign depends on these weights alone. A unit with m such weights contributes "
        "one of at most (2^m - 1)(2^d - 1) + 1 tables. The logarithm of this number is concave in m and the sum of "
        "all m is at most hd/2, so the largest product is that of m = d/2 for every unit (Jensen)."
    ),
    plants=(
        Plant("a third of the weights counted instead of half", columns(
            h * call("log", (TWO ** (d / 3) - 1) * (TWO**d - 1) + 1) / call("log", 2)
        )),
        Plant("3dh/2 bits replaced by dh/4", columns(d * h / 4)),
        Plant("the bits reduced by one per cent", columns(Fraction(99, 100) * columns_bits())),
    ),
)  # fmt: skip
