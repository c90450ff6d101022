"""docs/mathematics: numbers, anchors and references hold together, and nothing that needs a section lacks one."""

import ast
import importlib.util
import json
import re
from math import ceil, log
from pathlib import Path

import pytest

import lt_proofs
from lt_proofs.theory.record import CLAIMS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "mathematics"
CHECKER = Path(lt_proofs.__file__).parent / "checker"
CHAPTERS = sorted(FOLDER.glob("[0-9]*.md"))
NUMBER = r"[1-9][0-9]*\.[0-9]+"
CITED = re.compile(rf"Mathematics ({NUMBER}(?:(?:, | and | to |–){NUMBER})*)")
MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
WRITTEN = {".py", ".md", ".json", ".html", ".txt", ".css", ".js", ".j2", ".toml"}
ELSEWHERE = re.compile(r"\b(?:mathematics|referee|atlas|sharper|difference)\.md\b|\breferee [A-E][0-9]")


def index_module():
    spec = importlib.util.spec_from_file_location("mathematics_index", FOLDER / "index.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INDEX = index_module()
SECTIONS = [section for _, _, sections in INDEX.chapters() for section in sections]
NUMBERS = {section.number for section in SECTIONS}
LABELS = json.loads((FOLDER / "index.json").read_text("utf-8"))


def keys_of(path, name):
    """The keys of a dict that a module defines under this name, without running it."""
    for node in ast.parse(path.read_text("utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node.value, ast.Dict)
            return [key.value for key in node.value.keys]
    raise AssertionError(f"{path.name} has no {name}")


def texts():
    """The files of the project that may cite this text."""
    folders = [ROOT / name for name in ("lt_proofs", "docs", "checks", "benchmarks")]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in WRITTEN]
    found += [path for path in (ROOT / "reports").glob("*") if path.suffix in WRITTEN]
    found += [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "pyproject.toml")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def without_formulas(path):
    return MATH.sub(" ", path.read_text("utf-8"))


def least(scale, rate, eps=0.01, delta=0.01):
    """The least number of samples at or above ln(scale/(eps^2 delta))/ln(rate)."""
    return ceil(log(scale / (eps**2 * delta)) / log(rate))


def two_layers(first, later, rate, budget=0.01):
    """The hidden units per input of Theorem 1 for the widths 784, 500, 10, as the text writes them."""
    shapes = ((first, 784 * 500), (later, 500 * 10))
    return str(tuple(least(scale * 8 * entries**2, rate, budget) for scale, entries in shapes))


SLOW, FAST, SCALE = 16 / 15, 2000 / 1813, 169 / 9
QUOTED = {
    "2.6": [least(8, 4 / 3), least(8, 4 / 3, 0.001)],
    "2.13": [least(8, 8 / 7), least(8, SLOW)],
    "2.14": [least(16, 1 / (1 - log(2) / 16))],
    "2.22": [least(32 / 3, 32 / 23)],
    "2.23": [least(112 / 9, 1000 / 711)],
    "2.24": [least(SCALE, 1000 / 813), least(SCALE, FAST)],
    "3.1": [least(16, SLOW)],
    "3.4": [two_layers(64, 32, SLOW)],
    "3.5": [two_layers(16, 8, SLOW, log(1.01))],
    "3.6": [least(2 * SCALE, FAST), two_layers(2 * SCALE, SCALE, FAST, log(1.01))],
    "3.7": [least(8, SLOW), least(SCALE, FAST)],
    "3.8": [str(tuple(ceil(86 * log(u)) for u in (7.84e7, 1e6)))],
    "3.9": [str(tuple(ceil(60 * log(u)) for u in (7.84e7, 1e6)))],
    "4.6": [ceil(100 * log(100, 2) - 1)],
    "7.10": [ceil(log(0.01) / log(0.99))],
}


@pytest.mark.parametrize("number", QUOTED)
def test_numbers_that_the_text_quotes_are_those_of_its_formulas(number):
    text = section_text(number)
    for quoted in QUOTED[number]:
        assert re.search(rf"(?<![0-9.]){re.escape(str(quoted))}(?![0-9])", text), quoted


def section_text(number):
    """The text of a section, without its heading."""
    (file,) = {section.file for section in SECTIONS if section.number == number}
    return (FOLDER / file).read_text("utf-8").split(f"\n## {number} ")[1].split("\n## ")[0]


def test_chapters_and_sections_are_numbered_in_order():
    chapters = INDEX.chapters()
    assert [number for number, _, _ in chapters] == [str(k) for k in range(1, len(chapters) + 1)]
    for number, _, sections in chapters:
        assert [s.number for s in sections] == [f"{number}.{k}" for k in range(1, len(sections) + 1)]


def test_anchors_are_unique_and_all_stand_above_a_section():
    of_sections = [anchor for section in SECTIONS for anchor in section.anchors]
    written = [anchor for path in CHAPTERS for anchor in INDEX.ANCHORS.findall(path.read_text("utf-8"))]
    assert len(set(written)) == len(written)
    assert sorted(of_sections) == sorted(written)


def test_index_and_contents_are_up_to_date():
    remedy = "run python docs/mathematics/index.py"
    assert (FOLDER / "index.json").read_text("utf-8") == INDEX.index_text(), remedy
    assert (FOLDER / "README.md").read_text("utf-8") == INDEX.readme_text(), remedy


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_has_its_section(claim):
    """Its own, or, where it does no more than apply a rule, the one of this rule, which its place names."""
    rule = LABELS[f"rule-{claim.plan.rule}"]["number"]
    assert claim.id in LABELS or rule in re.findall(NUMBER, claim.place)


@pytest.mark.parametrize("rule", json.loads((CHECKER / "rules.json").read_text("utf-8")))
def test_every_rule_has_its_section(rule):
    text = section_text(LABELS[f"rule-{rule}"]["number"])
    assert f"*Rule `{rule}`" in text
    assert "*Assumed:*" in text or rule == "tree"


@pytest.mark.parametrize("node", keys_of(CHECKER / "inequalities" / "nodes.py", "NODES"))
def test_every_kind_of_evidence_has_its_section(node):
    assert f"*Node `{node}`" in section_text(LABELS[f"node-{node}"]["number"])


@pytest.mark.parametrize("path", [FOLDER / "README.md", *CHAPTERS], ids=lambda path: path.stem)
def test_references_between_sections_resolve(path):
    text = re.sub(r"https?://\S+", " ", without_formulas(path))
    prose = re.sub(r"(?m)^#+ .*$|arXiv [0-9.]+", " ", text)
    for number in re.findall(rf"(?<![0-9.])({NUMBER})(?![0-9])", prose):
        assert number in NUMBERS, f"{path.name} refers to {number}"


def test_references_from_elsewhere_resolve():
    for path in texts():
        for cited in CITED.findall(path.read_text("utf-8")):
            for number in re.findall(NUMBER, cited):
                assert number in NUMBERS, f"{path.relative_to(ROOT)} cites Mathematics {number}"


def test_references_are_found_in_every_form():
    text = "see Mathematics 3.4, 3.5 and 3.7, Mathematics 2.19–2.26 or Mathematics 4.1 to 4.6."
    assert [re.findall(NUMBER, cited) for cited in CITED.findall(text)] == [
        ["3.4", "3.5", "3.7"],
        ["2.19", "2.26"],
        ["4.1", "4.6"],
    ]


@pytest.mark.parametrize("path", [FOLDER / "README.md", *CHAPTERS], ids=lambda path: path.stem)
def test_links_resolve(path):
    for target in LINK.findall(without_formulas(path)):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        assert (FOLDER / name).is_file(), target
        if anchor:
            assert LABELS[anchor]["file"] == name, target


def test_nothing_cites_what_is_not_here():
    found = [str(path.relative_to(ROOT)) for path in texts() if ELSEWHERE.search(path.read_text("utf-8"))]
    assert not found, f"cite docs/mathematics instead: {', '.join(found)}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_formulas_survive_markdown(path):
    """Markdown interprets a backslash before punctuation, stars, `_` after punctuation and `<` before a letter."""
    text = path.read_text("utf-8")
    assert MATH.sub("", text).count("$") == 0, "a dollar sign without its partner"
    for formula in MATH.findall(text):
        assert not re.search(r"\\[^A-Za-z ]|\*|[^A-Za-z0-9]_|<[A-Za-z/!]", formula), formula
        assert formula.count("{") == formula.count("}"), formula
        assert formula.count(r"\left") == formula.count(r"\right"), formula
