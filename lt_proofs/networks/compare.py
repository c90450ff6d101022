"""How far two networks can be apart: bounds that the checker has accepted, beside what an attack finds.

>>> from fractions import Fraction
>>> from lt_proofs.networks import digits, prune
>>> from lt_proofs.networks.domains import Ball
>>> from lt_proofs.networks.pairs import pair_of_pruned
>>> found = compare_on(pair_of_pruned(prune(digits.target(), Fraction(1, 10))), Ball(Fraction(1)))
>>> 0 < found.found <= found.bound
True
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.certificates.checking import CheckerAnswer
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import check_folder
from lt_proofs.networks.attack import climb, largest_difference
from lt_proofs.networks.certified import REPLACEABLE, certify_difference, certify_regions, region_work
from lt_proofs.networks.domains import Box, Domain
from lt_proofs.networks.exact_forward import difference_at
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.pair_norms import bound_by_norms
from lt_proofs.networks.pairs import NetworkPair
from lt_proofs.networks.partial import Partial
from lt_proofs.networks.regions import Regions, bound_regions, check_regions, places_near
from lt_proofs.networks.splitting import SplitDomain, split_domain

Reals = NDArray[np.float64]
Progress = Callable[[int, int], None]
# leaves of a tree, unless more are asked for: as many as this number of multiply-adds can bound, within these limits
SEARCH, FEWEST_LEAVES, MOST_LEAVES = 1 << 37, 16, 2048
# the work that the checker may spend on a tree, as a multiple of what a file costs by default
MOST_WORK = 4
# regions whose climbs are done at a time; inputs that are bounded, and seconds of a search, between two writings of
# what is found, of which the latter grow
BATCH, PART, FIRST_STRETCH = 256, 512, 20.0


@dataclass(frozen=True)
class Compared:
    """A certified bound of the Euclidean distance of outputs, and the largest distance that an attack found.

    ``regions`` is None for a domain; otherwise ``bound`` and ``found`` are the largest of all regions. ``work`` is what
    the checker was allowed to spend on a file, None for the default.
    """

    domain: Domain | None
    bound: Fraction
    found: Fraction
    seconds: float
    answers: tuple[CheckerAnswer, ...]
    leaves: int = 1
    by_norms: bool = False
    regions: Near | None = None
    work: int | None = None

    @property
    def ratio(self) -> float | None:
        """The bound divided by what was found, of regions the median; None where no difference was found."""
        if self.regions is not None:
            return self.regions.ratio
        return float(self.bound / self.found) if self.found else None


@dataclass(frozen=True)
class Near:
    """What holds near each of some inputs: bounds, what climbs from the inputs found (floats), and classes or None."""

    radius: Fraction
    norm: str
    box: Box | None
    bounds: tuple[Fraction, ...]
    found: Reals
    classes: tuple[int | None, ...]

    @property
    def proved_class(self) -> int:
        """For how many inputs both networks give the same class everywhere in the region."""
        return sum(label is not None for label in self.classes)

    @property
    def ratios(self) -> Reals:
        """The bounds divided by what was found, where anything was."""
        bounds = np.array([float(bound) for bound in self.bounds])
        return bounds[self.found > 0] / self.found[self.found > 0]

    @property
    def ratio(self) -> float | None:
        """The median of the ratios."""
        return float(np.median(self.ratios)) if self.ratios.size else None


def compare_on(
    pair: NetworkPair,
    domain: Domain,
    *,
    error: Fraction | None = None,
    folder: Path | None = None,
    leaves: int | None = None,
    seconds: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Compared:
    """Bound the difference of two networks on a domain; the checker has accepted the bound.

    ``error`` is a goal: the search ends where the bound reaches it. ``leaves`` and ``seconds`` limit the search. The
    certificate is written to ``folder``, if one is named; the tree is kept beside it until then, so that a search goes
    on after an interruption. ``progress`` is called with (leaves, most leaves). Raises BadInput for a domain that does
    not fit, Unsolved if the checker refuses.
    """
    began = time.perf_counter()
    _check_place(folder, force=force)
    by_norms, norms = bound_by_norms(pair, domain)
    most = leaves or affordable_leaves(pair)
    # the checker rounds upwards, so the search aims a little below the goal
    goal = None if error is None else float(error) * (1 - 2.0**-9)
    if error is not None and by_norms <= error:
        most = 1
    partial = Partial(folder, pair, {"domain": domain.data})
    split = _searched(pair, domain, goal, most, seconds, partial, progress)
    found = largest_difference(pair, pair.places(domain), split.worst)
    work = tree_work(pair, split)
    with _folder(folder) as place:
        done = certify_difference(
            pair, domain, split, place, norms=norms if by_norms <= split.bound else None,
            by_norms=by_norms, work=work, force=force,
        )  # fmt: skip
    partial.remove()
    return Compared(
        domain, done.bounds[0], found.size, time.perf_counter() - began, done.answers, split.leaves,
        by_norms <= split.bound, work=work,
    )  # fmt: skip


def compare_near(
    pair: NetworkPair,
    inputs: Reals,
    radius: Fraction,
    norm: str = "inf",
    box: Box | None = None,
    *,
    folder: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Compared:
    """Bound the difference near each input, and the class of both networks there; the checker has accepted it all.

    A region holds what is within the radius of its input, in every coordinate or in Euclidean norm, and inside the box.
    Certificates are written to ``folder``, if one is named; bounds, and the checker's answers, are kept beside it until
    then, so that the work goes on after an interruption. ``progress`` is called with (done, in all) where each input
    counts twice: it is bounded, then checked. Raises BadInput as `bound_regions` does, Unsolved if the checker refuses.
    """
    began = time.perf_counter()
    _check_place(folder, force=force)
    check_regions(pair, inputs, radius, norm, box)
    question = {
        "inputs": hashlib.sha256(np.ascontiguousarray(inputs).tobytes()).hexdigest(),
        "radius": rational_text(radius),
        "norm": norm,
        "box": None if box is None else box.data,
    }
    partial = Partial(folder, pair, question)
    regions = _bounded(pair, Regions(inputs, radius, norm, box, np.empty(0), np.empty(0, np.int64)), partial, progress)
    kept = partial.read()
    answers, total = kept.get("answers", {}), len(inputs)

    def checked(count: int, _: int) -> None:
        if partial.due():
            partial.write({**kept, "answers": answers})
        if progress is not None:
            progress(total + count, 2 * total)

    try:
        with _folder(folder) as place:
            done = certify_regions(pair, regions, place, force=force, known=answers, progress=checked)
    except KeyboardInterrupt:
        partial.write({**kept, "answers": answers})
        raise
    partial.remove()
    points = points_near(pair, regions)
    ours, theirs = pair.forward(points)
    found = np.linalg.norm(ours - theirs, axis=1)
    size = difference_at(pair, points[int(np.argmax(found))])
    near = Near(radius, norm, box, done.bounds, found, done.classes)
    return Compared(None, max(done.bounds), size, time.perf_counter() - began, done.answers, regions=near)


def _searched(
    pair: NetworkPair,
    domain: Domain,
    goal: float | None,
    leaves: int,
    seconds: float | None,
    partial: Partial,
    progress: Progress | None,
) -> SplitDomain:
    """SplitDomain the domain in longer and longer stretches of time, and keep the tree after each."""
    began, stretch = time.monotonic(), FIRST_STRETCH
    kept = partial.read().get("tree")
    tree = bytes.fromhex(kept) if isinstance(kept, str) else None
    shown = None if progress is None else lambda done, total, _: progress(done, total)
    while True:
        left = np.inf if seconds is None else seconds - (time.monotonic() - began)
        limit, start = min(stretch, left), time.monotonic()
        limits: dict[str, Any] = {"goal": goal, "leaves": leaves, "seconds": max(limit, 0)}
        split: SplitDomain = split_domain(pair, domain, **limits, start=tree, progress=shown)
        if time.monotonic() - start < limit or left <= limit:
            return split
        tree = split.tree
        partial.write({"tree": tree.hex()})
        stretch *= 2


def _bounded(pair: NetworkPair, regions: Regions, partial: Partial, progress: Progress | None) -> Regions:
    """Bound the regions, a part at a time, and keep what is found after each part."""
    total, kept = len(regions.inputs), partial.read()
    bounds = [float.fromhex(bound) for bound in kept.get("bounds", [])]
    classes = list(kept.get("classes", []))

    def keep() -> None:
        partial.write({**kept, "bounds": [bound.hex() for bound in bounds], "classes": classes})

    try:
        for at in range(len(bounds), total, PART):
            rows = regions.inputs[at : at + PART]
            shown = None if progress is None else lambda done, _, at=at: progress(at + done, 2 * total)
            part = bound_regions(pair, rows, regions.radius, regions.norm, regions.box, shown)
            bounds += part.bounds.tolist()
            classes += part.classes.tolist()
            if partial.due():
                keep()
    finally:
        keep()
    return replace(regions, bounds=np.array(bounds), classes=np.array(classes, np.int64))


def _check_place(folder: Path | None, *, force: bool) -> None:
    """Raise BadInput, before any work, unless the certificates may be written there."""
    if folder is not None:
        check_folder(folder, REPLACEABLE if force else None)


def points_near(pair: NetworkPair, regions: Regions) -> Reals:
    """Return for each region a point in it at which the networks differ much, found by a climb from its input."""
    # the margin keeps what floats round within the region
    radius = float(regions.radius) * (1 - 2.0**-30)
    rows = np.asarray(regions.inputs, np.float64)
    parts = []
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        parts.append(climb(pair, places_near(pair, some, radius, regions.norm, regions.box), some))
    return np.vstack(parts)


def affordable_leaves(pair: NetworkPair) -> int:
    """Return for how many leaves the search, and the checker, have time."""
    sizes = [first.shape for first, _, _ in pair.layers]
    once = sum(2 * rows * columns * later for k, (rows, columns) in enumerate(sizes) for later, _ in sizes[k:])
    checked = MOST_WORK * LIMITS["work"] // (2 * region_work(pair))
    return int(np.clip(min(SEARCH // (2 * pair.inputs * once), checked), FEWEST_LEAVES, MOST_LEAVES))


def checkable_leaves(pair: NetworkPair) -> int:
    """Return for how many leaves the checker's default work is enough."""
    return max(1, int(LIMITS["work"]) // (3 * region_work(pair)))


def tree_work(pair: NetworkPair, split: SplitDomain) -> int | None:
    """Return what the checker is to be allowed for a tree; None where the default is enough."""
    expected = 3 * split.leaves * region_work(pair)
    return None if expected <= LIMITS["work"] else expected


@contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    """Yield the folder, or a new name in a temporary one that is removed afterwards."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        yield Path(place) / "comparison"
