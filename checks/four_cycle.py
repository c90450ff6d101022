"""R1, the four-cycle lemma: at least half of the mixed pairs of a subset of [0, 2] are at most 1 apart.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.four_cycle import FOUR_CYCLE, FOUR_CYCLE_GRID

results = check_claims([FOUR_CYCLE, FOUR_CYCLE_GRID])
print(told(results))
raise SystemExit(overall(results).exit_code)
