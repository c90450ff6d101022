"""Certificates of differences that are kept with their files: each is accepted, for the same sentence and work."""

import json
import os
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FOLDER, SAID = HERE / "differences", HERE / "differences.json"
NAMES = sorted(path.name for path in FOLDER.iterdir())


def said(checker, name):
    """What the checker says of one, and the units of work that it took."""
    step = json.loads((FOLDER / name / "certificate.json").read_text())["steps"][0]
    check = getattr(checker.difference, f"check_{step['rule']}")
    return [check(step["goal"], step["data"], FOLDER / name), checker.errors.WORK[0]]


@pytest.mark.parametrize("name", NAMES)
def test_each_is_accepted_as_it_was(checker, name):
    """With LT_PROOFS_REFRESH=1 the file is written anew."""
    found = said(checker, name)
    if os.environ.get("LT_PROOFS_REFRESH"):
        kept = json.loads(SAID.read_text()) if SAID.exists() else {}
        SAID.write_text(json.dumps({**kept, name: found}, indent=1, sort_keys=True) + "\n")
    assert checker.main.examine(FOLDER / name, None)["state"] == "accepted"
    assert found == json.loads(SAID.read_text())[name]
