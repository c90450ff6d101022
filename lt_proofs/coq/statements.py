"""The statements of formal/: what they say in words and in Coq, and which claims of record have a twin there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lt_proofs.coq.coqc import CLOSED, compiled, version_of
from lt_proofs.coq.library import ROOT, Progress, built, coqc_for, sources, workplace
from lt_proofs.errors import BadInput
from lt_proofs.files import read_json

MODULE = "statements"
FILE = "Assumptions.v"
ENTRY = re.compile(
    r"^\(\* ([a-z0-9-]+): ([^\n]+)\n((?:   [^\n]+\n)+)Theorem (\w+) ((?s:.+?))\nProof\.", re.MULTILINE | re.ASCII
)


@dataclass(frozen=True)
class Statement:
    """A theorem of formal/statements.v."""

    id: str
    title: str
    words: str
    """What it says, in one paragraph."""
    coq: str
    """The statement itself, as Coq reads it."""

    @property
    def theorem(self) -> str:
        """The name of the theorem in Coq."""
        return f"{ROOT}.{MODULE}.{self.id.replace('-', '_')}"


@dataclass(frozen=True)
class Twin:
    """A theorem of formal/ that says, for weights on a grid, what a claim of record says."""

    theorem: str
    of: str


@cache
def statements() -> tuple[Statement, ...]:
    """Return the statements in the order of the file; none where the Coq files are missing."""
    try:
        text = (sources() / f"{MODULE}.v").read_text("ascii")
    except BadInput:
        return ()
    found = []
    for name, title, words, theorem, coq in ENTRY.findall(text):
        paragraph = " ".join(words.split()).removesuffix("*)").strip()
        found.append(Statement(name, title, paragraph, f"Theorem {theorem} {coq}"))
    return tuple(found)


def find_statement(name: str) -> Statement | None:
    """Return the statement of that id, case-insensitive; None if there is none."""
    return next((one for one in statements() if one.id == name.lower()), None)


@cache
def twins() -> dict[str, Twin]:
    """Return the theorems of formal/ by the ids of the claims that they are twins of; none without the Coq files."""
    try:
        rows = read_json(sources() / "record.json")
    except BadInput:
        return {}
    return {name: Twin(row["theorem"], row["of"]) for name, row in rows.items()}


@dataclass(frozen=True)
class Assumptions:
    """What Coq's kernel said of a theorem: the axioms that it rests on, none for a kernel-checked one."""

    theorem: str
    axioms: tuple[str, ...]
    version: str

    @property
    def checked(self) -> bool:
        """Whether the theorem is kernel-checked: accepted, and resting on no axiom."""
        return not self.axioms


def kernel_assumptions(
    theorems: Sequence[str], argument: str, progress: Progress | None = None
) -> dict[str, Assumptions]:
    """Have Coq compile what proves these theorems, where that was not done before, and ask what each rests on.

    Raises BadInput, which names the argument that asked for it, where coqc is not installed; where formal/ is missing
    or does not compile; and for a theorem that it does not contain.
    """
    coqc = coqc_for(argument)
    modules = list(dict.fromkeys(theorem.split(".")[1] for theorem in theorems))
    library = built(modules, coqc, progress)
    lines = [f"From {ROOT} Require {' '.join(modules)}.", *(f"Print Assumptions {theorem}." for theorem in theorems)]
    with workplace(library) as (folder, options):
        (folder / FILE).write_text("\n".join(lines) + "\n", "ascii")
        answer = compiled(coqc, folder, FILE, *options)
    parts = re.split(rf"^(?={CLOSED}$|Axioms:$)", answer.printed, flags=re.MULTILINE)[1:]
    if not answer.confirmed or len(parts) != len(theorems):
        raise BadInput("formal", library, f"Coq does not know its theorems: {answer.reason or answer.printed[:80]}")
    return {
        theorem: Assumptions(theorem, _axioms(part), version_of(coqc))
        for theorem, part in zip(theorems, parts, strict=True)
    }


def _axioms(printed: str) -> tuple[str, ...]:
    """Return the names that Print Assumptions listed for one theorem."""
    first, _, listed = printed.partition("\n")
    if first == CLOSED:
        return ()
    return tuple(line.split()[0] for line in listed.splitlines() if line and not line[0].isspace()) or ("unknown",)
