"""Theorem 2: a random network needs d^2 log2(1/eps) - 1 weights before pruning reaches every linear map.

Proves the claim and its steps, has the independent checker accept their certificates, and plants errors that must be
caught.
"""

from lt_proofs.proof.claims import check_claims, overall
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.counting import COLUMNS, COUNTING, UNITS
from lt_proofs.theory.packing import ONE_MATRIX, PACKING, VOLUME
from lt_proofs.theory.theorem_2 import LOWER_BOUNDS

results = check_claims([PACKING, ONE_MATRIX, VOLUME, COUNTING, UNITS, COLUMNS, *LOWER_BOUNDS])
for result in results:
    print(f"{result.verdict.value}: {plain_sentence(result.claim.judgement)}")
    print(f"  {result.claim.proof}")
    for plant, outcome in zip(result.claim.plants, result.plants, strict=True):
        print(f"  {outcome.verdict.value}: {plant.change}")
raise SystemExit(overall(results).exit_code)
