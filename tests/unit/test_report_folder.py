"""A report appears whole or not at all, replaces only reports, and agrees with the committed one."""

import json
import os
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import run_checker
from lt_proofs.cli import run
from lt_proofs.report import build
from lt_proofs.report.build import exit_code, report_text, write_report
from lt_proofs.report.views import views
from lt_proofs.terms import content_digest
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS

REPORTS = Path(os.environ.get("LT_PROOFS_REPORTS", Path(__file__).parents[2] / "reports"))


def committed():
    return json.loads((REPORTS / "report.json").read_text("ascii"))


def told(facts):
    """What must not differ between the committed report and the code."""
    return [(c["id"], c["title"], c["statement"]["text"], c["verdict"], c["tier"]) for c in facts["claims"]]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A report, and the facts of a second run that replaced it."""
    folder = tmp_path_factory.mktemp("fresh") / "report"
    assert run(["report", "--quick", "-o", str(folder)]) == 0
    first = json.loads((folder / "report.json").read_text("ascii"))
    return folder, first, write_report(folder, anew=False)


def test_the_committed_report_states_what_the_code_states():
    assert [(c["id"], c["statement"]["text"]) for c in committed()["claims"]] == [
        (claim.id, plain_sentence(claim.judgement)) for claim in CLAIMS
    ], "reports/ is stale: run lt-proofs report -o reports"


def test_the_committed_report_has_todays_verdicts(fresh):
    assert told(committed()) == told(fresh[1]), "reports/ is stale: run lt-proofs report -o reports"
    network = committed()["network"]
    assert network["solved"] == network["weights"] == fresh[1]["network"]["weights"]


def test_the_committed_views_are_those_of_its_json():
    facts = committed()
    pages = views(facts)
    for name, page in pages.items():
        assert (REPORTS / name).read_text("utf-8") == page, "run lt-proofs report -o reports"
    assert {f"claims/{path.name}" for path in (REPORTS / "claims").iterdir()} == {n for n in pages if "/" in n}
    assert (REPORTS / "report.json").read_text("ascii") == report_text(facts)


def test_committed_certificates_are_accepted_and_have_the_digests_of_the_report():
    facts = committed()
    shown = [*(claim["certificate"] for claim in facts["claims"]), facts["network"]["certificate"]]
    paths = [REPORTS / certificate["file"] for certificate in shown]
    bounds = [REPORTS / file for row in facts["bounds"] for file in row["files"]]
    assert {e.state for e in run_checker([*paths, *bounds])} == {"accepted"}
    assert [json.loads(p.read_text("ascii"))["digest"] for p in paths] == [c["digest"] for c in shown]


def test_two_runs_differ_in_nothing_but_the_run(fresh):
    _, first, second = fresh
    assert {**first, "run": None} == {**second, "run": None}


def test_the_digest_seals_everything_but_the_run(fresh):
    facts = {key: value for key, value in fresh[1].items() if key not in build.APART}
    assert fresh[1]["digest"] == content_digest(facts)


def test_the_folder_holds_the_report_and_nothing_of_the_machine(fresh):
    folder = fresh[0]
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert files == sorted(
        ["report.html", "report.json", "report.md"]
        + [f"certificates/{claim.id}.json" for claim in CLAIMS]
        + [f"claims/{claim.id}.{kind}" for claim in CLAIMS for kind in ("html", "md")]
        + [file for row in fresh[1]["bounds"] for file in row["files"]]
        + [row["file"] for row in fresh[1]["examples"]]
        + [
            f"{ticket}/{name}"
            for ticket in ("ticket", "cnn-ticket")
            for name in ("certificate.json", "target.safetensors", "ticket.safetensors")
        ]
    )
    assert not list(folder.parent.glob(".*"))
    for name in ("report.html", "report.json", "report.md"):
        text = (folder / name).read_text("utf-8")
        assert str(folder.parent) not in text
        assert str(Path(build.__file__).parents[2]) not in text


def test_json_names_the_report(fresh, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(build, "write_report", lambda folder, progress, anew: fresh[1])
    assert run(["report", "--quick", "-o", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["report"] == str(tmp_path / "report.json")
    assert shown["verdict"] == "PROVED"


@pytest.mark.parametrize(
    "content", [{"notes.txt": "mine"}, {"report.json": "{}"}, {"report.json": "no"}, {"report.md": "x"}]
)
def test_a_folder_that_is_no_report_is_refused(tmp_path, capsys, content):
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    assert run(["report", "-o", str(tmp_path)]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "-o" in error
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == content


def test_a_report_with_something_else_in_it_is_refused(tmp_path, capsys):
    (tmp_path / "certificates").mkdir()
    (tmp_path / "report.json").write_text(json.dumps({"format": build.FORMAT}))
    (tmp_path / "certificates" / "notes.txt").write_text("mine")
    assert run(["report", "-o", str(tmp_path)]) == 3
    assert "certificates/notes.txt" in capsys.readouterr().err
    assert (tmp_path / "certificates" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_link_in_the_way_is_refused(tmp_path, capsys, kind):
    place = tmp_path / "report"
    if kind == "file":
        place.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    assert run(["report", "-o", str(place)]) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert place.is_symlink() == (kind == "link")


def test_what_breaks_leaves_nothing_behind(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("planted")

    monkeypatch.setattr(build, "checked_claims", broken)
    with pytest.raises(RuntimeError, match="planted"):
        write_report(tmp_path / "report")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: None, 0),
        (lambda f: f.update(verdict="UNDECIDED"), 2),
        (lambda f: f.update(verdict="REFUTED"), 1),
        (lambda f: f["network"].update(solved=0), 1),
        (lambda f: f["network"]["certificate"].update(state="rejected"), 1),
        (lambda f: f["claims"][0]["certificate"].update(state="rejected"), 1),
        (lambda f: f["claims"][0].update(certificate=None), 0),
        (lambda f: f["bounds"][0].update(agreed="differs"), 1),
    ],
)
def test_exit_codes(change, code):
    facts = committed()
    change(facts)
    assert exit_code(facts) == code
