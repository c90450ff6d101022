"""Draw the dependency graph of the claims as SVG: premises on the left, the theorems that rest on them on the right."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from html import escape
from typing import Any

from markupsafe import Markup

# size of a node, and distances between the corners of neighbouring columns and rows, in pixels
WIDE, HIGH, ACROSS, DOWN = 186, 34, 226, 44
MARGIN = 8
# passes over all columns that untangle the edges
SWEEPS = 8
ICONS = {"PROVED": "tick", "REFUTED": "cross", "UNDECIDED": "question"}
KINDS = {"PROVED": "good", "REFUTED": "bad", "UNDECIDED": "open"}
Place = tuple[int, int]


def chain_svg(claims: list[dict[str, Any]]) -> Markup:
    """Draw every claim as a linked node: its shape shows the tier, its sign and word the state of its proof."""
    facts = {claim["id"]: claim for claim in claims}
    places = layout(facts)
    wide = 2 * MARGIN + max(column for column, _ in places.values()) * ACROSS + WIDE
    high = 2 * MARGIN + max(row for _, row in places.values()) * DOWN + HIGH
    lines = [
        _edge(places[premise], places[name])
        for name, claim in facts.items()
        for premise in claim["premises"]
        if premise in places
    ]
    nodes = [_node(facts[name], place, facts) for name, place in places.items()]
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    head = f'<svg class="chain" {size} role="group" aria-label="Chain of claims">'
    return Markup(head + "".join(lines) + "".join(nodes) + "</svg>")


def layout(facts: dict[str, dict[str, Any]]) -> dict[str, Place]:
    """Return a column and a row for each claim: to the right of its premises, close to its conclusions."""
    graph = _Graph.of(facts)
    order = graph.in_order()
    columns: dict[str, int] = {}
    for name in order:
        columns[name] = max((columns[p] + 1 for p in graph.premises[name]), default=0)
    # then as far to the right as their conclusions allow, which shortens the arrows
    for name in reversed(order):
        columns[name] = min((columns[s] - 1 for s in graph.conclusions[name]), default=columns[name])
    # claims without arrows stand below, in rows as wide as the graph
    alone = [name for name in facts if not graph.neighbours(name)]
    layers = [
        [name for name in order if columns[name] == column and name not in alone]
        for column in range(max(columns.values(), default=0) + 1)
    ]
    _untangle(graph, layers)
    places = {name: (column, row) for column, layer in enumerate(layers) for row, name in enumerate(layer)}
    below = max(map(len, layers), default=0)
    across = max(len(layers), 1)
    places |= {name: (k % across, below + k // across) for k, name in enumerate(alone)}
    return {name: places[name] for name in facts}


@dataclass(frozen=True)
class _Graph:
    """The premises of each claim among those shown, and the claims that rest on it."""

    premises: dict[str, list[str]]
    conclusions: dict[str, list[str]]

    @classmethod
    def of(cls, facts: dict[str, dict[str, Any]]) -> _Graph:
        premises = {name: [p for p in dict.fromkeys(claim["premises"]) if p in facts] for name, claim in facts.items()}
        return cls(premises, {p: [name for name in facts if p in premises[name]] for p in facts})

    def neighbours(self, name: str) -> list[str]:
        return self.premises[name] + self.conclusions[name]

    def in_order(self) -> list[str]:
        """Return the claims with premises first; ties go to the claim that is listed first."""
        listed = list(self.premises)
        sorter = TopologicalSorter(self.premises)
        sorter.prepare()
        order, ready = [], list(sorter.get_ready())
        while ready:
            name = min(ready, key=listed.index)
            ready.remove(name)
            order.append(name)
            sorter.done(name)
            ready += sorter.get_ready()
        return order


def _untangle(graph: _Graph, layers: list[list[str]]) -> None:
    """Sort the columns, forwards and backwards in turns, by the mean row of each claim's neighbours."""
    for sweep in range(SWEEPS):
        rows = {name: row - len(layer) / 2 for layer in layers for row, name in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            near = {name: [rows[k] for k in graph.neighbours(name)] or [rows[name]] for name in layer}
            layer.sort(key=lambda name: sum(near[name]) / len(near[name]))
            rows |= {name: row - len(layer) / 2 for row, name in enumerate(layer)}


def _corner(place: Place) -> tuple[int, int]:
    """Return the upper left corner of a node in pixels."""
    return MARGIN + place[0] * ACROSS, MARGIN + place[1] * DOWN


def _edge(source: Place, target: Place) -> str:
    """Draw a curve with an arrow head from the right side of one node to the left side of another."""
    (a, b), (c, d) = _corner(source), _corner(target)
    start, end, middle = a + WIDE, c - 5, HIGH // 2
    bend = max(24, (end - start) // 3)
    curve = f"M{start} {b + middle}C{start + bend} {b + middle} {end - bend} {d + middle} {end} {d + middle}"
    return f'<path class="edge" d="{curve}"></path><path class="tip" d="M{end + 4} {d + middle}l-7 -4v8z"></path>'


def _node(claim: dict[str, Any], place: Place, facts: dict[str, dict[str, Any]]) -> str:
    """Draw a claim with a title that says everything in words, for screen readers."""
    (x, y), name = _corner(place), escape(str(claim["id"]))
    whole = behind(claim["id"], facts)
    kind = KINDS.get(claim["verdict"], "open")
    shape = "state-finite" if claim["tier"] == "exhaustive" else "state-all"
    corner = 3 if claim["tier"] == "exhaustive" else 16
    says = f"{claim['id']}: {claim['title']}; statement of record; {claim['verdict']}, {claim['tier']}; {whole}"
    icon = ICONS.get(claim["verdict"], "question")
    word = escape(str(claim["verdict"]).lower())
    return (
        f'<a href="#claim-{name}"><title>{escape(says)}</title>'
        f'<rect class="node {shape} {kind}" x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="{corner}"></rect>'
        f'<use class="sign {kind}" href="#icon-{icon}" x="{x + 9}" y="{y + 10}" width="14" height="14"></use>'
        f'<text class="name" x="{x + 29}" y="{y + 15}">{name}</text>'
        f'<text class="word" x="{x + 29}" y="{y + 28}">{word}{"" if whole == WHOLE else ", open behind"}</text></a>'
    )


WHOLE = "all that it rests on is proved"


def behind(name: str, facts: dict[str, dict[str, Any]]) -> str:
    """Say whether all direct and indirect premises of a claim are proved, or name one that is not."""
    seen, waiting = set(), list(facts[name]["premises"])
    while waiting:
        premise = waiting.pop()
        if premise in seen:
            continue
        seen.add(premise)
        if premise not in facts or facts[premise]["verdict"] != "PROVED":
            return f"it rests on {premise}, which is not proved"
        waiting += facts[premise]["premises"]
    return WHOLE
