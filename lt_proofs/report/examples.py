"""Small cases of the lower bounds in full: packings listed matrix by matrix, networks examined mask by mask.

Each is a certificate whose bytes are the same each time; the checker accepts it only after it has examined every matrix
or every mask itself (Mathematics 4.15, 4.16).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lt_proofs.certificates.checking import run_checker
from lt_proofs.exact.rational import decimal_text
from lt_proofs.files import write_file
from lt_proofs.networks.exhaustive import all_masks, masks_certificate, random_two_layer
from lt_proofs.networks.packings import explicit_packing, packing_certificate
from lt_proofs.report.claims import recheck_commands

FOLDER = "examples"
# name of the certificate -> size of the matrices and eps
PACKINGS = {"matrices-1": (1, "0.1"), "matrices-2": (2, "0.24"), "matrices-3": (3, "0.49")}
# name of the certificate -> inputs, hidden units, seed, eps, and the number of parts of 1 in the matrices' entries
NETWORKS = {"masks-1": (1, 6, 1, "0.12", 4), "masks-2": (2, 3, 1, "0.24", 2)}
PACKED, MASKED = "p1", "p4-units"
"""The claims that the examples stand beside."""


def examples() -> Iterator[tuple[str, str, str, str]]:
    """Yield name, claim, what the claim says of this case, and the text of the certificate."""
    for name, (size, eps) in PACKINGS.items():
        packing = explicit_packing(size, eps)
        promised = f"there are at least {decimal_text(packing.volume_bound, 1, up=True)}"
        yield name, PACKED, promised, packing_certificate(packing)
    for name, (size, hidden, seed, eps, cells) in NETWORKS.items():
        study = all_masks(*random_two_layer(size, hidden, seed), eps, cells)
        yield name, MASKED, f"at most {study.bound} functions, from {study.masks} masks", masks_certificate(study)


def examples_facts(folder: Path) -> list[dict[str, Any]]:
    """Create the folder, write the certificates into it, and return what the checker says of each."""
    folder.mkdir()
    rows = []
    for name, claim, claimed, text in examples():
        write_file(folder / f"{name}.json", text.encode("ascii"))
        file = f"{FOLDER}/{name}.json"
        digest = json.loads(text)["digest"]
        rows.append({"claim": claim, "claimed": claimed, "file": file, "digest": digest})
    examined = run_checker([folder / Path(row["file"]).name for row in rows])
    return [
        {**row, "state": e.state, "says": e.report.get("says", e.report.get("reason", "")),
         "recheck": recheck_commands(row["file"])}
        for row, e in zip(rows, examined, strict=True)
    ]  # fmt: skip
