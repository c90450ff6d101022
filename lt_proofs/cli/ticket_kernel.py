"""``prune --certain --kernel``: the width of a ticket by a theorem that Coq's kernel checks, on the ticket's own grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lt_proofs.cli.kernel import instance_facts, kernel_words, run_kernel

if TYPE_CHECKING:
    from lt_proofs.coq.instances import Instance
    from lt_proofs.networks.prune import Pruned
    from lt_proofs.networks.target import Target

DELTA = Fraction(1, 100)


@dataclass(frozen=True)
class TicketTheorem:
    """The theorem about the random network of a target: with probability 99 % every weight has a subset.

    Raises BadInput for a tolerance that the grid of a ticket's weights is too coarse for.
    """

    target: Target

    def instance(self, tolerances: tuple[Fraction, ...]) -> Instance:
        """Return the theorem for these tolerances of the layers."""
        from lt_proofs.coq.instances import ticket_instance
        from lt_proofs.networks.random_network import ONE

        matrices = self.target.matrices()
        widths = (matrices[0].shape[1], *(matrix.shape[0] for matrix in matrices))
        return ticket_instance(widths, tolerances, DELTA, ONE)

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
