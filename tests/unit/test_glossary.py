"""The glossary: each word once, and each reference to the code exists."""

import ast
import re
from pathlib import Path

import pytest

import lt_proofs

PACKAGE = Path(lt_proofs.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
ENTRIES = [row for row in ROWS if row[0] != "word"]
REFERENCES = [(row[0], reference) for row in ENTRIES for reference in re.findall(r"`([^`]+)`", row[3])]


def defined(body):
    """The names that a module or class defines, with what their definitions contain."""
    names = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = node
        elif isinstance(node, ast.Assign):
            names |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = node
    return names


def exists(reference):
    """Whether a reference such as ``terms/judgement.py:Law`` is a file, and a name that it defines."""
    file, _, name = reference.partition(":")
    path = PACKAGE / file
    if not path.is_file():
        return False
    body = ast.parse(path.read_text("utf-8")).body if name else []
    for part in name.split(".") if name else []:
        found = defined(body).get(part)
        if found is None:
            return False
        body = getattr(found, "body", [])
    return True


@pytest.mark.parametrize(("word", "reference"), REFERENCES)
def test_code_of_an_entry_exists(word, reference):
    assert exists(reference), f"{word}: {reference}"


def test_missing_code_is_noticed():
    assert exists("networks/masked.py:MaskedNetwork.factor")
    assert not exists("networks/masked.py:MaskedNetwork.colour")
    assert not exists("networks/masked.py:Factor")
    assert not exists("networks/elsewhere.py")


def test_entries_are_complete_and_no_word_has_two():
    assert len(ENTRIES) > 50
    words = [row[0] for row in ENTRIES]
    assert len(words) == len(set(words))
    for row in ENTRIES:
        assert len(row) == 4, row
        assert row[2].startswith("not "), row
        assert re.fullmatch(r"`[^`]+`(, `[^`]+`)*", row[3]), row


def test_glossary_is_linked():
    for page, link in (("README.md", "docs/glossary.md"), ("CONTRIBUTING.md", "docs/glossary.md")):
        assert f"({link})" in (ROOT / page).read_text("utf-8")
    assert "(../glossary.md)" in (ROOT / "docs" / "mathematics" / "README.md").read_text("utf-8")


def test_no_two_classes_have_one_name():
    """The checker is a program of its own: what it knows too, it may call the same."""
    places = {}
    for path in PACKAGE.rglob("*.py"):
        if "checker" not in path.relative_to(PACKAGE).parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(path.name)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
