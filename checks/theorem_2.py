"""Theorem 2 (Mathematics 4.6): random networks whose prunings reach every linear map need d^2 log2(1/eps) - 1 weights.

Searches for proofs, has the separate checker examine the certificates, and tests that planted errors are caught.
Then prints the gap to Theorem 1, explicit packings beside the volume bound, and a study of every mask of one small
network.
"""

from lt_proofs.bounds.gap import gap
from lt_proofs.networks.exhaustive import all_masks, random_two_layer
from lt_proofs.networks.packings import explicit_packing
from lt_proofs.proof.claims import check_claims, overall, summary_text
from lt_proofs.theory.counting import COLUMNS, COUNTING, UNITS
from lt_proofs.theory.packing import ONE_MATRIX, PACKING, VOLUME
from lt_proofs.theory.theorem_2 import LOWER_BOUNDS

results = check_claims([PACKING, ONE_MATRIX, VOLUME, COUNTING, UNITS, COLUMNS, *LOWER_BOUNDS])
print(summary_text(results))
print("hidden widths for d x d matrices within eps with probability 1/2: sufficient, necessary, gap")
for d in (2, 10, 100, 500, 1000):
    for eps in ("1/10", "1/100", "1/1000"):
        found = gap(d, eps)
        print(f"  d = {d:<4} eps = {eps:<6} {found.upper:>8} {found.lower:>6} {float(found.ratio or 0):>8.1f}")
print("matrices of norm at most 1, pairwise more than 2 eps apart: number constructed, lower bound by volume")
for d, eps in ((1, "0.01"), (2, "0.1"), (3, "0.24")):
    packing = explicit_packing(d, eps)
    print(f"  d = {d} eps = {eps}: {len(packing.matrices)}, {float(packing.volume_bound):.0f}")
study = all_masks(*random_two_layer(2, 6, seed=2), "0.49", 1)
print(
    f"a network of 24 random weights: {study.masks} masks, {study.functions} functions, "
    f"{study.reached} of {len(study.targets)} matrices reached"
)
raise SystemExit(overall(results).exit_code)
