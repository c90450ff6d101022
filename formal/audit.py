"""Audits the Coq development once it is built: nothing is assumed, admitted or switched off, and every theorem of
record.json and of statements.v prints "Closed under the global context". Usage: python formal/audit.py"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CLOSED = "Closed under the global context"
# what would let Coq accept a theorem without a proof of it
FORBIDDEN = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|Declare\s+Module|bypass_check|Unset\s+\w+\s+Checking)\b"
)


def without_comments(text: str) -> str:
    """The text of a Coq file without its comments, which may be nested."""
    kept, depth = [], 0
    for piece in re.split(r"(\(\*|\*\))", text):
        if piece == "(*":
            depth += 1
        elif piece == "*)" and depth:
            depth -= 1
        elif not depth:
            kept.append(piece)
    return "".join(kept)


def forbidden(folder: Path = FOLDER) -> list[str]:
    """The forbidden words in the files of a folder, as "FILE: WORD"."""
    return [
        f"{path.name}: {match.group(0)}"
        for path in sorted(folder.glob("*.v"))
        for match in FORBIDDEN.finditer(without_comments(path.read_text("utf-8")))
    ]


def theorems(folder: Path = FOLDER) -> dict[str, str]:
    """The Coq theorem of each id of record.json, as in LT.theorem_1.theorem_1, and every theorem of statements.v."""
    record = json.loads((folder / "record.json").read_text("utf-8"))
    page = folder / "statements.v"
    stated = re.findall(r"^Theorem (\w+)", page.read_text("utf-8"), re.MULTILINE) if page.exists() else []
    return {name: entry["theorem"] for name, entry in record.items()} | {
        f"statement {name}": f"LT.statements.{name}" for name in stated
    }


def open_theorems(folder: Path = FOLDER) -> list[str]:
    """The theorems of record.json that Coq does not print as closed, each with what Coq prints instead."""
    names = sorted(set(theorems(folder).values()))
    files = sorted({name.split(".")[1] for name in names})
    lines = ["From LT Require " + " ".join(files) + "."]
    for name in names:
        lines += [f"Print Assumptions {name}."]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "assumptions.v"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        command = ["coqc", "-w", "-all", "-R", str(folder), "LT", str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        return [answer.stderr.strip()]
    answers = re.split(rf"^(?={CLOSED}|Axioms:|Section Variables:)", answer.stdout, flags=re.MULTILINE)[1:]
    if len(answers) != len(names):
        return [f"{len(names)} theorems, but {len(answers)} answers of Coq: {answer.stdout.strip()}"]
    return [f"{name}: {text.strip()}" for name, text in zip(names, answers, strict=True) if text.strip() != CLOSED]


if __name__ == "__main__":
    faults = forbidden() + open_theorems()
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{len(set(theorems().values()))} theorems, each {CLOSED.lower()}; nothing admitted")
    sys.exit(1 if faults else 0)
