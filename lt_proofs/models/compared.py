"""Trust by execution: a model is compared with the source's own runtime, value by value.

The runtime's own values of earlier tensors go into each node, so every node is compared alone, within a bound of the
rounding errors of its own sums: (summands + 4) u (|W| |x| + |b|), where u is the spacing of the runtime's floats at 1.
So the first node that computes another function is found, whatever stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lt_proofs.errors import BadInput, shorten
from lt_proofs.models.chain import ChainLayer, ancestors
from lt_proofs.models.enclosed import Reals
from lt_proofs.models.graph import Input, Largest, Model, Relu, value_of

# below these sizes floats of 32 bits lose digits to underflow; above they overflow
TINY, HUGE = 1e-35, 1e37
DOUBLE = 2.0**-52
SINGLE = 2.0**-23


@dataclass(frozen=True)
class Traces:
    """What a runtime computed: its name, the spacing of its floats at 1, and values of places for a batch of inputs.

    The names are those of `Model.places`; "" is the output. Several names may stand for one node, where the source
    reshapes a tensor or passes it on: all of them must have the node's values.
    """

    runtime: str
    spacing: float
    values: Mapping[str, Reals]

    def of(self, model: Model, number: int) -> list[Reals]:
        """Return all values that stand for a node."""
        places = {**model.places, "": model.output}
        return [found for name, found in self.values.items() if places[name] == number]


def inputs_to_compare(size: int) -> Reals:
    """Return random and extreme inputs, one a row, all of them numbers of float32."""
    random = np.random.Generator(np.random.PCG64(19))
    rows = [np.zeros(size), np.ones(size), -np.ones(size), np.full(size, 255.0)]
    rows += [random.uniform(0, 1, size), random.uniform(0, 1, size)]
    rows += [random.normal(size=size) * scale for scale in (1e-3, 1, 1, 1, 1, 10, 10, 1000)]
    rows += [random.choice([-1.0, 1.0], size), random.choice([-1e3, 1e3], size)]
    # one coordinate alone, the first and the last ones among them
    rows += [np.eye(size)[place] * 3.0 for place in {0, size // 2, size - 1}] if size <= 4096 else []
    return np.array(rows).astype(np.float32).astype(np.float64)


def compare(model: Model, outputs: Reals, shift: float, traces: Traces, inputs: Reals) -> float:
    """Return the largest difference between ``outputs``, those of the layers for the inputs, and the runtime's.

    ``shift`` |(x, 1)| is how far folding constants may have moved them. Raises BadInput, which names the first node
    that differs by more than float rounding.
    """
    _check_nodes(model, traces, inputs)
    _check_layers(model, outputs, shift, inputs)
    return max(
        (float(np.abs(outputs - known).max(initial=0.0)) for known in traces.of(model, model.output)), default=0.0
    )


def forward(layers: list[ChainLayer], inputs: Reals) -> Reals:
    """Return the outputs of a chain of layers for a batch, in float64."""
    values = inputs
    for number, layer in enumerate(layers):
        values = (np.maximum(values, 0) if number else values) @ layer.weight.mid.T
        values = values if layer.bias is None else values + layer.bias.mid
    return values


def _check_nodes(model: Model, traces: Traces, inputs: Reals) -> None:
    values: dict[int, Reals] = {}
    errors: dict[int, Reals] = {}
    for number in sorted(ancestors(model)):
        node = model.nodes[number]
        values[number] = value_of(node, values, inputs)
        errors[number] = _rounding(model, number, values, errors, traces.spacing)
        # where products and partial sums overflow in the runtime's floats, nothing can be compared
        in_range = errors[number] < HUGE * traces.spacing
        every = traces.of(model, number)
        for theirs in every:
            _check_same(node.name, values[number], theirs, np.where(in_range, errors[number], np.inf), traces.runtime)
        if not every or isinstance(node, Input):
            continue
        values[number] = np.where(in_range, every[0], values[number])
        # conversions between floats of different lengths have no node of their own
        errors[number] = traces.spacing * np.abs(values[number])


def _check_same(name: str, ours: Reals, theirs: Reals, allowed: Reals, runtime: str) -> None:
    """Raise BadInput where a runtime's values differ by more than allowed; a NaN is no small difference."""
    if ours.shape != theirs.shape:
        difference = f"{theirs.shape[-1]} numbers, not {ours.shape[-1]}"
    else:
        gap = np.where(np.isinf(allowed), 0.0, np.abs(ours - theirs))
        if (gap <= allowed + TINY).all():
            return
        difference = f"another value, by {np.nanmax(gap) if np.isfinite(gap).any() else np.inf:.3g}"
    raise BadInput(
        "node", name, f"{runtime} computes {difference}; this is a defect of this program: please report the file"
    )


def _rounding(
    model: Model, number: int, values: Mapping[int, Reals], errors: Mapping[int, Reals], spacing: float
) -> Reals:
    """Return a bound of the rounding errors in a node's values, from those in the values that it uses."""
    node = model.nodes[number]
    if isinstance(node, Relu):
        return errors[node.source]
    if isinstance(node, Input):
        return spacing * np.abs(values[number])
    if isinstance(node, Largest):
        return node.apply(errors[node.source])
    total = np.zeros(values[number].shape) if node.bias is None else np.abs(node.bias.mid) * spacing * 4
    for source, linear in node.terms:
        total = total + linear.sizes(errors[source])
        total = total + (linear.summands + 4) * spacing * linear.sizes(values[source])
    return np.asarray(total) * np.ones(values[number].shape)


def _check_layers(model: Model, outputs: Reals, shift: float, inputs: Reals) -> None:
    """Raise BadInput unless the layers compute the model, up to rounding in float64 and to what folding changed."""
    values: dict[int, Reals] = {}
    errors: dict[int, Reals] = {}
    for number in sorted(ancestors(model)):
        values[number] = value_of(model.nodes[number], values, inputs)
        errors[number] = _rounding(model, number, values, errors, 4 * DOUBLE)
    sizes = np.sqrt(1 + (inputs**2).sum(axis=1, keepdims=True))
    allowed = 4 * errors[model.output] + shift * sizes + TINY
    if not (np.abs(outputs - values[model.output]) <= allowed).all():
        raise BadInput(
            "node", shorten(model.nodes[model.output].name), "the layers differ from the graph that was read; this is "
            "a defect of this program: please report the file"
        )  # fmt: skip
