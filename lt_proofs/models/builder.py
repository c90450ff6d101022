"""Builds a model operation by operation; every reader of a format uses these operations.

A value is a node of the model with the shape that its tensor has in the source. What is not piecewise linear raises
BadInput with the argument "node"; `lt_proofs.models.read` puts the file's name in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.graph import Affine, Input, Model, Node, Relu, Shape
from lt_proofs.models.maps import MAX_ENTRIES, DenseMap, LinearMap, Pick, Places


@dataclass(frozen=True)
class Value:
    """A tensor that depends on the inputs: the number of its node, and its shape."""

    number: int
    shape: Shape

    @property
    def size(self) -> int:
        """The number of entries."""
        return prod(self.shape)


class Builder:
    """The nodes of a model under construction."""

    def __init__(self, name: str, shape: Shape) -> None:
        self.nodes: list[Node] = [Input(name, prod(shape))]
        self.inputs = Value(0, shape)
        self.places: dict[str, int] = {name: 0}
        self.remarks: list[str] = []

    def model(self, output: Value) -> Model:
        """Return the model with this output."""
        remarks = tuple(dict.fromkeys(self.remarks))
        return Model(tuple(self.nodes), output.number, self.inputs.shape, output.shape, dict(self.places), remarks)

    def add(self, name: str, terms: Sequence[tuple[Value, LinearMap]], bias: Enclosed | None, shape: Shape) -> Value:
        """Add the sum of linear maps of values and of a bias."""
        if not prod(shape):
            raise BadInput("node", name, f"its result of shape {shape} is empty")
        numbered = tuple((value.number, linear) for value, linear in terms)
        return self.place(Affine(name, numbered, None if bias is None else bias.reshape(-1), prod(shape)), shape)

    def place(self, node: Node, shape: Shape) -> Value:
        """Add a node whose value has this shape."""
        self.nodes.append(node)
        return Value(len(self.nodes) - 1, shape)

    def relu(self, name: str, value: Value) -> Value:
        """Add a ReLU."""
        return self.place(Relu(name, value.number, value.size), value.shape)

    def picked(self, name: str, value: Value, places: Places, shape: Shape) -> Value:
        """Add a tensor whose entries are entries of another one; a mere change of shape needs no node."""
        pick = Pick(places.reshape(-1), value.size)
        return Value(value.number, shape) if pick.is_identity else self.add(name, [(value, pick)], None, shape)

    def scaled(self, name: str, value: Value, factors: Enclosed) -> Value:
        """Add the product with a constant, entry by entry, with broadcasting."""
        shape = _broadcast(name, value.shape, factors.mid.shape)
        pick = Pick(_spread(value, shape), value.size, _repeated(factors, shape))
        return self.add(name, [(value, pick)], None, shape)

    def shifted(self, name: str, value: Value, constant: Enclosed) -> Value:
        """Add the sum with a constant, entry by entry, with broadcasting."""
        shape = _broadcast(name, value.shape, constant.mid.shape)
        return self.add(name, [(value, Pick(_spread(value, shape), value.size))], _repeated(constant, shape), shape)

    def combined(self, name: str, values: Sequence[Value], factors: Sequence[float]) -> Value:
        """Add the sum of values times exact numbers, entry by entry, with broadcasting."""
        shape = _broadcast(name, *(value.shape for value in values))
        terms: list[tuple[Value, LinearMap]] = []
        for value, factor in zip(values, factors, strict=True):
            constant = None if factor == 1 else Enclosed(np.full(prod(shape), float(factor)))
            terms.append((value, Pick(_spread(value, shape), value.size, constant)))
        return self.add(name, terms, None, shape)

    def linear(self, name: str, value: Value, weight: Enclosed, bias: Enclosed | None, shape: Shape) -> Value:
        """Add weight x + bias; ``weight`` is outputs x inputs, and ``shape`` that of the result."""
        check_entries(name, *weight.mid.shape)
        return self.add(name, [(value, DenseMap(weight))], bias, shape)

    def product(self, name: str, value: Value, matrix: Enclosed, *, left: bool) -> Value:
        """Add the matrix product of a value with a constant on its right, or with ``left`` on its left, as NumPy does.

        Raises BadInput where the matrix would act on several rows (or columns) of the value one by one.
        """
        shape = matrix.mid.shape
        out = _product_shape(name, shape, value.shape) if left else _product_shape(name, value.shape, shape)
        # the dimension over which the product sums
        inner = shape[-1] if left or len(shape) == 1 else shape[-2]
        outputs = prod(out)
        if value.size != inner:
            rows, what = value.size // inner, "columns" if left else "rows"
            raise BadInput(
                "node", name, f"its matrix acts on {rows} {what} of a tensor of shape {value.shape} one by one, which "
                f"is not supported; export the network for one input of batch size 1"
            )  # fmt: skip
        if prod(shape) != inner * outputs:
            raise BadInput("node", name, f"a product of tensors of shapes {value.shape} and {shape} is not supported")
        dense = matrix.reshape(outputs, inner) if left else matrix.reshape(inner, outputs).transposed
        return self.linear(name, value, dense, None, out)

    def leaky(self, name: str, value: Value, slopes: Enclosed) -> Value:
        """Add relu(x) - slope relu(-x), which is x where x > 0 and slope x elsewhere."""
        positive = self.relu(name, value)
        negative = self.relu(name, self.combined(name, [value], [-1.0]))
        shape = _broadcast(name, value.shape, slopes.mid.shape)
        pick = Pick(_spread(value, shape), value.size, _repeated(-slopes, shape))
        return self.add(name, [(positive, Pick(_spread(value, shape), value.size)), (negative, pick)], None, shape)

    def clipped(self, name: str, value: Value, low: float | None, high: float | None) -> Value:
        """Add min(max(x, low), high), where None stands for no bound: low + relu(x - low) - relu(x - high)."""
        if not all(np.isfinite(bound) for bound in (low, high) if bound is not None):
            raise BadInput("node", name, f"it clips to [{low}, {high}]; give finite bounds")
        if low is not None and high is not None and low > high:
            raise BadInput("node", name, f"it clips to [{low}, {high}], which is empty")
        if low is None:
            if high is None:
                return value
            mirrored = self.combined(name, [value], [-1.0])
            return self.combined(name, [self.clipped(name, mirrored, -high, None)], [-1.0])
        least = Enclosed.of([low])
        parts = [self.relu(name, self.shifted(name, value, -least) if low else value)]
        if high is not None:
            parts.append(self.relu(name, self.shifted(name, value, Enclosed.of([-high]))))
        if not low and high is None:
            return parts[0]
        total = self.combined(name, parts, [1.0, -1.0][: len(parts)])
        return self.shifted(name, total, least) if low else total

    def larger(self, name: str, one: Value, other: Value, sign: float = 1.0) -> Value:
        """Add max(x, y) = y + relu(x - y), or with sign -1 the minimum y - relu(y - x)."""
        gap = self.relu(name, self.combined(name, [one, other], [sign, -sign]))
        return self.combined(name, [other, gap], [1.0, sign])

    def larger_than(self, name: str, value: Value, constant: Enclosed, sign: float = 1.0) -> Value:
        """Add max(x, c) = c + relu(x - c), or with sign -1 the minimum c - relu(c - x), with broadcasting."""
        wide = _broadcast(name, value.shape, constant.mid.shape)
        gap = self.picked(name, value, _spread(value, wide), wide)
        gap = self.shifted(name, gap, -constant) if constant.mid.any() else gap
        gap = gap if sign > 0 else self.combined(name, [gap], [-1.0])
        part = self.relu(name, gap)
        total = part if sign > 0 else self.combined(name, [part], [-1.0])
        return self.shifted(name, total, constant) if constant.mid.any() else total


def check_entries(name: str, rows: int, columns: int) -> None:
    """Raise BadInput for a matrix of too many entries."""
    if rows * columns > MAX_ENTRIES:
        raise BadInput("node", name, f"its matrix is {rows} x {columns}; give at most {MAX_ENTRIES} entries")


def _broadcast(name: str, *shapes: Shape) -> Shape:
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise BadInput("node", name, f"tensors of shapes {', '.join(map(str, shapes))} do not fit together") from None
    if prod(shape) > MAX_ENTRIES:
        raise BadInput("node", name, f"its result has more than {MAX_ENTRIES} entries")
    return shape


def _spread(value: Value, shape: Shape) -> Places:
    """Return for each entry of the shape the place of the value's entry that is broadcast to it."""
    return np.broadcast_to(np.arange(value.size).reshape(value.shape), shape).reshape(-1)


def _repeated(constant: Enclosed, shape: Shape) -> Enclosed:
    def flat(array: Any) -> Any:
        return np.broadcast_to(array, shape).reshape(-1)

    return Enclosed(flat(constant.mid), None if constant.rad is None else flat(constant.rad))


def _product_shape(name: str, one: Shape, other: Shape) -> Shape:
    """Return the shape of NumPy's matrix product of arrays of these shapes."""
    if not one or not other:
        raise BadInput("node", name, "a matrix product with a scalar")
    left, right = (1, *one) if len(one) == 1 else one, (*other, 1) if len(other) == 1 else other
    if left[-1] != right[-2]:
        raise BadInput("node", name, f"tensors of shapes {one} and {other} have no matrix product")
    front = _broadcast(name, left[:-2], right[:-2])
    return (*front, *left[-2:-1][: len(one) > 1], *right[-1:][: len(other) > 1])
