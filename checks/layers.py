"""L1 to L3 (Mathematics 3.1-3.3): one weight, one neuron, one layer, and the composition of layers.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
"""

from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.layers import COMPOSITION, LAYER, LINK, NEURON

results = check_claims([LINK, NEURON, LAYER, COMPOSITION])
print(summary_text(results))
raise SystemExit(overall(results).exit_code)
