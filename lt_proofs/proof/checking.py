"""Kept until all importers name lt_proofs.certificates.checking."""

from lt_proofs.certificates.checking import *  # noqa: F403
