"""Finite companions on a GPU: least cuts over all subsets of a grid, and the Markov chain of the covered set.

Cuts: each thread takes subsets with a stride; each block keeps its least cuts in shared memory, which a thread writes
only where it improves on them. Chain: each state adds its mass, times a weight modulo the prime, to the states that one
more sample leads to. At most 2^22 states lead to a given state by a given sample value and residues are below 2^40, so
2^62 bounds the sums for one value; as many values are applied together as fit 62 bits before the sums are reduced
again. Integer addition is associative, so the order in which threads add does not matter. Masses that reach the full
window are first summed by their thread: otherwise nearly all atomic additions would contend for this one word.
"""

from __future__ import annotations

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel, blocks_for, on_all_gpus
from lt_proofs.kernels.chain import PRIME_BITS, after
from lt_proofs.kernels.cuts import mixed_at
from lt_proofs.kernels.halves import elements

Ints = NDArray[np.int64]

MOST_POINTS = 32
TABLE = MOST_POINTS * (MOST_POINTS + 1)
BLOCKS = 1024
# sums of residues are kept below 2^62
SUM_BITS = 62
# more than any cut
MANY = 1 << 30


def least_cuts(start: int, stop: int, points: int, least: Ints) -> None:
    """Compute ``cuts.lower_least`` for the subsets start … stop - 1 with all threads; ``least`` is the flat table."""
    own = cuda.shared.array(TABLE, np.int32)
    entries = points * (points + 1)
    for entry in range(cuda.threadIdx.x, entries, cuda.blockDim.x):
        own[entry] = MANY
    cuda.syncthreads()
    for subset in range(start + cuda.grid(1), stop, cuda.gridsize(1)):
        size = elements(subset)
        cut = 0
        for radius in range(1, points):
            cut += mixed_at(subset, points, radius)
            entry = radius * (points + 1) + size
            # the plain read may be stale, but entries only decrease: it can cause a superfluous atomic, never miss one
            if cut < own[entry]:
                cuda.atomic.min(own, entry, cut)
    cuda.syncthreads()
    for entry in range(cuda.threadIdx.x, entries, cuda.blockDim.x):
        cuda.atomic.min(least, entry, np.int64(own[entry]))


def push_masses(
    masses: Ints, full: int, values: Ints, weights: Ints, first: int, stop: int, prime: int, goals: Ints
) -> None:
    """Add weights[k] times the mass of every state to the state that values[k] leads to, for k = first … stop - 1."""
    certain = 0
    for state in range(cuda.grid(1), full + 1, cuda.gridsize(1)):
        mass = masses[state]
        if mass != 0:
            for k in range(first, stop):
                goal = after(state, values[k], full)
                # a weight is below 2^20 and a mass below 2^40, so the product fits
                share = weights[k] * mass % prime
                if goal == full:
                    certain = (certain + share) % prime
                else:
                    cuda.atomic.add(goals, goal, share)
    if certain != 0:
        cuda.atomic.add(goals, full, certain)


def settle_masses(goals: Ints, full: int, prime: int) -> None:
    """Reduce all masses modulo the prime."""
    for state in range(cuda.grid(1), full + 1, cuda.gridsize(1)):
        goals[state] %= prime


LEAST_CUTS = Kernel("least_cuts", least_cuts, "void(int64, int64, int64, int64[::1])", 256)
PUSH_MASSES = Kernel(
    "push_masses",
    push_masses,
    "void(int64[::1], int64, int64[::1], int64[::1], int64, int64, int64, int64[::1])",
    256,
)
SETTLE_MASSES = Kernel("settle_masses", settle_masses, "void(int64[::1], int64, int64)", 256)


def least_cuts_of(points: int, table: Ints) -> None:
    """Lower table[radius, size] to the least cuts over all subsets of ``points`` points, on all GPUs."""
    found: list[Ints] = []

    def work(start: int, stop: int) -> None:
        least = cuda.to_device(table.ravel())
        blocks = min(BLOCKS, blocks_for(stop - start, LEAST_CUTS))
        LEAST_CUTS.launch(blocks, start, stop, points, least)
        found.append(least.copy_to_host())

    on_all_gpus(work, 1 << points, max(1 << points >> 6, 1 << 16))
    np.minimum(table, np.minimum.reduce(found).reshape(table.shape), out=table)


def masses_of_full(begin: int, points: int, values: Ints, weights: Ints, steps: int, primes: list[int]) -> list[int]:
    """Return, modulo each prime, the mass of the full window after ``steps`` samples from the state ``begin``.

    Each GPU takes whole primes.
    """
    full = (1 << points) - 1
    together = 1 << max(SUM_BITS - PRIME_BITS - points, 0)
    blocks = min(BLOCKS, blocks_for(full + 1, PUSH_MASSES))
    residues = [0] * len(primes)

    def work(first: int, stop: int) -> None:
        law = cuda.to_device(values), cuda.to_device(weights)
        for place in range(first, stop):
            masses = np.zeros(full + 1, np.int64)
            masses[begin] = 1
            # two arrays: with many threads there is no order in which one array could serve for before and after
            here = cuda.to_device(masses)
            for _ in range(steps):
                there = cuda.to_device(np.zeros(full + 1, np.int64))
                # between two reductions as many values are applied as 62 bits have room for
                for k in range(0, len(values), together):
                    until = min(k + together, len(values))
                    PUSH_MASSES.launch(blocks, here, full, *law, k, until, primes[place], there)
                    SETTLE_MASSES.launch(blocks, there, full, primes[place])
                here = there
            residues[place] = int(here[full : full + 1].copy_to_host()[0])

    on_all_gpus(work, len(primes), 1)
    return residues
