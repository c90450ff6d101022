"""The table of forms and laws: its templates say every field, and both sides read the same sentence from it."""

import json
import re
from string import Template

import pytest

from lt_proofs.report.displayed import displayed
from lt_proofs.report.mathml import mathml
from lt_proofs.terms import encode
from lt_proofs.terms.forms import TABLE
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS

JUDGEMENTS = [j for claim in CLAIMS for j in (claim.judgement, *(plant.judgement for plant in claim.plants))]


def names_in(*texts):
    """The names in templates."""
    return {match["named"] or match["braced"] for text in texts for match in Template.pattern.finditer(text)}


def used_by(terms):
    """The names in derived terms."""
    return set(re.findall(r'"([A-Za-z]\w*)"', json.dumps(list(terms))))


@pytest.mark.parametrize("form", TABLE["forms"])
def test_templates_name_exactly_the_fields(form):
    row = TABLE["forms"][form]
    derived, fields = row.get("terms", {}), row["fields"]
    more = {"law": {"entries"}, "domain": {"place", "shape"}, "hypotheses": {"place", "given", "shape"}}
    ways = {field: {field} | more.get(field, set()) for field in fields}
    for field in row.get("named", {}):
        ways[field].add(f"{field}_is")
    for field, kind in fields.items():
        if kind == "terms":
            ways[field] |= {f"{field}_{place}" for place in ("count", *range(9))}
    once = row.get("once", {})
    texts = [choice[way] for choice in once.values() for way in ("same", "each")]
    said, shown = names_in(*row["says"], *texts), names_in(row.get("shown", ""))
    assert set(once) <= said
    said -= set(once)
    for field, names in ways.items():
        assert names & (said | used_by(derived[name] for name in said & set(derived))), f"{field} is not said"
    assert said | shown <= set(derived).union(*ways.values())
    assert set(derived) <= said | shown
    for key in ("whole", "apart", "named"):
        assert set(row.get(key, ())) <= set(fields)
    kinds = ["term", "terms", "relation", "relations", "domain", "law", "name", "integer", "integers", "judgement"]
    assert set(fields.values()) <= {*kinds, *TABLE["choices"]}


@pytest.mark.parametrize("form", [form for form, row in TABLE["forms"].items() if "reserves" in row])
def test_letters_with_a_meaning_are_reserved(form):
    """A letter of the words, but for the variables that every goal of the form has, is no variable of a goal."""
    row = TABLE["forms"][form]
    words = re.sub(r"\$\{?\w+\}?|σ\(t\) = max\(0, t\)", " ", " ".join(row["says"]))
    letters = set(re.findall(r"(?<![A-Za-z0-9])[B-Zb-z](?![A-Za-z0-9])", words))  # without the article
    # the fraction covered, widths and depths
    given = {"drift": {"v"}, "composition": {"l"}, "network": {"d", "l"}, "conv-network": {"l"}, "residual": {"B"}}
    assert letters - given.get(form, set()) <= set(row["reserves"])


@pytest.mark.parametrize("kind", TABLE["laws"])
def test_laws_name_exactly_their_numbers(kind):
    row = TABLE["laws"][kind]
    numbers, derived, grids = set(row["numbers"]), row.get("terms", {}), row.get("grids", {})
    said = names_in(row["says"], row.get("entries", ""))
    assert said <= numbers | set(derived) | {f"{name}_grid" for name in grids}
    assert numbers <= said | used_by(derived.values()) | names_in(*grids.values())
    assert set(derived) <= said
    assert all(names_in(text) == {name} and f"{name}_grid" in said for name, text in grids.items())


def test_both_sides_say_the_same(checker):
    """The checker's printer and the library's, on every claim of record and its planted errors."""
    for judgement in JUDGEMENTS:
        data = json.loads(json.dumps(encode(judgement)))
        assert checker.words.sentence(checker.syntax.judgement(data)) == plain_sentence(judgement)


def test_every_displayed_formula_is_sound():
    for judgement in JUDGEMENTS:
        shown = displayed(judgement)
        assert (shown is None) == ("shown" not in TABLE["forms"][judgement.form])
        assert shown is None or "<annotation" in mathml(shown)


def test_the_paper_s_words_are_in_theorem_1():
    """Network, masks, norms, error and probability are said in the statement itself."""
    said = plain_sentence(next(claim for claim in CLAIMS if claim.id == "theorem-1").judgement)
    for words in (
        "f(x) = W_l σ(W_(l-1) ⋯ σ(W_1 x))", "σ(t) = max(0, t)", "spectral norm at most 1", "0/1 masks S_i and T_i",
        "g(x) = (T_l∘B_l) σ((S_l∘A_l) ⋯ σ((T_1∘B_1) σ((S_1∘A_1) x)))", "‖f(x) - g(x)‖₂ < eps", "Euclidean norm",
        "With probability at least 1 - delta", "all whole numbers l in [1, oo)", "uniform on [-1, 1]",
        "d in [1, oo), e in [1, oo)",
    ):  # fmt: skip
        assert words in said
    assert "log(" not in said
