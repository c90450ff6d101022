"""How much each improvement of the proof saves: hidden units per input of each layer, beginning with the paper's."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lt_proofs.bounds.chained import ChainedLayer
from lt_proofs.bounds.closed_form import largest, layer_units, least, within

CHAIN = "a certified recursion for each layer, at the accuracies of theorem-1-log"


@dataclass(frozen=True)
class Saving:
    """One way of counting, and the hidden units per input that it requires in each layer."""

    step: str
    units: tuple[int, ...]


def savings(widths: tuple[int, ...], eps: Any, delta: Any) -> tuple[Saving, ...]:
    """The units per input of each layer, saving after saving, for a target of these widths.

    >>> [saving.units for saving in savings((784, 500, 10), "0.01", "0.01")]
    [(1820, 1414), (910, 707), (710, 575), (689, 554), (462, 373), (462, 366)]

    The first two are r4-gadget at the accuracies named, for both signs together; then what theorem-1, theorem-1-log
    and theorem-1-weighted ask for in their first layer, taken for every layer, the last at an accuracy of 1/3 where a
    larger one is asked for; at last theorem-1-weighted itself.
    Raises BadInput unless eps is in (0, 1] and delta in (0, 1).
    """
    error, chance = within(eps, "eps", Fraction(1), closed=True), within(delta, "delta", Fraction(1))
    layers, depth = list(pairwise(widths)), Fraction(len(widths) - 1)
    entrywise = tuple(_gadgets(error / (2 * depth * d * e), chance / (2 * depth * d * e)) for d, e in layers)
    point = {"eps": error, "delta": chance, "l": depth}
    shapes = [{**point, "d": Fraction(d), "e": Fraction(e)} for d, e in layers]
    small = {"eps": min(error, largest("theorem-1-weighted"))}
    return (
        Saving("hidden units of its own for each sign, eps/(2 l d e) for each weight", tuple(2 * n for n in entrywise)),
        Saving("hidden units shared by both signs (l1)", entrywise),
        Saving(
            "errors measured in the Frobenius norm: eps/(2 l sqrt(d e)) for each weight (l2)",
            tuple(_units("theorem-1", at) for at in shapes),
        ),
        Saving(
            "the whole error budget: ln(1 + eps)/l for each layer (l3-log)",
            tuple(_units("theorem-1-log", at) for at in shapes),
        ),
        Saving(
            "weighted coverage (l2-weighted)", tuple(_units("theorem-1-weighted", {**at, **small}) for at in shapes)
        ),
        Saving(
            "one sign of inputs behind the first layer (theorem-1-weighted)",
            layer_units("theorem-1-weighted", layers, {"delta": chance, **small}),
        ),
    )


def chain_saving(layers: tuple[ChainedLayer, ...]) -> Saving:
    """Return the units per input by a certified chain for each layer, at the accuracies of theorem-1-log."""
    return Saving(CHAIN, tuple(layer.n for layer in layers))


def _gadgets(eps: Fraction, delta: Fraction) -> int:
    """Return the gadgets that r4-gadget requires for one window."""
    return least("r4-gadget", "samples", {"eps": eps, "delta": delta}).value


def _units(claim: str, point: dict[str, Fraction]) -> int:
    """Return the hidden units per input that a claim requires at these numbers."""
    return least(claim, "units", point).value
