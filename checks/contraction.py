"""R3, contraction: drift of the covered fraction v makes (1-v)/v shrink by 1 - kappa/2 in expectation.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.contraction import CONTRACTION

results = check_claims([CONTRACTION])
print(told(results))
raise SystemExit(overall(results).exit_code)
