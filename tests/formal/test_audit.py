"""Nothing in formal/ is assumed or admitted; the theorems of record.json are there, and Coq says they are closed."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FORMAL = Path(__file__).resolve().parents[2] / "formal"
SPEC = importlib.util.spec_from_file_location("audit", FORMAL / "audit.py")
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)


def test_nothing_is_admitted():
    assert audit.forbidden() == []


@pytest.mark.parametrize(
    "words", ["Admitted.", "Axiom a : False.", "Parameter n : nat.", "by admit.", "Unset Guard Checking."]
)
def test_a_planted_gap_is_found_outside_comments_only(tmp_path, words):
    comment = f"(* a (* nested *) comment: {words} *)\n"
    (tmp_path / "gap.v").write_text(f"{comment}Lemma l : True. Proof. exact I. Qed.\n{words}\n")
    assert len(audit.forbidden(tmp_path)) == 1
    (tmp_path / "gap.v").write_text(comment)
    assert audit.forbidden(tmp_path) == []


def test_every_theorem_of_the_record_stands_in_its_file():
    for name, entry in json.loads((FORMAL / "record.json").read_text("utf-8")).items():
        path, module, theorem = FORMAL.parent / entry["file"], *entry["theorem"].split(".")[1:]
        assert path.stem == module, name
        assert re.search(rf"^(Theorem|Lemma) {theorem}\b", path.read_text("utf-8"), re.MULTILINE), name


def test_every_file_is_built_and_begins_with_words():
    project = (FORMAL / "_CoqProject").read_text("utf-8").split()
    assert sorted(word for word in project if word.endswith(".v")) == sorted(path.name for path in FORMAL.glob("*.v"))
    for path in FORMAL.glob("*.v"):
        comment = path.read_text("utf-8").split("*)")[0]
        assert comment.startswith("(* ") and len(comment.split()) > 10, path.name


def test_the_table_of_laws_says_what_coq_says():
    for name, law in json.loads((FORMAL / "laws.json").read_text("utf-8")).items():
        numbers = " ".join(map(str, [*law["rate"], *law["factor"], law["step"], law["reach"]]))
        text = (FORMAL / f"{law['file']}.v").read_text("utf-8")
        assert f"Definition {name} : law := Law {numbers}." in text
        assert f"Lemma {name}_holds (R : rcfType) : holds R {name}." in text


def test_the_statements_are_about_the_laws_of_the_table():
    text = (FORMAL / "sharper_weights.v").read_text("utf-8")
    (listed,) = re.findall(r"Definition proved_laws : seq law := \[:: (.+)\]\.", text)
    assert listed.split("; ") == list(json.loads((FORMAL / "laws.json").read_text("utf-8")))


def test_lines_are_short_and_warnings_silenced_by_name():
    for path in FORMAL.glob("*.v"):
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 120, path.name
    assert "-all" not in (FORMAL / "_CoqProject").read_text("utf-8")


@pytest.mark.slow  # .ci/run makes the same audit, formal/audit.py, once
def test_every_theorem_is_closed(built):
    assert audit.open_theorems() == []


def test_an_assumption_is_reported(tmp_path):
    if shutil.which("coqc") is None:
        pytest.skip("no coqc: apt-get install $(cat formal/packages.txt)")
    wrong = "Axiom a : False.\nTheorem wrong : 0 = 1.\nProof. destruct a. Qed.\n"
    (tmp_path / "assumed.v").write_text(f"{wrong}Theorem right : True.\nProof. exact I. Qed.\n")
    subprocess.run(["coqc", "-R", tmp_path, "LT", tmp_path / "assumed.v"], check=True)
    record = {name: {"theorem": f"LT.assumed.{name}"} for name in ("right", "wrong")}
    (tmp_path / "record.json").write_text(json.dumps(record))
    (fault,) = audit.open_theorems(tmp_path)
    assert fault.startswith("LT.assumed.wrong: Axioms:")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_coqchk_accepts_what_coqc_compiled(built):
    modules = [f"LT.{path.stem}" for path in built.glob("*.v")]
    command = ["coqchk", "-silent", "-o", "-R", str(built), "LT", *modules]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    assert answer.returncode == 0, answer.stderr
    said = answer.stdout.split("* Axioms:")[1].split("\n\n")[0].split("\n")
    axioms = [line.strip() for line in said if line.strip() not in ("", "<none>")]
    # the machine integers and floats that tactics load, and nothing of logic
    assert all(re.search(r"Coq\.(Numbers\.Cyclic\.Int63|Floats)\.", axiom) for axiom in axioms)
