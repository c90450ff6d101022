"""Networks as callers name them, and two of them matched: targets, tickets, files, and folders of tickets."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.files import read_bytes
from lt_proofs.networks.domains import Ball, Box, Domain
from lt_proofs.networks.given_network import target_of
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.pairs import NetworkPair, pair_of_targets, pair_of_ticket, pair_of_tickets
from lt_proofs.networks.target import Target
from lt_proofs.networks.target_file import load_target
from lt_proofs.networks.ticket import ImageTicket, Ticket, load_ticket


@dataclass(frozen=True)
class Written:
    """A ticket with the bytes of its ticket.safetensors."""

    ticket: Ticket
    content: bytes


def network_of(given: Any, order: Sequence[str] | None = None) -> Target | Written:
    """Return the network of a Ticket, of its folder, or of whatever `target_of` takes; raise BadInput for others."""
    if isinstance(given, (Target, Written)):
        return given
    if isinstance(given, ImageTicket):
        raise _not_dense()
    if isinstance(given, Ticket):
        with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
            given.save(Path(place) / "ticket")
            return Written(given, read_bytes(Path(place) / "ticket" / "ticket.safetensors"))
    if isinstance(given, (str, Path)) and Path(given).is_dir():
        path = Path(given)
        ticket = load_ticket(path)
        if isinstance(ticket, ImageTicket):
            raise _not_dense()
        return Written(ticket, read_bytes(path / "ticket.safetensors", follow_links=False))
    return _dense(target_of(given, order))


def target_beside(folder: Path) -> Target:
    """Return the target in the folder of a ticket."""
    return _dense(load_target(folder / "target.safetensors"))


def _dense(network: Target | ImageTarget) -> Target:
    """Return a network of dense layers; raise BadInput for one with convolutions."""
    if isinstance(network, ImageTarget):
        raise _not_dense()
    return network


def _not_dense() -> BadInput:
    return BadInput(
        "networks", "a network with convolutions", "only dense networks are compared; the certificate of a ticket "
        "bounds its own difference from its target"
    )  # fmt: skip


def matched(one: Target | Written, other: Target | Written) -> NetworkPair:
    """Return two networks matched layer by layer; raise BadInput for different shapes."""
    if isinstance(one, Target) and isinstance(other, Target):
        return pair_of_targets(one, other)
    if isinstance(one, Written) and isinstance(other, Written):
        return pair_of_tickets(one.ticket, one.content, other.ticket, other.content)
    target, written = (one, other) if isinstance(one, Target) else (other, one)
    if not (isinstance(target, Target) and isinstance(written, Written)):
        raise BadInput("networks", "two networks of these kinds", "give a dense network and a ticket")
    return pair_of_ticket(target, written.ticket, written.content)


def domain_in(pair: NetworkPair, domain: InputDomain) -> Domain:
    """Return the domain of a ticket as one for the pair."""
    return Ball(Fraction(1)) if domain.box is None else Box.same(*domain.box, pair.inputs)
