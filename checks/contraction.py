"""R3, contraction (Mathematics 2.4): growth of the covered fraction v shrinks E[(1-v)/v] by 1 - kappa/2 per sample.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.contraction import CONTRACTION

results = check_claims([CONTRACTION])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
