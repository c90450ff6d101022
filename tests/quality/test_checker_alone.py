"""The checker copied into an empty folder: what it says without a record, its exit codes, many files at once."""

import json
import shutil
import sys

import pytest

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text, seal
from lt_proofs.certificates.checking import CHECKER

RANGE = ["x", "[", "0", "1", "]"]


def inequality(conclusion, claim="x"):
    """A certificate for a conclusion on [0, 1], by intervals alone."""
    steps = Steps()
    goal = {"form": "inequality", "domain": [RANGE], "hypotheses": [], "conclusion": conclusion}
    steps.add("tree", goal, [], {"evidence": ["interval", 64]})
    return certificate(claim, steps)


TRUE, FALSE = inequality(["<=", "0", "x"]), inequality(["<=", "1", "x"])


@pytest.fixture
def alone(tmp_path, finish):
    """A runner of a checker that was copied away: arguments in, the finished process out."""
    shutil.copytree(CHECKER, tmp_path / "checker", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "true.json").write_text(certificate_text(TRUE))
    (tmp_path / "false.json").write_text(certificate_text(FALSE))
    (tmp_path / "torn.json").write_text(certificate_text(TRUE)[:-9])

    def run(*arguments):
        return finish([sys.executable, "-I", "-S", "checker", *arguments], cwd=tmp_path)

    run.folder = tmp_path
    return run


def test_it_says_that_it_has_no_record(alone):
    done = alone("true.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no record at hand to compare with" in done.stdout
    assert "For all x in [0, 1]: both sides are defined and 0 <= x." in done.stdout


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (("true.json",), 0),
        (("true.json", "true.json"), 0),
        (("false.json",), 1),
        (("false.json", "true.json"), 1),
        (("torn.json",), 3),
        (("true.json", "torn.json", "false.json"), 3),
        (("false.json", "missing.json"), 3),
        ((), 3),
        (("--no-such-option", "true.json"), 3),
        (("--record", "missing.json", "true.json"), 3),
        (("--record", "torn.json", "true.json"), 3),
    ],
)
def test_exit_codes(alone, files, code):
    done = alone(*files)
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr


def test_one_bad_file_does_not_stop_the_others(alone):
    deep = alone.folder / "deep.json"
    deep.write_text("[" * 100_000)
    (alone.folder / "binary.json").write_bytes(bytes(range(256)))
    (alone.folder / "folder").mkdir()
    names = ("torn.json", "deep.json", "binary.json", "folder", "missing.json", "false.json", "true.json")
    done = alone("--json", *names)
    reports = json.loads(done.stdout)
    assert [r["state"] for r in reports] == ["malformed"] * 5 + ["rejected", "accepted"]
    assert all(r.get("reason") or r["state"] == "accepted" for r in reports)
    assert done.returncode == 3


def test_a_record_beside_it_tells_whose_statement_it_is(alone):
    record = {"x": TRUE["statement"]}
    (alone.folder / "statements.json").write_text(json.dumps(record))
    (alone.folder / "stranger.json").write_text(certificate_text(seal({**TRUE, "claim": "y"})))
    (alone.folder / "weaker.json").write_text(certificate_text(inequality(["<=", "-1", "x"])))
    standings = [
        r["of_record"] for r in json.loads(alone("--json", "true.json", "stranger.json", "weaker.json").stdout)
    ]
    assert standings == [True, False, False]
    assert "(of record)" in alone("true.json").stdout
    assert "(not of record)" in alone("weaker.json").stdout


def test_it_holds_nothing_of_the_project(alone, finish):
    """It runs isolated and without site-packages, and every module that it imports is its own or Python's."""
    command = [sys.executable, "-I", "-S", "-X", "importtime", "checker", "true.json"]
    done = finish(command, cwd=alone.folder)
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    own = {path.stem for path in (alone.folder / "checker").glob("*") if path.suffix in ("", ".py")}
    strangers = imported - own - set(sys.stdlib_module_names) - {"imported package"}
    assert not {name for name in strangers if not name.startswith(("encodings", "_"))}


def test_digest_and_layout_must_fit_to_the_letter(alone):
    text = certificate_text(TRUE)
    for number, changed in enumerate((text.strip(), text + "\n", text.replace('"x"', '"\\u0078"'), " " + text)):
        (alone.folder / f"layout-{number}.json").write_text(changed)
        assert alone(f"layout-{number}.json").returncode == 3
    (alone.folder / "unsealed.json").write_text(certificate_text({**TRUE, "claim": "z"}))
    done = alone("unsealed.json")
    assert done.returncode == 3
    assert "digest" in done.stdout
