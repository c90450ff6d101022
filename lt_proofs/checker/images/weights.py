"""The kernels of a layer: the ticket's, from the sums of kept products, the target's, and what they differ by.

A kernel has a row for each output channel and a column for each input channel of its group and tap, taps last. Where
images have both signs the ticket has a kernel for relu(h) and one for relu(-h): its rows hold both, one after the
other, as do those of the errors.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from data.limits import COST, ROOM, matrix_room, room_for
from data.masks import Kept, owners
from data.tensors import Tensor
from data.ticket import PRODUCT_BITS, floats, ratios
from errors import Rejected, spend
from images.graph import Node
from shapes import Matrix


class Weights(NamedTuple):
    """Kernels and biases of a layer, and what the ticket's exceed the target's by, in units of 2^-bits."""

    bits: int
    ticket: Matrix
    target: Matrix
    errors: Matrix
    biases: list[int]
    excess: list[int]


class Found(NamedTuple):
    """What the statement says of a layer, as derived from the files."""

    kept: list[int]
    weights: int
    solved: int
    largest: Fraction


def weights_of(
    number: int,
    layer: dict[str, int],
    node: Node,
    channels: int,
    target: dict[str, Tensor],
    ticket: dict[str, Tensor],
    seed: int,
    eps: Fraction,
) -> tuple[Weights, Found]:
    """The kernels of a layer that reads an image of so many channels; raises Rejected or Malformed."""
    taps, inner, scale = node.win.taps, channels // node.groups, layer["scale"]
    weight = floats(target, f"weight_{number}", (node.channels, inner * taps))
    tensors = [weight, *([floats(target, f"bias_{number}", (node.channels,))] if node.bias else [])]
    spend(COST["target"] * node.channels * (inner * taps + node.bias))
    bits, most = max(PRODUCT_BITS, PRODUCT_BITS - scale), 1
    for tensor in tensors:
        for top, bottom in ratios(tensor, number, 0, tensor.shape[0] * (tensor.shape[1] if tensor is weight else 1)):
            bits = max(bits, bottom.bit_length() - 1)
            most = max(most, top.bit_length() - bottom.bit_length() + 1)
    most += bits
    spend(node.channels * inner * taps * (most // 64))
    width = inner * taps * layer["signs"]
    room_for(
        ROOM["base"] + 3 * matrix_room(node.channels, width, max(most, bits + scale + layer["units"].bit_length()))
    )
    wanted, biases = (exact(tensor, number, bits) for tensor in [*tensors, *([] if node.bias else [None])])
    check_edges(number, layer, node, channels, ticket)
    pair = Kept(number, layer, seed, ticket)
    kernel, carried = kept_kernel(pair, layer, node, channels, bits - PRODUCT_BITS + scale)
    goals = wanted if layer["signs"] == 1 else [row + [-goal for goal in row] for row in wanted]
    errors = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(kernel, goals, strict=True)]
    excess = [a - b[0] for a, b in zip(carried, biases, strict=True)] if node.bias else []
    allowed, half = (eps.numerator << bits) // eps.denominator, inner * taps
    solved = sum(abs(error) <= allowed for error in excess)
    for row in errors:
        halves = [row[at : at + half] for at in range(0, len(row), half)]
        solved += sum(max(map(abs, both)) <= allowed for both in zip(*halves, strict=True))
    largest = max(abs(value) for row in [*errors, excess] for value in row)
    found = Found(pair.counts, node.channels * (half + node.bias), solved, Fraction(largest, 1 << bits))
    return Weights(bits, kernel, wanted, errors, carried, excess), found


def exact(tensor: Tensor | None, number: int, bits: int) -> Matrix:
    """The rows of a float tensor in units of 2^-bits; a vector has rows of one entry."""
    if tensor is None:
        return []
    width = tensor.shape[1] if len(tensor.shape) > 1 else 1
    rows = [ratios(tensor, number, o * width, (o + 1) * width) for o in range(tensor.shape[0])]
    return [[top << bits - bottom.bit_length() + 1 for top, bottom in row] for row in rows]


def kept_kernel(pair: Kept, layer: dict[str, int], node: Node, channels: int, shift: int) -> tuple[Matrix, list[int]]:
    """The ticket's kernel and its biases, from the sums for each output channel and tap."""
    taps, columns, inner = node.win.taps, layer["columns"], channels // node.groups
    spend(COST["error"] * layer["rows"] * columns * layer["signs"])
    kernel, biases = [], []
    for o in range(node.channels):
        first = o * node.groups // node.channels * inner
        sums = [[total << shift for total in pair.sums(o * taps + t)] for t in range(taps)]
        starts = [sign * columns + first for sign in range(layer["signs"])]
        kernel.append([row[i] for start in starts for i in range(start, start + inner) for row in sums])
        biases += [sums[node.inner][channels]] if node.bias else []
    return kernel, biases


def check_edges(number: int, layer: dict[str, int], node: Node, channels: int, ticket: dict[str, Tensor]) -> None:
    """Reject kept edges that no convolution has: into another group, or from the constant by another tap than one."""
    taps, inner, units = node.win.taps, channels // node.groups, layer["units"]
    stride, edges = (units + 7) // 8, ticket[f"edges_{number}"].data
    spend(layer["rows"] * (COST["row"] + units // 512) + units * (layer["columns"] // 512 + 1) // 512)
    own, constant = seen_units(number, layer, node, inner, ticket)
    for group in range(node.groups):
        for row in range(group * layer["rows"] // node.groups, (group + 1) * layer["rows"] // node.groups):
            allowed = own[group] | (constant if row % taps == node.inner else 0)
            if int.from_bytes(edges[row * stride : (row + 1) * stride], "little") & ~allowed:
                raise Rejected(
                    f"layer {number}: the mask of output channel {row // taps} and tap {row % taps} keeps an edge from "
                    "another group, or from the constant by a tap that may lie outside of the image"
                )


def seen_units(
    number: int, layer: dict[str, int], node: Node, inner: int, ticket: dict[str, Tensor]
) -> tuple[list[int], int]:
    """The hidden units that see the channels of each group, as bits of an integer, and those that see the constant."""
    columns, units = layer["columns"], layer["units"]
    regular = columns * layer["n"]
    late = owners(f"owners_{number}", ticket, units - regular, columns)
    spend(COST["kept"] * len(late))
    added = [bytearray((units + 7) // 8) for _ in range(node.groups + 1)]
    for unit, column in enumerate(late, regular):
        added[column // inner][unit >> 3] |= 1 << (unit & 7)
    # regular units see the columns in turn
    turns = ((1 << regular) - 1) // ((1 << columns) - 1)
    own = [turns * ((1 << inner) - 1 << group * inner) for group in range(node.groups)]
    extra = [int.from_bytes(row, "little") for row in added]
    constant = (turns << inner * node.groups) if node.bias else 0
    return [one | more for one, more in zip(own, extra[:-1], strict=True)], constant | extra[-1]
