"""State dicts in .pt and .pth files; no code in a file is executed."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed, install_extra, shorten
from lt_proofs.files import read_bytes
from lt_proofs.models.maps import MAX_ENTRIES

# names under which checkpoints keep the state dict
WRAPPED = ("state_dict", "model_state_dict", "model")
SAVE = "save the state dict: torch.save(model.state_dict(), path)"


def read_state_dict(path: Path) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Return the tensors of a file that ``torch.save`` wrote, in their order, and remarks.

    Raises BadInput without the extra [torch] and for files that hold something else, Malformed for damaged ones.
    """
    # a file that is not there is reported as such, whether or not the extra is
    content = read_bytes(path)
    try:
        import torch
    except ImportError:
        raise BadInput("TARGET", path, install_extra("torch")) from None
    _refuse_scripts(path, content)
    try:
        with warnings.catch_warnings():
            # what PyTorch warns of, such as old formats, is no concern of someone who gave a file
            warnings.simplefilter("ignore")
            state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # torch documents no class for a file that it refuses
        raise Malformed(path, f"no state dict that loads with weights_only: {_reason(error)}; {SAVE}") from None
    remarks = []
    if isinstance(state, torch.Tensor):
        raise BadInput("TARGET", path, f"it holds one tensor without a name; {SAVE}")
    found = [name for name in WRAPPED if isinstance(state, Mapping) and isinstance(state.get(name), Mapping)]
    if len(found) > 1:
        raise BadInput("TARGET", path, f"it holds several state dicts, {', '.join(found)}; save the one that is meant")
    if found:
        state = state[found[0]]
        remarks.append(f"read from the entry {found[0]} of the file")
    if not isinstance(state, Mapping) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise BadInput("TARGET", path, f"it holds more than tensors; {SAVE}")
    return {str(name): array_of(tensor, str(name)) for name, tensor in state.items()}, remarks


def array_of(tensor: Any, name: str) -> NDArray[Any]:
    """Return a tensor of PyTorch as an array; floats of 16 bits become float32, which holds them exactly."""
    import torch

    # a few bytes of a file can stand for a tensor of any size: one number repeated, or a sparse matrix
    if tensor.numel() > MAX_ENTRIES:
        raise BadInput("tensor", name, f"it has more than {MAX_ENTRIES} entries")
    if tensor.is_meta:
        raise BadInput("tensor", name, "it has a shape only; save the module with its weights")
    plain = tensor.detach().cpu()
    if plain.layout == torch.sparse_coo:
        plain = plain.to_dense()
    if plain.layout != torch.strided or plain.is_quantized or plain.is_complex():
        raise BadInput("tensor", name, "it is compressed, quantized or complex; give a dense tensor of floats")
    if plain.is_floating_point() and str(plain.dtype) != "torch.float64":
        plain = plain.float()
    array: NDArray[Any] = plain.numpy()
    return array


def _refuse_scripts(path: Path, content: bytes) -> None:
    """Raise BadInput for TorchScript archives and exported programs, which hold code."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return
    if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
        raise BadInput("TARGET", path, f"it is a TorchScript archive; {SAVE}")
    if any(name.endswith(("serialized_exported_program.json", "models/model.json")) for name in names):
        raise BadInput("TARGET", path, f"it is an exported program; {SAVE}")


def _reason(error: Exception) -> str:
    """Return the first line of what PyTorch says, without its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    unsafe = next((line for line in lines if "GLOBAL" in line or "global" in line), None)
    if unsafe is not None:
        return "it holds more than tensors, such as a whole module"
    first = lines[0] if lines else ""
    # the unpickler complains of a text by a number or a letter
    return shorten(first) if " " in first else "it is not what torch.save writes"
