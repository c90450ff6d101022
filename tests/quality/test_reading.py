"""The checker can be read in an afternoon: how many lines of code stand behind a theorem, and behind an inequality.

Both ways to count are bounded: the functions that a certificate makes run, as reading.py lists them, and the modules
that it loads, as wholes.  What the tables forms.json, rules.json and limits.json say is read row by row, as needed.
"""

import importlib.util
from pathlib import Path

import pytest

from lt_proofs.proof.decide import Problem, decide
from lt_proofs.proof.prove import prove
from lt_proofs.theory.record import find

SPEC = importlib.util.spec_from_file_location("reading", Path(__file__).with_name("reading.py"))
READING = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(READING)

# lines of code to read, and lines of all modules that are loaded
THEOREM, THEOREM_MODULES = 2400, 3000
INEQUALITY, INEQUALITY_MODULES = 1800, 2600
# of every kind: polynomial, with logarithms, on the whole line, in three variables, with a square, the longest of all
INEQUALITIES = [
    ("v*(1-v) <= 1/4", "v in [0, 1]"),
    ("log(1+x) <= x", "x in (-1, oo)"),
    ("exp(x) >= 1 + x", "x in (-oo, oo)"),
    ("x/(y+z) + y/(z+x) + z/(x+y) >= 3/2", "x in (0, oo), y in (0, oo), z in (0, oo)"),
    ("sqrt(x*y) <= (x+y)/2", "x in [0, oo), y in [0, oo)"),
    ("x^(1/x) <= exp(exp(-1))", "x in [1/2, 20]"),
]


def lines(path):
    rows = READING.reading(path)
    return sum(row.read for row in rows), sum(row.lines for row in rows), {row.module for row in rows}


def test_theorem_1_is_read_in_an_afternoon(tmp_path):
    claim = find("theorem-1")
    decide([Problem(claim.id, claim.judgement, claim.plan)], tmp_path)
    read, whole, modules = lines(tmp_path / "theorem-1.json")
    assert read <= THEOREM
    assert whole <= THEOREM_MODULES
    assert not {module for module in modules if module.startswith(("refutations/", "data/ticket", "data/counts"))}


@pytest.mark.parametrize(("relation", "where"), INEQUALITIES)
def test_an_inequality_is_read_sooner(tmp_path, relation, where):
    path = tmp_path / "inequality.json"
    path.write_text(prove(relation, where).certificate)
    read, whole, modules = lines(path)
    assert read <= INEQUALITY
    assert whole <= INEQUALITY_MODULES
    assert modules & {f"theorems/{name}.py" for name in ("covering", "cuts", "flows", "gains", "lower")} == set()


def test_functions_that_are_not_called_are_not_counted():
    text = "A = 1\n\n\ndef f(x):\n    '''Doc.'''\n    return x\n\n\nclass B:\n    def g(self):\n        return 1\n"
    assert READING.code_lines(text) == {1, 4, 6, 9, 10, 11}
    assert [name for name, *_ in READING.functions(text)] == ["f", "B.g"]
