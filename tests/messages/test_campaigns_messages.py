"""What `estimate` and `recheck --leaves` say: the keys of their JSON, and one line for everything that cannot be."""

import json
import sqlite3
from fractions import Fraction as Q
from pathlib import Path

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
    other = json.loads(call(capsys, *UNIFORM, "--trials", 5000, "--n", 9, "--json")[1])
    assert other["results"] == data["results"]
    assert other["digest"] != data["digest"]
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
    monkeypatch.setattr("lt_proofs.campaigns.cluster.ANSWER_SECONDS", 1)
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


WORD = "It is the producer's word that seed, number of trials and every n were fixed before any result was seen."


def test_a_certificate_is_written_and_checked_again(capsys, tmp_path):
    path = tmp_path / "c.json"
    assert call(capsys, *UNIFORM, "--trials", "5000", "--n", "9", "-o", path)[0] == 0
    for more in ([], ["--leaves", "2"], ["--leaves", "7"], ["--leaves", "all"]):
        code, out, _ = call(capsys, "recheck", path, *more, "--json")
        data = json.loads(out)
        assert (code, data["accepted"]) == (0, [str(path)])
        remarks = data["reports"][0]["remarks"]
        assert len(remarks) == 2
        every = " (all 2 leaves, which is what --leaves 7 comes to)" if "7" in more else ""
        assert remarks[1] == f"Counted again with the kernels: all 5000 trials{every}. {WORD}"
    for text in ("0", "x", "-1", "1.5", ""):
        code, _, err = call(capsys, "recheck", path, "--leaves", text)
        assert (code, err.count("\n")) == (3, 1)
        assert "--leaves" in err


def test_what_was_not_counted_again_is_the_producers_word(capsys, tmp_path):
    path = tmp_path / "c.json"
    assert call(capsys, *UNIFORM, "--trials", "9000", "--n", "9", "-o", path)[0] == 0
    code, out, _ = call(capsys, "recheck", path, "--leaves", "1", "--json")
    first = json.loads(out)["reports"][0]["remarks"][1]
    assert code == 0
    assert "which are 1 of 3 leaves (" in first
    assert first.endswith(
        "the counts of the others are the producer's word, and a file in which a share f of the leaves is false passes "
        f"with a probability of at most (1 - f)^1. {WORD}"
    )
    challenge = first.split("drawn by the challenge ")[1].split(";")[0]
    code, out, _ = call(capsys, "recheck", path, "--leaves", "1", "--challenge", challenge, "--json")
    assert json.loads(out)["reports"][0]["remarks"][1] == first
    for text in ("", "0" * 15, "x" * 16, "A" * 16, "0" * 129):
        code, out, err = call(capsys, "recheck", path, "--challenge", text)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert "--challenge" in err


def test_what_is_beyond_the_budget_is_counted_in_part_or_not_at_all(capsys, tmp_path, monkeypatch):
    path = tmp_path / "c.json"
    assert call(capsys, *UNIFORM, "--trials", "9000", "--n", "9", "-o", path)[0] == 0
    # a trial is about 1,000 units of work, so a leaf is about 4,000,000
    for budget, words in ((8_500_000, "which are 2 of 3 leaves"), (1_000_000, "Nothing was counted again")):
        monkeypatch.setattr("lt_proofs.campaigns.recount.BUDGET", budget)
        code, out, _ = call(capsys, "recheck", path)
        assert code == 0
        assert words in out
        assert "producer's word" in out
        assert "all 9000 trials" in call(capsys, "recheck", path, "--leaves", "all")[1]


@pytest.mark.parametrize("option", [["--leaves", "all"], ["--leaves", "3"], ["--challenge", "0" * 16]])
def test_leaves_of_what_is_no_campaign(capsys, tmp_path, option):
    path, proof = tmp_path / "c.json", "tests/corpus/accept/counts-growth.json"
    assert call(capsys, *UNIFORM, "--trials", "50", "--n", "9", "-o", path)[0] == 0
    other = next(str(p) for p in Path("tests/corpus/accept").glob("*.json") if not p.name.startswith("counts"))
    code, out, err = call(capsys, "recheck", other, *option)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "no file is a campaign" in err
    assert call(capsys, "recheck", other)[0] == 0
    code, _, err = call(capsys, "recheck", other, path, proof, *option)
    if "--challenge" in option:  # both campaigns are counted again as a whole, whatever is drawn
        assert code == 3
        assert f"{option[1]} cannot be used; no leaves were drawn; leave it out, or give --leaves K for fewer" in err
    else:
        assert code == 0


def test_a_false_campaign_is_rejected_with_its_leaf(capsys):
    path = "tests/corpus/reject/counts-another-seed.json"
    code, out, _ = call(capsys, "recheck", path, "--challenge", "0" * 16)
    assert code == 1
    assert "leaf 0, counted again, has other results (challenge 0000000000000000)" in out


def test_growth_names_what_is_estimated(capsys):
    arguments = [*UNIFORM, "--trials", "500", "--growth", "3"]
    lines = call(capsys, *arguments)[1].splitlines()
    assert lines[0].startswith("E[v' - v] ")
    assert lines[1].startswith("E[v(1 - v)] ")
    assert "the growth claims (such as r6) bound the ratio E[v' - v] / E[v(1 - v)] from below" in lines
    data = json.loads(call(capsys, *arguments, "--json")[1])
    assert data["quantities"] == {"1": "E[v' - v]", "2": "E[v(1 - v)]"}
    assert "quantities" not in json.loads(call(capsys, *UNIFORM, "--trials", "50", "--json")[1])


UNCERTIFIABLE = {
    "linear": (["estimate", "--linear", "1", "--eps", "1/8", "--seed", "1"], "--linear 1"),
    "leaves": ([*UNIFORM, "--trials", "1000000000"], "a certificate holds at most"),
    "confidence": ([*UNIFORM, "--confidence", "0." + "9" * 300], "--confidence"),
    "tolerance": ([*UNIFORM, "--eps", "65"], "--eps: 65"),
    "long tolerance": ([*UNIFORM, "--eps", "0." + "1" * 300], "--eps"),
    "work": (["estimate", "--law", "gadget", "--eps", "1e-6", "--seed", "1"], "--eps"),
}


@pytest.mark.parametrize("name", UNCERTIFIABLE)
def test_what_cannot_be_certified_is_refused_before_any_trial_is_run(capsys, tmp_path, monkeypatch, name):
    def never(*_):
        raise AssertionError("a trial was run")

    arguments, word = UNCERTIFIABLE[name]
    monkeypatch.setattr("lt_proofs.campaigns.run.run", never)
    trials = [] if "--trials" in arguments else ["--trials", "100"]
    code, out, err = call(capsys, *arguments, *trials, "-o", tmp_path / "c.json")
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert word in err
    assert list(tmp_path.iterdir()) == []


def test_the_most_trials_of_a_certificate_are_certifiable():
    """With the most different results and the longest rows, the file stays below what the checker reads."""
    from lt_proofs.campaigns.campaign import FirstPassage
    from lt_proofs.campaigns.certificate import MAX_BYTES, check_certifiable, most_leaves
    from lt_proofs.campaigns.leaves import LEAF
    from lt_proofs.campaigns.run import Design
    from lt_proofs.errors import BadInput
    from lt_proofs.laws import GADGET

    campaign, question = FirstPassage(7, GADGET, Q(1, 10), 256), Design()
    most = most_leaves(campaign, question)
    check_certifiable(campaign, most * LEAF, question)
    with pytest.raises(BadInput, match=str(most * LEAF)):
        check_certifiable(campaign, most * LEAF + 1, question)
    row = ["f" * 64, list(range(-1, 257)), [4000] * 258]
    assert most * len(json.dumps(row, separators=(",", ":"))) < MAX_BYTES


def test_torn_and_foreign_certificates_are_malformed(capsys, tmp_path):
    path = tmp_path / "c.json"
    call(capsys, *UNIFORM, "--trials", "50", "--n", "9", "-o", path)
    text = path.read_text()
    for changed in (text[:-40], text.replace("certificate 2", "certificate 9"), "{}\n", ""):
        path.write_text(changed)
        code, out, _ = call(capsys, "recheck", path, "--leaves", "all", "--json")
        assert code == 3
        assert json.loads(out)["malformed"] == [str(path)]
