"""R5, small and large radii: how many pairs of a set and its complement are at most r apart.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.small_radius import SMALL_RADIUS, SMALL_RADIUS_GRID
from lt_proofs.theory.windows import LARGE_RADIUS

results = check_claims([SMALL_RADIUS, SMALL_RADIUS_GRID, LARGE_RADIUS])
print(told(results))
raise SystemExit(overall(results).exit_code)
