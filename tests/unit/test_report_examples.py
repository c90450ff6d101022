"""Packings and masks beside the lower bounds: their certificates are the kept ones, and the checker accepts them."""

from pathlib import Path

import pytest

from lt_proofs.report.examples import FOLDER, NETWORKS, PACKINGS, examples, examples_facts
from lt_proofs.theory.record import by_id

KEPT = Path(__file__).resolve().parent.parent / "corpus" / "accept"
TEXTS = {name: text for name, _, _, text in examples()}


@pytest.mark.parametrize("name", TEXTS)
def test_the_kept_file_is_written_again(name):
    assert (KEPT / f"lower-{name}.json").read_text("ascii") == TEXTS[name]


def test_the_report_shows_what_the_checker_says_of_each(tmp_path):
    rows = examples_facts(tmp_path / FOLDER)
    assert [row["file"] for row in rows] == [f"examples/{name}.json" for name in (*PACKINGS, *NETWORKS)]
    assert {row["state"] for row in rows} == {"accepted"}
    assert {row["claim"] for row in rows} <= set(by_id())
    assert "113 real 2 × 2 matrices" in rows[1]["says"]
    assert rows[1]["claimed"] == "there are at least 18.9"
    assert rows[4]["claimed"] == "at most 1000 functions, from 4096 masks"
    assert "exactly 1000 different functions" in rows[4]["says"]
