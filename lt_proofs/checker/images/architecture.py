"""What was verified of a ticket of images, in words."""

from __future__ import annotations

from collections.abc import Sequence

from data.ticket import counted, dashed
from data.ticket_form import LAWS
from images.graph import Node
from shapes import Enclosure, Judgement


def sentence(
    statement: Judgement, nodes: Sequence[Node], layers: Sequence[dict[str, int]], box: Enclosure | None, bound: str
) -> str:
    """The sentence."""
    return f"{statement['law']} {LAWS} {counted} {dashed} {bound} {box} {len(nodes)} {len(layers)}"
