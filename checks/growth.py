"""R2, growth (Mathematics 2.3, 2.27): one uniform sample adds on average at least v(1-v)/2 to the covered fraction v.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.grids import GROWTH_GRID, GROWTH_GRID_ODD
from lt_proofs.theory.subset_sum import GROWTH

results = check_claims([GROWTH, GROWTH_GRID, GROWTH_GRID_ODD])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
