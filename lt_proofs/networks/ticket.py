"""Tickets and their folders: made from a pruned network, written, and read again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import Malformed
from lt_proofs.exact.rational import decimal_text
from lt_proofs.files import check_folder, new_folder, parse_json, read_bytes, write_file
from lt_proofs.files.safetensors import parse_safetensors
from lt_proofs.networks.export import onnx_bytes, torch_module
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.masked import MaskedNetwork, Pair
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.random_network import LAWS, RandomLayer
from lt_proofs.networks.ticket_files import FORMAT, files_of, power_of_two

NEEDED = ("target.safetensors", "ticket.safetensors", "certificate.json")
FILES = frozenset({*NEEDED, "network.onnx", "network.pt", "Instance.v"})
# a positive rational or 0 in canonical text; its length is limited before int() sees it
RATIONAL = re.compile(r"[0-9]{1,2000}(/[1-9][0-9]{0,1999})?", re.ASCII)
UNIT_BALL = InputDomain()


@dataclass(frozen=True, repr=False, eq=False)
class Ticket(MaskedNetwork):
    """A masked random network with its factor, beside what is certified of it (Mathematics 3.12).

    On the domain its outputs are within ``error_bound`` of the target's, in Euclidean norm; the bound is that of the
    certificate, which ``lt-proofs recheck`` examines. ``writer`` writes the ticket's folder.
    """

    error_bound: Fraction
    domain: InputDomain
    writer: Callable[[Path], None]

    def __repr__(self) -> str:
        kept = sum(int(pair.units.sum()) + int(np.bitwise_count(pair.edges).sum()) for pair in self.pairs)
        bound = decimal_text(self.error_bound, 6, up=True)
        return (
            f"<Ticket: {self.inputs} inputs, {self.outputs} outputs, {kept} weights kept, factor {self.factor}, error "
            f"at most {bound} on {self.domain}>"
        )

    def to_onnx(self) -> bytes:
        """Return the bytes of an ONNX model with the target's own inputs; raise BadInput without the extra [onnx]."""
        return onnx_bytes(self)

    def to_torch(self) -> Any:
        """Return a ``torch.nn.Module`` with the target's own inputs; raise BadInput without the extra [torch]."""
        return torch_module(self)

    def save(self, folder: str | Path) -> None:
        """Write masks, target and certificate into a folder; raise BadInput if it exists and is not empty."""
        self.writer(Path(folder))


def ticket_of(pruned: Pruned) -> Ticket:
    """Return the ticket of a pruned network."""
    rows = zip(pruned.masks, pruned.wanted_sums, strict=True)
    pairs = tuple(Pair(masks.layer, masks.used, masks.edges, wanted.scale) for masks, wanted in rows)
    return Ticket(
        pruned.target.widths[0], pairs, pruned.error_bound, pruned.domain, lambda folder: save_ticket(pruned, folder)
    )


def check_place(folder: Path, *, force: bool) -> None:
    """Raise BadInput unless a ticket may be written there: a new or empty folder; with ``force`` also a ticket."""
    check_folder(folder, FILES if force else None)


def save_ticket(pruned: Pruned, folder: Path, *, force: bool = False, extra: Mapping[str, bytes] | None = None) -> None:
    """Write the folder whole or not at all; replace an existing one only if it is a ticket and ``force`` is set.

    ``extra`` holds exported files by name, network.onnx and network.pt. Raises BadInput for a folder that may not be
    replaced, and if the checker would refuse the ticket for its size.
    """
    _write({**files_of(pruned), **(extra or {})}, folder, force=force)


def _write(files: Mapping[str, bytes], folder: Path, *, force: bool = False) -> None:
    with new_folder(folder, FILES if force else None) as part:
        for name, content in files.items():
            write_file(part / name, content)


def load_ticket(folder: str | Path) -> Ticket:
    """Return the ticket of a folder; its weights are drawn again from the seed.

    Raises Malformed unless masks, shapes, factor, seed and certificate agree. The error bound is copied from the
    certificate without being checked; ``lt-proofs recheck`` checks it.
    """
    place = Path(folder)
    path = place / "ticket.safetensors"
    content = read_bytes(path, follow_links=False)
    tensors = parse_safetensors(content, path)
    # a safetensors file begins with the length of its header, 8 bytes in little-endian order
    header = parse_json(content[8 : 8 + int.from_bytes(content[:8], "little")], path)
    inputs, pairs = _network(path, tensors, header.get("__metadata__"))
    bound, domain = _claimed(place / "certificate.json", content)

    def save(copy: Path) -> None:
        _write({name: read_bytes(place / name, follow_links=False) for name in NEEDED}, copy)

    return Ticket(inputs, pairs, bound, domain, save)


def _claimed(path: Path, ticket: bytes) -> tuple[Fraction, InputDomain]:
    """Return error bound and domain of the certificate beside the masks; raise Malformed if it is about others."""
    certificate = parse_json(read_bytes(path, LIMITS["certificate_bytes"], follow_links=False), path)
    try:
        statement = certificate["statement"]
        digest, bound, domain = statement["ticket"], statement["error_bound"], statement["domain"]
        if not RATIONAL.fullmatch(bound):
            raise ValueError
        box = None if domain == "unit ball" else (Fraction(domain["low"]), Fraction(domain["high"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise Malformed(path, "it is not the certificate of a ticket") from None
    if digest != "sha256:" + hashlib.sha256(ticket).hexdigest():
        raise Malformed(path, "it is about another ticket.safetensors than the one beside it")
    return Fraction(bound), InputDomain(box)


def _network(path: Path, tensors: dict[str, NDArray[Any]], metadata: Any) -> tuple[int, tuple[Pair, ...]]:
    try:
        if metadata["format"] != FORMAT or metadata["law"] not in LAWS:
            raise Malformed(path, f"its format is not {FORMAT!r} with a law of {', '.join(LAWS)}")
        seed, inputs = int(metadata["seed"]), int(metadata["inputs"])
        layers = parse_json(metadata["layers"].encode(), path)
        pairs = tuple(
            _pair(path, tensors, metadata["law"], seed, number, **entry) for number, entry in enumerate(layers, 1)
        )
        factor = metadata["factor"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(path, "it lacks the seed, shapes, factor and masks of a ticket") from None
    if not pairs or pairs[0].layer.columns - inputs not in (0, 1):
        raise Malformed(path, "its inputs do not fit its first layer")
    for one, other in pairwise(pairs):
        if one.layer.rows != other.layer.columns:
            raise Malformed(path, "its layers do not chain")
    if factor != power_of_two(sum(pair.scale for pair in pairs)):
        raise Malformed(path, "its factor is not the product of the powers of two of its layers")
    return inputs, pairs


def _pair(
    path: Path,
    tensors: dict[str, NDArray[Any]],
    law: str,
    seed: int,
    number: int,
    *,
    rows: int,
    columns: int,
    n: int,
    units: int,
    signs: int,
    scale: int,
) -> Pair:
    # not isinstance: JSON's true and false are integers in Python
    if any(type(size) is not int for size in (rows, columns, n, units, signs, scale)) or scale < 0:
        raise Malformed(path, f"the sizes of layer {number} are not integers from 0 on")
    edges, kept = tensors[f"edges_{number}"], tensors[f"units_{number}"]
    stride = (units + 7) // 8
    if edges.shape != (rows, stride) or kept.shape != (stride,) or {edges.dtype, kept.dtype} != {np.dtype(np.uint8)}:
        raise Malformed(path, f"the masks of layer {number} do not have its shape")
    if min(rows, columns, n, signs) < 1 or columns * n > units:
        raise Malformed(path, f"layer {number} is empty, or has fewer hidden units than n for each input")
    layer = RandomLayer.regular(seed, number, rows, columns, n, law)
    if units > layer.units:
        layer = layer.grown(tensors[f"owners_{number}"].astype(np.int64))
    if layer.units != units or layer.owner.max() >= columns:
        raise Malformed(path, f"owners_{number} names inputs that layer {number} does not have")
    bits = np.unpackbits(kept, count=units, bitorder="little").astype(bool)
    return Pair(layer, bits, edges, scale)
