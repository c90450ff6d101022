"""R3, contraction: drift of the covered fraction v makes (1-v)/v shrink by 1 - kappa/2 in expectation.

Proves the claim, has the independent checker accept its certificate, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.contraction import CONTRACTION

results = check_claims([CONTRACTION])
for result in results:
    print(f"{result.verdict.value}: {plain_sentence(result.claim.judgement)}")
    print(f"  {result.claim.proof}")
    for plant, outcome in zip(result.claim.plants, result.plants, strict=True):
        print(f"  {outcome.verdict.value}: {plant.change}")
raise SystemExit(overall(results).exit_code)
