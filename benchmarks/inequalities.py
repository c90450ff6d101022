"""Decide every inequality of a file, in a process of its own each, and print a table.

``python benchmarks/inequalities.py [FILE] [--only TEXT] [--work UNITS] [--json FILE]``; the file is one of
tests/inequalities, by default peers.json: problems that the authors of other provers published, and lemmas of
learning theory. Times are processor time, so that they mean something on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
PROBLEMS = HERE.parent / "tests" / "inequalities" / "peers.json"
LIMIT = 2.0
"""Seconds of processor time, search and checker together, within which an answer counts."""


def decided(entry: dict[str, Any], work: int | None) -> dict[str, Any]:
    """What `prove` says of one problem, with seconds of processor time and the length of the certificate."""
    from lt_proofs.errors import LtProofsError
    from lt_proofs.proof.evidence import BUDGET, WORK
    from lt_proofs.proof.prove import prove

    row: dict[str, Any] = {"id": entry["id"], "truth": entry["truth"]}
    before = [used(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    try:
        proof = prove(entry["relation"], entry["where"], BUDGET, work or WORK)
        row |= {"verdict": proof.verdict.value, "reason": proof.reason, "bytes": len(proof.certificate or "")}
    except LtProofsError as error:
        row |= {"verdict": "REFUSED", "reason": str(error), "bytes": 0}
    except Exception as error:  # a crash is a result that the table must show
        row |= {"verdict": "CRASHED", "reason": f"{type(error).__name__}: {error}", "bytes": 0}
    after = [used(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    row["search"], row["checker"] = (end - start for end, start in zip(after, before, strict=True))
    return row


def used(who: int) -> float:
    """Seconds of processor time of this process, or of those that it started."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def right(row: dict[str, Any]) -> bool:
    """Whether the verdict is the true one."""
    return bool(row["verdict"] == ("PROVED" if row["truth"] else "REFUTED"))


def wrong(row: dict[str, Any]) -> bool:
    """Whether the verdict is the opposite of the truth."""
    return bool(row["verdict"] == ("REFUTED" if row["truth"] else "PROVED"))


def summary(rows: list[dict[str, Any]], start: float) -> dict[str, Any]:
    """The counts of a table; ``start`` is what the checker's process takes before it reads anything."""
    done = [row for row in rows if right(row)]
    quick = [row for row in done if row["search"] + row["checker"] <= LIMIT]
    sizes = [row["bytes"] for row in done if row["truth"]]
    return {
        "true": sum(row["truth"] for row in rows),
        "proved": sum(row["truth"] for row in done),
        f"proved within {LIMIT:g} s": sum(row["truth"] for row in quick),
        "false": sum(not row["truth"] for row in rows),
        "refuted": sum(not row["truth"] for row in done),
        "wrong": [row["id"] for row in rows if wrong(row)],
        "median bytes of certificates": median(sizes) if sizes else 0,
        "checker's share of search": round(
            sum(max(0.0, row["checker"] - start) for row in done) / max(1e-9, sum(row["search"] for row in done)), 4
        ),
    }


def start_of_checker() -> float:
    """Seconds of processor time of a checker that is given nothing: the median of three."""
    from lt_proofs.certificates.checking import examine_text

    found = []
    for _ in range(3):
        before = used(resource.RUSAGE_CHILDREN)
        examine_text("[]")
        found.append(used(resource.RUSAGE_CHILDREN) - before)
    return median(found)


def main(arguments: list[str]) -> int:
    """Print the table and its summary; 1 if a verdict is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=PROBLEMS)
    parser.add_argument("--only", default="", help="problems whose id contains this text")
    parser.add_argument("--work", type=int)
    parser.add_argument("--json", type=Path, help="keep the rows and the summary in this file")
    options = parser.parse_args(arguments)
    entries = [e for e in json.loads(options.file.read_text("utf-8")) if options.only in e["id"]]
    rows = []
    # a fresh process for each problem: caches of one must not speed up the next
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        warm = pool.apply(start_of_checker)
        for entry in entries:
            row = pool.apply(decided, (entry, options.work))
            rows.append(row)
            mark = "ok" if right(row) else "WRONG" if wrong(row) else "open"
            sys.stdout.write(
                f"{mark:5} {row['verdict']:9} {row['search']:7.2f} {row['checker']:6.2f} {row['bytes']:8} {row['id']}"
                + ("" if mark == "ok" else f"  {row['reason'][:150]}")
                + "\n"
            )
            sys.stdout.flush()
    found = summary(rows, warm)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if options.json is not None:
        options.json.write_text(json.dumps({"rows": rows, "summary": found}, indent=1) + "\n", "utf-8")
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    import lt_proofs.proof.prove  # noqa: F401 - imported once, so that the processes need not

    sys.exit(main(sys.argv[1:]))
