"""Two ReLU networks matched layer by layer, for bounds of their difference (Mathematics 3.18).

f has the matrices W, g the matrices T = W + E. Biases are columns for an input 1 that is handed on (Mathematics 3.13);
where a ticket has sums for both signs of its inputs, first layers act on (relu(x), 1, relu(-x), 0).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.domains import Ball, Domain
from lt_proofs.networks.error_bound import named_matrices
from lt_proofs.networks.masked import MaskedNetwork
from lt_proofs.networks.planes import Places, Triple
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.target import Target
from lt_proofs.networks.ticket_files import network_files, target_bytes

Reals = NDArray[np.float64]
# neurons are put into another order only if the matrices then differ by less than this share of what they did
GAIN = 0.5


@dataclass(frozen=True)
class NamedFile:
    """A network's file in the folder of a certificate: its name and its bytes."""

    name: str
    content: bytes

    @property
    def data(self) -> dict[str, str]:
        """Name and digest, as a certificate states them."""
        return {"file": self.name, "digest": "sha256:" + hashlib.sha256(self.content).hexdigest()}


@dataclass(frozen=True, repr=False, eq=False)
class NetworkPair:
    """Two networks: for each layer the matrices (W, E, T) of the same shape, and their files.

    Where one network has fewer neurons in a layer, neurons that are 0 are added to it. ``one_sided`` says that a ticket
    among them has no sums for negative inputs. ``order`` has, for each hidden layer, the numbers of f's neurons in the
    order in which they are compared with those of g, unless that is their own.
    """

    inputs: int
    outputs: int
    constants: int
    signs: int
    one_sided: bool
    layers: tuple[Triple, ...]
    f: NamedFile
    g: NamedFile
    order: tuple[tuple[int, ...], ...] | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of inputs, of neurons of each hidden layer, carried constants included, and of outputs."""
        return (self.inputs, *(len(first) for first, _, _ in self.layers))

    def places(self, domain: Domain) -> Places:
        """Return a domain as a batch of one set; raise BadInput if it does not fit the networks."""
        if self.one_sided and domain.holds_negative():
            raise BadInput("box", "negative inputs", "the ticket was made for inputs from 0 on; prune with a wider box")
        if isinstance(domain, Ball):
            return domain.places(self.constants, self.signs, self.inputs)
        if len(domain.low) != self.inputs:
            raise BadInput("box", f"{len(domain.low)} inputs", f"the networks have {self.inputs}")
        return domain.places(self.constants, self.signs)

    def forward(self, inputs: Reals) -> tuple[Reals, Reals]:
        """Return the outputs of f and g for a batch of inputs, one a row, in floats."""
        rows = np.atleast_2d(np.asarray(inputs, np.float64))
        parts = [rows] if self.signs == 1 else [np.maximum(rows, 0)]
        parts.append(np.ones((len(rows), self.constants)))
        if self.signs == 2:
            parts += [np.maximum(-rows, 0), np.zeros((len(rows), self.constants))]
        ours = theirs = np.hstack(parts)
        for number, (first, _, second) in enumerate(self.layers):
            if number:
                ours, theirs = np.maximum(ours, 0), np.maximum(theirs, 0)
            ours, theirs = ours @ first.T, theirs @ second.T
        return ours, theirs


def pair_of_targets(f: Target, g: Target) -> NetworkPair:
    """Return two dense networks; raise BadInput unless they have the same inputs, outputs and number of layers."""
    _check_shapes(f.widths, g.widths)
    last = max(f.last_bias, g.last_bias)
    files = [NamedFile(f"{name}.safetensors", target_bytes(network)) for name, network in (("f", f), ("g", g))]
    return _pair(f.matrices(last), g.matrices(last), 1, f.widths[0], int(last > 0), files)


def pair_of_ticket(target: Target, ticket: MaskedNetwork, content: bytes) -> NetworkPair:
    """Return a dense network and a ticket, whose ticket.safetensors has this content."""
    _check_shapes(target.widths, _widths(ticket))
    signs, firsts = _signs(content), target.matrices()
    if signs == 2:
        firsts[0] = np.hstack([firsts[0], -firsts[0]])
    files = [NamedFile("f.safetensors", target_bytes(target)), NamedFile("g.safetensors", content)]
    constants = int(target.last_bias > 0 or ticket.constant_input)
    pair_ = _pair(firsts, _matrices(ticket, signs, signs), signs, ticket.inputs, constants, files)
    return replace(pair_, one_sided=signs == 1)


def pair_of_tickets(f: MaskedNetwork, f_content: bytes, g: MaskedNetwork, g_content: bytes) -> NetworkPair:
    """Return two tickets, whose ticket.safetensors have these contents; raise BadInput as `pair_of_targets` does."""
    _check_shapes(_widths(f), _widths(g))
    own = _signs(f_content), _signs(g_content)
    ours, theirs = (_matrices(ticket, signs, max(own)) for ticket, signs in zip((f, g), own, strict=True))
    files = [NamedFile("f.safetensors", f_content), NamedFile("g.safetensors", g_content)]
    constants = int(f.constant_input or g.constant_input)
    return replace(_pair(ours, theirs, max(own), f.inputs, constants, files), one_sided=min(own) == 1)


def _widths(ticket: MaskedNetwork) -> tuple[int, ...]:
    return ticket.inputs, *(pair.layer.rows for pair in ticket.pairs)


def _matrices(ticket: MaskedNetwork, own: int, signs: int) -> list[Reals]:
    """Return a ticket's matrices, the first for so many signs; of a sign that it has no sums for it says nothing."""
    found = []
    for number, pair in enumerate(ticket.pairs):
        unit = np.eye(pair.layer.columns)
        sides = [np.ldexp(pair.forward(sign * unit), pair.scale) for sign in (1, -1)[: 1 if number else own]]
        sides += [0 * sides[0]] * (signs - own if number == 0 else 0)
        found.append(np.hstack(sides))
    return found


def _signs(content: bytes) -> int:
    """Return for how many signs of its inputs a ticket has sums, which its file records."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return int(json.loads(header["__metadata__"]["layers"])[0]["signs"])


def _pair(
    firsts: Sequence[Reals],
    seconds: Sequence[Reals],
    signs: int,
    inputs: int,
    constants: int,
    files: Sequence[NamedFile],
) -> NetworkPair:
    """Return the pair of these matrices, filled up with zeros to the same shapes; the first have a block for a sign."""
    layers: list[tuple[Reals, Reals]] = []
    for number, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        rows, blocks = max(len(first), len(second)), 1 if number else signs
        columns = max(first.shape[1], second.shape[1]) if number else inputs + constants
        first, second = (
            np.hstack([_filled(side, rows, columns) for side in np.hsplit(matrix, blocks)])
            for matrix in (first, second)
        )
        layers.append((first, second))
    order = _best_order(layers)
    if order is not None:
        layers = _reordered(layers, order)
    triples = tuple((first, second - first, second) for first, second in layers)
    return NetworkPair(inputs, len(triples[-1][0]), constants, signs, False, triples, files[0], files[1], order)


@np.errstate(over="ignore", invalid="ignore")
def _best_order(layers: Sequence[tuple[Reals, Reals]]) -> tuple[tuple[int, ...], ...] | None:
    """Return an order of f's neurons in which the networks are much nearer to each other; None if there is none.

    In each layer the nearest rows of weights are matched first, given the order of the layer before.
    """
    order: list[tuple[int, ...]] = []
    before = np.arange(layers[0][0].shape[1])
    for first, second in layers[:-1]:
        before = _nearest(first[:, before], second)
        order.append(tuple(int(i) for i in before))
    own, found = (sum(float(np.linalg.norm(a - b)) for a, b in pairs) for pairs in (layers, _reordered(layers, order)))
    return tuple(order) if found < GAIN * own else None


def _nearest(first: Reals, second: Reals) -> NDArray[np.int_]:
    """Return for each row of the second matrix a row of the first, the nearest pairs first."""
    squares = [(matrix * matrix).sum(axis=1) for matrix in (first, second)]
    distances = squares[0][None, :] + squares[1][:, None] - 2 * second @ first.T
    chosen = np.full(len(second), -1)
    free = np.ones(len(first), bool)
    for place in np.argsort(distances, axis=None):
        i, j = divmod(int(place), len(first))
        if chosen[i] < 0 and free[j]:
            chosen[i], free[j] = j, False
    return chosen


def _reordered(layers: Sequence[tuple[Reals, Reals]], order: Sequence[Sequence[int]]) -> list[tuple[Reals, Reals]]:
    """Return the layers with the neurons of f in this order."""
    before, found = np.arange(layers[0][0].shape[1]), []
    for (first, second), after in zip(layers, [*order, range(len(layers[-1][0]))], strict=True):
        found.append((first[np.ix_(np.asarray(after), before)], second))
        before = np.asarray(after)
    return found


def _filled(matrix: Reals, rows: int, columns: int) -> Reals:
    return np.pad(matrix, ((0, rows - len(matrix)), (0, columns - matrix.shape[1])))


def _check_shapes(f: Sequence[int], g: Sequence[int]) -> None:
    for what, ours, theirs in (("layers", len(f) - 1, len(g) - 1), ("inputs", f[0], g[0]), ("outputs", f[-1], g[-1])):
        if ours != theirs:
            raise BadInput("networks", f"{ours} and {theirs} {what}", f"give two networks with as many {what}")


def pair_of_pruned(pruned: Pruned) -> NetworkPair:
    """Return a target and its ticket."""
    sums = [masks.sums for masks in pruned.masks]
    named = named_matrices(pruned.wanted_sums, sums)
    layers = []
    for number in range(1, len(sums) + 1):
        first, errors = named[f"W{number}"].values, named[f"E{number}"].values
        first = np.hstack([first, -first]) if errors.shape[1] > first.shape[1] else first
        # W and T are exact; E is rounded, but not formed from a rounded T
        found, scale = sums[number - 1], pruned.wanted_sums[number - 1].scale
        kept = np.hstack([found[0], -found[1]]) if len(found) == 2 else found[0]
        layers.append((first, errors, np.ldexp(kept.astype(np.float64), scale - PRODUCT_BITS)))
    widths, signs = pruned.target.widths, len(sums[0])
    target, ticket = network_files(pruned)
    files = NamedFile("target.safetensors", target), NamedFile("ticket.safetensors", ticket)
    constants = int(pruned.target.last_bias > 0)
    return NetworkPair(widths[0], widths[-1], constants, signs, signs == 1, tuple(layers), *files)
