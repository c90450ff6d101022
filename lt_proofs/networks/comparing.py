"""``lt_proofs.compare``: two networks as callers have them, on a domain or near inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational
from lt_proofs.networks.any_network import Written, domain_in, matched, network_of, target_beside
from lt_proofs.networks.compare import Compared, compare_near, compare_on
from lt_proofs.networks.domains import Ball, Box, Domain
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.pairs import NetworkPair

Reals = NDArray[np.float64]
Number = int | float | str | Fraction
Ends = tuple[Number, Number] | Sequence[tuple[Number, Number]]
Progress = Callable[[int, int], None]


def compare(
    f: Any,
    g: Any = None,
    *,
    box: Ends | None = None,
    ball: Number | None = None,
    around: Any = None,
    radius: Number | None = None,
    norm: str = "inf",
    error: Number | None = None,
    folder: str | Path | None = None,
    leaves: int | None = None,
    seconds: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Compared:
    """Bound how far two networks can be apart, in the Euclidean norm of their outputs; the checker accepts the bound.

    f and g are each a Target, a Ticket, a file, or the folder of a ticket; without g the folder's own target is
    compared. The inputs are those of a ``box``, a pair of ends or one pair for each input, of a ``ball`` around 0, or
    those within ``radius`` of the rows of ``around`` (an array, N x inputs) in the ``norm`` "inf" or "2", and inside
    the box if one is given. Without any of them it is the domain of a ticket. The bound holds for all inputs there.

    ``error`` is a goal at which the search ends; ``leaves`` and ``seconds`` limit it. The certificate is written to
    ``folder``, for ``lt-proofs recheck``, if one is named. Raises BadInput for networks of different shapes and for
    inputs that do not fit, Unsolved if the checker refuses the bound.
    """
    first, second = network_of(f), _second(f, g)
    pair = matched(first, second)
    place = None if folder is None else Path(folder)
    inside = _inside(first, second)
    if around is not None:
        rows = _rows(around)
        limits = None if box is None else _box(box, pair.inputs)
        if ball is not None or radius is None:
            raise BadInput("radius", radius, "give around and radius together, and no ball")
        reach = exact(radius, "radius")
        return compare_near(pair, rows, reach, norm, limits, folder=place, force=force, progress=progress)
    domain = asked_domain(pair, inside, box, ball)
    goal = None if error is None else exact(error, "error")
    if goal is not None and goal <= 0:
        raise BadInput("error", error, "give a number above 0")
    options: dict[str, Any] = {"leaves": leaves, "seconds": seconds, "force": force, "progress": progress}
    return compare_on(pair, domain, error=goal, folder=place, **options)


def _second(f: Any, g: Any) -> Any:
    if g is not None:
        return network_of(g)
    if isinstance(f, (str, Path)) and Path(f).is_dir():
        return target_beside(Path(f))
    raise BadInput("networks", "one", "give two networks, or the folder of a ticket, which holds its target")


def _inside(*networks: Any) -> InputDomain | None:
    """Return the domain of the ticket among two networks, or of both tickets if it is the same."""
    domains = {network.ticket.domain for network in networks if isinstance(network, Written)}
    return domains.pop() if len(domains) == 1 else None


def asked_domain(pair: NetworkPair, own: InputDomain | None, box: Ends | None, ball: Number | None) -> Domain:
    """Return the domain that is asked for, or that of the ticket; raise BadInput if neither says it."""
    if box is not None and ball is not None:
        raise BadInput("ball", ball, "give either a box or a ball")
    if ball is not None:
        return Ball.of(exact(ball, "ball"))
    if box is not None:
        return _box(box, pair.inputs)
    if own is None:
        raise BadInput("inputs", "none", "say for which inputs: a box such as 0,1, a ball, or around and radius")
    return domain_in(pair, own)


def exact(value: Number, argument: str) -> Fraction:
    """Return a number exactly; floats count as the decimals that they print."""
    return value if isinstance(value, Fraction) else parse_rational(str(value), argument)


def _box(ends: Ends, inputs: int) -> Box:
    rows: list[Any] = list(ends) if isinstance(ends[0], (tuple, list)) else [ends]
    if any(len(row) != 2 for row in rows):
        raise BadInput("box", ends, "give two numbers in rising order, or such a pair for each input")
    pairs = [(exact(low, "box"), exact(high, "box")) for low, high in rows]
    if len(pairs) == 1:
        return Box.same(*pairs[0], inputs)
    return Box.of([low for low, _ in pairs], [high for _, high in pairs])


def _rows(around: Any) -> Reals:
    rows = np.asarray(around)
    if rows.dtype.kind not in "fiu" or rows.ndim < 1 or not rows.size:
        raise BadInput("around", f"{rows.dtype} of shape {rows.shape}", "give an array of numbers, one input a row")
    rows = rows[None, :] if rows.ndim == 1 else rows.reshape(len(rows), -1)
    return rows if rows.dtype == np.float32 else rows.astype(np.float64)
