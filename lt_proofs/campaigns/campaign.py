"""What a campaign counts: parameters that determine every trial, and the kernel that runs the trials.

A trial's result is an integer that depends only on the parameters and on the trial's number, so anyone who has the
parameters can repeat any single trial (Mathematics 7.5).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.kernels import growth, network_passage
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import PRODUCT_BITS, check_seed
from lt_proofs.laws import Sampler
from lt_proofs.subset_sum.trials import on_grid, passage_counter, room_for

Ints = NDArray[np.int64]
Counter = Callable[[int, Ints], None]

MAX_TRIALS = 1 << 40
MOST_SAMPLES = 1 << 12
# intervals of the covered set that a trial of growth may have
MOST_PIECES = 1 << 16
MAX_WIDTHS = 16


@dataclass(frozen=True)
class Campaign(ABC):
    """An unlimited sequence of trials; a run counts an initial part of it. Raises BadInput for a seed out of range."""

    kind: ClassVar[str]
    seed: int

    def __post_init__(self) -> None:
        check_seed(self.seed)

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Return everything that determines the results, as exact JSON data."""

    @abstractmethod
    def counter(self, device: str = "cpu") -> Counter:
        """Return a function of (start, out) that writes the results of the trials start, start + 1, … into ``out``.

        Any thread may call it; with device "cuda", which divides the trials among the GPUs, one thread at a time.
        Raises BadInput for a parameter out of range or a missing device, before any trial is run.
        """

    @property
    @abstractmethod
    def rows(self) -> range:
        """The numbers n for which successes can be counted."""

    @property
    def most_results(self) -> int:
        """An upper bound of the number of different results: for passages -1 and each number of samples."""
        return len(self.rows) + 1

    def shown_rows(self, histogram: Mapping[int, int]) -> list[int]:
        """Return the numbers n to report if none were asked for: from the least result to the largest."""
        found = [result for result in histogram if result in self.rows]
        return [n for n in self.rows if found and min(found) <= n <= max(found)] or [self.rows[-1]]

    @abstractmethod
    def successes(self, histogram: Mapping[int, int], n: int) -> int:
        """Return how many trials are successes for n, given how often each result occurred."""


class Passages(Campaign):
    """A campaign whose results are the least number n that suffices, or -1 where ``most`` does not.

    Success for n: the result is at least 0 and at most n.
    """

    most: int

    @property
    def rows(self) -> range:
        """The numbers of samples, or of hidden units per input."""
        return range(self.most + 1)

    def successes(self, histogram: Mapping[int, int], n: int) -> int:
        """Return in how many trials n samples, or units per input, are enough."""
        return sum(count for result, count in histogram.items() if 0 <= result <= n)


@dataclass(frozen=True)
class FirstPassage(Passages):
    """Result: the least n such that every real in the window is within eps of a subset sum of the first n samples.

    It is -1 where ``most`` samples do not suffice.
    """

    law: Sampler
    eps: Fraction
    most: int
    window: tuple[Fraction, Fraction] = (Fraction(-1), Fraction(1))
    kind: ClassVar[str] = "passage"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.most < MOST_SAMPLES:
            raise BadInput("most", self.most, f"give from 0 to {MOST_SAMPLES - 1} samples")

    def parameters(self) -> dict[str, Any]:
        """Return kind, law, tolerance, window, seed and the largest number of samples."""
        window = [rational_text(end) for end in self.window]
        exact = {"eps": rational_text(self.eps), "window": window, "seed": self.seed, "most": self.most}
        return {"kind": self.kind, "law": self.law.name, **exact}

    def counter(self, device: str = "cpu") -> Counter:
        """Return the compiled kernel of first passages."""
        return passage_counter(self.law, self.seed, self.eps, self.window, self.most, device)


@dataclass(frozen=True)
class NetworkPassage(Passages):
    """The event of Theorem 1 (Mathematics 3.4): trial t is the random network with the seed seed + t.

    Result: the least number n of hidden units per input such that, in each layer i and for each pair of an output and
    an input, the products of the kept units' two weights (for both signs of the first weight in layer 1, for the
    positive sign after it) have a subset sum within eps_i of every real in [-1, 1]; -1 where ``most`` units do not
    suffice. eps_i is eps/(2 l sqrt(d_i d_(i-1))), rounded down to a multiple of 2^-48.
    """

    widths: tuple[int, ...]
    eps: Fraction
    most: int
    kind: ClassVar[str] = "network"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 2 <= len(self.widths) <= MAX_WIDTHS or not all(1 <= width < MOST_SAMPLES for width in self.widths):
            widths = ",".join(map(str, self.widths))
            raise BadInput("network", widths, f"give 2 to {MAX_WIDTHS} widths below {MOST_SAMPLES}, such as 4,4,4")
        if not 0 < self.eps <= 1:
            raise BadInput("eps", self.eps, "Theorem 1 takes a tolerance above 0 and at most 1")
        if not 0 < self.most < MOST_SAMPLES:
            raise BadInput("most", self.most, f"give from 1 to {MOST_SAMPLES - 1} hidden units per input")
        if self.seed + MAX_TRIALS > 1 << 64:
            raise BadInput("seed", self.seed, "trial t has the seed + t; give a seed below 2^64 - 2^40")

    def parameters(self) -> dict[str, Any]:
        """Return kind, widths, tolerance of the whole network, seed and the largest number of units per input."""
        exact = {"eps": rational_text(self.eps), "seed": self.seed, "most": self.most}
        return {"kind": self.kind, "widths": list(self.widths), **exact}

    def tolerances(self) -> list[Fraction]:
        """Return eps_i of each layer, rounded down to a multiple of 2^-48, the grid of the products.

        >>> NetworkPassage(1, (4, 4, 4), Fraction(1, 2), 64).tolerances()
        [Fraction(1, 32), Fraction(1, 32)]
        """
        square = self.eps**2 * (1 << 2 * PRODUCT_BITS) / (4 * (len(self.widths) - 1) ** 2)
        pairs = zip(self.widths[1:], self.widths[:-1], strict=True)
        return [Fraction(math.isqrt(int(square / (a * b))), 1 << PRODUCT_BITS) for a, b in pairs]

    def counter(self, device: str = "cpu") -> Counter:
        """Return the compiled kernel of network passages."""
        window = Fraction(-1), Fraction(1)
        grids = [on_grid(eps, *window, PRODUCT_BITS) for eps in self.tolerances()]
        kept = max(room_for(self.most, width, PRODUCT_BITS) for width, _, _ in grids)
        table, widths = np.array(grids, np.int64), np.array(self.widths, np.int64)
        key = np.uint64(self.seed)
        if check_device(device) == "cuda":
            from lt_proofs.cuda.passage import NetworkTask

            return NetworkTask(key, widths, table, self.most, kept).passages
        run = compiled(network_passage.network_passages)

        def count(start: int, out: Ints) -> None:
            room, weights = np.empty((4, 2 * kept + 3), np.int64), np.empty((2, self.most), np.int64)
            run(key, start, widths, table, self.most, weights, room, out)

        return count

    @property
    def windows(self) -> int:
        """The number of windows that must be covered at once: one for each weight, two for each of the first layer."""
        pairs = [a * b for a, b in zip(self.widths[1:], self.widths[:-1], strict=True)]
        return sum(pairs) + pairs[0]


@dataclass(frozen=True)
class Growth(Campaign):
    """One step of the restricted process K ↦ K ∪ ((K + X) ∩ [-1, 1]), ``steps`` samples after K = [-eps, eps].

    Mathematics 2.1 and 2.3. v is the covered fraction of [-1, 1]; y and z are uniform in it. A result is 4 times
    (v in sixteenths, rounded down), plus 1 if the next sample covers z and K does not (of expected frequency
    E[v' - v]), plus 2 if K covers y and not z (of expected frequency E[v(1 - v)]). Success for n = 1 is the first of
    these events, for n = 2 the second.
    """

    law: Sampler
    eps: Fraction
    steps: int
    kind: ClassVar[str] = "growth"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.eps <= 1 or math.floor(self.eps * (1 << self.law.bits)) < 1:
            raise BadInput("eps", self.eps, f"give a tolerance from 2^-{self.law.bits} to 1")
        if not 0 <= self.steps < MOST_SAMPLES:
            raise BadInput("growth", self.steps, f"give from 0 to {MOST_SAMPLES - 1} samples")

    def parameters(self) -> dict[str, Any]:
        """Return kind, law, starting tolerance, seed and the number of samples before the step."""
        exact = {"eps": rational_text(self.eps), "seed": self.seed, "steps": self.steps}
        return {"kind": self.kind, "law": self.law.name, **exact}

    def counter(self, device: str = "cpu") -> Counter:
        """Return the compiled kernel of steps of growth.

        It raises BadInput when the covered set has more than 2^15 intervals.
        """
        begin = math.floor(self.eps * (1 << self.law.bits))
        # each sample at most doubles the number of intervals
        size = min(1 << min(self.steps + 2, 62), MOST_PIECES)
        law, key = self.law, np.uint64(self.seed)
        if check_device(device) == "cuda":
            from lt_proofs.cuda.passage import GrowthTask

            run: Counter = GrowthTask(law.stream, law.bits, key, begin, self.steps, size).outcomes
        else:
            run = self._on_cpu(key, begin, size)

        def count(start: int, out: Ints) -> None:
            run(start, out)
            if (out == growth.CROWDED).any():
                raise BadInput("growth", self.steps, f"more than {MOST_PIECES // 2} pieces; take fewer samples")

        return count

    def _on_cpu(self, key: np.uint64, begin: int, size: int) -> Counter:
        run, law = compiled(growth.outcomes), self.law

        def count(start: int, out: Ints) -> None:
            run(law.stream, law.bits, key, start, begin, self.steps, np.empty((4, size), np.int64), out)

        return count

    @property
    def rows(self) -> range:
        """1: the next sample covers z; 2: y is covered and z is not. Both are bits of a result."""
        return range(1, 3)

    @property
    def quantities(self) -> dict[int, str]:
        """The expectation that each row's frequency estimates; the growth claims bound their ratio from below."""
        return {1: "E[v' - v]", 2: "E[v(1 - v)]"}

    @property
    def most_results(self) -> int:
        """Two bits for each sixteenth of v."""
        return 4 * growth.BINS

    def shown_rows(self, histogram: Mapping[int, int]) -> list[int]:  # noqa: ARG002 - both, whatever was found
        """Return both rows."""
        return list(self.rows)

    def successes(self, histogram: Mapping[int, int], n: int) -> int:
        """Return the number of trials whose result has bit n."""
        return sum(count for result, count in histogram.items() if result & n)
