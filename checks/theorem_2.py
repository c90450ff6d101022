"""Theorem 2: a random network needs d^2 log2(1/eps) - 1 weights before pruning reaches every linear map.

Proves the claim and its steps, has the independent checker accept their certificates, and plants errors that must be
caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.counting import COLUMNS, COUNTING, UNITS
from lt_proofs.theory.packing import ONE_MATRIX, PACKING, VOLUME
from lt_proofs.theory.theorem_2 import LOWER_BOUNDS

results = check_claims([PACKING, ONE_MATRIX, VOLUME, COUNTING, UNITS, COLUMNS, *LOWER_BOUNDS])
print(told(results))
raise SystemExit(overall(results).exit_code)
