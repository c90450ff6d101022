"""The Markov chain of the covered set on all subsets of a small window, computed modulo a prime (Mathematics 2.28).

The restricted process K ↦ K ∪ ((K + X) ∩ window) is a Markov chain on the subsets of the window. A state is an
integer with one bit for each covered point. Its masses are integers (probabilities times a common denominator) that
may have thousands of bits; they are computed modulo several primes below 2^40 and put together by the Chinese
remainder theorem in ``subset_sum.probability``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
PRIME_BITS = 40
WEIGHT_BITS = 20


def after(state: int, value: int, full: int) -> int:
    """Return the state s ∪ ((s + value) ∩ window), where ``full`` is the state of the whole window.

    >>> bin(after(0b0011, 2, 0b1111))
    '0b1111'
    """
    moved = (state << value) & full if value >= 0 else state >> -value
    return state | moved


def step(masses: Ints, points: int, values: Ints, weights: Ints, prime: int) -> None:
    """Apply one sample in place: state s passes weights[k] times its mass to s ∪ ((s + values[k]) ∩ window).

    ``masses`` has 2^points residues below the prime, which is below 2^40; weights are below 2^20. Work is
    2^points · len(values).
    """
    full = (1 << points) - 1
    # Entries are reduced lazily: they stay below this multiple of the prime, which is below 2^61, and a summand is
    # below 2^20 · 2^40 = 2^60, so no sum reaches 2^62.
    multiple = prime << (61 - PRIME_BITS)
    # A transition only adds bits, so it leads to a larger number. In decreasing order every target has already passed
    # its own mass on, and one array can hold the masses before and after the step.
    for state in range(full, -1, -1):
        # the state passes all of its mass on; what stays in it comes back as a transition to itself
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
