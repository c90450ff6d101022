"""What the grammar refuses, it refuses at once, in one line, with the place."""

import time

import pytest

from lt_proofs.errors import BadInput, LtProofsError
from lt_proofs.exact.rational import parse_rational
from lt_proofs.terms import parse_domain, parse_relation, parse_term


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("__import__('os')", "not part of the grammar"),
        ("9^9^8", "tower|bits"),
        ("x^9999", "powers of variables end at"),
        ("2^100000", "constant powers end"),
        ("1_000", "not part of the grammar"),
        ("٣ + 1", "not part of the grammar"),
        ("ⅹ", "not part of the grammar"),
        ("2x", "operator is missing"),
        ("x +", "ends too early"),
        ("", "ends too early"),
        ("(x", r"expected \)"),
        ("x)", "expected the end"),
        ("foo(x)", "unknown function"),
        ("log", "word of the grammar"),
        ("sin(x, y)", "takes 1"),
        ("min(x)", "at least 2"),
        ("1/0", "division by zero"),
        ("1" * 100, "digits"),
        ("(" * 500 + "x" + ")" * 500, "nesting"),
        ("-" * 1500 + "x", "nesting"),
        ("x + " * 2000 + "x", "characters"),
        ("x.real", "not part of the grammar"),
        ("lambda: 0", "not part of the grammar"),
        ("x if y else z", "expected the end"),
        ("x\n;y", "not part of the grammar"),
        ("2x", "write 2"),
        ("1e1000", "powers of ten end"),
    ],
)
def test_refused_terms(text, hint):
    before = time.process_time()
    with pytest.raises(BadInput, match=hint) as error:
        parse_term(text)
    assert time.process_time() - before < 5, "of the processor: a text is refused before it is worked on"
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["x", "x < 1 < 2", "x != 1", "x => 1", "< 1"])
def test_refused_relations(text):
    with pytest.raises(BadInput):
        parse_relation(text)


@pytest.mark.parametrize(
    "text",
    ["x in 0, 1", "x in [0 1]", "x in [-oo, 1]", "x in (0, oo]", "x in [0, y]", "x in [0,1], x in [0,1]", "in in [0,1]",
     "pi in [0, 1]", "x in [0, 1],", "x in (oo, 1)"],
)  # fmt: skip
def test_refused_domains(text):
    with pytest.raises(BadInput):
        parse_domain(text)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1/0", "0x10", "1/2/3", "1_0", "٣", "1e9999", "1" * 500, "--1"])
def test_refused_numbers(text):
    with pytest.raises(LtProofsError) as error:
        parse_rational(text, "--eps")
    assert str(error.value).startswith("--eps: ")
