"""The best subset on a GPU: one block of threads per instance runs the hash sieve in shared memory.

Steps and formulas are those of ``sieve.sieve``; the threads of a block share what the CPU does in a loop. Up to n = 22
the sums of both halves, a bit table of 2^15 buckets and three short lists take 42 KiB of shared memory, so five blocks
of 128 threads fit a multiprocessor: while one waits at a barrier, or for its first thread, the others continue. At n =
21 one instance takes about 3,800 instructions per thread (counted by benchmarks/limits.py): 3,072 sums, three passes
that set two bits for each remaining sum, one probe per sum, and about 160 pairs at the end. Loops are written with
explicit counters and ``unsigned`` indices, because a stepped ``range`` and sign checks took a third of all
instructions. One thread per instance would need 50 KiB of device memory and scattered byte accesses for the table; one
warp per instance would have nothing to do while it waits at its own barriers.

An instance that the sieve gives up – no pair close enough, too many survivors, too few samples – goes to ``closest_of``
itself, one thread per instance, so the answers equal those of the CPU in every case. Exponentials and square roots only
choose the bucket width; their last bits may differ from those of the CPU.
"""

from __future__ import annotations

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel
from lt_proofs.kernels.halves import FAR, elements
from lt_proofs.kernels.places import unsigned
from lt_proofs.kernels.sieve import LEAST, MOST, TRIES, TWIST, WIDER, closest_of, expected_shift, place_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]

THREADS = 128
# samples of a half whose sums fit shared memory
HALF = 11
SUMS = 1 << HALF
WORDS = SUMS // 2
# room for survivors: an instance with more goes to another kernel
SURVIVORS = 1 << 10
# rank of a mask: its number of elements times this, plus the mask, so that one atomic minimum decides ties
RANKS = 1 << 32
# shared numbers of a block: sums of each list that survive, the least doubled error, the best rank, the bucket shift
COUNT, MORE, LAST, ERROR, RANK, SHIFT = range(6)
FACTS = 6
OPEN = -2


def add_sums(samples: Ints, start: int, stop: int, sums: Ints) -> None:
    """Compute ``few_sums`` with all threads of a block; each sample doubles the list."""
    if cuda.threadIdx.x == 0:
        sums[0] = 0
    cuda.syncthreads()
    for k in range(start, stop):
        count = 1 << (k - start)
        sample = samples[k]
        place = cuda.threadIdx.x
        while place < count:
            sums[unsigned(count + place)] = sums[unsigned(place)] + sample
            place += cuda.blockDim.x
        cuda.syncthreads()


def set_bit(table: Words, place: int) -> None:
    """Set one bit of the table atomically; other threads may set bits of the same word."""
    cuda.atomic.or_(table, place >> 5, np.uint32(1 << (place & 31)))


def has_bit(table: Words, place: int) -> bool:
    """Whether that bit of the table is set."""
    return bool(np.int64(table[place >> 5]) >> (place & 31) & 1 != 0)


def mark_bits(sums: Ints, kept: Ints, count: int, every: bool, shift: int, twist: int, table: Words, last: int) -> None:
    """Compute ``mark`` with all threads: for the first ``count`` sums (``every``) or for those at the kept places."""
    # 32 buckets share a word of the table
    word = cuda.threadIdx.x
    while word < (last + 1) >> 5:
        table[unsigned(word)] = 0
        word += cuda.blockDim.x
    cuda.syncthreads()
    near = (1 << shift) >> 1
    i = cuda.threadIdx.x
    while i < count:
        bucket = (sums[unsigned(i if every else int(kept[unsigned(i)]))] - near) >> shift
        set_bit(table, place_of(bucket, twist, last))
        set_bit(table, place_of(bucket + 1, twist, last))
        i += cuda.blockDim.x
    cuda.syncthreads()


def sift_bits(
    sums: Ints,
    kept: Ints,
    count: int,
    every: bool,
    target: int,
    shift: int,
    twist: int,
    table: Words,
    last: int,
    survivors: Ints,
    facts: Ints,
    fact: int,
) -> int:
    """Compute ``sift`` with all threads: write the places of the survivors in any order; return their number.

    The number may exceed the length of ``survivors``, which then holds only some of them. The order may vary from run
    to run; the answer does not depend on it.
    """
    if cuda.threadIdx.x == 0:
        facts[fact] = 0
    cuda.syncthreads()
    i = cuda.threadIdx.x
    while i < count:
        place = unsigned(i if every else int(kept[unsigned(i)]))
        if has_bit(table, place_of((target - sums[place]) >> shift, twist, last)):
            # the counter hands out places; survivors beyond the end of the list are counted but not stored
            found = cuda.atomic.add(facts, fact, 1)
            if found < survivors.size:
                survivors[unsigned(found)] = place
        i += cuda.blockDim.x
    cuda.syncthreads()
    return int(facts[fact])


def best_of_survivors(
    sums: Ints, kept: Ints, count: int, more_sums: Ints, more_kept: Ints, more: int, half: int, middle: int, facts: Ints
) -> None:
    """Compute ``best_pair`` with all threads: the least doubled error, then the least rank (elements, then mask).

    Two passes over the pairs: the error must be final before ranks of pairs that attain it can be compared.
    """
    if cuda.threadIdx.x == 0:
        facts[ERROR] = FAR
        facts[RANK] = FAR
    cuda.syncthreads()
    # each thread takes the minimum of its own pairs first, so that there is one atomic operation per thread
    error = FAR
    for pair in range(cuda.threadIdx.x, count * more, cuda.blockDim.x):
        i, j = unsigned(int(kept[pair % count])), unsigned(int(more_kept[pair // count]))
        error = min(error, abs(2 * (sums[i] + more_sums[j]) - middle))
    cuda.atomic.min(facts, ERROR, error)
    cuda.syncthreads()
    least = facts[ERROR]
    if error == least:
        for pair in range(cuda.threadIdx.x, count * more, cuda.blockDim.x):
            i, j = unsigned(int(kept[pair % count])), unsigned(int(more_kept[pair // count]))
            # only threads that found the least error look at their pairs again
            if abs(2 * (sums[i] + more_sums[j]) - middle) == least:
                mask = i | j << half
                cuda.atomic.min(facts, RANK, elements(mask) * RANKS + mask)
    cuda.syncthreads()


def sieve_in_block(
    samples: Ints,
    number: int,
    middle: int,
    sums: Ints,
    more_sums: Ints,
    kept: Ints,
    more_kept: Ints,
    last_kept: Ints,
    table: Words,
    facts: Ints,
) -> bool:
    """Compute ``sieve`` with all threads of a block; leave error and rank in ``facts`` and return whether it succeeded.

    As on the CPU, the sums of the first half mark the table and those of the second are sifted, then in turn twice more
    with other twists. Every thread takes the same branches, so all reach the same barriers.
    """
    # the whole table has 16 bits for each sum of the first half, fewer than its words can hold for small n
    half = number // 2
    last = (16 << half) - 1
    target = middle >> 1
    if cuda.threadIdx.x == 0:
        facts[SHIFT] = expected_shift(samples, number, middle)
    add_sums(samples, 0, half, sums)
    add_sums(samples, half, number, more_sums)
    shift = facts[SHIFT]
    for _ in range(TRIES):
        mark_bits(sums, kept, 1 << half, True, shift, 0, table, last)
        more = sift_bits(
            more_sums, more_kept, 1 << (number - half), True, target, shift, 0, table, last, more_kept, facts, MORE
        )
        if more > more_kept.size:
            return False
        mark_bits(more_sums, more_kept, more, False, shift, TWIST, table, last)
        count = sift_bits(sums, kept, 1 << half, True, target, shift, TWIST, table, last, kept, facts, COUNT)
        if count > kept.size:
            return False
        mark_bits(sums, kept, count, False, shift, 2 * TWIST, table, last)
        few = sift_bits(
            more_sums, more_kept, more, False, target, shift, 2 * TWIST, table, last, last_kept, facts, LAST
        )
        if few > last_kept.size or count * few > 64 << (number - half):
            return False
        best_of_survivors(sums, kept, count, more_sums, last_kept, few, half, middle, facts)
        if facts[ERROR] < 1 << shift:
            return True
        shift += WIDER
    return False


def closest_in_blocks(samples: Ints, counts: Ints, middles: Ints, masks: Ints, errors: Ints) -> None:
    """Compute ``closest_each`` for rows of at most 22 samples, one block per row; mask OPEN where the sieve gave up."""
    sums = cuda.shared.array(SUMS, np.int64)
    more_sums = cuda.shared.array(SUMS, np.int64)
    table = cuda.shared.array(WORDS, np.uint32)
    kept = cuda.shared.array(SURVIVORS, np.int16)
    more_kept = cuda.shared.array(SURVIVORS, np.int16)
    last_kept = cuda.shared.array(SURVIVORS, np.int16)
    facts = cuda.shared.array(FACTS, np.int64)
    row = cuda.blockIdx.x
    number = counts[row]
    found = False
    if LEAST <= number <= 2 * HALF:
        found = sieve_in_block(
            samples[row], number, middles[row], sums, more_sums, kept, more_kept, last_kept, table, facts
        )
    if cuda.threadIdx.x == 0:
        masks[row] = facts[RANK] & (RANKS - 1) if found else OPEN
        errors[row] = facts[ERROR] if found else FAR


def closest_in_memory(
    samples: Ints,
    counts: Ints,
    middles: Ints,
    both_sums: Ints,
    lists: Ints,
    tables: Words,
    masks: Ints,
    errors: Ints,
) -> None:
    """Compute ``closest_each`` for rows of at most 32 samples; each block has its lists and table in device memory."""
    facts = cuda.shared.array(FACTS, np.int64)
    block = cuda.blockIdx.x
    for row in range(block, len(counts), cuda.gridDim.x):
        number = counts[row]
        found = False
        if LEAST <= number <= MOST:
            found = sieve_in_block(
                samples[row],
                number,
                middles[row],
                both_sums[block, 0],
                both_sums[block, 1],
                lists[block, 0],
                lists[block, 1],
                lists[block, 2],
                tables[block],
                facts,
            )
        # the block reuses ``facts`` for its next row, so nobody may go on before the result has been read
        cuda.syncthreads()
        if cuda.threadIdx.x == 0:
            masks[row] = facts[RANK] & (RANKS - 1) if found else OPEN
            errors[row] = facts[ERROR] if found else FAR
        cuda.syncthreads()


def closest_alone(
    samples: Ints, counts: Ints, middles: Ints, rooms: Ints, tables: Bytes, masks: Ints, errors: Ints
) -> None:
    """Compute ``closest_each``, one row per thread, with the CPU's working memory in device memory."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        for row in range(lane, len(counts), rooms.shape[0]):
            mask, error = closest_of(samples[row], counts[row], middles[row], rooms[lane], tables[lane])
            masks[row] = mask
            errors[row] = error


CLOSEST_IN_BLOCKS = Kernel(
    "closest_in_blocks",
    closest_in_blocks,
    "void(int64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1])",
    THREADS,
)
CLOSEST_IN_MEMORY = Kernel(
    "closest_in_memory",
    closest_in_memory,
    "void(int64[:, ::1], int64[::1], int64[::1], int64[:, :, ::1], int32[:, :, ::1], uint32[:, ::1], int64[::1],"
    " int64[::1])",
    THREADS,
)
CLOSEST_ALONE = Kernel(
    "closest_alone",
    closest_alone,
    "void(int64[:, ::1], int64[::1], int64[::1], int64[:, :, ::1], uint8[:, ::1], int64[::1], int64[::1])",
    64,
)
