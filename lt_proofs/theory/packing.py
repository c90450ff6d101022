"""P1, P2: how many matrices are far apart, and that one function is near none or nearly one of them.

Derived, mathematics.md §3 P1, P2; the volume of what is near one function, referee.md C1.
"""

from __future__ import annotations

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant

d, eps, diameter = symbols("d eps D")

TWICE: Term = number(2) * eps
HALVED = "d in [1, oo), eps in (0, 1/2)"
BELOW_ONE = "d in [1, oo), eps in (0, 1)"
LOWER_PLACE = "Theorem 2, lower bound, and its proof's three steps"


def packing(count: Term, where: str = HALVED) -> Judgement:
    """A maximal set more than 2 eps apart in the unit ball of d^2 dimensions has at least ``count`` points."""
    return Judgement.of("packing", domain=parse_domain(where), dimension=d**2, separation=number(2) * eps, count=count)


def one_matrix(closeness: Term, across: Term, where: str = BELOW_ONE) -> Judgement:
    """Matrices near one function are at most ``across`` apart."""
    return Judgement.of("diameter", domain=parse_domain(where), closeness=closeness, diameter=across)


def volume(share: Term, across: Term = TWICE, where: str = BELOW_ONE) -> Judgement:
    """A set of that diameter in d^2 dimensions has at most this share of the unit ball."""
    return Judgement.of("volume", domain=parse_domain(where), dimension=d**2, diameter=across, share=share)


PACKING = Claim(
    id="p1",
    title="Packing by volume",
    judgement=packing((1 / (2 * eps)) ** (d**2)),
    plan=Plan("volume-packing"),
    place=LOWER_PLACE,
    changes="Stated for every norm and every maximal set; the paper needs one set in the spectral norm.",
    witness="d = 1, eps = 1/4: the points -1/2 - 1/100, 0, 1/2 + 1/100 are a maximal set; 3 >= 2.",
    proof=(
        "Balls of radius 2 eps around the points of a maximal set cover the unit ball, or another point could be "
        "added. Each has (2 eps)^(d^2) times the volume of the unit ball, so there are at least (1/(2 eps))^(d^2)."
    ),
    plants=(
        Plant("1/(2 eps) replaced by 1/eps", packing((1 / eps) ** (d**2))),
        Plant("1/(2 eps) replaced by 101/(200 eps)", packing((101 / (200 * eps)) ** (d**2))),
        Plant("the dimension d^2 raised to d^2 + 1 in the count", packing((1 / (2 * eps)) ** (d**2 + 1))),
    ),
)

ONE_MATRIX = Claim(
    id="p2",
    title="One function, one matrix",
    judgement=one_matrix(eps, 2 * eps),
    plan=Plan("triangle"),
    place=LOWER_PLACE,
    changes="Near is at most eps and apart is more than 2 eps: with both non-strict the midpoint is near two.",
    witness="W = 0, W' = 2 eps times the identity and f(x) = eps x: both are exactly eps away.",
    proof=(
        "The spectral norm of W - W' is the supremum of |Wx - W'x| over the unit ball, and "
        "|Wx - W'x| <= |Wx - f(x)| + |f(x) - W'x| <= 2 eps."
    ),
    plants=(
        Plant("the diameter 2 eps replaced by 199 eps/100", one_matrix(eps, 199 * eps / 100)),
        Plant("the diameter 2 eps replaced by eps", one_matrix(eps, eps)),
    ),
)

VOLUME = Claim(
    id="p2-volume",
    title="One function, a small volume of matrices",
    judgement=volume(eps ** (d**2)),
    plan=Plan("brunn-minkowski"),
    place="derived here; it sharpens the packing step of Theorem 2 by one bit for each entry",
    changes="The paper packs; the volume of a set of diameter 2 eps gains the factor 2 inside the logarithm.",
    witness="The ball of radius eps itself: diameter 2 eps, share eps^(d^2).",
    proof=(
        "By Brunn and Minkowski the volume of C is at most that of (C - C)/2, which is symmetric and lies in the ball "
        "of half the diameter of C; that ball has the share eps^(d^2) of the unit ball."
    ),
    plants=(
        Plant("the share eps^(d^2) replaced by eps^(d^2 + 1)", volume(eps ** (d**2 + 1))),
        Plant("the share lowered by one per cent", volume(99 * eps ** (d**2) / 100)),
        Plant("the diameter 2 eps replaced by 3 eps", volume(eps ** (d**2), 3 * eps)),
    ),
    premises=("p2",),
)
