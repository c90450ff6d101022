"""Check certificates with plain integers: ``python -I -S checker [--json] [--record FILE] FILE…``.

Standard library only.  Exit code 0: all accepted, 1: one rejected, 3: one malformed (malformed wins).
A statement equal to that of the record is printed as *of record*; any other as *not of record*.
"""

import json
import sys
from pathlib import Path

from envelope import read, verify
from errors import Malformed, Rejected
from rules import AXIOMS, RULES
from words import sentence

HERE = Path(__file__).resolve().parent
USAGE = "usage: python -I -S checker [--json] [--record FILE] FILE…"
STANDING = {True: "of record", False: "not of record", None: "no record at hand to compare with"}
OWN = "about the files beside it"


def record_at(path, asked):
    """The statements of record, or None when the folder was copied away from them."""
    try:
        record = json.loads(Path(path).read_text("ascii"))
        if not isinstance(record, dict):
            raise ValueError
        return record
    except OSError as error:
        if asked:
            raise Malformed(f"the record {path} cannot be read: {error.strerror}") from None
        return None
    except ValueError:
        raise Malformed(f"the record {path} is not JSON") from None


def examine(path, record):
    """What the checker says of one file."""
    path = Path(path)
    report = {"file": str(path), "state": "accepted"}
    try:
        if path.is_dir():
            path /= "certificate.json"
            report["file"] = str(path)
        data = read(path)
        statement, used, remarks = verify(data, RULES, path.parent)
        report["claim"] = data["claim"]
        report["of_record"] = None if record is None else record.get(data["claim"]) == data["statement"]
        report["standing"] = OWN if statement["form"] == "ticket" else STANDING[report["of_record"]]
        report["says"] = sentence(statement)
        report["steps"] = len(used)
        report["axioms"] = sorted({axiom for rule in used for axiom in AXIOMS.get(rule, ())})
        report["remarks"] = remarks
        report["refutation"] = statement["form"] == "not"
    except Malformed as error:
        report |= {"state": "malformed", "reason": str(error)}
    except Rejected as error:
        report |= {"state": "rejected", "reason": str(error)}
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, MemoryError) as error:
        report |= {
            "state": "malformed",
            "reason": f"beyond the limits of this machine: {type(error).__name__}",
        }
    return report


def show(report):
    """A report as readable lines."""
    if report["state"] != "accepted":
        return f"{report['state']}  {report['file']}\n  {report['reason']}"
    lines = [f"accepted  {report['file']}", f"  {report['claim']} ({report['standing']})"]
    lines += [f"  {report['says']}", *(f"  {remark}" for remark in report["remarks"])]
    lines.append(f"  {report['steps']} steps; axioms: {'; '.join(report['axioms']) or 'none'}")
    return "\n".join(lines)


def main(arguments):
    """Check the files named; return the exit code."""
    as_json = "--json" in arguments
    arguments = [a for a in arguments if a != "--json"]
    record_path, asked = HERE.parent / "statements.json", False
    if "--record" in arguments[:-1]:
        place = arguments.index("--record")
        record_path, asked = Path(arguments[place + 1]), True
        del arguments[place : place + 2]
    if not arguments or any(a.startswith("-") for a in arguments):
        print(USAGE, file=sys.stderr)
        return 3
    try:
        record = record_at(record_path, asked)
    except Malformed as error:
        print(error, file=sys.stderr)
        return 3
    reports = [examine(path, record) for path in arguments]
    if as_json:
        print(json.dumps(reports))
    else:
        sys.stdout.reconfigure(errors="backslashreplace")
        print("\n".join(map(show, reports)))
    states = {report["state"] for report in reports}
    return 3 if "malformed" in states else 1 if "rejected" in states else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
