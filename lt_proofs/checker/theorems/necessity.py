"""What is necessary: samples whose subset sums miss a part of the window with more than a given probability."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate, pairwise
from math import comb, isqrt

from errors import Malformed, Rejected, size, spend, work
from inequalities.intervals import evaluate
from inequalities.points import exact, value
from inequalities.syntax import LAW_FILES
from shapes import Data, Judgement, Law
from theorems.obligations import HALF, ONE, TWO, ZERO

# probabilities are whole multiples of 2^-80; a product of two of them, with what is carried, fits into a lane
BITS, LANE = 80, 24
ACCURACY = 64
MAX_POINTS = 1 << 14
MAX_SAMPLES = 4096
MAX_TILT = 1 << 10
Distribution = Callable[[Fraction], Fraction]


def reach(goal: Judgement, data: dict[str, Data]) -> str:
    """Mathematics 5.48: the subset sums miss a point of the window if a sum of independent variables is small.

    With the tilt 0 the sum is that of the positive samples, and the end L/2 of the window is missed if it is below
    L/2 - t.  With a tilt k > 0 the sum is that of ln(1 + e^(k X)) over the samples X that are not 0: where the window
    is covered, the integral of e^(k z) over it shows that the sum is at least ln(sinh(k L/2)/sinh(k t)).  Each variable
    is rounded up to multiples of a step, which can only enlarge the sum.
    """
    length, tolerance, chance, samples = (value(goal[x], {}) for x in ("length", "tolerance", "chance", "samples"))
    tilt, points = exact(data.get("tilt")), data.get("points")
    if not (0 < tolerance < length / 2 and 0 <= chance < 1):
        raise Rejected("a tolerance of less than half the window and a probability below 1 are needed")
    if samples.denominator != 1 or not 0 <= samples <= MAX_SAMPLES:
        raise Rejected(f"a whole number of at most {MAX_SAMPLES} samples is needed")
    if type(points) is not int or not 0 <= points <= MAX_POINTS or not 0 <= tilt <= MAX_TILT:
        raise Malformed(f"the points are a whole number up to {MAX_POINTS}, and the tilt a number up to {MAX_TILT}")
    below, zero = distribution(goal["law"])
    n, end = int(samples), length / 2 - tolerance
    if points == 0:
        found = simplices(goal["law"], n, end)
    else:
        spend(points * 400)
        step = rounding(tilt, points, length, tolerance)
        levels = [k * step for k in range(points + 1)]
        reached = [zero + below(x) for x in (tilted(levels, tilt) if tilt else levels)]
        found = power([0, *(int(p * (1 << BITS)) for p in reached)], n, points)
    if found <= chance:
        raise Rejected(f"the probability found is {float(found):.6g}, not more than the chance")
    return "the probability exactly" if points == 0 else f"{points} steps"


def distribution(law: Law) -> tuple[Distribution, Fraction]:
    """A lower bound of P(X <= x), for samples that are not 0, and the probability of 0."""
    kind, *numbers = law
    if kind == "uniform":
        radius = value(numbers[0], {})
        if radius <= 0:
            raise Rejected("a positive radius is needed")
        return lambda x: min(ONE, max(ZERO, (x + radius) / (2 * radius))), ZERO
    products = LAW_FILES.get(kind, {}).get("products")
    if products is None:
        raise Rejected("a uniform law, or one that is 0 or a product, is needed")
    share = Fraction(products)
    return lambda x: share * product_below(x), 1 - share


def product_below(x: Fraction) -> Fraction:
    """A lower bound of the probability that a product of uniform factors on [0, 1] and [-1, 1] is at most x."""
    if abs(x) >= 1:
        return ONE if x > 0 else ZERO
    if x == 0:
        return HALF
    size_of = abs(x)
    low, high, _, _ = evaluate(("/", ("*", size_of, ("-", ONE, ("log", size_of))), TWO), {}, ACCURACY)
    return HALF + low if x > 0 else HALF - high


def simplices(law: Law, samples: int, end: Fraction) -> Fraction:
    """P(sum of the positive samples < end), exactly, for a uniform law whose radius is at least the end.

    Of n samples j are positive with probability C(n, j)/2^n; they are below the end together with the probability
    (end/radius)^j/j!, the volume of a simplex.
    """
    kind, *numbers = law
    if kind != "uniform" or value(numbers[0], {}) < end:
        raise Rejected("without points the law must be uniform, with a radius of at least the length to be reached")
    ratio = end / value(numbers[0], {})
    long = size(ratio) * samples + 12 * samples
    spend(samples * work(long, long))
    found, term = ZERO, ONE
    for j in range(samples + 1):
        found += comb(samples, j) * term
        term = term * ratio / (j + 1)
    return found / 2**samples


def rounding(tilt: Fraction, points: int, length: Fraction, tolerance: Fraction) -> Fraction:
    """A step of which so many are less than what the sum is at least where the window is covered."""
    needed = length / 2 - tolerance
    if tilt > 0:
        grown = [("-", ("exp", tilt * x), ("exp", -tilt * x)) for x in (length / 2, tolerance)]
        needed = evaluate(("log", ("/", *grown)), {}, ACCURACY)[0]
    units = int(needed * (1 << ACCURACY)) - 1
    if units < points:
        raise Rejected("the tolerance is too near to half the window")
    return Fraction(units // points, 1 << ACCURACY)


def tilted(levels: list[Fraction], tilt: Fraction) -> list[Fraction]:
    """For each level y a lower bound of the x with ln(1 + e^(tilt x)) = y; for 0 one that no sample is below."""
    terms = (("/", ("log", ("-", ("exp", y), ONE)), tilt) for y in levels[1:])
    return [Fraction(-(1 << ACCURACY)), *(evaluate(term, {}, ACCURACY)[0] for term in terms)]


def power(reached: list[int], samples: int, most: int) -> Fraction:
    """A lower bound of P(sum of n variables <= most), each at most k with probability >= reached_(k+1)/2^80."""
    masses = [high - low for low, high in pairwise(accumulate(reached, max))]
    total, square, left = [1 << BITS, *[0] * most], masses, samples
    while left:
        total = times(total, square) if left & 1 else total
        left >>= 1
        square = times(square, square) if left else square
    return Fraction(sum(total), 1 << BITS)


def times(first: list[int], second: list[int]) -> list[int]:
    """The first coefficients of a product of polynomials with coefficients in units of 2^-80, rounded down."""
    count, bits = len(first), 8 * LANE * len(first)
    spend(20 * count + (bits * isqrt(bits) >> 9))
    one, other = (
        int.from_bytes(b"".join(x.to_bytes(LANE, "little") for x in row), "little") for row in (first, second)
    )
    raw = (one * other).to_bytes(2 * LANE * count, "little")
    lanes = (raw[LANE * k : LANE * (k + 1)] for k in range(count))
    return [int.from_bytes(lane, "little") >> BITS for lane in lanes]
