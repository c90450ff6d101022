"""All runs of a sweep, each kept in a ledger as soon as it is done, so that a killed sweep goes on where it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from lt_proofs.errors import BadInput, Malformed, install_extra
from lt_proofs.evidence.ledger import SCHEMA, Ledger
from lt_proofs.exact.rational import rational_text
from lt_proofs.experiments.popup.images import Split
from lt_proofs.experiments.popup.settings import Settings, kept_of

T = TypeVar("T")
Progress = Callable[[int, int], None]
# parts of a run that draw numbers of their own
CONVOLUTIONS, TRAINED, SEARCH = 0, 1, 2
RATE = 0.1
# a dense network that collapses, less than half of its validation images right, is trained again more slowly
DENSE_RATES = (RATE, RATE / 10, RATE / 100)


def require_torch() -> None:
    """Raise BadInput that names the extra where torch is missing."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise BadInput("popup", "without PyTorch", install_extra("torch")) from None


def require_device(device: str) -> None:
    """Raise BadInput where torch cannot compute there."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise BadInput("--device", device, "torch sees no GPU here; leave it out")


class RunLedger(Ledger):
    """The records of the runs of one sweep."""

    schema: ClassVar[dict[str, str]] = {
        "campaign": SCHEMA["campaign"],
        "runs": "CREATE TABLE runs (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID",
    }

    def records(self) -> dict[str, dict[str, Any]]:
        """All records by the names of their runs."""
        rows = self._rows("SELECT name, record FROM runs")
        try:
            return {name: dict(json.loads(record)) for name, record in rows}
        except (ValueError, TypeError, RecursionError):
            raise Malformed(self.path, "a record of a run does not hold together") from None

    def keep(self, name: str, record: dict[str, Any]) -> None:
        """Keep the record of a run; it is on disk when this returns."""
        self._commit("INSERT OR REPLACE INTO runs VALUES (?, ?)", [(name, json.dumps(record))])


@dataclass(frozen=True)
class Run:
    """One training, search or construction."""

    network: str
    seed: int
    variant: str
    removed: Fraction = Fraction(0)

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        ending = "" if self.variant == "trained" else f" {rational_text(self.removed)}"
        return f"{self.network} {self.seed} {self.variant}{ending}"


def runs_of(settings: Settings) -> list[Run]:
    """Every run of the sweep, those of one trained network together."""
    return [
        run
        for network in settings.networks
        for seed in range(settings.seeds)
        for run in _runs_for(settings, network, seed)
    ]


def _runs_for(settings: Settings, network: str, seed: int) -> Iterator[Run]:
    yield Run(network, seed, "trained")
    for variant in settings.variants:
        for removed in settings.fractions:
            yield Run(network, seed, variant, removed)


@dataclass
class Sweep:
    """A sweep in progress: what runs of the same network and seed share is made once."""

    settings: Settings
    split: Split
    _shared: dict[str, Any] = field(default_factory=dict)

    def all(self, ledger: RunLedger | None = None, progress: Progress | None = None) -> dict[str, dict[str, Any]]:
        """The records of all runs; those that the ledger holds are not run again."""
        from lt_proofs.experiments.popup.training import threads

        records = {} if ledger is None else ledger.records()
        runs = runs_of(self.settings)
        with threads(self.settings.threads):
            for done, run in enumerate(runs):
                if progress is not None:
                    progress(done, len(runs))
                if run.name not in records:
                    records[run.name] = self._timed(run)
                    if ledger is not None:
                        ledger.keep(run.name, records[run.name])
        return {run.name: records[run.name] for run in runs}

    def _timed(self, run: Run) -> dict[str, Any]:
        start, processor = time.perf_counter(), time.process_time()
        record = self.record(run)
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        return {**record, "seconds": round(seconds, 3), "processor_seconds": round(processor, 3)}

    def widths(self, network: str, seed: int = 0) -> tuple[int, ...]:
        """The widths of the target, inputs and outputs included."""
        inputs = self._images(network, seed).training.images.shape[1]
        return (inputs, *self.settings.shape(network).hidden, self.split.classes)

    def record(self, run: Run) -> dict[str, Any]:
        """Do one run."""
        if run.variant == "trained":
            return self._trained(run.network, run.seed)[0]
        if run.variant == "ticket":
            return self._ticket(run)
        return self._searched(run)

    def _searched(self, run: Run) -> dict[str, Any]:
        from lt_proofs.experiments.popup.networks import random_network
        from lt_proofs.experiments.popup.training import generator

        numbers = generator(run.seed, SEARCH)
        widths = self.widths(run.network, run.seed)
        network = random_network(run.variant, widths, self.settings.r, run.removed, run.seed, numbers)
        return {**self._fit(network, run, numbers), "drawn": network.drawn, "kept": network.kept}

    def _fit(self, network: Any, run: Run, numbers: Any, rate: float = RATE) -> dict[str, Any]:
        from lt_proofs.experiments.popup.training import train

        images, settings = self._images(run.network, run.seed), self.settings
        fit = train(network, images, settings.epochs, settings.batch, numbers, settings.device, rate)
        return {"epoch": fit.epoch, "validation": fit.validation, "test": fit.test}

    def _trained(self, network: str, seed: int) -> tuple[dict[str, Any], list[Any]]:
        """The record of the dense network and its matrices."""
        return self._once("trained", network, seed, lambda: self._train(network, seed))

    def _train(self, network: str, seed: int) -> tuple[dict[str, Any], list[Any]]:
        from lt_proofs.experiments.popup.networks import trained_network
        from lt_proofs.experiments.popup.training import generator

        found: list[tuple[dict[str, Any], list[Any]]] = []
        for rate in DENSE_RATES:
            numbers = generator(seed, TRAINED)
            chain = trained_network(self.widths(network, seed), numbers)
            record = self._fit(chain, Run(network, seed, "trained"), numbers, rate)
            found.append((record, [layer.weights.detach().cpu().numpy() for layer in chain.layers]))
            if 2 * record["validation"] >= len(self.split.validation):
                break
        return max(found, key=lambda pair: int(pair[0]["validation"]))

    def _ticket(self, run: Run) -> dict[str, Any]:
        from lt_proofs.experiments.popup.tickets import finest_ticket, record_of, target_of

        target = target_of(self._trained(run.network, run.seed)[1])
        kept = finest_ticket(target, self._budget(run), run.seed)
        if kept is None:
            return record_of(None)
        images = self._images(run.network, run.seed)
        parts = {"validation": images.validation, "test": images.test}
        return record_of(kept, **{name: kept.right(part.images, part.labels) for name, part in parts.items()})

    def _budget(self, run: Run) -> int:
        """How many weights the structure keeps where that fraction is removed."""
        widths, r = self.widths(run.network, run.seed), self.settings.r
        return sum(kept_of(size, run.removed) for one, other in pairwise(widths) for size in (r * one, r * one * other))

    def _images(self, network: str, seed: int) -> Split:
        """What the fully connected part sees: the images, or what random convolutions make of them."""
        if not self.settings.shape(network).convolutions:
            return self.split

        def convolved() -> Split:
            from lt_proofs.experiments.popup.networks import features
            from lt_proofs.experiments.popup.training import generator

            return features(self.split, generator(seed, CONVOLUTIONS))

        return self._once("features", network, seed, convolved)

    def _once(self, what: str, network: str, seed: int, make: Callable[[], T]) -> T:
        """What was made for the runs of this network and seed; what other runs shared is dropped."""
        if self._shared.get("for") != (network, seed):
            self._shared = {"for": (network, seed)}
        if what not in self._shared:
            self._shared[what] = make()
        made: T = self._shared[what]
        return made


def open_ledger(path: Path, settings: Settings, split: Split, *, resume: bool) -> RunLedger:
    """The ledger of the sweep; raises BadInput when it holds another one."""
    parameters = {"experiment": "popup", **settings.described(), "images": split.digest}
    return RunLedger.open(path, parameters, resume=resume)
