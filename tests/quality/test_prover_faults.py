"""A fault of the program inside a method of the search must show, and not look like an inequality left undecided."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.proof import critical, cutting, derivatives, fields, rewriting
from lt_proofs.proof.evidence import DividesByZero, Inapplicable, NoDerivative, TooLarge
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.inequality import evidence_for
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Judgement, Relation, Symbol, number, parse_domain, parse_relation, parse_term

X = Symbol("x")
GOAL = Goal(parse_term("x*(1 - x)"), parse_domain("x in [0, 1]"))
FAULTS = (AttributeError, TypeError, ValueError, ZeroDivisionError, KeyError, NotImplementedError)


def raising(error):
    def raises(*_):
        raise error("planted")

    return raises


# each place that catches Inapplicable: the function that fails there, and a call that reaches it
PLACES = [
    (derivatives, "derivative", lambda: derivatives.changes(GOAL)),
    (derivatives, "factored", lambda: derivatives.plain_sign(GOAL, True)),
    (critical, "factors_of", lambda: critical.critical_curves(X, GOAL)),
    (cutting, "tidy", lambda: cutting.curves(GOAL)),
    (rewriting, "factored", lambda: rewriting.square_root(X)),
    (fields, "normal", lambda: fields.identical(X - X)),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("module", "name", "call"), PLACES)
def test_a_fault_is_not_taken_for_a_method_that_does_not_apply(monkeypatch, module, name, call, fault):
    monkeypatch.setattr(module, name, raising(fault))
    with pytest.raises(fault, match="planted"):
        call()


@pytest.mark.parametrize("error", [TooLarge, DividesByZero, NoDerivative])
@pytest.mark.parametrize(("module", "name", "call"), PLACES)
def test_a_method_that_does_not_apply_is_passed_over(monkeypatch, module, name, call, error):
    monkeypatch.setattr(module, name, raising(error))
    assert not call()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_strategy_ends_the_search(fault):
    search = Search(10_000, 60, lambda _: [raising(Inapplicable), raising(fault)])
    with pytest.raises(fault, match="planted"):
        search.attempt(GOAL, False, 0)
    with pytest.raises(fault, match="planted"):
        search.within(0.5, lambda: search.attempt(GOAL, False, 0))


numbers = st.fractions(min_value=-3, max_value=3, max_denominator=6).map(number)
leaves = st.one_of(numbers, st.sampled_from([X, Symbol("y"), Symbol("pi")]))


def grown(inner):
    """Terms with one function more, among them undefined ones."""
    binary = st.builds(
        lambda head, a, b: Apply(head, (a, b)), st.sampled_from(["+", "-", "*", "/", "min", "max"]), inner, inner
    )
    unary = st.builds(
        lambda head, a: Apply(head, (a,)), st.sampled_from(["exp", "log", "sqrt", "sin", "cos", "atan", "abs"]), inner
    )
    powers = st.builds(lambda a, e: Apply("^", (a, e)), inner, st.one_of(numbers, inner))
    return st.one_of(binary, unary, powers)


@given(st.recursive(leaves, grown, max_leaves=6), st.sampled_from(["<=", "<", "="]))
@settings(max_examples=60)
def test_no_term_makes_a_method_fail(term, sign):
    domain = parse_domain("x in [0, 1], y in (0, oo)")
    judgement = Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=Relation(sign, number(0), term))
    evidence_for(judgement, work=15_000)


def test_what_the_methods_refuse():
    with pytest.raises(NoDerivative):
        derivatives.derivative(parse_term("abs(x)"), "x")
    with pytest.raises(DividesByZero):
        fields.normal(parse_term("1/(x - x)"))
    with pytest.raises(DividesByZero):
        fields.normal(parse_term("log(x - x)"))
    with pytest.raises(TooLarge):
        fields.normal(parse_relation("(x + y + 1)^64 <= 1").left)
