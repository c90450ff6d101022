"""Formulas: the usual signs make the checker's terms and relations, and chains of relations are refused."""

from fractions import Fraction as Q

import pytest


def test_signs_make_terms(checker):
    formula = checker.formulas.Formula
    x, y = checker.formulas.variables("xy")
    for found, text in (
        (x + 1, "x + 1"), (1 + x, "1 + x"), (x - y, "x - y"), (2 - x, "2 - x"), (x * y, "x*y"), (Q(1, 2) * x, "1/2*x"),
        (x / 3, "x/3"), (3 / x, "3/x"), (x**2, "x^2"), (2**x, "2^x"), (-(x + y), "-(x + y)"), (x**2 * y, "x^2*y"),
        (checker.formulas.log(x), "log(x)"), (checker.formulas.exp(-x), "exp(-x)"),
        (checker.formulas.sqrt(x * y), "sqrt(x*y)"), (checker.formulas.total(x, y), "0 + 0 + x + y"),
        (checker.formulas.product(x, y, 2), "x*y*2"),
    ):  # fmt: skip
        assert checker.algebra.same(found.item, checker.read_term(text))
        assert found == formula(found) == found.item and hash(found) == hash(found.item)
    assert formula(2).item == Q(2) and type(formula(2).item) is Q
    assert (2 * formula(Q(3))).item == ("*", Q(2), Q(3))  # nothing is computed: the obligation is read as it is written


def test_comparisons_make_relations_as_they_are_written(checker):
    (x,) = checker.formulas.variables("x")
    assert (x <= 1) == ("<=", "x", Q(1)) and (x < 1) == ("<", "x", Q(1))
    assert (0 <= x) == ("<=", Q(0), "x") and (0 < x) == ("<", Q(0), "x")
    assert (x >= 1) == ("<=", Q(1), "x") and (x > 1) == ("<", Q(1), "x")
    assert checker.formulas.equal(x, 0) == ("=", "x", Q(0))


def test_chains_of_comparisons_would_lose_their_first(checker):
    (x,) = checker.formulas.variables("x")
    with pytest.raises(TypeError, match="write chains of them one by one"):
        bool(0 < x <= 1)
    with pytest.raises(TypeError):
        bool(x < 1)


def test_statements_give_their_fields_as_formulas(checker):
    drift = checker.read_judgement("drift", domain="v in (0, 1), s in (0, 1)", law=["uniform", "s"], length="s + 1",
                                   gain="v*s")  # fmt: skip
    assert drift.gain == drift["gain"] == ("*", "v", "s")
    assert drift.put("gain", v=drift.length) == ("*", ("+", "s", Q(1)), "s")
    moved = drift.at({"s": Q(1, 2)})
    assert moved["law"] == ("uniform", Q(1, 2)) and moved.gain == ("*", "v", Q(1, 2))
    assert moved["domain"] == drift["domain"] and drift["law"] == ("uniform", "s")
    odd = checker.read_judgement("contraction", domain="self in (0, 1)", variable="self", ceilings=["1"], drift="self",
                                 potential="1 - self", factor="1")  # fmt: skip
    assert odd.put("potential", **{"self": Q(0)}) == ("-", Q(1), Q(0))
    with pytest.raises(AttributeError, match="radius"):
        _ = drift.radius
