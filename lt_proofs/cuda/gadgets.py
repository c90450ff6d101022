"""Masks for a layer on a GPU: one target weight per thread.

The rows of the second matrix are drawn on the GPU, four draws per thread. At most four products solve nearly every
weight; the working memory of this search is a column of device memory, so that the lanes of a warp read neighbouring
words. The other weights go through the complete search ``choose``, each with the working memory of the CPU. Masks and
sums are copied back; the CPU packs the masks into rows, because units of neighbouring inputs share bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel, back, blocks_for, lanes_for, on_all_gpus
from lt_proofs.errors import BadInput
from lt_proofs.kernels.few import fewest_few
from lt_proofs.kernels.gadgets import CLOSEST, HALVES, NONE, OBJECTIVES, PILOT, SLOTS, choose, gadget_products, total_of
from lt_proofs.kernels.philox import block_of_words, uniform_odd
from lt_proofs.kernels.sieve import BUCKETS_PER_SUM
from lt_proofs.kernels.weights import shrunk

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

# entries of a row of working memory for the complete search, and buckets of its sieve, as on the CPU
ROW = 2**11 + 64
BUCKETS = BUCKETS_PER_SUM << HALVES // 2
COLUMN = SLOTS + 1
QUICK_LANES = 1 << 16
MOST_LANES = 1 << 13
# size of the part of the second matrix that is drawn at once
MATRIX_BYTES = 1 << 28
UNWRITTEN = -3


def draw_rows(seed: np.uint64, stream: np.uint64, start: int, radius: int, out: Ints) -> None:
    """Write rows start, start + 1, … of a random matrix, scaled to its radius; each thread draws four neighbours."""
    blocks = (out.shape[1] + 3) // 4
    for place in range(cuda.grid(1), out.shape[0] * blocks, cuda.gridsize(1)):
        row = place // blocks
        block = place % blocks
        words = block_of_words(seed, stream, np.uint64(start + row), np.uint64(block))
        for lane in range(min(4, out.shape[1] - 4 * block)):
            out[row, 4 * block + lane] = shrunk(uniform_odd(words[lane]), radius)


def gadgets_quickly(
    first: Ints,
    second: Ints,
    members: Ints,
    low: Ints,
    high: Ints,
    wanted: Ints,
    most: int,
    rooms: Ints,
    masks: Ints,
    sums: Ints,
) -> None:
    """Search subsets of at most ``most`` products for the wanted entries, given as row · columns + column."""
    lane = cuda.grid(1)
    if lane < rooms.shape[2]:
        products = rooms[0, :, lane]
        values = rooms[1, :, lane]
        places = rooms[2, :, lane]
        # neighbouring lanes take neighbouring weights of the same output, whose row of second weights is then cached
        for turn in range(lane, wanted.size, rooms.shape[2]):
            o = wanted[turn] // members.shape[0]
            j = wanted[turn] % members.shape[0]
            count = gadget_products(first, second[o], members[j], products)
            mask = fewest_few(products, count, most, low[o, j], high[o, j], values, places)
            masks[turn] = mask
            sums[turn] = total_of(products, count, mask) if mask != NONE else 0


def gadgets_alone(
    first: Ints,
    second: Ints,
    members: Ints,
    low: Ints,
    high: Ints,
    wanted: Ints,
    objective: int,
    rooms: Ints,
    tables: Bytes,
    masks: Ints,
    sums: Ints,
) -> None:
    """Compute ``choose`` for the wanted entries, with the CPU's working memory in device memory."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        products = rooms[lane, 8]
        for turn in range(lane, wanted.size, rooms.shape[0]):
            o = wanted[turn] // members.shape[0]
            j = wanted[turn] % members.shape[0]
            count = gadget_products(first, second[o], members[j], products)
            mask = choose(products, count, low[o, j], high[o, j], objective, rooms[lane], tables[lane])
            masks[turn] = mask
            sums[turn] = total_of(products, count, mask) if mask != NONE else 0


LAYER = "int64[::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[::1], int64"
DRAW_ROWS = Kernel("draw_rows", draw_rows, "void(uint64, uint64, int64, int64, int64[:, ::1])", 256)
GADGETS_QUICKLY = Kernel(
    "gadgets_quickly", gadgets_quickly, f"void({LAYER}, int64[:, :, ::1], int64[::1], int64[::1])", 64
)
GADGETS_ALONE = Kernel(
    "gadgets_alone", gadgets_alone, f"void({LAYER}, int64[:, :, ::1], uint8[:, ::1], int64[::1], int64[::1])", 64
)


@dataclass(frozen=True)
class GadgetTask:
    """The weights of a layer that are to be approximated with the hidden units of one sign.

    ``first`` (hidden units) and the second matrix are in units of 2^-24; low and high, of shape (outputs, inputs), are
    the ends of the admissible sums in units of 2^-48; members[j] are the units of input j, padded by -1.
    """

    seed: np.uint64
    stream: np.uint64
    radius: int
    first: Ints
    members: Ints
    low: Ints
    high: Ints
    objective: int

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise BadInput("objective", self.objective, "give FEWEST, CLOSEST or PILOT")

    def solve(self, wanted: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Return masks (-1 where none exists or none was wanted) and exact sums of the wanted weights, on all GPUs.

        ``wanted`` has the shape (outputs, inputs), and so have both results.
        """
        masks, sums = np.full(wanted.shape, NONE), np.zeros(wanted.shape, np.int64)

        def work(start: int, stop: int) -> None:
            places = np.flatnonzero(wanted[start:stop])
            if len(places):
                found = self._part(start, stop, places)
                masks[start:stop].flat[places], sums[start:stop].flat[places] = found

        on_all_gpus(work, len(wanted), max(1, MATRIX_BYTES // (8 * len(self.first))))
        return masks, sums

    def _part(self, start: int, stop: int, places: Ints) -> tuple[Ints, Ints]:
        """Solve the wanted weights of the outputs start … stop - 1 on the current GPU."""
        second = cuda.device_array((stop - start, len(self.first)), np.int64)
        # drawing on the GPU avoids copying a matrix of outputs · units entries
        threads = (stop - start) * (len(self.first) // 4 + 1)
        DRAW_ROWS.launch(
            min(blocks_for(threads, DRAW_ROWS), 1 << 16), self.seed, self.stream, start, self.radius, second
        )
        ends = (np.ascontiguousarray(end[start:stop]) for end in (self.low, self.high))
        layer = (
            cuda.to_device(self.first), second, *map(cuda.to_device, (np.ascontiguousarray(self.members), *ends))
        )  # fmt: skip
        if self.objective == CLOSEST:
            return self._alone(layer, places)
        lanes = lanes_for(8 * 3 * COLUMN, min(len(places), QUICK_LANES))
        rooms = cuda.device_array((3, COLUMN, lanes), np.int64)
        masks, sums = cuda.to_device(np.full(len(places), UNWRITTEN)), cuda.device_array(len(places), np.int64)
        most = 3 if self.objective == PILOT else 4
        blocks = blocks_for(lanes, GADGETS_QUICKLY)
        GADGETS_QUICKLY.launch(blocks, *layer, cuda.to_device(places), most, rooms, masks, sums)
        found, totals = back(masks, UNWRITTEN), sums.copy_to_host()
        # release the columns before the complete search allocates its much larger rooms
        left = np.flatnonzero(found == NONE)
        if len(left) and self.objective != PILOT:
            del rooms
            found[left], totals[left] = self._alone(layer, places[left])
        return found, totals

    def _alone(self, layer: tuple[object, ...], places: Ints) -> tuple[Ints, Ints]:
        """Run the complete search for some weights, one per thread."""
        lanes = lanes_for(8 * 9 * ROW + BUCKETS, min(len(places), MOST_LANES))
        rooms = cuda.device_array((lanes, 9, ROW), np.int64), cuda.device_array((lanes, BUCKETS), np.uint8)
        masks, sums = cuda.to_device(np.full(len(places), UNWRITTEN)), cuda.device_array(len(places), np.int64)
        blocks = blocks_for(lanes, GADGETS_ALONE)
        GADGETS_ALONE.launch(blocks, *layer, cuda.to_device(places), self.objective, *rooms, masks, sums)
        return back(masks, UNWRITTEN), sums.copy_to_host()
