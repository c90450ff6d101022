"""The recorded certificates of certified chains in the plots; the checker examines them again for every report."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from lt_proofs.bounds.certified import certified
from lt_proofs.campaigns.recorded import RECORDED
from lt_proofs.certificates.checking import run_checker
from lt_proofs.files import write_file
from lt_proofs.report.searches import cores

DELTA = Fraction(1, 100)
LAWS = tuple(RECORDED)
SIZES = (10, 100)
"""Values of 1/eps for which a certificate is recorded for each law."""


def record_chains(folder: Path, *, laws: tuple[str, ...] = LAWS, sizes: tuple[int, ...] = SIZES) -> None:
    """Find the chains again and write their certificates to the folder; the search is deterministic."""
    for law in laws:
        for size in sizes:
            text = certified(law, Fraction(1, size), DELTA).certificate
            write_file(folder / f"{name_of(law, size)}.json", text.encode("ascii"))


def name_of(law: str, size: int) -> str:
    """Return the name of the certificate of a law at eps = 1/size."""
    return f"chain-{law}-{size}"


def chains_facts(folder: Path) -> dict[tuple[str, Fraction], dict[str, Any]]:
    """Copy the certificates to the folder, check each in its own process, and return the results by (law, eps).

    A result holds the number of samples, the file and the checker's state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {}
    for law in LAWS:
        for size in SIZES:
            path = folder / f"{name_of(law, size)}.json"
            text = files("lt_proofs.report").joinpath("data", path.name).read_text("ascii")
            write_file(path, text.encode("ascii"))
            kept[law, Fraction(1, size)] = (path, json.loads(text)["statement"])
    # threads suffice: each only waits for a checker in a process of its own
    with ThreadPoolExecutor(cores()) as pool:
        examined = pool.map(lambda row: run_checker([row[0]])[0], kept.values())
        return {
            key: {"samples": statement["samples"], "file": f"{folder.name}/{path.name}", "state": found.state}
            for (key, (path, statement)), found in zip(kept.items(), examined, strict=True)
        }
