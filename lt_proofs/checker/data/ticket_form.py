"""The form of a ticket: which fields its statement and its files may have, of which types, and that they agree.

The random network of a layer of the target with d columns is a pair of matrices. The first has n d hidden units, which
see the d inputs in turn, and those that were added for some inputs; the second has a row for each row of the target.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from pathlib import Path

from data.limits import LIMITS
from data.philox import UNIT
from data.tensors import Tensor, read_tensors
from errors import Malformed, Rejected
from shapes import Data, Enclosure, Judgement

# what target.safetensors may record besides: how the target was read from the user's own file, which nothing rests on
NOTES = {"remarks"}
FORMAT = "lt_proofs ticket 2"
FIELDS = {
    "form", "target", "ticket", "law", "seed", "domain", "eps", "layers", "widths", "constant_inputs", "factor",
    "weights", "solved", "kept", "max_weight_error", "error_bound",
}  # fmt: skip
SIZES = ("rows", "columns", "n", "units", "signs", "scale")
LAWS = {
    "uniform": "independent weights, each uniform on the odd multiples of 2^-24 between -1 and 1",
    "kaiming": "independent weights, uniform between -r and r up to rounding to multiples of 2^-24, where r is "
    "min(1, sqrt(6/k)) for a matrix of k columns, those of added hidden units not counted",
}
RATIONAL = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def check_form(statement: Data) -> list[dict[str, int]]:
    """Raise Malformed unless each field is there, no other, and each is of its type; return the layers."""
    check_fields(statement, FIELDS)
    layers = checked_layers(statement)
    check_numbers(statement, layers)
    return layers


def check_fields(statement: Data, fields: set[str]) -> None:
    """Raise Malformed unless a statement has exactly these fields, a known law and digests of two files."""
    if not isinstance(statement, dict) or set(statement) != fields:
        raise Malformed(f"ticket: its statement must have exactly the fields {', '.join(sorted(fields))}")
    if statement["law"] not in tuple(LAWS):
        raise Malformed(f"ticket: law must be one of {', '.join(LAWS)}")
    for key in ("target", "ticket"):
        if not isinstance(statement[key], str) or not DIGEST.fullmatch(statement[key]):
            raise Malformed(f"ticket: {key} must be 'sha256:' and 64 hexadecimal digits")


def check_numbers(statement: dict[str, Data], layers: list[dict[str, int]]) -> None:
    """Raise Malformed unless the fields that count something, and the rationals, are such."""
    entries = sum(layer["rows"] * layer["columns"] for layer in layers)
    integer(statement, "seed", 2**64 - 1)
    integer(statement, "constant_inputs", 1)
    integer(statement, "weights", entries)
    integer(statement, "solved", entries)
    for key, length in (("kept", 2 * len(layers)), ("widths", len(layers) + 1)):
        if not isinstance(statement[key], list) or len(statement[key]) != length:
            raise Malformed(f"ticket: {key} must be a list of {length} integers")
        for value in statement[key]:
            integer({key: value}, key, LIMITS["layer_bits"])
    if not isinstance(statement["factor"], str):
        raise Malformed("ticket: factor must be a power of two, written as in '2^3'")
    if fraction(statement, "eps") <= 0:
        raise Malformed("ticket: eps must be above 0")
    for key in ("max_weight_error", "error_bound"):
        if fraction(statement, key) < 0:
            raise Malformed(f"ticket: {key} must not be negative")


def checked_layers(statement: dict[str, Data]) -> list[dict[str, int]]:
    """The layers of the statement, of sizes that chain, with the radii of their law in units of 2^-24."""
    layers = statement.get("layers")
    if not isinstance(layers, list) or not 1 <= len(layers) <= LIMITS["layers"]:
        raise Malformed(f"ticket: layers must be a list of 1 to {LIMITS['layers']}")
    width, checked = None, []
    for number, layer in enumerate(layers, 1):
        rows, columns, n, units, signs, _ = sizes_of(number, layer)
        if width not in (None, columns):
            raise Malformed(f"ticket: layer {number} does not chain with the one before")
        if columns * n > units:
            raise Malformed(f"ticket: layer {number} has fewer than n = {n} hidden units for each input")
        if number > 1 and signs == 2:
            raise Malformed(f"ticket: no input of layer {number} is negative, so it has one sign")
        checked.append(layer | radii(statement, columns, columns * n))
        width = rows
    return checked


def sizes_of(number: int, layer: Data, least_scale: int = 0) -> tuple[int, ...]:
    """The sizes of a layer of the statement, in the order of SIZES; raises Malformed."""
    if not isinstance(layer, dict) or set(layer) != set(SIZES):
        raise Malformed(f"ticket: layer {number} must have {', '.join(SIZES)}")
    tops, leasts = {"signs": 2, "scale": LIMITS["scale"]}, {"scale": least_scale}
    found = [integer(layer, key, tops.get(key, LIMITS["layer_bits"]), leasts.get(key, 1)) for key in SIZES]
    rows, columns, _, units, _, _ = found
    if rows * max(columns, units) > LIMITS["layer_bits"]:
        raise Malformed(f"ticket: layer {number} is too large: more than {LIMITS['layer_bits']} possible edges")
    return tuple(found)


def radii(statement: dict[str, Data], *fans: int) -> dict[str, int]:
    """The radii of the law of both matrices of a layer, in units of 2^-24, from the columns that count for it."""
    counted = fans if statement["law"] == "kaiming" else (1, 1)
    return {f"radius_{i}": min(UNIT, isqrt(6 * UNIT * UNIT // fan)) for i, fan in enumerate(counted, 1)}


def checked_box(statement: dict[str, Data]) -> Enclosure | None:
    """The ends that every input lies between; None for the unit ball."""
    domain = statement["domain"]
    if domain == "unit ball":
        return None
    if not isinstance(domain, dict) or set(domain) != {"low", "high"}:
        raise Malformed("ticket: domain must be 'unit ball' or have low and high")
    ends = fraction(domain, "low"), fraction(domain, "high")
    if ends[0] >= ends[1]:
        raise Malformed("ticket: domain must have low below high")
    if max(max(abs(end.numerator), end.denominator).bit_length() for end in ends) > LIMITS["domain_bits"]:
        raise Malformed(f"ticket: low and high must be rationals of at most {LIMITS['domain_bits']} bits")
    return ends


def read_files(
    statement: Judgement, layers: list[dict[str, int]], folder: Path
) -> tuple[dict[str, Tensor], dict[str, Tensor], int, int]:
    """All tensors of the target and of the ticket, the last layer with a bias, and the bytes of both files."""
    target, notes, target_size = read_part(statement, folder, "target")
    ticket, metadata, ticket_size = read_part(statement, folder, "ticket")
    numbers = range(1, len(layers) + 1)
    weights, biases = {f"weight_{i}" for i in numbers}, {f"bias_{i}" for i in numbers}
    if not weights <= set(target) <= weights | biases or len(target["weight_1"].shape) != 2 or set(notes) - NOTES:
        raise Malformed("target.safetensors must hold weight_i and bias_i of the layers of the statement, nothing else")
    last = max((i for i in numbers if f"bias_{i}" in target), default=0)
    check_masks(ticket, layers)
    check_metadata(statement, metadata, FORMAT, target["weight_1"].shape[1])
    return target, ticket, last, target_size + ticket_size


def check_masks(ticket: dict[str, Tensor], layers: list[dict[str, int]]) -> None:
    """Raise Malformed unless the file of the masks has those of the layers, and nothing else."""
    numbers = range(1, len(layers) + 1)
    masks = {f"{kind}_{i}" for i in numbers for kind in ("units", "edges")}
    masks |= {f"owners_{i}" for i, layer in enumerate(layers, 1) if layer["units"] > layer["columns"] * layer["n"]}
    if set(ticket) != masks:
        odd = sorted(set(ticket) ^ masks)[0]
        raise Malformed(f"ticket.safetensors must hold {', '.join(sorted(masks)[:6])}, …, nothing else; see {odd[:40]}")


def read_part(statement: Judgement, folder: Path, name: str) -> tuple[dict[str, Tensor], dict[str, str], int]:
    """The tensors, the metadata and the size of a file that the statement names by its hash."""
    tensors, metadata, blob = read_tensors(folder / f"{name}.safetensors")
    if statement[name] != "sha256:" + hashlib.sha256(blob).hexdigest():
        raise Rejected(f"{name}.safetensors is not the file of the statement")
    return tensors, metadata, len(blob)


def check_metadata(
    statement: Judgement, metadata: dict[str, str], known: str, inputs: int, keys: Sequence[str] = ("layers",)
) -> None:
    """What ticket.safetensors records, so that it can be read without its certificate, is what the statement says.

    The keys are the fields that it records as texts in JSON; `known` is its format.
    """
    recorded = {
        "format": known,
        "law": statement["law"],
        "seed": str(statement["seed"]),
        "inputs": str(inputs),
        "factor": statement["factor"],
        **{key: json.dumps(statement[key], sort_keys=True, separators=(",", ":")) for key in keys},
    }
    if set(metadata) != set(recorded) or metadata["format"] != known:
        raise Malformed(f"ticket.safetensors must record {', '.join(recorded)} of the format {known!r}, nothing else")
    if metadata != recorded:
        raise Rejected("ticket.safetensors records another law, seed, factor or shape than the statement")


def integer(table: dict[str, Data], key: str, high: int, least: int = 0) -> int:
    """A field that must be an integer from the least on."""
    value = table[key]
    if type(value) is not int or not least <= value <= high:
        raise Malformed(f"ticket: {key} must be an integer from {int(least)} to {high}")
    return value


def fraction(table: dict[str, Data], key: str) -> Fraction:
    """A field that must be a rational in lowest terms."""
    text = table[key]
    short = isinstance(text, str) and len(text) <= LIMITS["digits"]
    if not short or not RATIONAL.fullmatch(text) or str(Fraction(text)) != text:
        raise Malformed(f"ticket: {key} must be a rational 'p/q' in lowest terms")
    return Fraction(text)
