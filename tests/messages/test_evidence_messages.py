"""What `estimate` and `recheck --leaves` say: the keys of their JSON, and one line for everything that cannot be."""

import json
import sqlite3
from fractions import Fraction as Q

import pytest

from lt_proofs.cli import run

UNIFORM = ["estimate", "--law", "uniform", "--eps", "1/10", "--seed", "7"]


def call(capsys, *arguments):
    code = run([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_keys_of_the_design(capsys):
    code, out, _ = call(capsys, *UNIFORM, "--trials", 5000, "--n", 9, "--n", 12, "--json")
    data = json.loads(out)
    assert code == 0
    assert data["trials"] == 5000
    assert sum(data["first_passage"].values()) == 5000
    assert [set(row) for row in data["coverage"]] == [{"n", "successes", "low", "high"}] * 2
    assert data["digest"].startswith("sha256:")
    for row in data["coverage"]:
        covered = sum(count for n, count in data["first_passage"].items() if 0 <= int(n) <= row["n"])
        assert row["successes"] == covered
        assert Q(row["low"]) <= Q(covered, 5000) <= Q(row["high"])


def test_lines_for_readers(capsys):
    code, out, _ = call(capsys, *UNIFORM, "--trials", 100, "--n", 9)
    assert code == 0
    assert out.startswith("n = 9")
    assert "confidence 99/100 (Clopper-Pearson)" in out


@pytest.mark.parametrize(
    "more",
    [
        ["--growth", "3"],
        ["--most", "20", "--workers", "1"],
        ["--until-width", "0.2"],
        ["--until-decides", "1/2", "--n", "9"],
    ],
)
def test_other_campaigns(capsys, more):
    code, out, _ = call(capsys, *UNIFORM, "--trials", 9000, "--json", *more)
    assert code == 0
    assert json.loads(out)["enough"]


def test_too_few_trials_to_decide_is_exit_code_2(capsys):
    code, out, _ = call(capsys, *UNIFORM, "--trials", 50, "--until-width", "0.001", "--n", "9", "--json")
    assert code == 2
    assert json.loads(out)["enough"] is False


def test_a_network(capsys):
    arguments = ["estimate", "--network", "1,1", "--eps", "1", "--seed", "3", "--trials", "50", "--n", "20", "--json"]
    code, out, _ = call(capsys, *arguments)
    assert code == 0
    assert json.loads(out)["campaign"]["widths"] == [1, 1]


BAD = {
    "no trials": (["--trials", "0"], "trials: 0"),
    "trials below none": (["--trials", "-5"], "trials: -5"),
    "trials without end": (["--trials", str(10**18)], "trials"),
    "seed": (["--seed", str(2**64)], "seed"),
    "law": (["--law", "cauchy"], "law: cauchy"),
    "tolerance": (["--eps", "-1"], "eps: -1"),
    "tolerance in words": (["--eps", "small"], "--eps"),
    "tolerance too fine": (["--eps", "1e-15"], "eps"),
    "confidence one": (["--confidence", "1"], "--confidence: 1"),
    "confidence none": (["--confidence", "0"], "--confidence: 0"),
    "confidence above": (["--confidence", "99"], "--confidence: 99"),
    "n": (["--n", "65"], "--most"),
    "n below none": (["--n", "-1"], "n: -1"),
    "workers": (["--workers", "0"], "workers: 0"),
    "network": (["--network", "4,4"], "--network"),
    "growth": (["--growth", "-1"], "growth: -1"),
    "width": (["--until-width", "0"], "--until-width: 0"),
    "both": (["--until-width", "0.1", "--until-decides", "0.1"], "not both"),
    "decides without n": (["--until-decides", "0.1"], "--n"),
    "resume": (["--resume"], "--ledger"),
    "ledger": (["--ledger", "no/such/folder/ledger"], "ledger"),
    "output": (["-o", "no/such/folder/c.json"], "output"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line(capsys, name):
    more, word = BAD[name]
    code, out, err = call(capsys, *UNIFORM, "--trials", "10", *more)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert word in err


def test_networks_that_cannot_be(capsys):
    for text in ("4", "4,x", "", "4,,4", "4,0", "-4,4", ",".join(["2"] * 20), "999999999999,4"):
        code, _, err = call(capsys, "estimate", "--network", text, "--eps", "1/2", "--seed", "1", "--trials", "1")
        assert (code, err.count("\n")) == (3, 1)
        assert "network" in err
    code, _, err = call(capsys, "estimate", "--eps", "1/2", "--seed", "1", "--trials", "1")
    assert (code, err.count("\n")) == (3, 1)


def test_no_scheduler_is_one_line(capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("lt_proofs.evidence.cluster.ANSWER_SECONDS", 1)
    code, out, err = call(capsys, *UNIFORM, "--trials", "10", "--cluster", "tcp://127.0.0.1:9")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert "no scheduler answers" in err


def test_ledgers_that_cannot_be(capsys, tmp_path):
    path = tmp_path / "ledger"
    arguments = [*UNIFORM, "--trials", "10", "--ledger", path]
    assert call(capsys, *arguments)[0] == 0
    code, _, err = call(capsys, *arguments)
    assert (code, err.count("\n")) == (3, 1)
    assert "--resume" in err
    code, _, err = call(capsys, *arguments, "--resume", "--seed", "8")
    assert (code, err.count("\n")) == (3, 1)
    assert "seed 7" in err
    assert "seed 8" in err
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON leaves BEGIN DELETE FROM leaves; END")
    connection.close()
    code, _, err = call(capsys, *arguments, "--resume")
    assert (code, err.count("\n")) == (3, 1)
    assert "trigger t" in err


def test_a_certificate_is_written_and_checked_again(capsys, tmp_path):
    path = tmp_path / "c.json"
    assert call(capsys, *UNIFORM, "--trials", "5000", "--n", "9", "-o", path)[0] == 0
    for more in ([], ["--leaves", "1"], ["--leaves", "all"]):
        code, out, _ = call(capsys, "recheck", path, *more, "--json")
        data = json.loads(out)
        assert (code, data["accepted"]) == (0, [str(path)])
        assert len(data["reports"][0]["remarks"]) == (2 if more else 1)
    for text in ("0", "x", "-1", "1.5", ""):
        code, _, err = call(capsys, "recheck", path, "--leaves", text)
        assert (code, err.count("\n")) == (3, 1)
        assert "--leaves" in err


def test_torn_and_foreign_certificates_are_malformed(capsys, tmp_path):
    path = tmp_path / "c.json"
    call(capsys, *UNIFORM, "--trials", "50", "--n", "9", "-o", path)
    text = path.read_text()
    for changed in (text[:-40], text.replace("certificate 2", "certificate 9"), "{}\n", ""):
        path.write_text(changed)
        code, out, _ = call(capsys, "recheck", path, "--leaves", "all", "--json")
        assert code == 3
        assert json.loads(out)["malformed"] == [str(path)]
