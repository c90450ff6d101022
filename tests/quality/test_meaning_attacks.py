"""Statements that say nothing, and files that say more than is checked: each kind of attack, on every certificate.

The certificates are those of the corpus, one of each form and rule, and those of the claims.  An attack changes a
statement together with the goal that concludes it, or a part of the file, and seals the file anew; none is accepted.
Where an attack keeps the mathematics - a key more, `true` for 1, another name - it is refused for that reason alone.
"""

import copy
import json
import random
from functools import cache
from pathlib import Path

import pytest

from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.proof.asking import Refused, obligations
from lt_proofs.proof.decide import decide
from lt_proofs.proof.decision import Problem
from lt_proofs.proof.prover import conclude, hints
from lt_proofs.terms import FORMS, decode
from lt_proofs.theory.record import CLAIMS, find

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
UNDEFINED = (["log", "-1"], ["sqrt", "-1"], ["/", "1", "0"], ["^", "0", "-1"])
TERMS = ("term", "terms", "relation", "relations", "law")
BOUNDS = {"tolerance", "failure", "error", "length", "separation"}  # of which none may be negative


@cache
def kept():
    """Of the accepted certificates of the corpus the two smallest for each form and rule of a statement."""
    found: dict = {}
    for path in sorted((CORPUS / "accept").glob("*.json"), key=lambda path: path.stat().st_size):
        content = json.loads(path.read_text())
        statement = inner(content["statement"])
        if FORMS.get(statement["form"]):
            kind = (content["statement"]["form"], statement["form"], content["steps"][-1]["rule"])
            hypotheses = bool(statement.get("hypotheses"))
            found.setdefault((*kind, hypotheses), []).append((path.stem, content))
    small = [row for rows in found.values() for row in rows[:2] if len(row[1]["steps"]) <= 12]
    return dict(small)


@cache
def of_record(name):
    claim = find(name)
    (decision,) = decide([Problem(claim.id, claim.judgement, claim.plan)])
    return decision.envelope


def inner(statement):
    return statement["statement"] if statement["form"] == "not" else statement


def with_statement(content, change):
    """The certificate with its statement and last goal changed alike."""
    content = copy.deepcopy(content)
    change(inner(content["statement"]))
    content["steps"][-1]["goal"] = copy.deepcopy(content["statement"])
    return content


def tables(data, path=()):
    """The places of all tables of a JSON tree."""
    if isinstance(data, dict):
        yield path
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from tables(item, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def verdicts(contents, folder):
    """What the checker says of each certificate, sealed anew."""
    paths = [folder / f"{number}.json" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(certificate_text(seal(content)))
    return [(examined.state, examined.report.get("reason", "")) for examined in run_checker(paths)]


def all_refused(contents, folder, words="", most=150):
    """None of the certificates is accepted, at most so many of them, evenly chosen."""
    assert contents
    contents = contents[:: -(-len(contents) // most)]
    for content, (state, reason) in zip(contents, verdicts(contents, folder), strict=True):
        assert state in ("rejected", "malformed"), content["statement"]
        assert words in reason, reason


def undefined_fields(statement):
    """Each way to put a term that has no value for a term of a field."""
    rng = random.Random(str(statement))
    for field, kind in FORMS[statement["form"]].items():
        if kind not in TERMS:
            continue
        places = {"term": [()], "terms": [(0,)], "relation": [(1,), (2,)], "relations": [(0, 1), (0, 2)], "law": [(1,)]}
        for place in places[kind]:
            try:
                at(statement[field], place)
            except IndexError:
                continue
            yield field, place, rng.choice(UNDEFINED)


def replaced(statement, field, place, item):
    if not place:
        statement[field] = item
        return
    parent = at(statement[field], place[:-1])
    parent[place[-1]] = item


def test_undefined_terms_in_every_field(tmp_path):
    contents = [
        with_statement(content, lambda j, change=change: replaced(j, *change))
        for content in kept().values()
        for change in undefined_fields(inner(content["statement"]))
    ]
    assert len(contents) > 62
    all_refused(contents, tmp_path)


def test_a_hidden_pole_in_every_field(tmp_path):
    """The term t becomes t + 0/(x - c), equal to t wherever it is defined, for a point c of the domain."""
    contents = []
    for content in kept().values():
        statement = inner(content["statement"])
        if not statement.get("domain") or statement["form"] == "inequality":
            continue
        name, _, low, high, _ = statement["domain"][0]
        middle = (
            ["/", ["+", low, high], "2"]
            if "oo" not in (low, high) and low != "-oo"
            else (["+", low, "1"] if low != "-oo" else "0")
        )
        for field, kind in FORMS[statement["form"]].items():
            if kind == "term":
                pole = ["+", statement[field], ["/", "0", ["-", name, middle]]]
                contents.append(with_statement(content, lambda j, field=field, pole=pole: j.update({field: pole})))
    assert len(contents) > 20
    all_refused(contents, tmp_path)


@pytest.mark.parametrize("name", ("theorem-2", "theorem-1", "p3", "r6-uniform"))
def test_a_prover_that_helps_the_attack_does_not_succeed(name, tmp_path):
    """What the checker asks for beside an undefined term cannot be proved: the search is given every chance."""
    claim = find(name)
    for field, place, item in undefined_fields(of_record(name)["statement"]):
        changed = copy.deepcopy(of_record(name)["statement"])
        replaced(changed, field, place, item)
        goal = decode(changed)
        try:
            asked = obligations(claim.plan.rule, goal, [p for p, _ in claim.plan.premises],
                                claim.plan.data | hints(goal, True), final=True)  # fmt: skip
        except Refused:
            continue
        steps = type("Nothing", (), {"add": lambda *_: 0})()
        assert any(conclude(one, None, steps) is None for one in asked)


def test_empty_ranges(tmp_path):
    def emptied(statement, k, row):
        statement["domain"][k][1:] = row

    contents = [
        with_statement(content, lambda j, k=k, row=row: emptied(j, k, row))
        for content in kept().values()
        for k in range(len(inner(content["statement"]).get("domain", ())))
        for row in (["[", "1", "0", "]"], ["(", "1/2", "1/2", "]"], ["[", "pi", "3", "]"])
    ]
    assert len(contents) > 62
    all_refused(contents, tmp_path, "is empty")


def test_hypotheses_that_nothing_meets(tmp_path):
    contents = []
    for content in kept().values():
        statement = inner(content["statement"])
        if "domain" not in statement or "hypotheses" not in statement:
            continue
        for more in (["<", "1", "0"], ["<", ["exp", "1"], "2"], ["=", "pi", "3"]):
            contents += [with_statement(content, lambda j, more=more: j["hypotheses"].append(more))]
    assert len(contents) > 62
    all_refused(contents, tmp_path, "hypothes")


def test_negative_tolerances(tmp_path):
    contents = [
        with_statement(content, lambda j, field=field, low=low: j.update({field: low}))
        for content in kept().values()
        for field in BOUNDS & set(inner(content["statement"]))
        if "domain" in inner(content["statement"])
        for low in ("-1", "0", ["-", inner(content["statement"])[field]])
    ]
    assert len(contents) > 20
    all_refused(contents, tmp_path)


def test_a_key_more_in_every_table(tmp_path):
    contents = []
    for content in kept().values():
        for path in tables(content):
            changed = copy.deepcopy(content)
            at(changed, path)["theorem"] = "P = NP"
            contents.append(changed)
    assert len(contents) > 187
    all_refused(contents, tmp_path)


def test_truth_values_for_numbers(tmp_path):
    """true for each 1 and false for each 0 of a file, wherever it stands."""

    def swapped(data):
        if type(data) is int and data in (0, 1):
            return bool(data)
        if isinstance(data, dict):
            return {key: swapped(item) for key, item in data.items()}
        return [swapped(item) for item in data] if isinstance(data, list) else data

    contents = [c for c in map(swapped, kept().values()) if any(word in json.dumps(c) for word in ("true", "false"))]
    assert len(contents) > 20
    all_refused(contents, tmp_path, "true and false are no numbers")


def test_names_of_files_of_another_kind(tmp_path):
    contents = [{**content, "claim": name} for content in kept().values() for name in ("ticket", "campaign")]
    all_refused(contents, tmp_path, "is not called")
    other = [{**content, "claim": "p3" if inner(content["statement"])["form"] != "counting" else "r3"}
             for content in kept().values()]  # fmt: skip
    all_refused(other, tmp_path, "is the name of a")
    counts = json.loads((CORPUS / "accept" / "counts-passage.json").read_text())
    all_refused([{**counts, "claim": claim.id} for claim in CLAIMS], tmp_path, "is the name of a")
    all_refused([{**counts, "claim": "ticket"}], tmp_path, "is not called")
    ticket = json.loads((CORPUS / "tickets" / "ball" / "certificate.json").read_text())
    names = ("theorem-1", "campaign", "tickets", "r3")
    all_refused([{**ticket, "claim": name} for name in names], tmp_path, "is not called")


def test_hints_that_no_rule_reads(tmp_path):
    """A hint of another rule, or a replacement of a variable that the premise does not have."""
    contents = []
    for content in kept().values():
        for k, step in enumerate(content["steps"]):
            for key, value in (("slope", "0"), ("pieces", []), ("network", []), ("nodes", [1]), ("comment", "obvious")):
                if key not in step["data"]:
                    changed = copy.deepcopy(content)
                    changed["steps"][k]["data"][key] = value
                    contents.append(changed)
            for table in step["data"].keys() & {"at", "layer", "composition"}:
                if not isinstance(step["data"][table], dict):
                    continue  # the number of a layer
                changed = copy.deepcopy(content)
                changed["steps"][k]["data"][table]["unheard_of"] = "1"
                contents.append(changed)
    all_refused(contents, tmp_path)
