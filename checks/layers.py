"""L1 to L3: one weight, one neuron, one layer, and layers one after the other.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.layers import COMPOSITION, LAYER, LINK, NEURON

results = check_claims([LINK, NEURON, LAYER, COMPOSITION])
print(told(results))
raise SystemExit(overall(results).exit_code)
