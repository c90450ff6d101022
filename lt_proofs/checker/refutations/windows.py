"""Windows, kernels and images that refute a norm, a pooling, an identity, a bias or a bound of residual blocks.

Nothing is taken from the file but the window, the kernel and the image: what reads what is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from data.index_maps import OUTSIDE, Window, line, reads, reads_by_tap, table, window
from errors import Malformed, afford, size, spend, work
from inequalities.points import admissible, exact, exact_point, holds, value
from inequalities.syntax import sequence
from refutations.families import at
from shapes import Data, Judgement, Point
from theorems.obligations import ONE, ZERO, require

Vector = list[Fraction]
MOST = 256


def numbers(data: Data, most: int = MOST) -> Vector:
    """A list of rationals, not empty."""
    return [exact(item) for item in sequence(data, most, least=1)]


def placed(statement: Judgement, data: dict[str, Data]) -> tuple[Point, Window]:
    """The point and the window of a counterexample."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    sizes = sequence(data.get("sizes"), 3, least=1)
    if any(type(size_) is not int or not 1 <= size_ <= MOST for size_ in sizes) or not isinstance(data["window"], dict):
        raise Malformed(f"an image has sizes from 1 to {MOST}, and a window")
    win = window(data["window"], tuple(sizes), "window")
    require(win.pixels <= MOST and win.taps <= MOST, f"at most {MOST} pixels and taps are examined")
    spend(200 * win.taps * len(table(win)))
    return point, win


def pooled(pool: str, pixels: Vector, taps: int) -> Fraction:
    """The pooling of the pixels inside a window with so many taps."""
    if pool == "max":
        return max(pixels)
    return sum(pixels, ZERO) / (len(pixels) if pool == "mean" else taps)


def fits(statement: Judgement, point: Point, **counts: int) -> None:
    """Reject unless the counts of a window are at most what the statement allows, and its taps those it has."""
    for field, count in counts.items():
        sign = {"taps": "=", "inside": ">="}.get(field, "<=")
        require(holds((sign, Fraction(count), statement[field]), point), f"the window has another number: {field}")


def kernel(data: Data, taps: int) -> list[list[Vector]]:
    """A matrix for each tap, all of one shape."""
    found = [[numbers(row, 8) for row in sequence(rows, 8, least=1)] for rows in sequence(data, MOST, least=1)]
    shapes = {(len(rows), len(row)) for rows in found for row in rows}
    require(len(found) == taps and len(shapes) == 1, "the kernel has no matrix for each tap, all of one shape")
    return found


def unrolled(win: Window, taps: list[list[Vector]]) -> list[Vector]:
    """The matrix of a convolution: rows are output positions and channels, columns pixels and channels."""
    rows, columns = len(taps[0]), len(taps[0][0])
    spend(4 * len(table(win)) * rows * columns * (win.pixels + win.taps))
    found = []
    for read in table(win):
        for o in range(rows):
            row = [ZERO] * (win.pixels * columns)
            for tap, p in zip(taps, read, strict=True):
                for i in range(columns if p != OUTSIDE else 0):
                    row[p * columns + i] += tap[o][i]
            found.append(row)
    return found


def applied(matrix: list[Vector], x: Vector) -> Vector:
    """A matrix times a vector."""
    return [sum((a * b for a, b in zip(row, x, strict=True) if a and b), ZERO) for row in matrix]


def positive(x: Vector, sign: int = 1) -> Vector:
    """s(x) or s(-x)."""
    return [max(sign * value_, ZERO) for value_ in x]


def norm_at_most(matrix: list[Vector], bound: Fraction) -> bool:
    """Whether a spectral norm is at most a bound: bound^2 I - A A' has no negative pivot, by exact elimination."""
    count, longest = len(matrix), max((size(x) for row in matrix for x in row), default=1) + size(bound)
    require(count <= 64 and bound >= 0, "at most 64 rows are examined")
    afford(4 * longest * count)
    spend(count**3 * work(2 * longest * count, 2 * longest * count))
    rest = [
        [bound**2 * (i == j) - sum((x * y for x, y in zip(a, b, strict=True)), ZERO) for j, b in enumerate(matrix)]
        for i, a in enumerate(matrix)
    ]
    for k, row in enumerate(rest):
        if row[k] < 0 or (row[k] == 0 and any(row[k:])):
            return False
        for below in rest[k + 1 :] if row[k] else ():
            share = below[k] / row[k]
            below[k:] = [x - share * y for x, y in zip(below[k:], row[k:], strict=True)]
    return True


def sum_of_norms(taps: list[list[Vector]], data: Data, most: Fraction) -> bool:
    """Whether the norms of the taps are at most numbers given, whose sum is at most so much."""
    bounds = numbers(data)
    require(len(bounds) == len(taps), "a bound for the norm of each tap is needed")
    return sum(bounds, ZERO) <= most and all(map(norm_at_most, taps, bounds))


def measured(measure: str, win: Window, first: list[list[Vector]], second: list[list[Vector]], most: Fraction) -> bool:
    """Whether a kernel, and the one for the negative sign, measure at most so much."""
    larger = [[list(map(max, *rows)) for rows in zip(*pair, strict=True)] for pair in zip(
        *([[[abs(x) for x in row] for row in rows] for rows in taps] for taps in (first, second)), strict=True
    )]  # fmt: skip
    if measure in ("entries", "larger"):
        return sum((x * x for rows in larger for row in rows for x in row), ZERO) <= most * most
    if measure in ("outputs", "larger-outputs"):
        return max(sum(chain(*rows), ZERO) for rows in zip(*larger, strict=True)) <= most
    if measure == "rows":
        return norm_at_most([list(chain(*rows)) for rows in zip(*first, strict=True)], most)
    if measure == "columns":
        return norm_at_most(list(chain(*first)), most)
    if measure == "apart":
        return all(norm_at_most(unrolled(win, taps), most) for taps in (first, second))
    require(measure in ("torus", "circle") and win.mode == "zeros", "such a kernel is not measured here")
    padded = [size_ + sum(ends) * (measure == "torus") for size_, ends in zip(win.sizes, win.pads, strict=True)]
    ends = tuple((0, d * (k - 1)) for d, k in zip(win.dilations, win.kernel, strict=True))
    torus = Window(tuple(padded), win.kernel, (1,) * len(padded), win.dilations, ends, "circular")
    return norm_at_most(unrolled(torus, first), most)


def refuted_convolution(statement: Judgement, data: dict[str, Data]) -> None:
    """A window, a kernel and an image whose output is larger than the bound."""
    point, win = placed(statement, data)
    fits(statement, point, taps=win.taps, reads=reads(win), most=max(reads_by_tap(win)))
    first, x = kernel(data.get("kernel"), win.taps), numbers(data.get("image"))
    signed = statement["layer"] == "signed"
    second = kernel(data.get("negative"), win.taps) if signed else first
    require(len(x) == win.pixels * len(first[0][0]) and any(x), "the image is zero or has another size")
    require(len(first[0][0]) == len(second[0][0]) and len(first[0]) == len(second[0]), "two kernels of other shapes")
    measure, most = statement["measure"], value(statement["size"], point)
    by_taps = measure == "taps" and sum_of_norms(first, data.get("norms"), most)
    require(by_taps or measured(measure, win, first, second, most), "it measures more")
    y = applied(unrolled(win, first), positive(x) if signed else x)
    if signed:
        y = [a - b for a, b in zip(y, applied(unrolled(win, second), positive(x, -1)), strict=True)]
    require(larger(statement["norm"], y, x, at(statement["bound"], point)[1]), "the output is not larger than that")


def larger(norm: str, y: Sequence[Fraction], x: Sequence[Fraction], factor: Fraction) -> bool:
    """Whether one vector is longer than a multiple of another, in this norm."""
    if norm == "sup":
        return max(map(abs, y)) > factor * max(map(abs, x))
    return factor < 0 or sum((a * a for a in y), ZERO) > factor * factor * sum((a * a for a in x), ZERO)


def refuted_reads(statement: Judgement, data: dict[str, Data]) -> None:
    """A window on a line that reads a pixel more often."""
    point, win = placed(statement, data)
    named = (win.sizes, win.kernel, win.strides, win.dilations, win.pads[0][:1], win.pads[0][1:])
    fields = ("size", "taps", "stride", "dilation", "before", "after")
    same = all(value(statement[field], point) == count[0] for field, count in zip(fields, named, strict=True))
    require(same and len(win.sizes) == 1 and win.mode == "zeros", "the window is not that of the statement")
    step = value(statement["step"], point)
    whole = step.denominator == 1 and (step * win.dilations[0]) % win.strides[0] == 0
    least = whole and all((k * win.dilations[0]) % win.strides[0] for k in range(1, int(step)))
    require(least, "the step is not the stride divided by the common divisor")
    require(holds((">", Fraction(reads(win)), statement["reads"]), point), "no pixel is read more often")


def refuted_pooling(statement: Judgement, data: dict[str, Data]) -> None:
    """A window and two images whose poolings are farther apart than the images, times the factor."""
    point, win = placed(statement, data)
    rows = [[p for p in row if p != OUTSIDE] for row in table(win)]
    fits(statement, point, taps=win.taps, inside=min(map(len, rows)), reads=reads(win))
    x, y = numbers(data.get("image")), numbers(data.get("other"))
    require(len(x) == len(y) == win.pixels and x != y and win.mode == "zeros", "other images are needed")
    first, second = ([pooled(statement["pool"], [z[p] for p in row], win.taps) for row in rows] for z in (x, y))
    apart = [a - b for a, b in zip(first, second, strict=True)]
    factor = at(statement["factor"], point)[1]
    require(larger(statement["norm"], apart, [a - b for a, b in zip(x, y, strict=True)], factor), "they are not so far")


def refuted_hidden_channels(statement: Judgement, data: dict[str, Data]) -> None:
    """Hidden channels of one input channel, [u, its kernel] each, whose output is not the one stated."""
    point, win = placed(statement, data)
    pad, x = value(statement["value"], point), numbers(data.get("image"))
    units = [numbers(unit, MOST + 1) for unit in sequence(data.get("channels"), 16, least=1)]
    fit = len(x) == win.pixels and all(len(unit) == win.taps + 1 for unit in units)
    require(fit and win.mode == "zeros", "one image, padded by a constant, and a kernel for each channel are needed")
    for row in table(win):
        found = stated = ZERO
        for unit in units:
            for v, p in zip(unit[1:], row, strict=True):
                seen = pad if p == OUTSIDE else x[p]
                found += v * (pad if p == OUTSIDE else max(unit[0] * seen, ZERO))
                stated += v * max(unit[0] * seen, ZERO)  # v u s(x) for u > 0, and -(-v |u|) s(-x) for u < 0
        if found != stated:
            return
    require(False, "the output is the one stated")


def refuted_bias(statement: Judgement, data: dict[str, Data]) -> None:
    """Weights on taps that the statement allows, which add another sum at some output position."""
    point, win = placed(statement, data)
    weights, places = numbers(data.get("weights")), [statement[field] for field in ("earlier", "later")]
    require(len(win.sizes) == 1 and win.mode == "zeros" and len(weights) == win.taps, "a line and its taps are needed")
    require(all(isinstance(place, str) for place in places), "a tap has variables for its place")
    for t in (t for t, weight in enumerate(weights) if weight):
        here = {**point, places[0]: t * ONE, places[1]: (win.taps - 1 - t) * ONE}
        admissible(statement, here)
        named = {"dilation": win.dilations[0], "before": win.pads[0][0], "after": win.pads[0][1]}
        same = all(value(statement[field], here) == count for field, count in named.items())
        require(same, "the window is not that of the statement")
    sums = [sum((w for w, p in zip(weights, row, strict=True) if p != OUTSIDE), ZERO) for row in line(win, 0)]
    require(any(found != sum(weights) for found in sums), "the weights add their sum everywhere")


def refuted_residual(statement: Judgement, data: dict[str, Data]) -> None:
    """Blocks of numbers: W = V = 1, and maps that stretch as much as the error allows."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    blocks, h = value(statement["depth"], point), value(statement["error"], point)
    require(blocks.denominator == 1 and 1 <= blocks <= 64 and h >= 0, "the depth is not a whole number from 1 to 64")
    afford(int(blocks) * size(1 + h))
    if statement["skip"] == "kept":
        gap: Any = (1 + (1 + h) ** 2) ** int(blocks) - 2 ** int(blocks)
    else:
        gap = ("-", ("^", ("+", ("sqrt", Fraction(2)), h), 2 * blocks), Fraction(2 ** int(blocks)))
    require(holds((">", gap, statement["bound"]), point), "the outputs do not differ more")
