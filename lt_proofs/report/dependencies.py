"""Draw what claims rest on as SVG: all of them from left to right, or the proof of one theorem from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from html import escape
from textwrap import wrap
from typing import Any

from markupsafe import Markup

# size of a node, and distances between the corners of neighbouring columns and rows, in pixels
WIDE, HIGH, ACROSS, DOWN = 186, 34, 226, 44
MARGIN = 8
# the same for the proof of one theorem, whose nodes hold titles of so many letters a line; its view box is so wide
TITLED_WIDE, LINE, LETTERS, PAGE = 270, 16, 36, 920
# passes over all columns that untangle the edges
SWEEPS = 8
ICONS = {"PROVED": "tick", "REFUTED": "cross", "UNDECIDED": "question"}
KINDS = {"PROVED": "good", "REFUTED": "bad", "UNDECIDED": "open"}
Place = tuple[int, int]


def chain_svg(claims: list[dict[str, Any]], claims_at: str = "") -> Markup:
    """Draw every claim as a linked node: its shape shows the tier, its sign and word the state of its proof."""
    facts = {claim["id"]: claim for claim in claims}
    corners = {name: (MARGIN + column * ACROSS, MARGIN + row * DOWN) for name, (column, row) in layout(facts).items()}
    wide = MARGIN + WIDE + max(x for x, _ in corners.values())
    high = MARGIN + HIGH + max(y for _, y in corners.values())
    lines = [
        _edge(corners[premise], corners[name])
        for name, claim in facts.items()
        for premise in claim["premises"]
        if premise in corners
    ]
    nodes = [_node(facts[name], corner, facts, claims_at) for name, corner in corners.items()]
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    head = f'<svg class="chain" {size} role="group" aria-label="Chain of claims">'
    return Markup(head + "".join(lines) + "".join(nodes) + "</svg>")


def proof_svg(claims: list[dict[str, Any]], theorem: str, claims_at: str = "") -> Markup:
    """Draw a theorem and all that it rests on, premises above, with titles, as wide as the page."""
    every = {claim["id"]: claim for claim in claims}
    facts = {name: claim for name, claim in every.items() if name in {theorem, *_behind(theorem, every)}}
    places = layout(facts)
    titles = {name: wrap(claim["title"], LETTERS) for name, claim in facts.items()}
    rows: dict[int, list[str]] = {}
    for name, (row, _) in sorted(places.items(), key=lambda item: item[1]):
        rows.setdefault(row, []).append(name)
    boxes, y = {}, MARGIN
    for row in sorted(rows):
        high = LINE * (1 + max(len(titles[name]) for name in rows[row])) + 12
        gap = (PAGE - len(rows[row]) * TITLED_WIDE) // (len(rows[row]) + 1)
        for number, name in enumerate(rows[row]):
            boxes[name] = (gap + number * (TITLED_WIDE + gap), y, high)
        y += high + 2 * LINE
    lines = [
        _arrow(boxes[premise], boxes[name])
        for name, claim in facts.items()
        for premise in claim["premises"]
        if premise in boxes
    ]
    nodes = [_titled(facts[name], box, titles[name], every, claims_at) for name, box in boxes.items()]
    high = y - 2 * LINE + MARGIN
    head = f'<svg class="proof" viewBox="0 0 {PAGE} {high}" role="group" aria-label="What {escape(theorem)} rests on">'
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


def _edge(source: Place, target: Place) -> str:
    """Draw a curve with an arrow head from the right side of one node to the left side of another."""
    (a, b), (c, d) = source, target
    start, end, middle = a + WIDE, c - 5, HIGH // 2
    bend = max(24, (end - start) // 3)
    curve = f"M{start} {b + middle}C{start + bend} {b + middle} {end - bend} {d + middle} {end} {d + middle}"
    return f'<path class="edge" d="{curve}"></path><path class="tip" d="M{end + 4} {d + middle}l-7 -4v8z"></path>'


def _arrow(source: tuple[int, int, int], target: tuple[int, int, int]) -> str:
    """Draw a curve with an arrow head from the lower side of one node to the upper side of another."""
    (a, b, high), (c, d, _) = source, target
    start, end, middle = b + high, d - 5, TITLED_WIDE // 2
    bend = max(14, (end - start) // 3)
    curve = f"M{a + middle} {start}C{a + middle} {start + bend} {c + middle} {end - bend} {c + middle} {end}"
    return f'<path class="edge" d="{curve}"></path><path class="tip" d="M{c + middle} {end + 4}l-4 -7h8z"></path>'


def _node(claim: dict[str, Any], corner: Place, facts: dict[str, dict[str, Any]], claims_at: str) -> str:
    """Draw a claim with its name and the state of its proof."""
    x, y = corner
    whole = behind(claim["id"], facts)
    word = f"{escape(str(claim['verdict']).lower())}{'' if whole == WHOLE else ', open behind'}"
    inside = (
        f'<text class="name" x="{x + 29}" y="{y + 15}">{escape(str(claim["id"]))}</text>'
        f'<text class="word" x="{x + 29}" y="{y + 28}">{word}</text>'
    )
    return _linked(claim, (x, y, WIDE, HIGH), inside, whole, claims_at)


def _titled(
    claim: dict[str, Any],
    box: tuple[int, int, int],
    title: list[str],
    facts: dict[str, dict[str, Any]],
    claims_at: str,
) -> str:
    """Draw a claim with its name, the state of its proof and its title."""
    x, y, high = box
    whole = behind(claim["id"], facts)
    word = f"{escape(str(claim['verdict']).lower())}{'' if whole == WHOLE else ', open behind'}"
    inside = (
        f'<text class="name" x="{x + 29}" y="{y + LINE + 3}">{escape(str(claim["id"]))}</text>'
        f'<text class="word" x="{x + TITLED_WIDE - 10}" y="{y + LINE + 3}" text-anchor="end">{word}</text>'
    )
    inside += "".join(
        f'<text class="title" x="{x + 11}" y="{y + LINE * (k + 2) + 4}">{escape(line)}</text>'
        for k, line in enumerate(title)
    )
    return _linked(claim, (x, y, TITLED_WIDE, high), inside, whole, claims_at)


def _linked(claim: dict[str, Any], box: tuple[int, int, int, int], inside: str, whole: str, claims_at: str) -> str:
    """Draw the frame and the sign of a claim, with a title that says everything in words, for screen readers."""
    x, y, wide, high = box
    name, kind = escape(str(claim["id"])), KINDS.get(claim["verdict"], "open")
    finite = claim["tier"] == "exhaustive"
    says = f"{claim['id']}: {claim['title']}; statement of record; {claim['verdict']}, {claim['tier']}; {whole}"
    return (
        f'<a href="{claims_at}{name}.html"><title>{escape(says)}</title>'
        f'<rect class="node {"state-finite" if finite else "state-all"} {kind}" x="{x}" y="{y}" width="{wide}" '
        f'height="{high}" rx="{3 if finite else 16}"></rect>'
        f'<use class="sign {kind}" href="#icon-{ICONS.get(claim["verdict"], "question")}" x="{x + 9}" '
        f'y="{y + 10 if high == HIGH else y + 7}" width="14" height="14"></use>{inside}</a>'
    )


WHOLE = "all that it rests on is proved"


def behind(name: str, facts: dict[str, dict[str, Any]]) -> str:
    """Say whether all direct and indirect premises of a claim are proved, or name one that is not."""
    for premise in _behind(name, facts):
        if premise not in facts or facts[premise]["verdict"] != "PROVED":
            return f"it rests on {premise}, which is not proved"
    return WHOLE


def _behind(name: str, facts: dict[str, dict[str, Any]]) -> list[str]:
    """Return all direct and indirect premises of a claim."""
    seen: dict[str, None] = {}
    waiting = list(facts[name]["premises"])
    while waiting:
        premise = waiting.pop()
        if premise not in seen:
            seen[premise] = None
            waiting += facts[premise]["premises"] if premise in facts else []
    return list(seen)
