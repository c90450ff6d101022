"""What ``lt-proofs prune`` is asked: its options read, whatever can be refused refused, and then the search."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.compare import check_around, read_around
from lt_proofs.cli.progress import on_stderr
from lt_proofs.errors import BadInput, as_typed
from lt_proofs.exact.rational import parse_rational

if TYPE_CHECKING:
    from lt_proofs.networks.beside import Beside, Reals
    from lt_proofs.networks.compare import Compared
    from lt_proofs.networks.image_prune import PrunedImages
    from lt_proofs.networks.image_target import ImageTarget
    from lt_proofs.networks.input_domain import InputDomain
    from lt_proofs.networks.prune import Pruned
    from lt_proofs.networks.target import Target

# options that errors name with what the user typed, by the name of the argument in the library
TYPED = {"certain": "--certain", "eps": "--eps", "error": "--error", "seed": "--seed", "n": "--n"}
TYPED |= {"box": "--box", "export": "--export"}


@dataclass(frozen=True)
class Request:
    """A search for a ticket that can begin: the network is read, and every option fits the others."""

    network: Target | ImageTarget
    domain: InputDomain
    # the tolerance of each weight, or the certified error of the whole network
    tolerance: Fraction
    by_error: bool
    export: list[str]
    inputs: Reals | None
    # the options as the user typed them
    typed: dict[str, Any]

    @property
    def names(self) -> dict[str, tuple[str, object]]:
        """Return the options by which errors call the library's arguments, with the texts that the user typed."""
        given = {name: self.typed[name] for name in TYPED if self.typed[name] is not None}
        if not given["certain"]:
            del given["certain"]
        names = {name: (TYPED[name], "here" if value is True else value) for name, value in given.items()}
        return {**names, "target": ("TARGET", self.typed["target"])}


@dataclass(frozen=True)
class FoundTicket:
    """A ticket, its smallest certified error on the domain, and whatever else was asked for."""

    pruned: Pruned | PrunedImages
    best: Beside
    near: Compared | None
    # the theorem about the ticket's width, and what Coq's kernel says of it
    width: dict[str, Any] | None
    # the files beside the ticket
    files: dict[str, bytes]


def read_request(typed: dict[str, Any]) -> Request:
    """Return the request of these options.

    Whatever can be refused is refused here, before the search, which may take minutes. Raises UsageError for options
    that exclude one another, BadInput for one that cannot be used, Malformed for a damaged file.
    """
    from lt_proofs.cuda.device import check_device
    from lt_proofs.networks.export import check_formats
    from lt_proofs.networks.image_target import ImageTarget
    from lt_proofs.networks.input_domain import InputDomain
    from lt_proofs.networks.target_file import load_target
    from lt_proofs.networks.ticket import check_place

    eps, error = typed["eps"], typed["error"]
    if (eps is None) == (error is None):
        raise click.UsageError(f"give either --eps or --error, not {'both' if eps else 'none'}")
    _check_theorem(typed)
    check_device(typed["device"])
    with as_typed({"-o": ("-o", typed["folder"])}):
        check_place(typed["folder"], force=typed["force"], argument="-o")
    export = check_formats(typed["export"])
    domain = InputDomain() if typed["box"] is None else InputDomain.parse(typed["box"])
    check_around(typed["around"], typed["radius"], typed["divide"])
    tolerance = parse_rational(eps, "--eps") if error is None else parse_rational(error, "--error")
    with as_typed({"file": ("TARGET", typed["target"])}):
        network = load_target(typed["target"], **typed["reading"])
    around = typed["around"]
    if isinstance(network, ImageTarget):
        _check_images(typed)
    inputs = None if around is None else read_around(around, network.widths[0], typed["divide"])
    return Request(network, domain, tolerance, error is not None, export, inputs, typed)


def _check_images(typed: dict[str, Any]) -> None:
    """Refuse options that only tickets of dense networks have."""
    for option, value in (("--kernel", typed["kernel"] or None), ("--around", typed["around"])):
        if value is not None:
            raise BadInput(
                option, "here" if value is True else value, "it is for networks without convolutions; leave it out"
            )


def _check_theorem(typed: dict[str, Any]) -> None:
    """Refuse options that do not go with the theorem that chooses the width."""
    if typed["certain"] and (typed["n"] is not None or typed["law"] != "uniform"):
        raise BadInput("--certain", "--n or --law kaiming", "the theorem chooses n, for the uniform law")
    if typed["kernel"]:
        if not typed["certain"]:
            raise BadInput("--kernel", "without --certain", "the theorem chooses the width, so add --certain")
        from lt_proofs.coq.library import coqc_for

        coqc_for("--kernel")


def search_ticket(request: Request) -> FoundTicket:
    """Return the ticket that was asked for, with its certificates and exports; errors name what the user typed."""
    from lt_proofs.cli.ticket_kernel import TicketTheorem, checked_theorem
    from lt_proofs.networks.any_prune import require_all_solved
    from lt_proofs.networks.beside import near_inputs, on_domain
    from lt_proofs.networks.export import FORMATS, exported
    from lt_proofs.networks.prune import Pruned
    from lt_proofs.networks.target import Target
    from lt_proofs.networks.ticket import ticket_of

    typed = request.typed
    theorem = TicketTheorem(request.network) if typed["kernel"] and isinstance(request.network, Target) else None
    with as_typed(request.names):
        pruned = _pruned(request, theorem)
        if not typed["allow_unsolved"]:
            require_all_solved(pruned, typed["objective"])
        files = {FORMATS[kind]: exported(ticket_of(pruned), kind) for kind in request.export}
        with on_stderr("leaves") as progress:
            best = on_domain(pruned, progress)
        files |= best.files
        near, width = None, None
        if request.inputs is not None and isinstance(pruned, Pruned):
            radius = parse_rational(str(typed["radius"]), "--radius")
            with on_stderr("steps, two for each input") as progress:
                near, more = near_inputs(pruned, request.inputs, radius, typed["norm"], progress)
            files |= more
        if theorem is not None and isinstance(pruned, Pruned):
            more, width = checked_theorem(theorem, pruned)
            files |= more
    return FoundTicket(pruned, best, near, width, files)


def _pruned(request: Request, theorem: Any) -> Pruned | PrunedImages:
    """Return the ticket for the tolerance of each weight, or for the error of the whole network."""
    from lt_proofs.networks.any_prune import prune_any
    from lt_proofs.networks.to_error import prune_to_error

    options = {name: request.typed[name] for name in ("seed", "n", "objective", "law", "device")}
    options |= {"domain": request.domain, "certain": request.typed["certain"] if theorem is None else theorem.widths}
    with on_stderr("weights") as progress:
        if request.by_error and theorem is not None:
            # Coq's theorem is about one tolerance for all layers
            return prune_to_error(theorem.target, request.tolerance, progress=progress, **options)
        return prune_any(request.network, request.tolerance, by_error=request.by_error, progress=progress, **options)


def save_found(found: FoundTicket, folder: Path, *, force: bool) -> None:
    """Write the ticket and the files beside it."""
    from lt_proofs.networks.ticket import save_ticket

    save_ticket(found.pruned, folder, force=force, extra=found.files, argument="-o")
