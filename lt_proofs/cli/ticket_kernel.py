"""``prune --certain --kernel``: a ticket's width by a theorem that Coq's kernel checks, on the ticket's own grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lt_proofs.cli.kernel import instance_facts, kernel_words, run_kernel

if TYPE_CHECKING:
    from pathlib import Path

    from lt_proofs.coq.instance import Instance
    from lt_proofs.networks.prune import Pruned
    from lt_proofs.networks.target import Target

DELTA = Fraction(1, 100)
# weights of targets are at most 2^128
LARGEST_SCALE = 129


@dataclass(frozen=True)
class TicketTheorem:
    """The theorem about the random network of a target: with probability 99 % every weight has a subset.

    Raises BadInput for a tolerance that the grid of a ticket's weights is too coarse for.
    """

    target: Target

    def instance(self, tolerances: tuple[Fraction, ...]) -> Instance:
        """Return the theorem for these tolerances of the layers, in units of the factors of their sums."""
        from lt_proofs.coq.instances import ticket_instance
        from lt_proofs.networks.random_network import ONE
        from lt_proofs.networks.wanted_sums import scale_of

        matrices = self.target.matrices()
        widths = (matrices[0].shape[1], *(matrix.shape[0] for matrix in matrices))
        factors = tuple(1 << scale_of(matrix) for matrix in matrices)
        scaled = tuple(t * f for t, f in zip(tolerances, factors, strict=True))
        return ticket_instance(widths, scaled, DELTA, ONE, factors)

    def widths(self, tolerances: tuple[Fraction, ...]) -> tuple[int, ...]:
        """Return the hidden units per input of each layer."""
        return self.instance(tolerances).units


def checked_theorem(theorem: TicketTheorem, pruned: Pruned) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the file beside a ticket, and what Coq's kernel says of it."""
    from lt_proofs.coq.instance_file import FILE, instance_text

    instance = theorem.instance(tuple(pruned.eps / 2**wanted.scale for wanted in pruned.wanted_sums))
    answer = run_kernel(instance)
    facts = {**instance_facts(instance), "kernel": kernel_words(answer), "checked": answer.checked, "file": FILE}
    return {FILE: instance_text(instance).encode("ascii")}, facts


def fits_ticket(instance: Instance, certificate: Path) -> bool:
    """Whether an instance is about the random network of the ticket whose certificate this is, and its tolerance."""
    from lt_proofs.errors import LtProofsError
    from lt_proofs.exact.rational import parse_rational
    from lt_proofs.files import read_json
    from lt_proofs.networks.limits import LIMITS
    from lt_proofs.networks.random_network import ONE

    try:
        statement = read_json(certificate, LIMITS["certificate_bytes"])["statement"]
        layers, eps = statement["layers"], parse_rational(statement["eps"])
        widths = (layers[0]["columns"], *(layer["rows"] for layer in layers))
        factors = tuple(1 << range(LARGEST_SCALE)[layer["scale"]] for layer in layers)
        units = tuple(layer["n"] for layer in layers)
    except (LtProofsError, AttributeError, KeyError, IndexError, TypeError):
        return False
    return (instance.eps, 2 * instance.q, statement["law"]) == (None, ONE, "uniform") and (
        (instance.widths, instance.units, instance.factors) == (widths, units, factors)
        and all(Fraction(error, instance.total) == eps for error in instance.errors)
    )
