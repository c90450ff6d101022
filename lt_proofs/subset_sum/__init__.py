"""Subset-sum queries: is a window covered, which subset is best, smallest or close enough, and how many are.

Samples and targets are exact numbers here; they are put on an integer grid and handed to the kernels. ``single``
answers one query, ``batches`` many at once in arrays of integers, ``coverage`` decides coverage of given samples,
``trials`` measures first passages of random samples, ``probability`` computes exact coverage probabilities on finite
grids.
"""

from lt_proofs.subset_sum.batches import any_within_each, best_subsets, fewest_within_each
from lt_proofs.subset_sum.coverage import Coverage, coverage, first_passage
from lt_proofs.subset_sum.probability import exact_probability, restricted_probability
from lt_proofs.subset_sum.single import Subset, any_within, best_subset, count_within, fewest_within
from lt_proofs.subset_sum.trials import first_passages

__all__ = [
    "Coverage",
    "Subset",
    "any_within",
    "any_within_each",
    "best_subset",
    "best_subsets",
    "count_within",
    "coverage",
    "exact_probability",
    "fewest_within",
    "fewest_within_each",
    "first_passage",
    "first_passages",
    "restricted_probability",
]
