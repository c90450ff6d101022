"""Widths for Theorem 1 by certified chains: one certificate per layer about all its weights (Mathematics 3.17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from lt_proofs.bounds.certified import certified
from lt_proofs.bounds.closed_form import shapes_of, within
from lt_proofs.bounds.lower import PRECISION
from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import value_at
from lt_proofs.proof.prover import proof_of
from lt_proofs.terms import Term, number
from lt_proofs.terms.tree import call
from lt_proofs.theory.certified import certified_layer
from lt_proofs.theory.layers import BOTH, INSTANCES, ONE_SIGN

# significant binary digits of the tolerance of a weight: short numbers keep certificates short
BITS = 20
Progress = Callable[[str], None]


@dataclass(frozen=True)
class ChainedLayer:
    """A layer, its hidden units per input ``n``, the text of the accepted certificate and its statement in words."""

    inputs: int
    outputs: int
    n: int
    certificate: str
    says: str


def chained_layers(
    widths: tuple[int, ...], eps: Any, delta: Any, progress: Progress = lambda _: None
) -> tuple[ChainedLayer, ...]:
    """The layers of a target of these widths, each within ln(1 + eps)/l with probability 1 - delta/l; l3-log composes.

    Inputs of the first layer have both signs; those of later ones come out of a ReLU and have one.

    Takes half a minute for each layer. Raises BadInput as layer_widths does, and where an accuracy is below what a
    chain can do.
    """
    error, chance = within(eps, "eps", Fraction(1), closed=True), within(delta, "delta", Fraction(1))
    shapes = shapes_of(widths)
    depth, budget = len(shapes), call("log", number(1 + error))
    each = budget / depth if depth > 1 else budget
    wanted = [(*shape, ONE_SIGN if place else BOTH) for place, shape in enumerate(shapes)]
    layers = {}
    hardest_first = sorted(set(wanted), key=lambda row: (row[0] * row[1], INSTANCES[row[2]]), reverse=True)
    for inputs, outputs, signs in hardest_first:
        progress(f"looking for a chain for the layer {inputs} -> {outputs}")
        layers[inputs, outputs, signs] = chained_layer(inputs, outputs, each, chance / depth, signs)
    return tuple(layers[row] for row in wanted)


def chained_layer(inputs: int, outputs: int, tolerance: Term, chance: Fraction, signs: str = BOTH) -> ChainedLayer:
    """One layer; the windows of each weight, one for each sign of its input, share the chance of failure equally."""
    entries = inputs * outputs
    entrywise = rounded_down(value_at(tolerance * number(entries) ** Fraction(-1, 2), {}, PRECISION)[0])
    try:
        found = certified("gadget", entrywise, chance / (INSTANCES[signs] * entries))
    except BadInput as problem:
        shown = f"{inputs} -> {outputs} with {float(entrywise):.3g} for each weight"
        raise BadInput("chain", shown, f"{problem.remedy}; or ask without chains") from None
    judgement, plan = certified_layer(found.proved, inputs, outputs, tolerance, chance, signs)
    proof = proof_of(judgement, plan)
    text = "" if proof is None else certificate_text(certificate("certified-layer", proof))
    examined = examine_text(text)
    if not examined.accepted:
        raise BadInput("chain", f"{inputs} -> {outputs}", "the checker does not confirm the layer; ask without chains")
    return ChainedLayer(inputs, outputs, found.value, text, examined.report["says"])


def rounded_down(value: Fraction) -> Fraction:
    """Round a positive value down, by a relative error below 2^-19, to a fraction with few digits.

    >>> rounded_down(Fraction(2, 3))
    Fraction(349525, 524288)
    """
    places = BITS + value.denominator.bit_length() - value.numerator.bit_length()
    return Fraction(floor(value * (1 << places)), 1 << places)
