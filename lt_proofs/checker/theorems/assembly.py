"""Networks of given widths: layers whose errors do not add up, and the composition of any layers, all in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import perm, prod

from errors import Malformed, Rejected, spend
from inequalities.formulas import Statement
from inequalities.points import value
from shapes import Data, Judgement
from theorems.covering import covers
from theorems.obligations import ONE, require

MAX_MOMENT = 6


def either_way(goal: Judgement, cover: Judgement, data: dict[str, Data]) -> str:
    """Mathematics 5.49: a layer whose entries are rounded up or down such that its errors do not add up.

    Where every point of [-1 - t, 1 + t] is within t of a subset sum, each weight w in [-1, 1] lies between two subset
    sums at most 2t apart.  Take one of the two at random such that the error has mean 0; then its m-th moment is at
    most t^m 2^(m-2), and the trace of (E E^T)^k has at most the expectation t^(2k) P_k.  Some choice is no worse.  The
    error of inputs of both signs is a matrix with twice as many columns, one for each sign.
    """
    for one in (goal, cover):
        if one["domain"] or one["hypotheses"]:
            raise Rejected("rounding either way is about numbers")
    tolerance, failure, length, samples = (value(cover[x], {}) for x in ("tolerance", "failure", "length", "samples"))
    inputs, outputs, error, chance, units = (
        value(goal[x], {}) for x in ("inputs", "outputs", "tolerance", "failure", "units")
    )
    if goal["law"][0].removeprefix("odd-") != "gadget" or cover["law"] != goal["law"]:
        raise Rejected("a hidden unit needs the law of a gadget, in both judgements")
    whole = inputs.denominator == outputs.denominator == 1 and min(inputs, outputs) >= 1
    require(whole, "the inputs and the outputs must be whole numbers from 1 on")
    require(length >= 2 + 2 * tolerance, "the window must reach beyond [-1, 1] by the tolerance")
    columns = int(inputs) * (1 if goal["signs"] == "nonnegative" else 2)
    enough = columns * outputs * failure <= chance and samples <= units
    require(enough, "the windows of all weights fail with more than the layer's chance, or need more samples")
    k = data.get("moment")
    if type(k) is not int or not 1 <= k <= MAX_MOMENT:
        raise Malformed(f"the moment is a whole number from 1 to {MAX_MOMENT}")
    if tolerance ** (2 * k) * walks(k, int(outputs), columns) > error ** (2 * k):
        raise Rejected(f"the moment {2 * k} does not show that the norm of the errors is at most the tolerance")
    return f"the moment {2 * k} of the norm"


def walks(k: int, rows: int, columns: int) -> int:
    """P_k: over all closed walks of 2k steps between rows and columns that use no entry once, the sum of 4^(k-entries).

    A walk with d different entries contributes at most t^(2k) 2^(2k - 2d) to the expectation of the trace.
    """
    spend(6_000_000 >> 3 * (MAX_MOMENT - k))
    ways = ((count * 4 ** (k - d), b, c) for (b, c, d), count in shapes(k).items())
    return sum(weight * perm(rows, b) * perm(columns, c) for weight, b, c in ways)


@cache
def shapes(k: int) -> Counter[tuple[int, int, int]]:
    """How many walks of 2k steps there are, up to names, by their numbers of rows, columns and different entries."""
    found: Counter[tuple[int, int, int]] = Counter()
    for rows in partitions(k):
        for columns in partitions(k):
            used = Counter(zip(rows, columns, strict=True)) + Counter(zip(rows[1:] + rows[:1], columns, strict=True))
            if min(used.values()) > 1:
                found[max(rows) + 1, max(columns) + 1, len(used)] += 1
    return found


def partitions(k: int) -> Iterator[tuple[int, ...]]:
    """The words of k letters in which each new letter is the next whole number."""
    if k == 0:
        yield ()
        return
    for word in partitions(k - 1):
        yield from ((*word, letter) for letter in range(max(word, default=-1) + 2))


def assemble(goal: Judgement, *layers: Statement) -> None:
    """Mathematics 5.50: a network of given widths from its layers, each with its own error and chance of failure.

    The errors t_i |x| of maps of norm at most 1 compose to at most (1 + t_1) ... (1 + t_l) - 1 on the unit ball, and a
    union bound runs over the layers.  The first layer meets inputs of both signs, the others stand behind a ReLU.
    """
    widths, units = goal["widths"], goal["units"]
    error, failure = value(goal["error"], {}), value(goal["failure"], {})
    require(min(widths, default=0) >= 1, "the widths are whole numbers from 1 on")
    require(len(widths) == len(units) + 1 == len(layers) + 1, "a layer is needed between any two widths")
    errors, chances = [], []
    for i, layer in enumerate(layers):
        if layer["domain"] or layer["hypotheses"] or layer["law"] != goal["law"]:
            raise Rejected("the layers must be about numbers, and of the network's law")
        require(
            [*widths[i : i + 2]] == [value(layer[x], {}) for x in ("inputs", "outputs")], "a layer has other widths"
        )
        covers(layer, "nonnegative" if i else "both")
        require(value(layer["units"], {}) <= units[i], "a layer has more units than the network")
        errors.append(value(layer["tolerance"], {}))
        chances.append(value(layer["failure"], {}))
    spend(50 * len(layers) ** 2)
    if not prod((ONE + one for one in errors), start=ONE) - 1 < error:
        raise Rejected("the errors of the layers compose to more than the network's")
    require(0 < sum(chances) <= failure < 1, "the layers fail with more than the network's chance")
