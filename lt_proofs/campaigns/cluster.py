"""Leaves on a dask.distributed cluster; some are run here again to find workers that return false leaves.

Anyone who runs a scheduler or a worker can run code on the others, so this is for clusters of your own. The tasks of a
worker that dies go to another one. A worker whose leaf differs from the one run here is named, and nothing that it
returned in this run is kept. The first task of each worker is checked, and one in 32 of all later ones.
"""

from __future__ import annotations

import functools
import json
import queue
import secrets
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lt_proofs.campaigns.campaign import Campaign, Counter
from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.leaves import Executor, Leaf, Work, run_leaf
from lt_proofs.campaigns.run import Unfaithful
from lt_proofs.errors import BadInput, LtProofsError, install_extra
from lt_proofs.terms import canonical_json

# leaves in a task; one task in CHECKED has a leaf checked; tasks in flight for each thread of the cluster
PER_TASK = 8
CHECKED = 32
AHEAD = 3
# seconds to wait for a scheduler, and without any worker before giving up
ANSWER_SECONDS = 5
LONELY_SECONDS = 60.0

# number, trials, histogram and digest of a leaf: plain data, for dask would pickle a class of ours
LeafData = tuple[int, int, list[tuple[int, int]], bytes]


class ClusterFailed(LtProofsError):
    """The cluster cannot continue: repair it, then run the same command with --resume."""

    exit_code = 1


def on_cluster(address: str, patience: float = LONELY_SECONDS) -> Executor:
    """Return an executor on the workers of a dask scheduler; raise BadInput if none answers at the address.

    ``patience`` is the number of seconds without any worker after which it raises ClusterFailed.
    """
    client = _connected(address)

    def execute(campaign: Campaign, work: Iterator[Work]) -> Iterator[Leaf]:
        counter = campaign.counter()
        parameters = canonical_json(campaign.parameters())
        finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        running: dict[Any, list[Work]] = {}
        seen: dict[str, set[int]] = {}

        def submit() -> bool:
            item = list(islice(work, PER_TASK))
            if item:
                future = client.submit(run_on_worker, parameters, item, pure=False)
                running[future] = item
                future.add_done_callback(finished.put)
            return bool(item)

        try:
            submit()
            while running:
                while len(running) < AHEAD * _threads(client) and submit():
                    pass
                future = _next(client, address, finished, patience)
                item = running.pop(future)
                yield from _checked(client, future, item, counter, seen)
        finally:
            client.close()

    return execute


def run_on_worker(parameters: str, work: list[Work]) -> list[LeafData]:
    """Run leaves on a worker and return them as plain data; ``parameters`` is the campaign's canonical JSON."""
    counter = _counter(parameters)
    leaves = [run_leaf(counter, (number, trials)) for number, trials in work]
    return [(leaf.number, leaf.trials, list(leaf.histogram), leaf.digest) for leaf in leaves]


# a worker gets many tasks of one campaign; the cache spares it the compilation
@functools.lru_cache(maxsize=4)
def _counter(parameters: str) -> Counter:
    return campaign_from(json.loads(parameters)).counter()


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--cluster", address, install_extra("cluster")) from None
    try:
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:60] or type(error).__name__
        remedy = f"no scheduler answers ({reason}); give the address that `dask scheduler` prints"
        raise BadInput("--cluster", address, remedy) from None


def _threads(client: Any) -> int:
    return max(1, sum(map(int, client.nthreads().values())))


def _next(client: Any, address: str, finished: queue.SimpleQueue[Any], patience: float) -> Any:
    """Return the next future that is done; raise ClusterFailed when there has been no worker for too long."""
    lonely_since = None
    while True:
        try:
            return finished.get(timeout=1.0)
        except queue.Empty:
            now = time.monotonic()
            gone = client.status != "running" or not client.scheduler_info()["workers"]
            lonely_since = (lonely_since or now) if gone else None
            if lonely_since is not None and now - lonely_since >= patience:
                remedy = "start workers or another scheduler, then the same command with --resume"
                raise ClusterFailed(f"--cluster: {address} has no workers left; {remedy}") from None


def _checked(client: Any, future: Any, work: list[Work], counter: Counter, seen: dict[str, set[int]]) -> Iterator[Leaf]:
    """Yield the leaves of a task, one of which may be run again here.

    Leaves at which workers died are run here: they may need more memory than the workers have. Raises ClusterFailed
    if a task failed, Unfaithful if the worker returned other leaves than those of its task, or a false one.
    """
    if future.status != "finished":
        error = future.exception() if future.status == "error" else None
        if error is not None and type(error).__name__ != "KilledWorker":
            reason = f"{type(error).__name__}: {error}"[:80]
            remedy = "give the workers the same lt_proofs, then use --resume"
            raise ClusterFailed(f"--cluster: a worker failed with {reason}; {remedy}")
        for item in work:
            yield run_leaf(counter, item)
        return
    worker = next(iter(client.who_has([future]).get(future.key, ())), "a worker that has left")
    leaves = _read(future.result(), work)
    returned = seen.setdefault(worker, set())
    returned.update(number for number, _ in work)
    if leaves is None:
        raise Unfaithful(
            returned, ClusterFailed(f"--cluster: {worker} returned other leaves than it was given; remove it")
        )
    if len(returned) == len(work) or secrets.randbelow(CHECKED) == 0:
        place = secrets.randbelow(len(work))
        if leaves[place] != run_leaf(counter, work[place]):
            text = f"--cluster: {worker} returned a false leaf {work[place][0]}; remove it, then use --resume"
            raise Unfaithful(returned, ClusterFailed(text))
    yield from leaves


def _read(rows: Any, work: list[Work]) -> list[Leaf] | None:
    """Return the leaves that a worker sent, or None if they are not those of its task or not consistent."""
    try:
        leaves = [
            Leaf(n, trials, tuple((int(a), int(b)) for a, b in pairs), bytes(digest))
            for n, trials, pairs, digest in rows
        ]
    except (TypeError, ValueError):
        return None
    asked = [(leaf.number, leaf.trials) for leaf in leaves] == [tuple(item) for item in work]
    whole = all(len(leaf.digest) == 32 and sum(b for _, b in leaf.histogram) == leaf.trials for leaf in leaves)
    return leaves if asked and whole and all(b > 0 for leaf in leaves for _, b in leaf.histogram) else None
