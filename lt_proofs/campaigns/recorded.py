"""The campaigns whose certificates are part of the package, and how to make them again, byte by byte."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from lt_proofs.campaigns.campaign import Campaign, FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.certificate import write_certificate
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.laws import LAWS, Sampler
from lt_proofs.subset_sum.threads import Progress
from lt_proofs.tables import LAWS as FILES

LEVEL = Fraction(999, 1000)
SEED = 2006
MILLION = 1 << 20
EPS = Fraction(1, 100)

# the laws of which campaigns are kept, and what their files say about these
RECORDED: dict[str, dict[str, Any]] = {name: row["recorded"] for name, row in FILES.items() if "recorded" in row}
# law, 1/eps, and about the number of samples that covers in 99 % of all trials; the report's plots read these
CURVES = tuple(
    (LAWS[name], int(size), middle) for name, row in RECORDED.items() for size, middle in row["middles"].items()
)


def _curve(law: Sampler, size: int, middle: int) -> tuple[Campaign, int, tuple[int, ...]]:
    """Return first passages, a number of trials, and numbers n: all near the middle, in steps elsewhere."""
    near, step = range(middle - 3, middle + 4), max(2, middle // 8)
    ns = sorted({*near, *range(step, middle - 3, step), *range(middle + 3 + step, 2 * middle, step)})
    return FirstPassage(SEED, law, Fraction(1, size), 4 * middle), 1 << 16, tuple(ns)


# name of the file -> campaign, trials, and the numbers n that it is asked about
CAMPAIGNS: dict[str, tuple[Campaign, int, tuple[int, ...]]] = {
    **{
        f"growth-{name}": (Growth(SEED, LAWS[name], EPS, row["steps"]), MILLION, (1, 2))
        for name, row in RECORDED.items()
    },
    **{
        f"passage-{name}": (FirstPassage(SEED, LAWS[name], EPS, LAWS[name].most), MILLION, tuple(row["asked"]))
        for name, row in RECORDED.items()
    },
    **{f"curve-{law.name}-{size}": _curve(law, size, middle) for law, size, middle in CURVES},
    "network-4-4-4": (NetworkPassage(SEED, (4, 4, 4), Fraction(1, 2), 320), 1 << 16, (60, 80, 100, 120, 200, 276)),
}


def recorded_text(name: str) -> str:
    """Return the text of a recorded campaign's certificate."""
    return files("lt_proofs.campaigns").joinpath(f"data/{name}.json").read_text("ascii")


def record_campaigns(folder: Path, names: tuple[str, ...] = tuple(CAMPAIGNS), progress: Progress | None = None) -> None:
    """Run the campaigns again and write their certificates into a folder; the bytes are the same each time."""
    for name in names:
        campaign, trials, ns = CAMPAIGNS[name]
        outcome = run(campaign, trials, on_threads(), Design(ns, LEVEL), progress=progress)
        write_certificate(folder / f"{name}.json", outcome, name)
