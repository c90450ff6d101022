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
from lt_proofs.theory.contraction import CONTRACTION
from lt_proofs.theory.counting import COLUMNS, COUNTING, UNITS
from lt_proofs.theory.four_cycle import FOUR_CYCLE, FOUR_CYCLE_GRID
from lt_proofs.theory.packing import ONE_MATRIX, PACKING, VOLUME
from lt_proofs.theory.theorem_2 import LOWER_BOUNDS

LOWER: tuple[Claim, ...] = (PACKING, ONE_MATRIX, VOLUME, COUNTING, UNITS, COLUMNS, *LOWER_BOUNDS)
CLAIMS: tuple[Claim, ...] = (FOUR_CYCLE, FOUR_CYCLE_GRID, CONTRACTION, *LOWER)


@cache
def by_id() -> dict[str, Claim]:
    """The claims by id."""
    return {claim.id: claim for claim in CLAIMS}


def find(name: str) -> Claim:
    """The claim of that id, case-insensitive; raises BadInput with the nearest ids otherwise."""
    claims = by_id()
    if name.lower() in claims:
        return claims[name.lower()]
    near = difflib.get_close_matches(name.lower(), claims, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise BadInput("ID", name, f"{hint}known ids: {', '.join(claims)}")


def record() -> dict[str, Any]:
    """What theory says now: the JSON data of every claim's judgement, by id."""
    return {claim.id: encode(claim.judgement) for claim in CLAIMS}


def record_text() -> str:
    """The text of ``statements.json``: one statement a line, canonical but for the line breaks."""
    lines = (
        f"{json.dumps(name)}:{json.dumps(data, sort_keys=True, separators=(',', ':'))}"
        for name, data in record().items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def shipped_text() -> str:
    """The committed record, package data ``statements.json``."""
    return files("lt_proofs").joinpath("statements.json").read_text("ascii")
