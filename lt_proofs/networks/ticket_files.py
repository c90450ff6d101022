"""The contents of a ticket's three files: target, masks and certificate. Equal tickets have equal bytes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.networks.checkable import check_sizes, widths_of
from lt_proofs.networks.image_prune import PrunedImages, title_of
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.target import Target

# tickets of dense networks, and of networks of images
FORMAT, IMAGE_FORMAT = "lt_proofs ticket 2", "lt_proofs ticket 3"


def files_of(pruned: Pruned | PrunedImages) -> dict[str, bytes]:
    """Return the contents of target.safetensors, ticket.safetensors and certificate.json.

    Raises BadInput if the checker would refuse them for their size.
    """
    if isinstance(pruned, Pruned):
        check_sizes(pruned.target, pruned.sizes)
        pruned.cost.check("target", widths_of(pruned.target))
    target, ticket = network_files(pruned)
    steps = Steps()
    steps.add("ticket", _statement(pruned, target, ticket), [], pruned.certified[1])
    text = certificate_text(certificate("ticket", steps)).encode("ascii")
    for content, limit in ((text, "certificate_bytes"), (target, "file_bytes"), (ticket, "file_bytes")):
        if len(content) > LIMITS[limit]:
            raise BadInput(
                "target",
                _title(pruned),
                f"a file would have {len(content)} bytes, and the checker reads at "
                f"most {LIMITS[limit]}; give a smaller network",
            )
    return {"target.safetensors": target, "ticket.safetensors": ticket, "certificate.json": text}


def network_files(pruned: Pruned | PrunedImages) -> tuple[bytes, bytes]:
    """Return the contents of target.safetensors and ticket.safetensors."""
    from safetensors.numpy import save

    return target_bytes(pruned.target), _in_order(save(_ticket_tensors(pruned), metadata=_metadata(pruned)))


def target_bytes(target: Target | ImageTarget) -> bytes:
    """Return the content of a safetensors file with weight_i and bias_i of each layer.

    The remarks say how they were read from the user's own file; nothing rests on them. For a network of images the
    nodes say how its layers are wired.
    """
    from safetensors.numpy import save

    metadata = {"remarks": json.dumps(target.remarks)}
    if isinstance(target, ImageTarget):
        metadata["nodes"] = json_text(nodes_data(target))
    return _in_order(save(_target_tensors(target), metadata=metadata))


def _target_tensors(target: Target | ImageTarget) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(target.layers, 1):
        tensors[f"weight_{number}"] = np.ascontiguousarray(layer.weight)
        if layer.bias is not None:
            tensors[f"bias_{number}"] = np.ascontiguousarray(layer.bias)
    return tensors


def _ticket_tensors(pruned: Pruned | PrunedImages) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    for number, masks in enumerate(pruned.masks, 1):
        tensors[f"units_{number}"] = np.packbits(masks.used, bitorder="little")
        tensors[f"edges_{number}"] = masks.edges
        if len(masks.layer.added):
            tensors[f"owners_{number}"] = masks.layer.added.astype(np.uint32)
    return tensors


def _in_order(content: bytes) -> bytes:
    """Return a safetensors file with its metadata in alphabetical order; the library writes them in random order."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    # the format wants tensors to begin at multiples of 8 bytes
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[end:]


def _layers(pruned: Pruned | PrunedImages) -> list[dict[str, int]]:
    return [
        {
            "rows": masks.layer.rows,
            "columns": masks.layer.columns,
            "n": masks.layer.n,
            "units": masks.layer.units,
            "signs": len(masks.sums),
            "scale": wanted.scale,
        }
        for masks, wanted in zip(pruned.masks, pruned.wanted_sums, strict=True)
    ]


def _metadata(pruned: Pruned | PrunedImages) -> dict[str, str]:
    found = {
        "format": FORMAT,
        "law": pruned.law,
        "seed": str(pruned.seed),
        "inputs": str(pruned.target.widths[0]),
        "factor": power_of_two(pruned.scale),
        "layers": json_text(_layers(pruned)),
    }
    if isinstance(pruned, PrunedImages):
        found |= {"format": IMAGE_FORMAT, "nodes": json_text(nodes_data(pruned.target))}
    return found


def nodes_data(target: ImageTarget) -> list[dict[str, Any]]:
    """Return how a network of images is wired, as JSON data."""
    return [node.data() for node in target.nodes]


def json_text(data: Any) -> str:
    """Return JSON data as a text, equal data as equal texts."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def _statement(pruned: Pruned | PrunedImages, target: bytes, ticket: bytes) -> dict[str, Any]:
    """Return the statement of the certificate, in the form ``ticket`` (Mathematics 5.46)."""

    def digest(content: bytes) -> str:
        return "sha256:" + hashlib.sha256(content).hexdigest()

    found = {
        "form": "ticket",
        "target": digest(target),
        "ticket": digest(ticket),
        "law": pruned.law,
        "seed": pruned.seed,
        "domain": pruned.domain.data,
        "eps": rational_text(pruned.eps),
        "layers": _layers(pruned),
        "widths": list(pruned.target.widths),
        "constant_inputs": int(pruned.target.last_bias > 0),
        "factor": power_of_two(pruned.scale),
        "weights": pruned.weights,
        "solved": pruned.solved,
        "kept": pruned.kept,
        "max_weight_error": rational_text(pruned.max_weight_error),
        "error_bound": rational_text(pruned.error_bound),
    }
    return found | ({"nodes": nodes_data(pruned.target)} if isinstance(pruned, PrunedImages) else {})


def _title(pruned: Pruned | PrunedImages) -> str:
    return title_of(pruned.target) if isinstance(pruned, PrunedImages) else widths_of(pruned.target)


def power_of_two(exponent: int) -> str:
    """Return a factor as certificates write it.

    >>> power_of_two(3)
    '2^3'
    """
    return f"2^{exponent}"
