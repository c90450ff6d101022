"""Draw sharpness as SVG: for each law a line from what is necessary over what was measured to what is enough."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from lt_proofs.report.drawing import n, reading
from lt_proofs.report.signs import words

# sizes in units of the view box: its width, the room for names, a row, and the margins
WIDTH, NAMES, ROW, TOP, RIGHT = 640, 120, 62, 30, 40
LEGEND = (("necessary, proved", "two"), ("measured", "five"), ("enough, proved", "three"))


def sharpness_svg(rows: list[dict[str, str]]) -> Markup:
    """Draw the rows that have a measurement; the table beside the picture gives the same numbers."""
    shown = [row for row in rows if row["measured"] and reading(row["enough"]) is not None]
    most = max([reading(row["enough"]) or 0 for row in shown], default=1)
    high = TOP + ROW * len(shown) + 26
    parts = ['<title id="picture-sharpness">Samples that are necessary, measured and enough</title>']
    for number, (name, colour) in enumerate(LEGEND):
        x = NAMES + 170 * number
        parts.append(f'<circle class="point {colour}" cx="{x}" cy="12" r="5"></circle>')
        parts.append(f'<text class="key" x="{x + 11}" y="16">{name}</text>')
    for number, row in enumerate(shown):
        parts += _row(row, TOP + ROW * number + 34, most)
    if shown:
        # "samples, uniform law, eps = delta = 1/100": all rows are about the same accuracy
        axis = f"number of samples, {words(shown[0]['what'].split(', ')[2])}"
        middle = (NAMES + WIDTH - RIGHT) // 2
        parts.append(f'<text class="label" x="{middle}" y="{high - 8}" text-anchor="middle">{escape(axis)}</text>')
    head = f'<svg class="plot" viewBox="0 0 {WIDTH} {high}" role="img" aria-labelledby="picture-sharpness">'
    return Markup(head + "".join(parts) + "</svg>")


def _row(row: dict[str, str], y: int, most: float) -> list[str]:
    """Draw one line with its three numbers."""

    def at(text: str) -> float:
        return NAMES + (reading(text) or 0) / most * (WIDTH - NAMES - RIGHT)

    low, _, top = row["measured"].partition(" to ")
    ends = at(low), at(top or low)
    middle, first, last = sum(ends) / 2, at(row["necessary"]), at(row["enough"])
    measured = f"{low}–{top}" if top else low
    return [
        f'<text class="key" x="{NAMES - 16}" y="{y + 4}" text-anchor="end">{escape(row["what"].split(", ")[1])}</text>',
        f'<path class="grid" d="M{NAMES} {y}H{WIDTH - RIGHT}"></path>',
        f'<path class="span" d="M{n(first)} {y}H{n(last)}"></path>',
        f'<path class="span five" d="M{n(ends[0])} {y}H{n(ends[1])}"></path>',
        *(
            f'<circle class="point {colour}" cx="{n(x)}" cy="{y}" r="6"></circle>'
            f'<text class="number" x="{n(x)}" y="{line}" text-anchor="middle">{escape(text)}</text>'
            # the measured number stands below, for it may be close to the others
            for x, text, colour, line in (
                (first, row["necessary"], "two", y - 12),
                (middle, measured, "five", y + 22),
                (last, row["enough"], "three", y - 12),
            )
        ),
    ]
