"""Experiment 1 of the paper: approximate every weight of a trained network by a subset sum, in three ways.

The published experiment replaces each weight by a plain subset sum of 21 coefficients; it draws no random network. It
is repeated here (a) and set beside Theorem 1's own construction (b): gadgets with ReLU, twice the depth, saved masks
and a certified error.

Run ``python -m lt_proofs.experiments.first [TARGET] [--mnist FOLDER] [--json]``. Without TARGET the network whose path
is in the environment variable LT_PROOFS_FC2 is taken, or else the bundled digits network.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import decimal_text
from lt_proofs.experiments.idx import test_images
from lt_proofs.kernels import weights as kernels
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import UNIFORM_BITS
from lt_proofs.networks import InputDomain, Target, digits, load_target, prune, ticket_of
from lt_proofs.networks.error_bound import certified_error
from lt_proofs.networks.wanted_sums import WantedSums
from lt_proofs.subset_sum import best_subsets

PUBLISHED_N, PUBLISHED_WIDTHS = 21, (784, 500, 10)
EPS = Fraction(1, 100)
# Philox streams STREAM + 1, STREAM + 2, … hold the coefficients of layer 1, 2, …
STREAM = 0x45000000
ENVIRONMENT = "LT_PROOFS_FC2"
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class MethodResult:
    """The result of one method, as texts; weights before and after pruning are per weight of the target.

    All layers and, for gadgets, both signs of the first layer are counted.
    """

    name: str
    seconds: float
    before: str
    after: str
    max_weight_error: str
    error_bound: str
    accuracy: str


PUBLISHED = MethodResult("as published (36 cores)", 77266.0, "21.00", "9.39", "-", "-", "of the target, by mistake")
HEADS = ("", "seconds", "weights before", "after", "largest error", "certified error", "right test images")


def run(target: Target, mnist: Path | None = None, seed: int = 0) -> list[MethodResult]:
    """Apply all methods to one network; accuracies are those of the approximating network's own forward pass."""
    count = _counter(target, mnist)
    return [
        plain_sums(target, seed, count),
        gadgets(target, seed, "sparse", count),
        gadgets(target, seed, "exact", count),
    ]


def plain_sums(target: Target, seed: int, count: Callable[[Any], str]) -> MethodResult:
    """Approximate each weight by the best subset sum of its output's 21 coefficients, as published.

    The coefficients are uniform between the least and the largest weight of the layer. No random network computes these
    sums: this is the published experiment, not the theorem.
    """
    start = time.perf_counter()
    wanted_sums = [WantedSums.of(matrix, EPS) for matrix in target.matrices()]
    sums, kept = [], 0
    for number, wanted in enumerate(wanted_sums, 1):
        found, taken = _nearest_sums(wanted, seed, number)
        sums.append(found[None])
        kept += taken
    seconds = time.perf_counter() - start
    # errors and bounds are exact: sums and weights are integers in the units of the wanted sums
    largest = max(wanted.largest_error(found) for wanted, found in zip(wanted_sums, sums, strict=True))
    # one sign only: a plain sum multiplies its input whether that is positive or negative
    bound, _ = certified_error(wanted_sums, sums, target, InputDomain())
    weights = sum(wanted.whole.size for wanted in wanted_sums)
    matrices = [
        np.ldexp(found[0].astype(np.float64), wanted.scale - 48)
        for wanted, found in zip(wanted_sums, sums, strict=True)
    ]
    name = f"(a) plain subset sums, n = {PUBLISHED_N}"
    return _row(name, seconds, Fraction(PUBLISHED_N), Fraction(kept, weights), largest, bound, count(_dense(matrices)))


def _nearest_sums(wanted: WantedSums, seed: int, number: int) -> tuple[Ints, int]:
    """Return the sums of a layer, outputs x inputs in the units of its wanted sums, and how many samples they use."""
    outputs, inputs = wanted.whole.shape
    low, high = int(wanted.whole.min()), int(wanted.whole.max())
    coefficients = np.empty((outputs, PUBLISHED_N), np.int64)
    for o in range(outputs):
        compiled(kernels.random_row)(np.uint64(seed), np.uint64(STREAM + number), o, coefficients[o])
    # map [-1, 1] to [low, high]; Python integers, because the product may exceed 64 bits
    places = (coefficients + 2**UNIFORM_BITS).astype(object) * (high - low) >> UNIFORM_BITS + 1
    samples = (places + low).astype(np.int64)
    # all weights of an output share its coefficients
    masks, _ = best_subsets(np.repeat(samples, inputs, axis=0), wanted.whole.ravel())
    bits = (masks[:, None] >> np.arange(PUBLISHED_N)) & 1
    sums = (bits.reshape(outputs, inputs, PUBLISHED_N) * samples[:, None, :]).sum(axis=2)
    return sums, int(bits.sum())


def gadgets(target: Target, seed: int, objective: str, count: Callable[[Any], str]) -> MethodResult:
    """Prune the random network of Theorem 1: gadgets with ReLU, twice the depth, hidden units shared by both signs."""
    start = time.perf_counter()
    pruned = prune(target, EPS, seed=seed, objective=objective, checkable=False)
    seconds = time.perf_counter() - start
    # both matrices are drawn in full, including the entries that a ticket never uses
    drawn = sum(m.layer.units * (m.layer.columns + m.layer.rows) for m in pruned.masks)
    return _row(
        f"(b) gadgets, {objective}, n = {pruned.n}",
        seconds,
        Fraction(drawn, pruned.weights),
        Fraction(sum(pruned.kept), pruned.weights),
        pruned.max_weight_error,
        pruned.error_bound,
        count(ticket_of(pruned).forward),
    )


def _row(
    name: str, seconds: float, before: Fraction, after: Fraction, largest: Fraction, bound: Fraction, right: str
) -> MethodResult:
    """Write the figures of a row as texts, rounded up."""

    def up(value: Fraction, places: int) -> str:
        return decimal_text(value, places, up=True)

    return MethodResult(name, round(seconds, 2), up(before, 2), up(after, 2), up(largest, 9), up(bound, 6), right)


def _dense(matrices: Sequence[NDArray[np.float64]]) -> Callable[[Any], Any]:
    """Return the forward pass of a bias-free ReLU network with these matrices."""

    def forward(inputs: Any) -> Any:
        values = inputs @ matrices[0].T
        for matrix in matrices[1:]:
            values = np.maximum(values, 0) @ matrix.T
        return values

    return forward


def _counter(target: Target, mnist: Path | None) -> Callable[[Any], str]:
    """Return a function that reports how many test images a forward pass classifies correctly, or "-" without images.

    The images are the bundled digits for the bundled network, or those of a folder of IDX files.
    """
    if mnist is None and not digits.is_target(target):
        return lambda _: "-"
    images, labels = digits.test_images() if mnist is None else test_images(mnist)

    def count(forward: Any) -> str:
        right = int((forward(images).argmax(axis=1) == labels).sum())
        return f"{right} of {len(labels)}"

    return count


def beside_published(target: Target, rows: Sequence[MethodResult]) -> list[MethodResult]:
    """Return the rows, preceded by the published one if the network has the paper's widths."""
    return [PUBLISHED, *rows] if target.widths == PUBLISHED_WIDTHS else list(rows)


def table(rows: Sequence[MethodResult]) -> str:
    """Format the rows as a text table with aligned columns."""
    lines = [HEADS, *(tuple(str(value) for value in asdict(row).values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


@click.command()
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--mnist", type=click.Path(path_type=Path), help="Folder of IDX files with the test images.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(target: Path | None, mnist: Path | None, seed: int, as_json: bool) -> None:
    """Experiment 1 on TARGET, on the network of LT_PROOFS_FC2, or on the bundled one."""
    path = target or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else digits.path())
    network = load_target(path)
    if not isinstance(network, Target):
        raise BadInput("TARGET", path, "give a fully connected network; the experiment compares dense layers")
    rows = beside_published(network, run(network, mnist, seed))
    click.echo(json.dumps({"rows": [asdict(row) for row in rows]}, indent=1) if as_json else table(rows))


if __name__ == "__main__":
    main()
