"""From one weight to Theorem 1 by weighted coverage: fewer hidden units for each input, by the same steps.

Lemmas 1 to 3 and Theorem 1 of the paper, with r4-weighted-gadget in the place of r4-gadget; Mathematics 3.6 and 3.7.
"""

from __future__ import annotations

from lt_proofs.terms import Judgement, Term, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plant
from lt_proofs.theory.layers import (
    BOTH,
    COMPOSITION_LOG,
    FAST,
    INSTANCES,
    ONE_SIGN,
    SHAPED,
    layer,
    layer_plan,
    squared,
    weight_plan,
)
from lt_proofs.theory.numbers import decimal, least, three_layers
from lt_proofs.theory.theorem_1 import BUDGET, network, stacked
from lt_proofs.theory.weighted import NARROW, NARROW_SHARE, WEIGHTED_GADGET, factor

d, e, l, eps, delta = symbols("d e l eps delta")  # noqa: E741 - the depth
# a gadget is half the time a product, so its flow is half of the share
FACTOR = 1 - NARROW_SHARE / 2
RATE = call("log", number(1 / FACTOR))
SMALL = "eps in (0, 1/3), delta in (0, 1)"
NETWORK_WHERE = f"{SHAPED}, l in [1, oo), eps in (0, 1/3], delta in (0, 1)"
PLACE = "{} of the paper by weighted coverage, which is not in the paper; Mathematics {}"


def units(entries: Term | int, signs: str = BOTH, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of r4-weighted-gadget at eps/sqrt(m) and chance/(s m), for m entries and s signs."""
    return call("log", squared(INSTANCES[signs] * factor(NARROW), entries) / (eps**2 * chance)) / rate


def link(needed: Term, signs: str = BOTH) -> Judgement:
    """Return one weight with ``needed`` hidden units."""
    return layer(needed, domain=SMALL, signs=signs)


LINK = Claim(
    id="l1-weighted",
    title="One weight by weighted coverage",
    judgement=link(units(1)),
    plan=weight_plan(WEIGHTED_GADGET, BOTH),
    place=PLACE.format("Lemma 1", "3.6"),
    changes=(
        f"As l1, with the factor {decimal(number(FACTOR), 4)} for each hidden unit instead of 15/16, for eps < 1/3."
    ),
    witness=f"eps = delta = 1/100: {least(link(units(1)), 'units')} hidden units.",
    proof="As l1, with r4-weighted-gadget for each sign of the input.",
    plants=(
        Plant("the divisor replaced by ln 8", link(units(1, rate=FAST))),
        Plant("delta omitted", link(units(1, chance=1))),
    ),
    premises=("r4-weighted-gadget",),
)

LINK_ONE = Claim(
    id="l1-weighted-one-sign",
    title="One weight behind a ReLU by weighted coverage",
    judgement=link(units(1, ONE_SIGN), ONE_SIGN),
    plan=weight_plan(WEIGHTED_GADGET, ONE_SIGN),
    place=PLACE.format("Lemma 1", "3.7"),
    changes="As l1-weighted, for inputs that are not negative: one instance of coverage instead of two.",
    witness=f"eps = delta = 1/100: {least(link(units(1, ONE_SIGN)), 'units')} hidden units.",
    proof="As l1-one-sign, with r4-weighted-gadget.",
    plants=(
        Plant("the divisor replaced by ln 8", link(units(1, ONE_SIGN, FAST), ONE_SIGN)),
        Plant("delta omitted", link(units(1, ONE_SIGN, chance=1), ONE_SIGN)),
    ),
    premises=("r4-weighted-gadget",),
)


def neuron(needed: Term) -> Judgement:
    """Return a layer with one output and ``needed`` hidden units per input."""
    return layer(needed, d, 1, f"d in [1, oo), {SMALL}")


NEURON = Claim(
    id="l2-neuron-weighted",
    title="One neuron by weighted coverage",
    judgement=neuron(units(d)),
    plan=layer_plan(d, LINK),
    place=PLACE.format("Lemma 2", "3.6"),
    changes="As l2-neuron: the error is measured in the Euclidean norm, and each weight may be off by eps/sqrt(d).",
    witness=f"d = 4, eps = delta = 1/100: {least(neuron(units(d)), 'units', d=4)} hidden units for each input.",
    proof="The case of one output in l2-weighted.",
    plants=(
        Plant("the divisor replaced by ln 8", neuron(units(d, rate=FAST))),
        Plant("delta omitted", neuron(units(d, chance=1))),
    ),
    premises=("l1-weighted",),
)


def one_layer(needed: Term, signs: str = BOTH) -> Judgement:
    """Return a layer with ``needed`` hidden units per input."""
    return layer(needed, d, e, f"{SHAPED}, {SMALL}", signs=signs)


LAYER = Claim(
    id="l2-weighted",
    title="One layer by weighted coverage",
    judgement=one_layer(units(d * e)),
    plan=layer_plan(d * e, LINK),
    place=PLACE.format("Lemma 3", "3.6"),
    changes="As l2: all outputs share the weights of the first layer, and each entry may be off by eps/sqrt(d e).",
    witness=(
        "d = 784, e = 500, eps = delta = 1/100: "
        f"{least(one_layer(units(d * e)), 'units', d=784, e=500)} hidden units for each input."
    ),
    proof="As l2: a union bound over the d e entries, each by l1-weighted, and the Frobenius norm.",
    plants=(
        Plant("the divisor replaced by ln 8", one_layer(units(d * e, rate=FAST))),
        Plant("delta omitted", one_layer(units(d * e, chance=1))),
    ),
    premises=("l1-weighted",),
)

LAYER_ONE = Claim(
    id="l2-weighted-one-sign",
    title="One layer behind a ReLU by weighted coverage",
    judgement=one_layer(units(d * e, ONE_SIGN), ONE_SIGN),
    plan=layer_plan(d * e, LINK_ONE),
    place=PLACE.format("Lemma 3", "3.7"),
    changes="As l2-weighted, for inputs that are not negative: one instance of coverage for each entry instead of two.",
    witness=(
        "d = 500, e = 10, eps = delta = 1/100: "
        f"{least(one_layer(units(d * e, ONE_SIGN)), 'units', d=500, e=10)} hidden units for each input."
    ),
    proof="As l2-weighted, with l1-weighted-one-sign for each entry.",
    plants=(
        Plant("the divisor replaced by ln 8", one_layer(units(d * e, ONE_SIGN, FAST), ONE_SIGN)),
        Plant("delta omitted", one_layer(units(d * e, ONE_SIGN, chance=1), ONE_SIGN)),
    ),
    premises=("l1-weighted-one-sign",),
)


def network_units(signs: str = BOTH, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of l2-weighted or l2-weighted-one-sign at the error ln(1 + eps)/l and failure delta/l."""
    return call("log", INSTANCES[signs] * factor(NARROW) * l**3 * d**2 * e**2 / (BUDGET**2 * chance)) / rate


STATED = network(network_units(), network_units(ONE_SIGN), NETWORK_WHERE)
THEOREM_1_WEIGHTED = Claim(
    id="theorem-1-weighted",
    title="Theorem 1 by weighted coverage, with the whole error budget",
    judgement=STATED,
    plan=stacked(LAYER, LAYER_ONE, COMPOSITION_LOG.judgement, BUDGET / l),
    place=PLACE.format("Theorem 1", "3.6"),
    changes="As theorem-1-log, with about two thirds of its hidden units for each input, for eps <= 1/3.",
    witness=three_layers(STATED),
    proof="As theorem-1-log, with l2-weighted for the first layer and l2-weighted-one-sign for the later ones.",
    plants=(
        Plant("the divisor replaced by ln 8", network(network_units(rate=FAST), where=NETWORK_WHERE)),
        Plant("delta omitted", network(network_units(chance=1), where=NETWORK_WHERE)),
        Plant("delta omitted behind the first layer", network(
            network_units(), network_units(ONE_SIGN, chance=1), NETWORK_WHERE
        )),
    ),
    premises=("l2-weighted", "l2-weighted-one-sign", "l3-log"),
)  # fmt: skip

WEIGHTED_LAYERS: tuple[Claim, ...] = (LINK, LINK_ONE, NEURON, LAYER, LAYER_ONE, THEOREM_1_WEIGHTED)
