"""The search of masks for one pair of random matrices: each weight becomes a subset sum of products of two weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.device import check_device
from lt_proofs.kernels import gadgets, wide
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.kernels.weights import WEIGHTS
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.networks.wanted_sums import WantedSums
from lt_proofs.subset_sum.threads import in_parts
from lt_proofs.subset_sum.working_memory import table_memory

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
# shape of the working memory of `solve_row`
MEMORY = (9, 2**11 + 64)
# down to this scaled tolerance the usual blocks of products have sums enough; for smaller ones a block has so many
# products that about 2^SPARE of its sums are expected within the tolerance of a weight
USUAL, SPARE = 2.0**-19, 4


@dataclass
class Masks:
    """The masks of a layer as far as they are found.

    ``edges``: a row for each output, packed eight to a byte; ``sums``: shape signs x rows x columns, the kept sums in
    units of 2^-48; ``solved``: the same shape, 1 where a subset was found or none is wanted.
    """

    layer: RandomLayer
    edges: Bytes
    sums: Ints
    solved: Bytes = field(repr=False)

    @property
    def used(self) -> NDArray[np.bool_]:
        """Whether each hidden unit has a kept edge; a unit without one is pruned from the first matrix too."""
        packed = np.bitwise_or.reduce(self.edges, axis=0)
        return np.unpackbits(packed, count=self.layer.units, bitorder="little").astype(bool)

    @property
    def kept(self) -> tuple[int, int]:
        """The numbers of kept entries of the first and of the second matrix."""
        return int(self.used.sum()), int(np.bitwise_count(self.edges).sum())

    def unsolved_inputs(self) -> Ints:
        """Return the inputs with a weight, to any output, for which no subset was found."""
        return np.flatnonzero((self.solved == 0).any(axis=(0, 1)))


def empty_masks(layer: RandomLayer, signs: int, wanted: NDArray[np.bool_] | None = None) -> Masks:
    """Return masks that keep nothing; ``wanted`` says for each sign and weight whether it is one of the target."""
    shape = (signs, layer.rows, layer.columns)
    edges = np.zeros((layer.rows, (layer.units + 7) // 8), np.uint8)
    solved = np.zeros(shape, np.uint8) if wanted is None else np.uint8(1) - wanted
    return Masks(layer, edges, np.zeros(shape, np.int64), solved)


def solve(masks: Masks, wanted: WantedSums, objective: int, device: str = "cpu") -> None:
    """Search a subset for every unsolved weight, in place; the result depends neither on the device nor on threads.

    ``objective`` is one of ``kernels.gadgets.OBJECTIVES``. Weights that a small tolerance leaves unsolved are searched
    again in wider blocks of products, always on the CPU.
    """
    first = masks.layer.first_weights()
    members = masks.layer.members(first)[: len(masks.sums)]
    if check_device(device) == "cuda":
        for sign, units in enumerate(members):
            _solve_on_gpus(masks, wanted, first, units, objective, sign)
    else:
        in_parts(
            lambda start, stop: _solve_rows(masks, wanted, first, members, objective, start, stop), masks.layer.rows
        )
    block = block_of(wanted)
    if block > gadgets.HALVES and objective != gadgets.PILOT and not masks.solved.all():
        in_parts(
            lambda start, stop: _solve_wide(masks, wanted, first, members, objective, block, start, stop),
            masks.layer.rows,
        )


def block_of(wanted: WantedSums) -> int:
    """Return how many products are searched at a time for a layer's tolerance: 22, or for a small one up to 36."""
    eps = float(wanted.eps) / 2**wanted.scale
    if eps >= USUAL:
        return gadgets.HALVES
    return min(wide.WIDEST, 2 * ceil((SPARE - log2(max(eps, 2.0**-PRODUCT_BITS))) / 2))


def _solve_rows(
    masks: Masks, wanted: WantedSums, first: Ints, members: tuple[Ints, ...], objective: int, start: int, stop: int
) -> None:
    solve_row = compiled(gadgets.solve_row)
    second = np.empty(masks.layer.units, np.int64)
    memory, table = np.empty(MEMORY, np.int64), table_memory(gadgets.HALVES)
    for o in range(start, stop):
        masks.layer.second_row(o, second)
        for sign, units in enumerate(members):
            ends = wanted.low[o], wanted.high[o]
            edges, sums, solved = masks.edges[o], masks.sums[sign, o], masks.solved[sign, o]
            solve_row(first, second, units, *ends, objective, edges, sums, solved, memory, table)


def least_tolerance(wanted: WantedSums) -> float:
    """Return about the smallest tolerance of a layer that the widest blocks of products reach."""
    return float(2.0 ** (wanted.scale + SPARE - wide.WIDEST))


def _solve_wide(
    masks: Masks,
    wanted: WantedSums,
    first: Ints,
    members: tuple[Ints, ...],
    objective: int,
    block: int,
    start: int,
    stop: int,
) -> None:
    wide_row = compiled(wide.wide_row)
    second, room = np.empty(masks.layer.units, np.int64), np.empty(wide.wide_shape(block), np.int64)
    for o in range(start, stop):
        if masks.solved[:, o].all():
            continue
        masks.layer.second_row(o, second)
        for sign, units in enumerate(members):
            ends = wanted.low[o], wanted.high[o]
            edges, sums, solved = masks.edges[o], masks.sums[sign, o], masks.solved[sign, o]
            wide_row(first, second, units, *ends, objective, block, edges, sums, solved, room)


def _solve_on_gpus(masks: Masks, wanted: WantedSums, first: Ints, members: Ints, objective: int, sign: int) -> None:
    from lt_proofs.cuda.gadgets import GadgetTask

    layer = masks.layer
    stream = np.uint64(WEIGHTS + 2 * layer.number)
    task = GadgetTask(np.uint64(layer.seed), stream, layer.radii[1], first, members, wanted.low, wanted.high, objective)
    found, sums = task.solve(masks.solved[sign] == 0)
    fresh = found != gadgets.NONE
    for o in np.flatnonzero(fresh.any(axis=1)):
        compiled(gadgets.keep_row)(members, found[o], masks.edges[o])
    masks.sums[sign][fresh] = sums[fresh]
    masks.solved[sign][fresh] = 1


def grow(masks: Masks, inputs: Ints, more: int) -> Masks:
    """Return the masks in a layer with ``more`` further hidden units for each of the inputs."""
    layer = masks.layer.grown(np.repeat(inputs, more))
    wider = empty_masks(layer, len(masks.sums))
    wider.edges[:, : masks.edges.shape[1]] = masks.edges
    return Masks(layer, wider.edges, masks.sums, masks.solved)
