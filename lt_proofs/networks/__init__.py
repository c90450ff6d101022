"""Targets, random networks, masks, tickets and their exact errors.

>>> from fractions import Fraction
>>> from lt_proofs.networks import digits, prune
>>> pruned = prune(digits.target(), Fraction(1, 10), seed=1)
>>> pruned.solved == pruned.weights, pruned.max_weight_error <= Fraction(1, 10)
(True, True)
"""

from lt_proofs.networks import digits
from lt_proofs.networks.certified import CertifiedBounds, certify_difference, certify_regions
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.pairs import NetworkPair, pair_of_pruned, pair_of_targets, pair_of_ticket, pair_of_tickets
from lt_proofs.networks.prune import Pruned, prune, require_solved
from lt_proofs.networks.regions import Regions, bound_regions
from lt_proofs.networks.splitting import SplitDomain, split_domain
from lt_proofs.networks.target import Layer, Target
from lt_proofs.networks.target_file import load_target
from lt_proofs.networks.ticket import Ticket, load_ticket, save_ticket, ticket_of
from lt_proofs.networks.to_error import prune_to_error

__all__ = [
    "Ball",
    "Box",
    "CertifiedBounds",
    "InputDomain",
    "Layer",
    "NetworkPair",
    "Pruned",
    "Regions",
    "SplitDomain",
    "Target",
    "Ticket",
    "bound_regions",
    "certify_difference",
    "certify_regions",
    "digits",
    "load_target",
    "load_ticket",
    "pair_of_pruned",
    "pair_of_targets",
    "pair_of_ticket",
    "pair_of_tickets",
    "prune",
    "prune_to_error",
    "require_solved",
    "save_ticket",
    "split_domain",
    "ticket_of",
]
