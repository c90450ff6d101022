"""The trials of a campaign, one at a time, by plain integers: samples from Philox, intervals merged in lists."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache, partial
from itertools import accumulate, chain, compress, count, islice, pairwise, product, repeat
from math import ceil, floor, isqrt
from operator import add, gt, le, mul, sub

from data.philox import WORD, Blocks, odds, packed
from errors import Malformed, spend
from inequalities.syntax import LAW_FILES, RATIONAL, sequence
from shapes import Data

Line = list[int]  # one end of each of disjoint intervals of integers, in order

SAMPLED = {kind: row["sampled"] for kind, row in LAW_FILES.items()}
OPERATIONS: dict[str, Callable[..., int]] = {"+": add, "-": sub, "*": mul, "abs": abs, "min": min, "max": max}
POINTS, WEIGHTS, BATCH, UNITS, MOST, WINDOW = 4, 0x4E000000, 16, 64, 4095, (-1, 1)
MOST_PIECES, MANY = 1 << 19, 1 << 14  # from MANY on the intervals are beyond the processor's caches
WORDS = {
    "passage": "The result of trial t is the least n up to {most} such that every real in [{window[0]}, {window[1]}] "
    "is within {eps} of a subset sum of the first n samples of the {law} law with the seed {seed}; otherwise it is -1",
    "growth": "Trial t grows K = [-{eps}, {eps}] by {steps} samples X of the {law} law with the seed {seed} to "
    "K u ((K + X) n [-1, 1]), which covers the share v of [-1, 1] and after one more sample the share v', and draws y "
    "and z uniformly from [-1, 1]; success for n = 1 is that this sample covers z and K does not, of probability "
    "E[v' - v]; for n = 2 that K holds y and not z, of probability E[v(1 - v)]",
    "network": "The result of trial t is the least n up to {most} such that in the random network of widths {widths} "
    "with the seed {seed} + t, n hidden units per input cover all windows of all layers at once, within the tolerances "
    "that Theorem 1 takes for an error of {eps}; otherwise it is -1",
}
FIELDS = {
    "passage": {"kind", "law", "eps", "window", "seed", "most"},
    "growth": {"kind", "law", "eps", "seed", "steps"},
    "network": {"kind", "widths", "eps", "seed", "most"},
}  # fmt: skip


def natural(value: Data, least: int = 0, most: int = 2**64 - 1) -> int:
    """An integer in a range, never a boolean."""
    if type(value) is not int or not least <= value <= most:
        raise Malformed(f"not an integer from {least} to {most}: {str(value)[:40]!r}")
    return value


def rational(text: Data) -> Fraction:
    """A rational in lowest terms, not absurdly long."""
    if not isinstance(text, str) or len(text) > 400 or not RATIONAL.fullmatch(text) or str(Fraction(text)) != text:
        raise Malformed(f"not a rational in lowest terms: {str(text)[:40]!r}")
    return Fraction(text)


class Trials:
    """A campaign: called with the number of a trial it returns the result."""

    def __init__(self, given: Data) -> None:
        if not isinstance(given, dict) or set(given) != FIELDS.get(str(given.get("kind"))):
            raise Malformed("not a campaign of first passage, growth or networks")
        self.kind, self.eps = given["kind"], rational(given["eps"])
        self.window: tuple[int | Fraction, ...] = WINDOW
        self.law = given.get("law", "gadget")
        if not isinstance(self.law, str) or self.law not in SAMPLED:
            raise Malformed(f"the law is one of {', '.join(SAMPLED)}")
        self.seed = natural(given["seed"], 0, 2**64 - 1 - (self.kind == "network") * 2**40)
        self.most = natural(given["steps" if self.kind == "growth" else "most"], int(self.kind == "network"), MOST)
        self.widths = [natural(width, 1, MOST) for width in sequence(given.get("widths", [1, 1]), 16, 2)]
        pairs = [a * b for a, b in pairwise(self.widths)]
        self.windows = sum(pairs) + pairs[0] if self.kind == "network" else 1
        if self.kind == "passage":
            self.window = tuple(rational(end) for end in sequence(given["window"], 2, 2))
        sampled = SAMPLED[self.law]
        self.stream, self.bits, self.draws = sampled["stream"], sampled["bits"], sampled["draws"]
        self.sample = sampled["sample"]
        low, high = (0, 64) if self.kind == "passage" else (Fraction(1, 1 << self.bits), 1)
        if not low <= self.eps <= high or not -64 <= self.window[0] <= self.window[1] <= 64:
            raise Malformed("a tolerance or a window out of range")
        self.least, self.largest = (0, 63) if self.kind == "growth" else (-1, self.most)
        self.ns = range(1, 3) if self.kind == "growth" else range(self.most + 1)
        self.fewest = self.needed()
        self.words = WORDS[self.kind].format(**given)

    def needed(self) -> int:
        """The least n of which 2^n intervals of length 2 eps, one around each subset sum, are as long as a window."""
        if self.kind == "growth":
            return 0
        length, eps = self.window[1] - self.window[0], self.tolerance()
        if not eps:
            return self.most + 1 if length else 0
        return max(ceil(length / (2 * eps)) - 1, 0).bit_length()

    def tolerance(self) -> Fraction:
        """How near a sum must be to each real of a window; in a network, of a layer with the smallest tolerance."""
        return self.network_eps(max(a * b for a, b in pairwise(self.widths))) if self.kind == "network" else self.eps

    def __call__(self, trial: int) -> int:
        """The result of one trial."""
        return getattr(self, self.kind)(trial)

    def work(self, result: int) -> int:
        """About how many units of work a trial takes, from its result: its samples times intervals to be merged."""
        samples = self.most + 1 if self.kind == "growth" else self.most if result < 0 else result
        eps = self.tolerance()
        intervals = 1 << min(samples, 64)
        intervals = min(intervals, 1 + floor(1 / eps)) if eps else intervals
        drawn = 15 * (samples + UNITS) if self.kind == "network" else 0
        return 900 + self.windows * (samples * intervals * 8 // 10 + drawn)

    def success(self, result: int, n: int) -> bool:
        """Whether a result is a success for n."""
        return bool(result & n) if self.kind == "growth" else 0 <= result <= n

    def samples(self, trial: int) -> Iterator[int]:
        """The samples of a trial, without end."""
        blocks, same = Blocks(self.seed, BATCH), packed([trial & WORD] * BATCH)
        for start in count(0, BATCH):
            spend(600)
            words = blocks.words(packed(range(start, start + BATCH)), self.stream, same, trial >> 32)
            odd = odds(chain.from_iterable(zip(*words, strict=True)))
            yield from drawn(self.sample, {"ab"[k]: odd[k :: self.draws] for k in range(self.draws)})

    def passage(self, trial: int) -> int:
        """The least number of samples that cover the window, or -1."""
        return first_passage(islice(self.samples(trial), self.most), 0, *self.grid(self.eps))

    def grid(self, eps: Fraction) -> tuple[int, int, int]:
        """Width and ends, in units of the samples, such that intervals of integers decide coverage of the reals."""
        unit = 1 << self.bits
        width = floor(2 * eps * unit)
        return width, floor((self.window[0] + eps) * unit), ceil((self.window[1] - eps) * unit) + width

    def growth(self, trial: int) -> int:
        """Sixteenths of the covered part, and whether z is covered anew, and whether y is covered and z is not."""
        unit, begin, samples = 1 << self.bits, floor(self.eps * (1 << self.bits)), self.samples(trial)
        starts, ends = [-begin], [begin]
        for step in islice(samples, self.most):
            starts, ends = clipped(*union(starts, ends, step), unit)
        words = [word[0] for word in Blocks(self.seed, 1).words(0, POINTS, trial & WORD, trial >> 32)]
        y, z = ((((a >> 7) << 24 | b >> 8) >> 48 - self.bits) - unit for a, b in (words[:2], words[2:]))
        in_y, in_z, new = (inside(starts, ends, at, at + 1) for at in (y, z, z - next(samples)))
        sixteenths = min((sum(ends) - sum(starts)) * 16 >> self.bits + 1, 15)
        return 4 * sixteenths + (new and not in_z) + 2 * (in_y and not in_z)

    def network_eps(self, pairs: int) -> Fraction:
        """The tolerance of the windows of a layer with so many pairs of an output and an input, on the grid."""
        square = self.eps**2 * (1 << 96) / (4 * (len(self.widths) - 1) ** 2 * pairs)
        return Fraction(isqrt(floor(square)), 1 << 48)

    def network(self, trial: int) -> int:
        """The largest passage of all windows of the random network with the seed seed + trial; -1 if one has none.

        The units of which a window before had need come first, all at once: a smaller passage does not matter.
        """
        weights, largest = Weights(self.seed + trial), 0
        for layer, (columns, rows) in enumerate(pairwise(self.widths)):
            width, low, high = self.grid(self.network_eps(columns * rows))
            for o, j, sign in product(range(rows), range(columns), (1,) if layer else (1, -1)):
                steps = weights.gadgets(layer, columns, j, o, sign)
                known = list(islice(steps, largest))
                covered, first = one_interval(known, width), largest
                if covered is None:
                    covered, first, steps = (0, width), 0, chain(known, steps)
                passage = first_passage(islice(steps, self.most - first), *covered, low, high)
                if passage < 0:
                    return -1
                largest = max(largest, first + passage)
        return largest


class Weights:
    """The weights of the hidden units of a random network, drawn UNITS units of every input at a time when needed."""

    def __init__(self, seed: int) -> None:
        remember = lru_cache(MOST // UNITS + 1)  # of one layer, one sign, and one output, all units
        self.blocks = lru_cache(4)(partial(Blocks, seed))
        self.weights, self.second = remember(self.into), remember(self.out_of)
        self.first = {sign: remember(partial(self.behind, sign)) for sign in (1, -1)}

    def gadgets(self, layer: int, columns: int, j: int, o: int, sign: int) -> Iterator[int]:
        """For the units of input j, one after the other without end, b max(sign a, 0) of their weights a and b."""
        return chain.from_iterable(self.products(layer, columns, j, o, sign))

    def products(self, layer: int, columns: int, j: int, o: int, sign: int) -> Iterator[Iterable[int]]:
        """These gadgets, UNITS at a time."""
        for start in count(0, UNITS * columns):
            spend(40)
            behind, out_of = self.first[sign](layer, columns, start), self.second(layer, o, columns, start)
            yield map(mul, out_of[j::columns], behind[j])

    def behind(self, sign: int, layer: int, columns: int, start: int) -> list[array[int]]:
        """For each input, its units' values behind their ReLUs where it is 1, or -1 by the sign."""
        spend(50 + UNITS * columns)
        return [
            array("i", [v if (v := sign * a) > 0 else 0 for a in into]) for into in self.weights(layer, columns, start)
        ]

    def into(self, layer: int, columns: int, start: int) -> list[array[int]]:
        """For each input, the weights into its units from one on: those of its number modulo that of the inputs."""
        spend(200 + 7 * UNITS * columns)
        units = chain.from_iterable(range(start + j, start + UNITS * columns, columns) for j in range(columns))
        numbers = chain.from_iterable(repeat(j // 4, UNITS) for j in range(columns))
        words = self.blocks(UNITS * columns).words(packed(numbers), WEIGHTS + 2 * layer + 1, packed(units))
        return [array("i", odds(words[j % 4][UNITS * j : UNITS * (j + 1)])) for j in range(columns)]

    def out_of(self, layer: int, o: int, columns: int, start: int) -> array[int]:
        """The weights from the units from one on into output o."""
        spend(200 + 3 * UNITS * columns)
        blocks = self.blocks(UNITS * columns // 4)
        numbers = packed(range(start // 4, start // 4 + UNITS * columns // 4))
        words = blocks.words(numbers, WEIGHTS + 2 * layer + 2, o * blocks.ones)
        return array("i", odds(chain.from_iterable(zip(*words, strict=True))))


def drawn(item: Data, draws: dict[str, list[int]]) -> Iterable[int]:
    """The values of the term of a sample, one for each draw of a, or of a and b."""
    if isinstance(item, str):
        return draws[item] if item in draws else repeat(int(item))
    return map(OPERATIONS[item[0]], *(drawn(part, draws) for part in item[1:]))


def union(starts: Line, ends: Line, step: int) -> tuple[Line, Line]:
    """Disjoint intervals and their copies moved by a step, those that touch made one: where they start, and end.

    Of all starts and all ends in order, a gap is where a start comes after as many ends as there are starts before it.
    """
    if len(starts) > MOST_PIECES:
        raise Malformed(f"more work than one file may cost: a trial of more than {MOST_PIECES} intervals")
    spend(35 + (4 if len(starts) < MANY else 14) * len(starts))
    starts, ends = (sorted(line + [at + step for at in line]) for line in (starts, ends))
    following = starts[1:]
    gaps = list(map(gt, following, ends))
    return [*starts[:1], *compress(following, gaps)], [*compress(ends, gaps), *ends[-1:]]


def clipped(starts: Line, ends: Line, unit: int) -> tuple[Line, Line]:
    """What disjoint intervals in order have in common with [-unit, unit], where at least one of them meets it."""
    meet = slice(bisect_left(ends, -unit), bisect_right(starts, unit))
    starts, ends = starts[meet], ends[meet]
    return [max(starts[0], -unit), *starts[1:]], [*ends[:-1], min(ends[-1], unit)]


def inside(starts: Line, ends: Line, low: int, high: int) -> bool:
    """Whether one of disjoint intervals in order holds both numbers."""
    place = bisect_right(starts, low)
    return place > 0 and high <= ends[place - 1]


def one_interval(steps: Iterable[int], width: int) -> tuple[int, int] | None:
    """What the intervals [s, s + width] of the subset sums s of some steps cover, if a quick look shows that it is one.

    The steps are added by size: while none is longer than what is covered, which is an interval, that grows by it.
    """
    found = [step for step in steps if step]
    spend(20 + 3 * len(found))
    sizes = sorted(map(abs, found))
    if not all(map(le, sizes, accumulate(sizes, initial=width))):
        return None
    below = sum(step for step in found if step < 0)
    return below, width + sum(found) - below


def first_passage(steps: Iterable[int], start: int, end: int, low: int, high: int) -> int:
    """The least number of steps of which the intervals [start + s, end + s] of all subset sums s cover [low, high].

    -1 if there is none.
    """
    starts, ends = [start], [end]
    for number, step in enumerate(chain((0,), steps)):
        if step:
            starts, ends = union(starts, ends, step)
        if inside(starts, ends, low, high):
            return number
    return -1
