"""``lt-proofs recheck``: have the independent checker examine certificates again, and count campaigns again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lt_proofs.cli.output import json_option, note, print_json

if TYPE_CHECKING:
    from lt_proofs.certificates.checking import CheckerAnswer

# a folder given by mistake should be noticed before it is read
MAX_FILES = 10_000
COQ = ".v"


@click.command("recheck")
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option("--leaves", metavar="K|all", help="Count K leaves of each campaign again, or all, however long it takes.")
@click.option("--challenge", metavar="HEX", help="The challenge that an earlier recheck printed: draw the same leaves.")
@click.option("--work", type=click.IntRange(min=1), metavar="UNITS", help="Let each file cost so many units of work.")
@json_option
def command(paths: tuple[str, ...], leaves: str | None, challenge: str | None, work: int | None, as_json: bool) -> int:
    """Check certificates again, with the checker as a separate process.

    A PATH is a certificate file, the folder of a ticket, or a folder of certificates; or a theorem for given
    numbers (a .v file), which Coq's kernel checks again. All trials of a campaign are
    counted again with the compiled kernels. If that is more work than 20,000,000,000 units of the checker (about half
    a minute), as many leaves as fit are counted, drawn by a fresh random challenge.

    Other files may cost the checker 200,000,000 units (about 20 seconds) each. The bound of a difference on a box that
    was halved often may need more, which --work allows.
    """
    from lt_proofs.campaigns.recount import asked_challenge, asked_leaves
    from lt_proofs.certificates.checking import run_checker
    from lt_proofs.errors import BadInput

    # read the options before any file, so that a typing error costs no time
    count, drawn_by = asked_leaves(leaves), asked_challenge(challenge)
    files = [file for path in paths for file in certificates(path)]
    kernel = kernel_answers([file for file in files if file.suffix == COQ], {Path(path) for path in paths})
    files = [file for file in files if file.suffix != COQ]
    # the compiled kernels, not the checker, count trials again, because they are faster
    examined = run_checker(files, leaves="none", work=work)
    for option, value in (("--leaves", leaves), ("--challenge", challenge)):
        if value is not None and not any(may_be_campaign(e) for e in examined):
            raise BadInput(option, value, "no file is a campaign, so there are no leaves; leave the option out")
    examined = [recounted(e, count, drawn_by) for e in examined]
    accepted = all(e.accepted for e in examined)
    if challenge is not None and accepted and not any(challenge in line for e in examined for line in e.remarks):
        raise BadInput("--challenge", challenge, "no leaves were drawn; leave it out, or give --leaves K for fewer")
    examined += kernel
    states = {state: [e.file for e in examined if e.state == state] for state in ("accepted", "rejected", "malformed")}
    if as_json:
        print_json({**states, "reports": [e.report for e in examined]})
    else:
        for e in examined:
            print(f"{e.state:<9}  {e.file}")
            print(f"           {e.report['says'] if e.accepted else e.report['reason']}")
            for remark in e.report.get("remarks", []):
                print(f"           {remark}")
            if e.accepted:
                print(f"           ({e.report['standing']})")
    return 3 if states["malformed"] else 1 if states["rejected"] else 0


def kernel_answers(files: list[Path], named: set[Path]) -> list[CheckerAnswer]:
    """Return what Coq's kernel says of instances of Theorem 1, in the shape of the checker's answers.

    Without coqc the instance beside a ticket is passed over with a remark on stderr; raises BadInput for one that the
    user named.
    """
    from lt_proofs.coq.library import coqc_for
    from lt_proofs.errors import BadInput

    answers = []
    for file in files:
        try:
            coqc_for("PATH")
        except BadInput as error:
            missing = f"coqc {error.remedy.removeprefix('it ')}"
            if file in named:
                raise BadInput("PATH", file, f"its checker {missing}") from None
            note(f"{file} was not run: {missing}")
            continue
        answers.append(kernel_answer(file))
    return answers


def kernel_answer(file: Path) -> CheckerAnswer:
    """Return what Coq's kernel says of one instance; one beside a ticket must be about the ticket's own network."""
    from lt_proofs.certificates.checking import CheckerAnswer
    from lt_proofs.cli.kernel import run_kernel
    from lt_proofs.cli.ticket_kernel import fits_ticket
    from lt_proofs.coq.instance_file import FILE, read_instance, says
    from lt_proofs.errors import Malformed

    report = {"file": str(file), "form": "instance"}
    try:
        instance = read_instance(file)
    except Malformed as error:
        return CheckerAnswer(str(file), "malformed", {**report, "state": "malformed", "reason": error.reason})
    beside = file.with_name("certificate.json")
    if file.name == FILE and beside.is_file() and not fits_ticket(instance, beside):
        reason = "it is about another random network than the ticket beside it"
        return CheckerAnswer(str(file), "rejected", {**report, "state": "rejected", "reason": reason})
    answer = run_kernel(instance, "PATH")
    state = "accepted" if answer.checked else "rejected"
    report |= {"state": state, "says": says(instance), "reason": answer.reason}
    return CheckerAnswer(str(file), state, {**report, "standing": f"kernel-checked by Coq {answer.version}, no axioms"})


def may_be_campaign(examined: CheckerAnswer) -> bool:
    """Return whether a file is a campaign, or so damaged that this cannot be told."""
    return bool(examined.report.get("form", "counts") == "counts")


def recounted(examined: CheckerAnswer, count: int | None, challenge: str) -> CheckerAnswer:
    """Count leaves of an accepted campaign again with the kernels, and return the updated result; others unchanged.

    Raises BadInput if the user asked for leaves that the kernels cannot count.
    """
    from lt_proofs.campaigns.recount import recount
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.errors import BadInput

    if not (examined.accepted and may_be_campaign(examined)):
        return examined
    # the checker's last remark says that it counted nothing again, and what is the producer's word in any case
    *remarks, last = examined.report["remarks"]
    word = last.partition(". ")[2]
    try:
        with on_stderr("leaves") as progress:
            found = recount(Path(examined.file), count, challenge, progress)
    except BadInput as error:
        if count is not None:
            raise BadInput("--leaves", count, f"the kernels cannot count {examined.file}: {error}") from None
        says = f"Nothing was counted again, because the kernels cannot ({error}): all counts are the producer's word."
        return replace(examined, report={**examined.report, "remarks": [*remarks, f"{says} {word}"]})
    if found.false is not None:
        report = {"file": examined.file, "state": "rejected", "form": "counts", "reason": found.says}
        return replace(examined, state="rejected", report=report)
    return replace(examined, report={**examined.report, "remarks": [*remarks, f"{found.says} {word}"]})


def certificates(path: str) -> list[Path]:
    """Return the certificate files that a path names; raise BadInput if there are none or too many."""
    from lt_proofs.coq.instance_file import FILE
    from lt_proofs.errors import BadInput

    place = Path(path)
    if not place.exists():
        raise BadInput("PATH", path, "no such file or folder; give a certificate or a folder of them")
    if not place.is_dir():
        return [place]
    if (place / "certificate.json").exists():
        # what else is checked about a ticket lies beside its own certificate
        others = [*place.glob("difference.json"), *place.glob("regions*.json"), *place.glob(FILE)]
        return [place / "certificate.json", *sorted(others)]
    found = sorted(
        Path(folder) / name for folder, _, names in os.walk(place) for name in names if name.endswith(".json")
    )
    if not found:
        raise BadInput("PATH", path, "the folder holds no .json file; give a certificate or a folder of them")
    if len(found) > MAX_FILES:
        raise BadInput("PATH", path, f"the folder holds more than {MAX_FILES} files; name fewer")
    return found
