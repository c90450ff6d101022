"""prove: verdicts, counterexamples, undefined places, and what the checker alone says of the certificates."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import lt_proofs
from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import CHECKER, examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.witness import agrees
from lt_proofs.proof.decision import Finding, Problem, decision_on
from lt_proofs.proof.evidence import OutOfTime, OutOfWork
from lt_proofs.proof.falsify import falsify
from lt_proofs.proof.inequality import evidence_for
from lt_proofs.proof.prove import prove
from lt_proofs.proof.search import Search
from lt_proofs.proof.strategies import strategies_for
from lt_proofs.proof.work import DONE
from lt_proofs.terms import Judgement, parse_domain, parse_relation
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
    assert proof.verdict is Verdict.PROVED, proof.reason
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
        ("+".join("abcdfghkl") + " <= 9", ", ".join(f"{n} in [0,1]" for n in "abcdfghkl"), "at most 8"),
        ("x <= 1", "x in [0, 1], y in [0, 1]", "leave out y"),
        ("x != 1", "x in [0, 1]", "state != as"),
        ("x <= y", "x in [0, 1], y in [2, 3], y < x", "meets the conditions"),
    ],
)
def test_bad_input_names_the_place(relation, where, hint):
    with pytest.raises(BadInput, match=hint) as error:
        prove(relation, where)
    assert "\n" not in str(error.value)


SQUARE_XY = "x in (-oo, oo), y in (-oo, oo)"
HARD = ("x^y + y^x > 1", "x in (0, 1], y in (0, 1]")


def test_a_spent_budget_is_undecided_and_says_which_one():
    proof = prove(*HARD, work=20)
    assert (proof.verdict, proof.certificate) == (Verdict.UNDECIDED, None)
    assert proof.reason.startswith("the search used up its 20 units of work (--work gives it more); ")
    proof = prove(*HARD, budget=1e-9)
    assert (proof.verdict, proof.certificate) == (Verdict.UNDECIDED, None)
    ended = r"the time limit of 1e-09 s ended the search after \d+ of 10000000 units of work; .*\(--budget\)"
    assert re.fullmatch(ended, proof.reason)
    for wrong, name in (({"work": 0}, "--work"), ({"budget": 0}, "--budget")):
        with pytest.raises(BadInput, match=f"{name}: 0 cannot be used; give a positive number"):
            prove(*HARD, **wrong)


def test_an_attempt_has_its_share_of_the_work_and_none_of_the_clock():
    search = Search(1000, 600, strategies_for)

    def endless():
        while True:
            search.tick()

    assert search.within(0.5, endless) is None
    assert (search.spent, search.limit) == (510, 1000)
    assert search.within(0.5, endless) is None
    assert (search.spent, search.limit) == (760, 1000)
    with pytest.raises(OutOfWork):
        endless()
    late = Search(10**9, 0, strategies_for)
    with pytest.raises(OutOfTime):
        late.within(0.5, late.tick)


def test_what_is_remembered_costs_as_much_as_what_is_new():
    for relation, where in (("x*log(x) >= x - 1", "x in (0, oo)"), ("x^4 + y^4 >= x*y*(x^2 + y^2)", SQUARE_XY)):
        conclusion, domain = parse_relation(relation), parse_domain(where)
        goal = Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=conclusion)
        costs = []
        for _ in range(3):
            before = DONE[0]
            evidence_for(goal)
            costs.append(DONE[0] - before)
        assert costs[0] == costs[1] == costs[2] > 1000


SLOW_AND_FAST = [
    ("x^2 + y^2 + z^2 >= x*y + y*z + z*x", "x in (-oo, oo), y in (-oo, oo), z in (-oo, oo)"),
    ("log(1 + x) >= 2*x/(2 + x)", "x in [0, oo)"),
    ("sqrt(x*y) <= 49/100*(x + y)", "x in (0, oo), y in (0, oo)"),
    ("sin(x) <= x", "x in [0, oo)"),
    HARD,
]


@pytest.mark.parametrize(("relation", "where"), SLOW_AND_FAST)
def test_the_clock_decides_nothing(monkeypatch, relation, where):
    """The same verdict, certificate and words where each look at the clock sees a second more."""
    first = prove(relation, where, work=200_000)
    ticks = itertools.count()
    monkeypatch.setattr("time.monotonic", lambda: float(next(ticks)))
    assert prove(relation, where, budget=1e9, work=200_000) == first


def test_the_order_of_sets_decides_nothing():
    """Texts hash to other numbers in each process; the certificates are the same."""
    program = (
        "import sys, hashlib\nfrom lt_proofs.proof.prove import prove\n"
        f"for one in {SLOW_AND_FAST!r}: print(hashlib.sha256(repr(prove(*one, work=200_000)).encode()).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1]
    assert len(said[0].split()) == len(SLOW_AND_FAST)


def test_prove_is_at_hand():
    assert lt_proofs.prove is prove
    assert Path(CHECKER).name == "checker"


def test_a_range_that_ends_at_pi_is_no_traceback_for_the_falsifier():
    judgement = prove("x >= pi", "x in [pi, 4]").judgement
    assert falsify(judgement).instances == 0


def test_a_root_refutes_as_an_exact_value_and_as_the_certificate_writes_it():
    decision = prove("(x^2 - 2)^2 > 0", "x in [0, 2]")
    assert decision.verdict is Verdict.REFUTED
    (name,) = decision.instance
    root = decision.counterexample["x"]
    assert name == "root"
    assert root.low**2 < 2 < root.high**2
    assert decision.report["refutation"]


def test_only_an_accepted_certificate_decides():
    """A certificate of another statement is rejected, and its text establishes nothing."""
    proved = prove("v*(1-v) <= 1/4", "v in [0, 1]")
    envelope = proved.envelope
    assert decision_on(Problem("p", proved.judgement), Finding(reason="none"), None).reason == "none"
    forged = seal({**envelope, "statement": prove("v <= 1", "v in [0, 1]").envelope["statement"]})
    decision = decision_on(
        Problem("p", proved.judgement), Finding(certificate=forged), examine_text(certificate_text(forged))
    )
    assert (decision.verdict, decision.counterexample) == (Verdict.UNDECIDED, None)
    assert decision.reason.startswith("the checker did not accept the certificate: ")
    assert decision.report["state"] == "rejected"


def test_a_constant_that_is_undefined_names_no_place():
    with pytest.raises(
        BadInput, match=r"^expression: 0\^0 = 1 cannot be used; give a statement whose two sides are defined$"
    ):
        prove(parse_relation("0^0 = 1"), "")


@pytest.mark.parametrize("name", ["ln", "For", "and", "both"])
def test_variables_are_not_called_like_words(name):
    with pytest.raises(BadInput, match=f"{name} is a word of the sentences that state results"):
        parse_relation(f"0 <= {name} * {name}")
