"""All kernels that are launched on a GPU, for the tests and benchmarks that examine each of them."""

from __future__ import annotations

from lt_proofs.cuda.closest import CLOSEST_ALONE, CLOSEST_IN_BLOCKS, CLOSEST_IN_MEMORY
from lt_proofs.cuda.device import Kernel
from lt_proofs.cuda.finite import LEAST_CUTS, PUSH_MASSES, SETTLE_MASSES
from lt_proofs.cuda.gadgets import DRAW_ROWS, GADGETS_ALONE, GADGETS_QUICKLY
from lt_proofs.cuda.masks import MATCH_MASKS
from lt_proofs.cuda.passage import (
    GROWTH_OUTCOMES,
    NETWORK_PASSAGES,
    PASSAGES_LISTED,
    PASSAGES_NARROW,
    PASSAGES_WIDE,
)
from lt_proofs.cuda.reach import REACH_ONE, REACH_TWO
from lt_proofs.cuda.rows import ANY_QUICKLY, FEWEST_ALONE, FEWEST_QUICKLY

KERNELS: tuple[Kernel, ...] = (
    PASSAGES_NARROW,
    PASSAGES_WIDE,
    PASSAGES_LISTED,
    NETWORK_PASSAGES,
    GROWTH_OUTCOMES,
    CLOSEST_IN_BLOCKS,
    CLOSEST_IN_MEMORY,
    CLOSEST_ALONE,
    ANY_QUICKLY,
    FEWEST_QUICKLY,
    FEWEST_ALONE,
    DRAW_ROWS,
    GADGETS_QUICKLY,
    GADGETS_ALONE,
    LEAST_CUTS,
    PUSH_MASSES,
    SETTLE_MASSES,
    MATCH_MASKS,
    REACH_ONE,
    REACH_TWO,
)
