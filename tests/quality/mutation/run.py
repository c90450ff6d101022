"""Run the mutants of the checker: ``python tests/quality/mutation/run.py [--sample N] [--seed S] [MODULE…]``.

Prints each mutant that survives and is not named in survivors.json, and for each file how many there were of each
kind; exit code 1 if one was not named.  Those that are named are believed to survive; ``--named`` runs them as well,
and prints each one that is killed.  ``--write`` keeps the totals of each module without a mutant that is not named,
which is then no longer stale.  ``--thorough`` judges each
mutant twice, and says where all examiners find another verdict than those that reach it.  ``--said`` writes tests/corpus/said.json anew from the checker as it is.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from examiners import SAID, said_now
from mutants import CHECKER, HERE, Mutant, Source, from_checker
from runner import EQUAL, Outcome, Runner, name_of

NAMED = HERE / "survivors.json"


def named() -> dict[tuple[str, ...], str]:
    """The reason of each named survivor, by its file, definition, operator, line and what becomes of the line."""
    return {
        (file, group["in"], operator, group["line"], change): group["reason"]
        for file, groups in json.loads(NAMED.read_text())["survivors"].items()
        for group in groups
        for operator, change in group["becomes"]
    }


def kind_of(outcome: Outcome) -> str:
    """Whether a mutant is killed, survives, or is none."""
    return EQUAL if outcome.killed_by == EQUAL else "killed" if outcome.killed_by else "survives"


def run(chosen: Iterable[Mutant], known: Iterable[tuple[str, ...]] = ()) -> Iterator[tuple[Mutant, Outcome]]:
    """Each mutant with what became of it; those of known names are not run."""
    runner = Runner(known)
    try:
        for mutant in chosen:
            yield mutant, runner.run(mutant)
    finally:
        runner.close()


def choose(modules: Sequence[str], sample: int | None, seed: int) -> list[Mutant]:
    """All mutants of some modules, or of all, or a random sample of them."""
    files = {path.stem: path for path in sorted(CHECKER.rglob("*.py")) if path.name != "__init__.py"}
    chosen = [files[name] for name in modules or files]
    every = [mutant for path in chosen for mutant in Source(from_checker(path), path.read_text("utf-8")).mutants]
    return every if sample is None else random.Random(seed).sample(every, min(sample, len(every)))


def compare(chosen: Sequence[Mutant]) -> int:
    """Judge mutants by the examiners that reach them and by all, on a checker loaded anew; 1 if verdicts differ."""
    runner, different = Runner(), 0
    try:
        for mutant in chosen:
            quick, whole = runner.run(mutant), runner.run(mutant, thorough=True)
            if kind_of(quick) != kind_of(whole):
                different += 1
                sys.stdout.write(f"differs: {mutant}: {quick.killed_by} and {whole.killed_by}\n")
    finally:
        runner.close()
    sys.stdout.write(f"{len(chosen)} mutants judged twice, {different} differ\n")
    return int(different > 0)


def write(counts: dict[str, Counter[str]]) -> None:
    """Keep the totals of files all of whose mutants were run, and are killed or named."""
    kept = json.loads(NAMED.read_text())
    for file, row in counts.items():
        if not row["not named"]:
            keys = {"killed": "killed", "equal": EQUAL, "named": "named"}
            kept["totals"][file] = {"mutants": row.total()} | {key: row[kind] for key, kind in keys.items()}
            kept["stale"] = [other for other in kept["stale"] if other != file]
            kept["sampled"]["files"].pop(file, None)
    kept["totals"] = dict(sorted(kept["totals"].items()))
    NAMED.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--named", action="store_true")
    parser.add_argument("--thorough", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--said", action="store_true")
    arguments = parser.parse_args()
    if arguments.said:
        SAID.write_text(json.dumps(said_now(), indent=1) + "\n")
        return 0
    known, found = named(), 0
    counts: dict[str, Counter[str]] = {}
    chosen = choose(arguments.modules, arguments.sample, arguments.seed)
    if arguments.thorough:
        return compare(chosen)
    for mutant, outcome in run(chosen, () if arguments.named else known):
        name = name_of(mutant, outcome.before, outcome.after)
        kind = "named" if kind_of(outcome) == "survives" else kind_of(outcome)
        wrong = ""
        if kind == "named" and name not in known:
            kind, wrong = "not named", "survives"
        elif kind == "killed" and name in known:
            wrong = f"named, but killed by {outcome.killed_by}"
        if wrong:
            found += kind == "not named"
            sys.stdout.write(f"{wrong}: {' | '.join(name)}\n")
            sys.stdout.flush()
        counts.setdefault(mutant.file, Counter())[kind] += 1
    for file, row in counts.items():
        sys.stdout.write(f"{file}: {row.total()} mutants, {dict(row)}\n")
    if arguments.write and arguments.sample is None:
        write(counts)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
