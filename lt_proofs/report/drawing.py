"""Draw the report's plots as SVG from its tables: equal facts give equal bytes; colours come from the style sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

from markupsafe import Markup

# all lengths in units of the view box: size of a plot, its margins, height of a line of the key and of a table row
WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 58, 36, 16, 50
KEY = 22
ROW = 26


@dataclass(frozen=True)
class Scale:
    """The map from numbers of an axis to coordinates, linear or logarithmic."""

    low: float
    high: float
    start: float
    stop: float
    log: bool

    def at(self, text: Any) -> float | None:
        """Return the coordinate of a number in a table cell, clipped to the axis; None for a cell without a number."""
        value = reading(text)
        if value is None or (self.log and value <= 0) or self.low == self.high:
            return None
        share = (self._on_axis(value) - self._on_axis(self.low)) / (self._on_axis(self.high) - self._on_axis(self.low))
        return self.start + min(max(share, 0.0), 1.0) * (self.stop - self.start)

    def _on_axis(self, value: float) -> float:
        """Return the number itself, or its logarithm on a logarithmic axis."""
        return math.log10(value) if self.log else value


def reading(text: Any) -> float | None:
    """Return the number in a cell, such as "0.01" or "1/3", or None."""
    try:
        return float(Fraction(text))
    except (ValueError, TypeError, ZeroDivisionError):
        return None


def svg(plot: dict[str, Any]) -> Markup:
    """Draw one plot; the table beside it gives the same numbers for readers who cannot see it."""
    drawn, name = plot["drawn"], escape(str(plot["id"]))
    # plots by rows have one line per row of the table and label each, so they need no key and no fixed height
    spans = any(m["kind"] in BY_ROWS for m in drawn["marks"])
    # two entries of the key stand side by side, and the plot begins below them
    keys = [] if spans else list(drawn["marks"])
    top = TOP + KEY * ((len(keys) + 1) // 2)
    height = top + BOTTOM + (ROW * len(plot["rows"]) if spans else HEIGHT - TOP - BOTTOM)
    x = scale(drawn["x"], LEFT, WIDTH - RIGHT)
    y = scale(drawn["y"], height - BOTTOM, top)
    parts = [f'<title id="picture-{name}">{escape(str(plot["title"]))}</title>']
    parts += _frame(drawn, x, y, top, height)
    parts += [part for number, m in enumerate(keys) for part in _key(m, number)]
    for number, m in enumerate(drawn["marks"]):
        parts += DRAWN[m["kind"]](plot, m, x, y, number + 1, len(drawn["marks"]))
    head = f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="picture-{name} says-{name}">'
    return Markup(head + "".join(parts) + "</svg>")


def scale(axis: dict[str, Any], start: float, stop: float) -> Scale:
    """Return the scale of an axis that reaches from its first tick to its last."""
    # the facts may come from a file that was edited: without a number the axis has no length and nothing is drawn on it
    ticks = [value for value in map(reading, axis["ticks"]) if value is not None] or [0.0]
    low, high = ticks[0], ticks[-1]
    log = bool(axis["log"]) and min(ticks) > 0
    return Scale(low, high, start, stop, log)


def _frame(drawn: dict[str, Any], x: Scale, y: Scale, top: float, height: float) -> Iterator[str]:
    """Draw grid lines, tick labels and axis labels."""
    bottom = height - BOTTOM
    for text in drawn["x"]["ticks"]:
        place = x.at(text)
        if place is not None:
            yield f'<path class="grid" d="M{n(place)} {n(top)}V{n(bottom)}"></path>'
            yield _text(text, place, bottom + 18, "middle")
    for text in drawn["y"]["ticks"]:
        place = y.at(text)
        if place is not None:
            yield f'<path class="grid" d="M{LEFT} {n(place)}H{WIDTH - RIGHT}"></path>'
            yield _text(text, LEFT - 8, place + 4, "end")
    yield _text(drawn["x"]["label"], (LEFT + WIDTH - RIGHT) / 2, bottom + 40, "middle", "label")
    middle = (top + bottom) / 2
    turned = f'transform="rotate(-90 14 {n(middle)})"'
    label = escape(str(drawn["y"]["label"]))
    yield f'<text class="label" x="14" y="{n(middle)}" text-anchor="middle" {turned}>{label}</text>'


def _key(mark: dict[str, Any], number: int) -> Iterator[str]:
    """Draw the entry of a mark in the key."""
    left, line = LEFT + (number % 2) * 290, 14 + KEY * (number // 2)
    series = number + 1
    if mark["kind"] in ("band", "columns"):
        yield f'<rect class="area s{series}" x="{left}" y="{line - 10}" width="26" height="11"></rect>'
    else:
        yield f'<path class="line s{series}" d="M{left} {line - 4}h26"></path>'
        yield symbol(series, left + 13, line - 4)
    yield _text(mark["name"], left + 34, line, "start", "key")


def symbol(series: int, x: float, y: float) -> str:
    """Draw the marker of a series; five shapes distinguish series without colours."""
    # disc, square, diamond, triangles up and down
    shapes = (
        f"M{n(x - 4)} {n(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        f"M{n(x - 4)} {n(y - 4)}h8v8h-8z",
        f"M{n(x)} {n(y - 5)}l5 5l-5 5l-5 -5z",
        f"M{n(x)} {n(y - 5)}l5 9h-10z",
        f"M{n(x - 5)} {n(y - 4)}h10l-5 9z",
    )
    return f'<path class="symbol s{series}" d="{shapes[(series - 1) % len(shapes)]}"></path>'


def _line(plot: dict[str, Any], mark: dict[str, Any], x: Scale, y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw a line through the points (x, y) with a symbol at each."""
    first, second = mark["columns"]
    rows = _rows(plot, mark)
    found = [(x.at(row[first]), y.at(row[second])) for row in rows]
    points = [(a, b) for a, b in found if a is not None and b is not None]
    if points:
        yield f'<path class="line s{series}" d="M{"L".join(f"{n(a)} {n(b)}" for a, b in points)}"></path>'
    yield from (symbol(series, a, b) for a, b in points)


def _band(plot: dict[str, Any], mark: dict[str, Any], x: Scale, y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw the area between low and high over x."""
    first, low, high = mark["columns"]
    found = [(x.at(row[first]), y.at(row[low]), y.at(row[high])) for row in _rows(plot, mark)]
    points = [(a, b, c) for a, b, c in found if a is not None and b is not None and c is not None]
    if points:
        # along the upper ends, and back along the lower ones
        there = [f"{n(a)} {n(c)}" for a, _, c in points]
        back = [f"{n(a)} {n(b)}" for a, b, _ in reversed(points)]
        yield f'<path class="area s{series}" d="M{"L".join(there + back)}z"></path>'
    yield from (symbol(series, a, (b + c) / 2) for a, b, c in points)


def _bar(plot: dict[str, Any], mark: dict[str, Any], x: Scale, y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw an interval from low to high at each x."""
    first, low, high = mark["columns"]
    for row in _rows(plot, mark):
        a, b, c = x.at(row[first]), y.at(row[low]), y.at(row[high])
        # a row without this measurement has no bar
        if a is not None and b is not None and c is not None:
            yield f'<path class="line s{series}" d="M{n(a - 5)} {n(b)}h10m-5 0V{n(c)}m-5 0h10"></path>'
            yield symbol(series, a, (b + c) / 2)


def _columns(plot: dict[str, Any], mark: dict[str, Any], x: Scale, y: Scale, series: int, of: int) -> Iterator[str]:
    """Draw the columns of a histogram; several series stand side by side."""
    first, last, high = mark["columns"]
    for row in _rows(plot, mark):
        a, b, c = x.at(row[first]), x.at(row[last]), y.at(row[high])
        if a is not None and b is not None and c is not None:
            # a gap of two pixels on each side separates neighbouring groups
            wide = (b - a - 4) / of
            left = a + 2 + (series - 1) * wide
            shape = f'x="{n(left)}" y="{n(c)}" width="{n(wide)}" height="{n(y.start - c)}"'
            yield f'<rect class="area s{series}" {shape}></rect>'


def _spans(plot: dict[str, Any], mark: dict[str, Any], x: Scale, _y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw one line of covered intervals for each row of the table."""
    (column,) = mark["columns"]
    for number, row in enumerate(plot["rows"]):
        line = TOP + ROW * number
        yield _text(row[0], LEFT - 8, line + 15, "end")
        yield f'<path class="grid" d="M{LEFT} {line + 10}H{WIDTH - RIGHT}"></path>'
        for low, high in row[column]:
            a, b = x.at(low), x.at(high)
            if a is not None and b is not None:
                yield f'<rect class="area s{series}" x="{n(a)}" y="{line + 2}" width="{n(b - a)}" height="16"></rect>'


def _lengths(plot: dict[str, Any], mark: dict[str, Any], x: Scale, _y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw a labelled horizontal bar for each row of the table."""
    label, column = mark["columns"]
    for number, row in enumerate(plot["rows"]):
        line, end = TOP + ROW * number, x.at(row[column])
        yield _text(row[label], LEFT - 8, line + 15, "end")
        if end is not None:
            yield f'<rect class="area s{series}" x="{LEFT}" y="{line + 2}" width="{n(end - LEFT)}" height="16"></rect>'


def _gates(plot: dict[str, Any], mark: dict[str, Any], x: Scale, _y: Scale, series: int, _: int) -> Iterator[str]:
    """Draw a required value as a stroke across the bar of each row."""
    _, column = mark["columns"]
    for number, row in enumerate(plot["rows"]):
        end = x.at(row[column])
        if end is not None:
            yield f'<path class="line s{series}" d="M{n(end)} {TOP + ROW * number - 1}v22"></path>'


BY_ROWS = ("spans", "lengths", "gates")
DRAWN: dict[str, Callable[..., Iterator[str]]] = {
    "line": _line,
    "band": _band,
    "bar": _bar,
    "columns": _columns,
    "spans": _spans,
    "lengths": _lengths,
    "gates": _gates,
}


def _rows(plot: dict[str, Any], mark: dict[str, Any]) -> list[list[Any]]:
    """Return the rows of a mark: all, or those with a given value in a given column."""
    if "where" not in mark:
        return list(plot["rows"])
    column, value = mark["where"]
    return [row for row in plot["rows"] if row[column] == value]


def _text(text: Any, x: float, y: float, anchor: str, kind: str = "tick") -> str:
    """Draw a text."""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}" text-anchor="{anchor}">{escape(str(text))}</text>'


def n(value: float) -> str:
    """Write a coordinate with one decimal, so that the last bits of a platform's logarithm cannot change the text."""
    # a tenth of a unit is far below what can be seen, and far above any rounding error
    text = f"{value:.1f}"
    return text.removesuffix(".0")
