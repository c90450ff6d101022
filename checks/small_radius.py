"""R5, cut lemmas (Mathematics 2.7, 2.8): how many pairs of a set and its complement are at most r apart.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.small_radius import SMALL_RADIUS, SMALL_RADIUS_GRID
from lt_proofs.theory.windows import LARGE_RADIUS

results = check_claims([SMALL_RADIUS, SMALL_RADIUS_GRID, LARGE_RADIUS])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
