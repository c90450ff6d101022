"""Models from named tensors: which tensors are weights, and what their names say; `orders` puts the layers in order.

Tensors alone do not say what a network computes between its matrices: ReLU is assumed, and said. A tensor whose role
is not known is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, shorten
from lt_proofs.models.builder import Builder
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.graph import Model
from lt_proofs.models.orders import Sizes, given_order, order_of
from lt_proofs.models.tensor_images import describes_images, model_of_parts

ASSUMED = "ReLU between the layers was assumed"
# the last part of a name says the role of a tensor; a number behind it belongs to the layer: W1 and b1, weight_1
ROLE = re.compile(r"(?:^|(?<=[./_]))(weights?|kernel|[Ww]|coefs?|bias(?:es)?|b|intercepts?)(_?[0-9]*)(?::0)?$")
# parts of attention, which are no layers of their own
ATTENTION = re.compile(r"(?:^|[._])(?:in|q|k|v)_proj_(?:weight|bias)$")
BIASES = frozenset({"bias", "biases", "b", "intercept", "intercepts"})
# roles whose matrices have inputs x outputs, as Keras and scikit-learn keep them
INPUTS_FIRST = frozenset({"kernel", "coef", "coefs"})
# roles that do not say whether rows or columns are the outputs
UNSAID = frozenset({"W", "w", "weights", ""})
# prefixes that data parallelism and compilation put in front of all names
WRAPPERS = frozenset({"module", "_orig_mod"})
# prefixes of a second network, an average or a teacher, beside the one that is trained
COPIES = frozenset({"ema", "ema_model", "model_ema", "averaged_model", "swa_model", "teacher"})
MAX_LAYERS = 1024
SHOWN = 6


@dataclass(frozen=True)
class Linear:
    """A layer found among tensors; ``weight`` is outputs x inputs."""

    name: str
    weight: Enclosed
    bias: Enclosed | None
    role: str

    @property
    def sizes(self) -> Sizes:
        """The numbers of inputs and of outputs."""
        outputs, inputs = self.weight.mid.shape
        return inputs, outputs

    def turned(self) -> Linear:
        """Return the layer with the other reading of its matrix."""
        return Linear(self.name, self.weight.transposed, self.bias, self.role)


def model_of_tensors(
    tensors: Mapping[str, NDArray[Any]],
    *,
    layers: Sequence[str] | None = None,
    ignore: Iterable[str] = (),
    ordered: bool = True,
    remarks: Sequence[str] = (),
    shape: Sequence[int] | None = None,
) -> Model:
    """Return the network of named tensors.

    Where one of them is the kernel of a convolution, ``layers`` and ``shape`` say how they are wired (`tensor_images`).
    Otherwise ``layers`` names the layers from the input on; without it the tensors' own order counts where ``ordered``,
    and the only order that fits where not. ``ignore`` holds patterns of names that are left out. Raises BadInput for
    tensors whose role is unknown, and where several orders fit.
    """
    kept, said = _without(tensors, ignore)
    if layers is None:
        _refuse_copies(kept)
    composed = composed_tensors(kept)
    if describes_images(composed):
        return model_of_parts(composed, layers, shape, [*remarks, *said])
    if shape is not None:
        raise BadInput("--shape", ",".join(map(str, shape)), "the file has no convolutions, and says its own shape")
    found = _linears(composed)
    found, turned = _oriented(found, ordered or layers is not None, layers)
    said += turned
    by_name = {linear.name: linear for linear in found}
    sizes = {name: linear.sizes for name, linear in by_name.items()}
    if layers is not None:
        order, more = given_order(sizes, layers)
    else:
        order, more = order_of(sizes, ordered=ordered)
    return chain_model([by_name[name] for name in order], [*remarks, *said, *more])


def chain_model(linears: Sequence[Linear], remarks: Sequence[str], *, relu_known: bool = False) -> Model:
    """Return the model of layers with ReLU between them."""
    builder = Builder("input", (1, linears[0].sizes[0]))
    value = builder.inputs
    for number, linear in enumerate(linears):
        value = builder.relu(f"ReLU before {linear.name}", value) if number else value
        value = builder.linear(linear.name, value, linear.weight, linear.bias, (1, linear.sizes[1]))
        builder.places[linear.name] = value.number
    builder.remarks += [*remarks, *([ASSUMED] if len(linears) > 1 and not relu_known else [])]
    return builder.model(value)


def composed_tensors(tensors: Mapping[str, NDArray[Any]]) -> dict[str, Enclosed]:
    """Return the tensors as exact numbers, with masks of pruning multiplied and normed weights composed.

    These are ``weight_orig`` times ``weight_mask``; and ``weight_v`` scaled so that its norms are ``weight_g``, which
    newer versions of PyTorch call ``parametrizations.weight.original1`` and ``original0``.
    """
    result: dict[str, Enclosed] = {}
    for name, array in tensors.items():
        if name.endswith("_orig") and f"{name[:-5]}_mask" in tensors:
            mask = tensors[f"{name[:-5]}_mask"]
            if mask.shape != array.shape or not np.isin(mask, (0, 1)).all():
                raise BadInput("tensor", f"{name[:-5]}_mask", f"give a mask of zeros and ones of shape {array.shape}")
            result[name[:-5]] = Enclosed(_number(name, array).mid * mask)
        elif name.endswith("_v") and f"{name[:-2]}_g" in tensors:
            result[name[:-2]] = _normed(name, array, f"{name[:-2]}_g", tensors[f"{name[:-2]}_g"])
        elif (old := re.fullmatch(r"(.*?)parametrizations\.(\w+)\.original1", name)) and name[:-1] + "0" in tensors:
            result["".join(old.groups())] = _normed(name, array, name[:-1] + "0", tensors[name[:-1] + "0"])
        elif not _belongs(name, tensors):
            result[name] = _number(name, array)
    return result


def _belongs(name: str, tensors: Mapping[str, Any]) -> bool:
    """Return whether a tensor is the mask or the norms of another one."""
    partners = {"_mask": "_orig", "_g": "_v", ".original0": ".original1"}
    return any(name.endswith(end) and name.removesuffix(end) + other in tensors for end, other in partners.items())


def _normed(name: str, array: NDArray[Any], norms_name: str, norms: NDArray[Any]) -> Enclosed:
    """Return v g / |v|, where the norms are those of rows, of columns or of the whole, as the shape of g says."""
    directions, lengths = _number(name, array), _number(norms_name, norms)
    if array.ndim != 2 or lengths.mid.size not in (1, *array.shape):
        raise BadInput("tensor", name, f"its norms {shorten(norms_name)} have shape {norms.shape}, which does not fit")
    squares = directions * directions
    if norms.shape == (len(array), 1):
        root = (squares @ Enclosed(np.ones((array.shape[1], 1)))).sqrt()
    elif norms.shape == (1, array.shape[1]):
        root = (Enclosed(np.ones((1, len(array)))) @ squares).sqrt()
    elif norms.size == 1:
        root = (squares.reshape(1, -1) @ Enclosed(np.ones((array.size, 1)))).sqrt()
        lengths = lengths.reshape(1, 1)
    else:
        raise BadInput("tensor", name, f"its norms {shorten(norms_name)} have shape {norms.shape}, which does not fit")
    return directions * (lengths / root)


def _number(name: str, array: NDArray[Any]) -> Enclosed:
    if array.dtype.kind != "f":
        raise BadInput("tensor", name, f"it has type {array.dtype}; give float32 or float64, or --ignore it")
    if not np.isfinite(array).all():
        raise BadInput("tensor", name, "it holds NaN or infinity; train the network again")
    return Enclosed.of(array)


def _without(tensors: Mapping[str, NDArray[Any]], ignore: Iterable[str]) -> tuple[dict[str, NDArray[Any]], list[str]]:
    dropped: list[str] = []
    for pattern in ignore:
        hit = [name for name in tensors if fnmatchcase(name, pattern)]
        if not hit:
            raise BadInput("--ignore", pattern, f"no tensor has such a name; there are {listed(tensors)}")
        dropped += hit
    kept = {name: array for name, array in tensors.items() if name not in dropped}
    return kept, [f"ignored: {listed(dict.fromkeys(dropped))}"] if dropped else []


def _refuse_copies(tensors: Mapping[str, NDArray[Any]]) -> None:
    """Raise BadInput where names differ by a prefix only, as those of two copies of one network do."""
    behind: dict[tuple[str, Any], str] = {}
    for name, array in tensors.items():
        prefix, _, rest = name.partition(".")
        other = behind.setdefault((rest, array.shape), prefix)
        if other != prefix and {prefix, other} & COPIES:
            raise _copies(name, f"{other}.{rest}", prefix if prefix in COPIES else other)
        while rest:
            if rest in tensors and (prefix in WRAPPERS or tensors[rest].shape == array.shape):
                raise _copies(name, rest, prefix)
            part, _, rest = rest.partition(".")
            prefix = f"{prefix}.{part}"


def _copies(name: str, other: str, prefix: str) -> BadInput:
    return BadInput(
        "tensor", name, f"{shorten(other)} is there too, as if the file held two copies of a network; leave one out: "
        f"--ignore '{shorten(prefix)}.*', or name the layers: --layers"
    )  # fmt: skip


def _linears(tensors: Mapping[str, Enclosed]) -> list[Linear]:
    """Return the layers in the order of their matrices; raise BadInput for tensors that are no part of one."""
    roles = {name: _role(name) for name in tensors}
    # a matrix that is called b is no bias
    roles |= {name: (name, "") for name, (_, role) in roles.items() if role in BIASES and tensors[name].mid.ndim == 2}
    named = any(role and tensors[name].mid.ndim == 2 for name, (_, role) in roles.items())
    biases = {key: name for name, (key, role) in roles.items() if role in BIASES and tensors[name].mid.ndim == 1}
    linears, used = [], set()
    for name, (key, role) in roles.items():
        if tensors[name].mid.ndim != 2 or (named and not role):
            continue
        weight = tensors[name].transposed if role in INPUTS_FIRST else tensors[name]
        bias = tensors[biases[key]] if key in biases else None
        used |= {name, biases.get(key, name)}
        linears.append(Linear(_title(name) if role else name, weight, bias, role))
    _refuse_others({name: tensor for name, tensor in tensors.items() if name not in used}, roles)
    if not linears:
        raise BadInput("network", "no layers", "give at least one weight matrix")
    if len(linears) > MAX_LAYERS:
        raise BadInput("network", f"{len(linears)} matrices", f"give at most {MAX_LAYERS}")
    return linears


def _refuse_others(others: Mapping[str, Enclosed], roles: Mapping[str, tuple[str, str]]) -> None:
    for name, tensor in others.items():
        if tensor.mid.ndim == 1 and roles[name][1] and roles[name][1] not in BIASES:
            raise BadInput(
                "tensor", name, "it scales values one by one, as normalization does; export the network to ONNX"
            )
    if others:
        names = listed(others)
        raise BadInput(
            "tensor", next(iter(others)), f"{'it is' if len(others) == 1 else f'{names} are'} no weight or bias of a "
            f"fully connected layer; --ignore PATTERN leaves tensors out"
        )  # fmt: skip


def _role(name: str) -> tuple[str, str]:
    """Return a key that a layer's weight and bias have in common, and the role, "" where the name says none."""
    found = None if ATTENTION.search(name) else ROLE.search(name)
    return (f"{name[: found.start()]}|{found[2]}", found[1]) if found else (name, "")


def _title(name: str) -> str:
    """Return the layer's name: fc1 for fc1.weight, but the whole name where nothing else is left of it."""
    found = ROLE.search(name)
    head = name[: found.start()].rstrip("./_") if found and not found[2] else ""
    return head or name.removesuffix(":0")


def _oriented(linears: list[Linear], ordered: bool, layers: Sequence[str] | None) -> tuple[list[Linear], list[str]]:
    """Return the layers with their matrices as outputs x inputs, found by biases and sizes where names do not say it.

    Raises BadInput where both readings fit.
    """
    said = []
    if any(linear.role in INPUTS_FIRST for linear in linears):
        said.append("matrices were read as inputs x outputs, as Keras and scikit-learn keep them")
    if not all(linear.role in UNSAID for linear in linears):
        _check_biases(linears)
        return linears, said
    turned = [linear.turned() for linear in linears]
    fits = [reading for reading in (linears, turned) if _fits(reading, ordered, layers)]
    if len(fits) == 2 and any(linear.role for linear in linears):
        raise BadInput(
            "tensor", linears[0].name, "rows or columns may be the outputs; name matrices fc1.weight (outputs x "
            "inputs) or fc1.kernel (inputs x outputs)"
        )  # fmt: skip
    if fits and fits[0] is turned:
        said.append("matrices were read as inputs x outputs, the only way in which they fit together")
        return turned, said
    _check_biases(linears)
    return linears, said


def _fits(linears: list[Linear], ordered: bool, layers: Sequence[str] | None) -> bool:
    """Return whether biases fit, and sizes where the order is known."""
    if any(linear.bias is not None and len(linear.bias.mid) != linear.sizes[1] for linear in linears):
        return False
    known = {linear.name: linear.sizes for linear in linears}
    order = [known[name] for name in (layers or known) if name in known]
    return not ordered or all(one[1] == other[0] for one, other in pairwise(order))


def _check_biases(linears: list[Linear]) -> None:
    for linear in linears:
        if linear.bias is not None and len(linear.bias.mid) != linear.sizes[1]:
            reason = f"its bias has {len(linear.bias.mid)} entries, and the layer has {linear.sizes[1]} outputs"
            raise BadInput("tensor", linear.name, reason)


def listed(names: Iterable[str]) -> str:
    """Return the first names as a text."""
    every = [shorten(name) for name in names]
    return ", ".join(every[:SHOWN]) + (", …" if len(every) > SHOWN else "")
