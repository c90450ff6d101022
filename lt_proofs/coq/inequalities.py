"""The real-inequality obligations of the claims as Coq files, and what coqc says of them."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from lt_proofs.coq.coqc import Compilation, compiled
from lt_proofs.coq.tactics import needed, proof_lines
from lt_proofs.errors import BadInput
from lt_proofs.files.atomic import new_folder
from lt_proofs.proof.prover import proof_of
from lt_proofs.terms import Apply, Judgement, decode
from lt_proofs.terms.coq import coq_statement
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.terms.tree import subterms
from lt_proofs.theory.claim import Claim

LIBRARY = "Signs.v"
PROJECT = "_CoqProject"
SECONDS = 120.0
"""How long coqc may take for one file."""
WIDTH = 110
PACKAGES = "coq libcoq-interval"
"""The Debian packages that the exported files need."""
ROOT = ("-Q", ".", "LtProofs")
ERF = """From Coquelicot Require Import RInt.
Definition erf (x : R) : R := 2 / sqrt PI * RInt (fun t => exp (- (t * t))) 0 x.

"""
"""The error function, which Coq's library lacks."""


@dataclass(frozen=True)
class Obligation:
    """One inequality that the proof of a claim rests on, with the evidence that its certificate holds."""

    claim: str
    title: str
    place: int
    of: int
    judgement: Judgement
    evidence: Any

    @property
    def name(self) -> str:
        """The name of the theorem, and of its file."""
        return f"{self.claim.replace('-', '_')}_{self.place:02}"

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.v"


def obligations(claims: Iterable[Claim]) -> list[Obligation]:
    """Every step of the claims' proofs that concludes an inequality from evidence.

    Raises BadInput if a claim is not proved.
    """
    found = []
    for claim in claims:
        steps = proof_of(claim.judgement, claim.plan)
        if steps is None:
            raise BadInput("ID", claim.id, "it is not proved, so there is nothing to export; see lt-proofs check")
        rows = [row for row in steps.rows if row["rule"] == "tree"]
        found += [
            Obligation(claim.id, claim.title, place, len(rows), decode(row["goal"]), row["data"]["evidence"])
            for place, row in enumerate(rows, 1)
        ]
    return found


def coq_text(obligation: Obligation) -> str:
    """The file of one obligation: what it says in words, the statement, the proof."""
    judgement = obligation.judgement
    conclusion = judgement["conclusion"]
    conditions = needed(conclusion.left, conclusion.right)
    statement = coq_statement(judgement, conditions).replace("\n", "\n  ")
    words = [
        f"Claim {obligation.claim}: {obligation.title}; inequality {obligation.place} of {obligation.of}.",
        *_wrapped(plain_sentence(judgement)),
    ]
    if conditions:
        words.append("Beside it stands what makes both sides defined: Coq's functions are total.")
    header = "(* " + "\n   ".join(words) + " *)"
    proof = "\n".join(proof_lines(judgement, obligation.evidence))
    heads = {
        part.head for side in (conclusion.left, conclusion.right) for part in subterms(side) if isinstance(part, Apply)
    }
    return (
        f"{header}\nFrom Coq Require Import Reals.\nFrom Interval Require Import Tactic.\n"
        f"From LtProofs Require Import Signs.\nOpen Scope R_scope.\n\n{ERF if 'erf' in heads else ''}"
        f"Theorem {obligation.name} : {statement}.\nProof.\n{proof}\nQed.\n\n"
        f"Print Assumptions {obligation.name}.\n"
    )


def library_text() -> str:
    """The lemmas and tactics that the files share."""
    return files("lt_proofs.coq").joinpath(LIBRARY).read_text("ascii")


def files_of(claims: Iterable[str]) -> frozenset[str]:
    """Patterns of the names of all files that an export of the claims with these ids may have."""
    return frozenset({f"{claim.replace('-', '_')}_[0-9][0-9].v" for claim in claims} | {LIBRARY, PROJECT})


def write_export(folder: Path, found: Sequence[Obligation]) -> list[str]:
    """Write the folder whole or not at all, and name the files of the obligations in it.

    Raises BadInput when the folder holds anything but an older export.
    """
    with new_folder(folder, files_of(o.claim for o in found)) as place:
        write_into(place, found)
    return [o.file for o in found]


def write_into(folder: Path, found: Sequence[Obligation]) -> None:
    """The files of an export in a folder that exists."""
    (folder / LIBRARY).write_text(library_text(), "ascii")
    names = "\n".join([LIBRARY, *(o.file for o in found)])
    (folder / PROJECT).write_text(f"-Q . LtProofs\n{names}\n", "ascii")
    for obligation in found:
        (folder / obligation.file).write_text(coq_text(obligation), "ascii")


def run_coqc(
    coqc: str, found: Sequence[Obligation], seconds: float = SECONDS, progress: Callable[[int, int], None] | None = None
) -> list[Compilation]:
    """Compile each obligation in a temporary folder; ``progress`` is called with (done, total) after each.

    Raises BadInput when the shared lemmas do not compile, as without the interval library.
    """
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as name:
        folder = Path(name)
        write_into(folder, found)
        library = compiled(coqc, folder, LIBRARY, *ROOT, seconds=seconds)
        # without the shared lemmas every file fails, and the cause is the installation
        if not library.confirmed:
            raise BadInput("--run", coqc, f"{LIBRARY}: {library.reason}; on Debian: apt install {PACKAGES}")
        outcomes = []
        for obligation in found:
            outcomes.append(compiled(coqc, folder, obligation.file, *ROOT, seconds=seconds))
            if progress is not None:
                progress(len(outcomes), len(found))
        return outcomes


def _wrapped(sentence: str) -> list[str]:
    """Lines of a comment, with no comment signs of Coq inside."""
    return textwrap.wrap(sentence.replace("*)", "* )").replace("(*", "( *"), WIDTH)
