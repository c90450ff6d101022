"""What was verified of a ticket of images, in the words of forms.json."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from data.ticket_form import LAWS
from images.graph import Node
from inequalities.syntax import TABLE
from shapes import Enclosure, Judgement

WORDS = TABLE["images"]


def sentence(
    statement: Judgement, nodes: Sequence[Node], layers: Sequence[dict[str, int]], box: Enclosure | None, bound: str
) -> str:
    """The sentence."""
    source, last = statement["nodes"][0], len(nodes) - 1
    chained = all(node.of == (place,) for place, node in enumerate(nodes[1:]))
    said = [described(entry, node, chained=chained) for entry, node in zip(statement["nodes"], nodes, strict=True)]
    numbered = [text if chained else f"({place}) {text}" for place, text in enumerate(said[1:], 1)]
    given, axes = source["given"], source["axes"]
    plain = given == source["shape"] and axes == sorted(axes)
    parts = {
        "law": statement["law"],
        "drawn": LAWS[statement["law"]],
        "seed": statement["seed"],
        "image": shape(nodes[0]),
        "given": ""
        if plain
        else f", made of inputs of shape {crossed(given)} with their axes in the order {crossed(axes)}",
        "steps": "; ".join(numbered),
        "outputs": nodes[last].size,
        "hidden": ", ".join(str(layer["units"]) for layer in layers),
        "scales": ", ".join(str(layer["scale"]) for layer in layers),
        "bound": bound,
        "where": "of Euclidean norm at most 1" if box is None else f"with all pixels from {box[0]} to {box[1]}",
        "solved": statement["solved"],
        "weights": statement["weights"],
        "eps": statement["eps"],
    }
    return Template(" ".join(WORDS["verified"])).substitute(parts)


def described(entry: dict[str, object], node: Node, *, chained: bool) -> str:
    """What a node does, in words."""
    if node.op == "input":
        return shape(node)
    sources = [f"({source})" for source in node.of]
    of = "" if chained else f" of {' and '.join(sources)}"
    parts = {"of": of, "image": shape(node), "extra": extras(node) if node.window else ""}
    parts["bias"] = "with" if node.bias else "without"
    parts["counted"] = WORDS["counted"][node.counted]
    parts["kernel"] = crossed(node.window.kernel) if node.window else ""
    return Template(WORDS["nodes"][entry["op"]]).substitute(parts)


def extras(node: Node) -> str:
    """The strides, dilations, padding and groups of a window, those that are not the usual ones."""
    win, said = node.win, []
    if set(win.strides) != {1}:
        said.append(f"strides {crossed(win.strides)}")
    if set(win.dilations) != {1}:
        said.append(f"dilations {crossed(win.dilations)}")
    if any(any(pair) for pair in win.pads):
        ends = ", ".join(f"{before} and {after}" for before, after in win.pads)
        said.append(f"{WORDS['modes'][win.mode]} before and after each axis: {ends}")
    if node.groups > 1:
        said.append(f"{node.groups} groups")
    return "".join(f", {text}" for text in said)


def shape(node: Node) -> str:
    """The shape of a node's image."""
    return crossed((node.channels, *node.sizes))


def crossed(numbers: Sequence[int]) -> str:
    """Numbers as in 3 x 3."""
    return " x ".join(map(str, numbers))
