"""Run the mutants of the checker: ``python tests/quality/mutation/run.py [--sample N] [--seed S] [MODULE…]``.

Prints each mutant that survives and is not named in survivors.json, and for each file how many there were of each
kind; exit code 1 if one was not named.  Those that are named are believed to survive; ``--named`` runs them as well,
and prints each one that is killed.  ``--write`` keeps the totals of each module without a mutant that is not named,
which is then no longer stale.  ``--thorough`` judges each mutant twice, and says where all examiners find another
verdict than those that reach it.  ``--said`` writes said.json and work.json in tests/corpus anew from the checker as
it is.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from examiners import keep_what_is_said
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
    if sample is None:
        return every
    return sorted(random.Random(seed).sample(every, min(sample, len(every))), key=lambda mutant: mutant.file)


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


def write(file: str, row: Counter[str]) -> None:
    """Keep the totals of a file all of whose mutants were run, and are killed or named."""
    if row["not named"]:
        return
    kept = json.loads(NAMED.read_text())
    keys = {"killed": "killed", "equal": EQUAL, "named": "named"}
    kept["totals"][file] = {"mutants": row.total()} | {key: row[kind] for key, kind in keys.items()}
    kept["totals"] = dict(sorted(kept["totals"].items()))
    kept["stale"] = [other for other in kept["stale"] if other != file]
    kept["sampled"]["files"].pop(file, None)
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
        keep_what_is_said()
        return 0
    chosen = choose(arguments.modules, arguments.sample, arguments.seed)
    if arguments.thorough:
        return compare(chosen)
    known, found = named(), 0
    for file, judged in groupby(run(chosen, () if arguments.named else known), key=lambda pair: pair[0].file):
        counts = count(judged, known)
        sys.stdout.write(f"{file}: {counts.total()} mutants, {dict(counts)}\n")
        sys.stdout.flush()
        found += counts["not named"]
        if arguments.write and arguments.sample is None:
            write(file, counts)
    return 1 if found else 0


def count(judged: Iterable[tuple[Mutant, Outcome]], known: Container[tuple[str, ...]]) -> Counter[str]:
    """How many mutants there were of each kind; those are printed of which the list of named ones is wrong."""
    counts: Counter[str] = Counter()
    for mutant, outcome in judged:
        name, kind, wrong = name_of(mutant, outcome.before, outcome.after), kind_of(outcome), ""
        if kind == "survives" and name not in known:
            kind, wrong = "not named", "survives"
        elif kind == "killed" and name in known:
            wrong = f"named, but killed by {outcome.killed_by}"
        counts["named" if kind == "survives" else kind] += 1
        if wrong:
            sys.stdout.write(f"{wrong}: {' | '.join(name)}\n")
            sys.stdout.flush()
    return counts


if __name__ == "__main__":
    sys.exit(main())
