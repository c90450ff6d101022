"""One certificate for a whole network: hidden units per input for given widths (Mathematics 3.26 and 3.27).

The error and the chance of failure are divided among the layers such that the hidden units in all are about least.
Each layer takes the weights' errors as a matrix that is rounded up or down with a small norm, or adds them up in the
Frobenius norm, whichever allows larger errors; its windows are covered by a certified chain, or by weighted coverage
where no chain is within reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any

from lt_proofs.bounds.certified import certified
from lt_proofs.bounds.chained import rounded_down
from lt_proofs.bounds.closed_form import largest, least, shapes_of, within
from lt_proofs.bounds.lower import PRECISION
from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import value_at
from lt_proofs.proof.prover import proof_of
from lt_proofs.terms import Judgement, encode, number
from lt_proofs.terms.judgement import decode_term
from lt_proofs.terms.tree import call, substitute
from lt_proofs.theory.assembly import MOMENTS, given_network, moment_bound, rounded_layer
from lt_proofs.theory.certified import certified_cover, certified_layer
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.laws import GADGET
from lt_proofs.theory.layers import BOTH, INSTANCES, ONE_SIGN
from lt_proofs.theory.record import find

# the windows of all weights are one window, a little longer than [-1, 1], so that all layers share their flows
BEYOND = Fraction(1, 1 << 11)
# roots are bounded in units of 2^-16
FINE = 1 << 16
CLOSED = "r4-weighted-gadget"
# layers of different shapes that have chains of their own: more would cost the checker more than one file may
MOST_CHAINS = 2
Progress = Callable[[str], None]


@dataclass(frozen=True)
class GivenNetwork:
    """The units per input of each layer, the accepted certificate about the whole network and its words."""

    units: tuple[int, ...]
    certificate: str
    says: str


def one_certificate(widths: tuple[int, ...], eps: Any, delta: Any, progress: Progress = lambda _: None) -> GivenNetwork:
    """Return the units per input of Theorem 1 for a target of these widths, with one certificate for all of it.

    Takes about half a minute. Raises BadInput as layer_widths does, and where the checker confirms nothing.
    """
    error, chance = within(eps, "eps", Fraction(1), closed=True), within(delta, "delta", Fraction(1))
    return _found(tuple(widths), error, chance, progress)


@lru_cache(maxsize=16)
def _found(widths: tuple[int, ...], error: Fraction, chance: Fraction, progress: Progress) -> GivenNetwork:
    shapes = shapes_of(widths)
    budget = rounded_down(value_at(call("log", number(1 + error)), {}, PRECISION)[0])
    # units grow like the logarithms of both: by Lagrange, shares in proportion to the inputs make the total least
    shares = [Fraction(d, sum(d for d, _ in shapes)) for d, _ in shapes]
    wanted = [(shape, ONE_SIGN if place else BOTH) for place, shape in enumerate(shapes)]
    largest_first = sorted(set(wanted), key=lambda row: (row[0][0] * row[0][1], row), reverse=True)
    for chains in range(min(MOST_CHAINS, len(largest_first)), -1, -1):
        layers = []
        for (shape, signs), share in zip(wanted, shares, strict=True):
            progress(f"covering the windows of the layer {shape[0]} -> {shape[1]}")
            by_chain = (shape, signs) in largest_first[:chains]
            layers.append(given_layer(shape, rounded_down(share * budget), share * chance, signs, by_chain))
        units = [int(layer[0]["units"].value) for layer in layers]
        proof = proof_of(*given_network(layers, widths, units, error, chance))
        text = "" if proof is None else certificate_text(certificate("given-network", proof))
        examined = examine_text(text)
        if examined.accepted:
            return GivenNetwork(tuple(units), text, examined.report["says"])
    shown = ",".join(map(str, widths))[:60]
    raise BadInput("widths", shown, "the checker confirms no certificate; ask without --certificate")


def given_layer(
    shape: tuple[int, int], tolerance: Fraction, chance: Fraction, signs: str, by_chain: bool = True
) -> tuple[Judgement, Plan]:
    """Return a layer with numbers for all fields, with as few units per input as one of the ways gives.

    Without a chain its windows are covered by a weighted closed form.
    """
    instances = INSTANCES[signs] * shape[0] * shape[1]
    apart, k = min((norm_of_errors(k, shape, signs), k) for k in MOMENTS)
    together = ceiling_root(shape[0] * shape[1], 2)
    entrywise = rounded_down(tolerance / apart)
    if by_chain and apart < together and 2 * entrywise <= BEYOND:
        try:
            reached = 1 + entrywise
            found = certified("gadget", entrywise, chance / instances, (-reached, reached), 2 + 2 * BEYOND)
            return rounded_layer(found.proved, shape, tolerance, chance, signs, k)
        except BadInput:  # a weighted closed form may still be within reach
            pass
    entrywise = rounded_down(tolerance / together)
    return certified_layer(
        cover_within(entrywise, chance / instances, by_chain), *shape, number(tolerance), chance, signs
    )


def cover_within(eps: Fraction, delta: Fraction, by_chain: bool) -> tuple[Judgement, Plan]:
    """Return coverage of [-1, 1] by gadgets at these numbers: by a chain, or else by weighted coverage."""
    if by_chain:
        try:
            return certified("gadget", eps, delta).proved
        except BadInput:  # too small for a chain
            pass
    claim = find(CLOSED)
    point = {"eps": min(eps, largest(CLOSED) * Fraction(1023, 1024)), "delta": delta}
    at = {name: number(x) for name, x in point.items()}
    data = {name: encode(substitute(decode_term(item), at)) for name, item in claim.plan.data.items()}
    judgement = certified_cover(
        GADGET, least(CLOSED, "samples", point).value, Fraction(2), point["eps"], point["delta"]
    )
    return judgement, Plan(claim.plan.rule, claim.plan.premises, data)


def norm_of_errors(k: int, shape: tuple[int, int], signs: str) -> Fraction:
    """Return an upper bound, by the 2k-th moment, of the norm of errors rounded either way, per tolerance."""
    return ceiling_root(moment_bound(k, *shape, signs), 2 * k)


def ceiling_root(value: int, degree: int) -> Fraction:
    """Return a rational slightly above the root of a positive whole number.

    >>> ceiling_root(16, 2), float(ceiling_root(2, 2))
    (Fraction(4, 1), 1.414215087890625)
    """
    whole, low, high = value * FINE**degree, 0, isqrt(value) * FINE + FINE
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if middle**degree >= whole else (middle + 1, high)
    return Fraction(high, FINE)
