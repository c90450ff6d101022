"""R4, explicit random subset sum (Mathematics 2.5, 2.6, 2.13): how many samples cover [-1, 1], for each law.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
Then compares the bound with exact probabilities on a window of 21 points, computed over all 2^21 subsets by the
kernels.
"""

from fractions import Fraction

from lt_proofs.bounds.closed_form import closed_form
from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.subset_sum.probability import restricted_probability
from lt_proofs.theory.grids import COVERED_GRID, GADGET_TRANSFER, TICKET_TRANSFER, UNIFORM_TRANSFER
from lt_proofs.theory.laws import CONTAINS_COVERED, GADGET_COVERED, PRODUCT_COVERED
from lt_proofs.theory.subset_sum import ANY_COVERED, UNIFORM_COVERED

COVERED = [ANY_COVERED, UNIFORM_COVERED, COVERED_GRID, CONTAINS_COVERED, PRODUCT_COVERED, GADGET_COVERED]
results = check_claims([*COVERED, UNIFORM_TRANSFER, GADGET_TRANSFER, TICKET_TRANSFER])
print(summary_text(results))

print("exhaustive, a window of 21 points and samples from -10 to 10 (kernels, all 2^21 subsets):")
LAW = dict.fromkeys(range(-10, 11), 1)
for n in (12, 24, 36):
    missed = 1 - restricted_probability(LAW, (-10, 10), 0, n)
    bound = Fraction(3, 4) ** n * 20**2
    print(f"  n = {n}: not covered with probability {float(missed):.6f}, bound {min(1.0, float(bound)):.6f}")
    if missed > bound:
        raise SystemExit(1)
for law in ("uniform", "product", "gadget"):
    print(f"eps = delta = 1/100, {law}: n = {closed_form(law, '0.01', '0.01').value}")
raise SystemExit(overall(results).exit_code)
