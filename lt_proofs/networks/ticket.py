"""Tickets: the folder that holds the masks of a random network, and the network that they leave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import lt_proofs
from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.errors import Malformed
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import check_folder, new_folder, parse_json, read_bytes, write_file
from lt_proofs.files.safetensors import parse_safetensors
from lt_proofs.networks.masked import Pair, Ticket
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.random_network import LAWS, RandomLayer

FORMAT = "lt_proofs ticket 1"
FILES = frozenset({"ticket.safetensors", "target.safetensors", "certificate.json", "network.onnx", "network.pt"})


def ticket_of(pruned: Pruned) -> Ticket:
    """The pruned random network itself."""
    rows = zip(pruned.masks, pruned.goals, strict=True)
    pairs = tuple(Pair(masks.layer, masks.used, masks.edges, goal.scale) for masks, goal in rows)
    return Ticket(pruned.target.widths[0], pairs)


def check_place(folder: Path, *, force: bool) -> None:
    """Raise BadInput, before any work, when a ticket may not be written there."""
    check_folder(folder, FILES if force else None)


def save_ticket(pruned: Pruned, folder: Path, *, force: bool = False, extra: Mapping[str, bytes] | None = None) -> None:
    """Write the folder whole or not at all; an existing one is replaced only if it is a ticket and force is set.

    ``extra`` holds exported files by name, network.onnx and network.pt.
    """
    from safetensors.numpy import save

    target = save(_target_tensors(pruned))
    ticket = _in_order(save(_ticket_tensors(pruned), metadata=_metadata(pruned)))
    statement = _statement(pruned, target, ticket)
    steps = Steps()
    steps.add("ticket", statement, [], {"norms": pruned.certified[1]})
    text = certificate_text(certificate("ticket", steps))
    with new_folder(folder, FILES if force else None) as part:
        write_file(part / "target.safetensors", target)
        write_file(part / "ticket.safetensors", ticket)
        write_file(part / "certificate.json", text.encode("ascii"))
        for name, content in (extra or {}).items():
            write_file(part / name, content)


def _target_tensors(pruned: Pruned) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(pruned.target.layers, 1):
        tensors[f"weight_{number}"] = np.ascontiguousarray(layer.weight)
        if layer.bias is not None:
            tensors[f"bias_{number}"] = np.ascontiguousarray(layer.bias)
    return tensors


def _ticket_tensors(pruned: Pruned) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    for number, masks in enumerate(pruned.masks, 1):
        tensors[f"units_{number}"] = np.packbits(masks.used, bitorder="little")
        tensors[f"edges_{number}"] = masks.edges
        late = masks.layer.owner[masks.layer.regular_units :]
        if len(late):
            tensors[f"owners_{number}"] = late.astype(np.uint32)
    return tensors


def _in_order(content: bytes) -> bytes:
    """The same file with its metadata in alphabetical order: safetensors writes it in a random one."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[end:]


def _layers(pruned: Pruned) -> list[dict[str, int]]:
    return [
        {
            "rows": masks.layer.rows,
            "columns": masks.layer.columns,
            "units": masks.layer.units,
            "signs": len(masks.sums),
            "scale": goal.scale,
            "radius_1": masks.layer.radii[0],
            "radius_2": masks.layer.radii[1],
        }
        for masks, goal in zip(pruned.masks, pruned.goals, strict=True)
    ]


def _metadata(pruned: Pruned) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": lt_proofs.__version__,
        "law": pruned.law,
        "seed": str(pruned.seed),
        "inputs": str(pruned.target.widths[0]),
        "layers": json.dumps(_layers(pruned), sort_keys=True, separators=(",", ":")),
    }


def _statement(pruned: Pruned, target: bytes, ticket: bytes) -> dict[str, Any]:
    def digest(content: bytes) -> str:
        return "sha256:" + hashlib.sha256(content).hexdigest()

    def text(value: Fraction) -> str:
        return rational_text(value)

    return {
        "form": "ticket",
        "target": digest(target),
        "ticket": digest(ticket),
        "law": pruned.law,
        "seed": pruned.seed,
        "domain": pruned.domain.data,
        "eps": text(pruned.eps),
        "layers": _layers(pruned),
        "weights": pruned.weights,
        "solved": pruned.solved,
        "kept": pruned.kept,
        "max_weight_error": text(pruned.max_weight_error),
        "error_bound": text(pruned.error_bound),
    }


def load_ticket(folder: str | Path) -> Ticket:
    """The pruned network of a ticket folder; its weights are drawn again from the seed.

    Raises Malformed unless masks, shapes and seed agree. It does not check the certificate: that is
    what ``lt-proofs recheck`` does.
    """
    path = Path(folder) / "ticket.safetensors"
    content = read_bytes(path, follow_links=False)
    tensors = parse_safetensors(content, path)
    header = parse_json(content[8 : 8 + int.from_bytes(content[:8], "little")], path)
    return _ticket_from(path, tensors, header.get("__metadata__"))


def _ticket_from(path: Path, tensors: dict[str, NDArray[Any]], metadata: Any) -> Ticket:
    try:
        if metadata["format"] != FORMAT or metadata["law"] not in LAWS:
            raise Malformed(path, f"its format is not {FORMAT!r} with a law of {', '.join(LAWS)}")
        seed, inputs = int(metadata["seed"]), int(metadata["inputs"])
        layers = parse_json(metadata["layers"].encode(), path)
        pairs = [_pair(path, tensors, seed, number, **entry) for number, entry in enumerate(layers, 1)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(path, "it lacks the seed, shapes and masks of a ticket") from None
    if not pairs or pairs[0].layer.columns - inputs not in (0, 1):
        raise Malformed(path, "its inputs do not fit its first layer")
    for one, other in pairwise(pairs):
        if one.layer.rows != other.layer.columns:
            raise Malformed(path, "its layers do not chain")
    return Ticket(inputs, tuple(pairs))


def _pair(
    path: Path,
    tensors: dict[str, NDArray[Any]],
    seed: int,
    number: int,
    *,
    rows: int,
    columns: int,
    units: int,
    signs: int,  # noqa: ARG001 - the masks say it too
    scale: int,
    radius_1: int,
    radius_2: int,
) -> Pair:
    late = tensors.get(f"owners_{number}", np.empty(0, np.uint32)).astype(np.int64)
    owner = np.concatenate([np.arange(units - len(late)) % columns, late]) if len(late) <= units else late
    edges, kept = tensors[f"edges_{number}"], tensors[f"units_{number}"]
    stride = (units + 7) // 8
    if edges.shape != (rows, stride) or kept.shape != (stride,) or {edges.dtype, kept.dtype} != {np.dtype(np.uint8)}:
        raise Malformed(path, f"the masks of layer {number} do not have its shape")
    if len(owner) != units or owner.max() >= columns:
        raise Malformed(path, f"owners_{number} names inputs that layer {number} does not have")
    bits = np.unpackbits(kept, count=units, bitorder="little").astype(bool)
    return Pair(RandomLayer(seed, number, rows, columns, owner, (radius_1, radius_2)), bits, edges, scale)
