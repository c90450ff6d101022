"""Checks a ticket: regenerates the random network, adds up the kept products and bounds the error.

Everything is an integer. A product of two random weights is a multiple of 2^-48; the entries of layer i are
compared in units of 2^-t, where t is large enough for the target's own entries.
"""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from math import isqrt
from pathlib import Path
from typing import Any, NamedTuple

from boxes import box_bound
from errors import Malformed, Rejected
from norms import Norms, ball_bound
from philox import Blocks, packed, uniform
from tensors import Tensor, read_tensors

STREAM = 0x4E000000
PRODUCT_BITS = 48
MAX_ENTRIES = 1 << 27
BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
OCCUPIED = re.compile(rb"[^\0]", re.DOTALL)
Matrix = list[list[int]]
Tensors = dict[str, Tensor]


class Layer(NamedTuple):
    """One layer of the statement: its matrix, its hidden units and its exact scaling."""

    number: int
    rows: int
    columns: int
    units: int
    signs: int
    scale: int


class Findings(NamedTuple):
    """What the exact effective weights of one layer say."""

    kept: list[int]
    solved: int
    largest: Fraction
    target: Matrix
    error: Matrix
    ticket: Matrix
    bits: int


def check_ticket(statement: dict[str, Any], data: dict[str, Any], folder: Path) -> str:
    """The sentence that was verified; raises Rejected or Malformed."""
    layers = _layers(statement)
    eps, seed = _fraction(statement, "eps"), _integer(statement, "seed", 0, 2**64 - 1)
    if statement.get("law") != "uniform":
        raise Malformed("ticket: law must be 'uniform'")
    box = _box(statement.get("domain"))
    if layers[0].signs != 2 and (box is None or box[0] < 0):
        raise Rejected("layer 1: inputs of both signs occur, so both signs are needed")
    target = _tensors(statement, folder, "target")
    ticket = _tensors(statement, folder, "ticket")
    if {name for name in target if not name.startswith("bias_")} != {f"weight_{layer.number}" for layer in layers}:
        raise Malformed("target.safetensors has other layers than the statement")
    matrices: dict[str, tuple[Matrix, int]] = {}
    findings = []
    for layer in layers:
        found = _findings(layer, len(layers), seed, eps, target, ticket)
        for name, matrix in (("W", found.target), ("E", found.error), ("T", found.ticket)):
            matrices[f"{name}{layer.number}"] = matrix, found.bits
        findings.append(found)
    weights = sum(layer.rows * layer.columns for layer in layers)
    solved = sum(found.solved for found in findings)
    largest = max(found.largest for found in findings)
    _agree(statement, "weights", weights)
    _agree(statement, "solved", solved)
    _agree(statement, "max_weight_error", str(largest))
    _agree(statement, "kept", [count for found in findings for count in found.kept])
    error = ball_bound(Norms(matrices, data), len(layers)) * _input_norm(target, box)
    if box is not None:
        error = min(error, box_bound(_stacked(matrices, len(layers)), _input_ends(layers[0], target, box)))
    if _fraction(statement, "error_bound") < error:
        raise Rejected(f"error_bound: the exact weights give no less than {_upward(error)}")
    return (
        f"{solved} of {weights} weights of the target lie within {statement['eps']} of a kept subset sum of the "
        f"random network with seed {seed}; {_words(box)} the two functions differ by at most "
        f"{_upward(_fraction(statement, 'error_bound'))}"
    )


def _layers(statement: dict[str, Any]) -> list[Layer]:
    entries = statement.get("layers")
    if not isinstance(entries, list) or not 1 <= len(entries) <= 1000:
        raise Malformed("ticket: layers must be a list")
    keys = {"rows": MAX_ENTRIES, "columns": MAX_ENTRIES, "units": MAX_ENTRIES, "signs": 2, "scale": 128}
    layers = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or set(entry) != set(keys):
            raise Malformed(f"ticket: layer {number} must have {', '.join(keys)}")
        layer = Layer(number, *(_integer(entry, key, key != "scale", top) for key, top in keys.items()))
        if layer.rows * max(layer.columns, layer.units) > MAX_ENTRIES:
            raise Malformed(f"ticket: layer {number} is larger than {MAX_ENTRIES} entries")
        if layers and layers[-1].rows != layer.columns:
            raise Malformed(f"ticket: layer {number} does not take what layer {number - 1} gives")
        layers.append(layer)
    return layers


def _tensors(statement: dict[str, Any], folder: Path, name: str) -> Tensors:
    tensors, metadata, blob = read_tensors(folder / f"{name}.safetensors")
    if statement.get(name) != "sha256:" + hashlib.sha256(blob).hexdigest():
        raise Rejected(f"{name}.safetensors is not the file of the statement")
    if name == "ticket" and metadata.get("seed") != str(statement["seed"]):
        raise Rejected("ticket.safetensors records another seed than the statement")
    return tensors


def _findings(layer: Layer, depth: int, seed: int, eps: Fraction, target: Tensors, ticket: Tensors) -> Findings:
    wanted, bits = _target_matrix(layer, depth, target)
    kept, sums = _kept_sums(layer, seed, ticket)
    shift = bits - PRODUCT_BITS + layer.scale
    errors = [
        [(total << shift) - weight for total, weight in zip(row, goal, strict=True)]
        for side in sums
        for row, goal in zip(side, wanted, strict=True)
    ]
    allowed = (eps.numerator << bits) // eps.denominator
    within = [[abs(error) <= allowed for error in row] for row in errors]
    half = layer.rows if layer.signs == 2 else 0
    solved = sum(sum(a and b for a, b in zip(within[o], within[o + half], strict=True)) for o in range(layer.rows))
    # |(relu(x), relu(-x))| = |x|: the two signs stand side by side, one row per output
    beside = [errors[o] + [-e for e in errors[o + half]] if half else errors[o] for o in range(layer.rows)]
    effective = [[total << shift for total in row] for row in sums[0]]
    largest = Fraction(max(max(map(abs, row)) for row in errors), 1 << bits)
    return Findings(kept, solved, largest, wanted, beside, effective, bits)


def _target_matrix(layer: Layer, depth: int, target: Tensors) -> tuple[Matrix, int]:
    """The matrix [W b; 0 1] of a layer in units of 2^-bits, and those bits."""
    columns_of_ones = [k for k in range(1, depth + 1) if f"bias_{k}" in target]
    last = max(columns_of_ones, default=0)
    carried_in, carried_out = last >= layer.number, last > layer.number
    shape = (layer.rows - carried_out, layer.columns - carried_in)
    weight = target.get(f"weight_{layer.number}")
    if weight is None or weight.shape != shape or weight.dtype not in ("F32", "F64"):
        raise Malformed(f"target.safetensors: weight_{layer.number} must be a float matrix of shape {shape}")
    ratios = _ratios(weight)
    rows = [ratios[o * shape[1] : (o + 1) * shape[1]] for o in range(shape[0])]
    if carried_in:
        bias = target.get(f"bias_{layer.number}")
        if bias is not None and (bias.shape != shape[:1] or bias.dtype not in ("F32", "F64")):
            raise Malformed(f"target.safetensors: bias_{layer.number} must be {shape[0]} floats")
        rows = [[*row, b] for row, b in zip(rows, _ratios(bias) if bias else [(0, 1)] * shape[0], strict=True)]
    if carried_out:
        rows.append([(0, 1)] * shape[1] + [(1, 1)])
    bits = max(PRODUCT_BITS, max(bottom for row in rows for _, bottom in row).bit_length() - 1)
    return [[(top << bits) // bottom for top, bottom in row] for row in rows], bits


def _ratios(tensor: Tensor) -> list[tuple[int, int]]:
    try:
        return [value.as_integer_ratio() for value in tensor.values()]
    except (ValueError, OverflowError):
        raise Malformed("target.safetensors: a weight is NaN or infinite") from None


def _kept_sums(layer: Layer, seed: int, ticket: Tensors) -> tuple[list[int], list[Matrix]]:
    """How many entries are kept in the two matrices, and the sums of kept products for each sign."""
    owner = _owners(layer, ticket)
    first = _first_weights(layer, seed, owner, _mask(ticket, f"units_{layer.number}", 1, layer.units))
    stride = (layer.units + 7) // 8
    edges = _mask(ticket, f"edges_{layer.number}", layer.rows, layer.units)
    blocks = Blocks(seed, (layer.units + 3) // 4)
    numbers = packed(range((layer.units + 3) // 4))
    sums: list[Matrix] = [[], []]
    count = 0
    for o in range(layer.rows):
        words = blocks.words(numbers, STREAM + 2 * layer.number, o * blocks.ones)
        both = [0] * layer.columns, [0] * layer.columns
        mask = edges[o * stride : (o + 1) * stride]
        for match in OCCUPIED.finditer(mask):
            place = match.start()
            for bit in BITS[mask[place]]:
                u = 8 * place + bit
                both[first[u] < 0][owner[u]] += first[u] * uniform(words[u & 3][u >> 2])
                count += 1
        sums[0].append(both[0])
        sums[1].append(both[1])
    return [sum(value != 0 for value in first), count], sums[: layer.signs]


def _owners(layer: Layer, ticket: Tensors) -> list[int]:
    extra = ticket.get(f"owners_{layer.number}")
    late = list(extra.values()) if extra else []
    if extra and (extra.dtype != "U32" or extra.shape != (len(late),) or max(late) >= layer.columns):
        raise Malformed(f"ticket.safetensors: owners_{layer.number} must be inputs below {layer.columns}")
    if len(late) > layer.units:
        raise Malformed(f"ticket.safetensors: owners_{layer.number} has more entries than there are units")
    return [u % layer.columns for u in range(layer.units - len(late))] + late


def _mask(ticket: Tensors, name: str, rows: int, columns: int) -> bytes:
    stride = (columns + 7) // 8
    tensor = ticket.get(name)
    shape = (rows, stride) if name.startswith("edges") else (stride,)
    if tensor is None or tensor.dtype != "U8" or tensor.shape != shape:
        raise Malformed(f"ticket.safetensors: {name} must be bytes of shape {shape}")
    mask = bytes(tensor.data)
    if columns % 8 and any(byte >> columns % 8 for byte in mask[stride - 1 :: stride]):
        raise Malformed(f"ticket.safetensors: {name} has bits beyond its last column")
    return mask


def _first_weights(layer: Layer, seed: int, owner: list[int], kept: bytes) -> list[int]:
    """The weight by which each hidden unit sees its input, 0 where the unit is pruned."""
    numbers, trials = packed(j // 4 for j in owner), packed(range(layer.units))
    words = Blocks(seed, layer.units).words(numbers, STREAM + 2 * layer.number - 1, trials)
    return [uniform(words[owner[u] % 4][u]) if kept[u >> 3] >> (u & 7) & 1 else 0 for u in range(layer.units)]


def _upward(value: Fraction) -> str:
    """The value in decimals, rounded up."""
    units = -(-value.numerator * 10**6 // value.denominator)
    return f"{units // 10**6}.{units % 10**6:06d}"


def _box(domain: Any) -> tuple[Fraction, Fraction] | None:
    """The ends that every input lies between; None for the unit ball."""
    if domain == "unit ball":
        return None
    if not isinstance(domain, dict) or set(domain) != {"low", "high"}:
        raise Malformed("ticket: domain must be 'unit ball' or have low and high")
    low, high = _fraction(domain, "low"), _fraction(domain, "high")
    if low >= high:
        raise Malformed("ticket: domain must have low below high")
    return low, high


def _stacked(matrices: dict[str, tuple[Matrix, int]], depth: int) -> list[tuple[Matrix, Matrix, Matrix, int]]:
    """(target, error, ticket, bits) of each layer; the first one acts on (relu(x), relu(-x)) if signs differ."""
    rows = []
    for number in range(1, depth + 1):
        (target, bits), (error, _), (ticket, _) = (matrices[f"{name}{number}"] for name in "WET")
        if len(error[0]) > len(target[0]):
            target = [[*row, *(-w for w in row)] for row in target]
        if number == 1:
            ticket = [[w + e for w, e in zip(*pair, strict=True)] for pair in zip(target, error, strict=True)]
        rows.append((target, error, ticket, bits))
    return rows


def _input_ends(first: Layer, target: Tensors, box: tuple[Fraction, Fraction]) -> list[tuple[Fraction, Fraction]]:
    """The ends of relu(x), with a carried constant 1, and of relu(-x) where both signs occur."""
    low, high = box
    inputs, zero, one = target["weight_1"].shape[1], Fraction(0), Fraction(1)
    ends = [(max(low, zero), max(high, zero))] * inputs + [(one, one)] * (first.columns - inputs)
    if first.signs == 2:
        ends += [(max(-high, zero), max(-low, zero))] * inputs + [(zero, zero)] * (first.columns - inputs)
    return ends


def _words(box: tuple[Fraction, Fraction] | None) -> str:
    return "on the unit ball" if box is None else f"for inputs from {box[0]} to {box[1]}"


def _input_norm(target: Tensors, box: tuple[Fraction, Fraction] | None) -> Fraction:
    """The largest norm of an input, a carried constant 1 included, rounded up."""
    inputs = target["weight_1"].shape[1]
    square = Fraction(1) if box is None else inputs * max(box[0] ** 2, box[1] ** 2)
    square += any(name.startswith("bias_") for name in target)
    if square == 1:
        return Fraction(1)
    return Fraction(isqrt((square.numerator << 2 * PRODUCT_BITS) // square.denominator) + 1, 1 << PRODUCT_BITS)


def _integer(table: dict[str, Any], key: str, low: int, high: int) -> int:
    value = table.get(key)
    if type(value) is not int or not low <= value <= high:
        raise Malformed(f"ticket: {key} must be an integer between {int(low)} and {high}")
    return value


def _fraction(table: dict[str, Any], key: str) -> Fraction:
    text = table.get(key)
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?", text, re.ASCII):
        raise Malformed(f"ticket: {key} must be a rational 'p/q'")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise Malformed(f"ticket: {key} has denominator 0") from None


def _agree(statement: dict[str, Any], key: str, found: Any) -> None:
    if statement.get(key) != found:
        raise Rejected(f"{key}: the statement says {str(statement.get(key))[:60]}, the masks give {str(found)[:60]}")
