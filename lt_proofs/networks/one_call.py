"""From any network to a ticket in one call: what ``lt_proofs.prune`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput, as_typed
from lt_proofs.exact.grid import as_written
from lt_proofs.networks.any_prune import prune_any, require_all_solved
from lt_proofs.networks.beside import on_domain
from lt_proofs.networks.export import check_formats
from lt_proofs.networks.given_network import target_of
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.ticket import Ticket, check_place, path_of, save_ticket, ticket_of
from lt_proofs.subset_sum.threads import Progress

DEFAULT_EPS = "0.01"


def prune(
    network: Any,
    eps: Any = None,
    *,
    error: Any = None,
    box: tuple[Any, Any] | str | None = None,
    save_to: str | os.PathLike[str] | None = None,
    force: bool = False,
    export: str | None = None,
    layers: Sequence[str] | str | None = None,
    ignore: Sequence[str] | str = (),
    output: str | None = None,
    compare: bool = True,
    shape: Sequence[int] | None = None,
    seed: int = 0,
    n: int | None = None,
    certain: bool = False,
    law: str = "uniform",
    objective: str = "sparse",
    allow_unsolved: bool = False,
    device: str = "cpu",
    progress: Progress | None = None,
) -> Ticket:
    """Prune a random network so that it computes nearly what ``network`` computes, with a certified error.

    ``network``, of dense layers or with convolutions, is a file, a ``torch.nn.Module``, a fitted MLP of scikit-learn, a mapping of names to arrays, or a list
    of matrices of shape outputs x inputs, each with its bias behind it; ``layers``, ``ignore``, ``output``, ``compare``
    and ``shape`` say how it is read, as for `read_network`. Each weight of the network is matched within ``eps``, 0.01
    by default, by the sum of the products of kept weights; with ``error`` instead the outputs differ by at most this,
    in Euclidean norm, on the unit ball or on the ``box`` (low, high) of inputs. A float means the decimal that Python
    prints: 0.01 is 1/100. The other options are those of ``lt-proofs prune``; ``save_to`` names the ticket's folder,
    and ``export`` the formats to be written into it.

    >>> prune([[[0.5, -0.25]], [0.125]], eps=0.1)
    <Ticket: 2 inputs, 1 outputs, 16 weights kept, factor 1, error at most 0.144730 on the unit ball>

    Raises BadInput, before any search, for arguments that cannot be used; Malformed for a damaged file; Unsolved if
    some weight has no subset sum within the tolerance.
    """
    if eps is not None and error is not None:
        raise BadInput("error", error, "give either eps or error")
    domain = InputDomain() if box is None else box if isinstance(box, InputDomain) else _box(box)
    name, value = ("eps", DEFAULT_EPS if eps is None else eps) if error is None else ("error", error)
    tolerance = as_written(value, name)
    _check_whole("seed", seed)
    if n is not None:
        _check_whole("n", n)
    if save_to is None and export is not None:
        raise BadInput("export", export, "name a folder by save_to as well")
    check_formats(export, "export")
    if save_to is not None:
        check_place(path_of(save_to, "save_to"), force=force, argument="save_to")
    with _called_network():
        patterns = [ignore] if isinstance(ignore, str) else ignore
        order = layers.split(",") if isinstance(layers, str) else layers
        target = target_of(network, order, ignore=patterns, output=output, compare=compare, shape=shape)
    options: dict[str, Any] = {"seed": seed, "n": n, "objective": objective, "domain": domain, "law": law}
    options |= {"progress": progress, "device": device, "certain": certain}
    with as_typed({name: (name, value)}), _called_network():
        pruned = prune_any(target, tolerance, by_error=error is not None, **options)
        if not allow_unsolved:
            require_all_solved(pruned, objective, "allow_unsolved=True")
    ticket = replace(_best_ticket(pruned) if error is not None else ticket_of(pruned), remarks=target.remarks)
    if save_to is not None:
        ticket.save(save_to, force=force, export=export)
    return ticket


def _best_ticket(pruned: Pruned | PrunedImages) -> Ticket:
    """Return the ticket with the smallest error that can be certified, whose folder gets the certificate as well."""
    beside = on_domain(pruned)

    def write(folder: Path, force: bool, extra: Mapping[str, bytes]) -> None:
        save_ticket(pruned, folder, force=force, extra={**beside.files, **extra}, argument="folder")

    return replace(ticket_of(pruned), error_bound=beside.bound, writer=write)


@contextmanager
def _called_network() -> Iterator[None]:
    """Name the argument as this function does in errors of functions that call it the target."""
    try:
        yield
    except BadInput as problem:
        if problem.argument.lower() not in ("target", "model"):
            raise
        raise BadInput("network", problem.value, problem.remedy) from None


def _box(box: Any) -> InputDomain:
    if isinstance(box, str):
        return InputDomain.parse(box)
    remedy = "give two numbers in rising order, as (0, 1)"
    try:
        low, high = box
    except (TypeError, ValueError):
        raise BadInput("box", box, remedy) from None
    ends = as_written(low, "box"), as_written(high, "box")
    if ends[0] >= ends[1]:
        raise BadInput("box", box, remedy)
    return InputDomain(ends)


def _check_whole(name: str, value: Any) -> None:
    if type(value) is not int:
        raise BadInput(name, value, "give a whole number")
