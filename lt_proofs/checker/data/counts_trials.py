"""The trials of a campaign, one at a time, by plain integers: samples from Philox, intervals merged in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, count, islice, pairwise, repeat
from math import ceil, floor, isqrt
from operator import add, mul, sub

from data.philox import UNIT, WORD, Blocks, packed, uniform
from errors import Malformed, spend
from inequalities.syntax import LAW_FILES, RATIONAL, sequence
from shapes import Data

Pieces = list[tuple[int, int]]  # disjoint intervals of integers, in order

SAMPLED = {kind: row["sampled"] for kind, row in LAW_FILES.items()}
OPERATIONS: dict[str, Callable[..., int]] = {"+": add, "-": sub, "*": mul, "abs": abs, "min": min, "max": max}
POINTS, WEIGHTS, BATCH, MOST, WINDOW = 4, 0x4E000000, 16, 4095, (-1, 1)
MOST_PIECES = 1 << 19
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
        self.window: Sequence[Fraction | int] = WINDOW
        self.law = given.get("law", "gadget")
        if not isinstance(self.law, str) or self.law not in SAMPLED:
            raise Malformed(f"the law is one of {', '.join(SAMPLED)}")
        self.seed = natural(given["seed"], 0, 2**64 - 1 - (self.kind == "network") * 2**40)
        self.most = natural(given["steps" if self.kind == "growth" else "most"], int(self.kind == "network"), MOST)
        self.widths = [natural(width, 1, MOST) for width in sequence(given.get("widths", [1, 1]), 16, 2)]
        pairs = [a * b for a, b in pairwise(self.widths)]
        self.windows = sum(pairs) + pairs[0] if self.kind == "network" else 1
        if self.kind == "passage":
            self.window = [rational(end) for end in sequence(given["window"], 2, 2)]
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
        drawn = 10 * self.most if self.kind == "network" else 0
        return 900 + self.windows * (samples * intervals * 12 // 10 + drawn)

    def success(self, result: int, n: int) -> bool:
        """Whether a result is a success for n."""
        return bool(result & n) if self.kind == "growth" else 0 <= result <= n

    def samples(self, trial: int) -> Iterator[int]:
        """The samples of a trial, without end."""
        blocks, same = Blocks(self.seed, BATCH), packed([trial & WORD] * BATCH)
        for start in count(0, BATCH):
            spend(600)
            words = blocks.words(packed(range(start, start + BATCH)), self.stream, same, trial >> 32)
            odd = [uniform(words[lane][block], UNIT) for block in range(BATCH) for lane in range(4)]
            yield from drawn(self.sample, {"ab"[k]: odd[k :: self.draws] for k in range(self.draws)})

    def passage(self, trial: int) -> int:
        """The least number of samples that cover the window, or -1."""
        return first_passage(islice(self.samples(trial), self.most), *self.grid(self.eps))

    def grid(self, eps: Fraction) -> tuple[int, int, int]:
        """Width and ends, in units of the samples, such that intervals of integers decide coverage of the reals."""
        unit = 1 << self.bits
        width = floor(2 * eps * unit)
        return width, floor((self.window[0] + eps) * unit), ceil((self.window[1] - eps) * unit) + width

    def growth(self, trial: int) -> int:
        """Sixteenths of the covered part, and whether z is covered anew, and whether y is covered and z is not."""
        unit, begin, samples = 1 << self.bits, floor(self.eps * (1 << self.bits)), self.samples(trial)
        pieces = [(-begin, begin)]
        for step in islice(samples, self.most):
            pieces = [(max(a, -unit), min(b, unit)) for a, b in union(pieces, step) if b >= -unit and a <= unit]
        words = [word[0] for word in Blocks(self.seed, 1).words(0, POINTS, trial & WORD, trial >> 32)]
        y, z = ((((a >> 7) << 24 | b >> 8) >> 48 - self.bits) - unit for a, b in (words[:2], words[2:]))
        in_y, in_z, new = (any(a <= at < b for a, b in pieces) for at in (y, z, z - next(samples)))
        sixteenths = min(sum(b - a for a, b in pieces) * 16 >> self.bits + 1, 15)
        return 4 * sixteenths + (new and not in_z) + 2 * (in_y and not in_z)

    def network_eps(self, pairs: int) -> Fraction:
        """The tolerance of the windows of a layer with so many pairs of an output and an input, on the grid."""
        square = self.eps**2 * (1 << 96) / (4 * (len(self.widths) - 1) ** 2 * pairs)
        return Fraction(isqrt(floor(square)), 1 << 48)

    def network(self, trial: int) -> int:
        """The largest passage of all windows of the random network with the seed seed + trial; -1 if one has none."""
        spend(100 + 2 * self.most)
        blocks, passages = Blocks(self.seed + trial, self.most), []
        for layer, (columns, rows) in enumerate(pairwise(self.widths)):
            grid = self.grid(self.network_eps(columns * rows))
            for j in range(columns):
                spend(100 + 8 * self.most)
                units = range(j, j + columns * self.most, columns)
                words = blocks.words(j // 4 * blocks.ones, WEIGHTS + 2 * layer + 1, packed(units))
                first = [uniform(word, UNIT) for word in words[j % 4]]
                for o in range(rows):
                    spend(100 + 12 * self.most)
                    words = blocks.words(packed(u // 4 for u in units), WEIGHTS + 2 * layer + 2, o * blocks.ones)
                    second = [uniform(words[u % 4][k], UNIT) for k, u in enumerate(units)]
                    for sign in (1,) if layer else (1, -1):
                        steps = (b * max(sign * a, 0) for a, b in zip(first, second, strict=True))
                        passages.append(first_passage(steps, *grid))
        return -1 if -1 in passages else max(passages)


def drawn(item: Data, draws: dict[str, list[int]]) -> Iterable[int]:
    """The values of the term of a sample, one for each draw of a, or of a and b."""
    if isinstance(item, str):
        return draws[item] if item in draws else repeat(int(item))
    return map(OPERATIONS[item[0]], *(drawn(part, draws) for part in item[1:]))


def union(pieces: Pieces, step: int) -> Pieces:
    """Disjoint intervals and their copies moved by a step, those that touch made one."""
    if len(pieces) > MOST_PIECES:
        raise Malformed(f"more work than one file may cost: a trial of more than {MOST_PIECES} intervals")
    spend(20 + 6 * len(pieces))
    joined: Pieces = []
    for a, b in sorted(pieces + [(a + step, b + step) for a, b in pieces]):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def first_passage(steps: Iterable[int], width: int, low: int, high: int) -> int:
    """The least number of steps whose subset sums s cover [low, high] with the intervals [s, s + width], or -1."""
    sums = [(0, width)]
    for number, step in enumerate(chain((0,), steps)):
        sums = union(sums, step) if step else sums
        if any(a <= low and high <= b for a, b in sums):
            return number
    return -1
