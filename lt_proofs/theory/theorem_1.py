"""Theorem 1 with explicit widths, and what holds for one drawn network without any probability.

Theorem 1 of the paper; Mathematics 3.4, 3.5, 3.7 and 3.10.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lt_proofs.terms import Judgement, Term, encode, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.laws import GADGET
from lt_proofs.theory.layers import (
    BOTH,
    COMPOSITION,
    COMPOSITION_LOG,
    FAST,
    INSTANCES,
    LAYER,
    LAYER_ONE,
    ONE_SIGN,
    RATE,
    SHAPED,
)
from lt_proofs.theory.numbers import three_layers

d, e, l, eps, delta, w, p, q, s, g = symbols("d e l eps delta w p q s g")  # noqa: E741 - the depth
WHERE = f"{SHAPED}, l in [1, oo), eps in (0, 1], delta in (0, 1)"
# the errors h of l layers compose to e^(l h) - 1, so ln(1 + eps)/l is all that a layer may use (l3-log)
BUDGET = call("log", 1 + eps)
C, C_WEIGHTED = 86, 60
"""The constants of theorem-1-constant and theorem-1-weighted-constant."""


def network(first: Term, later: Term | None = None, where: str = WHERE, given: tuple[Any, ...] = ()) -> Judgement:
    """Return the judgement of Theorem 1 (Mathematics 3.4): hidden units per input of the first and of later layers."""
    return Judgement.of(
        "network", domain=parse_domain(where), hypotheses=given, law=GADGET, inputs=d, outputs=e, depth=l, error=eps,
        failure=delta, units=first, later=first if later is None else later,
    )  # fmt: skip


def stacked(first: Claim, later: Claim, composed: Judgement, error: Term) -> Plan:
    """Return the plan of a network whose layers each have this error and fail with probability at most delta/l."""
    at = {"eps": encode(error), "delta": encode(delta / l)}
    layers = ((first.judgement, first.plan), (later.judgement, later.plan))
    return Plan("stack", (*layers, (composed, Plan("compose"))), {"first": at, "later": at})


def units(signs: str = BOTH, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of l2 or l2-one-sign at the error eps/(2 l) and the failure probability delta/l."""
    # 8 s m^2/(e^2 c) with m = d e, e = eps/(2 l) and c = delta/l; one of the l^3 comes from delta
    return call("log", 32 * INSTANCES[signs] * l**3 * d**2 * e**2 / (eps**2 * chance)) / rate


STATED = network(units(), units(ONE_SIGN))
THEOREM_1 = Claim(
    id="theorem-1",
    title="Theorem 1: a random network, wider by a logarithmic factor, contains every target network",
    judgement=STATED,
    plan=stacked(LAYER, LAYER_ONE, COMPOSITION.judgement, eps / (2 * l)),
    place="Theorem 1 of the paper; Mathematics 3.4",
    changes=(
        "The paper takes k_i = 2 d_(i-1) n_i hidden units with n_i = C ln(d_(i-1) d_i l/min(eps, delta)) and gives C "
        "no value. Here k_i = d_(i-1) n_i is half of that, and n_i is explicit. What is C? In the paper's form C = "
        f"{C} is enough whenever d_(i-1) d_i l/min(eps, delta) >= 4 in every layer (theorem-1-constant), and C = "
        f"{C_WEIGHTED} for eps <= 1/3 (theorem-1-weighted-constant). As in the paper, there are no biases, the "
        "spectral norms are at most 1 and the weights are uniform."
    ),
    witness=three_layers(STATED),
    proof=(
        "Each layer gets the error eps/(2 l) and the failure probability delta/l (l2 for the first layer and "
        "l2-one-sign for the later ones, whose inputs come out of a ReLU). The errors compose to less than eps (l3). "
        "All this happens on the one event that all windows are covered, and there masks exist for every f at once."
    ),
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", network(units(rate=FAST))),
        Plant("delta omitted", network(units(chance=1), units(ONE_SIGN, chance=1))),
        Plant("delta omitted behind the first layer", network(units(), units(ONE_SIGN, chance=1))),
        Plant("the widths omitted, eps^2 delta replaced by eps and the divisor by ln 8", network(
            call("log", 64 * l**3 / eps) / FAST
        )),
    ),
    premises=("l2", "l2-one-sign", "l3"),
)  # fmt: skip


def log_units(signs: str = BOTH, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of l2 or l2-one-sign at the error ln(1 + eps)/l and the failure probability delta/l."""
    return call("log", 8 * INSTANCES[signs] * l**3 * d**2 * e**2 / (BUDGET**2 * chance)) / rate


LOG_STATED = network(log_units(), log_units(ONE_SIGN))
THEOREM_1_LOG = Claim(
    id="theorem-1-log",
    title="Theorem 1 with the whole error budget",
    judgement=LOG_STATED,
    plan=stacked(LAYER, LAYER_ONE, COMPOSITION_LOG.judgement, BUDGET / l),
    place="Theorem 1 of the paper; Mathematics 3.5",
    changes="As theorem-1, but each layer may have the error ln(1+eps)/l instead of eps/(2 l).",
    witness=three_layers(LOG_STATED),
    proof="As theorem-1, with l3-log for the composition.",
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", network(log_units(rate=FAST))),
        Plant("delta omitted", network(log_units(chance=1))),
        Plant("delta omitted behind the first layer", network(log_units(), log_units(ONE_SIGN, chance=1))),
    ),
    premises=("l2", "l2-one-sign", "l3-log"),
)


def propagation(error: Term, growth: Term) -> Judgement:
    """Return the judgement of the recursion over the layers of a target and of a drawn ticket (Mathematics 3.10)."""
    return Judgement.of("propagation", error=error, growth=growth)


A_POSTERIORI = Claim(
    id="a-posteriori",
    title="The error of one drawn network",
    judgement=propagation(w * s + p * g, q * g),
    plan=Plan("propagate"),
    place="Not in the paper; Mathematics 3.10. It certifies the error of a ticket for any trained network.",
    changes="No probability and no bound on norms is assumed; the exact weights of one drawn network are known.",
    witness="One layer, W = 1, V = 101/100: the outputs differ by 1/100 at x = 1, and s = 1/100.",
    proof=(
        "W σ(f) - V σ(h) = W (σ(f) - σ(h)) + (W - V) σ(h), and σ is 1-Lipschitz with σ(0) = 0. Over all layers this is "
        "the sum over k of ‖W_l‖ ⋯ ‖W_(k+1)‖ ‖W_k - V_k‖ ‖V_(k-1)‖ ⋯ ‖V_1‖. In the first layer V may differ for the "
        "two signs of an input; there p is the norm of the block matrix [W - V⁺, V⁻ - W]."
    ),
    plants=(
        Plant("the error of a layer not multiplied by the norm of its input", propagation(w * s + p, q * g)),
        Plant("the growth taken from the target", propagation(w * s + p * g, w * g)),
        Plant("nine tenths of the error of a layer counted", propagation(w * s + Fraction(9, 10) * p * g, q * g)),
    ),
)
