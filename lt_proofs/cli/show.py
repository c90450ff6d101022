"""``lt-proofs show``: one claim in full, or the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lt_proofs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from lt_proofs.theory.claim import Claim


@click.command("show")
@click.argument("name", required=False, metavar="[ID]")
@json_option
def command(name: str | None, as_json: bool) -> int:
    """Show a claim: statement, proof in English, place in the paper, premises, axioms; without ID the list."""
    from lt_proofs.terms.prose import plain_sentence
    from lt_proofs.theory.record import CLAIMS, find

    if name is None:
        if as_json:
            print_json({"claims": [{"id": c.id, "title": c.title} for c in CLAIMS]})
        else:
            print("\n".join(f"{claim.id:<12} {claim.title}" for claim in CLAIMS))
        return 0
    claim = find(name)
    from lt_proofs.proof.claims import check_claims

    (checked,) = check_claims([claim])
    tried = plants(claim, [p.verdict.value for p in checked.plants])
    facts = {
        "id": claim.id,
        "title": claim.title,
        "statement": plain_sentence(claim.judgement),
        "verdict": checked.verdict.value,
        "tier": checked.tier.value,
        "proof": claim.proof,
        "place": claim.place,
        "changes": claim.changes,
        "witness": claim.witness,
        "premises": list(claim.premises),
        "axioms": checked.axioms,
        "instances": checked.decision.attack.instances,
        "plants": tried,
    }
    if as_json:
        print_json(facts)
        return 0
    print(f"{claim.id}: {claim.title} — {checked.verdict.value} ({checked.tier.value})")
    for heading in ("statement", "proof", "place", "changes", "witness"):
        print(f"\n{heading.capitalize()}\n  {facts[heading]}")
    print(f"\nPremises\n  {', '.join(claim.premises) or 'none'}")
    print(f"\nAxioms\n  {'; '.join(checked.axioms) or 'none'}")
    print(f"\nEvaluated on {checked.decision.attack.instances} random admissible instances without a failure")
    print("\nPlanted errors")
    for plant in tried:
        print(f"  {plant['verdict']:<9}  {plant['change']}")
    return 0


def plants(claim: Claim, verdicts: list[str]) -> list[dict[str, str]]:
    """The planted errors of a claim beside what became of them."""
    return [{"change": plant.change, "verdict": verdict} for plant, verdict in zip(claim.plants, verdicts, strict=True)]
