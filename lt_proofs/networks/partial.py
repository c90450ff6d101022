"""What an interrupted comparison has found so far: a file beside its output, taken up where the same is asked again."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

from lt_proofs.errors import LtProofsError
from lt_proofs.files import parse_json, read_bytes, write_file
from lt_proofs.networks.pairs import NetworkPair

SUFFIX = ".partial"
# the time between two writings, as a multiple of what one takes
OFTEN = 50


def partial_of(output: Path) -> Path:
    """Return the place of the file."""
    return output.with_name(output.name + SUFFIX)


class Partial:
    """The file OUTPUT.partial: the digest of the question, and what is found. Without an output nothing is kept."""

    def __init__(self, output: Path | None, pair: NetworkPair, question: dict[str, Any]) -> None:
        asked = {"f": pair.f.data, "g": pair.g.data, **question}
        self.key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        self.path = None if output is None else partial_of(output)
        self.next = 0.0

    def read(self) -> dict[str, Any]:
        """Return what an earlier run has found of the same question; nothing if there is no such file."""
        if self.path is None or not self.path.is_file():
            return {}
        try:
            found = parse_json(read_bytes(self.path, follow_links=False), self.path)
        except LtProofsError:
            return {}
        return found["found"] if isinstance(found, dict) and found.get("question") == self.key else {}

    def write(self, found: dict[str, Any]) -> None:
        """Keep what is found."""
        if self.path is not None:
            began = time.monotonic()
            write_file(self.path, json.dumps({"question": self.key, "found": found}).encode())
            self.next = time.monotonic() + OFTEN * (time.monotonic() - began)

    def due(self) -> bool:
        """Whether to write again: not if that would take a large part of the time."""
        return self.path is not None and time.monotonic() >= self.next

    def remove(self) -> None:
        """Remove the file: the work is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
