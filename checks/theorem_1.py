"""Theorem 1 (Mathematics 3.4): a random network, wider by a logarithmic factor, contains every target network.

Proves the claims, has the separate checker accept their certificates, and plants errors that must be refuted; then
prints the widths for the paper's network and the constant C.
"""

from lt_proofs.bounds.closed_form import layer_widths
from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.constant import THEOREM_1_CONSTANT
from lt_proofs.theory.layers import COMPOSITION, LAYER, LAYER_ONE
from lt_proofs.theory.theorem_1 import A_POSTERIORI, THEOREM_1

results = check_claims([LAYER, LAYER_ONE, COMPOSITION, THEOREM_1, THEOREM_1_CONSTANT, A_POSTERIORI])
print(summary_text(results))
print("the paper's network, 784-500-10, at eps = delta = 1/100:")
for layer in layer_widths((784, 500, 10), "0.01", "0.01"):
    print(f"  {layer.inputs} -> {layer.outputs}: n = {layer.n}, {layer.hidden} hidden units")
raise SystemExit(overall(results).exit_code)
