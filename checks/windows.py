"""Any window: r4 for uniform laws of any radius, and for products on windows beyond [-1, 1].

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.windows import WINDOWS

results = check_claims([*WINDOWS])
print(told(results))
raise SystemExit(overall(results).exit_code)
