"""The prover on inequalities of known truth: never a wrong verdict, and no decided entry may be lost."""

import importlib.util
import json
from pathlib import Path

import pytest

from lt_proofs.proof.statement import judgements

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("measure_corpora", HERE / "measure.py")
MEASURE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MEASURE)

# decided.json lists the entries of corpus.json that were decided within 2 s
DECIDED = frozenset(json.loads((HERE / "decided.json").read_text()))
ENTRIES = {entry["id"]: entry for entry in MEASURE.entries("corpus")}
SAMPLE = sorted(ENTRIES)[::4]


def test_the_corpora_are_what_they_should_be():
    tags = [set(entry["tags"]) for entry in ENTRIES.values()]
    assert len(ENTRIES) >= 150
    assert sum(not entry["truth"] for entry in ENTRIES.values()) >= 50
    assert sum("touching" in row for row in tags) >= 20
    assert sum("infinite" in row for row in tags) >= 20
    assert sum("three-or-four" in row for row in tags) >= 15
    for name in ("blind", "blind_2"):
        rows = MEASURE.entries(name)
        assert len({entry["id"] for entry in rows}) == len(rows)


def test_the_second_blind_corpus_is_what_it_should_be():
    rows = MEASURE.entries("blind_2")
    tags = [set(entry["tags"]) for entry in rows]
    assert len(rows) == 120
    assert sum(not entry["truth"] for entry in rows) >= 40
    assert sum(entry["truth"] and "touching" in row for entry, row in zip(rows, tags, strict=True)) >= 20
    assert sum("infinite" in row for row in tags) >= 25
    assert sum("three-or-four" in row for row in tags) >= 20
    assert all(("fails_at" in entry) is not entry["truth"] for entry in rows)
    earlier = {(entry["relation"], entry["where"]) for name in ("corpus", "blind") for entry in MEASURE.entries(name)}
    assert not [entry["id"] for entry in rows if (entry["relation"], entry["where"]) in earlier]


def test_the_decided_list_names_entries_and_reaches_95_percent():
    assert set(ENTRIES) >= DECIDED
    assert len(DECIDED) >= 0.95 * len(ENTRIES)


@pytest.mark.parametrize("name", SAMPLE)
def test_sample(name):
    found = MEASURE.outcome(ENTRIES[name], work=None if name in DECIDED else 2_000_000)
    assert not found["wrong"]
    assert found["decided"] or name not in DECIDED


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_whole_corpora(tmp_path):
    report = MEASURE.measure(tmp_path / "prover.json")
    for counts in report["corpora"].values():
        assert counts["wrong"] == []
        assert counts["checker share of search in processor time"] <= 0.15
    assert report["corpora"]["corpus"]["decided within 2 s"] >= 0.95 * len(ENTRIES)
    assert report["corpora"]["corpus"]["checker share of search in processor time"] <= 0.1


@pytest.mark.parametrize("name", ["peers", "learning"])
def test_what_others_ask_is_well_formed(name):
    """Problems of other provers' authors, and ten of learning theory: benchmarks/inequalities.py decides them."""
    rows = MEASURE.entries(name)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert judgements(row["relation"], row["where"])


REACHED = ("p-probe-5", "p-mt-log-problem-4-full-range", "p-coqintvl-remez-sqrt", "l-log-mean-exp", "p-probe-18")
"""One of each class that Taylor's formula, a change of variable or the normal form of exponentials reaches."""


@pytest.mark.parametrize("name", REACHED)
def test_classes_that_new_evidence_reaches(name):
    rows = {row["id"]: row for corpus in ("peers", "learning") for row in MEASURE.entries(corpus)}
    found = MEASURE.outcome(rows[name])
    assert found["decided"] and not found["wrong"]
