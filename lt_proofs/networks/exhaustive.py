"""All masks of a small two-layer network: how many functions they give, and how many linear maps these approximate.

Mathematics 4.16. A mask chooses for each hidden unit which inputs it sees and to which outputs it leads.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import exact
from lt_proofs.kernels import masks as kernels
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import UNIFORM_BITS
from lt_proofs.networks.copositive import close
from lt_proofs.networks.packings import grid_matrices
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.subset_sum.threads import Progress, in_parts
from lt_proofs.terms import Judgement, number

Ints = NDArray[np.int64]
# largest number of weights, since each doubles the number of masks
MAX_BITS = {"cpu": 28, "cuda": 32}
# masks that floats cannot decide, for each part of the work; integers decide them
OPEN_CASES = 1 << 12
MAX_CELLS = 40


@dataclass(frozen=True)
class Exhaustive:
    """The functions of all masks of one network, counted exactly."""

    first: Ints
    """Shape hidden x size: the weights from the inputs to each hidden unit, in units of 2^-24."""
    second: Ints
    """Shape hidden x size: the weights from each hidden unit to the outputs, in units of 2^-24."""
    eps: Fraction
    cells: int
    targets: Ints
    """The matrices to be approximated, one a row, entries row by row in units of 1/cells."""
    counts: Ints
    """For each of them the number of masks whose function is within eps of it on the unit ball."""
    functions: int
    """The number of different functions that the masks give."""

    @property
    def masks(self) -> int:
        """The number of masks."""
        return 1 << (self.first.size + self.second.size)

    @property
    def reached(self) -> int:
        """The number of matrices that are within eps of some mask's function."""
        return int(np.count_nonzero(self.counts))

    @property
    def bound(self) -> int:
        """The largest number of functions that masks of any network of this size give (Mathematics 4.8).

        A unit with no input or no output contributes nothing; otherwise it has 2^d - 1 choices on each side.
        """
        size = self.first.shape[1]
        return int(((2**size - 1) ** 2 + 1) ** len(self.first))


def random_two_layer(size: int, hidden: int, seed: int) -> tuple[Ints, Ints]:
    """Return the two matrices of a seed's random network, both of shape hidden x size, in units of 2^-24."""
    layer = RandomLayer(seed, 1, size, size, np.zeros(hidden, np.int64))
    return layer.matrix(1), np.ascontiguousarray(layer.matrix(2).T)


def all_masks(
    first: Ints,
    second: Ints,
    eps: Any,
    cells: int,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    device: str = "cpu",
) -> Exhaustive:
    """Examine every mask of a network with one or two inputs and as many outputs.

    The matrices to be approximated are those of spectral norm at most 1 whose entries are multiples of 1/cells.

    >>> first, second = random_two_layer(2, 3, seed=1)
    >>> study = all_masks(first, second, "0.24", 2)
    >>> study.masks, study.functions, len(study.targets), study.reached
    (4096, 1000, 113, 1)

    Raises BadInput for more than 2^28 masks (2^32 with device "cuda") and for weights that are 0 or no multiple of
    2^-24 in [-1, 1].
    """
    tolerance = exact(eps, "eps")
    _check(first, second, tolerance, cells, check_device(device))
    size = first.shape[1]
    targets = grid_matrices(size, cells)
    if size == 1:
        counts, functions = _one_input(first[:, 0], second[:, 0], tolerance, cells, targets[:, 0])
        return Exhaustive(first, second, tolerance, cells, targets, counts, functions)
    counts = _two_inputs(first, second, tolerance, cells, targets, threads, progress, device)
    functions = distinct_functions(first, second)
    return Exhaustive(first, second, tolerance, cells, targets, counts, functions)


def _check(first: Ints, second: Ints, eps: Fraction, cells: int, device: str) -> None:
    size = first.shape[1] if first.ndim == 2 else 0
    if size not in (1, 2) or first.shape != second.shape or not len(first):
        raise BadInput("network", first.shape, "give hidden units with 1 or 2 inputs and as many outputs")
    if first.size + second.size > MAX_BITS[device]:
        masks = f"2^{first.size + second.size} masks"
        raise BadInput("network", masks, f"at most 2^{MAX_BITS[device]} are examined; take fewer hidden units")
    largest = max(int(np.abs(first).max()), int(np.abs(second).max()))
    if largest > 1 << UNIFORM_BITS or not first.all() or not second.all():
        raise BadInput("network", "a weight that is 0 or above 1", "give weights in units of 2^-24, none of them 0")
    if not 0 < eps < 1:
        raise BadInput("eps", eps, "give a number above 0 and below 1")
    if not 1 <= cells <= MAX_CELLS:
        raise BadInput("cells", cells, f"give a whole number from 1 to {MAX_CELLS}")


def subset_sums(weights: Ints) -> Ints:
    """Return the sums of all subsets, with repetitions; bit k of an index says whether weight k is in the subset."""
    sums = np.zeros(1, np.int64)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def sides(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Return the slopes that masks give for positive and for negative inputs, with repetitions, in units of 2^-48."""
    products = first * second
    return subset_sums(products[first > 0]), subset_sums(products[first < 0])


def _one_input(first: Ints, second: Ints, eps: Fraction, cells: int, targets: Ints) -> tuple[Ints, int]:
    """Count for one input: the slopes for positive and for negative inputs are independent of each other.

    Of the four masks of a unit's two weights, three drop it; so each subset stands for 3^(dropped units) masks.
    """
    kept = [_weighted(first * second, first * sign > 0) for sign in (1, -1)]
    counts = np.zeros(len(targets), np.int64)
    for t, x in enumerate(targets.tolist()):
        low, high = _ends(Fraction(x, cells), eps)
        near = [sum(ways for slope, ways in side.items() if low <= slope <= high) for side in kept]
        counts[t] = near[0] * near[1]
    return counts, len(kept[0]) * len(kept[1])


def _weighted(products: Ints, chosen: NDArray[np.bool_]) -> dict[int, int]:
    """Return the slopes for one sign of the input, and how many masks of the units concerned give each."""
    ways = {0: 1}
    for weight in products[chosen].tolist():
        grown = {slope: 3 * count for slope, count in ways.items()}
        for slope, count in ways.items():
            grown[slope + weight] = grown.get(slope + weight, 0) + count
        ways = grown
    return ways


def _ends(target: Fraction, eps: Fraction) -> tuple[int, int]:
    unit = 1 << 2 * UNIFORM_BITS
    return ceil((target - eps) * unit), floor((target + eps) * unit)


def _two_inputs(
    first: Ints,
    second: Ints,
    eps: Fraction,
    cells: int,
    targets: Ints,
    threads: int | None,
    progress: Progress | None,
    device: str,
) -> Ints:
    # entry (i, j) of the product may lie in [low, high] of row i; a necessary condition that integers decide
    ends = {x: _ends(Fraction(x, cells), eps) for x in range(-cells, cells + 1)}
    grid = list(product(range(-cells, cells + 1), repeat=2))
    lows, highs = (np.array([[ends[x][k] for x in row] for row in grid]) for k in (0, 1))
    shaped = targets.reshape(-1, 2, 2)
    rows = (shaped[:, :, 0] + cells) * (2 * cells + 1) + shaped[:, :, 1] + cells
    reals, bend = shaped / cells, floor(2 * eps * (1 << 2 * UNIFORM_BITS))
    if device == "cuda":
        from lt_proofs.cuda.masks import match_all_patterns

        layers = np.ascontiguousarray(first), np.ascontiguousarray(second)
        counts, unsure, cases = match_all_patterns(*layers, lows, highs, rows, reals, float(eps), bend)
        if cases == len(unsure):
            _decide(unsure, first, second, eps, cells, targets, counts)
            return counts
    run, parts = compiled(kernels.match_patterns), []

    def work(start: int, stop: int) -> None:
        counts, unsure = np.zeros(len(targets), np.int64), np.empty((OPEN_CASES, 4), np.int64)
        cases = run(first, second, start, stop, lows, highs, rows, reals, float(eps), bend, counts, unsure)
        if cases > OPEN_CASES:
            raise BadInput("eps", eps, f"{cases} masks lie exactly at it as far as floats tell; change it a little")
        _decide(unsure[:cases], first, second, eps, cells, targets, counts)
        parts.append(counts)

    in_parts(work, 4 ** len(first), threads, progress)
    total: Ints = np.sum(parts, axis=0)
    return total


def _decide(unsure: Ints, first: Ints, second: Ints, eps: Fraction, cells: int, targets: Ints, counts: Ints) -> None:
    """Add those cases to the counts that floats left open and that integers find within eps."""
    for t, pattern, left, right in unsure.tolist():
        units = masked_units(first, second, pattern, (left, right))
        if close(units, [Fraction(x, cells) for x in targets[t].tolist()], eps):
            counts[t] += weight_of(pattern, len(first))


def weight_of(pattern: int, hidden: int) -> int:
    """Return how many masks a choice of inputs stands for.

    A unit contributes nothing under 7 of its 16 masks: 4 in which it sees no input and 3 more in which it leads to no
    output. The search lists these once, as the unit without inputs.
    """
    return int(7 ** sum(not pattern >> 2 * k & 3 for k in range(hidden)))


def masked_units(
    first: Ints, second: Ints, pattern: int, sets: tuple[int, int]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the input and the output weights of each unit under a mask, zero where the mask removes them."""
    rows = []
    for k, (row, column) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        seen = tuple(w if pattern >> (2 * k + j) & 1 else 0 for j, w in enumerate(row))
        sent = tuple(w if sets[i] >> k & 1 else 0 for i, w in enumerate(column))
        rows.append((seen, sent))
    return rows


def distinct_functions(first: Ints, second: Ints) -> int:
    """Return the number of different functions that the masks of a network with two inputs give.

    A unit that sees both inputs breaks on a line of its own, unless two lines are parallel, and its output mask can be
    read off there. A unit that sees one input adds to the slope, for one sign of this input; different sets of units
    give different slopes unless two subset sums coincide. If neither happens, all choices give different functions
    and the bound is attained. Raises BadInput otherwise.
    """
    lines = [tuple(row) for row in first.tolist()]
    parallel = any(a * d == b * c for k, (a, b) in enumerate(lines) for c, d in lines[:k])
    repeated = parallel
    for j, i, sign in product(range(2), range(2), (1, -1)):
        chosen = first[:, j] * sign > 0
        sums = subset_sums(first[chosen, j] * second[chosen, i])
        repeated |= len(np.unique(sums)) < len(sums)
    if repeated:
        raise BadInput("network", "weights that coincide", "two masks make one function; take another network")
    return int(10 ** len(first))


def covered(first: Ints, second: Ints, eps: Any) -> list[tuple[Fraction, Fraction]]:
    """Return, for one input, the targets w in [-1, 1] that some mask's function is within eps of: disjoint intervals.

    Both slopes must be within eps of w, that for positive and that for negative inputs. Ends are exact.
    """
    tolerance, unit = exact(eps, "eps"), 1 << 2 * UNIFORM_BITS
    pieces: list[tuple[Fraction, Fraction]] = []
    left, right = (sorted(set(side.tolist())) for side in sides(first[:, 0], second[:, 0]))
    for low, high in sorted(
        (Fraction(max(a, b), unit) - tolerance, Fraction(min(a, b), unit) + tolerance) for a in left for b in right
    ):
        low, high = max(low, Fraction(-1)), min(high, Fraction(1))
        if low > high:
            continue
        if pieces and low <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(pieces[-1][1], high))
        else:
            pieces.append((low, high))
    return pieces


def masks_certificate(study: Exhaustive) -> str:
    """Return the certificate of a study; the checker examines every mask again, so the network must be small."""
    statement = Judgement.of(
        "masks",
        size=study.first.shape[1],
        first=tuple(study.first.ravel().tolist()),
        second=tuple(study.second.ravel().tolist()),
        unit=number(Fraction(1, 1 << UNIFORM_BITS)),
        closeness=number(study.eps),
        cells=study.cells,
        functions=study.functions,
        reached=study.reached,
    )
    steps = Steps()
    steps.add("all-masks", statement, [], {})
    return certificate_text(certificate("masks", steps))
