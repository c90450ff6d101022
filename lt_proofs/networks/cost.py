"""Upper bounds of what the checker spends on a ticket: work in units of 0.1 microseconds, memory in bytes.

`prune` asks before it searches and again before it writes. W, E and T are the matrices of a layer: target, error and
ticket (T = W + E); Mathematics 3.15 and 3.16 say which of their norms and products a bound needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import (
    COST,
    DIGIT,
    LIMITS,
    ROOM,
    Cost,
    matrix_room,
    product_room,
    product_work,
)
from lt_proofs.networks.norm_methods import ELEMENTARY, Method, allowed, chosen_methods, method_cost, method_of
from lt_proofs.networks.norms import ball_chains

# bytes of text for a layer in headers and statements
HEADER = 1 << 11
# bits of a slope behind a ReLU: from 0 to 256, in units of 1/256
SHARE_BITS = 9
# bits by which scales of hidden neurons, of at least 2^-9 and below 2, can enlarge an entry
SCALE = 10


@dataclass(frozen=True)
class LayerCost:
    """The sizes of one layer on which the cost depends.

    Matrices hold integers in units of 2^-bits; ``weight_bits`` and ``error_bits`` are the lengths of the largest
    entries of W and E. ``units`` counts hidden units, ``kept`` kept edges; ``signs`` is 2 where inputs have both signs.
    """

    rows: int
    columns: int
    units: int
    signs: int
    scale: int
    kept: int
    bits: int
    weight_bits: int
    error_bits: int

    def shape(self, kind: str) -> tuple[int, int]:
        """Return the shape of W, E or T; with both signs E and T act on the positive and the negative part of x."""
        return self.rows, self.columns * (1 if kind == "W" else self.signs)

    def entry_bits(self, kind: str) -> int:
        """Return the length in bits of the largest entry of W, E or T."""
        return {"W": self.weight_bits, "E": self.error_bits, "T": max(self.weight_bits, self.error_bits) + 1}[kind]

    @property
    def reserved_bits(self) -> int:
        """The bits for which the checker reserves memory before it has seen the masks."""
        return max(self.weight_bits, self.bits + self.scale + self.units.bit_length()) + 1


def weight_bits(matrix: NDArray[np.float64]) -> tuple[int, int]:
    """Return the bits of a layer's unit 2^-bits, and the length of its largest entry in that unit.

    The unit is the largest power of two of which all entries, and 2^-48, are multiples.

    >>> weight_bits(np.array([[0.75, 2.0**-50]]))
    (50, 51)
    """
    # an entry is mantissa * 2^exponent; its lowest set bit is found by x & -x on the mantissa as a 53-bit integer
    mantissas, exponents = np.frexp(matrix[matrix != 0])
    if not mantissas.size:
        return PRODUCT_BITS, PRODUCT_BITS + 1
    whole = np.ldexp(np.abs(mantissas), 53).astype(np.int64)
    trailing = np.frexp((whole & -whole).astype(np.float64))[1] - 1
    bits = max(PRODUCT_BITS, int((53 - exponents - trailing).max()))
    return bits, bits + max(1, int(exponents.max()) + 1)


def cost_of(
    layers: Sequence[LayerCost],
    domain: InputDomain,
    methods: Mapping[str, Method] | None = None,
    *,
    scaled: bool = False,
) -> Cost:
    """Return an upper bound of the cost of checking a ticket on a domain.

    ``methods`` maps the norms of the certificate to the ways in which they are bounded; a norm without one is bounded
    by the sums of its entries. Without ``methods`` all are, which is the least that a ticket costs. ``scaled`` says
    that hidden neurons have scales.
    """
    found = dict.fromkeys(_singles(len(layers)), ELEMENTARY) | dict(methods or {})
    norms = [_norm(layers, name, method, scaled=scaled) for name, method in found.items()]
    rest = _without_norms(layers, domain, found)
    memory = rest.memory + max(norm.memory for norm in norms)
    text = sum(norm.certificate for norm in norms)
    # the checker keeps the texts of the factors in memory, as JSON and as characters
    return Cost(rest.work + sum(norm.work for norm in norms), memory + 3 * text, rest.certificate + text)


def methods_for(layers: Sequence[LayerCost], domain: InputDomain) -> dict[str, Method]:
    """Return how the norms of a ticket are best bounded within the checker's limits; no product without a method."""
    singles = _singles(len(layers))
    pairs = {f"{one} {other}" for chain in _chains(len(layers)) for one, other in pairwise(chain)}
    # the sums of entries of a product are no better than the product of the sums: such a norm is left out instead
    cost = cache(lambda name, way: Cost(0, 0, 0) if " " in name and way == ELEMENTARY else _norm(layers, name, way))
    found = chosen_methods(
        sorted(singles) + sorted(pairs),
        lambda name: allowed(min(_shape(layers, name))),
        cost,
        _without_norms(layers, domain, pairs),
    )
    return {name: method for name, method in found.items() if name in singles or method != ELEMENTARY}


def methods_of(layers: Sequence[LayerCost], entries: Sequence[dict[str, Any]]) -> dict[str, Method]:
    """Return the methods of the entries of a certificate."""
    return {entry["of"]: method_of(entry, min(_shape(layers, entry["of"]))) for entry in entries}


def _without_norms(layers: Sequence[LayerCost], domain: InputDomain, pairs: Collection[str]) -> Cost:
    """Return the cost of all but the norms; ``pairs`` are the products whose norms are used."""
    files = sum(map(_file_bytes, layers)) + 2 * HEADER
    texts = HEADER * (len(layers) + 2)
    taken = ROOM["base"] + 2 * files + 3 * texts
    taken += sum(matrix_room(*layer.shape(kind), layer.reserved_bits) for layer in layers for kind in "WE")
    work = files // COST["byte"] + sum(map(_layer_work, layers)) + _chain_work(layers, pairs)
    more = [matrix_room(1, ROOM["row_copies"] * x.shape("E")[1], x.reserved_bits) for x in layers]
    more.append(ROOM["unit"] * max(layer.units for layer in layers))
    if domain.box is not None:
        box_work, box_room = _box(layers, domain)
        work += box_work
        more.append(box_room)
    return Cost(work, taken + max(more), texts)


def _file_bytes(layer: LayerCost) -> int:
    packed = layer.units // 8 + 1
    return 8 * layer.rows * layer.columns + (layer.rows + 1) * packed + 4 * layer.units + HEADER


def _layer_work(layer: LayerCost) -> int:
    """Return the work of drawing the random network, adding kept products, and comparing the sums with the target."""
    entries, packed = layer.rows * layer.columns, layer.units // 8 + 1
    masks = (layer.rows + 1) * packed // COST["byte"] + COST["unit"] * layer.units + COST["kept"] * layer.kept
    rows = layer.rows * (COST["row"] + COST["edge"] * layer.units // 16)
    return masks + rows + entries * (COST["target"] + layer.weight_bits // 64 + COST["error"] * layer.signs)


def _chains(depth: int) -> list[list[str]]:
    """Return the chains of matrices whose norms the bound on the unit ball multiplies (Mathematics 3.15)."""
    return [chain for chains in ball_chains(depth) for chain in chains]


def _singles(depth: int) -> set[str]:
    return {name for chain in _chains(depth) for name in chain}


def _shape(layers: Sequence[LayerCost], name: str) -> tuple[int, int]:
    parts = [layers[int(part[1:]) - 1].shape(part[0]) for part in name.split(" ")]
    return parts[0][0], parts[-1][1]


def _norm(layers: Sequence[LayerCost], name: str, method: Method, *, scaled: bool = False) -> Cost:
    """Return the cost of one norm, that of multiplying two matrices, adding T = W + E and of scales included."""
    chosen = [(part[0], layers[int(part[1:]) - 1]) for part in name.split(" ")]
    rows, columns = _shape(layers, name)
    each = [layer.entry_bits(kind) for kind, layer in chosen]
    bits = sum(each)
    work = sum(COST["lane"] * layer.rows * layer.columns * layer.signs for kind, layer in chosen if kind == "T")
    room = 0
    if len(chosen) == 2:
        inner = chosen[0][1].columns
        bits += inner.bit_length()
        work += product_work(rows, inner, columns, each[0], each[1])
        room = product_room(rows, inner, columns, each[0], each[1])
    whole = bits - sum(layer.bits for _, layer in chosen)
    if scaled:
        bits, whole = bits + LIMITS["scale_bits"], whole + SCALE
        work += COST["lane"] * rows * columns
        room += 2 * matrix_room(rows, columns, bits)
    room += matrix_room(rows, columns, bits)
    found = method_cost((rows, columns), bits, whole, method)
    return Cost(work + found.work, room + found.memory, found.certificate)


def _chain_work(layers: Sequence[LayerCost], pairs: Collection[str]) -> int:
    """Return the work of multiplying norms, whose numerators and denominators grow along a chain."""

    def size(name: str) -> int:
        bits = max(layers[int(part[1:]) - 1].reserved_bits for part in name.split(" "))
        return 2 * bits + 64

    work = 0
    for chain in _chains(len(layers)):
        bits = 2
        for i, name in enumerate(chain):
            work += COST["chain"] + (bits // DIGIT) ** 2 // 400
            pair = f"{chain[i - 1]} {name}"
            bits += size(name) + (size(pair) if i and pair in pairs else 0)
    return work


def _box(layers: Sequence[LayerCost], domain: InputDomain) -> tuple[int, int]:
    """Return work and memory of the bound on a box, which encloses each neuron by an affine form of the inputs."""
    low, high = domain.box or (0, 0)
    parts = (2 * low.denominator * high.denominator).bit_length()
    inputs = layers[0].columns * layers[0].signs
    longest = layers[0].entry_bits("T")
    kept = sum(2 * matrix_room(*layer.shape("E"), max(layer.bits, layer.error_bits)) for layer in layers)
    work, room = COST["end"] * inputs + sum(_tickets_work(layer) for layer in layers), 0
    for layer in layers[1:]:
        work += 2 * layer.columns * inputs * _end_work(longest, parts)
        work += layer.rows * layer.columns * (COST["form"] + longest // DIGIT)
        behind, matrix = longest + SHARE_BITS + 1, layer.entry_bits("T")
        work += 3 * product_work(layer.rows, layer.columns, inputs, matrix, behind)
        longest = matrix + behind + layer.columns.bit_length() + 1
        room = max(room, 4 * matrix_room(layer.rows + layer.columns, inputs, longest + SHARE_BITS))
    return work + layers[-1].rows * inputs * _end_work(longest, parts), kept + room


def _tickets_work(layer: LayerCost) -> int:
    return COST["lane"] * layer.rows * layer.columns * layer.signs


def _end_work(longest: int, parts: int) -> int:
    digits = (longest + parts) // DIGIT + 1
    return COST["form"] + digits * (parts // DIGIT + 4) // 8
