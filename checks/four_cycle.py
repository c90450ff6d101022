"""R1, four-cycle lemma (Mathematics 2.2, 2.27): at least half of the mixed pairs of A in [0, 2] are at most 1 apart.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.four_cycle import FOUR_CYCLE, FOUR_CYCLE_GRID

results = check_claims([FOUR_CYCLE, FOUR_CYCLE_GRID])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
