"""R1, the four-cycle lemma: at least half of the mixed pairs of a subset of [0, 2] are at most 1 apart.

Proves the claim, has the independent checker accept its certificate, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.four_cycle import FOUR_CYCLE, FOUR_CYCLE_GRID

results = check_claims([FOUR_CYCLE, FOUR_CYCLE_GRID])
for result in results:
    print(f"{result.verdict.value}: {plain_sentence(result.claim.judgement)}")
    print(f"  {result.claim.proof}")
    for plant, outcome in zip(result.claim.plants, result.plants, strict=True):
        print(f"  {outcome.verdict.value}: {plant.change}")
raise SystemExit(overall(results).exit_code)
