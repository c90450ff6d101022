"""L1 to L3: from one weight to a layer, and from layers to a network.

Lemmas 1 to 3 of the paper and the composition in the proof of Theorem 1; mathematics.md §2, referee C4 and C5.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.laws import GADGET, GADGET_COVERED
from lt_proofs.theory.subset_sum import ACCURACY

d, e, l, eps, delta = symbols("d e l eps delta")  # noqa: E741 - the depth, as the paper writes it
RATE = call("log", number(Fraction(16, 15)))
SHAPED = "d in [1, oo), e in [1, oo)"


def layer(
    units: Term,
    inputs: Term | int = 1,
    outputs: Term | int = 1,
    domain: str = ACCURACY,
    tolerance: Term = eps,
    law: Law = GADGET,
    signs: str = "both",
) -> Judgement:
    """Two random layers instead of one matrix, with so many hidden units for each input."""
    return Judgement.of(
        "layer", domain=parse_domain(domain), hypotheses=(), law=law, inputs=number(inputs), outputs=number(outputs),
        signs=signs, tolerance=tolerance, failure=delta, units=units,
    )  # fmt: skip


def units(entries: Term | int, rate: Term = RATE) -> Term:
    """ln(16 m^2/(eps^2 delta))/ln(16/15) with m the number of entries: r4-gadget at eps/sqrt(m) and delta/(2 m)."""
    return call("log", 16 * number(entries) ** 2 / (eps**2 * delta)) / rate


LINK = Claim(
    id="l1",
    title="One weight",
    judgement=layer(call("log", 16 / (eps**2 * delta)) / RATE),
    plan=Plan(
        "two-signs",
        ((GADGET_COVERED.judgement, GADGET_COVERED.plan),),
        {"at": {"delta": encode(delta / 2)}},
    ),
    place="Lemma 1 of the paper",
    changes=(
        "n hidden units serve both signs, half of the paper's 2n; no part of eps is split between the signs, because "
        "only one of them is active at a time; the constant is explicit."
    ),
    witness="eps = delta = 1/100: 257 hidden units.",
    proof=(
        "w x = w max(0, x) - w max(0, -x). Hidden units with first weight u > 0 see max(0, x), the others max(0, -x); "
        "masks on the second layer choose sums of b|u| near w among the first and near -w among the others. Each is "
        "coverage for the gadget law with delta/2."
    ),
    plants=(
        Plant("the rate 15/16 replaced by 1/8", layer(units(1, call("log", number(8))))),
        Plant("delta left out", layer(call("log", 16 / eps**2) / RATE)),
    ),
    premises=("r4-gadget",),
)


def layer_plan(entries: Term, link: Claim = LINK) -> Plan:
    """All entries within eps/sqrt(m), each but for delta/m."""
    at = {"eps": encode(eps * entries ** Fraction(-1, 2)), "delta": encode(delta / entries)}
    return Plan("frobenius", ((link.judgement, link.plan),), {"at": at})


NEURON = Claim(
    id="l2-neuron",
    title="One neuron",
    judgement=layer(units(d), d, 1, f"d in [1, oo), {ACCURACY}"),
    plan=layer_plan(d),
    place="Lemma 2 of the paper",
    changes="The error is measured in the Euclidean norm: each weight may be off by eps/sqrt(d), not by eps/d.",
    witness="d = 4, eps = delta = 1/100: 300 hidden units for each input.",
    proof="The layer l2 with one output.",
    plants=(
        Plant("the rate 15/16 replaced by 1/8", layer(
            units(d, call("log", number(8))), d, 1, f"d in [1, oo), {ACCURACY}"
        )),
        Plant("no part of eps left to the other weights", layer(
            call("log", 8 * d**2 / eps) / call("log", number(8)), d, 1, f"d in [1, oo), {ACCURACY}"
        )),
    ),
    premises=("l1",),
)  # fmt: skip

LAYER = Claim(
    id="l2",
    title="One layer",
    judgement=layer(units(d * e), d, e, f"{SHAPED}, {ACCURACY}"),
    plan=layer_plan(d * e),
    place="Lemma 3 of the paper",
    changes=(
        "First-layer weights are shared by all outputs. Each entry may be off by eps/sqrt(d e) (Frobenius); the paper "
        "spends eps/(d e)."
    ),
    witness="d = 784, e = 500, eps = delta = 1/100.",
    proof=(
        "Block j of the first random layer sees only input j; the second layer has fresh weights for each output and "
        "input. If each of the d e entries is within t, for both signs of the input, the error is at most t sqrt(d e) "
        "times |x|. The union bound runs over the d e entries."
    ),
    plants=(
        Plant("the rate 15/16 replaced by 1/8", layer(
            units(d * e, call("log", number(8))), d, e, f"{SHAPED}, {ACCURACY}"
        )),
        Plant("one entry instead of d e, eps^2 read as eps", layer(
            call("log", 16 / (eps * delta)) / call("log", number(6)), d, e, f"{SHAPED}, {ACCURACY}"
        )),
    ),
    premises=("l1",),
)  # fmt: skip

DEPTH = "l in [1, oo), eps in (0, 1]"


def composition(error: Term, bound: Term = eps, domain: str = DEPTH) -> Judgement:
    """Errors of the layers that compose to less than the bound."""
    return Judgement.of("composition", domain=parse_domain(domain), hypotheses=(), depth=l, error=error, bound=bound)


COMPOSITION = Claim(
    id="l3",
    title="Composition",
    judgement=composition(eps / (2 * l)),
    plan=Plan("compose"),
    place="the composition in the proof of Theorem 1",
    changes="Errors eps/(2 l) for each of the l layers compose to less than eps, for eps up to 1.",
    witness="l = 2, eps = 1/100: (1 + 1/400)^2 - 1 < 1/100.",
    proof=(
        "After k layers the ticket's output has norm at most (1+h)^k, and the difference grows by h (1+h)^(k-1): it is "
        "at most (1+h)^l - 1 <= e^(eps/2) - 1 < eps."
    ),
    plants=(
        Plant("eps/(2 l) replaced by eps/l", composition(eps / l)),
        Plant("eps allowed up to 3", composition(eps / (2 * l), domain="l in [1, oo), eps in (0, 3]")),
    ),
)

COMPOSITION_LOG = Claim(
    id="l3-log",
    title="Composition, the whole budget",
    judgement=composition(call("log", 1 + eps) / l, domain="l in [1, oo), eps in (0, oo)"),
    plan=Plan("compose"),
    place="the composition in the proof of Theorem 1; referee C4",
    changes="Errors ln(1+eps)/l for each of the l layers compose to less than eps, for every eps: twice as much.",
    witness="l = 2, eps = 1/100: each layer may be off by 0.004975 instead of 0.0025.",
    proof="(1+h)^l - 1 < e^(l h) - 1 = eps for h = ln(1+eps)/l.",
    plants=(
        Plant("ln(1+eps) replaced by eps", composition(eps / l)),
        Plant(
            "ln(1+eps)/l raised by a tenth",
            composition(eps / l * Fraction(11, 10), domain="l in [1, oo), eps in (0, 1]"),
        ),
    ),
)
