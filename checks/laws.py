"""R6, other laws (Mathematics 2.9-2.14): products and gadgets inherit growth from uniform laws, which they mix.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.laws import GADGET_GROWTH, PAPER_ROUTE, PRODUCT_EXACT, PRODUCT_GROWTH, UNIFORM_RADIUS

results = check_claims([UNIFORM_RADIUS, PRODUCT_GROWTH, PRODUCT_EXACT, GADGET_GROWTH, PAPER_ROUTE])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
