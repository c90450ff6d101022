"""The views show what report.json says: every value of it, no number beside it, nothing unescaped."""

import base64
import copy
import hashlib
import itertools
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lt_proofs.report.formulas import InlineFormula, formulas
from lt_proofs.report.mathml import mathml
from lt_proofs.report.signs import words
from lt_proofs.report.statement import statement_facts
from lt_proofs.report.views import html, markdown, template, terminal, views
from lt_proofs.theory.record import CLAIMS

REPORTS = Path(os.environ.get("LT_PROOFS_REPORTS", Path(__file__).parents[2] / "reports"))
HOSTILE = "\"'><script>alert(1)</script>{{ 'a' * 3 }}|`x`*b*[l](javascript:x)\n# h &amp; <img src=x onerror=y>"
# looked up by the views, so they cannot be replaced by a mark
KEYS = {"id", "verdict", "tier", "state", "word", "premises", "unblocks", "format", "drawn", "claim", "number", "rests"}
KEYS |= {"agreed", "checker"}
# shown in another guise: the sentence in pieces, the counterexample in words, one formula as TeX or as text
ELSEWHERE = {"text", "counterexample", "tex", "plain", "of_record", "formula"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text without style and annotations."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.text, self.style, self._hidden = [], [], "", None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("style", "annotation"):
            self._hidden = tag

    def handle_endtag(self, tag):
        if tag == self._hidden:
            self._hidden = None

    def handle_data(self, data):
        if self._hidden is None:
            self.text.append(data)
        elif self._hidden == "style":
            self.style += data

    def attributes(self, *names):
        return [value for _, attrs in self.tags for name, value in attrs.items() if name in names]


@pytest.fixture(scope="module")
def facts():
    return json.loads((REPORTS / "report.json").read_text("ascii"))


def rewritten(value, change, key=None):
    """The facts with each leaf changed, keys of KEYS and ELSEWHERE left alone."""
    if key in KEYS | ELSEWHERE or isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dict):
        return {k: rewritten(v, change, k) for k, v in value.items()}
    if isinstance(value, list):
        return [rewritten(v, change, key) for v in value]
    return change(key, value)


def numbers(text):
    return set(re.findall(r"\d+", text))


def test_every_value_of_the_facts_is_in_both_views(facts):
    marks, counter = {}, itertools.count(100_000_001)

    def mark(key, value):
        number = next(counter)
        marks[number] = (key, value)
        return number if isinstance(value, int) else f"mark{number}"

    marked = rewritten(facts, mark)
    pages = views(marked)
    assert len(marks) > 150
    for kind in (".html", ".md"):
        text = "".join(page for name, page in pages.items() if name.endswith(kind))
        # the numbers of plots, and what other files hold, are drawn in the page and named in the text
        left = {number for number in marks if str(number) not in text} - told_in_words(marked, marks)
        assert not left if kind == ".html" else not left - drawn(marked, marks)


def told_in_words(marked, marks):
    """What the sentence about a pruned network says of it in words."""
    parts = ("law", "seed", "shapes", "widths", "domain", "factor")
    told = [marked[network].get(part) for network in ("network", "images") for part in parts]
    return {number for number in marks if str(number) in json.dumps(told)}


def drawn(marked, marks):
    """What the Markdown leaves to the page: the statements in Coq, plots' numbers and other files' tables."""
    alone = json.dumps([marked["figures"], marked["recorded"], [row["coq"] for row in marked["kernel"]]])
    return {number for number in marks if str(number) in alone}


def test_views_have_no_number_that_is_not_in_the_facts(facts):
    recorded = numbers(json.dumps(facts))
    for name, page in views(facts).items():
        assert numbers(" ".join(Page(page).text) if name.endswith(".html") else page) <= recorded, name
    assert numbers("\n".join(terminal(facts))) <= recorded


def test_verdicts_tiers_and_states_are_in_every_view(facts):
    changed = copy.deepcopy(facts)
    changed["verdict"] = changed["claims"][0]["verdict"] = "UNDECIDED"
    changed["claims"][0]["tier"] = "conjectured"
    changed["network"]["certificate"]["state"] = "rejected"
    for view in (html, markdown, lambda f: "\n".join(terminal(f))):
        for word in ("UNDECIDED", "conjectured", "rejected"):
            assert view(changed).count(word) > view(facts).count(word)


def test_what_was_not_found_is_said(facts):
    changed = copy.deepcopy(facts)
    claim = changed["claims"][0]
    claim.update(verdict="UNDECIDED", tier="conjectured", certificate=None)
    claim["plants"][0].update(verdict="UNDECIDED", counterexample=None, caught=None)
    claim["statement"]["conclusion"] = None
    changed["counts"]["failures"] = [claim["id"]]
    for view in (html, markdown):
        assert "neither a proof nor a counterexample was found" in view(changed, claim)
        assert "none found" in view(changed, claim)
        assert re.search(rf"(?i)failures\W.*\b{claim['id']}\b", view(changed))


def test_formulas_and_their_text_have_the_same_numbers(facts):
    for claim in facts["claims"]:
        for piece in claim["statement"]["pieces"]:
            if "tex" in piece:
                assert numbers(piece["tex"]) == numbers(piece["plain"]), piece
        shown = "".join(piece.get("words", piece.get("plain", "")) for piece in claim["statement"]["pieces"])
        assert shown == claim["statement"]["text"]


def test_hostile_text_stays_text(facts):
    kept = ("conclusion", "formula")
    hostile = rewritten(facts, lambda key, value: value if key in kept else HOSTILE)
    # a row of a table or a list item that breaks its line would let the rest be read as markup
    page, text = html(hostile) + html(hostile, hostile["claims"][0]), markdown(hostile, hostile["claims"][0])
    text += markdown(hostile)
    parsed = Page(page)
    assert not {tag for tag, _ in parsed.tags} & {"script", "img"}
    assert not [name for _, attrs in parsed.tags for name in attrs if name.startswith("on")]
    assert "&lt;script&gt;" in page
    assert "{{" in page
    outside_code = re.sub(r"(?s)```.*?```|``.*?``|(?<!\\)`[^`\n]*(?<!\\)`", "", text)
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(javascript", outside_code)
    assert "\n# h" not in text


def test_a_claim_title_with_markup_is_escaped(facts):
    changed = copy.deepcopy(facts)
    changed["claims"][0]["title"] = "<script>alert(1)</script>"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html(changed)
    assert "<script" not in html(changed)
    assert "<script" not in html(changed, changed["claims"][0])
    assert r"\<script\>" in markdown(changed)


def test_the_pages_refer_to_nothing_outside(facts):
    pages = {name: Page(text) for name, text in views(facts).items() if name.endswith(".html")}
    for name, page in pages.items():
        refers_to_nothing_outside(name, page, pages)


def refers_to_nothing_outside(name, page, pages):
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "link", "object", "embed", "base", "form"}
    for link in page.attributes("href", "src", "srcset", "xlink:href", "action", "data", "poster"):
        place, _, part = link.partition("#")
        target = os.path.normpath(Path(name).parent / place) if place else name
        assert target in pages or target.endswith(".md") or (REPORTS / target).is_file(), link
        assert not part or part in pages[target].attributes("id"), link
    assert not re.search(r"url\(|@import|//", page.style)
    assert not page.attributes("style")


def test_the_security_policy_allows_this_style_and_nothing_else(facts):
    page = Page(html(facts))
    (policy,) = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("which", ["first page", "claim"])
def test_a_page_can_be_walked_by_keyboard_and_screen_reader(facts, which):
    source = html(facts) if which == "first page" else html(facts, facts["claims"][0])
    page = Page(source)
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    tags = [tag for tag, _ in page.tags]
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer", "nav")] == [1] * 5
    assert tags.count("table") == tags.count("caption") > (4 if which == "first page" else 0)
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in page.tags if tag == "th")
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert {name for names in page.attributes("aria-labelledby") for name in names.split()} <= set(ids)
    assert all(attrs.get("aria-label") for tag, attrs in page.tags if attrs.get("role") == "region")
    first_link = next(attrs for tag, attrs in page.tags if tag == "a")
    assert first_link == {"class": "skip", "href": "#content"}
    assert page.tags[1] == ("html", {"lang": "en"}) or ("html", {"lang": "en"}) in page.tags


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_has_enough_contrast(scheme):
    blocks = [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.S)]
    colours = dict(zip(("light", "dark", "print"), blocks, strict=True))[scheme]
    pairs = [(name, f"{name}-back") for name in ("good", "bad", "open", "calm")]
    pairs += [(ink, back) for ink in ("ink", "soft", "link") for back in ("paper", "sheet")]
    for ink, back in pairs:
        assert contrast(colours[ink], colours[back]) >= 4.5, (scheme, ink, back)


STYLE = template("style.css")


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_every_formula_becomes_mathml(claim):
    for judgement in (claim.judgement, *(plant.judgement for plant in claim.plants)):
        found = statement_facts(judgement)
        for tex in [p["tex"] for p in found["pieces"] if "tex" in p] + [found["conclusion"] or "x"]:
            assert "<annotation" in mathml(tex)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_no_raw_power_is_left_in_prose(claim):
    for text in (claim.proof, claim.changes, claim.witness, claim.place, *(plant.change for plant in claim.plants)):
        parts = formulas(words(text))
        for part in parts:
            if isinstance(part, InlineFormula):
                assert "<annotation" in mathml(part.tex)
            else:
                assert not re.search(r"[A-Za-z0-9)][_^][A-Za-z0-9(]", part), part


def test_the_report_is_short_enough_to_be_read(facts):
    assert len(markdown(facts).split()) <= 15_000
    assert len(html(facts)) <= 1_000_000


@pytest.mark.parametrize(
    "tex", [r"\unknown{x}", r"a \& b", r"\begin{aligned}x\end{aligned}", r"\frac{1", r"\href{x}{y}"]
)
def test_formulas_that_leak_are_refused(tex):
    with pytest.raises(ValueError, match="MathML"):
        mathml(tex)
