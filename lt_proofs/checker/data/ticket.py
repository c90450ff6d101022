"""Checks a ticket: draws the random network anew, adds up the kept products and bounds the error.

A ticket is a masked random network followed by one factor: its outputs are multiplied by 2^s. Layer i of the target is
approximated by 2^(s_i) times the sums of kept products with a positive first weight, which are what a ReLU lets
through (for negative inputs, those with a negative one), s is the sum of all s_i, and because a ReLU network without
biases is positively homogeneous in its input (the constant 1 that carries biases included), all factors can wait for
the outputs (Mathematics 3.12). The bounds on the error are those of Mathematics 3.15 and 3.16.

Everything is an integer. A product of two random weights is a multiple of 2^-48; the matrices of layer i count
units of 2^-bits, where bits is large enough for the target's own entries. The first layer acts on
(relu(x), relu(-x)), which has the norm of x, if inputs of both signs occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import isqrt
from pathlib import Path
from typing import Any

from data.boxes import box_bound
from data.limits import COST, ROOM, matrix_room, room_for
from data.masks import Kept
from data.norms import Norms, ball_bound
from data.tensors import Tensor
from data.ticket_form import LAWS, check_form, checked_box, fraction, read_files
from errors import Malformed, Rejected, spend
from shapes import Data, Enclosure, Judgement, Matrix

PRODUCT_BITS, SHORT, LONG = 48, 64, 4096


def check_ticket(statement: Judgement, data: dict[str, Data], folder: Path) -> str:
    """The sentence that was verified; raises Rejected or Malformed."""
    layers, box = check_form(statement), checked_box(statement)
    if layers[0]["signs"] != 2 and (box is None or box[0] < 0):
        raise Rejected("layer 1: inputs of both signs occur, so both signs are needed")
    afford(layers)
    target, ticket, last, size = read_files(statement, layers, folder)
    spend(size // COST["byte"])
    norms = Norms(data, ROOM["base"] + 2 * size)
    inputs, eps = target["weight_1"].shape[1], fraction(statement, "eps")
    found: dict[str, Any] = {"kept": [], "solved": 0, "max_weight_error": Fraction(0)}
    for number, layer in enumerate(layers, 1):
        wanted, bits, most = target_matrix(number, layer, target, last)
        pair = Kept(number, layer, statement["seed"], ticket)
        most = max(most, bits + layer["scale"] + layer["units"].bit_length()) + 1
        norms.reserve(matrix_room(layer["rows"], layer["columns"], most))
        norms.reserve(matrix_room(layer["rows"], layer["columns"] * layer["signs"], most))
        room_for(norms.taken + matrix_room(1, ROOM["row_copies"] * layer["columns"] * layer["signs"], most))
        errors, within, largest = layer_errors(layer, wanted, bits, pair, eps)
        norms.add(number, wanted, errors, bits)
        found["kept"] += pair.counts
        found["solved"] += within
        found["max_weight_error"] = max(found["max_weight_error"], largest)
    compare(statement, layers, target, last, found)
    error = ball_bound(norms, len(layers)) * input_norm(inputs, last, box)
    norms.check_all_used()
    if box is not None:
        error = min(error, box_bound(norms.followed(len(layers)), input_ends(layers[0], inputs, box), norms.taken))
    if fraction(statement, "error_bound") < error:
        raise Rejected(f"error_bound: the exact weights give no less than {upward(error)}")
    return sentence(statement, layers, box)


def afford(layers: list[dict[str, int]]) -> None:
    """Count what the sizes of the layers ask for, whatever the masks and the weights are, before any of it is done."""
    room = ROOM["base"]
    for layer in layers:
        rows, columns, units, signs = (layer[key] for key in ("rows", "columns", "units", "signs"))
        spend(COST["unit"] * units + rows * (COST["row"] + COST["edge"] * units // 16))
        spend(rows * columns * (COST["target"] + COST["error"] * signs))
        room += matrix_room(rows, columns, PRODUCT_BITS) + matrix_room(rows, columns * signs, PRODUCT_BITS)
        room_for(room + ROOM["unit"] * units)


def compare(
    statement: Judgement, layers: list[dict[str, int]], target: dict[str, Tensor], last: int, found: dict[str, Any]
) -> None:
    """Raise Rejected where the statement says something else than what was derived from the files."""
    widths = [target["weight_1"].shape[1], *(target[f"weight_{i}"].shape[0] for i in range(1, len(layers) + 1))]
    derived = {
        "weights": sum(layer["rows"] * layer["columns"] for layer in layers),
        "solved": found["solved"],
        "max_weight_error": str(found["max_weight_error"]),
        "kept": found["kept"],
        "widths": widths,
        "constant_inputs": int(last > 0),
        "factor": f"2^{sum(layer['scale'] for layer in layers)}",
    }
    for key, value in derived.items():
        if statement[key] != value:
            raise Rejected(f"{key}: the statement says {str(statement[key])[:60]}, the files give {str(value)[:60]}")


def target_matrix(number: int, layer: dict[str, int], target: dict[str, Tensor], last: int) -> tuple[Matrix, int, int]:
    """The matrix [W b; 0 1] of a layer in units of 2^-bits, those bits, and the most bits of an entry."""
    entries, bits, most = layer["rows"] * layer["columns"], PRODUCT_BITS, 1
    for row in target_rows(number, layer, target, last):
        for top, bottom in row:
            bits = max(bits, bottom.bit_length() - 1)
            most = max(most, top.bit_length() - bottom.bit_length() + 1)
    most += bits
    spend(entries * (most // 64))
    room_for(ROOM["base"] + matrix_room(layer["rows"], layer["columns"], most))
    rows = target_rows(number, layer, target, last)
    return [[top << bits - bottom.bit_length() + 1 for top, bottom in row] for row in rows], bits, most


def target_rows(
    number: int, layer: dict[str, int], target: dict[str, Tensor], last: int
) -> Iterator[list[tuple[int, int]]]:
    """The rows of [W b; 0 1] as integer ratios; the last row carries a 1 as far as a later bias needs it."""
    shape = (layer["rows"] - (number < last), layer["columns"] - (number <= last))
    weight = floats(target, f"weight_{number}", shape)
    bias = floats(target, f"bias_{number}", shape[:1]) if f"bias_{number}" in target else None
    for o in range(shape[0]):
        row = ratios(weight, number, o * shape[1], (o + 1) * shape[1])
        if number <= last:
            row += ratios(bias, number, o, o + 1) if bias else [(0, 1)]
        yield row
    if number < last:
        yield [(0, 1)] * shape[1] + [(1, 1)]


def floats(target: dict[str, Tensor], name: str, shape: tuple[int, ...]) -> Tensor:
    """A float tensor of the target, of that shape."""
    tensor = target[name]
    if tensor.shape != shape or tensor.dtype not in ("F32", "F64"):
        raise Malformed(f"target.safetensors: {name} must be floats of shape {shape}")
    return tensor


def ratios(tensor: Tensor, number: int, start: int, stop: int) -> list[tuple[int, int]]:
    """Some entries of a float tensor as integer ratios."""
    try:
        return [value.as_integer_ratio() for value in tensor.values(start, stop)]
    except (ValueError, OverflowError):
        raise Malformed(f"target.safetensors: layer {number} holds NaN or infinity") from None


def layer_errors(
    layer: dict[str, int], wanted: Matrix, bits: int, pair: Kept, eps: Fraction
) -> tuple[Matrix, int, Fraction]:
    """The errors of all weights, a row of them per output; how many weights are within eps; the largest error.

    Where both signs occur a row has the errors for positive inputs, then minus those for negative ones, and a weight
    is within eps if it is for both.
    """
    columns, shift = layer["columns"], bits - PRODUCT_BITS + layer["scale"]
    allowed, errors, within, largest = (eps.numerator << bits) // eps.denominator, [], 0, 0
    for o, row in enumerate(wanted):
        sums = pair.sums(o)
        goals = row if layer["signs"] == 1 else row + [-goal for goal in row]
        errors.append([(total << shift) - goal for total, goal in zip(sums, goals, strict=True)])
        halves = [errors[-1][at : at + columns] for at in range(0, len(goals), columns)]
        within += sum(max(map(abs, both)) <= allowed for both in zip(*halves, strict=True))
        largest = max(largest, *map(abs, errors[-1]))
    return errors, within, Fraction(largest, 1 << bits)


def input_ends(first: dict[str, int], inputs: int, box: Enclosure) -> list[Enclosure]:
    """The ends of relu(x), with a carried constant 1, and of relu(-x) where both signs occur."""
    low, high = box
    constants = first["columns"] - inputs
    ends: list[Any] = [(max(low, 0), max(high, 0))] * inputs + [(1, 1)] * constants
    ends += [(max(-high, 0), max(-low, 0))] * inputs + [(0, 0)] * constants
    return [(Fraction(a), Fraction(b)) for a, b in ends[: first["signs"] * first["columns"]]]


def input_norm(inputs: int, last: int, box: Enclosure | None) -> Fraction:
    """The largest Euclidean norm of an input, a carried constant 1 included, rounded up."""
    square = Fraction(1 if box is None else inputs * max(end**2 for end in box)) + (last > 0)
    if square == 1:
        return square
    return Fraction(isqrt((square.numerator << 2 * PRODUCT_BITS) // square.denominator) + 1, 1 << PRODUCT_BITS)


def upward(value: Fraction) -> str:
    """The value in decimals, rounded up; a power of two where these would be more than a thousand digits."""
    units = -(-value.numerator * 10**6 // value.denominator)
    if units.bit_length() > LONG:
        return f"2^{(units // 10**6).bit_length()}"
    return f"{units // 10**6}.{units % 10**6:06d}"


def sentence(statement: Judgement, layers: list[dict[str, int]], box: Enclosure | None) -> str:
    """What was verified, in words."""
    widths, constant, factor = statement["widths"], statement["constant_inputs"], statement["factor"]
    drawn = [layers[0]["columns"], *(size for layer in layers for size in (layer["units"], layer["rows"]))]
    law, bound = LAWS[statement["law"]], upward(fraction(statement, "error_bound"))
    scales = [layer["scale"] for layer in layers]
    value = f" = {2 ** sum(scales)}" if sum(scales) < SHORT else ""
    where = "of Euclidean norm at most 1" if box is None else f"with all coordinates from {box[0]} to {box[1]}"
    appended = f", to whose {counted(widths[0], 'input')} a constant input 1 is appended" if constant else ""
    times = "2^s times " if any(scales) else ""
    listed = f" (s = {', '.join(map(str, scales))} from the first layer to the last)" if any(scales) else ""
    # behind a ReLU, and for inputs that are never negative, a path with a negative first weight carries nothing
    negative = f"; in the first layer also of {times}the sum over the paths whose first weight is negative"
    signs = "" if layers[0]["signs"] == 1 else negative
    return (
        f"The random network of the {statement['law']} law ({law}), drawn by Philox4x32-10 with seed "
        f"{statement['seed']}, of widths {dashed(drawn)}, with ReLU between its layers and without biases{appended}, "
        f"pruned by the masks of ticket.safetensors and with its outputs multiplied by {factor}{value}, differs from "
        f"the target of target.safetensors, the ReLU network of widths {dashed(widths)} "
        f"{'with' if constant else 'without'} biases, by at most {bound} in Euclidean norm for every input {where}. "
        f"{statement['solved']} of the {statement['weights']} "
        f"{'weights, biases and entries that carry the constant' if constant else 'weights'} of the target lie within "
        f"{statement['eps']} of {times}the sum of the products of weights along the kept paths from their input to "
        f"their output whose first weight is positive{signs}{listed}."
    )


def counted(number: int, thing: str) -> str:
    """So many things."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def dashed(widths: Iterable[int]) -> str:
    """Widths as in 784-500-10."""
    return "-".join(map(str, widths))
