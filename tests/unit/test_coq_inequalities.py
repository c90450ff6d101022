"""Coq files: what they say, how the folder is written, and, where coqc is installed, what it confirms."""

import json
import shutil
from fractions import Fraction

import pytest

from lt_proofs.cli import run
from lt_proofs.coq.coqc import find_coqc
from lt_proofs.coq.inequalities import (
    LIBRARY,
    PACKAGES,
    PROJECT,
    Obligation,
    coq_text,
    library_text,
    obligations,
    run_coqc,
    write_export,
)
from lt_proofs.errors import BadInput
from lt_proofs.proof.prove import prove
from lt_proofs.terms import Number, Relation, Symbol, parse_domain, parse_relation, parse_term
from lt_proofs.terms.coq import coq, coq_name, coq_statement
from lt_proofs.terms.judgement import Judgement
from lt_proofs.theory.record import CLAIMS, find

TEXTS = [
    ("abs(x - 1/3)", "Rabs (x - 1 / 3)"),
    ("min(x, y, 2)", "Rmin (Rmin x y) 2"),
    ("max(x, y)", "Rmax x y"),
    ("atan(x) + pi/2", "atan x + PI / 2"),
    ("x^(1/2)", "sqrt x"),
    ("x^(-3/2)", "1 / sqrt x ^ 3"),
    ("x^(1/3)", "Rpower x (1 / 3)"),
    ("x^y", "Rpower x y"),
    ("x^-2", "1 / x ^ 2"),
    ("-x^2", "- x ^ 2"),
    ("(-x)^2", "(- x) ^ 2"),
    ("-(x + 1)", "- (x + 1)"),
    ("x - (y - 1)", "x - (y - 1)"),
    ("x/(y*2)", "x / (y * 2)"),
    ("x*(-1/2)", "x * (-1 / 2)"),
    ("log(exp(x) + 1)", "ln (exp x + 1)"),
    ("sqrt(sin(x))*cos(2)", "sqrt (sin x) * cos 2"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_terms(text, expected):
    assert coq(parse_term(text)) == expected


def test_reserved_words_never_meet_another_name():
    assert coq_name("forall") == "forall'"
    assert coq_name("exp") == "exp'"
    assert coq(Symbol("v") + Symbol("R")) == "v + R'"


def test_ends_of_ranges():
    domain = parse_domain("a in (0, 1], b in (-oo, 2), c in [pi, oo), d in (-oo, oo)")
    judgement = Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=parse_relation("a <= c"))
    lines = coq_statement(judgement, []).splitlines()
    assert lines == ["forall a b c d : R,", "  0 < a <= 1 ->", "  b < 2 ->", "  PI <= c ->", "  a <= c"]


def obligation(relation, where):
    proof = prove(relation, where)
    evidence = json.loads(proof.certificate)["steps"][-1]["data"]["evidence"]
    return Obligation("mine", "Mine", 1, 1, proof.judgement, evidence)


def test_what_makes_the_sides_defined_is_part_of_the_statement():
    text = coq_text(obligation("x^(1/3)/(1 + x) <= 2 + log(2 + x)", "x in [1, 2]"))
    for condition in (r"0 < x /\ ", r"1 + x <> 0 /\ ", r"0 < 2 + x /\ "):
        assert condition.strip() in text


def test_headers_say_the_claim_in_words():
    text = coq_text(obligations([find("r3")])[1])
    assert text.startswith("(* Claim r3: Contraction; inequality 2 of 8.\n   For all v in (0, 1), kappa in (0, 1]")
    assert "Admitted" not in text
    assert "Axiom" not in library_text()


def test_every_inequality_of_every_claim_is_exported(capsys, tmp_path):
    folder = tmp_path / "coq"
    assert run(["export", "--coq", str(folder), "--json"]) == 0
    names = json.loads(capsys.readouterr().out)["files"]
    assert len(names) == len(set(names)) == len(obligations(CLAIMS))
    assert {p.name for p in folder.iterdir()} == {*names, LIBRARY, PROJECT}
    assert run(["export", "--coq", str(folder)]) == 0, "an older export is replaced"


def test_a_folder_with_other_files_is_left_alone(capsys, tmp_path):
    (tmp_path / "mine.v").write_text("precious")
    assert run(["export", "--coq", str(tmp_path)]) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "mine.v" in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.v"]


def test_without_coqc_one_line_names_the_packages(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="apt install coq libcoq-interval"):
        find_coqc("--run", PACKAGES)
    folder = tmp_path / "coq"
    assert run(["export", "--coq", str(folder), "--run"]) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert not folder.exists()


def test_a_failing_or_silent_coqc_confirms_nothing(tmp_path):
    found = [obligation("x <= 1", "x in [0, 1]")]
    stub = tmp_path / "coqc"
    stub.write_text('#!/bin/sh\ncase "$*" in *Signs.v) exit 0;; esac\necho "Error: no" >&2\nexit 1\n')
    stub.chmod(0o755)
    (outcome,) = run_coqc(str(stub), found)
    assert (outcome.confirmed, outcome.reason) == (False, "Error: no")
    stub.write_text('#!/bin/sh\ncase "$*" in *Signs.v) exit 0;; esac\nexec sleep 30\n')
    (outcome,) = run_coqc(str(stub), found, seconds=0.2)
    assert (outcome.confirmed, outcome.reason) == (False, "no answer in 0.2 s")
    stub.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(BadInput, match="libcoq-interval"):
        run_coqc(str(stub), found)


installed = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")


@installed
@pytest.mark.slow
def test_coqc_confirms_all_claims_of_record(capsys, tmp_path):
    assert run(["export", "--coq", str(tmp_path / "coq"), "--run", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["confirmed"] == facts["files"]
    assert facts["unconfirmed"] == []
    assert not any("obligation" in axiom or "LtProofs" in axiom for axiom in facts["axioms"])


@installed
@pytest.mark.slow
def test_coqc_does_not_confirm_a_constant_past_the_truth():
    found = obligations([find("r3")])[-1]
    conclusion = found.judgement["conclusion"]
    past = Relation(conclusion.sign, conclusion.left, conclusion.right * Number(Fraction(99, 100)))
    planted = Obligation("planted", "Planted", 1, 1, found.judgement.replace(conclusion=past), found.evidence)
    (outcome,) = run_coqc(find_coqc("--run", PACKAGES), [planted])
    assert not outcome.confirmed


@installed
@pytest.mark.slow
def test_coqc_holds_roots_to_their_domain():
    """Rpower x (1/3) is 1 at x = 0 in Coq and 0 here, so a range with 0 is not confirmed."""
    (outcome,) = run_coqc(find_coqc("--run", PACKAGES), [obligation("x^(1/3) <= 2", "x in [0, 1]")])
    assert not outcome.confirmed


def test_write_export_names_its_files(tmp_path):
    found = obligations([find("r1")])
    assert write_export(tmp_path / "out", found) == ["r1_01.v"]
