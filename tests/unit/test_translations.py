"""One tree, many readers: a constant changed in a claim is changed in every view, and all evaluations agree."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.cli import run
from lt_proofs.exact.enclosure import Undefined, enclosure
from lt_proofs.exact.witness import to_mpmath
from lt_proofs.proof.algebra import to_sympy
from lt_proofs.proof.evaluate import NotExact, exact_value
from lt_proofs.report.mathml import mathml
from lt_proofs.terms import Apply, Number, Relation, Symbol
from lt_proofs.terms.coq import coq_statement
from lt_proofs.terms.judgement import Domain, Judgement, Range
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.terms.tex import tex
from lt_proofs.theory import record
from lt_proofs.theory.claim import Claim, Plant

X = Symbol("x")
OLD, NEW = Fraction(17, 31), Fraction(19, 29)
CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 60


def statement(constant):
    """exp(x)*c <= 3 on [0, 1]."""
    domain = Domain((Range("x", "[", Number(Fraction(0)), Number(Fraction(1)), "]"),))
    conclusion = Apply("*", (Apply("exp", (X,)), Number(constant))) <= 3
    return Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=conclusion)


def left(constant):
    return statement(constant)["conclusion"].left


def shown(constant, capsys, monkeypatch):
    """What the terminal prints of a claim of record that makes the statement."""
    claim = Claim(
        "c", "A claim", statement(constant), None, "none", "none", "none", "none",
        (Plant("3 is 1", statement(constant).replace(conclusion=left(constant) <= 1)),),
    )  # fmt: skip
    monkeypatch.setattr(record, "CLAIMS", (claim,))
    record.by_id.cache_clear()
    try:
        run(["show", "c"])
    finally:
        monkeypatch.undo()
        record.by_id.cache_clear()
    return capsys.readouterr().out


TEXTS = {
    "prose": (lambda c: plain_sentence(statement(c)), "{p}/{q}"),
    "TeX": (lambda c: tex(statement(c)["conclusion"]), r"\frac{{{p}}}{{{q}}}"),
    "MathML": (lambda c: str(mathml(tex(statement(c)["conclusion"]))), "<mn>{p}</mn></mrow><mrow><mn>{q}</mn>"),
    "Coq": (lambda c: coq_statement(statement(c), []), "{p} / {q}"),
    "sympy": (lambda c: str(to_sympy(left(c))), "{p}*exp(x)/{q}"),
}


@pytest.mark.parametrize("view", TEXTS)
def test_a_changed_constant_is_changed_in_the_text(view):
    render, written = TEXTS[view]
    for constant, other in ((OLD, NEW), (NEW, OLD)):
        text = render(constant)
        assert written.format(p=constant.numerator, q=constant.denominator) in text
        assert str(other.numerator) not in text
        assert str(other.denominator) not in text


def test_a_changed_constant_is_changed_in_the_values():
    for constant in (OLD, NEW):
        at_zero = {"x": (Fraction(0), Fraction(0), False, False)}
        low, high, _, _ = enclosure(left(constant), at_zero)
        assert low <= constant <= high
        assert high - low < Fraction(1, 10**9)
        value = to_mpmath(left(constant), {"x": CONTEXT.mpf(0)}, CONTEXT)
        assert abs(value - CONTEXT.mpf(constant.numerator) / constant.denominator) < CONTEXT.mpf(10) ** -50


def test_a_changed_constant_is_changed_on_the_terminal(capsys, monkeypatch):
    for constant, other in ((OLD, NEW), (NEW, OLD)):
        out = shown(constant, capsys, monkeypatch)
        assert f"exp(x)*({constant}) ≤ 3" in out
        assert str(other) not in out


leaves = st.one_of(
    st.builds(Number, st.fractions(min_value=-9, max_value=9, max_denominator=7)),
    st.sampled_from([Symbol("x"), Symbol("y")]),
)
points = st.fixed_dictionaries(
    {name: st.fractions(min_value=-5, max_value=5, max_denominator=11) for name in ("x", "y")}
)


def applications(inner, functions):
    return st.one_of(
        st.builds(lambda h, a, b: Apply(h, (a, b)), st.sampled_from(["+", "-", "*", "/", "min", "max"]), inner, inner),
        st.builds(lambda h, a: Apply(h, (a,)), st.sampled_from(["-", "abs", *functions]), inner),
        st.builds(lambda a, n: Apply("^", (a, Number(Fraction(n)))), inner, st.integers(-2, 3)),
        st.builds(
            lambda h, a, b, c: Apply(h, (a, b, c)), st.sampled_from(["+", "*", "min", "max"]), inner, inner, inner
        ),
    )


rational_terms = st.recursive(leaves, lambda inner: applications(inner, []), max_leaves=8)
FUNCTIONS = ["sin", "cos", "atan", "exp", "log", "sqrt"]
all_terms = st.recursive(leaves, lambda inner: applications(inner, FUNCTIONS), max_leaves=6)


def at(value):
    return CONTEXT.mpf(value.numerator) / value.denominator


def degenerate(point):
    return {name: (value, value, False, False) for name, value in point.items()}


def in_sympy(term, point):
    values = {name: sympy.Rational(v.numerator, v.denominator) for name, v in point.items()}
    return to_sympy(term).subs(values)


@given(rational_terms, points)
def test_rational_terms_have_one_value(term, point):
    try:
        value = exact_value(term, point)
    except NotExact:
        return
    assert in_sympy(term, point) == sympy.Rational(value.numerator, value.denominator)
    low, high, _, _ = enclosure(term, degenerate(point), 128)
    assert low <= value <= high
    assert high - low <= abs(value) / 2**60 + Fraction(1, 2**60)
    seen = to_mpmath(term, {name: at(v) for name, v in point.items()}, CONTEXT)
    assert abs(seen - at(value)) <= CONTEXT.mpf(10) ** -40 * (1 + abs(at(value)))


@given(rational_terms, points)
def test_where_exact_arithmetic_has_no_value_an_enclosure_claims_none(term, point):
    try:
        exact_value(term, point)
    except NotExact:
        with pytest.raises(Undefined):
            enclosure(term, degenerate(point))


@settings(max_examples=60)
@given(all_terms, points)
def test_enclosures_hold_what_mpmath_and_sympy_compute(term, point):
    try:
        low, high, _, _ = enclosure(term, degenerate(point), 256)
    except Undefined:
        return
    if max(abs(low), abs(high)) > 10**30 or high - low > Fraction(1, 10**30):
        return
    slack = CONTEXT.mpf(10) ** -25
    value = to_mpmath(term, {name: at(v) for name, v in point.items()}, CONTEXT)
    assert at(low) - slack <= value <= at(high) + slack
    third = CONTEXT.mpf(str(sympy.N(in_sympy(term, point), 50)))
    assert abs(third - value) <= slack * (1 + abs(value))


def test_relations_keep_their_sides_in_every_text():
    for sign in ("<=", "<", ">=", ">", "="):
        relation = Relation(sign, X, Number(Fraction(1)))
        judgement = statement(OLD).replace(conclusion=relation)
        assert f"x {sign} 1" in plain_sentence(judgement)
        assert coq_statement(judgement, []).endswith(f"x {sign} 1")
