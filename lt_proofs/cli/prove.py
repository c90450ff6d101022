"""``lt-proofs prove``: decide one inequality on a product of intervals."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from lt_proofs.cli.output import RATIONAL, json_option, print_json
from lt_proofs.proof.evidence import BUDGET, WORK


@click.command("prove")
@click.argument("relation")
@click.option("--where", default="", help='Intervals, such as "x in [0, 1], y in (-oo, oo)".')
@click.option("--work", type=click.IntRange(1), default=WORK, help=f"Units of work that the search may spend ({WORK}).")
@click.option(
    "--budget",
    type=RATIONAL,
    default=Fraction(BUDGET),
    help=f"Seconds after which the search gives up in any case ({BUDGET:.0f}).",
)
@click.option("--digits", type=click.IntRange(15, 1000), default=50, help="Digits of the mpmath witness (50).")
@click.option("-o", "--output", type=click.Path(), help="Write the certificate to this file.")
@json_option
def command(
    relation: str, where: str, work: int, budget: Fraction, digits: int, output: str | None, as_json: bool
) -> int:
    """Decide an inequality or identity, such as "v*(1-v) <= 1/4" --where "v in [0, 1]".

    PROVED and REFUTED mean that the independent checker has accepted the certificate. The search counts its work, about
    half a microsecond for a unit, so that the answer does not depend on how busy the machine is; if the seconds of
    --budget run out first, the inequality stays undecided, and the answer says why.
    """
    from lt_proofs.exact.witness import agrees
    from lt_proofs.proof.prove import prove
    from lt_proofs.verdict import Verdict

    proof = prove(relation, where, float(budget), work)
    for number, part in enumerate(proof.parts, 1):
        say(f"{part.verdict.value}: {part.judgement['conclusion']!r} for {part.judgement['domain']!r}")
    verdict = proof.verdict
    witness = agrees(proof.judgement, digits) if verdict is Verdict.PROVED else None
    if witness is not None and witness.disagreement is not None:
        # the checker accepted it, but something is wrong, so nothing is claimed
        verdict = Verdict.UNDECIDED
    if output is not None and proof.certificate is not None and proof.verdict is not Verdict.UNDECIDED:
        from lt_proofs.files.atomic import write_file

        write_file(Path(output), proof.certificate.encode("ascii"))
    point = None if proof.counterexample is None else {n: str(v) for n, v in proof.counterexample.items()}
    if as_json:
        print_json(
            {
                "verdict": verdict.value,
                "statement": repr(proof.judgement["conclusion"]),
                "where": repr(proof.judgement["domain"]),
                "counterexample": point,
                "stuck": proof.reason or None,
                "witness": None if witness is None else {"digits": digits, "points": witness.points},
            }
        )
        return verdict.exit_code
    domain = f" for {proof.judgement['domain']!r}" if where else ""
    print(f"{verdict.value}: {proof.judgement['conclusion']!r}{domain}")
    if point is not None:
        print("  fails at " + ", ".join(f"{name} = {value}" for name, value in point.items()))
    if witness is not None:
        print(f"  mpmath agrees at {witness.points} points with {digits} digits")
    if witness is not None and witness.disagreement is not None:
        print(f"  mpmath disagrees at {witness.disagreement}: please report this")
    if proof.reason:
        print(f"  not decided: {proof.reason}")
    return verdict.exit_code
