"""Flows: how much a sample carries over the boundary of any set of points in a window of cells of unequal weight."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import chain
from math import isqrt

from errors import Malformed, Rejected, size, spend, work
from inequalities.algebra import same
from inequalities.calculus import derivative, roots_of
from inequalities.formulas import Formula, Statement, applied, product
from inequalities.goal import Goal
from inequalities.intervals import evaluate
from inequalities.points import exact, value
from inequalities.polynomial import common
from inequalities.syntax import closed, listed, names_in, sequence, term
from shapes import Data, Judgement, Lines, Term
from theorems.obligations import HALF, ONE, TWO, ZERO, about

MAX_CELLS = 16
MAX_OFFSETS = 64
MAX_BITS = 512
AT_ONCE = 8
UNIT = 1 << 36


def falling(goal: Statement, *, slope: Data = None) -> list[Judgement]:
    """That a density falls on (0, L]: the colourings use its value at the far end of each part.

    Uniform laws and the product fall by themselves, and have no hint.
    """
    if goal["law"][0] != "density":
        if slope is not None:
            raise Malformed("only a law known by its density has a slope")
        return []
    density, slope, place = goal["law"][1], term(slope), (("z", "(", ZERO, goal["length"], "]"),)
    closed(density, place, "the density")
    Goal(density, place).must_be_defined()  # a derivative hides a jump
    if any("z" in names_in(u) for u in roots_of(density)) or not same(slope, derivative(density, "z")):
        raise Rejected("this is not the slope of the density")
    return about({"domain": place}, Formula(slope) <= 0)


def colourings(goal: Judgement, data: dict[str, Data]) -> str:
    """Mathematics 5.4: all colourings of two rows of N cells of width w, at all pairs of offsets in the cells.

    Take y = (i + s) w and z = (j + t) w in the cells i and j, s > t, with s - t in the k-th of M equal parts of (0, 1):
    the density at y - z is at least its value at the far end of that part.  K has the colours A at the offset s and B
    at t, of weights a and b; S is the weight of all cells.  If the flow between the two rows is at least S/w (2p +
    q (a + b)/S + 2r ab/S^2), with numbers p, q that are the same for the parts k and M-1-k, then by Tonelli the whole
    flow is at least mean(p) + mean(q) m + r m^2.
    """
    weights, power, (last, linear, bend) = numbers_of(goal)
    parts = [tuple(map(exact, listed(p, "a part [p, q]", str, str))) for p in sequence(data.get("parts"), least=1)]
    offsets, cells, total = data.get("offsets"), len(weights), sum(weights)
    if type(offsets) is not int or not 1 <= offsets <= MAX_OFFSETS:
        raise Rejected(f"at most {MAX_OFFSETS} offsets are looked at")
    parts += parts[::-1][offsets % 2 :]
    if len(parts) != offsets or bend > 0 or max(parts)[0] > 0:
        raise Rejected("each two offsets have one part [p, q], and neither p nor the bend is positive")
    if last * offsets > sum(p for p, _ in parts) or linear * offsets > sum(q for _, q in parts):
        raise Rejected("the profile is more than the parts have on average")
    width = number(goal["length"]) / cells
    costs, part = over_one_scale([[cost(v, w, power) for w in weights] for v in weights])
    both = [[-2 * bend * v * w / total for w in weights] for v in weights]
    fractions = (*chain(*both), *(q * w for _, q in parts for w in weights), *(2 * p * total for p, _ in parts))
    scale = common(x.denominator for x in fractions)
    scale *= 1 + UNIT // scale
    rates = [level * width / part for level in densities(goal, width, offsets)]
    both = [[int(x * scale) for x in line] for line in both]
    for k, (p, q) in enumerate(parts):
        far = {d: d * offsets + k if d >= 0 else -d * offsets - k - 1 for d in range(1 - cells, cells)}
        spend(40 * cells**2 + 30 * cells * work(scale.bit_length(), MAX_BITS))
        at = {d: (rates[place].numerator * scale, rates[place].denominator) for d, place in far.items()}
        first, second = (
            [[line[j] * at[i - j][0] // at[i - j][1] for j in range(cells)] for i, line in enumerate(rows)]
            for rows in (costs, list(zip(*costs, strict=True)))
        )
        asks = [int(q * w * scale) for w in weights]
        if not balanced(first, second, both, asks, int(-2 * p * total * scale)):
            raise Rejected(f"a colouring refutes the flow at the offset {k} of {offsets}")
    return f"{4**cells} colourings" if offsets == 1 else f"{offsets} times {4**cells} colourings"


def over_one_scale(lines: list[list[Fraction]]) -> tuple[list[list[int]], int]:
    """Rationals as whole numbers over one denominator."""
    scale = common(x.denominator for line in lines for x in line)
    return [[x.numerator * (scale // x.denominator) for x in line] for line in lines], scale


def balanced(first: Lines, second: Lines, both: Lines, asks: list[int], rest: int) -> bool:
    """Whether no colouring has less in its pairs of cells and the rest together than all its cells ask for.

    A pair with A_i = 1, B_j = 0 has first_ij, one with A_i = 0, B_j = 1 second_ij, and one with A_i = B_j = 1 both_ij.
    Chains share most of their flows: the answer is remembered for the same numbers, and paid for each time.
    """
    most = sum(abs(x) for line in (*first, *second, *both, asks, asks) for x in line) + rest
    high, cells = most.bit_length() + 1, len(asks)
    if high > MAX_BITS:
        raise Rejected(f"the weights and the parts need more than {MAX_BITS} bits")
    spend(1000 * cells + (cells * high * (256 + high) << cells >> 16))
    return all_balanced(*(tuple(map(tuple, lines)) for lines in (first, second, both)), tuple(asks), rest, high)


@lru_cache(maxsize=4096)
def all_balanced(first: Lines, second: Lines, both: Lines, asks: tuple[int, ...], rest: int, high: int) -> bool:
    """The same, with numbers whose sums have less than `high` bits.

    For B fixed each A_i alone takes its better colour: what it gains, if that is negative.  The last cells of B are
    coloured one way after the other; all colourings of the first are looked at at once, in lanes of one integer.
    """
    rows = [[z - x - y for x, y, z in zip(*lines, strict=True)] for lines in zip(first, second, both, strict=True)]
    alone = [sum(column) - ask for *column, ask in zip(*second, asks, strict=True)]
    return Colourings(rows, alone, high).hold(
        len(asks), [sum(x) - ask for x, ask in zip(first, asks, strict=True)], rest
    )


class Colourings:
    """Whether no B makes rest + sum B_j alone_j + sum_i min(0, gain_i + sum B_j rows_ij) negative."""

    def __init__(self, rows: list[list[int]], alone: list[int], high: int) -> None:
        self.rows, self.alone, self.high, self.low = rows, alone, high, min(AT_ONCE, len(alone))
        self.marks = [1]  # in the lowest bit of 1, 2, 4, ... lanes
        for k in range(self.low):
            self.marks.append(self.marks[-1] | self.marks[-1] << (high + 1 << k))
        self.tops = self.marks[-1] << high
        self.least = self.lanes([sum(column) for column in zip(alone, *rows, strict=True)])
        self.gains = [(self.lanes(row), *self.ends(row)) for row in rows]

    def lanes(self, steps: list[int]) -> int:
        """2^high + sum B_j steps_j for each colouring of the first cells, in the order of the binary numbers B."""
        found = 1 << self.high
        for k, step in enumerate(steps[: self.low]):
            found |= found + step * self.marks[k] << (self.high + 1 << k)
        return found

    def ends(self, steps: list[int]) -> tuple[int, int]:
        """The least and the greatest of these sums, without 2^high."""
        first = steps[: self.low]
        return sum(x for x in first if x < 0), sum(x for x in first if x > 0)

    def hold(self, open_cells: int, gains: list[int], rest: int) -> bool:
        """The same for all colourings of so many cells, those after them being part of the gains and the rest."""
        if open_cells > self.low:
            j = open_cells - 1
            coloured = [gain + row[j] for gain, row in zip(gains, self.rows, strict=True)]
            return self.hold(j, gains, rest) and self.hold(j, coloured, rest + self.alone[j])
        most = sum(min(0, gain + end) for gain, (_, end, _) in zip(gains, self.gains, strict=True))
        if rest + self.ends(self.alone)[0] + most >= 0:
            return True
        least = self.least + (rest + sum(gains)) * self.marks[-1]
        for gain, (lanes, lowest, highest) in zip(gains, self.gains, strict=True):
            if gain + highest >= 0:  # else it is negative everywhere and stays in the sum
                lanes += gain * self.marks[-1]
                positive = lanes & self.tops
                least -= lanes - self.tops if gain + lowest >= 0 else lanes & positive - (positive >> self.high)
        return least & self.tops == self.tops


def densities(goal: Judgement, width: Fraction, offsets: int) -> list[Fraction]:
    """Lower bounds of a falling density on each of the equal parts of the cells."""
    kind, *numbers = goal["law"]
    ends = [width * (k + 1) / offsets for k in range(len(goal["weights"]) * offsets)]
    if kind in ("uniform", "contains"):
        weight, radius = [ONE, *map(number, numbers)][-2:]
        if radius <= 0 or not 0 <= weight <= 1:
            raise Rejected("a positive radius and a weight of at most 1 are needed")
        return [weight / (2 * radius) * (end <= radius) for end in ends]
    if kind not in ("product", "density"):
        raise Rejected("a uniform law, a product or a law known by its density is needed")
    density = numbers[0] if kind == "density" else ("/", ("-", ("log", "z")), TWO)
    return [max(ZERO, evaluate(density, {"z": (end, end, False, False)}, 64)[0]) for end in ends]


def cut_by_flow(goal: Statement, flow: Statement) -> list[Judgement]:
    """Mathematics 5.6: the cut of [0, L] at radius r is 2 r L times the flow of power -1 of U[-r, r], equal weights."""
    ranges, length, radius = goal["domain"], number(goal["length"]), number(goal["radius"])
    weights, power, (last, linear, bend) = numbers_of(flow)
    if [r[0] for r in ranges] != ["a"] or goal["hypotheses"]:
        raise Rejected("the cut must speak of its measure a alone")
    if (flow["law"], flow["length"], power) != (("uniform", radius), length, -ONE) or min(weights) < max(weights):
        raise Rejected("the flow of power -1 of the law uniform on [-radius, radius] on equal weights is needed")
    whole, a = 2 * radius * length, Formula("a")
    cut = applied("+", whole * last, whole * linear / length * a, product(whole * bend / length**2, a, a))
    return about(goal, goal.bound <= cut)


def numbers_of(statement: Judgement) -> tuple[list[Fraction], Fraction, list[Fraction]]:
    """The weights, the power and the profile of a flow, as numbers."""
    weights, profile = (list(map(number, statement[field])) for field in ("weights", "profile"))
    power = number(statement["power"])
    if not 2 <= len(weights) <= MAX_CELLS or min(*weights, number(statement["length"])) <= 0:
        raise Rejected(f"a positive length and 2 to {MAX_CELLS} positive weights are needed")
    if len(profile) != 3 or power not in (-ONE, HALF, ONE):
        raise Rejected("a power -1, 1/2 or 1 and three numbers of a profile are needed")
    return weights, power, profile


def number(item: Term) -> Fraction:
    """The value of a term, if it is not long."""
    found = value(item, {})
    if size(found) > MAX_BITS:
        raise Rejected(f"a number of more than {MAX_BITS} bits")
    return found


def cost(v: Fraction, w: Fraction, power: Fraction) -> Fraction:
    """v |1 - (v/(v + w))^power|, or for a root a bit less."""
    if power == HALF:
        return v - v * Fraction(isqrt(UNIT**2 * v // (v + w)) + 1, UNIT)
    return w if power < 0 else v * w / (v + w)
