"""First passage on a GPU: one trial per thread, its intervals in the fastest memory that holds them.

A bit set of the grid would need 2^25 cells for the window alone; a list of intervals is exact and short. At ε = 0.01 a
trial typically keeps 35 intervals and rarely more than 60, so four rows of 64 fit into shared memory: 32 KiB for a
warp with 32-bit ends (the uniform law). Rows are interleaved, one word per lane, so that lanes at different entries
never access the same memory bank. A trial takes about 310 turns of one loop of about 60 instructions, and waits as long
again for other lanes of its warp (both counted by benchmarks/limits.py). A warp or block per trial would leave most
lanes idle, because the lists to merge are shorter than a warp. Trials whose rows prove too short are repeated with rows
in device memory, four times as long each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel, back, blocks_for, lanes_for, on_all_gpus
from lt_proofs.kernels.growth import outcome_of
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.laws import check_law
from lt_proofs.kernels.network_passage import network_passage
from lt_proofs.kernels.passage import FULL, first_passage_of

Ints = NDArray[np.int64]

LANES = 32
# entries of a row in shared memory: with 32-bit ends, with 64-bit ends
NARROW, WIDE = 64, 32
# the sentinel of 32-bit rows, above all sums
NARROW_FAR = (1 << 31) - 1
# a window of more than this many interval widths is expected to need longer rows than shared memory has
WIDTHS_OF_WINDOW = 110
# factor by which rows grow after they proved too short
LONGER = 4
MOST_LANES = 1 << 16
# trials of one launch: a few tenths of a second, so that Ctrl-C is noticed and no time limit of a display is exceeded
CHUNK, LISTED_CHUNK, NETWORK_CHUNK = 1 << 22, 1 << 16, 1 << 14
UNWRITTEN = -3


def passages_narrow(
    law: int, seed: np.uint64, start: int, width: int, low: int, high: int, most: int, passages: Ints
) -> None:
    """Compute ``first_passages`` where all sums fit 32 bits: one trial per thread, 32-bit rows in shared memory."""
    rows = cuda.shared.array((4, NARROW, LANES), np.int32)
    place = cuda.grid(1)
    if place < passages.size:
        # entry k of all lanes lies in one row of shared memory, a word per lane
        room = rows[:, :, cuda.threadIdx.x]
        trial = np.uint64(start + place)
        passages[place] = first_passage_of(law, seed, trial, width, low, high, most, NARROW_FAR, NARROW - 1, room)


def passages_wide(
    law: int, seed: np.uint64, start: int, width: int, low: int, high: int, most: int, passages: Ints
) -> None:
    """Compute ``first_passages``, one trial per thread, 64-bit rows in shared memory."""
    rows = cuda.shared.array((4, WIDE, LANES), np.int64)
    place = cuda.grid(1)
    if place < passages.size:
        room = rows[:, :, cuda.threadIdx.x]
        trial = np.uint64(start + place)
        passages[place] = first_passage_of(law, seed, trial, width, low, high, most, FAR, WIDE - 1, room)


def passages_listed(
    law: int,
    seed: np.uint64,
    start: int,
    trials: Ints,
    width: int,
    low: int,
    high: int,
    most: int,
    rooms: Ints,
    passages: Ints,
) -> None:
    """Compute the first passages of the trials start + trials[i], with rows in device memory."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        room = rooms[lane]
        index_mask = rooms.shape[2] - 1
        for turn in range(lane, trials.size, rooms.shape[0]):
            trial = np.uint64(start + trials[turn])
            passages[turn] = first_passage_of(law, seed, trial, width, low, high, most, FAR, index_mask, room)


def network_passages(
    seed: np.uint64,
    start: int,
    widths: Ints,
    grids: Ints,
    most: int,
    weights: Ints,
    rooms: Ints,
    passages: Ints,
) -> None:
    """Compute ``network_passages``, one random network per thread, with its working memory in device memory."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        for place in range(lane, passages.size, rooms.shape[0]):
            # networks are numbered by seed, because every trial number already names a row of a matrix
            key = seed + np.uint64(start + place)
            passages[place] = network_passage(key, widths, grids, most, weights[lane], rooms[lane])


PLAIN = "int64, uint64, int64, int64, int64, int64, int64"
PASSAGES_NARROW = Kernel("passages_narrow", passages_narrow, f"void({PLAIN}, int64[::1])", LANES)
PASSAGES_WIDE = Kernel("passages_wide", passages_wide, f"void({PLAIN}, int64[::1])", LANES)
PASSAGES_LISTED = Kernel(
    "passages_listed",
    passages_listed,
    "void(int64, uint64, int64, int64[::1], int64, int64, int64, int64, int64[:, :, ::1], int64[::1])",
    64,
)
NETWORK_PASSAGES = Kernel(
    "network_passages",
    network_passages,
    "void(uint64, int64, int64[::1], int64[:, ::1], int64, int64[:, :, ::1], int64[:, :, ::1], int64[::1])",
    64,
)


def growth_outcomes(
    law: int, bits: int, seed: np.uint64, start: int, begin: int, steps: int, rooms: Ints, results: Ints
) -> None:
    """Compute ``growth.outcomes``, one trial per thread, with its intervals in device memory."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        for place in range(lane, results.size, rooms.shape[0]):
            trial = np.uint64(start + place)
            results[place] = outcome_of(law, bits, seed, trial, begin, steps, rooms[lane])


GROWTH_OUTCOMES = Kernel(
    "growth_outcomes",
    growth_outcomes,
    "void(int64, int64, uint64, int64, int64, int64, int64[:, :, ::1], int64[::1])",
    64,
)


@dataclass(frozen=True)
class PassageTask:
    """The arguments of ``first_passages`` on the grid of a law with units of 2^-bits.

    ``kept`` bounds the number of intervals that may have to be kept.
    """

    law: int
    bits: int
    seed: np.uint64
    width: int
    low: int
    high: int
    most: int
    kept: int

    def __post_init__(self) -> None:
        check_law(self.law)

    def first_passages(self, start: int, passages: Ints) -> None:
        """Write the first passages of consecutive trials from ``start``, on all GPUs."""

        def work(first: int, stop: int) -> None:
            passages[first:stop] = self._part(start + first, stop - first)

        on_all_gpus(work, len(passages), LISTED_CHUNK if self._fine else CHUNK)

    @property
    def _fine(self) -> bool:
        """Whether more intervals are expected than fit into shared memory."""
        return (2 << self.bits) > WIDTHS_OF_WINDOW * (self.width + 1)

    def _part(self, start: int, trials: int) -> Ints:
        """Return the first passages of the trials start, …, start + trials - 1, on the current GPU."""
        if self._fine:
            length = self._long_enough((2 << self.bits) // (self.width + 1))
            return self._listed(start, np.arange(trials), length)
        # the largest end is the sum of all absolute values plus a width; it must stay below the 32-bit sentinel
        narrow = (self.most << self.bits) + 2 * self.width < NARROW_FAR
        kernel = PASSAGES_NARROW if narrow else PASSAGES_WIDE
        device = cuda.to_device(np.full(trials, UNWRITTEN))
        question = self.width, self.low, self.high, self.most
        kernel.launch(blocks_for(trials, kernel), self.law, self.seed, start, *question, device)
        passages = back(device, UNWRITTEN)
        # the few trials with too many intervals are repeated; each trial is drawn anew from its own number
        again = np.flatnonzero(passages == FULL)
        if len(again):
            passages[again] = self._listed(start, again, self._long_enough(LONGER * NARROW))
        return passages

    def _listed(self, start: int, trials: Ints, length: int) -> Ints:
        """Return the first passages of the trials start + trials[i], with rows of that length or longer if needed."""
        bytes_each = 4 * length * 8
        lanes = lanes_for(bytes_each, min(len(trials), MOST_LANES))
        rooms = cuda.device_array((lanes, 4, length), np.int64)
        device = cuda.to_device(np.full(len(trials), UNWRITTEN))
        question = self.width, self.low, self.high, self.most
        PASSAGES_LISTED.launch(
            blocks_for(lanes, PASSAGES_LISTED),
            self.law,
            self.seed,
            start,
            cuda.to_device(trials),
            *question,
            rooms,
            device,
        )
        passages = back(device, UNWRITTEN)
        again = np.flatnonzero(passages == FULL)
        if len(again):
            # longer rows for fewer trials: free the old ones first
            del rooms
            passages[again] = self._listed(start, trials[again], self._long_enough(LONGER * length))
        return passages

    def _long_enough(self, expected: int) -> int:
        """Return a power of two: the least that is at least ``expected``, or that holds all intervals if it is less."""
        return 1 << min(expected - 1, 2 * self.kept + 2).bit_length()


@dataclass(frozen=True)
class NetworkTask:
    """The arguments of ``network_passages``; ``kept`` bounds the number of intervals that may have to be kept."""

    seed: np.uint64
    widths: Ints
    grids: Ints
    most: int
    kept: int

    def passages(self, start: int, passages: Ints) -> None:
        """Write the passages of the networks with the seeds seed + start, …, on all GPUs."""
        # a union with its copy has up to twice the intervals, and one place is for the sentinel
        row = 2 * self.kept + 3

        def work(first: int, stop: int) -> None:
            lanes = lanes_for(8 * (4 * row + 2 * self.most), min(stop - first, MOST_LANES))
            device = cuda.to_device(np.full(stop - first, UNWRITTEN))
            rooms = cuda.device_array((lanes, 4, row), np.int64)
            weights = cuda.device_array((lanes, 2, self.most), np.int64)
            tables = cuda.to_device(self.widths), cuda.to_device(self.grids)
            blocks = blocks_for(lanes, NETWORK_PASSAGES)
            NETWORK_PASSAGES.launch(blocks, self.seed, start + first, *tables, self.most, weights, rooms, device)
            passages[first:stop] = back(device, UNWRITTEN)

        on_all_gpus(work, len(passages), NETWORK_CHUNK)


@dataclass(frozen=True)
class GrowthTask:
    """The arguments of ``growth.outcomes``, with rows of ``size`` entries for the intervals."""

    law: int
    bits: int
    seed: np.uint64
    begin: int
    steps: int
    size: int

    def __post_init__(self) -> None:
        check_law(self.law)

    def outcomes(self, start: int, results: Ints) -> None:
        """Write the outcomes of consecutive trials from ``start``, on all GPUs."""

        def work(first: int, stop: int) -> None:
            lanes = lanes_for(8 * 4 * self.size, min(stop - first, MOST_LANES))
            device = cuda.to_device(np.full(stop - first, UNWRITTEN))
            rooms = cuda.device_array((lanes, 4, self.size), np.int64)
            question = self.law, self.bits, self.seed, start + first, self.begin, self.steps
            GROWTH_OUTCOMES.launch(blocks_for(lanes, GROWTH_OUTCOMES), *question, rooms, device)
            results[first:stop] = back(device, UNWRITTEN)

        on_all_gpus(work, len(results), LISTED_CHUNK)
