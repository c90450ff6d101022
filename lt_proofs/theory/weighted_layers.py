"""From one weight to Theorem 1 by weighted coverage: fewer hidden units for each input, by the same steps.

Lemmas 1 to 3 and Theorem 1 of the paper, with r4-weighted-gadget in the place of r4-gadget; referee B5''.
"""

from __future__ import annotations

from lt_proofs.terms import Judgement, Term, encode, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.layers import COMPOSITION_LOG, SHAPED, layer, layer_plan
from lt_proofs.theory.theorem_1 import network
from lt_proofs.theory.weighted import NARROW, NARROW_SHARE, WEIGHTED_GADGET, factor

d, e, l, eps, delta = symbols("d e l eps delta")  # noqa: E741 - the depth
RATE = call("log", number(1 / (1 - NARROW_SHARE / 2)))
FAST = call("log", number(8))
ONE, TWICE = number(1), number(2 * factor(NARROW))
SMALL = "eps in (0, 1/3), delta in (0, 1)"
NEURON_WHERE, LAYER_WHERE = f"d in [1, oo), {SMALL}", f"{SHAPED}, {SMALL}"
NETWORK_WHERE = f"{SHAPED}, l in [1, oo), eps in (0, 1/3], delta in (0, 1)"
PLACE = "derived here, referee B5''; {} of the paper by weighted coverage"


def units(scale: Term, rate: Term = RATE, chance: Term = delta) -> Term:
    """r4-weighted-gadget at eps/sqrt(m) and delta/(2 m), m the number of entries and the scale TWICE m^2."""
    return call("log", scale / (eps**2 * chance)) / rate


def link(samples: Term) -> Judgement:
    """One weight with so many hidden units."""
    return layer(samples, domain=SMALL)


LINK = Claim(
    id="l1-weighted",
    title="One weight by weighted coverage",
    judgement=link(units(TWICE)),
    plan=Plan(
        "two-signs",
        ((WEIGHTED_GADGET.judgement, WEIGHTED_GADGET.plan),),
        {"at": {"delta": encode(delta / 2)}},
    ),
    place=PLACE.format("Lemma 1"),
    changes="As l1, with the factor 0.9065 for each hidden unit instead of 15/16, for eps below 1/3.",
    witness="eps = delta = 1/100: 178 hidden units, beside 258 of l1.",
    proof="As l1: coverage for the gadget law with delta/2 for each sign of the input, here by r4-weighted-gadget.",
    plants=(
        Plant("the rate replaced by 1/8", link(units(TWICE, FAST))),
        Plant("delta left out", link(units(TWICE, chance=ONE))),
    ),
    premises=("r4-weighted-gadget",),
)


def neuron(samples: Term) -> Judgement:
    """One output with so many hidden units for each input."""
    return layer(samples, d, 1, NEURON_WHERE)


NEURON = Claim(
    id="l2-neuron-weighted",
    title="One neuron by weighted coverage",
    judgement=neuron(units(TWICE * d**2)),
    plan=layer_plan(d, LINK),
    place=PLACE.format("Lemma 2"),
    changes="As l2-neuron: the error is measured in the Euclidean norm, each weight may be off by eps/sqrt(d).",
    witness="d = 4, eps = delta = 1/100: 206 hidden units for each input.",
    proof="The layer l2-weighted with one output.",
    plants=(
        Plant("the rate replaced by 1/8", neuron(units(TWICE * d**2, FAST))),
        Plant("delta left out", neuron(units(TWICE * d**2, chance=ONE))),
    ),
    premises=("l1-weighted",),
)


def one_layer(samples: Term) -> Judgement:
    """A layer with so many hidden units for each input."""
    return layer(samples, d, e, LAYER_WHERE)


LAYER = Claim(
    id="l2-weighted",
    title="One layer by weighted coverage",
    judgement=one_layer(units(TWICE * (d * e) ** 2)),
    plan=layer_plan(d * e, LINK),
    place=PLACE.format("Lemma 3"),
    changes="As l2: first-layer weights are shared by all outputs, each entry may be off by eps/sqrt(d e).",
    witness="d = 784, e = 500, eps = delta = 1/100: 441 hidden units for each input.",
    proof="As l2: a union bound over the d e entries, each by l1-weighted, and the Frobenius norm.",
    plants=(
        Plant("the rate replaced by 1/8", one_layer(units(TWICE * (d * e) ** 2, FAST))),
        Plant("delta left out", one_layer(units(TWICE * (d * e) ** 2, chance=ONE))),
    ),
    premises=("l1-weighted",),
)

BUDGET = call("log", 1 + eps)


def network_units(rate: Term = RATE, chance: Term = delta) -> Term:
    """l2-weighted at ln(1 + eps)/l and delta/l."""
    return call("log", TWICE * l**3 * d**2 * e**2 / (BUDGET**2 * chance)) / rate


THEOREM_1_WEIGHTED = Claim(
    id="theorem-1-weighted",
    title="Theorem 1 by weighted coverage, with the whole budget of its layers",
    judgement=network(network_units(), where=NETWORK_WHERE),
    plan=Plan(
        "stack",
        ((LAYER.judgement, LAYER.plan), (COMPOSITION_LOG.judgement, COMPOSITION_LOG.plan)),
        {"layer": {"eps": encode(BUDGET / l), "delta": encode(delta / l)}},
    ),
    place=PLACE.format("Theorem 1"),
    changes="As theorem-1-log, with two thirds of its hidden units for each input, for eps up to 1/3.",
    witness="Widths 784, 500, 10 and eps = delta = 1/100: n = 462 and 373.",
    proof="As theorem-1-log, with l2-weighted for each layer.",
    plants=(
        Plant("the rate replaced by 1/8", network(network_units(FAST), where=NETWORK_WHERE)),
        Plant("delta left out", network(network_units(chance=ONE), where=NETWORK_WHERE)),
    ),
    premises=("l2-weighted", "l3-log"),
)

WEIGHTED_LAYERS: tuple[Claim, ...] = (LINK, NEURON, LAYER, THEOREM_1_WEIGHTED)
