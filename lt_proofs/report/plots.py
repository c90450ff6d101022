"""The facts behind the plots: for each one a table, and how its columns are drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np

from lt_proofs.bounds.closed_form import closed_form
from lt_proofs.bounds.gap import gap
from lt_proofs.bounds.lower import information_limit
from lt_proofs.bounds.reach import reach_limit
from lt_proofs.campaigns.recorded import CAMPAIGNS, CURVES, RECORDED, recorded_text
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.kernels.philox import UNIFORM_BITS, block_of_words, uniform_odd
from lt_proofs.laws import UNIFORM
from lt_proofs.networks.prune import Pruned
from lt_proofs.tables import NAMES

DELTA = Fraction(1, 100)
EPSILONS = tuple(Fraction(1, size) for size in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000))
SIZES, GAP_EPSILONS = (2, 10, 100, 1000, 10000), tuple(Fraction(1, 10**k) for k in (1, 2, 3, 4, 6, 8))
PICTURE_EPS, PICTURE_SEED = Fraction(1, 10), 9
PARTS = 10

Cells = list[Any]
Rows = list[tuple[int, Fraction, Fraction]]
Chains = dict[tuple[str, Fraction], dict[str, Any]]
"""Results of certified chains by law and eps."""


def figures(pruned: Pruned, chains: Chains) -> list[dict[str, Any]]:
    """Return all plots of the report in order."""
    needed = [samples_needed(law, chains) for law in NAMES]
    return [growing_coverage(), *needed, coverage_probability(), gaps(), weight_errors(pruned)]


def figure(name: str, title: str, says: str, columns: Sequence[str], rows: list[Cells], **drawn: Any) -> dict[str, Any]:
    """Return one plot; cells are texts of exact numbers, or of numbers rounded in the safe direction, or empty."""
    return {
        "id": name, "title": title, "says": says, "columns": list(columns), "rows": rows, "drawn": drawn,
    }  # fmt: skip


def axis(label: str, ticks: Sequence[str], *, log: bool = False) -> dict[str, Any]:
    """Return an axis that reaches from its first tick to its last."""
    return {"label": label, "ticks": list(ticks), "log": log}


def ticks_to(most: int) -> list[str]:
    """Return at most six ticks from 0 on, at whole multiples of 1, 2 or 5 times a power of ten, the last >= most.

    >>> ticks_to(87)
    ['0', '20', '40', '60', '80', '100']
    """
    step = next(digit * 10**power for power in count() for digit in (1, 2, 5) if 5 * digit * 10**power >= most)
    return [str(k * step) for k in range(-(-most // step) + 1)]


def mark(kind: str, name: str, *columns: int) -> dict[str, Any]:
    """Return a mark: a kind of drawing, its name, and the columns it uses (x and y, or x, low and high)."""
    return {"kind": kind, "name": name, "columns": list(columns)}


def recorded_rows(name: str) -> Rows:
    """Return the rows (n, low, high) of a recorded campaign: the confidence interval of the probability for each n."""
    statement = json.loads(recorded_text(name))["statement"]
    return [(row[0], Fraction(row[2]), Fraction(row[3])) for row in statement["rows"]]


def samples_needed(law: str, chains: Chains) -> dict[str, Any]:
    """Plot n against ε for one law: the information limit, measured numbers, and certified numbers."""
    measured = {
        Fraction(1, size): between(recorded_rows(f"curve-{law}-{size}")) for x, size, _ in CURVES if x.name == law
    }
    rows: list[Cells] = []
    for eps in EPSILONS:
        low, high = measured.get(eps, ("", ""))
        closed = str(closed_form(law, eps, DELTA).value)
        chain = chains.get((law, eps))
        sharper = chain["samples"] if chain is not None and chain["state"] == "accepted" else ""
        least = reach_limit(law, eps, DELTA)
        needed = str(max(information_limit(eps).value, 0 if least is None else least.value))
        rows.append([rational_text(eps), needed, low, high, sharper, closed])
    says = (
        f"Number of samples of the {law} law after which all of [-1, 1] is covered with probability "
        f"{rational_text(1 - DELTA)}. Lowest curve: fewer are proved not to suffice. Bars: the range in which recorded "
        "campaigns place the number, at their confidence level. Above: numbers proved sufficient."
    )
    columns = ("ε", "necessary", "measured, from", "measured, to", "certified chain", "closed form")
    return figure(
        f"samples-{law}", f"How many samples are needed, {law} law", says, columns, rows,
        x=axis("ε", ("1", "1/10", "1/100", "1/1000", "1/10000"), log=True),
        y=axis("samples n", ticks_to(max(int(row[-1]) for row in rows))),
        marks=[
            mark("line", "closed form, proved", 0, 5), mark("line", "necessary, proved", 0, 1),
            mark("bar", "measured, statistical", 0, 2, 3), mark("line", "certified chain, proved", 0, 4),
        ],
    )  # fmt: skip


def between(rows: Rows, wanted: Fraction = 1 - DELTA) -> tuple[str, str]:
    """Return the range in which the intervals place the least n with coverage probability at least ``wanted``.

    Its low end is one more than the last n whose interval lies below ``wanted``, its high end the first n whose
    interval lies above; either is empty if there is none.
    """
    # coverage probability increases with n, so every n below one that is too small is too small
    short = [n for n, _, high in rows if high < wanted]
    enough = [n for n, low, _ in rows if low >= wanted]
    return str(max(short) + 1) if short else "", str(min(enough)) if enough else ""


def coverage_probability() -> dict[str, Any]:
    """Plot the probability that n samples cover, for each law, as a band of confidence intervals."""
    names = tuple(RECORDED)
    found = {name: {n: ends for n, *ends in recorded_rows(f"curve-{name}-100")} for name in names}
    counts = sorted(set().union(*found.values()))
    rows: list[Cells] = []
    for n in counts:
        cells = [found[name].get(n) for name in names]
        # intervals are rounded outward, so that a printed interval still has its level
        ends = [(_decimal(c[0], up=False), _decimal(c[1], up=True)) if c else ("", "") for c in cells]
        rows.append([str(n), *(text for pair in ends for text in pair)])
    _, trials, _ = CAMPAIGNS["curve-uniform-100"]
    says = (
        f"The fraction of {trials} recorded trials of each law in which the first n samples cover [-1, 1] at eps = "
        "1/100; the bands are confidence intervals with simultaneous level 999/1000 for all n of a law."
    )
    columns = ["n", *(f"{name}, {end}" for name in names for end in ("from", "to"))]
    return figure(
        "coverage", "How likely n samples are to cover", says, columns, rows,
        x=axis("samples n", ("0", "20", "40", "60", "80", "100", "120")),
        y=axis("probability of coverage", ("0", "0.25", "0.5", "0.75", "1")),
        marks=[mark("band", f"{name} law", 0, 1 + 2 * k, 2 + 2 * k) for k, name in enumerate(names)],
    )  # fmt: skip


def growing_coverage() -> dict[str, Any]:
    """Plot the part of the window that the subset sums of the first n samples of one trial cover, for growing n."""
    sums, rows, step = {Fraction(0)}, [], 0
    cover = _covered(sums)
    rows.append(["0", "", _share(cover), cover])
    # the picture ends with the first sample after which the whole window is covered
    while cover != [["-1", "1"]]:
        sample = _drawn(step)
        sums |= {old + sample for old in sums}
        step += 1
        cover = _covered(sums)
        rows.append([str(step), _decimal(sample, up=False), _share(cover), cover])
    says = (
        f"One trial of the uniform law (seed {PICTURE_SEED}), sample by sample: the part of [-1, 1] that is within "
        f"eps = {rational_text(PICTURE_EPS)} of a subset sum. Each sample adds a translated copy of the covered part; "
        "where the copy meets gaps, coverage grows. The proof bounds from below how much it grows on average."
    )
    columns = ("n", "sample drawn", "covered fraction", "covered part")
    return figure(
        "growing", "Coverage of one trial, sample by sample", says, columns, rows,
        x=axis("window", ("-1", "-1/2", "0", "1/2", "1")), y=axis("samples n", ()),
        marks=[mark("spans", "covered part", 3)],
    )  # fmt: skip


def _drawn(index: int) -> Fraction:
    """Return sample number ``index`` of the first trial of a campaign of the uniform law, exactly."""
    place = (np.uint64(PICTURE_SEED), np.uint64(UNIFORM.stream), np.uint64(0), np.uint64(index // 4))
    return Fraction(uniform_odd(np.uint64(block_of_words(*place)[index % 4])), 1 << UNIFORM_BITS)


def _covered(sums: set[Fraction]) -> list[list[str]]:
    """Return the intervals of [-1, 1] within the tolerance of a sum, their ends rounded inward."""
    parts: list[list[Fraction]] = []
    for centre in sorted(sums):
        low, high = max(centre - PICTURE_EPS, Fraction(-1)), min(centre + PICTURE_EPS, Fraction(1))
        # sums far outside the window cover nothing of it
        if low >= high:
            continue
        if parts and low <= parts[-1][1]:
            parts[-1][1] = max(parts[-1][1], high)
        else:
            parts.append([low, high])
    return [[_decimal(low, up=True), _decimal(high, up=False)] for low, high in parts]


def _share(cover: list[list[str]]) -> str:
    """Return the covered fraction of [-1, 1], rounded down."""
    return _decimal(sum((Fraction(high) - Fraction(low) for low, high in cover), Fraction(0)) / 2, up=False)


def _decimal(value: Fraction, *, up: bool) -> str:
    """Write a number with at most four decimals, rounded up or down."""
    text = decimal_text(value, 4, up=up)
    return text.rstrip("0").rstrip(".") if "." in text else text


def gaps() -> dict[str, Any]:
    """Plot the ratio of the hidden width sufficient by Theorem 1 to the width necessary by Theorem 2."""
    rows: list[Cells] = []
    for size in SIZES:
        for eps in GAP_EPSILONS:
            found = gap(size, eps)
            ratio = "" if found.ratio is None else decimal_text(found.ratio, 1, up=True)
            rows.append([str(size), rational_text(eps), str(found.lower), str(found.upper), ratio])
    says = (
        "Hidden width of two random layers for all maps x -> W x with W of size d x d and norm at most 1, each within "
        "eps with probability 1/2: the width necessary by Theorem 2, the width sufficient by Theorem 1, their ratio."
    )
    groups = [(str(size), f"d = {size}") for size in SIZES]
    return figure(
        "gap", "The gap between the two theorems", says, ("d", "ε", "necessary width", "enough", "ratio"), rows,
        x=axis("ε", ("1/10", "1/100", "1/10000", "1/1000000", "1/100000000"), log=True),
        y=axis("enough / necessary", ("10", "100", "1000"), log=True),
        marks=[{**mark("line", name, 1, 4), "where": [0, value]} for value, name in groups],
    )  # fmt: skip


def weight_errors(pruned: Pruned) -> dict[str, Any]:
    """Plot a histogram of the distances of the pruned network's weights from those of its target."""
    unit, counts = 1 << 48, []
    for wanted, masks in zip(pruned.wanted_sums, pruned.masks, strict=True):
        # axis 0 holds the signs of the input
        largest = np.abs(wanted.error_units(masks.sums)).max(axis=0)
        ends = [int(pruned.eps * part * unit / (PARTS * 2**wanted.scale)) for part in range(PARTS + 1)]
        counts.append([int(((ends[k] <= largest) & (largest < ends[k + 1])).sum()) for k in range(PARTS)])
    rows: list[Cells] = [
        [
            rational_text(pruned.eps * k / PARTS),
            rational_text(pruned.eps * (k + 1) / PARTS),
            *(str(c[k]) for c in counts),
        ]
        for k in range(PARTS)
    ]
    # ticks at multiples of a power of ten, from 0 to beyond the largest count
    most = max(map(max, counts))
    step = 10 ** (len(str(most)) - 1)
    ticks = [str(k * step) for k in range(most // step + 2)]
    says = (
        f"The {pruned.weights} weights of the digits network, by the distance of each from its sum of kept products; "
        "in the first layer the larger distance of the two signs counts. The search keeps the fewest products within "
        "eps, so the errors are spread over the whole tolerance."
    )
    return figure(
        "errors", "Errors of the pruned network's weights", says,
        ("error from", "to below", *(f"layer {k}" for k in range(1, len(counts) + 1))), rows,
        x=axis("distance of a weight from its target", ("0", *(rational_text(pruned.eps * k / 2) for k in (1, 2)))),
        y=axis("weights", ticks),
        marks=[mark("columns", f"layer {k}", 0, 1, 1 + k) for k in range(1, len(counts) + 1)],
    )  # fmt: skip
