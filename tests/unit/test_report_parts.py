"""The parts of the report: proofs in steps, numbers three ways, the chain, plots, records, notebooks."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lt_proofs.proof.claims import check_claims
from lt_proofs.report import notebook, numbers, plots, recordings, searches, steps
from lt_proofs.report.claims import claims_facts
from lt_proofs.report.dependencies import WHOLE, behind, chain_svg, layout, proof_svg
from lt_proofs.report.drawing import reading, svg
from lt_proofs.report.numbers import STATED, Stated, bounds_facts
from lt_proofs.report.sharp_picture import sharpness_svg
from lt_proofs.terms.forms import LAWS
from lt_proofs.terms.tree import HEADS, RELATIONS
from lt_proofs.theory.record import CLAIMS, find

REPORTS = Path(__file__).parents[2] / "reports" / "certificates"


@pytest.fixture(scope="module")
def r3():
    (checked,) = check_claims([find("r3")])
    return checked


CHAINS = {("gadget", Fraction(1, 100)): {"samples": "147", "state": "accepted"}}


@pytest.fixture(scope="module")
def drawn():
    return [
        plots.growing_coverage(),
        plots.coverage_probability(),
        plots.gaps(),
        plots.samples_needed("gadget", CHAINS),
    ]


def test_every_rule_has_words(checker):
    apart = {"fixed-count", "anytime-count", "ticket", "difference", "regions"}
    assert set(checker.rules.RULES) - apart <= set(steps.RULES)


def test_every_kind_of_evidence_has_words(checker):
    """The nodes that the checker reads, and its marks for definedness and for equations."""
    assert set(steps.EVIDENCE) == {*checker.nodes.NODES, "defined", "both"}


def test_committed_certificates_use_no_evidence_without_words():
    """A list that starts with a word and is no term, relation, range or law is a node of evidence."""
    other = {*HEADS, *RELATIONS, *LAWS, "given"}

    def nodes(data, names):
        if isinstance(data, dict):
            data = list(data.values())
        if isinstance(data, list):
            if data and isinstance(data[0], str) and data[0].isalpha() and data[0] not in other | names:
                yield data[0]
            for item in data:
                yield from nodes(item, names)

    seen = set()
    for path in sorted(REPORTS.glob("*.json")):
        for step in json.loads(path.read_text("ascii"))["steps"]:
            if step["goal"]["form"] == "inequality":
                names = {r[0] for r in step["goal"]["domain"]}
                seen.update(nodes(step["data"]["evidence"], names))
    assert {"logs", "like", "fall"} <= seen <= set(steps.EVIDENCE)


def test_a_proof_ends_with_the_statement_and_rests_on_earlier_steps(r3):
    found = steps.proof_facts(r3.decision.envelope)
    assert [step["number"] for step in found] == list(range(1, len(found) + 1))
    assert found[-1]["claim"] is None
    assert found[-1]["says"].startswith("For all v in (0, 1), kappa in (0, 1]")
    assert len(found[-1]["inequalities"]) == 8
    assert all(rest < step["number"] for step in found for rest in step["rests"])


def test_a_premise_of_record_is_cited_not_repeated():
    (checked,) = check_claims([find("r4")])
    found = steps.proof_facts(checked.decision.envelope)
    assert "r3" in {step["claim"] for step in found}
    assert all(not step["inequalities"] for step in found if step["claim"] is not None)


def test_stated_numbers_agree_three_ways(tmp_path):
    rows = bounds_facts(tmp_path)
    assert len(rows) == len(STATED)
    assert {row["agreed"] for row in rows} == {"agreed"}
    for row in rows:
        low, high = map(Fraction, row["arb"])
        assert low <= Fraction(row["mpmath"]) + Fraction(1, 10**6)
        assert int(row["claimed"]) - 1 < high <= int(row["claimed"])
        assert all((tmp_path / file).is_file() for file in row["files"])


@pytest.mark.parametrize("wrong", [55, 57])
def test_a_number_that_is_off_by_one_is_found(tmp_path, wrong):
    (row,) = bounds_facts(tmp_path, (Stated("r4-uniform", "samples", numbers.BOTH, wrong),))
    assert (row["agreed"], row["checker"]) == ("differs", "rejected")


def facts_of(*rows):
    return {
        name: {"id": name, "title": name, "premises": premises, "verdict": verdict, "tier": "proved"}
        for name, premises, verdict in rows
    }


def test_the_chain_runs_from_left_to_right():
    facts = {claim.id: {"premises": list(claim.premises)} for claim in CLAIMS}
    places = layout(facts)
    assert len(set(places.values())) == len(places) == len(CLAIMS)
    assert all(places[premise][0] < places[name][0] for name, fact in facts.items() for premise in fact["premises"])


def test_every_node_of_the_chain_is_a_link_with_sign_and_word():
    facts = facts_of(("a", [], "PROVED"), ("b", ["a"], "UNDECIDED"), ("c", ["b"], "PROVED"), ("d", [], "REFUTED"))
    root = ElementTree.fromstring(str(chain_svg(list(facts.values()))))
    links = root.findall("a")
    assert [link.get("href") for link in links] == ["a.html", "b.html", "c.html", "d.html"]
    words = ["".join(link.itertext()) for link in links]
    assert "undecided" in words[1]
    assert "open behind" in words[2]
    assert "refuted" in words[3]
    assert [link.find("use").get("href") for link in links][1:] == ["#icon-question", "#icon-tick", "#icon-cross"]
    assert behind("a", facts) == WHOLE
    assert "b, which is not proved" in behind("c", facts)


def test_the_proof_of_a_theorem_shows_what_it_rests_on_and_nothing_else():
    facts = facts_of(("a", [], "PROVED"), ("b", ["a"], "UNDECIDED"), ("c", ["b"], "PROVED"), ("d", ["a"], "PROVED"))
    root = ElementTree.fromstring(str(proof_svg(list(facts.values()), "c", "claims/")))
    links = {link.get("href"): link for link in root.findall("a")}
    assert list(links) == ["claims/a.html", "claims/b.html", "claims/c.html"]
    # premises stand above, and the state is said in words
    heights = [int(link.find("rect").get("y")) for link in links.values()]
    assert heights == sorted(set(heights))
    assert "open behind" in "".join(links["claims/c.html"].itertext())
    assert int(root.get("viewBox").split()[3]) >= max(heights)


def test_the_picture_of_sharpness_has_every_number_in_order():
    names = ("what", "necessary", "measured", "enough", "ratio")
    values = [("samples, a law, eps = 1", "7", "18 to 19", "38", "2"), ("width", "7", "", "9", "")]
    root = ElementTree.fromstring(str(sharpness_svg([dict(zip(names, row, strict=True)) for row in values])))
    numbers = [(float(text.get("x")), text.text) for text in root.findall("text") if text.get("class") == "number"]
    assert [text for _, text in sorted(numbers)] == ["7", "18–19", "38"]
    assert "number of samples, ε = 1" in [text.text for text in root.findall("text")]


def test_a_picture_is_xml_with_a_title_and_the_same_each_time(drawn):
    for plot in drawn:
        picture = str(svg(plot))
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.find("title").text == plot["title"]
        assert picture == str(svg(json.loads(json.dumps(plot))))
        assert "nan" not in picture.lower()
        assert len(root.findall(".//path")) + len(root.findall(".//rect")) > len(plot["rows"])


def test_numbers_of_cells():
    assert [reading(text) for text in ("1/4", "0.25", "12", "", "x", None, "1/0")] == [0.25, 0.25, 12.0] + [None] * 4


def test_the_picture_of_one_sample_ends_covered_and_never_loses(drawn):
    shares = [Fraction(row[2]) for row in drawn[0]["rows"]]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (Fraction(1, 10), 1)


def test_what_is_measured_lies_between_the_bounds(drawn):
    for _, least, low, high, sharpest, closed in drawn[3]["rows"]:
        assert int(least) <= int(sharpest or closed) <= int(closed)
        if low:
            assert int(least) <= int(low) <= int(high) <= int(sharpest or closed)
    for row in drawn[1]["rows"]:
        ends = [Fraction(text) for text in row[1:] if text]
        assert all(0 <= a <= b <= 1 for a, b in zip(ends[::2], ends[1::2], strict=True))


def test_records_of_any_shape_become_tables(tmp_path):
    (tmp_path / "gpu.json").write_text(
        json.dumps(
            {"device": "x", "deep": {"y": {"z": 0.12345}}, "rows": [{"a": 1.5, "b": None}, {"a": True, "c": "|"}]}
        )
    )
    (tmp_path / "prover.json").write_text("{broken")
    (tmp_path / "popup.json").write_text("[" * 100_000)
    (found,) = recordings.recordings(tmp_path)
    assert found["file"] == "gpu.json"
    assert found["tables"][0]["columns"] == ["a", "b", "c"]
    assert found["tables"][0]["rows"] == [["1.5", "", ""], ["yes", "", "|"]]
    assert ["deep y z", "0.1235"] in found["tables"][1]["rows"]


def test_speed_beside_peers_is_drawn(tmp_path):
    rows = [{"work": "w", "figure": 5127.06, "unit": "×", "gate": 1500, "gate_met": True}, {"work": "s", "figure": 1}]
    (tmp_path / "benchmarks.json").write_text(json.dumps({"rows": rows}))
    (found,) = recordings.recordings(tmp_path)
    (plot,) = found["figures"]
    assert plot["rows"] == [["1", "w", "5127", "1500", "yes"]]
    assert "svg" in str(svg(plot))


def test_searches_repeat_to_the_same_facts(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    claims = [find("r3"), find("p2")]
    results = []
    for number, anew in enumerate((True, True, False)):
        folder = tmp_path / str(number)
        folder.mkdir()
        results.append(claims_facts(searches.checked_claims(claims, folder, anew=anew)))
        assert sorted(path.name for path in folder.iterdir()) == ["p2.json", "r3.json"]
    assert results[0] == results[1] == results[2]


def test_a_representation_has_formulas_and_no_markup_of_others(r3):
    shown = notebook.checked_html(r3)
    assert shown.count("<math") > 3
    assert "PROVED" in shown
    assert "<script" not in notebook.table_html(("<script>",), [["<script>"]])


def test_the_notebook_extension_gives_claims_their_representation():
    code = (
        "from lt_proofs.report.notebook import load_ipython_extension; load_ipython_extension(None);"
        "from lt_proofs.theory.record import find; assert '<math' in find('r3')._repr_html_();"
        "import lt_proofs; assert 'PROVED' in lt_proofs.prove('x^2 >= 0', 'x in [0, 1]')._repr_html_()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_failure_of_at_most_one_is_no_claim():
    from lt_proofs.campaigns.beside import Measured
    from lt_proofs.report.claims import _claimed

    third = Fraction(1, 3)
    assert _claimed(Measured("failure", third, third, Fraction(1), above=False)) == "nothing"
    assert _claimed(Measured("failure", third, third, Fraction(1, 2), above=False)) == "at most 0.5"
    assert _claimed(Measured("growth", third, third, Fraction(1), above=True)) == "at least 1"
