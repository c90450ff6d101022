"""Theorem 1 in the paper's own form, n_i = C ln(d_(i-1) d_i l/min(eps, delta)), with a value for C.

Theorem 1 of the paper; Mathematics 3.8 and 3.9. With u = d_(i-1) d_i l/m and m = min(eps, delta), a layer that may have
the error c m/l and fail with probability m/l asks for ln(q l^3 d^2 e^2/(c^2 m^3))/R units, and l^3 d^2 e^2/m^3 <= u^3.
So C = (3 + ln(q/c^2)/ln(4))/R is enough where u >= 4, and any C > 3/R where u is large.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Relation, Term, encode, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory import weighted_layers as by_weight
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.layers import BOTH, LINK, LINK_ONE, ONE_SIGN, SHAPED, composition, layer
from lt_proofs.theory.numbers import decimal, three_layers
from lt_proofs.theory.theorem_1 import C_WEIGHTED, WHERE, C, network
from lt_proofs.theory.weighted import NARROW, factor

d, e, l, eps, delta, m = symbols("d e l eps delta m")  # noqa: E741 - the depth
LEAST, GREATEST = call("min", eps, delta), call("max", eps, delta)
ENTRIES = d * e


def argument(accuracy: Term) -> Term:
    """Return d_(i-1) d_i l/accuracy, the argument of the paper's logarithm."""
    return ENTRIES * l / accuracy


def wide(accuracy: Term) -> Relation:
    """Return the hypothesis that the argument of the logarithm is at least 4."""
    return 4 * accuracy <= ENTRIES * l


def stated(
    constant: int, where: str, accuracy: Term = LEAST, later: int | None = None, given: Relation | None = None
) -> Judgement:
    """Return the judgement of Theorem 1 with C ln(d_(i-1) d_i l/accuracy) hidden units per input (Mathematics 3.8)."""
    first, behind = (c * call("log", argument(accuracy)) for c in (constant, later or constant))
    return network(first, behind, where, (given or wide(accuracy),))


def one_layer(constant: int, share: Fraction, most: str, link: Claim, signs: str) -> tuple[Judgement, Plan]:
    """Return a layer, from one weight, with the error share m/l and failure probability at most m/l."""
    tolerance, failure = share * m / l, m / l
    judgement = layer(
        constant * call("log", argument(m)), d, e, f"{SHAPED}, l in [1, oo), m in (0, {most}", tolerance, signs=signs
    ).replace(failure=failure, hypotheses=(wide(m),))
    at = {"eps": encode(tolerance * ENTRIES ** Fraction(-1, 2)), "delta": encode(failure / ENTRIES)}
    return judgement, Plan("frobenius", ((link.judgement, link.plan),), {"at": at})


def plan(constant: int, share: Fraction, most: str, links: tuple[Claim, Claim]) -> Plan:
    """Return the plan of the network with m = min(eps, delta) as tolerance and as failure probability.

    The errors compose because e^(share eps) - 1 <= eps.
    """
    # the steps use one variable m for both accuracies; the last step puts min(eps, delta) in its place
    layers = (one_layer(constant, share, most, *pair) for pair in zip(links, (BOTH, ONE_SIGN), strict=True))
    closed = most if most.endswith("]") else f"{most[:-1]}]"
    composed = composition(share * eps / l, domain=f"l in [1, oo), eps in (0, {closed}")
    at = {"m": encode(LEAST)}
    return Plan("stack", (*layers, (composed, Plan("compose"))), {"first": at, "later": at})


def claim(
    name: str, title: str, constant: int, share: Fraction, where: str, most: str, links: tuple[Claim, Claim],
    base: Fraction, factor: Fraction, place: str,
) -> Claim:  # fmt: skip
    """Return Theorem 1 in the paper's form with this C, if one weight needs ln(factor/(eps^2 delta))/ln(base) units."""
    judgement, rate = stated(constant, where), call("log", number(base))
    sharpest = decimal((3 + call("log", factor / share**2) / call("log", 4)) / rate, 2)
    return Claim(
        id=name,
        title=title,
        judgement=judgement,
        plan=plan(constant, share, most, links),
        place=place,
        changes=(
            f"The paper gives C no value. C = {constant} is enough whenever d_(i-1) d_i l/min(eps, delta) >= 4 in "
            f"every layer (the proof needs C >= {sharpest} there), and any C > {decimal(3 / rate, 2)} is enough where "
            "that number is large. The hidden units in all are k_i = d_(i-1) n_i, half of the paper's 2 d_(i-1) n_i."
        ),
        witness=three_layers(judgement),
        proof=(
            f"Let m = min(eps, delta) and u = d_(i-1) d_i l/m. If each layer has the error {share} m/l and fails with "
            f"probability at most m/l, the network is within e^({share} m) - 1 <= m of f and fails with probability at "
            f"most m. One weight asks for ln({factor / share**2} l^3 d^2 e^2/m^3) over ln({base}) units, and "
            f"l^3 d^2 e^2/m^3 <= u^3 because d, e, l >= 1; since u >= 4, the quotient is at most {constant} ln(u)."
        ),
        plants=(
            Plant(f"C = {constant} replaced by 3", stated(3, where)),
            Plant("min(eps, delta) replaced by max(eps, delta)", stated(constant, where, GREATEST)),
            Plant("C replaced by 3 behind the first layer", stated(constant, where, later=3)),
        ),
        premises=(*(link.id for link in links), "l3"),
    )


THEOREM_1_CONSTANT = claim(
    "theorem-1-constant",
    f"Theorem 1 in the paper's form, with C = {C}",
    C,
    Fraction(69, 100),
    WHERE,
    "1)",
    (LINK, LINK_ONE),
    Fraction(16, 15),
    Fraction(16),
    "Theorem 1 of the paper, where C has no value; Mathematics 3.8",
)
THEOREM_1_WEIGHTED_CONSTANT = claim(
    "theorem-1-weighted-constant",
    f"Theorem 1 in the paper's form by weighted coverage, with C = {C_WEIGHTED}",
    C_WEIGHTED,
    Fraction(43, 50),
    by_weight.NETWORK_WHERE,
    "1/3]",
    (by_weight.LINK, by_weight.LINK_ONE),
    1 / by_weight.FACTOR,
    2 * factor(NARROW),
    "Theorem 1 of the paper, where C has no value, by weighted coverage, which is not in the paper; Mathematics 3.9",
)
CONSTANTS = (THEOREM_1_CONSTANT, THEOREM_1_WEIGHTED_CONSTANT)
