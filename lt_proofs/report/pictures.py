"""Pictures of tickets and campaigns: the facts of a plot, drawn as SVG by the report or as a figure of matplotlib."""

from __future__ import annotations

import importlib.util
from typing import Any

from lt_proofs.campaigns.campaign import Growth
from lt_proofs.campaigns.intervals import shown
from lt_proofs.campaigns.run import Outcome
from lt_proofs.errors import BadInput, install_extra
from lt_proofs.exact.rational import rational_text
from lt_proofs.networks.ticket import Ticket
from lt_proofs.report.drawing import reading
from lt_proofs.report.plots import Cells, axis, figure, mark, ticks_to

Drawn = tuple[list[float], ...]


def picture(thing: Ticket | Outcome) -> dict[str, Any]:
    """Return the plot of a ticket or of a campaign, as a table and how its columns are drawn.

    Raises BadInput for anything else.
    """
    if isinstance(thing, Ticket):
        return ticket_picture(thing)
    if isinstance(thing, Outcome):
        return outcome_picture(thing)
    raise BadInput("plot", type(thing).__name__, "give a ticket, or the outcome of a campaign")


def ticket_picture(ticket: Ticket) -> dict[str, Any]:
    """Plot how many entries of each random matrix a ticket keeps."""
    kept = [(number, int(mask.sum()), mask.size) for number, mask in sorted(ticket.masks.items())]
    rows: list[Cells] = [[f"{number}", str(count), str(size)] for number, count, size in kept]
    most = max((count for _, count, _ in kept), default=1)
    return figure(
        "kept", "Kept weights of a ticket", "For each random matrix the number of its entries that the masks keep.",
        ("matrix", "kept", "of"), rows,
        x=axis("kept weights", ticks_to(most)), y=axis("matrix", ()),
        marks=[mark("lengths", "kept", 0, 1)],
    )  # fmt: skip


def outcome_picture(outcome: Outcome) -> dict[str, Any]:
    """Plot the confidence intervals of a campaign, one for each n."""
    rows: list[Cells] = [[str(row.n), shown(row.low), shown(row.high)] for row in outcome.rows]
    level = rational_text(outcome.level)
    what = "frequency" if isinstance(outcome.campaign, Growth) else "probability of coverage"
    return figure(
        "campaign", f"{outcome.trials} random trials",
        f"Confidence intervals with simultaneous level {level}; evidence, not proof.", ("n", "from", "to"), rows,
        x=axis("n", ticks_to(max((row.n for row in outcome.rows), default=1))),
        y=axis(what, ("0", "0.25", "0.5", "0.75", "1")),
        marks=[mark("bar", "measured", 0, 1, 2)],
    )  # fmt: skip


def plot(thing: Any) -> Any:
    """Return a picture of a ticket, or of the outcome of a campaign, as a ``matplotlib.figure.Figure``.

    A plot of the report, as report.json has it, is drawn as well. Raises BadInput for anything else, and without the
    extra [plots].
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise BadInput("plot", "matplotlib", install_extra("plots"))
    from matplotlib.figure import Figure

    facts = thing if isinstance(thing, dict) and "drawn" in thing else picture(thing)
    drawing = Figure(layout="constrained")
    axes = drawing.add_subplot()
    axes.set_title(facts["title"])
    for name, ends in (("x", facts["drawn"]["x"]), ("y", facts["drawn"]["y"])):
        getattr(axes, f"set_{name}label")(ends["label"])
        if ends["log"]:
            getattr(axes, f"set_{name}scale")("log")
    for one in facts["drawn"]["marks"]:
        _draw(axes, facts, one)
    if sum(one["kind"] not in ("spans", "lengths", "gates") for one in facts["drawn"]["marks"]) > 1:
        axes.legend()
    return drawing


def _draw(axes: Any, facts: dict[str, Any], one: dict[str, Any]) -> None:
    """Draw one mark of a plot; its kinds are those of the report's own drawings."""
    kind, name, columns = one["kind"], one["name"], one["columns"]
    if kind == "spans":
        for row in facts["rows"]:
            parts = [(reading(low) or 0.0, reading(high) or 0.0) for low, high in row[columns[0]]]
            axes.broken_barh([(low, high - low) for low, high in parts], (float(row[0]) - 0.4, 0.8))
        axes.invert_yaxis()
    elif kind in ("lengths", "gates"):
        labels = [str(row[columns[0]]) for row in facts["rows"]]
        sizes = [reading(row[columns[1]]) or 0.0 for row in facts["rows"]]
        if kind == "lengths":
            axes.barh(labels, sizes, label=name)
            axes.invert_yaxis()
        else:
            axes.plot(sizes, labels, "|", markersize=20, label=name)
    else:
        _draw_curve(axes, kind, name, _numbers(facts, one))


def _draw_curve(axes: Any, kind: str, name: str, numbers: Drawn) -> None:
    if kind == "line":
        axes.plot(*numbers, marker="o", label=name)
    elif kind == "band":
        axes.fill_between(*numbers, alpha=0.5, label=name)
    elif kind == "bar":
        x, low, high = numbers
        middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        half = [(b - a) / 2 for a, b in zip(low, high, strict=True)]
        axes.errorbar(x, middle, half, fmt="o", capsize=3, label=name)
    else:
        first, last, high = numbers
        wide = [b - a for a, b in zip(first, last, strict=True)]
        axes.bar(first, high, wide, align="edge", alpha=0.5, label=name)


def _numbers(facts: dict[str, Any], one: dict[str, Any]) -> Drawn:
    """Return the columns of a mark as numbers, without rows in which one of them is missing."""
    column, value = one.get("where", (0, None))
    rows = [row for row in facts["rows"] if value is None or row[column] == value]
    found = [[reading(row[k]) for k in one["columns"]] for row in rows]
    whole = [[x for x in row if x is not None] for row in found]
    kept = [row for row in whole if len(row) == len(one["columns"])]
    return tuple([row[k] for row in kept] for k in range(len(one["columns"])))
