"""P1, P2: how many matrices are far apart, and that the matrices near one function are close to one another.

Mathematics 4.1 to 4.3.
"""

from __future__ import annotations

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant

d, eps, diameter = symbols("d eps D")

TWICE: Term = number(2) * eps
HALVED = "d in [1, oo), eps in (0, 1/2)"
BELOW_ONE = "d in [1, oo), eps in (0, 1)"
TOLERANCE = "eps in (0, 1)"
LOWER_PLACE = "The proof of Theorem 2 of the paper; Mathematics {}"


def packing(count: Term, where: str = HALVED) -> Judgement:
    """State p1: a maximal 2 eps-separated set in the unit ball of d^2 dimensions has at least ``count`` points."""
    return Judgement.of("packing", domain=parse_domain(where), dimension=d**2, separation=number(2) * eps, count=count)


def one_matrix(closeness: Term, across: Term, where: str = TOLERANCE) -> Judgement:
    """State p2: matrices that are near one function are at most ``across`` apart."""
    return Judgement.of("diameter", domain=parse_domain(where), closeness=closeness, diameter=across)


def volume(share: Term, across: Term = TWICE, where: str = BELOW_ONE) -> Judgement:
    """State that a set of this diameter in d^2 dimensions has at most ``share`` of the unit ball's volume."""
    return Judgement.of("volume", domain=parse_domain(where), dimension=d**2, diameter=across, share=share)


PACKING = Claim(
    id="p1",
    title="Packing by volume",
    judgement=packing((1 / (2 * eps)) ** (d**2)),
    plan=Plan("volume-packing"),
    place=LOWER_PLACE.format("4.1"),
    changes="Stated for every norm and every maximal set; the paper needs one set in the spectral norm.",
    witness="d = 1, eps = 1/4: the points -51/100, 0 and 51/100 form a maximal set, and 3 >= 2.",
    proof=(
        "The balls of radius 2 eps around the points of a maximal set cover the unit ball, for otherwise another "
        "point could be added. Each has (2 eps)^(d^2) times the volume of the unit ball, so there are at least (1/(2 "
        "eps))^(d^2)."
    ),
    plants=(
        Plant("1/(2 eps) replaced by 1/eps", packing((1 / eps) ** (d**2))),
        Plant("1/(2 eps) replaced by 101/(200 eps)", packing((101 / (200 * eps)) ** (d**2))),
        Plant("the dimension d^2 raised to d^2 + 1 in the count", packing((1 / (2 * eps)) ** (d**2 + 1))),
    ),
)

ONE_MATRIX = Claim(
    id="p2",
    title="Matrices near one function are close to one another",
    judgement=one_matrix(eps, 2 * eps),
    plan=Plan("triangle"),
    place=LOWER_PLACE.format("4.2"),
    changes=(
        "A function is near at distance at most eps, and matrices are apart at more than 2 eps; one must be strict."
    ),
    witness="V = 0, W = 2 eps times the identity and f(x) = eps x: both are exactly eps away.",
    proof=(
        "The spectral norm of V - W is the supremum of ‖V x - W x‖₂ over the unit ball, and "
        "‖V x - W x‖₂ <= ‖V x - f(x)‖₂ + ‖f(x) - W x‖₂ <= 2 eps."
    ),
    plants=(
        Plant("the diameter 2 eps replaced by 199 eps/100", one_matrix(eps, 199 * eps / 100)),
        Plant("the diameter 2 eps replaced by eps", one_matrix(eps, eps)),
    ),
)

VOLUME = Claim(
    id="p2-volume",
    title="Matrices near one function have a small volume",
    judgement=volume(eps ** (d**2)),
    plan=Plan("brunn-minkowski"),
    place="Not in the paper; it sharpens the packing step of Theorem 2 by one bit for each entry; Mathematics 4.3",
    changes="The paper uses a packing; the volume of a set of diameter 2 eps gains the factor 2 inside the logarithm.",
    witness="The ball of radius eps itself: diameter 2 eps, share eps^(d^2).",
    proof=(
        "Let C be the set. By the Brunn-Minkowski inequality its volume is at most that of (C - C)/2, which lies in "
        "the ball of radius eps around 0; and that ball has eps^(d^2) times the volume of the unit ball."
    ),
    plants=(
        Plant("the share eps^(d^2) replaced by eps^(d^2 + 1)", volume(eps ** (d**2 + 1))),
        Plant("the share lowered by one per cent", volume(99 * eps ** (d**2) / 100)),
        Plant("the diameter 2 eps replaced by 3 eps", volume(eps ** (d**2), 3 * eps)),
    ),
    premises=("p2",),
)
