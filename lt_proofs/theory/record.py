"""All claims in the order of the argument, and the record that the package ships."""

from __future__ import annotations

import difflib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.terms import encode
from lt_proofs.theory.claim import Claim
from lt_proofs.theory.constant import CONSTANTS
from lt_proofs.theory.contraction import CONTRACTION
from lt_proofs.theory.counting import COLUMNS, COUNTING, UNITS
from lt_proofs.theory.four_cycle import FOUR_CYCLE, FOUR_CYCLE_GRID
from lt_proofs.theory.grids import (
    COVERED_GRID,
    GADGET_TRANSFER,
    GROWTH_GRID,
    GROWTH_GRID_ODD,
    TICKET_TRANSFER,
    UNIFORM_TRANSFER,
    WEIGHTED_TRANSFER,
)
from lt_proofs.theory.laws import (
    CONTAINS_COVERED,
    GADGET_COVERED,
    GADGET_GROWTH,
    PAPER_ROUTE,
    PRODUCT_COVERED,
    PRODUCT_EXACT,
    PRODUCT_GROWTH,
    UNIFORM_RADIUS,
)
from lt_proofs.theory.layers import COMPOSITION, COMPOSITION_LOG, LAYER, LAYER_ONE, LINK, LINK_ONE, NEURON
from lt_proofs.theory.packing import ONE_MATRIX, PACKING, VOLUME
from lt_proofs.theory.small_radius import SMALL_RADIUS, SMALL_RADIUS_GRID
from lt_proofs.theory.subset_sum import ANY_COVERED, GROWTH, UNIFORM_COVERED
from lt_proofs.theory.theorem_1 import A_POSTERIORI, THEOREM_1, THEOREM_1_LOG
from lt_proofs.theory.theorem_2 import LOWER_BOUNDS
from lt_proofs.theory.weighted import EIGHT_POINTS, MEAN, TAPERED, WEIGHTED_GADGET, WEIGHTED_PRODUCT
from lt_proofs.theory.weighted_layers import WEIGHTED_LAYERS
from lt_proofs.theory.windows import WINDOWS

LOWER: tuple[Claim, ...] = (PACKING, ONE_MATRIX, VOLUME, COUNTING, UNITS, COLUMNS, *LOWER_BOUNDS)
ONE_SAMPLE: tuple[Claim, ...] = (FOUR_CYCLE, FOUR_CYCLE_GRID, GROWTH, GROWTH_GRID, GROWTH_GRID_ODD, CONTRACTION)
COVERAGE: tuple[Claim, ...] = (
    *(ANY_COVERED, UNIFORM_COVERED, EIGHT_POINTS, TAPERED, MEAN, COVERED_GRID, UNIFORM_TRANSFER, CONTAINS_COVERED),
)
PRODUCTS: tuple[Claim, ...] = (
    *(SMALL_RADIUS, SMALL_RADIUS_GRID, UNIFORM_RADIUS, PRODUCT_GROWTH, PRODUCT_EXACT, GADGET_GROWTH, PAPER_ROUTE),
    *(PRODUCT_COVERED, GADGET_COVERED, WEIGHTED_PRODUCT, WEIGHTED_GADGET, GADGET_TRANSFER, TICKET_TRANSFER),
    WEIGHTED_TRANSFER,
    *WINDOWS,
)
UPPER: tuple[Claim, ...] = (
    *(LINK, LINK_ONE, NEURON, LAYER, LAYER_ONE, COMPOSITION, THEOREM_1, COMPOSITION_LOG, THEOREM_1_LOG),
    *WEIGHTED_LAYERS,
    *CONSTANTS,
    A_POSTERIORI,
)
CLAIMS: tuple[Claim, ...] = (*ONE_SAMPLE, *COVERAGE, *PRODUCTS, *UPPER, *LOWER)


@cache
def by_id() -> dict[str, Claim]:
    """Return the claims by id."""
    return {claim.id: claim for claim in CLAIMS}


def find(name: str) -> Claim:
    """Return the claim of that id, case-insensitive; raise BadInput, which names similar ids, if there is none."""
    claims = by_id()
    if name.lower() in claims:
        return claims[name.lower()]
    near = difflib.get_close_matches(name.lower(), claims, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise BadInput("ID", name, f"{hint}lt-proofs show lists all claims")


def statements() -> dict[str, Any]:
    """Return the JSON data of every claim's judgement, by id, as the modules of this room define it now."""
    return {claim.id: encode(claim.judgement) for claim in CLAIMS}


def record_text() -> str:
    """Return the text of ``statements.json``: canonical JSON, except that each statement has its own line."""
    lines = (
        f"{json.dumps(name)}:{json.dumps(data, sort_keys=True, separators=(',', ':'))}"
        for name, data in statements().items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def shipped_text() -> str:
    """Return the committed record, the package's file ``statements.json``."""
    return files("lt_proofs").joinpath("statements.json").read_text("ascii")
