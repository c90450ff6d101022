"""Attacks on statements about packings, masks and the lower bound: explicit sets, draws and small networks.

Each attack builds instances that meet the hypotheses by construction, and nearly violate the conclusion where it can.
The checker evaluates a counterexample again from its data alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import floor
from typing import Any

from lt_proofs.exact.enclosure import Undefined, value_at
from lt_proofs.proof.evaluate import COMPARE, NotExact, exact_value, inside
from lt_proofs.proof.instances import DRAWS, Attack, Point, Trial, texts
from lt_proofs.terms import Domain, Judgement, Relation, Symbol, Term, number

MOST = 32
"""The largest number of functions that an instance lists."""
BITS = (64, 256)
Unit = tuple[list[int], list[int]]
"""The weights of a hidden unit: from each input, and to each output."""


def not_refuted(relation: Relation, point: Point) -> bool:
    """Whether a relation holds at a point as far as 256 bits tell; where they do not tell, it may be an equality."""
    for bits in BITS:
        low, high = value_at(relation.left - relation.right, point, bits)
        if low > 0 or high < 0 or low == high:
            sign = Fraction((low > 0) - (high < 0))
            return bool(COMPARE[relation.sign](sign, Fraction(0)))
    return True


def fits(count: int | Fraction, bits: Term, point: Point) -> bool:
    """Whether a count is at most 2^bits, for a term ``bits``."""
    exponent = exactly(bits, point)
    if exponent is not None and exponent.denominator == 1 and 0 <= exponent <= 4096:
        return bool(count <= 2 ** int(exponent))
    return not_refuted(number(Fraction(count)) <= number(2) ** bits, point)


def exactly(term: Term, point: Point) -> Fraction | None:
    """The value of a term at a point, if exact arithmetic or an enclosure of one point gives it; else None."""
    try:
        return exact_value(term, point)
    except NotExact:
        low, high = value_at(term, point, 128)
    return Fraction(low) if low == high else None


def small_point(domain: Domain, rng: random.Random) -> Point:
    """Small whole numbers where a range is a ray, simple fractions elsewhere."""
    point = {}
    for name, low, high in ends(domain):
        if high is None:
            point[name] = low + rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 6, 8, 12, 20))
        else:
            parts = rng.choice((2, 2, 3, 4, 8, 10, 100))
            point[name] = low + (high - low) * Fraction(rng.randint(0, parts), parts)
    return point


@lru_cache(maxsize=256)
def ends(domain: Domain) -> list[tuple[str, Fraction, Fraction | None]]:
    """The rational ends of each range; 0 for a low end that is not one."""
    return [
        (
            r.name,
            (exactly(r.low, {}) if r.low is not None else None) or Fraction(0),
            exactly(r.high, {}) if r.high is not None else None,
        )
        for r in domain.ranges
    ]


def small_points(judgement: Judgement, rng: random.Random) -> Iterator[Point]:
    """Points of the domain of a statement, for 200,000 draws."""
    for _ in range(DRAWS):
        point = small_point(judgement["domain"], rng)
        if inside(judgement["domain"], point):
            yield point


def moved(judgement: Judgement, point: Point, field: str, value: Fraction) -> Point | None:
    """The point with a field that is a mere variable set to a value; None where the domain does not allow it."""
    term = judgement[field]
    changed = {**point, term.name: value} if isinstance(term, Symbol) else point
    return changed if inside(judgement["domain"], changed) else None


def written(point: Point, **rest: Any) -> dict[str, Any]:
    """An instance as certificates write it."""
    return {"point": texts(point), **rest}


def packing(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Maximal separated sets of [-1, 1], as wide apart as maximality allows or at random; powers in more dimensions."""
    for point in small_points(judgement, rng):
        if isinstance(eps := next((r.name for r in judgement["domain"].ranges if r.name == "eps"), None), str):
            point[eps] = Fraction(1, 2 * rng.randint(2, 20)) if rng.random() < 0.4 else point[eps]
        apart, size = exactly(judgement["separation"], point), exactly(judgement["dimension"], point)
        if apart is None or size is None or not inside(judgement["domain"], point) or not 1 <= size <= 9:
            continue
        wide = rng.random() < 0.5
        places = [apart - 1 if wide else min(apart, Fraction(2)) * Fraction(rng.randint(0, 8), 8) - 1]
        while 1 - places[-1] > apart:
            gap = 2 * apart if wide else apart * (1 + Fraction(rng.randint(1, 8), 8))
            places.append(min(places[-1] + gap, Fraction(1)))
        if len(places) > 1 and places[-1] - places[-2] <= apart:
            continue
        if places[0] > 1:
            places = [Fraction(0)]
        count = number(Fraction(len(places) ** int(size)))
        yield not_refuted(judgement["count"] <= count, point), written(point, places=[str(x) for x in places])


def diameter(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Two multiples of the identity that are both near a third one."""
    for point in small_points(judgement, rng):
        near = exactly(judgement["closeness"], point)
        if near is None or near < 0:
            continue
        middle = Fraction(rng.randint(-8, 8), 8)
        # half of the time the second is as far from the third as it may be
        parts = Fraction(rng.randint(0, 8), 8), Fraction(8 if rng.random() < 0.5 else rng.randint(0, 8), 8)
        first, second = middle - near * parts[0], middle + near * parts[1]
        held = not_refuted(number(second - first) <= judgement["diameter"], point)
        yield held, written(point, slopes=[str(first), str(second), str(middle)])


def volume(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """The share of the unit ball that a ball of half the diameter takes: the largest set of that diameter."""
    for point in small_points(judgement, rng):
        size, across = exactly(judgement["dimension"], point), exactly(judgement["diameter"], point)
        if size is not None and across is not None and size.denominator == 1 and 1 <= size <= 64:
            share = number((across / 2) ** int(size))
            yield not_refuted(share <= judgement["share"], point), written(point)


def counting(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """As many draws as targets; each function of a draw is near one target, and draw k + 1 has the next targets."""
    for start in small_points(judgement, rng):
        targets = rng.randint(1, 24)
        point = moved(judgement, start, "share", Fraction(1, targets))
        functions = _functions(judgement["bits"], start, targets)
        point = moved(judgement, point, "success", Fraction(functions, targets)) if point and functions else None
        if point is None or exactly(judgement["share"], point) != Fraction(1, targets):
            continue
        if not not_refuted(judgement["success"] <= number(Fraction(functions, targets)), point):
            continue
        held = not_refuted(judgement["bits"] >= judgement["bound"], point)
        yield held, written(point, targets=targets, functions=functions)


def pruning(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """One dimension: slopes that divide the interval among a few draws; more dimensions: a grid of matrices."""
    for start in small_points(judgement, rng):
        size = exactly(judgement["size"], start)
        if size is None or size.denominator != 1:
            continue
        found = _slopes(judgement, start, rng) if size == 1 else _grid(judgement, start, int(size))
        if found is not None:
            point, data = found
            yield not_refuted(judgement["conclusion"], point), written(point, **data)


def kernels(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Kernels of one entry: slopes that divide the interval among a few draws."""
    for start in small_points(judgement, rng):
        one = moved(judgement, start, "entries", Fraction(1))
        found = _slopes(judgement, one, rng) if one is not None else None
        if found is not None and exactly(judgement["entries"], found[0]) == 1:
            yield not_refuted(judgement["conclusion"], found[0]), written(found[0], **found[1])


def _slopes(judgement: Judgement, start: Point, rng: random.Random) -> tuple[Point, dict[str, Any]] | None:
    functions = _functions(judgement["bits"], start, MOST)
    success = exactly(judgement["success"], start)
    if not functions or success is None:
        return None
    draws = rng.randint(1, min(4, floor(1 / success))) if success > 0 else 1
    # if [-1, 1] is cut into this number of cells, each target is within half a cell of a middle
    cells = draws * functions
    point = start if rng.random() < 0.3 else moved(judgement, start, "closeness", Fraction(1, cells))
    near = exactly(judgement["closeness"], point) if point is not None else None
    if point is None or near is None or near * cells < 1:
        return None
    room = 8 * (near - Fraction(1, cells))
    middles = [Fraction(2 * i + 1, cells) - 1 + room * Fraction(rng.randint(-1, 1), 8) for i in range(cells)]
    parts = [middles[k * functions : (k + 1) * functions] for k in range(draws)]
    return point, {"draws": [[str(w) for w in part] for part in parts]}


def _grid(judgement: Judgement, start: Point, size: int) -> tuple[Point, dict[str, Any]] | None:
    bits = value_at(judgement["bits"], start, 64)[0]
    # the midpoints of `cells` intervals are within 1/cells of every entry, so size/cells in the spectral norm
    cells = min(1 << 16, int(2 ** min(64.0, float(bits) / size**2)))
    while cells and not fits(cells ** (size**2), judgement["bits"], start):
        cells -= 1
    if not cells:
        return None
    point = moved(judgement, start, "closeness", Fraction(size, cells))
    if point is None or not not_refuted(number(Fraction(size, cells)) <= judgement["closeness"], point):
        return None
    return point, {"grid": cells}


def _functions(bits: Term, point: Point, most: int) -> int:
    """The largest count up to ``most`` that is at most 2^bits; 0 where there is none or ``bits`` is undefined."""
    try:
        low = value_at(bits, point, 64)[0]
    except (Undefined, OverflowError):
        return 0
    count = most if low > 30 else min(most, floor(2 ** float(low) * (1 + 1e-9)))
    while count and not fits(count, bits, point):
        count -= 1
    return count


def counts(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Random small networks of one or two inputs; the different values at a few inputs under all masks are counted."""
    values = judgement.form == "columns"
    seen = [[1], [-1]], [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 2], [-2, 1], [3, -1]]
    for point in small_points(judgement, rng):
        size, hidden = exactly(judgement["size"], point), exactly(judgement["hidden"], point)
        if (
            size not in (1, 2)
            or hidden is None
            or hidden.denominator != 1
            or hidden * size > (4 if rng.random() < 0.05 else 3)
        ):
            continue
        d, h = int(size), int(hidden)
        units = [([_weight(rng) for _ in range(d)], [_weight(rng) for _ in range(d)]) for _ in range(h)]
        if values:
            # one unit vector of either sign for each input; the bound is about the choice with the fewest values
            signed = product((1, -1), repeat=d)
            least = min(_sums(units, [[s * (i == j) for i in range(d)] for j, s in enumerate(way)]) for way in signed)
        else:
            least = _sums(units, seen[d - 1])
        held = fits(least, judgement["bits"], point)
        network = [[[str(x) for x in unit[layer]] for unit in units] for layer in (0, 1)]
        inputs = {} if values else {"inputs": [[str(x) for x in row] for row in seen[d - 1]]}
        yield held, written(point, network=network, **inputs)


def _weight(rng: random.Random) -> int:
    return rng.choice((1, -1)) * rng.randint(1, 1 << 20)


def _sums(units: list[Unit], inputs: list[list[int]]) -> int:
    """How many different vectors of values at the inputs the masked networks have, over all masks."""
    # unit by unit: what a unit adds does not depend on the others, so sets of sums are enough
    found = {(0,) * (len(inputs) * len(units[0][1]))}
    for first, second in units:
        added = set()
        for u in product(*((0, a) for a in first)):
            row = [max(0, sum(a * x for a, x in zip(u, one, strict=True))) for one in inputs]
            for v in product(*((0, b) for b in second)):
                added.add(tuple(b * y for y in row for b in v))
        found = {tuple(x + y for x, y in zip(old, new, strict=True)) for old in found for new in added}
    return len(found)


def two_layer(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """One input: half of the units for each sign, with weights that are powers of 2, so all subset sums differ.

    With two draws, one of positive and one of negative sums, each needs to reach half of the interval only.
    """
    for start in small_points(judgement, rng):
        size, hidden = exactly(judgement["size"], start), exactly(judgement["hidden"], start)
        success = exactly(judgement["success"], start)
        if size != 1 or hidden is None or hidden.denominator != 1 or not 2 <= hidden <= 12 or success is None:
            continue
        n, two = int(hidden) // 2, success <= Fraction(1, 2) and rng.random() < 0.7
        # half the distance of neighbouring sums of n weights that double, if they fill the interval, or half of it
        least = Fraction(1, 2 ** (n + 1) - 1) if two else Fraction(1, 2**n - 1)
        point = moved(judgement, start, "closeness", least * (1 + Fraction(rng.randint(0, 3), 8)))
        near = exactly(judgement["closeness"], point) if point is not None else None
        if point is None or near is None or near < least:
            continue
        steps = [2 * least * 2**i for i in range(n)]
        if not two:
            steps[-1] = -steps[-1]
        sides = ([steps, [-x for x in steps]]) if two else [steps]
        draws = [_network(side, int(hidden)) for side in sides]
        yield not_refuted(judgement["conclusion"], point), written(point, draws=draws)


def _network(slopes: list[Fraction], hidden: int) -> list[list[list[str]]]:
    idle = hidden - 2 * len(slopes)
    first = [1] * len(slopes) + [-1] * len(slopes) + [1] * idle
    second = [*slopes, *(-x for x in slopes), *[Fraction(0)] * idle]
    return [[[str(x)] for x in first], [[str(x)] for x in second]]


LOWER_ATTACKS: dict[str, Attack] = {
    "packing": packing,
    "diameter": diameter,
    "volume": volume,
    "counting": counting,
    "pruning": pruning,
    "units": counts,
    "columns": counts,
    "two-layer": two_layer,
}
