"""Windows of any length (Mathematics 2.16): R4 for uniform laws of any radius, and for products beyond [-1, 1].

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.windows import WINDOWS

results = check_claims([*WINDOWS])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
