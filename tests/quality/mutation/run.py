"""Run the mutants of the checker: ``python tests/quality/mutation/run.py [--sample N] [--seed S] [MODULE…]``.

Prints each mutant that survives and is not named in survivors.json, and for each file how many there were of each
kind; exit code 1 if one was not named.  ``--said`` writes tests/corpus/said.json anew from the checker as it is.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from mutants import CHECKER, CORPUS, EQUAL, HERE, Mutant, Outcome, Runner, mutants, said_now

NAMED = HERE / "survivors.json"
SAID = CORPUS / "said.json"
UNIT = "tests/unit/test_checker_{}.py"
TESTS = {
    "__main__": "main ticket",
    "algebra": "algebra calculus",
    "bernstein": "bernstein calculus",
    "boxes": "networks ticket",
    "calculus": "calculus",
    "counts": "counts",
    "counts_interval": "counts_interval",
    "counts_trials": "counts_trials",
    "counterexample": "main",
    "covering": "covering",
    "cuts": "cuts",
    "envelope": "main meaning calculus",
    "errors": "calculus main algebra intervals",
    "evidence": "calculus",
    "families": "packings",
    "finite": "finite",
    "flows": "flows",
    "formulas": "formulas obligations",
    "functions": "enclosures intervals",
    "gains": "gains",
    "goal": "calculus",
    "intervals": "intervals calculus",
    "limits": "networks ticket",
    "lower": "lower",
    "masks": "networks ticket",
    "meaning": "meaning obligations",
    "norms": "networks ticket calculus",
    "packings": "packings",
    "obligations": "obligations meaning gains",
    "opening": "opening",
    "places": "main calculus",
    "philox": "networks ticket",
    "points": "points",
    "polynomial": "algebra calculus",
    "probability": "points",
    "rules": "main",
    "recursion": "recursion",
    "samples": "covering finite points",
    "sets": "cuts gains flows finite",
    "syntax": "syntax calculus",
    "tensors": "ticket calculus",
    "ticket": "ticket networks",
    "ticket_form": "ticket",
    "weighted": "weighted",
    "words": "syntax",
}


def stages() -> dict[str, list[list[str]]]:
    """The test files that are run on the mutants of each module, in their order."""
    return {module: [[UNIT.format(name) for name in names.split()]] for module, names in TESTS.items()}


def named() -> dict[tuple[str, ...], str]:
    """The reason of each named survivor, by its file, definition, operator, line and what becomes of the line."""
    return {
        (file, group["in"], operator, group["line"], change): group["reason"]
        for file, groups in json.loads(NAMED.read_text())["survivors"].items()
        for group in groups
        for operator, change in group["becomes"]
    }


def name_of(mutant: Mutant, outcome: Outcome) -> tuple[str, ...]:
    """What a survivor is called in the list of the named ones."""
    return mutant.file, mutant.definition, mutant.operator.removeprefix("core/"), outcome.before, outcome.after


def run(chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, Outcome]]:
    """Each mutant with what became of it."""
    modules = {Path(mutant.file).stem for mutant in chosen}
    needed = {module: tests for module, tests in stages().items() if module in modules}
    runner = Runner(json.loads(SAID.read_text()), needed)
    runner.preload()
    for mutant in chosen:
        yield mutant, runner.run(mutant)


def choose(modules: Iterable[str], sample: int | None, seed: int) -> list[Mutant]:
    """All mutants of some modules, or a random sample of them."""
    files = {path.stem: path for path in CHECKER.rglob("*.py")}
    every = [mutant for name in modules for mutant in mutants(files[name])]
    return every if sample is None else random.Random(seed).sample(every, min(sample, len(every)))


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", default=sorted(TESTS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--said", action="store_true")
    arguments = parser.parse_args()
    if arguments.said:
        SAID.write_text(json.dumps(said_now(), indent=1) + "\n")
        return 0
    known, rows = named(), []
    counts: dict[str, Counter[str]] = {}
    for mutant, outcome in run(choose(arguments.modules, arguments.sample, arguments.seed)):
        kind = "killed" if outcome.killed_by else "named"
        if outcome.killed_by == EQUAL:
            kind = EQUAL
        elif kind == "named" and name_of(mutant, outcome) not in known:
            kind = "not named"
            rows.append(name_of(mutant, outcome))
            sys.stdout.write(" | ".join(rows[-1]) + "\n")
            sys.stdout.flush()
        counts.setdefault(mutant.file, Counter())[kind] += 1
    for file, row in counts.items():
        sys.stdout.write(f"{file}: {row.total()} mutants, {dict(row)}\n")
    return 1 if rows else 0


if __name__ == "__main__":
    sys.exit(main())
