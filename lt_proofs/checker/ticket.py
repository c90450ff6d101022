"""Checks a ticket: regenerates the random network, adds up the kept products and bounds the error.

Everything is an integer. A product of two random weights is a multiple of 2^-48; the matrices of layer i count
units of 2^-bits, where bits is large enough for the target's own entries. The first layer acts on
(relu(x), relu(-x)), which has the norm of x, if inputs of both signs occur.
"""

import hashlib
import json
import re
from fractions import Fraction
from math import isqrt

from boxes import box_bound
from errors import Malformed, Rejected
from norms import Norms, ball_bound
from philox import UNIT, Blocks, packed, uniform
from tensors import read_tensors

STREAM, PRODUCT_BITS, LARGEST = 0x4E000000, 48, 1 << 27
LIMITS = {
    "rows": LARGEST,
    "columns": LARGEST,
    "units": LARGEST,
    "signs": 2,
    "scale": 128,
    "radius_1": UNIT,
    "radius_2": UNIT,
}
BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
OCCUPIED = re.compile(rb"[^\0]", re.DOTALL)
RATIONAL = re.compile(r"-?[0-9]{1,2000}(/0*[1-9][0-9]{0,1999})?", re.ASCII)


def check_ticket(statement, data, folder):
    """The sentence that was verified; raises Rejected or Malformed."""
    layers, seed, box = checked_layers(statement), integer(statement, "seed", 2**64 - 1), checked_box(statement)
    if layers[0]["signs"] != 2 and (box is None or box[0] < 0):
        raise Rejected("layer 1: inputs of both signs occur, so both signs are needed")
    target, _ = read_part(statement, folder, "target")
    ticket, metadata = read_part(statement, folder, "ticket")
    names = [{f"{kind}_{i}" for i in range(1, len(layers) + 1)} for kind in ("weight", "bias")]
    if not names[0] <= set(target) <= names[0] | names[1] or len(target["weight_1"].shape) != 2:
        raise Malformed("target.safetensors has other layers than the statement")
    inputs, last = (
        target["weight_1"].shape[-1],
        max(i for i in range(len(layers) + 1) if not i or f"bias_{i}" in target),
    )
    as_text = json.dumps(statement["layers"], sort_keys=True, separators=(",", ":"))
    recorded = {"law": statement.get("law"), "seed": str(seed), "inputs": str(inputs), "layers": as_text}
    if statement.get("law") not in ("uniform", "kaiming") or {key: metadata.get(key) for key in recorded} != recorded:
        raise Rejected("ticket.safetensors records another law, seed or shape than the statement")
    matrices, kept, within, largest = {}, [], 0, Fraction(0)
    for number, layer in enumerate(layers, 1):
        wanted, bits = target_matrix(number, layer, target, last)
        counts, sums = kept_sums(number, layer, seed, ticket)
        shift = bits - PRODUCT_BITS + layer["scale"]
        signs = [wanted, [[-w for w in row] for row in wanted]][: layer["signs"]]
        goals = [[w for row in rows for w in row] for rows in zip(*signs, strict=True)]
        found = [[total << shift for total in row] for row in sums]
        errors = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(found, goals, strict=True)]
        allowed = (fraction(statement, "eps").numerator << bits) // fraction(statement, "eps").denominator
        for row in errors:
            halves = [row[at : at + layer["columns"]] for at in range(0, len(row), layer["columns"])]
            within += sum(max(map(abs, both)) <= allowed for both in zip(*halves, strict=True))
            largest = max(largest, Fraction(max(map(abs, row)), 1 << bits))
        kept += counts
        blocks = {"W": wanted, "E": errors, "T": found, "G": goals}
        matrices |= {f"{name}{number}": (block, bits) for name, block in blocks.items()}
    weights = sum(layer["rows"] * layer["columns"] for layer in layers)
    derived = {"weights": weights, "solved": within, "max_weight_error": str(largest), "kept": kept}
    for key, value in derived.items():
        if statement.get(key) != value:
            raise Rejected(
                f"{key}: the statement says {str(statement.get(key))[:60]}, the masks give {str(value)[:60]}"
            )
    error = ball_bound(Norms(matrices, data), len(layers)) * input_norm(inputs, last, box)
    if box is not None:
        followed = [[matrices[f"{name}{i}"] for name in "GET"] for i in range(1, len(layers) + 1)]
        error = min(error, box_bound(followed, input_ends(layers[0], inputs, box)))
    if fraction(statement, "error_bound") < error:
        raise Rejected(f"error_bound: the exact weights give no less than {upward(error)}")
    where = "on the unit ball" if box is None else f"for inputs from {box[0]} to {box[1]}"
    return (
        f"{within} of {weights} weights of the target lie within {statement['eps']} of a kept subset sum of the "
        f"random network with seed {seed}; {where} the two functions differ by at most "
        f"{upward(fraction(statement, 'error_bound'))}"
    )


def checked_layers(statement):
    """The layers of the statement, of sizes that chain."""
    layers = statement.get("layers")
    if not isinstance(layers, list) or not 1 <= len(layers) <= 1000:
        raise Malformed("ticket: layers must be a list")
    width = None
    for number, layer in enumerate(layers, 1):
        if not isinstance(layer, dict) or set(layer) != set(LIMITS):
            raise Malformed(f"ticket: layer {number} must have {', '.join(LIMITS)}")
        sizes = [integer(layer, key, top) for key, top in LIMITS.items()]
        if 0 in sizes[:4] + sizes[5:] or sizes[0] * max(sizes[1:3]) > LARGEST or width not in (None, sizes[1]):
            raise Malformed(f"ticket: layer {number} is empty, too large, or does not chain")
        if statement.get("law") == "uniform" and sizes[5:] != [UNIT, UNIT]:
            raise Malformed("ticket: the uniform law has the radius 1")
        if number > 1 and layer["signs"] == 2:
            raise Malformed(f"ticket: no input of layer {number} is negative, so it has one sign")
        width = sizes[0]
    return layers


def read_part(statement, folder, name):
    """The tensors and the metadata of a file that the statement names by its hash."""
    tensors, metadata, blob = read_tensors(folder / f"{name}.safetensors")
    if statement.get(name) != "sha256:" + hashlib.sha256(blob).hexdigest():
        raise Rejected(f"{name}.safetensors is not the file of the statement")
    return tensors, metadata


def target_matrix(number, layer, target, last):
    """The matrix [W b; 0 1] of a layer in units of 2^-bits, and those bits; a 1 is carried to the last bias."""
    shape = (layer["rows"] - (number < last), layer["columns"] - (number <= last))
    ratios = [exact(target, f"weight_{number}", shape)]
    if number <= last:
        has_bias = f"bias_{number}" in target
        ratios.append(exact(target, f"bias_{number}", shape[:1]) if has_bias else [(0, 1)] * shape[0])
    rows = [ratios[0][o * shape[1] : (o + 1) * shape[1]] + [bias[o] for bias in ratios[1:]] for o in range(shape[0])]
    if number < last:
        rows.append([(0, 1)] * shape[1] + [(1, 1)])
    bits = max(PRODUCT_BITS, max(bottom for row in rows for _, bottom in row).bit_length() - 1)
    return [[(top << bits) // bottom for top, bottom in row] for row in rows], bits


def exact(target, name, shape):
    """The entries of a float tensor as integer ratios."""
    tensor = target[name]
    if tensor.shape != shape or tensor.dtype not in ("F32", "F64"):
        raise Malformed(f"target.safetensors: {name} must be floats of shape {shape}")
    try:
        return [value.as_integer_ratio() for value in tensor.values()]
    except (ValueError, OverflowError):
        raise Malformed(f"target.safetensors: {name} holds NaN or infinity") from None


def kept_sums(number, layer, seed, ticket):
    """How many entries are kept in the two matrices, and the sums of kept products: a row per output.

    A row holds the sums that multiply relu(x), then minus those that multiply relu(-x).
    """
    units, columns = layer["units"], layer["columns"]
    owner = owners(f"owners_{number}", ticket, units, columns)
    kept, edges = mask(ticket, f"units_{number}", (), units), mask(ticket, f"edges_{number}", (layer["rows"],), units)
    drawn = Blocks(seed, units).words(packed(j // 4 for j in owner), STREAM + 2 * number - 1, packed(range(units)))
    first = [
        uniform(drawn[owner[u] % 4][u], layer["radius_1"]) if kept[u >> 3] >> (u & 7) & 1 else 0 for u in range(units)
    ]
    place = [j if a >= 0 else j + columns for a, j in zip(first, owner, strict=True)]
    size = [a if a >= 0 else -a for a in first]
    blocks, numbers = Blocks(seed, (units + 3) // 4), packed(range((units + 3) // 4))
    sums, count, stride, radius = [], 0, (units + 7) // 8, layer["radius_2"]
    for o in range(layer["rows"]):
        words = blocks.words(numbers, STREAM + 2 * number, o * blocks.ones)
        both, row = [0] * 2 * columns, edges[o * stride : (o + 1) * stride]
        for match in OCCUPIED.finditer(row):
            at = match.start()
            for bit in BITS[row[at]]:
                u = 8 * at + bit
                both[place[u]] += size[u] * uniform(words[u & 3][u >> 2], radius)
                count += 1
        sums.append(both[: layer["signs"] * columns])
    return [sum(map(int.bit_count, kept)), count], sums


def owners(name, ticket, units, columns):
    """The input that each hidden unit sees: in turn, but for the last ones, which the file lists."""
    late = list(ticket[name].values()) if name in ticket else []
    if late and (ticket[name].dtype != "U32" or len(late) > units or max(late) >= columns):
        raise Malformed(f"ticket.safetensors: {name} must be at most {units} inputs below {columns}")
    return [u % columns for u in range(units - len(late))] + late


def mask(ticket, name, rows, columns):
    """The bytes of a mask of packed rows, without stray bits."""
    shape = (*rows, (columns + 7) // 8)
    tensor = ticket.get(name)
    if tensor is None or tensor.dtype != "U8" or tensor.shape != shape:
        raise Malformed(f"ticket.safetensors: {name} must be bytes of shape {shape}")
    if columns % 8 and any(byte >> columns % 8 for byte in tensor.data[shape[-1] - 1 :: shape[-1]]):
        raise Malformed(f"ticket.safetensors: {name} has bits beyond its last column")
    return bytes(tensor.data)


def checked_box(statement):
    """The ends that every input lies between; None for the unit ball."""
    domain = statement.get("domain")
    if domain == "unit ball":
        return None
    if not isinstance(domain, dict) or set(domain) != {"low", "high"}:
        raise Malformed("ticket: domain must be 'unit ball' or have low and high")
    if fraction(domain, "low") >= fraction(domain, "high"):
        raise Malformed("ticket: domain must have low below high")
    return fraction(domain, "low"), fraction(domain, "high")


def input_ends(first, inputs, box):
    """The ends of relu(x), with a carried constant 1, and of relu(-x) where both signs occur."""
    low, high = box
    constants = first["columns"] - inputs
    ends = [(max(low, 0), max(high, 0))] * inputs + [(1, 1)] * constants
    ends += [(max(-high, 0), max(-low, 0))] * inputs + [(0, 0)] * constants
    return [(Fraction(a), Fraction(b)) for a, b in ends[: first["signs"] * first["columns"]]]


def input_norm(inputs, last, box):
    """The largest norm of an input, a carried constant 1 included, rounded up."""
    square = Fraction(1 if box is None else inputs * max(end**2 for end in box)) + (last > 0)
    if square == 1:
        return square
    return Fraction(isqrt((square.numerator << 2 * PRODUCT_BITS) // square.denominator) + 1, 1 << PRODUCT_BITS)


def upward(value):
    """The value in decimals, rounded up."""
    units = -(-value.numerator * 10**6 // value.denominator)
    return f"{units // 10**6}.{units % 10**6:06d}"


def integer(table, key, high):
    """A field that must be an integer from 0 on."""
    value = table.get(key)
    if type(value) is not int or not 0 <= value <= high:
        raise Malformed(f"ticket: {key} must be an integer from 0 to {high}")
    return value


def fraction(table, key):
    """A field that must be a rational."""
    text = table.get(key)
    if not isinstance(text, str) or not RATIONAL.fullmatch(text):
        raise Malformed(f"ticket: {key} must be a rational 'p/q'")
    return Fraction(text)
