"""The questions a user asks of given samples: covered? which subset? how many?"""

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
