"""The rules of the checker by name: what each concludes, from which premises, and the textbook facts it leans on."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from shapes import Function


class Rule(NamedTuple):
    """A rule: the form of its conclusion and of its premises, and its two parts, of which one may be missing.

    `asks` gives the obligations, inequalities under which the premises imply the goal; `looks` decides on its own
    what takes exact computation, and may return a remark.  Both are called with the goal and its premises, `asks`
    with the hints that it names as keywords, and `looks` with what it `takes`, the whole data or the file's folder.
    Premises of the one form before "..." may be as many as a step has, but at least one.  The parts are functions and
    named with their modules: only those modules are loaded whose rules a file uses, and nobody has to read the others.
    """

    form: str
    premises: tuple[str, ...] = ()
    asks: str = ""
    axioms: tuple[str, ...] = ()
    looks: str = ""
    takes: tuple[str, ...] = ()


@cache
def function(place: str) -> Function:
    """The function at a place "folder.module.name"."""
    module, name = place.rsplit(".", 1)
    return getattr(__import__(module, fromlist=[name]), name)


def read(row: dict[str, Any]) -> Rule:
    """A rule from its row in the table, where lists stand for tuples."""
    fields: dict[str, Any] = {key: tuple(item) if isinstance(item, list) else item for key, item in row.items()}
    return Rule(**fields)


# The table of all rules.  The last of the axioms of a rule is the theorem of the project's own mathematics that it
# embodies: its proof is there, and nothing here checks it.
TABLE = json.loads((Path(__file__).resolve().parents[1] / "rules.json").read_text("utf-8"))
RULES = {name: read(row) for name, row in TABLE.items()}
