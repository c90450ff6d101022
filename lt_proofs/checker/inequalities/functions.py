"""Enclosures of elementary functions at rational points, in scaled integers with the error counted.

Each function takes a Fraction and a number of bits and returns Fractions (low, high) around the value; where
the value is rational for a plain reason (exp 0, log 1, sin 0, sqrt of a square) the two are equal.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isqrt

from errors import size as bits_of
from errors import spend, whole_work
from errors import work as work_of
from shapes import Enclosure

GUARD = 16
MAX_ERF = 16


def around(value: int, error: int, bits: int) -> Enclosure:
    """(low, high) from an integer in units of 2^-bits that is off by at most `error` units."""
    return Fraction(value - error, 1 << bits), Fraction(value + error, 1 << bits)


def fixed(x: Fraction, bits: int) -> int:
    """floor(x 2^bits)."""
    return (x.numerator << bits) // x.denominator


def log2_units(bits: int) -> int:
    """ln 2 in units of 2^-bits, within 2 units; it costs the same whether it is remembered or not."""
    pay(bits)
    return log2_series(bits)


@lru_cache(maxsize=64)
def log2_series(bits: int) -> int:
    """2 atanh(1/3)."""
    work = bits + GUARD
    return arc_series((1 << work) // 3, work, 1)[0] * 2 >> GUARD


def pay(bits: int) -> None:
    """Count the work of a series to so many bits: each term wins two bits or more and costs two products at most."""
    bits += 2 * GUARD
    spend(bits * (10 + whole_work(bits, bits)) // 2)


def take(x: Fraction, bits: int) -> None:
    """Count the work of bringing a rational to fixed point, in a few operations, and of one series."""
    pay(bits + 64)
    spend(6 * work_of(bits_of(x), bits_of(x) + 2 * bits))


def arc_series(t: int, bits: int, sign: int) -> tuple[int, int]:
    """(atanh, error) for sign 1, (atan, error) for sign -1, of t/2^bits <= 1/2, in units; the tail is below a unit."""
    square, total, term, k = t * t >> bits, 0, t, 1
    while term:
        total += term // k if sign > 0 or k % 4 == 1 else -(term // k)
        term, k = term * square >> bits, k + 2
    return total, k + 4


def exp(x: Fraction, bits: int) -> Enclosure:
    """exp by x = k ln 2 + r, the series at r / 2^8, and eight squarings."""
    if x == 0:
        return Fraction(1), Fraction(1)
    take(x, bits)
    work = bits + GUARD + 24 + max(abs(x.numerator) // x.denominator, 1).bit_length()
    k = round(x * (1 << 20) / Fraction(726817))  # 726817/2^20 is ln 2 to 2^-21: any integer near x / ln 2 serves
    r = fixed(x, work) - k * log2_units(work)
    r_error = 2 * abs(k) + 1
    small = r >> 8
    total, term, n = 0, 1 << work, 0
    while term and n < work:
        total += term
        n += 1
        term = term * small // n >> work
    error = n + 3 + (r_error >> 7)
    for _ in range(8):
        total, error = total * total >> work, 2 * error * (total + error) // (1 << work) + error + 2
    low, high = around(total, error, work)
    scale = Fraction(2) ** k
    return low * scale, high * scale


def log(x: Fraction, bits: int) -> Enclosure:
    """log of x > 0 by x = 2^k m, m in [1/2, 2], and atanh((m-1)/(m+1))."""
    if x == 1:
        return Fraction(0), Fraction(0)
    take(x, bits)
    work = bits + GUARD + 8
    k = x.numerator.bit_length() - x.denominator.bit_length()
    m = x / Fraction(2) ** k
    t = (m - 1) / (m + 1)
    total, error = arc_series(fixed(abs(t), work), work, 1)
    value = 2 * (total if t >= 0 else -total) + k * log2_units(work)
    return around(value, 2 * error + 4 + 2 * abs(k), work)


def sqrt(x: Fraction, bits: int) -> Enclosure:
    """Square root of x >= 0."""
    long = 2 * (bits + GUARD + bits_of(x))
    spend(4 * work_of(long, long))
    root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
    if root * root == x:
        return root, root
    shift = 2 * (bits + GUARD + x.denominator.bit_length())
    value = isqrt((x.numerator << shift) // x.denominator)
    return Fraction(value, 1 << shift // 2), Fraction(value + 1, 1 << shift // 2)


def pi(bits: int) -> Enclosure:
    """(low, high) around pi; it costs the same whether it is remembered or not."""
    pay(bits)
    return pi_series(bits)


@lru_cache(maxsize=64)
def pi_series(bits: int) -> Enclosure:
    """Machin's formula 16 atan(1/5) - 4 atan(1/239)."""
    work = bits + GUARD
    first, e = arc_series((1 << work) // 5, work, -1)
    second, f = arc_series((1 << work) // 239, work, -1)
    return around(16 * first - 4 * second, 16 * e + 4 * f, work)


def atan(x: Fraction, bits: int) -> Enclosure:
    """atan by atan x = pi/2 - atan(1/x) and atan t = 2 atan(t / (1 + sqrt(1 + t^2)))."""
    if x == 0:
        return Fraction(0), Fraction(0)
    if x < 0:
        low, high = atan(-x, bits)
        return -high, -low
    if x > 1:
        low, high = atan(1 / x, bits)
        half = pi(bits + 4)
        return half[0] / 2 - high, half[1] / 2 - low
    take(x, bits)
    take(x, bits)
    work = bits + GUARD
    root = sqrt(1 + x * x, work)
    (least, e), (most, f) = (arc_series(fixed(x / (1 + end), work), work, -1) for end in root[::-1])
    return around(2 * least, 2 * e + 2, work)[0], around(2 * most, 2 * f + 2, work)[1]


def erf(x: Fraction, bits: int) -> Enclosure:
    """erf x = 2/sqrt(pi) exp(-x^2) (x + 2x^3/3 + 4x^5/15 + ...); between 1 - exp(-x^2) and 1 for large x."""
    if x == 0:
        return Fraction(0), Fraction(0)
    if x < 0:
        low, high = erf(-x, bits)
        return -high, -low
    if x > MAX_ERF:
        return 1 - Fraction(1, 1 << 2 * MAX_ERF * MAX_ERF * 72 // 100), Fraction(1)
    steps = 2 * int(x * x) + 2  # from there on each term is at most half of the one before, and soon below a unit
    work = bits + GUARD + 2 * steps
    take(x, 2 * work)
    spend((steps + work) * (20 + whole_work(work, work)))
    below, above = fixed(x, work), -fixed(-x, work)
    twice = [fixed(2 * x * x, work), -fixed(-2 * x * x, work)]
    sums, n = [0, 0], 0
    while above > 1 or n < steps:
        sums = [sums[0] + below, sums[1] + above]
        n += 1
        below = (below * twice[0] >> work) // (2 * n + 1)
        above = -((-above * twice[1] >> work) // (2 * n + 1))
    sums[1] += 2 * above
    least, most = exp(-x * x, work)
    half, other = (sqrt(end, work)[side] for side, end in enumerate(pi(work)))
    return Fraction(2 * sums[0], 1 << work) * least / other, min(
        Fraction(2 * sums[1], 1 << work) * most / half, Fraction(1)
    )


def sin_cos(x: Fraction, bits: int) -> tuple[Enclosure, Enclosure]:
    """((low, high) of sin, (low, high) of cos) by reduction modulo pi/2 and the two series."""
    if x == 0:
        return (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))
    take(x, bits)
    take(x, bits)
    size = max(abs(x.numerator) // x.denominator, 1).bit_length()
    work = bits + GUARD
    low, high = pi(work + size)
    quarter = round(2 * x / low)
    r = fixed(x - quarter * low / 2, work)
    error = 4 + int(abs(quarter) * (high - low) * (1 << work))
    sine, cosine = (around(alternating(*first, r, work), error + work, work) for first in ((r, 1), (1 << work, 0)))
    for _ in range(quarter % 4):
        sine, cosine = cosine, (-sine[1], -sine[0])
    sine, cosine = ((max(low, Fraction(-1)), min(high, Fraction(1))) for low, high in (sine, cosine))
    return sine, cosine


def alternating(first: int, k: int, r: int, bits: int) -> int:
    """first - first r^2/((k+1)(k+2)) + … in units of 2^-bits."""
    total, term, square = 0, first, r * r >> bits
    while term not in (0, -1):
        total += term
        term = -(term * square >> bits) // ((k + 1) * (k + 2))
        k += 2
    return total
