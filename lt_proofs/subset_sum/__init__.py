"""The questions a user asks of given samples: covered? which subset? how many?"""

from lt_proofs.subset_sum.batches import any_within_each, best_subsets, fewest_within_each
from lt_proofs.subset_sum.coverage import Coverage, coverage, first_passage
from lt_proofs.subset_sum.rooms import MAX_SAMPLES
from lt_proofs.subset_sum.single import Subset, any_within, best_subset, fewest_within

__all__ = [
    "MAX_SAMPLES",
    "Coverage",
    "Subset",
    "any_within",
    "any_within_each",
    "best_subset",
    "best_subsets",
    "coverage",
    "fewest_within",
    "fewest_within_each",
    "first_passage",
]
