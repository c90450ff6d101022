"""The Markov chain of coverage on all subsets of a small window, modulo a prime.

A state is the set of covered points, one bit each. A state only ever moves to a larger number, so one
array holds the masses before and after a step if states are left from the largest to the smallest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
PRIME_BITS = 40
WEIGHT_BITS = 20


def after(state: int, value: int, full: int) -> int:
    """The state s ∪ ((s + value) ∩ window).

    >>> bin(after(0b0011, 2, 0b1111))
    '0b1111'
    """
    moved = (state << value) & full if value >= 0 else state >> -value
    return state | moved


def step(masses: Ints, points: int, values: Ints, weights: Ints, prime: int) -> None:
    """One more sample: the state s goes to s ∪ ((s + value) ∩ window) with its weight, modulo the prime.

    Masses are below the prime, which is below 2^40, and weights below 2^20: sums are kept below 2^62 by
    taking away a multiple of the prime.
    """
    full = (1 << points) - 1
    multiple = prime << (61 - PRIME_BITS)
    for state in range(full, -1, -1):
        mass = masses[state] % prime
        masses[state] = 0
        if mass == 0:
            continue
        for k in range(len(values)):
            goal = after(state, values[k], full)
            total = masses[goal] + weights[k] * mass
            masses[goal] = total - multiple if total >= multiple else total
    for state in range(full + 1):
        masses[state] %= prime
