"""What the masks of a ticket keep of a pair of random matrices: counts, and the sums of products, row by row.

The random entries are drawn anew, for a block of hidden units at a time, and only where something is kept.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Sequence

from data.limits import COST
from data.philox import Blocks, packed, uniform
from data.tensors import Tensor
from errors import Malformed, spend

STREAM = 0x4E000000
BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
OCCUPIED = re.compile(rb"[^\0]", re.DOTALL)
CHUNK = 1 << 14


class Kept:
    """The kept entries of one pair of matrices; `counts` has how many they are."""

    def __init__(self, number: int, layer: dict[str, int], seed: int, ticket: dict[str, Tensor]) -> None:
        self.number, self.layer = number, layer
        rows, self.units, self.columns = layer["rows"], layer["units"], layer["columns"]
        kept = mask(ticket, f"units_{number}", (), self.units)
        self.edges = mask(ticket, f"edges_{number}", (rows,), self.units)
        self.counts = [number_of_ones(kept), number_of_ones(self.edges)]
        spend(COST["kept"] * self.counts[1])
        late = owners(f"owners_{number}", ticket, self.units - layer["n"] * self.columns, self.columns)
        self.place, self.size = array("i", bytes(4 * self.units)), array("i", bytes(4 * self.units))
        self.blocks = {length: Blocks(seed, (length + 3) // 4) for length in self._lengths()}
        self.starts = {length: packed(range((length + 3) // 4)) for length in self._lengths()}
        self._draw_first(seed, kept, late)

    def _lengths(self) -> set[int]:
        return {min(CHUNK, self.units - start) for start in range(0, self.units, CHUNK)}

    def _draw_first(self, seed: int, kept: memoryview, late: Sequence[int]) -> None:
        """Place and size of the first weight of each kept unit: its input, or that + columns if it is negative."""
        regular = self.units - len(late)
        for start in range(0, self.units, CHUNK):
            if not OCCUPIED.search(kept, start >> 3, start + CHUNK >> 3):
                continue
            units = range(start, min(start + CHUNK, self.units))
            owner = [u % self.columns if u < regular else late[u - regular] for u in units]
            lanes = Blocks(seed, len(units))
            words = lanes.words(packed(j // 4 for j in owner), STREAM + 2 * self.number - 1, packed(units))
            for at, (u, j) in enumerate(zip(units, owner, strict=True)):
                if kept[u >> 3] >> (u & 7) & 1:
                    first = uniform(words[j & 3][at], self.layer["radius_1"])
                    self.place[u], self.size[u] = (j, first) if first >= 0 else (j + self.columns, -first)

    def sums(self, output: int) -> list[int]:
        """The sums of kept products for one output: those that multiply relu(x), then minus those of relu(-x)."""
        both, stride = [0] * 2 * self.columns, (self.units + 7) // 8
        row = self.edges[output * stride : (output + 1) * stride]
        for start in range(0, self.units, CHUNK):
            found = OCCUPIED.search(row, start >> 3, start + CHUNK >> 3)
            if found is None:
                continue
            length = min(CHUNK, self.units - start)
            blocks = self.blocks[length]
            numbers = self.starts[length] + (start >> 2) * blocks.ones
            words = blocks.words(numbers, STREAM + 2 * self.number, output * blocks.ones)
            for match in OCCUPIED.finditer(row, found.start(), start + CHUNK >> 3):
                at = match.start()
                for bit in BITS[row[at]]:
                    u = 8 * at + bit
                    weight = uniform(words[u & 3][u - start >> 2], self.layer["radius_2"])
                    both[self.place[u]] += self.size[u] * weight
        return both[: self.layer["signs"] * self.columns]


def number_of_ones(data: memoryview) -> int:
    """How many bits of the bytes are set."""
    spend(len(data) // COST["byte"])
    return sum(int.from_bytes(data[at : at + CHUNK], "little").bit_count() for at in range(0, len(data), CHUNK))


def owners(name: str, ticket: dict[str, Tensor], count: int, columns: int) -> Sequence[int]:
    """The inputs that the hidden units added to the regular ones see."""
    if not count:
        return ()
    late, values = ticket[name], array("I")
    if late.dtype == "U32" and late.shape == (count,):
        values.frombytes(late.data)
        if sys.byteorder == "big":
            values.byteswap()
    if not values or max(values) >= columns:
        raise Malformed(f"ticket.safetensors: {name} must be {count} inputs below {columns}")
    return values


def mask(ticket: dict[str, Tensor], name: str, rows: tuple[int, ...], columns: int) -> memoryview:
    """The bytes of a mask of packed rows, without stray bits."""
    shape = (*rows, (columns + 7) // 8)
    tensor = ticket[name]
    if tensor.dtype != "U8" or tensor.shape != shape:
        raise Malformed(f"ticket.safetensors: {name} must be bytes of shape {shape}")
    if columns % 8 and any(byte >> columns % 8 for byte in tensor.data[shape[-1] - 1 :: shape[-1]]):
        raise Malformed(f"ticket.safetensors: {name} has bits beyond its last column")
    return tensor.data
