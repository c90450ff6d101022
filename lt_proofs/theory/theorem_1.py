"""Theorem 1 with explicit widths, and what holds for one drawn network without any probability.

Theorem 1 of the paper; mathematics.md §2 T1 and the a-posteriori bound, referee C4 and C5.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.laws import GADGET
from lt_proofs.theory.layers import COMPOSITION, COMPOSITION_LOG, LAYER, RATE, SHAPED

d, e, l, eps, delta, w, p, q, s, g = symbols("d e l eps delta w p q s g")  # noqa: E741 - the depth
WHERE = f"{SHAPED}, l in [1, oo), eps in (0, 1], delta in (0, 1)"


def network(units: Term, where: str = WHERE) -> Judgement:
    """A random network of twice the depth, with so many hidden units for each input of layer i."""
    return Judgement.of(
        "network", domain=parse_domain(where), hypotheses=(), law=GADGET, inputs=d, outputs=e, depth=l, error=eps,
        failure=delta, units=units, later=units,
    )  # fmt: skip


UNITS = call("log", 64 * l**3 * d**2 * e**2 / (eps**2 * delta)) / RATE

THEOREM_1 = Claim(
    id="theorem-1",
    title="Every target network is inside a random one, a logarithmic factor wider",
    judgement=network(UNITS),
    plan=Plan(
        "stack",
        ((LAYER.judgement, LAYER.plan), (COMPOSITION.judgement, COMPOSITION.plan)),
        {"layer": {"eps": encode(eps / (2 * l)), "delta": encode(delta / l)}},
    ),
    place="Theorem 1 of the paper",
    changes=(
        "The constant: layer i has d_(i-1) n_i hidden units with n_i >= ln(64 l^3 d_(i-1)^2 d_i^2/(eps^2 delta)) / "
        "ln(16/15), half the paper's 2 d_(i-1) n_i; both signs share them. No biases, norms at most 1 and uniform "
        "weights, as in the paper."
    ),
    witness="Widths 784, 500, 10 and eps = delta = 1/100: n = 710 and 575.",
    proof=(
        "Layer i gets the error eps/(2 l) and the probability delta/l (l2), the errors compose to less than eps (l3), "
        "and on the one event that all windows are covered there are masks for every f at once."
    ),
    plants=(
        Plant("the rate 15/16 replaced by 1/8", network(
            call("log", 64 * l**3 * d**2 * e**2 / (eps**2 * delta)) / call("log", number(8))
        )),
        Plant("delta left out", network(call("log", 64 * l**3 * d**2 * e**2 / eps**2) / RATE)),
        Plant("the widths left out", network(call("log", 64 * l**3 / eps) / call("log", number(8)))),
    ),
    premises=("l2", "l3"),
)  # fmt: skip

LOG_UNITS = call("log", 16 * l**3 * d**2 * e**2 / (call("log", 1 + eps) ** 2 * delta)) / RATE
THEOREM_1_LOG = Claim(
    id="theorem-1-log",
    title="Theorem 1 with the whole budget of its layers",
    judgement=network(LOG_UNITS),
    plan=Plan(
        "stack",
        ((LAYER.judgement, LAYER.plan), (COMPOSITION_LOG.judgement, COMPOSITION_LOG.plan)),
        {"layer": {"eps": encode(call("log", 1 + eps) / l), "delta": encode(delta / l)}},
    ),
    place="Theorem 1 of the paper; referee C4",
    changes="Each layer may be off by ln(1+eps)/l instead of eps/(2 l): about 21 hidden units less for each input.",
    witness="Widths 784, 500, 10 and eps = delta = 1/100: n = 689 and 554.",
    proof="As theorem-1, with the errors of the layers composed by l3-log.",
    plants=(
        Plant("the rate 15/16 replaced by 1/8", network(
            call("log", 16 * l**3 * d**2 * e**2 / (call("log", 1 + eps) ** 2 * delta)) / call("log", number(8))
        )),
        Plant("delta left out", network(call("log", 16 * l**3 * d**2 * e**2 / call("log", 1 + eps) ** 2) / RATE)),
    ),
    premises=("l2", "l3-log"),
)  # fmt: skip


def propagation(error: Term, growth: Term) -> Judgement:
    """A recursion over the layers of a target and of a drawn ticket."""
    return Judgement.of("propagation", error=error, growth=growth)


A_POSTERIORI = Claim(
    id="a-posteriori",
    title="The error of one drawn network",
    judgement=propagation(w * s + p * g, q * g),
    plan=Plan("propagate"),
    place="derived here, mathematics.md §2; what certifies the error of a ticket for any trained network",
    changes="Not in the paper: no probability and no norm at most 1, but the exact weights of one drawn network.",
    witness="One layer, W = 1, V = 101/100: the outputs differ by 1/100.",
    proof=(
        "W σ(f) - V σ(g) = W (σ(f) - σ(g)) + (W - V) σ(g), and σ is 1-Lipschitz with σ(0) = 0. Unrolled this is the "
        "sum over k of |W_l| … |W_(k+1)| |W_k - V_k| |V_(k-1)| … |V_1|. In the first layer V may differ on the two "
        "signs of an input; there p is the norm of [W - V⁺, V⁻ - W]."
    ),
    plants=(
        Plant("the error of the layer counted once, not times the ticket's norm", propagation(w * s + p, q * g)),
        Plant("the growth measured by the target", propagation(w * s + p * g, w * g)),
        Plant("a tenth of the layer's error left out", propagation(w * s + Fraction(9, 10) * p * g, q * g)),
    ),
)
