"""Targets from PyTorch: state dicts in .pt files, and modules."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput, Malformed, install_extra
from lt_proofs.files import read_bytes
from lt_proofs.networks.target import ASSUMED, Layer, Target, target_from_tensors

PASSED_OVER = frozenset({"Identity", "Dropout", "Flatten", "Sequential"})


def load_torch(path: Path, order: Sequence[str] | None = None) -> Target:
    """Return the network of a state dict saved by ``torch.save``; no code in the file is executed.

    Raises BadInput without the extra [torch] and for networks that are not supported, Malformed for other files.
    """
    try:
        import torch
    except ImportError:
        raise BadInput("TARGET", path, install_extra("torch")) from None
    content = io.BytesIO(read_bytes(path))
    try:
        state = torch.load(content, map_location="cpu", weights_only=True)
    except Exception as error:  # torch documents no class for a file that it refuses
        reason = str(error).splitlines()[0][:80]
        raise Malformed(path, f"no state dict that loads with weights_only: {reason}") from None
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise BadInput("TARGET", path, "save the state dict: torch.save(model.state_dict(), path)")
    return target_from_tensors({str(name): _array(tensor) for name, tensor in state.items()}, order, [ASSUMED])


def target_from_module(module: Any) -> Target:
    """The network of a module whose parts are Linear and ReLU in turn.

    Raises BadInput for other parts; ReLUs that only stand in ``forward`` are not seen: then use the state dict.
    """
    layers, names, after_relu = [], [], True
    for name, part in module.named_modules():
        kind = type(part).__name__
        if kind == "Linear":
            if not after_relu:
                raise BadInput("target", f"Linear {name}", "put a ReLU module between two Linear ones")
            bias = None if part.bias is None else _array(part.bias)
            layers.append(Layer(_array(part.weight), bias))
            names.append(name)
            after_relu = False
        elif kind == "ReLU":
            after_relu = True
        elif part is not module and kind not in PASSED_OVER:
            raise BadInput("target", f"module {kind}", "only Linear and ReLU are supported")
    if layers and after_relu:
        raise BadInput("target", "a ReLU after the last layer", "give the module without it")
    return Target.of(layers, names)


def _array(tensor: Any) -> Any:
    wide = tensor.detach().cpu()
    return (wide if str(wide.dtype) == "torch.float64" else wide.float()).numpy()
