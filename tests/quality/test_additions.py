"""A new lemma and a new law in a copy of the tree: two files by hand for each, and every command takes them up."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEMMA = '''"""A toy lemma."""

from lt_proofs.terms import Judgement, parse_domain, parse_relation
from lt_proofs.theory.claim import Claim, Plan, Plant


def bounded(text: str) -> Judgement:
    """x (1 - x) on [0, 1] against a constant."""
    return Judgement.of(
        "inequality", domain=parse_domain("x in [0, 1]"), hypotheses=(), conclusion=parse_relation(text)
    )


HUMP = Claim(
    id="hump",
    title="A product of two numbers whose sum is 1",
    judgement=bounded("x*(1-x) <= 1/4"),
    plan=Plan("tree"),
    place="Not in the paper; Mathematics NUMBER",
    changes="The constant is the least one.",
    witness="x = 1/2.",
    proof="1/4 - x(1-x) is the square of x - 1/2.",
    plants=(
        Plant("1/4 lowered to 6/25", bounded("x*(1-x) <= 6/25")),
        Plant("1/4 replaced by 0", bounded("x*(1-x) <= 0")),
    ),
)
'''
SECTION = """
<a id="hump"></a>
## NUMBER A product of two numbers whose sum is 1

**Lemma (hump).** If $0 \\le x \\le 1$, then $x(1 - x) \\le \\frac14$.

*Proof.* The difference is $(x - \\frac12)^2$. ∎
"""
LAW = {
    "numbers": [],
    "reserves": "ab",
    "says": "the mean (a + b)/2 of independent a and b, both uniform on [-1, 1]",
    "not_positive": "1/2",
    "density": ["-", "1", "z"],
    "sampled": {"stream": 16, "draws": 2, "bits": 25, "sample": ["+", "a", "b"], "most": 64},
}
# the staircase with the steps 1/4, 1/2 and 3/4 below 1 - z weighs r/2 at each radius r, and U[-r, r] has kappa r/2:
# kappa = (1/16 + 1/4 + 9/16)/4 = 7/32; all radii together, the law itself, would have 1/3
GROWTH = '''"""Growth of coverage by the mean of two uniform samples."""

from fractions import Fraction

from lt_proofs.terms import Law
from lt_proofs.theory.claim import Claim, Plant
from lt_proofs.theory.laws import rate_gain
from lt_proofs.theory.subset_sum import drift
from lt_proofs.theory.unimodal import staircase_law

MEAN = Law("mean")
MEAN_GROWTH = Claim(
    id="mean-growth",
    title="Growth of coverage, mean of two uniform samples",
    judgement=drift(MEAN, rate_gain(Fraction(7, 32))),
    plan=staircase_law("mean", Fraction(2), 4)[1],
    place="Not in the paper; Mathematics 2.17 and 5.15",
    changes="kappa = 7/32 by three uniform laws; all that the law is a mixture of give 1/3.",
    witness="W = [-1, 1], K = [-1, 0], v = 1/2: one sample adds in expectation 1/12 of the window.",
    proof="A staircase of three steps lies below the density 1 - z; the uniform laws in it grow by r6-uniform.",
    plants=(
        Plant("kappa = 7/32 raised to 7/20", drift(MEAN, rate_gain(Fraction(7, 20)))),
        Plant("kappa = 7/32 replaced by 1/2, the value of the uniform law", drift(MEAN, rate_gain(Fraction(1, 2)))),
    ),
    premises=("r6-uniform",),
)
'''
RECORD = "from lt_proofs.theory.record import record_text; open('lt_proofs/statements.json','w').write(record_text())"
RENEWED = "lt_proofs/statements.json"
CONTENTS = {"docs/mathematics/index.json", "docs/mathematics/README.md"}


def snapshot(tree):
    """The bytes of every file of a tree by its path."""
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


class Copy:
    """A copy of the tree, in which commands are run and files that change are counted."""

    def __init__(self, folder, finish):
        self.folder, self.finish = folder, finish
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        for name in ("lt_proofs", "docs", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in ("CONTRIBUTING.md", "README.md", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        for name in ("checks", "benchmarks", "reports"):
            (folder / name).mkdir()
        self.before = snapshot(folder)

    def python(self, *arguments):
        """Run Python in the copy; return what it printed."""
        own = {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        done = self.finish([sys.executable, *arguments], cwd=self.folder, env={**os.environ, **own})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *arguments):
        """Run a command of lt-proofs in the copy; return what it printed."""
        return self.python("-m", "lt_proofs", *arguments)

    def touched(self):
        """The files that differ from the tree that was copied."""
        now = snapshot(self.folder)
        return {path for path in now.keys() | self.before.keys() if now.get(path) != self.before.get(path)}


@pytest.fixture
def tree(tmp_path, finish):
    (tmp_path / "tree").mkdir()
    return Copy(tmp_path / "tree", finish)


def demands(tree):
    """The tests that say what a claim and a law must have."""
    names = ("record", "forms", "mathematics", "laws", "kernels_laws")
    wanted = "claim or record or every or files or section or states or streams or samples or tell or place"
    files = [f"tests/unit/test_{name}.py" for name in names]
    tree.python("-m", "pytest", "-q", "-p", "no:randomly", "-k", f"({wanted}) and not elsewhere", *files)


def test_a_lemma_is_its_module_and_its_section(tree):
    chapter = tree.folder / "docs/mathematics/2-subset-sums.md"
    text = chapter.read_text("utf-8")
    number = f"2.{text.count(chr(10) + '## 2.') + 1}"
    chapter.write_text(text + SECTION.replace("NUMBER", number), "utf-8")
    (tree.folder / "lt_proofs/theory/hump.py").write_text(LEMMA.replace("NUMBER", number), "utf-8")
    assert tree.touched() == {"docs/mathematics/2-subset-sums.md", "lt_proofs/theory/hump.py"}
    tree.python("-c", RECORD)
    tree.python("docs/mathematics/index.py")
    by_hand = tree.touched() - CONTENTS - {RENEWED}
    assert len(by_hand) == 2 and tree.touched() - by_hand == CONTENTS | {RENEWED}
    facts = json.loads(tree.run("check", "hump", "--json"))
    assert (facts["verdict"], facts["plants"]["refuted"]) == ("PROVED", 2)
    assert "hump" in tree.run("show")
    assert "x*(1 − x) ≤ 1/4" in tree.run("show", "hump")
    demands(tree)


@pytest.mark.slow
@pytest.mark.timeout(900)  # the copy compiles its own kernels
def test_a_law_is_its_file_and_its_claim(tree, tmp_path, finish):
    (tree.folder / "lt_proofs/checker/laws/mean.json").write_text(json.dumps(LAW, indent=1), "utf-8")
    (tree.folder / "lt_proofs/theory/mean.py").write_text(GROWTH, "utf-8")
    assert tree.touched() == {"lt_proofs/checker/laws/mean.json", "lt_proofs/theory/mean.py"}
    tree.python("-c", RECORD)
    assert len(tree.touched() - {RENEWED}) == 2

    facts = json.loads(tree.run("check", "mean-growth", "--json"))
    assert (facts["verdict"], facts["plants"]) == ("PROVED", {"refuted": 2, "undecided": 0, "proved": 0})
    assert "the file of the law mean states the density of its samples" in " ".join(facts["claims"][0]["axioms"])
    assert "mean (a + b)/2" in tree.run("show", "mean-growth")

    bound = ["bound", "--law", "mean", "--eps", "0.1", "--delta", "0.1", "--certificate", str(tmp_path / "chain.json")]
    samples = json.loads(tree.run(*bound, "--json"))
    # r4 with kappa = 7/32: ln(8/(eps^2 delta))/(-ln(1 - 7/64)), rounded up
    assert (samples["n"]["closed_form"], samples["claims"]["closed_form"]) == (78, "r4")
    assert samples["n"]["certified"] < 78
    estimate = ["estimate", "--law", "mean", "--eps", "0.1", "--seed", "1", "--json"]
    passage = json.loads(tree.run(*estimate, "--trials", "2000", "--n", "30", "-o", str(tmp_path / "passage.json")))
    growth = json.loads(tree.run(*estimate, "--trials", "2000", "--growth", "3", "-o", str(tmp_path / "growth.json")))
    assert passage["coverage"][0]["n"] == 30 and passage["campaign"]["law"] == "mean"
    assert growth["quantities"]

    files = [str(tmp_path / f"{name}.json") for name in ("chain", "passage", "growth")]
    shutil.copytree(tree.folder / "lt_proofs/checker", tmp_path / "checker")
    alone = finish([sys.executable, "-I", "-S", "checker", "--json", *files], cwd=tmp_path)
    reports = json.loads(alone.stdout)
    assert [report["state"] for report in reports] == ["accepted"] * 3, alone.stdout
    assert "the file of the law mean states the density" in " ".join(reports[0]["axioms"])
    tree.run("recheck", *files[1:])
    # a checker without the file knows no such law
    (tmp_path / "checker/laws/mean.json").unlink()
    assert finish([sys.executable, "-I", "-S", "checker", *files], cwd=tmp_path).returncode == 3

    tree.python(
        "-c",
        "from lt_proofs.testing import laws; from lt_proofs.report.plots import samples_needed; "
        "from lt_proofs.report.sharpness import sharpness_facts; from hypothesis import find; "
        "assert find(laws(), lambda name: name == 'mean') == 'mean'; plot = samples_needed('mean', {}); "
        "assert any('mean' in row['what'] for row in sharpness_facts([plot]))",
    )
    assert "mean" in tree.run("estimate", "--help") and "mean" in tree.run("bound", "--help")
    demands(tree)
