"""``lt-proofs check``: prove the claims of record and attack them with planted errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.completion import claim_ids
from lt_proofs.cli.output import device_option, json_option, print_json
from lt_proofs.cli.progress import on_stderr
from lt_proofs.exact.rational import decimal_text, rational_text

if TYPE_CHECKING:
    from lt_proofs.campaigns.beside import Evidence


@click.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=claim_ids)
@click.option("--digits", type=click.IntRange(15, 1000), default=50, help="Digits of the mpmath witness (50).")
@click.option("--kernel", is_flag=True, help="Also have Coq's kernel check the statements of formal/.")
@device_option
@json_option
def command(ids: tuple[str, ...], digits: int, kernel: bool, device: str, as_json: bool) -> int:
    """Prove the claims of record again: all, or those named.

    For each claim a certificate is found, and the checker, a separate process, must accept it. Each planted error runs
    through the same pipeline and must be refuted, unless the claim says that no counterexample is known. Statements
    about all subsets of a grid are also confirmed by enumeration, on the CPU or the GPUs.

    An ID may also name a statement of formal/, such as theorem-1-grid: Coq's kernel checks it.
    """
    from lt_proofs.campaigns.beside import evidence_for
    from lt_proofs.cli.kernel import KERNEL_CHECKED, run_assumptions
    from lt_proofs.coq.statements import find_statement, statements
    from lt_proofs.cuda.device import check_device
    from lt_proofs.proof.claims import check_claims, count_plants, missed, overall
    from lt_proofs.theory.record import CLAIMS, find
    from lt_proofs.verdict import Verdict

    check_device(device)
    # processes would compete for the GPUs
    processes = 2 if device == "cpu" else 1
    formal = {s.id: s for s in map(find_statement, ids) if s is not None}
    named = {claim.id: claim for claim in map(find, (name for name in ids if name.lower() not in formal))}  # each once
    asked = list(formal.values()) or (list(statements()) if kernel else [])
    answers = run_assumptions(asked, "--kernel" if kernel else "ID")
    chosen = list(named.values()) if ids else CLAIMS
    with on_stderr("claims") as progress:
        results = check_claims(chosen, digits=digits, device=device, processes=processes, progress=progress)
    plants, verdict, unrefuted = count_plants(results), overall(results), missed(results)
    if verdict is Verdict.PROVED and not all(row["verdict"] == KERNEL_CHECKED for row in answers):
        verdict = Verdict.UNDECIDED
    if as_json:
        claims = [
            {
                "id": r.claim.id,
                "verdict": r.verdict.value,
                "tier": r.tier.value,
                "axioms": r.axioms,
                "seconds": round(r.seconds, 3),
                "evidence": [row for found in evidence_for(r.claim.id) for row in evidence_rows(found)],
            }
            for r in results
        ]
        facts = {"claims": claims, "kernel": answers, "plants": plants, "not refuted": unrefuted}
        print_json({**facts, "verdict": verdict.value})
        return verdict.exit_code
    for r in results:
        caught = sum(plant.counterexample is not None for plant in r.plants)
        print(f"{r.verdict.value:<9}  {r.claim.id:<10} {r.claim.title} ({r.tier.value}, {r.seconds:.2f} s)")
        print(f"           {caught} of {len(r.plants)} planted errors refuted by a counterexample")
        for found in evidence_for(r.claim.id):
            for row in evidence_rows(found):
                print(
                    "           {what}: measured in [{low}, {high}] ({tier}, level {level}), bound {bound}".format(
                        **row
                    )
                )
    for row in answers:
        print(f"{row['verdict']}  {row['id']} {row['title']} ({row['says']})")
    if not results:
        return verdict.exit_code
    # a planted error that survives says that the attacks, or the claim, are too weak
    for name in unrefuted:
        print(f"no counterexample was found to the planted error of {name}")
    counts = ", ".join(f"{count} {name}" for name, count in plants.items())
    print(f"{verdict.value}: {len(results)} {'claim' if len(results) == 1 else 'claims'}; planted errors: {counts}")
    return verdict.exit_code


def evidence_rows(found: Evidence) -> list[dict[str, Any]]:
    """Return what a recorded campaign measured: intervals, rounded outward, beside the claim's own bounds."""
    return [
        {
            "campaign": found.name,
            "tier": found.tier.value,
            "level": rational_text(found.level),
            "what": m.what,
            "low": decimal_text(m.low, 6, up=False),
            "high": decimal_text(m.high, 6, up=True),
            "bound": decimal_text(m.bound, 6, up=not m.above),
            "room": None if m.slack is None else decimal_text(m.slack, 2, up=False),
            "consistent": m.consistent,
        }
        for m in found.measured
    ]
