"""Run a sweep: every run is stored in a ledger as soon as it is complete, so an interrupted sweep can be resumed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from lt_proofs.campaigns.ledger import SCHEMA, Ledger
from lt_proofs.errors import BadInput, Malformed, install_extra
from lt_proofs.exact.rational import rational_text
from lt_proofs.experiments.popup.images import Split
from lt_proofs.experiments.popup.settings import Settings, kept_of

T = TypeVar("T")
Progress = Callable[[int, int], None]
# parts of a run with separate random generators
CONVOLUTIONS, TRAINED, SEARCH = 0, 1, 2
RATE = 0.1
# learning rates: a dense network that fails to train (fewer than half of the validation images correct) is trained
# again with the next smaller rate
DENSE_RATES = (RATE, RATE / 10, RATE / 100)


def require_torch() -> None:
    """Raise BadInput that names the extra if torch is not installed."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise BadInput("popup", "without PyTorch", install_extra("torch")) from None


def require_device(device: str) -> None:
    """Raise BadInput if torch cannot compute on the device."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise BadInput("--device", device, "torch finds no GPU; leave the option out")


class RunLedger(Ledger):
    """A ledger whose rows are the records of the runs of one sweep, by name."""

    schema: ClassVar[dict[str, str]] = {
        "campaign": SCHEMA["campaign"],
        "runs": "CREATE TABLE runs (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID",
    }

    def records(self) -> dict[str, dict[str, Any]]:
        """Return all records by the names of their runs; raise Malformed if one is not JSON."""
        rows = self._rows("SELECT name, record FROM runs")
        try:
            return {name: dict(json.loads(record)) for name, record in rows}
        except (ValueError, TypeError, RecursionError):
            raise Malformed(self.path, "the record of a run is not a JSON object") from None

    def keep(self, name: str, record: dict[str, Any]) -> None:
        """Store the record of a run; it is on disk when this returns."""
        self._commit("INSERT OR REPLACE INTO runs VALUES (?, ?)", [(name, json.dumps(record))])


@dataclass(frozen=True)
class Run:
    """One training, one search for a subnetwork, or one construction of a ticket."""

    network: str
    seed: int
    variant: str
    removed: Fraction = Fraction(0)

    @property
    def name(self) -> str:
        """The name of the run in the ledger."""
        ending = "" if self.variant == "trained" else f" {rational_text(self.removed)}"
        return f"{self.network} {self.seed} {self.variant}{ending}"


def runs_of(settings: Settings) -> list[Run]:
    """Return every run of the sweep; runs that share a trained network are consecutive."""
    return [
        run
        for network in settings.networks
        for seed in range(settings.seeds)
        for run in _runs_for(settings, network, seed)
    ]


def _runs_for(settings: Settings, network: str, seed: int) -> Iterator[Run]:
    """Yield the runs of one network and seed, the dense network first."""
    yield Run(network, seed, "trained")
    for variant in settings.variants:
        for removed in settings.fractions:
            yield Run(network, seed, variant, removed)


@dataclass
class Sweep:
    """A sweep in progress; what runs of the same network and seed have in common is computed once."""

    settings: Settings
    split: Split
    _shared: dict[str, Any] = field(default_factory=dict)

    def all(self, ledger: RunLedger | None = None, progress: Progress | None = None) -> dict[str, dict[str, Any]]:
        """Return the records of all runs; runs whose records are in the ledger are not repeated.

        ``progress`` is called with (runs done, runs) before each run.
        """
        from lt_proofs.experiments.popup.training import threads

        records = {} if ledger is None else ledger.records()
        runs = runs_of(self.settings)
        with threads(self.settings.threads):
            for done, run in enumerate(runs):
                if progress is not None:
                    progress(done, len(runs))
                # written before the next run begins, so an interruption loses one run at most
                if run.name not in records:
                    records[run.name] = self._timed(run)
                    if ledger is not None:
                        ledger.keep(run.name, records[run.name])
        return {run.name: records[run.name] for run in runs}

    def _timed(self, run: Run) -> dict[str, Any]:
        """Perform a run and add its wall and processor seconds."""
        start, processor = time.perf_counter(), time.process_time()
        record = self.record(run)
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        return {**record, "seconds": round(seconds, 3), "processor_seconds": round(processor, 3)}

    def widths(self, network: str, seed: int = 0) -> tuple[int, ...]:
        """Return the widths of the target, inputs and outputs included."""
        # the input width is known only after the images have been loaded or convolved
        inputs = self._images(network, seed).training.images.shape[1]
        return (inputs, *self.settings.shape(network).hidden, self.split.classes)

    def record(self, run: Run) -> dict[str, Any]:
        """Perform one run and return its record."""
        if run.variant == "trained":
            return self._trained(run.network, run.seed)[0]
        if run.variant == "ticket":
            return self._ticket(run)
        return self._searched(run)

    def _searched(self, run: Run) -> dict[str, Any]:
        """Search a random network by edge-popup and return the record."""
        from lt_proofs.experiments.popup.networks import random_network
        from lt_proofs.experiments.popup.training import generator

        # weights depend on the seed alone, so all fractions of a variant prune the same random network
        numbers = generator(run.seed, SEARCH)
        widths = self.widths(run.network, run.seed)
        network = random_network(run.variant, widths, self.settings.r, run.removed, run.seed, numbers)
        return {**self._fit(network, run, numbers), "drawn": network.drawn, "kept": network.kept}

    def _fit(self, network: Any, run: Run, numbers: Any, rate: float = RATE) -> dict[str, Any]:
        """Train a network, or its scores, and return the chosen epoch and the numbers of correct images."""
        from lt_proofs.experiments.popup.training import train

        images, settings = self._images(run.network, run.seed), self.settings
        fit = train(network, images, settings.epochs, settings.batch, numbers, settings.device, rate)
        return {"epoch": fit.epoch, "validation": fit.validation, "test": fit.test}

    def _trained(self, network: str, seed: int) -> tuple[dict[str, Any], list[Any]]:
        """Return the record of the dense network and its weight matrices."""
        return self._once("trained", network, seed, lambda: self._train(network, seed))

    def _train(self, network: str, seed: int) -> tuple[dict[str, Any], list[Any]]:
        """Train the dense network, again with smaller rates if it fails; return the best on the validation images."""
        from lt_proofs.experiments.popup.networks import trained_network
        from lt_proofs.experiments.popup.training import generator

        found: list[tuple[dict[str, Any], list[Any]]] = []
        for rate in DENSE_RATES:
            numbers = generator(seed, TRAINED)
            trained = trained_network(self.widths(network, seed), numbers)
            record = self._fit(trained, Run(network, seed, "trained"), numbers, rate)
            found.append((record, [layer.weights.detach().cpu().numpy() for layer in trained.layers]))
            if 2 * record["validation"] >= len(self.split.validation):
                break
        # judged by validation images only; test images never influence a choice
        return max(found, key=lambda pair: int(pair[0]["validation"]))

    def _ticket(self, run: Run) -> dict[str, Any]:
        """Construct the ticket for the trained network within the budget of the structure."""
        from lt_proofs.experiments.popup.tickets import finest_ticket, record_of, target_of

        target = target_of(self._trained(run.network, run.seed)[1])
        kept = finest_ticket(target, self._budget(run), run.seed)
        if kept is None:
            return record_of(None)
        images = self._images(run.network, run.seed)
        parts = {"validation": images.validation, "test": images.test}
        return record_of(kept, **{name: kept.right(part.images, part.labels) for name, part in parts.items()})

    def _budget(self, run: Run) -> int:
        """Return the number of weights that the structure keeps when that fraction is removed."""
        widths, r = self.widths(run.network, run.seed), self.settings.r
        return sum(kept_of(size, run.removed) for one, other in pairwise(widths) for size in (r * one, r * one * other))

    def _images(self, network: str, seed: int) -> Split:
        """Return the inputs of the fully connected part: the images, or their features by random convolutions."""
        if not self.settings.shape(network).convolutions:
            return self.split

        def convolved() -> Split:
            from lt_proofs.experiments.popup.networks import features
            from lt_proofs.experiments.popup.training import generator

            return features(self.split, generator(seed, CONVOLUTIONS))

        return self._once("features", network, seed, convolved)

    def _once(self, what: str, network: str, seed: int, make: Callable[[], T]) -> T:
        """Return a value shared by the runs of this network and seed, made on first use.

        Values of other networks and seeds are dropped: runs are ordered so that they are no longer needed.
        """
        if self._shared.get("for") != (network, seed):
            self._shared = {"for": (network, seed)}
        if what not in self._shared:
            self._shared[what] = make()
        made: T = self._shared[what]
        return made


def open_ledger(path: Path, settings: Settings, split: Split, *, resume: bool) -> RunLedger:
    """Open the ledger of the sweep; raise BadInput if the file belongs to another sweep."""
    parameters = {"experiment": "popup", **settings.described(), "images": split.digest}
    return RunLedger.open(path, parameters, resume=resume)
