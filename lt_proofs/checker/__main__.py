"""Check certificates: ``python -I -S checker [OPTIONS] FILE…``, with the options that USAGE lists.

Plain integers, standard library only.  Exit code 0: all accepted, 1: one rejected, 3: one malformed (malformed wins).
A statement equal to that of the record is printed as *of record*; any other as *not of record*.  Of a campaign, leaves
are counted again that a random challenge draws: as many as two seconds allow, or K of them, or all.  The challenge is
printed, and ``--challenge`` repeats it.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from data.opening import ASKED
from envelope import read, verify
from errors import WORK, Malformed, Rejected, allow, fresh_budget
from inequalities.syntax import LAW_FILES
from shapes import Data
from theorems.rules import RULES
from words import sentence

HERE = Path(__file__).resolve().parent
USAGE = "usage: python -I -S checker [--json] [--record FILE] [--leaves K|all] [--challenge HEX] [--work UNITS] FILE…"
STANDING = {True: "of record", False: "not of record", None: "no record at hand to compare with"}
BESIDE = "about the files beside it"
OWN = {"ticket": BESIDE, "difference": BESIDE, "regions": BESIDE, "counts": "about the trials that it names"}


def record_at(path: Path, asked: str | None) -> dict[str, Data] | None:
    """The statements of record, or None when the folder was copied away from them."""
    try:
        record = json.loads(path.read_text("ascii"))
    except OSError as error:
        if asked:
            raise Malformed(f"the record {path} cannot be read: {error.strerror}") from None
        return None
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise Malformed(f"the record {path} is not a table in JSON")
    return record


def named_like_the_record(data: dict[str, Data], record: dict[str, Data]) -> None:
    """Refuse a name of the record on a statement of another kind; a refutation has the name of what it refutes.

    A name that differs from one of the record in its capitals alone is refused on any statement.
    """
    known, found = record.get(data["claim"]), data["statement"]
    alike = [name for name in record if name.lower() == data["claim"].lower()]
    if alike and data["claim"] not in alike:
        raise Malformed(f"{data['claim']} differs from the name {alike[0]} of the record in its capitals alone")
    found = found["statement"] if found["form"] == "not" else found
    if isinstance(known, dict) and known.get("form") != found["form"]:
        raise Malformed(
            f"{data['claim']} is the name of a {known.get('form')} statement, and this is about {found['form']}"
        )


def examine(path: Path, record: dict[str, Data] | None) -> dict[str, Any]:
    """What the checker says of one file, and the units of work that this took."""
    fresh_budget()
    found = decided(path, record)
    return found | {"work": WORK[0]}


def decided(path: Path, record: dict[str, Data] | None) -> dict[str, Any]:
    """What the checker says of one file."""
    with suppress(OSError):  # such as a name that is too long
        path = path / "certificate.json" if path.is_dir() else path
    report: dict[str, Any] = {"file": str(path), "state": "accepted"}
    try:
        data = read(path)
        form = data["statement"].get("form") if isinstance(data["statement"], dict) else None
        report |= {"form": form}
        statement, used, remarks = verify(data, path.parent)
        of_record = None if record is None else record.get(data["claim"]) == data["statement"]
        named_like_the_record(data, record or {})
        return report | {
            "claim": data["claim"],
            "of_record": of_record,
            "standing": OWN.get(statement["form"], STANDING[of_record]),
            "says": sentence(statement),
            "steps": len(used),
            "axioms": sorted({axiom for name in used for axiom in RULES[name].axioms} | stated_of_the_law(statement)),
            "remarks": [line for remark in remarks for line in remark.split("\n")],
            "refutation": statement["form"] == "not",
        }
    except Malformed as error:
        return report | {"state": "malformed", "reason": str(error)}
    except Rejected as error:
        return report | {"state": "rejected", "reason": str(error)}
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, MemoryError) as error:
        reason = f"beyond the limits of this machine: {type(error).__name__}"
        return report | {"state": "malformed", "reason": reason}


def stated_of_the_law(statement: dict[str, Any]) -> set[str]:
    """What is taken from the file of the statement's law, if it states a density; nothing proves it."""
    law = statement.get("statement", statement).get("law", ("",))[0]
    found = "density" in LAW_FILES.get(law, {})
    return {f"the file of the law {law} states the density of its samples (Mathematics 1.3)"} if found else set()


def show(report: dict[str, Any]) -> str:
    """A report as readable lines."""
    if report["state"] != "accepted":
        return f"{report['state']}  {report['file']}\n  {report['reason']}"
    lines = [f"accepted  {report['file']}", f"  {report['claim']} ({report['standing']})"]
    lines += [f"  {report['says']}", *(f"  {remark}" for remark in report["remarks"])]
    steps = "1 step" if report["steps"] == 1 else f"{report['steps']} steps"
    lines.append(f"  {steps}; axioms: {'; '.join(report['axioms']) or 'none'}")
    return "\n".join(lines)


def taken(option: str, arguments: list[str]) -> str | None:
    """The value of an option, which is taken out of the arguments; None without it."""
    place = arguments.index(option) if option in arguments[:-1] else len(arguments)
    value, arguments[place:] = arguments[place + 1 : place + 2], arguments[place + 2 :]
    return value[0] if value else None


def main(arguments: list[str]) -> int:
    """Check the files named; return the exit code."""
    rest = [argument for argument in arguments if argument != "--json"]
    asked, leaves, challenge, work = (taken(f"--{name}", rest) for name in ("record", "leaves", "challenge", "work"))
    try:
        if not rest or any(path.startswith("-") for path in rest):
            raise Malformed(USAGE)
        allow(work)
        ASKED.ask(leaves, challenge)
        record = record_at(Path(asked) if asked else HERE.parent / "statements.json", asked)
        reports = [examine(Path(path), record) for path in rest]
        if (ASKED.leaves or challenge) and not any(report.get("form", "counts") == "counts" for report in reports):
            raise Malformed("--leaves and --challenge are for campaigns, and no file is one; leave them out")
        if challenge and not ASKED.decided and all(report["state"] == "accepted" for report in reports):
            raise Malformed(
                f"--challenge {challenge}: no leaves were drawn; leave it out, or give --leaves K for fewer"
            )
    except Malformed as error:
        print(error, file=sys.stderr)
        return 3
    stdout: Any = sys.stdout
    stdout.reconfigure(errors="backslashreplace")
    print(json.dumps(reports) if "--json" in arguments else "\n".join(map(show, reports)))
    states = {report["state"] for report in reports}
    return 3 if "malformed" in states else 1 if "rejected" in states else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
