"""The tree of boxes into which a domain is halved (Mathematics 3.24).

It has a byte for each node, the first child behind its parent: 255 for a leaf, for any other node the number of the
input whose range is halved.
"""

from __future__ import annotations

from collections.abc import Iterator

from differences.inputs import Inputs
from errors import Malformed, spend
from shapes import Data

LEAF, MOST_DEPTH = 255, 400


def tree_of(data: Data, inputs: Inputs) -> bytes:
    """The bytes of a tree from their hexadecimal digits; a missing tree has no nodes."""
    if data is None:
        return b""
    try:
        tree = bytes.fromhex(data)
    except (TypeError, ValueError):
        tree = b""
    if not tree or tree.hex() != data:
        raise Malformed("difference: its tree must be two hexadecimal digits for each node")
    if inputs.ball is not None and len(tree) > 1:
        raise Malformed("difference: a ball is not halved, so its tree is the one leaf ff")
    return tree


def leaves(inputs: Inputs, tree: bytes) -> Iterator[Inputs]:
    """The boxes of the leaves, which cover the box by construction; raises Malformed for a tree of another shape."""
    waiting = [(inputs, 0)] if tree else []
    for node in tree:
        spend(10 + len(inputs.ends))
        if not waiting:
            raise Malformed("difference: its tree has nodes behind its last leaf")
        box, depth = waiting.pop()
        if node == LEAF:
            yield box
        elif node >= len(inputs.ends) or depth == MOST_DEPTH:
            raise Malformed(f"difference: its tree halves input {node} at depth {depth}, which is not possible")
        else:
            first, second = box.halves(node)
            waiting += [(second, depth + 1), (first, depth + 1)]
    if waiting:
        raise Malformed("difference: its tree ends before its last leaf")
