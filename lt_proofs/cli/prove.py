"""``lt-proofs prove``: decide one inequality on a product of intervals."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.output import RATIONAL, json_option, print_json
from lt_proofs.proof.evidence import BUDGET, WORK

if TYPE_CHECKING:
    from lt_proofs.proof.decision import Decision


@click.command("prove")
@click.argument("relation")
@click.option("--where", default="", help='Intervals and conditions, such as "x in [0, 1], y > x".')
@click.option("--work", type=click.IntRange(1), default=WORK, help=f"Units of work that the search may spend ({WORK}).")
@click.option(
    "--budget",
    type=RATIONAL,
    default=Fraction(BUDGET),
    help=f"Seconds after which the search gives up in any case ({BUDGET:.0f}).",
)
@click.option("--digits", type=click.IntRange(15, 1000), default=50, help="Digits of the mpmath witness (50).")
@click.option("-o", "--output", type=click.Path(), help="Write the certificate to this file.")
@click.option("--explain", is_flag=True, help="Print the proof in English, one line for each step.")
@json_option
def command(
    relation: str,
    where: str,
    work: int,
    budget: Fraction,
    digits: int,
    output: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Decide an inequality or identity, such as "v*(1-v) <= 1/4" --where "v in [0, 1]".

    Chains such as "0 <= f < 1" are cut into their relations. --where takes intervals, and conditions such as "x > 0",
    "x < y" or "x != 0". Beside + - * / ^, exp, log, sqrt, sin, cos, atan, erf, abs, min and max there are tan, sinh,
    cosh, tanh and the inverse functions, log2, log10, log1p, expm1, cbrt, root(x, n), h (binary entropy) and kl in
    nats, softplus, sigmoid, relu, erfc, and phi and Phi of the normal law; e and pi are constants.

    PROVED and REFUTED mean that the independent checker has accepted the certificate. The search counts its work, about
    half a microsecond for a unit, so that the answer does not depend on how busy the machine is; if the seconds of
    --budget run out first, the inequality stays undecided, and the answer says why.
    """
    from lt_proofs.proof.prove import prove
    from lt_proofs.verdict import Verdict

    proof = prove(relation, where, float(budget), work)
    parts = [Answer(part, digits) for part in proof.parts or (proof,)]
    # one part that is not proved, or about which mpmath disagrees, decides for the whole
    verdict = min((part.verdict for part in parts), key=(Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED).index)
    if output is not None:
        save(Path(output), [part for part in parts if part.verdict is not Verdict.UNDECIDED])
    if as_json:
        data = [part.data(explain) for part in parts]
        print_json(data[0] if len(data) == 1 else {"verdict": verdict.value, "parts": data})
        return verdict.exit_code
    for part in parts:
        print("\n".join(part.lines(bool(where), explain)))
    return verdict.exit_code


def save(path: Path, parts: list[Answer]) -> None:
    """Write the certificate to the file; those of a chain to FILE-1.json, FILE-2.json and so on."""
    from lt_proofs.files.atomic import write_file

    for number, part in enumerate(parts, 1):
        file = path if len(parts) == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        if part.proof.certificate is not None:
            write_file(file, part.proof.certificate.encode("ascii"))


class Answer:
    """What is told of one decision: its verdict, which mpmath may still veto, and how it was reached."""

    def __init__(self, proof: Decision, digits: int) -> None:
        from lt_proofs.exact.witness import agrees
        from lt_proofs.verdict import Verdict

        self.proof, self.digits, self.verdict = proof, digits, proof.verdict
        self.witness = agrees(proof.judgement, digits) if proof.verdict is Verdict.PROVED else None
        if self.witness is not None and self.witness.disagreement is not None:
            # the checker accepted it, but something is wrong, so nothing is claimed
            self.verdict = Verdict.UNDECIDED
        point = proof.counterexample
        self.point = None if point is None else {n: str(v) for n, v in point.items()}

    def proof_lines(self) -> list[str]:
        """The proof in English; no lines if nothing is proved."""
        from lt_proofs.proof.explain import explained
        from lt_proofs.verdict import Verdict

        if self.verdict is not Verdict.PROVED or self.proof.envelope is None:
            return []
        return explained(self.proof.judgement, self.proof.envelope["steps"][-1]["data"]["evidence"])

    def data(self, explain: bool) -> dict[str, Any]:
        """The answer as JSON."""
        witness, judgement = self.witness, self.proof.judgement
        row = {
            "verdict": self.verdict.value,
            "statement": repr(judgement["conclusion"]),
            "where": ", ".join(map(repr, (judgement["domain"], *judgement["hypotheses"]))),
            "counterexample": self.point,
            "stuck": self.proof.reason or None,
            "witness": None if witness is None else {"digits": self.digits, "points": witness.points},
        }
        return row | ({"proof": self.proof_lines()} if explain else {})

    def lines(self, ranged: bool, explain: bool) -> list[str]:
        """The answer as lines of text."""
        witness, judgement = self.witness, self.proof.judgement
        domain = ", ".join(map(repr, (judgement["domain"], *judgement["hypotheses"])))
        found = [f"{self.verdict.value}: {judgement['conclusion']!r}{f' for {domain}' if ranged else ''}"]
        if self.point is not None:
            found.append("  fails at " + ", ".join(f"{name} = {value}" for name, value in self.point.items()))
        if witness is not None:
            found.append(f"  mpmath agrees at {witness.points} points with {self.digits} digits")
        if witness is not None and witness.disagreement is not None:
            found.append(f"  mpmath disagrees at {witness.disagreement}: please report this")
        if self.proof.reason:
            found.append(f"  not decided: {self.proof.reason}")
        return found + [f"  {line}" for line in (self.proof_lines() if explain else [])]
