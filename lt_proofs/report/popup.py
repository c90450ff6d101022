"""The paper's second experiment as recorded in popup.json: curves of each network, and the cost of equal accuracy."""

from __future__ import annotations

from typing import Any

from lt_proofs.experiments.popup.summary import FORMAT
from lt_proofs.report.plots import axis, figure, mark

COLUMNS = ("variant", "removed", "kept per weight", "drawn per weight", "accuracy", "from", "to")
NAMES = {
    "trained": "the dense network, trained",
    "structure-linear": "structure without ReLU, searched",
    "structure-relu": "structure with ReLU, searched",
    "wide": "wide network, searched",
    "ticket": "ticket, constructed by SubsetSum",
}


def is_popup(data: Any) -> bool:
    """Whether the data is a result of ``lt-proofs popup``."""
    return isinstance(data, dict) and data.get("format") == FORMAT


def curves(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one plot for each network: test accuracy against kept weights per weight of the target."""
    return [_curves(data, network) for network in data["networks"]]


def _curves(data: dict[str, Any], network: dict[str, Any]) -> dict[str, Any]:
    """Plot the curves of one network."""
    # the trained network is the point at one kept weight per weight
    trained = {"removed": "0", "kept_per_weight": 1, "drawn_per_weight": 1, **network["trained"]}
    rows = [_row("trained", trained)]
    rows += [_row(curve["variant"], point) for curve in network["curves"] for point in curve["points"]]
    settings, widths = data["settings"], "-".join(map(str, network["widths"]))
    says = (
        f"Network {network['name']} ({widths}) on {settings['data']}, r = {settings['r']}, {settings['seeds']} seeds, "
        f"{data['split']['test']} test images; the epoch was chosen on {data['split']['validation']} others. A ticket "
        "may keep as many weights as the structure keeps when that fraction is removed. Intervals: "
        f"{data['interval']}. {' '.join(data['remarks'])} Published points: {data['published']['note']}."
    )
    # variants in the order of their first row, each once
    shown = list(dict.fromkeys(row[0] for row in rows))
    return figure(
        f"popup-{network['name']}", f"Structure against width: {network['name']}", says, COLUMNS, rows,
        x=axis("kept weights per weight of the target", ("0.01", "0.1", "1", "10"), log=True),
        y=axis("test accuracy", ("0", "0.25", "0.5", "0.75", "1")),
        marks=[{**mark("line", NAMES.get(name, name), 2, 4), "where": [0, name]} for name in shown],
    )  # fmt: skip


def _row(variant: str, point: dict[str, Any]) -> list[str]:
    """Return the table row of one point of a curve."""
    names = ("kept_per_weight", "drawn_per_weight", "mean", "low", "high")
    return [variant, str(point["removed"]), *(_text(point.get(name)) for name in names)]


def tables(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a table of the weights at equal accuracy, with the numbers sufficient and necessary by the theorems."""
    rows: list[list[str]] = []
    for network in data["networks"]:
        near = f"within {network['equal_accuracy']['margin']} of the trained network"
        for row in network["equal_accuracy"]["rows"]:
            drawn = _text(row.get("drawn_per_weight")) or "not reached"
            rows.append([network["name"], f"{row['variant']}, {near}", _text(row["kept_per_weight"]), drawn])
        for bound in network["bounds"]:
            what = f"{bound['claim']}, {bound['what']}, eps = {bound['eps']}"
            rows.append([network["name"], what, "", _text(bound["drawn_per_weight"])])
    columns = ["network", "what", "kept per weight of the target", "drawn per weight of the target"]
    return [{"name": "weights per weight of the target", "columns": columns, "rows": rows, "left_out": 0}]


def _text(value: Any) -> str:
    """Write a number with four significant digits; an empty text for none."""
    return "" if value is None else f"{value:.4g}"
