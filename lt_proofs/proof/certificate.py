"""Kept until all importers name lt_proofs.certificates.certificate."""

from lt_proofs.certificates.certificate import *  # noqa: F403
