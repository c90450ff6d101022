"""R2, growth: one uniform sample adds on average v(1-v)/2 to a covered fraction v, on the line and on grids.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.grids import GROWTH_GRID, GROWTH_GRID_ODD
from lt_proofs.theory.subset_sum import GROWTH

results = check_claims([GROWTH, GROWTH_GRID, GROWTH_GRID_ODD])
print(told(results))
raise SystemExit(overall(results).exit_code)
