"""Bring the kept certificates up to the format that the checker reads: ``python tests/corpus/renew.py``.

What each file is kept for stays as it is: only the name of the format, the points at which hypotheses hold, and a
digest that was right before are written anew; a file of accept/ also proves what its rules ask for by now.
``python tests/quality/mutation/run.py --said`` then keeps what the checker says of each, and the change of said.json
shows whether a file still fails for its own reason.
"""

import json
import re
from pathlib import Path

from lt_proofs.certificates.certificate import FORMAT, Steps, seal
from lt_proofs.certificates.checking import examine_text
from lt_proofs.proof.asking import Refused, obligations
from lt_proofs.proof.prover import conclude, hints
from lt_proofs.terms import canonical_json, decode

HERE = Path(__file__).resolve().parent
AS_THEY_ARE = {"meaning-format-of-version-1", "meaning-hypotheses-without-a-point"}  # kept for what would be renewed
OLDER = re.compile(rb"lt_proofs certificate [01]\b")


def renewed(raw, proved=False):
    """The bytes of a file in the present format; those of a file that is no certificate as they are."""
    try:
        content = json.loads(raw)
        sealed = seal(content)["digest"] == content["digest"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return OLDER.sub(FORMAT.encode(), raw)  # its shape is what the file is kept for
    new = with_points(content)
    if proved:
        new = {**new, "steps": reproved(new["steps"])}
    if new == content:
        text = OLDER.sub(FORMAT.encode(), raw)
    else:
        text = OLDER.sub(FORMAT.encode(), canonical_json(new).encode() + b"\n")
    if not sealed:
        return text  # a wrong digest is what the file is kept for
    return text.replace(content["digest"].encode(), seal(json.loads(text))["digest"].encode())


def reproved(rows):
    """The steps of a proof with what their rules ask for beside the premises of other forms."""
    steps, places = Steps(), []
    for row in rows:
        goal, data = row["goal"], row["data"]
        sources = [places[source] for source in row["from"]]
        kinds = [steps.rows[source]["goal"]["form"] for source in sources]
        own = [source for source, kind in zip(sources, kinds, strict=True) if kind != "inequality"]
        if goal["form"] not in ("ticket", "counts"):
            try:
                premises = [decode(steps.rows[source]["goal"]) for source in own]
                asked = obligations(row["rule"], goal, premises, data, final=row is rows[-1])
                sources = own + [conclude(one, None, steps) for one in asked]
            except Refused as error:
                raise SystemExit(f"not accepted any more: {error}") from None
        places.append(steps.add(row["rule"], goal, sources, data))
    return steps.rows


def with_points(content):
    """The certificate with a point in each step that must show one."""
    steps = content.get("steps")
    try:
        return {**content, "steps": [with_point(step, step is steps[-1]) for step in steps]}
    except (KeyError, TypeError, ValueError, AttributeError):
        return content  # a step of another shape is what the file is kept for


def with_point(step, last):
    """A step with a point at which the hypotheses of its goal hold, if it needs one and has none."""
    goal, data = step["goal"], step["data"]
    goal = goal["statement"] if goal["form"] == "not" else goal
    if goal["form"] in ("ticket", "counts") or "point" in data:
        return step
    more = hints(decode(goal), last)
    return {**step, "data": {**data, **more}} if more else step


def main():
    """Renew every file of the corpus."""
    for path in sorted(HERE.glob("*/**/*.json")):
        if path.stem in AS_THEY_ARE:
            continue
        raw = path.read_bytes()
        new = renewed(raw)
        if path.parent.name == "accept" and not examine_text(new.decode()).accepted:
            new = renewed(raw, proved=True)
        if new != raw:
            path.write_bytes(new)


if __name__ == "__main__":
    main()
