"""Check the claims for the report: search in parallel processes or reuse earlier searches; only the checker decides.

The result of a search is cached under a digest of the claim and of the code that searched. It is only a hint: every
certificate is written again and examined by the checker in its own process, so a wrong or forged cache entry can lose a
proof but never create one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import lt_proofs
from lt_proofs.caches import caches_root, drop_all_but_newest
from lt_proofs.errors import LtProofsError
from lt_proofs.files import read_json, write_file
from lt_proofs.proof.claims import CheckedClaim, check_claims, plants_of, problem_of
from lt_proofs.proof.decide import examine
from lt_proofs.proof.decision import Finding
from lt_proofs.proof.processes import working_processes
from lt_proofs.theory.claim import Claim
from lt_proofs.theory.record import find

SEARCHING = (
    *("terms", "certificates", "exact", "kernels", "subset_sum", "networks", "proof", "checker"),
    *("laws.py", "tables.py"),
)
KEPT = 4
"""How many folders with the searches of older code are kept."""
Progress = Callable[[int, int], None]


def checked_claims(
    claims: Sequence[Claim], folder: Path, progress: Progress | None = None, *, anew: bool = True
) -> list[CheckedClaim]:
    """Check the claims and leave their certificates in the folder; with ``anew``, cached searches are not used.

    ``progress`` is called with (claims done, claims + 1): the last step is the checker's.
    """
    kept = {} if anew else {claim.id: hint for claim in claims if (hint := _kept(claim)) is not None}
    missing = [claim for claim in claims if claim.id not in kept]
    for done, (name, hint) in enumerate(_searched(missing), len(kept) + 1):
        kept[name] = hint
        _keep(find(name), hint)
        if progress is not None:
            progress(done, len(claims) + 1)
    return _examined(claims, kept, folder)


def _examined(claims: Sequence[Claim], kept: dict[str, Any], folder: Path) -> list[CheckedClaim]:
    """Write all certificates, have the checker examine them in one run, and remove those of planted errors."""
    problems = [problem for claim in claims for problem in (problem_of(claim), *plants_of(claim))]
    # nothing of a hint is believed: the certificates go through the checker like new ones
    findings = [
        Finding(row["instances"], row["instance"], row["certificate"])
        for claim in claims
        for row in kept[claim.id]["found"]
    ]
    decisions = examine(problems, findings, folder)
    results = []
    for claim in claims:
        own, *plants = (decisions.pop(0) for _ in range(1 + len(claim.plants)))
        hint = kept[claim.id]
        results.append(CheckedClaim(claim, own, tuple(plants), float(hint["seconds"]), hint["disagreement"]))
        for plant in plants:
            (folder / f"{plant.name}.json").unlink(missing_ok=True)
    return results


def _searched(claims: Sequence[Claim]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Search for all claims, those by enumeration first because they take longest; on one core in this process."""
    names = [claim.id for claim in sorted(claims, key=lambda claim: not claim.finite)]
    workers = min(cores(), len(names) // 2)
    if workers < 2:
        yield from map(search, names)
        return
    with working_processes(workers) as pool:
        yield from pool.imap_unordered(search, names)


def search(name: str) -> tuple[str, dict[str, Any]]:
    """Search for the proof of a claim and for counterexamples of its planted errors; return its id and JSON data."""
    (result,) = check_claims([find(name)])
    found = [
        {"instances": d.instances, "instance": d.instance, "certificate": d.envelope}
        for d in (result.decision, *result.plants)
    ]
    hint = {"found": found, "disagreement": result.disagreement, "seconds": f"{result.seconds:.3f}"}
    # through JSON and back, so that a fresh result is the same data as a cached one
    return name, json.loads(json.dumps(hint))


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _kept(claim: Claim) -> dict[str, Any] | None:
    """Return the cached search of a claim, or None if there is no usable one."""
    try:
        hint: dict[str, Any] = read_json(_place(claim))
        shaped = all(set(row) == {"instances", "instance", "certificate"} for row in hint["found"])
        return hint if shaped and len(hint["found"]) == 1 + len(claim.plants) else None
    except (LtProofsError, KeyError, TypeError):
        return None


def _keep(claim: Claim, hint: dict[str, Any]) -> None:
    """Cache the search of a claim if the cache folder can be written."""
    place = _place(claim)
    with contextlib.suppress(OSError, LtProofsError):
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            drop_all_but_newest(place.parent.parent, "searches-*", KEPT)
        write_file(place, json.dumps(hint).encode("ascii"))


def _place(claim: Claim) -> Path:
    """Where what was found for exactly this claim by exactly this code is kept."""
    data = repr((claim.id, claim.judgement, claim.plan, [plant.judgement for plant in claim.plants]))
    name = f"{hashlib.sha256(data.encode()).hexdigest()}.json"
    return caches_root() / "lt_proofs" / f"searches-{code_digest()[:16]}" / name


@cache
def code_digest() -> str:
    """Return a hash of the sources that search and check."""
    package, digest = Path(lt_proofs.__file__).parent, hashlib.sha256()
    for name in SEARCHING:
        place = package / name
        sources = (path for path in place.rglob("*") if path.suffix in (".py", ".json"))
        for path in sorted(sources) if place.is_dir() else [place]:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
