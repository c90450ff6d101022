"""All claims in the order of the argument, and the record that the package ships."""

from __future__ import annotations

import difflib
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from lt_proofs import theory
from lt_proofs.errors import BadInput
from lt_proofs.terms import encode
from lt_proofs.theory.claim import Claim

NUMBER = re.compile(r"Mathematics ([1-9][0-9]*)\.([0-9]+)")


def claims_in(module: ModuleType) -> Iterator[Claim]:
    """The claims that a module holds at its top, alone or in tuples."""
    for value in vars(module).values():
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Claim))


def place_of(claim: Claim) -> tuple[int, int]:
    """The chapter and the section of docs/mathematics that a claim names first; a test sees that it names one."""
    found = NUMBER.search(claim.place)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def gathered() -> list[Claim]:
    """All claims of the modules of this room, by their numbers in docs/mathematics.

    Claims of one section keep the order of the modules' names and of the lines in them.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(theory.__path__) if module.name != "record")
    modules = (importlib.import_module(f"{theory.__name__}.{name}") for name in names)
    # modules import claims from one another; two claims of one id both stay, and a test refuses them
    found = {id(claim): claim for module in modules for claim in claims_in(module)}
    return sorted(found.values(), key=place_of)


def premises_first(claims: list[Claim]) -> tuple[Claim, ...]:
    """The claims in this order, but each behind its premises."""
    named, placed = {claim.id: claim for claim in claims}, dict[int, Claim]()

    def place(claim: Claim) -> None:
        for premise in claim.premises:
            if id(named[premise]) not in placed:
                place(named[premise])
        placed.setdefault(id(claim), claim)

    for claim in claims:
        place(claim)
    return tuple(placed.values())


CLAIMS: tuple[Claim, ...] = premises_first(gathered())


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
