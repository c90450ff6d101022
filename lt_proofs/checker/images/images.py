"""Checks a ticket of a network of images: its effective kernels, and a bound of what it differs from its target by.

Intervals of every entry of every image (Mathematics 9.11) bound the difference of the outputs. So do the outputs as
functions of the inputs, found by replacing node after node (9.12), with the norm of all of them together (9.13).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from data.limits import COST, ROOM, room_for
from data.ticket import afford, check_ticket, upward
from data.ticket_form import FIELDS, check_fields, checked_box, fraction
from differences.inputs import outward
from differences.layers import root_up
from differences.neurons import VALUE
from errors import Malformed, Rejected, spend
from images.architecture import sentence
from images.fields import check_form, read_files
from images.graph import Node, read_nodes
from images.joint import checked_metric, joint_norm
from images.known import Inputs, Known
from images.replaced import Coefficients, unit_rows, walk_back
from images.spans import Ends, Spans, behind_layer, behind_max, behind_mean, behind_relu, behind_sum
from images.weights import Weights, weights_of
from shapes import Data, Judgement, Matrix


def check_any(statement: Judgement, data: dict[str, Data], folder: Path) -> str:
    """The sentence that was verified of a ticket of dense layers, or of one of images, which has nodes."""
    with_nodes = isinstance(statement, dict) and "nodes" in statement
    return (check_images if with_nodes else check_ticket)(statement, data, folder)


def check_images(statement: Judgement, data: dict[str, Data], folder: Path) -> str:
    """The sentence that was verified; raises Rejected or Malformed."""
    check_fields(statement, FIELDS | {"nodes"})
    box = checked_box(statement)
    nodes = read_nodes(statement["nodes"], signed=box is None or box[0] < 0)
    layers = check_form(statement, nodes)
    if not set(data) <= {"joint"}:
        raise Malformed("ticket: its data may hold a matrix, joint, nothing else")
    metric = checked_metric(data["joint"], nodes[-1].size) if "joint" in data else None
    afford(layers)
    target, ticket, size = read_files(statement, layers, nodes, folder)
    spend(size // COST["byte"])
    weights, eps = dict[int, Weights](), fraction(statement, "eps")
    found: dict[str, Any] = {"kept": [], "weights": 0, "solved": 0, "max_weight_error": Fraction(0)}
    places = [place for place, node in enumerate(nodes) if node.op == "layer"]
    for number, (place, layer) in enumerate(zip(places, layers, strict=True), 1):
        node, channels = nodes[place], nodes[nodes[place].of[0]].channels
        weights[place], one = weights_of(number, layer, node, channels, target, ticket, statement["seed"], eps)
        found["kept"] += one.kept
        found["weights"] += one.weights
        found["solved"] += one.solved
        found["max_weight_error"] = max(found["max_weight_error"], one.largest)
    compare(statement, nodes, places, found)
    ends = (-1, 1) if box is None else box
    inputs = Inputs(outward(Fraction(ends[0]), Fraction(ends[1])), box is None)
    error = bound_of(nodes, weights, inputs, metric)
    if fraction(statement, "error_bound") < error:
        raise Rejected(f"error_bound: the exact weights give no less than {upward(error)}")
    return sentence(statement, nodes, layers, box, upward(fraction(statement, "error_bound")))


def compare(statement: Judgement, nodes: Sequence[Node], places: Sequence[int], found: dict[str, Any]) -> None:
    """Raise Rejected where the statement says something else than what was derived from the files."""
    derived = {
        **found,
        "max_weight_error": str(found["max_weight_error"]),
        "widths": [node.size for node in (nodes[0], *(nodes[place] for place in places))],
        "constant_inputs": max(nodes[place].bias for place in places),
        "factor": "2^0",
    }
    for key, value in derived.items():
        if statement[key] != value:
            raise Rejected(f"{key}: the statement says {str(statement[key])[:60]}, the files give {str(value)[:60]}")


def bound_of(nodes: Sequence[Node], weights: dict[int, Weights], inputs: Inputs, metric: Matrix | None) -> Fraction:
    """An upper bound of the Euclidean norm of what the outputs differ by; jointly too if there is a metric."""
    known = followed(nodes, weights, inputs)
    low, high = known.ends[-1].d
    spend(4 * nodes[-1].size)
    rows = [pair for side in zip(low, high, strict=True) for pair in zip(*side, strict=True)]
    bound = root_up(sum(max(-a, b) ** 2 for a, b in rows))
    if metric is not None:
        bound = min(bound, together(known, metric))
    return Fraction(bound, 1 << VALUE)


def together(known: Known, metric: Matrix) -> int:
    """The bound of all outputs together, in units of 2^-VALUE."""
    last = len(known.nodes) - 1
    size = known.nodes[last].size
    room_for(ROOM["base"] + ROOM["row_entry"] * size * widest(known, last))
    unit = unit_rows(known.nodes[last])
    nothing = [[0] * len(row) for row in unit]
    return joint_norm(walk_back(known, last, Coefficients(nothing, unit), size), metric)


def followed(nodes: Sequence[Node], weights: dict[int, Weights], inputs: Inputs) -> Known:
    """The intervals of every node."""
    room_for(ROOM["base"] + ROOM["entry"] * sum(node.size for node in nodes))
    ends: list[Ends] = []
    known = Known(nodes, weights, ends, inputs)
    for place, node in enumerate(nodes):
        sources = [ends[source] for source in node.of]
        if node.op == "input":
            low, high = ([[end] * node.pixels for _ in range(node.channels)] for end in inputs.ends)
            zero = [[0] * node.pixels for _ in range(node.channels)]
            spend(3 * node.size)
            ends.append(Ends(Spans(low, high), Spans(zero, zero)))
        elif node.op == "layer":
            ends.append(
                behind_layer(
                    node,
                    sources[0],
                    weights[place],
                    signed=nodes[node.of[0]].signed,
                    ball=inputs.ball and node.of == (0,),
                )
            )
        elif node.op == "add":
            ends.append(behind_sum(node, sources))
        else:
            ends.append({"relu": behind_relu, "max": behind_max, "mean": behind_mean}[node.op](node, *sources))
    return known


def widest(known: Known, place: int) -> int:
    """The most entries that one row has on its way back from a node: those of an image, or of what taps read of it."""
    nodes = known.nodes[: place + 1]
    reads = [nodes[node.of[0]].channels * len(node.taps) * node.pixels for node in nodes if node.taps]
    return max([node.size for node in nodes] + reads)
