"""The form of a ticket of a network of images: its fields, its layers, and that its two files agree with them.

A layer with c channels before it, o after it and t taps is stored as the pair of matrices of a dense layer with o t
rows, one for each output channel and tap, and c columns, with one more for the constant image 1 that carries a bias.
"""

from __future__ import annotations

import json
from pathlib import Path

from data.limits import LIMITS
from data.tensors import Tensor
from data.ticket_form import (
    FIELDS,
    NOTES,
    check_fields,
    check_masks,
    check_metadata,
    check_numbers,
    radii,
    read_part,
    sizes_of,
)
from errors import Malformed, Rejected
from images.graph import Node
from shapes import Data, Judgement

FORMAT = "lt_proofs ticket 3"


def check_form(statement: Data, nodes: list[Node]) -> list[dict[str, int]]:
    """Raise Malformed unless each field is of its type and the layers are those of the nodes; return the layers."""
    check_fields(statement, FIELDS | {"nodes"})
    layers, own = statement["layers"], [node for node in nodes if node.op == "layer"]
    if not own or len(own) > LIMITS["layers"]:
        raise Malformed(f"ticket: its nodes must have 1 to {LIMITS['layers']} layers")
    if not isinstance(layers, list) or len(layers) != len(own):
        raise Malformed(f"ticket: layers must be a list of {len(own)}, as many as its nodes have")
    found = [
        checked_layer(statement, number, *pair, nodes) for number, pair in enumerate(zip(layers, own, strict=True), 1)
    ]
    check_numbers(statement, found)
    return found


def checked_layer(
    statement: dict[str, Data], number: int, layer: Data, node: Node, nodes: list[Node]
) -> dict[str, int]:
    """A layer of the statement, of the sizes and signs of its node, with the radii of its law."""
    rows, columns, n, units, signs, _ = sizes_of(number, layer, -LIMITS["scale"])
    source, taps = nodes[node.of[0]], node.win.taps
    if (rows, columns) != (node.channels * taps, source.channels + node.bias):
        raise Malformed(
            f"ticket: layer {number} must have {node.channels * taps} rows, one for each output channel and tap, and "
            f"{source.channels + node.bias} columns, one for each input channel, and one for a bias"
        )
    if columns * n > units:
        raise Malformed(f"ticket: layer {number} has fewer than n = {n} hidden channels for each input channel")
    if signs != 1 + source.signed:
        raise Rejected(f"layer {number}: it needs sums for {1 + source.signed} signs of what it reads")
    fan = source.channels // node.groups + node.bias
    return {**layer, **radii(statement, fan, taps * n * fan)}


def read_files(
    statement: Judgement, layers: list[dict[str, int]], nodes: list[Node], folder: Path
) -> tuple[dict[str, Tensor], dict[str, Tensor], int]:
    """All tensors of the target and of the ticket, and the bytes of both files."""
    target, notes, target_size = read_part(statement, folder, "target")
    ticket, metadata, ticket_size = read_part(statement, folder, "ticket")
    own = [node for node in nodes if node.op == "layer"]
    wanted: dict[str, tuple[int, ...]] = {}
    for number, node in enumerate(own, 1):
        inner = nodes[node.of[0]].channels // node.groups
        wanted[f"weight_{number}"] = (node.channels, inner * node.win.taps)
        wanted |= {f"bias_{number}": (node.channels,)} if node.bias else {}
    if {name: tensor.shape for name, tensor in target.items()} != wanted:
        raise Malformed("target.safetensors must hold weight_i and bias_i of the layers of the nodes, nothing else")
    if not set(notes) <= NOTES | {"nodes"}:
        raise Malformed(f"target.safetensors may record {', '.join(sorted(NOTES))} and nodes, nothing else")
    if "nodes" in notes and notes["nodes"] != json.dumps(statement["nodes"], sort_keys=True, separators=(",", ":")):
        raise Rejected("target.safetensors records other nodes than the statement")
    check_masks(ticket, layers)
    check_metadata(statement, metadata, FORMAT, nodes[0].size, ("layers", "nodes"))
    return target, ticket, target_size + ticket_size
