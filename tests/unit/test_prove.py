"""prove: verdicts, counterexamples, undefined places, and what the checker alone says of the certificates."""

import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import lt_proofs
from lt_proofs.certificates.checking import CHECKER, examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.witness import agrees
from lt_proofs.proof.falsify import falsify
from lt_proofs.proof.prove import prove
from lt_proofs.verdict import Verdict

PINSKER = "p*log(p/q) + (1-p)*log((1-p)/(1-q)) >= {} * (p-q)^2"
SQUARE = "p in [1/10, 9/10], q in [1/10, 9/10]"
NESBITT = "x/(y+z) + y/(z+x) + z/(x+y) >= 3/2"
CUBE = "x in [1/10, 10], y in [1/10, 10], z in [1/10, 10]"

PROVED = [
    ("log(1+x) <= x", "x in (-1, oo)"),
    (PINSKER.format("2"), SQUARE),
    (NESBITT, CUBE),
    ("v*(1-v) <= 1/4", "v in [0, 1]"),
    ("exp(x) >= 1 + x", "x in (-oo, oo)"),
    ("sin(x) <= x", "x in [0, oo)"),
    ("(x+y)^2 = x^2 + 2*x*y + y^2", "x in (-oo, oo), y in (-oo, oo)"),
    ("exp(2*x) = exp(x)^2", "x in [0, 1]"),
    ("1 + 1 = 2", ""),
    ("abs(x + y) <= abs(x) + abs(y)", "x in [-1, 1], y in [-1, 1]"),
    ("x >= pi", "x in [pi, 4]"),
    ("x^4*y^2 + x^2*y^4 + z^6 >= 3*x^2*y^2*z^2", "x in (-oo, oo), y in (-oo, oo), z in (-oo, oo)"),
    ("(x^2 + y^2 + z^2)^2 >= 3*(x^3*y + y^3*z + z^3*x)", "x in (-oo, oo), y in (-oo, oo), z in (-oo, oo)"),
    ("x^2 + x*y + y^2 + 1/2 > 0", "x in (-oo, oo), y in (-oo, oo)"),
    ("cos(x) + cos(y) - cos(x + y) <= 3/2", "x in (-oo, oo), y in (-oo, oo)"),
    ("cos(sin(x)) > sin(cos(x))", "x in (-oo, oo)"),
    ("(1 + 1/x)^(x + 1/2) > exp(1)", "x in (0, oo)"),
    ("abs(sin(x) - sin(y)) <= abs(x - y)", "x in (-oo, oo), y in (-oo, oo)"),
    ("cos(x) >= (12 - 5*x^2)/(12 + x^2)", "x in (-oo, oo)"),
    ("k*sqrt(t/k)^2 = t", "t in [0, 1], k in [1, 2]"),
]
REFUTED = [
    ("log(1+x) <= x - x^2/2", "x in (0, 1)"),
    (PINSKER.format("201/100"), SQUARE),
    ("v*(1-v) < 1/4", "v in [0, 1]"),
    ("x = x^2", "x in [0, 1]"),
    ("exp(x) >= 1 + x + x^2/2", "x in (-oo, oo)"),
    ("1 + 1 = 3", ""),
    ("log(1 + x) <= 20", "x in [0, oo)"),
    ("(x*y - 1)^2 + x^2 >= 1/1000", "x in (-oo, oo), y in (-oo, oo)"),
    ("-x*log(x) - (1 - x)*log(1 - x) < log(2)", "x in (0, 1)"),
]


@pytest.mark.parametrize(("relation", "where"), PROVED)
def test_proved(relation, where, tmp_path):
    proof = prove(relation, where)
    assert proof.verdict is Verdict.PROVED, proof.stuck
    assert agrees(proof.judgement, 40).disagreement is None
    alone = tmp_path / "checker"
    shutil.copytree(CHECKER, alone, ignore=shutil.ignore_patterns("__pycache__"))
    certificate = tmp_path / "c.json"
    certificate.write_text(proof.certificate, "ascii")
    command = [sys.executable, "-I", "-S", str(alone), str(certificate)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "no record at hand" in done.stdout


@pytest.mark.parametrize(("relation", "where"), REFUTED)
def test_refuted_by_an_exact_point(relation, where):
    proof = prove(relation, where)
    assert proof.verdict is Verdict.REFUTED
    assert all(isinstance(value, Fraction) for value in proof.counterexample.values())
    assert examine_text(proof.certificate).report["refutation"]


@pytest.mark.parametrize(
    ("relation", "where", "hint"),
    [
        ("1/x >= 0", "x in [0, 1]", "undefined at x = 0"),
        ("log(x) <= x", "x in [-1, 1]", "undefined at"),
        ("sqrt(x - 1/2) >= 0", "x in [0, 1]", "undefined at"),
        ("x <= y", "x in [0, 1]", "interval for y"),
        ("x <= 1", "x in [1, 0]", "empty"),
        ("x <= 1", "x in (1, 1]", "empty"),
        ("x^9^9 <= 1", "x in [0, 1]", "tower|end at"),
        ("a+b+c+d+e <= 9", "a in [0,1], b in [0,1], c in [0,1], d in [0,1], e in [0,1]", "at most 4"),
    ],
)
def test_bad_input_names_the_place(relation, where, hint):
    with pytest.raises(BadInput, match=hint) as error:
        prove(relation, where)
    assert "\n" not in str(error.value)


def test_a_spent_budget_is_undecided_and_says_where():
    proof = prove("sin(x*y) + cos(x+y)*exp(x-y) <= 404", "x in [-3, 3], y in [-3, 3]", budget=0.0001)
    assert proof.verdict is Verdict.UNDECIDED
    assert "out of time near" in proof.stuck


def test_prove_is_at_hand():
    assert lt_proofs.prove is prove
    assert Path(CHECKER).name == "checker"


def test_a_range_that_ends_at_pi_is_no_traceback_for_the_falsifier():
    judgement = prove("x >= pi", "x in [pi, 4]").judgement
    assert falsify(judgement).instances == 0
