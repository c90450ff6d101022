"""R6, other laws: products and gadgets keep the drift of their mixture of uniforms on the theorem's own window.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.laws import GADGET_GROWTH, PAPER_ROUTE, PRODUCT_EXACT, PRODUCT_GROWTH, UNIFORM_RADIUS

results = check_claims([UNIFORM_RADIUS, PRODUCT_GROWTH, PRODUCT_EXACT, GADGET_GROWTH, PAPER_ROUTE])
print(told(results))
raise SystemExit(overall(results).exit_code)
