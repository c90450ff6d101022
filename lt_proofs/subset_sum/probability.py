"""Exact probabilities that random integer samples cover a window of integers (Mathematics 2.28).

This is the finite companion of the covering theorems: X takes finitely many integer values with rational probabilities,
the tolerance is an integer, and the event is that every integer of the window is within it of a subset sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb, gcd, prod

import numpy as np

from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.kernels import chain
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum.threads import Progress

MAX_POINTS = 22
MAX_SAMPLES = 4096
MAX_MULTISETS = 20_000_000
MAX_VALUE = 1 << 20

FiniteLaw = Mapping[int, int | Fraction]


def restricted_probability(
    law: FiniteLaw,
    window: tuple[int, int],
    eps: int,
    n: int,
    *,
    progress: Progress | None = None,
    device: str = "cpu",
) -> Fraction:
    """Return P(K_n = window) for K₀ = points within eps of 0 and K_t = K_{t-1} ∪ ((K_{t-1} + X_t) ∩ window).

    In this restricted process partial sums must stay in the window, as in the proofs. ``law`` maps each value of X to
    its weight, a positive integer or fraction; weights need not add up to 1. The Markov chain on the subsets of at most
    22 points is computed modulo primes, and the numerator is recovered by the Chinese remainder theorem.

    >>> restricted_probability({-1: 1, 0: 1, 1: 1}, (0, 2), 0, 2)
    Fraction(1, 9)

    Memory is 8 bytes for each of 2^points states. Raises BadInput for a window of more than 22 points, an eps or n out
    of range, or weights whose common denominator is 2^20 or more.
    """
    values, weights = _integer_weights(law)
    low, high, points = _checked_window(window, eps, n)
    if points > MAX_POINTS:
        raise BadInput("window", f"{points} points", f"give at most {MAX_POINTS}")
    if max(weights) >> chain.WEIGHT_BITS:
        raise BadInput("law", "a weight", f"give weights with a common denominator below 2^{chain.WEIGHT_BITS}")
    # bit i of a state stands for the point low + i of the window
    begin = sum(1 << (z - low) for z in range(max(low, -eps), min(high, eps) + 1))
    inside = [(v, w) for v, w in zip(values, weights, strict=True) if abs(v) < points]
    moves = np.array([v for v, _ in inside], np.int64)
    chances = np.array([w for _, w in inside], np.int64)
    still = sum(weights) - int(chances.sum())
    # a sample as large as the window moves nothing inside it; all such samples count together as the value 0
    moves, chances = np.append(moves, 0), np.append(chances, still)
    # the numerator is at most the denominator, so primes whose product exceeds that determine it
    primes = _primes(sum(weights) ** n)
    if check_device(device) == "cuda":
        from lt_proofs.cuda.finite import masses_of_full

        residues = masses_of_full(begin, points, moves, chances, n, primes)
        return Fraction(_chinese_remainder(residues, primes), sum(weights) ** n)
    residues = []
    for done, prime in enumerate(primes):
        masses = np.zeros(1 << points, np.int64)
        masses[begin] = 1
        for number in range(n):
            compiled(chain.step)(masses, points, moves, chances, prime)
            if progress is not None:
                progress(done * n + number + 1, len(primes) * n)
        residues.append(int(masses[-1]))
    return Fraction(_chinese_remainder(residues, primes), sum(weights) ** n)


def exact_probability(
    law: FiniteLaw, window: tuple[int, int], eps: int, n: int, *, progress: Progress | None = None
) -> Fraction:
    """Return P(every integer of the window is within eps of a subset sum of X₁, …, Xₙ); sums may leave the window.

    Multisets of n values are enumerated; a multiset that covers already is not extended. ``law`` is as for
    ``restricted_probability``.

    >>> exact_probability({-1: 1, 0: 1, 1: 1}, (0, 1), 0, 2)
    Fraction(5, 9)

    Raises BadInput when there are more than 20 million multisets.
    """
    values, weights = _integer_weights(law)
    low, _, points = _checked_window(window, eps, n)
    if comb(len(values) + n - 1, n) > MAX_MULTISETS:
        raise BadInput("n", n, f"over {MAX_MULTISETS} multisets of {len(values)} values; give a smaller n")
    total = _covering_weight(values, weights, n, (1 << points) - 1, low, eps, progress)
    return Fraction(total, sum(weights) ** n)


def _covering_weight(
    values: list[int], weights: list[int], n: int, full: int, low: int, eps: int, progress: Progress | None
) -> int:
    """Return the total weight of the sequences of n values that cover, by the multiplicities of the values.

    Coverage does not depend on the order of the samples, so a multiset counts with its multinomial coefficient. Sets of
    sums are bit sets: bit i of ``sums`` stands for the sum i - reach.
    """
    # no sum lies below -reach, nor does the window with its tolerance: all shifts stay non-negative
    reach = n * max(map(abs, values)) + abs(low) + eps + full.bit_length()
    later = [sum(weights[k:]) for k in range(len(values) + 1)]

    def covers(sums: int) -> bool:
        # smear every bit over 2 eps + 1 places by doubling, then look at the bits of the window
        near, width = sums, 1
        while width < 2 * eps + 1:
            jump = min(width, 2 * eps + 1 - width)
            near |= near << jump
            width += jump
        return (near >> (reach + low + eps)) & full == full

    def count(k: int, left: int, sums: int) -> int:
        # ``left`` samples remain, with values k, k + 1, …; more samples never uncover, so all completions count
        if covers(sums):
            return int(later[k] ** left)
        if k == len(values) or left == 0:
            return 0
        # ``sums`` gains one copy of the value in each turn, so each multiplicity builds on the one before
        total, value = 0, values[k]
        for taken in range(left + 1):
            total += comb(left, taken) * weights[k] ** taken * count(k + 1, left - taken, sums)
            sums |= sums << value if value >= 0 else sums >> -value
            if progress is not None and k == 0:
                progress(taken + 1, left + 1)
        return total

    return count(0, n, 1 << reach)


def _integer_weights(law: FiniteLaw) -> tuple[list[int], list[int]]:
    """Return the values of a law and its weights as integers without a common factor; raise BadInput for other laws."""
    for value, weight in law.items():
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_VALUE:
            raise BadInput("law", value, f"its values must be integers of absolute value at most {MAX_VALUE}")
        if isinstance(weight, bool) or not isinstance(weight, (int, Fraction)) or weight <= 0:
            raise BadInput("law", weight, "its weights must be positive integers or fractions")
    if not law:
        raise BadInput("law", "{}", "give at least one value")
    # any common denominator will do, since common factors are divided out
    unit = prod({Fraction(weight).denominator for weight in law.values()})
    weights = [int(weight * unit) for weight in law.values()]
    common = gcd(*weights)
    return list(law), [weight // common for weight in weights]


def _checked_window(window: tuple[int, int], eps: int, n: int) -> tuple[int, int, int]:
    """Return low end, high end and number of integers of the window; raise BadInput for numbers out of range."""
    for argument, value in (("window", window[0]), ("window", window[1]), ("eps", eps), ("n", n)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(argument, value, "give an integer")
    low, high = window
    if low > high:
        raise BadInput("window", f"{low},{high}", "give the lower end first")
    if max(abs(low), abs(high), eps) > MAX_VALUE or eps < 0:
        raise BadInput("eps" if eps < 0 else "window", (low, high, eps), f"give absolute values up to {MAX_VALUE}")
    if not 0 <= n <= MAX_SAMPLES:
        raise BadInput("n", n, f"give from 0 to {MAX_SAMPLES} samples")
    return low, high, high - low + 1


def _primes(beyond: int) -> list[int]:
    """Return primes below 2^40, the largest first, whose product exceeds the given number."""
    from sympy import prevprime

    primes: list[int] = []
    product = 1
    while product <= beyond:
        primes.append(int(prevprime(primes[-1] if primes else 1 << chain.PRIME_BITS)))
        product *= primes[-1]
    return primes


def _chinese_remainder(residues: list[int], primes: list[int]) -> int:
    """Return the least non-negative integer with these residues, by incremental Chinese remaindering."""
    number, modulus = 0, 1
    for residue, prime in zip(residues, primes, strict=True):
        number += modulus * ((residue - number) * pow(modulus, -1, prime) % prime)
        modulus *= prime
    return number
