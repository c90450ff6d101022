"""Theorem 1: every target network is inside a random one, a logarithmic factor wider; its widths as numbers.

Proves the claims, has the independent checker accept their certificates, and plants errors that must be caught.
"""

from lt_proofs.bounds.closed_form import layer_widths
from lt_proofs.proof.claims import check_claims, overall, told
from lt_proofs.theory.layers import COMPOSITION, LAYER
from lt_proofs.theory.theorem_1 import A_POSTERIORI, THEOREM_1

results = check_claims([LAYER, COMPOSITION, THEOREM_1, A_POSTERIORI])
print(told(results))
print("the paper's network, 784-500-10, at eps = delta = 1/100:")
for layer in layer_widths((784, 500, 10), "0.01", "0.01"):
    print(f"  {layer.inputs} -> {layer.outputs}: n = {layer.n}, {layer.hidden} hidden units")
raise SystemExit(overall(results).exit_code)
