"""L1 to L3: from one weight to a layer, and from layers to a network.

Lemmas 1 to 3 of the paper and the composition in the proof of Theorem 1; Mathematics 3.1 to 3.3 and 3.7.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.laws import GADGET, GADGET_COVERED
from lt_proofs.theory.numbers import least
from lt_proofs.theory.subset_sum import ACCURACY

d, e, l, eps, delta = symbols("d e l eps delta")  # noqa: E741 - the depth, as the paper writes it
# r4-gadget: each gadget multiplies the expected potential by at most 15/16
RATE = call("log", number(Fraction(16, 15)))
# a planted divisor: by it, 2/3 of the information limit log2(1/eps) would suffice for small eps
FAST = call("log", number(8))
SHAPED = "d in [1, oo), e in [1, oo)"
BOTH, ONE_SIGN = "both", "nonnegative"
INSTANCES = {BOTH: 2, ONE_SIGN: 1}
"""The signs of the inputs of a layer, and the instances of coverage that one weight takes: one for each sign."""


def layer(
    units: Term,
    inputs: Term | int = 1,
    outputs: Term | int = 1,
    domain: str = ACCURACY,
    tolerance: Term = eps,
    law: Law = GADGET,
    signs: str = BOTH,
) -> Judgement:
    """Return the judgement that two random layers with ``units`` units per input replace one matrix (3.1, 3.2)."""
    return Judgement.of(
        "layer", domain=parse_domain(domain), hypotheses=(), law=law, inputs=number(inputs), outputs=number(outputs),
        signs=signs, tolerance=tolerance, failure=delta, units=units,
    )  # fmt: skip


def units(entries: Term | int, signs: str = BOTH, rate: Term = RATE) -> Term:
    """Return ln(8 s m^2/(eps^2 delta))/ln(16/15): r4-gadget at eps/sqrt(m) and delta/(s m), m entries and s signs."""
    return call("log", squared(8 * INSTANCES[signs], entries) / (eps**2 * delta)) / rate


def squared(factor: Fraction | int, entries: Term | int) -> Term:
    """Return factor * entries^2, without the square of 1, which a reader should not see."""
    return number(factor) if entries == 1 else number(factor) * number(entries) ** 2


def weight_plan(cover: Claim, signs: str) -> Plan:
    """Return the plan of one weight: an instance of coverage for each sign, with equal parts of delta (3.1)."""
    if signs == ONE_SIGN:
        return Plan("one-sign", ((cover.judgement, cover.plan),))
    return Plan("two-signs", ((cover.judgement, cover.plan),), {"at": {"delta": encode(delta / 2)}})


def layer_plan(entries: Term, link: Claim) -> Plan:
    """Return the plan of a layer: each of its m entries within eps/sqrt(m) with probability >= 1 - delta/m (3.2)."""
    # m entrywise errors of eps/sqrt(m) have Frobenius norm at most eps
    at = {"eps": encode(eps * entries ** Fraction(-1, 2)), "delta": encode(delta / entries)}
    return Plan("frobenius", ((link.judgement, link.plan),), {"at": at})


LINK = Claim(
    id="l1",
    title="One weight",
    judgement=layer(units(1)),
    plan=weight_plan(GADGET_COVERED, BOTH),
    place="Lemma 1 of the paper; Mathematics 3.1",
    changes=(
        "The constant is explicit. The same n hidden units serve both signs of the input, where the paper takes 2n; "
        "and eps is not divided between the signs, because only one of them is active at a time."
    ),
    witness=f"eps = delta = 1/100: {least(layer(units(1)), 'units')} hidden units.",
    proof=(
        "w x = w max(0, x) - w max(0, -x). A hidden unit with first weight a > 0 sees max(0, x), one with a < 0 sees "
        "max(0, -x). The masks of the second layer choose a subset sum of b|a| near w among the former and one near -w "
        "among the latter. Each is an instance of r4-gadget with failure probability delta/2."
    ),
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", layer(units(1, rate=FAST))),
        Plant("delta omitted", layer(call("log", 16 / eps**2) / RATE)),
    ),
    premises=("r4-gadget",),
)

LINK_ONE = Claim(
    id="l1-one-sign",
    title="One weight behind a ReLU",
    judgement=layer(units(1, ONE_SIGN), signs=ONE_SIGN),
    plan=weight_plan(GADGET_COVERED, ONE_SIGN),
    place="Lemma 1 of the paper for inputs that are not negative; Mathematics 3.7",
    changes="Not in the paper: an input that comes out of a ReLU has one sign, so one instance of coverage is enough.",
    witness=f"eps = delta = 1/100: {least(layer(units(1, ONE_SIGN)), 'units')} hidden units.",
    proof="For x >= 0 the hidden units with a > 0 alone are active; a subset sum of b a near w is r4-gadget itself.",
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", layer(units(1, ONE_SIGN, FAST), signs=ONE_SIGN)),
        Plant("delta omitted", layer(call("log", 8 / eps**2) / RATE, signs=ONE_SIGN)),
    ),
    premises=("r4-gadget",),
)


def neuron(needed: Term) -> Judgement:
    """Return a layer with one output and ``needed`` hidden units per input."""
    return layer(needed, d, 1, f"d in [1, oo), {ACCURACY}")


NEURON = Claim(
    id="l2-neuron",
    title="One neuron",
    judgement=neuron(units(d)),
    plan=layer_plan(d, LINK),
    place="Lemma 2 of the paper; Mathematics 3.2",
    changes="The error is measured in the Euclidean norm: each weight may be off by eps/sqrt(d), not only by eps/d.",
    witness=f"d = 4, eps = delta = 1/100: {least(neuron(units(d)), 'units', d=4)} hidden units for each input.",
    proof="The case of one output in l2.",
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", neuron(units(d, rate=FAST))),
        Plant("the failure probability left undivided and eps^2 replaced by eps", neuron(
            call("log", 8 * d**2 / eps) / FAST
        )),
    ),
    premises=("l1",),
)  # fmt: skip


def one_layer(needed: Term, signs: str = BOTH) -> Judgement:
    """Return a layer with ``needed`` hidden units per input."""
    return layer(needed, d, e, f"{SHAPED}, {ACCURACY}", signs=signs)


LAYER = Claim(
    id="l2",
    title="One layer",
    judgement=one_layer(units(d * e)),
    plan=layer_plan(d * e, LINK),
    place="Lemma 3 of the paper; Mathematics 3.2",
    changes=(
        "All outputs share the weights of the first layer. Each entry may be off by eps/sqrt(d e), measured in the "
        "Frobenius norm; the paper allows eps/(d e)."
    ),
    witness=(
        "d = 784, e = 500, eps = delta = 1/100: "
        f"{least(one_layer(units(d * e)), 'units', d=784, e=500)} hidden units for each input."
    ),
    proof=(
        "The masks let block j of the hidden units see input j alone; the second layer has fresh weights for each pair "
        "of an output and an input. If each of the d e entries is within t, for both signs of its input, the error is "
        "at most t sqrt(d e) ‖x‖₂. A union bound runs over the d e entries."
    ),
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", one_layer(units(d * e, rate=FAST))),
        Plant("d e omitted, eps^2 replaced by eps and the divisor by ln 6", one_layer(
            call("log", 16 / (eps * delta)) / call("log", number(6))
        )),
    ),
    premises=("l1",),
)  # fmt: skip

LAYER_ONE = Claim(
    id="l2-one-sign",
    title="One layer behind a ReLU",
    judgement=one_layer(units(d * e, ONE_SIGN), ONE_SIGN),
    plan=layer_plan(d * e, LINK_ONE),
    place="Lemma 3 of the paper for inputs that are not negative; Mathematics 3.7",
    changes="As l2, with one instance of coverage for each entry instead of two.",
    witness=(
        "d = 500, e = 10, eps = delta = 1/100: "
        f"{least(one_layer(units(d * e, ONE_SIGN)), 'units', d=500, e=10)} hidden units for each input."
    ),
    proof="As l2, with l1-one-sign for each of the d e entries.",
    plants=(
        Plant("the divisor ln(16/15) replaced by ln 8", one_layer(units(d * e, ONE_SIGN, FAST), ONE_SIGN)),
        Plant("delta omitted", one_layer(call("log", 8 * (d * e) ** 2 / eps**2) / RATE, ONE_SIGN)),
    ),
    premises=("l1-one-sign",),
)

DEPTH = "l in [1, oo), eps in (0, 1]"


def composition(error: Term, bound: Term = eps, domain: str = DEPTH) -> Judgement:
    """Return the judgement that errors ``error`` of all layers compose to less than ``bound`` (Mathematics 3.3)."""
    return Judgement.of("composition", domain=parse_domain(domain), hypotheses=(), depth=l, error=error, bound=bound)


COMPOSITION = Claim(
    id="l3",
    title="Composition",
    judgement=composition(eps / (2 * l)),
    plan=Plan("compose"),
    place="The composition in the proof of Theorem 1 of the paper; Mathematics 3.3",
    changes=(
        "None but the constant: errors of eps/(2 l) in each of the l layers compose to less than eps, for eps <= 1."
    ),
    witness="l = 2, eps = 1/100: (1 + 1/400)^2 - 1 < 1/100.",
    proof=(
        "Let h be the error of a layer. After k layers the output of the pruned network has norm at most (1+h)^k, and "
        "layer k adds at most h (1+h)^(k-1) to the difference. So this is at most (1+h)^l - 1 <= e^(eps/2) - 1 < eps. "
        "Layers behind a ReLU are met by vectors without negative entries only."
    ),
    plants=(
        Plant("eps/(2 l) replaced by eps/l", composition(eps / l)),
        Plant("eps allowed up to 3", composition(eps / (2 * l), domain="l in [1, oo), eps in (0, 3]")),
    ),
)

COMPOSITION_LOG = Claim(
    id="l3-log",
    title="Composition with the whole error budget",
    judgement=composition(call("log", 1 + eps) / l, domain="l in [1, oo), eps in (0, oo)"),
    plan=Plan("compose"),
    place="The composition in the proof of Theorem 1 of the paper, sharpened; Mathematics 3.3",
    changes="Each of the l layers may have the error ln(1+eps)/l, about twice that of l3, and eps may be any number.",
    witness="l = 2, eps = 1/100: each layer may be off by 0.004975 instead of 0.0025.",
    proof="(1+h)^l - 1 < e^(l h) - 1 = eps for h = ln(1+eps)/l.",
    plants=(
        Plant("ln(1+eps) replaced by eps", composition(eps / l)),
        Plant(
            "ln(1+eps)/l replaced by 11/10 eps/l",
            composition(eps / l * Fraction(11, 10), domain="l in [1, oo), eps in (0, 1]"),
        ),
    ),
)
