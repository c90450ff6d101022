"""Tickets and their folders: made from a pruned network, written, and read again."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.exact.rational import decimal_text
from lt_proofs.files import check_folder, new_folder, parse_json, read_bytes, write_file
from lt_proofs.files.safetensors import metadata_of, parse_safetensors
from lt_proofs.networks.export import FORMATS, check_formats, exported, onnx_bytes, torch_module
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.masked import MaskedNetwork, Pair
from lt_proofs.networks.masked_images import MaskedImages
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.ticket_files import files_of
from lt_proofs.networks.ticket_reading import network_in

NEEDED = ("target.safetensors", "ticket.safetensors", "certificate.json")
BESIDE = ("network.onnx", "network.pt", "Instance.v", "difference.json", "inputs.safetensors", "regions.json")
FILES = frozenset({*NEEDED, *BESIDE, "regions-*.json"})
# a positive rational or 0 in canonical text; its length is limited before int() sees it
RATIONAL = re.compile(r"[0-9]{1,2000}(/[1-9][0-9]{0,1999})?", re.ASCII)
UNIT_BALL = InputDomain()


@dataclass(frozen=True, repr=False, eq=False)
class Ticket(MaskedNetwork):
    """A masked random network with its factor, beside what is certified of it (Mathematics 3.12).

    On the domain its outputs are within ``error_bound`` of the target's, in Euclidean norm; the bound is that of the
    certificate, which ``lt-proofs recheck`` examines. ``writer`` writes the ticket's folder; ``remarks`` tell what had
    to be assumed about the network.
    """

    error_bound: Fraction
    domain: InputDomain
    writer: Callable[[Path, bool, Mapping[str, bytes]], None]
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        kept = sum(int(pair.units.sum()) + int(np.bitwise_count(pair.edges).sum()) for pair in self.pairs)
        bound = decimal_text(self.error_bound, 6, up=True)
        return (
            f"<Ticket: {self.inputs} inputs, {self.outputs} outputs, {kept} weights kept, factor {self.factor}, error "
            f"at most {bound} on {self.domain}>"
        )

    def to_onnx(self, path: str | os.PathLike[str] | None = None, *, sparse: bool | None = None) -> bytes:
        """Return the bytes of an ONNX model with the target's own inputs and outputs; with ``path`` write them as well.

        The model holds the kept weights in float32. It is sparse if that is asked for, or if dense matrices would hold
        more than 2^20 numbers. Raises BadInput without the extra [onnx] and for a path that cannot be written.
        """
        content = onnx_bytes(self, sparse)
        if path is not None:
            write_file(path_of(path, "path"), content, "path")
        return content

    def to_torch(self, *, sparse: bool | None = None) -> Any:
        """Return a ``torch.nn.Sequential`` with the target's own inputs and outputs.

        Its Linear layers hold the random weights and are pruned by ``torch.nn.utils.prune`` with the masks. If sparse
        is asked for, or dense matrices would hold more than 2^24 numbers, it holds sparse matrices of the kept weights
        instead. Raises BadInput without the extra [torch].
        """
        return torch_module(self, sparse)

    def save(self, folder: str | os.PathLike[str], *, force: bool = False, export: str | None = None) -> None:
        """Write masks, target and certificate into a folder, completely or not at all.

        ``export`` is onnx, torch or onnx,torch: network.onnx or network.pt are written as well. Raises BadInput if the
        folder exists and is not empty, unless it is a ticket and ``force`` is set.
        """
        kinds = check_formats(export, "export")
        place = path_of(folder)
        check_place(place, force=force, argument="folder")
        self.writer(place, force, {FORMATS[kind]: exported(self, kind) for kind in kinds})


@dataclass(frozen=True, repr=False, eq=False)
class ImageTicket(MaskedImages, Ticket):
    """The ticket of a network with convolutions."""


def ticket_of(pruned: Pruned | PrunedImages) -> Ticket:
    """Return the ticket of a pruned network."""
    rows = zip(pruned.masks, pruned.wanted_sums, strict=True)
    pairs = tuple(Pair(masks.layer, masks.used, masks.edges, wanted.scale) for masks, wanted in rows)

    def write(folder: Path, force: bool, extra: Mapping[str, bytes]) -> None:
        save_ticket(pruned, folder, force=force, extra=extra, argument="folder")

    parts = (pruned.target.widths[0], pairs, pruned.error_bound, pruned.domain, write)
    return ImageTicket(*parts, nodes=pruned.target.nodes) if isinstance(pruned, PrunedImages) else Ticket(*parts)


def check_place(folder: Path, *, force: bool, argument: str = "--output") -> None:
    """Raise BadInput unless a ticket may be written there: a new or empty folder; with ``force`` also a ticket."""
    check_folder(folder, FILES if force else None, argument=argument)


def path_of(value: Any, argument: str = "folder") -> Path:
    """Return a path that a caller gave; raise BadInput if it is none."""
    if not isinstance(value, str | os.PathLike) or not str(value):
        raise BadInput(argument, repr(value), "give a path")
    return Path(value)


def save_ticket(
    pruned: Pruned | PrunedImages,
    folder: Path,
    *,
    force: bool = False,
    extra: Mapping[str, bytes] | None = None,
    argument: str = "--output",
) -> None:
    """Write the folder whole or not at all; replace an existing one only if it is a ticket and ``force`` is set.

    ``extra`` holds exported files by name, network.onnx and network.pt. Raises BadInput for a folder that may not be
    replaced, and if the checker would refuse the ticket for its size.
    """
    _write({**files_of(pruned), **(extra or {})}, folder, force=force, argument=argument)


def _write(files: Mapping[str, bytes], folder: Path, *, force: bool, argument: str) -> None:
    with new_folder(folder, FILES if force else None, argument=argument) as part:
        for name, content in files.items():
            write_file(part / name, content)


def load_ticket(folder: str | os.PathLike[str]) -> Ticket:
    """Return the ticket of a folder; its weights are drawn again from the seed.

    Raises Malformed unless masks, shapes, factor, seed and certificate agree. The error bound is copied from the
    certificate without being checked; ``lt-proofs recheck`` checks it.
    """
    place = path_of(folder)
    if not place.is_dir():
        raise BadInput("folder", place, "give the folder of a ticket")
    path, target = place / "ticket.safetensors", place / "target.safetensors"
    content = read_bytes(path, follow_links=False)
    inputs, pairs, nodes = network_in(path, parse_safetensors(content, path), metadata_of(content, path))
    theirs = read_bytes(target, follow_links=False)
    bound, domain = _claimed(place / "certificate.json", {"ticket": content, "target": theirs})

    def save(copy: Path, force: bool, extra: Mapping[str, bytes]) -> None:
        files = {name: read_bytes(place / name, follow_links=False) for name in NEEDED}
        _write({**files, **extra}, copy, force=force, argument="folder")

    parts = (inputs, pairs, bound, domain, save, _remarks(metadata_of(theirs, target), target))
    return Ticket(*parts) if nodes is None else ImageTicket(*parts, nodes=nodes)


def _remarks(metadata: Any, path: Path) -> tuple[str, ...]:
    """Return what target.safetensors records of how it was read from the user's own file."""
    try:
        remarks = parse_json(metadata.get("remarks", "[]").encode(), path)
    except AttributeError:
        raise Malformed(path, "it records no remarks that are texts") from None
    if not isinstance(remarks, list) or not all(isinstance(remark, str) for remark in remarks):
        raise Malformed(path, "it records no remarks that are texts")
    return tuple(remarks)


def _claimed(path: Path, files: Mapping[str, bytes]) -> tuple[Fraction, InputDomain]:
    """Return error bound and domain of the certificate; raise Malformed unless it is about ticket and target here."""
    certificate = parse_json(read_bytes(path, LIMITS["certificate_bytes"], follow_links=False), path)
    try:
        statement = certificate["statement"]
        digests = {name: statement[name] for name in files}
        bound, domain = statement["error_bound"], statement["domain"]
        if not RATIONAL.fullmatch(bound):
            raise ValueError
        box = None if domain == "unit ball" else (Fraction(domain["low"]), Fraction(domain["high"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise Malformed(path, "it is not the certificate of a ticket") from None
    for name, content in files.items():
        if digests[name] != "sha256:" + hashlib.sha256(content).hexdigest():
            raise Malformed(path, f"it is about another {name}.safetensors than the one beside it")
    return min(Fraction(bound), _by_planes(path.with_name("difference.json"), statement)), InputDomain(box)


def _by_planes(path: Path, ticket: dict[str, Any]) -> Fraction:
    """Return the bound of a certificate of the difference on the same domain; that of the ticket if there is none."""
    if not path.exists():
        return Fraction(ticket["error_bound"])
    certificate = parse_json(read_bytes(path, LIMITS["certificate_bytes"], follow_links=False), path)
    try:
        statement = certificate["statement"]
        files = [statement[name]["digest"] for name in ("f", "g")]
        if not RATIONAL.fullmatch(statement["bound"]):
            raise ValueError
        about = [*files, statement["domain"]]
    except (KeyError, TypeError, ValueError):
        raise Malformed(path, "it is not the certificate of a difference") from None
    if about != [ticket["target"], ticket["ticket"], ticket["domain"]]:
        raise Malformed(path, "it is about other files, or another domain, than the certificate beside it")
    return Fraction(statement["bound"])
