"""Models from modules of PyTorch: the graph of ``torch.export``, in the order of ``forward``, read node by node.

What does not depend on the input, and operators that only move entries, are evaluated by PyTorch itself.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, install_extra, shorten
from lt_proofs.models.builder import Builder, Value
from lt_proofs.models.compared import Traces
from lt_proofs.models.enclosed import Reals
from lt_proofs.models.graph import Model, Shape
from lt_proofs.models.torch_call import Operation
from lt_proofs.models.torch_images import IMAGE_OPERATORS, IMAGE_SEVERAL
from lt_proofs.models.torch_moves import MOVES, moved
from lt_proofs.models.torch_operators import OPERATORS, SEVERAL


@dataclass(frozen=True)
class Exported:
    """A module, its graph, and the names of its nodes' values in the model."""

    module: Any
    graph: Any
    shape: Shape


def is_module(source: Any) -> bool:
    """Return whether an object is a module of PyTorch."""
    return any(
        f"{kind.__module__}.{kind.__name__}" == "torch.nn.modules.module.Module" for kind in type(source).__mro__
    )


def read_module(module: Any, shape: Sequence[int] | None = None) -> tuple[Model, Exported]:
    """Return the model of a module in evaluation mode, and what `module_traces` needs.

    ``shape`` is that of one input, with the batch size 1 in front; without it the number of inputs of the module's
    Linear layers is tried. Raises BadInput, which names the node, for what is not piecewise linear.
    """
    exported = _exported(module, shape)
    walk = _ModuleWalk(exported)
    for node in exported.graph.graph.nodes:
        walk.step(node)
    if walk.output is None:
        raise BadInput("model", type(module).__name__, "its outputs do not depend on its inputs")
    return walk.builder.model(walk.output), exported


def module_traces(exported: Exported, model: Model, inputs: Reals) -> Traces:
    """Return what PyTorch computes for a batch: the nodes of the exported graph, and the module itself at the end."""
    import torch

    rows: dict[str, list[Reals]] = {name: [] for name in [*model.places, ""]}

    class Recorder(torch.fx.Interpreter):  # type: ignore[misc]
        def run_node(self, node: Any) -> Any:
            found = super().run_node(node)
            if node.name in rows:
                rows[node.name].append(found.detach().double().numpy().reshape(-1))
            return found

    kind = _dtype(exported.module)
    with _evaluating(exported.module), torch.no_grad():
        recorder = Recorder(exported.graph)
        for row in inputs:
            example = torch.from_numpy(row.reshape(exported.shape)).to(kind)
            recorder.run(example)
            rows[""].append(_only(exported.module(example)).detach().double().numpy().reshape(-1))
    spacing = torch.finfo(kind).eps
    values = {name: np.array(found) for name, found in rows.items() if len(found) == len(inputs)}
    return Traces("PyTorch", spacing, values)


class _ModuleWalk:
    """The values of the nodes found so far: tensors where constant, values where they depend on the input."""

    def __init__(self, exported: Exported) -> None:
        self.exported = exported
        self.builder = Builder("input", exported.shape)
        if exported.module.training:
            self.builder.remarks.append("the module was read in evaluation mode")
        self.values: dict[str, Any] = {}
        self.output: Value | None = None

    def step(self, node: Any) -> None:
        """Take one node of the graph."""
        if node.op == "placeholder":
            self.values[node.name] = self.builder.inputs
            self.builder.places[node.name] = 0
        elif node.op == "get_attr":
            found = self.exported.graph
            for part in node.target.split("."):
                found = getattr(found, part)
            self.values[node.name] = found
        elif node.op == "output":
            found = self._known(_only(node.args[0]))
            self.output = found if isinstance(found, Value) else None
        elif node.op == "call_function":
            self.values[node.name] = self._called(node)
            if isinstance(self.values[node.name], Value):
                self.builder.places[node.name] = self.values[node.name].number

    def _known(self, argument: Any) -> Any:
        """Return an argument with the nodes in it replaced by their values."""
        if isinstance(argument, (list, tuple)):
            return [self._known(part) for part in argument]
        return self.values[argument.name] if hasattr(argument, "op") else argument

    def _called(self, node: Any) -> Any:
        name = getattr(node.target, "_name", getattr(node.target, "__name__", str(node.target))).split(".")[0]
        name = name.removeprefix("aten::")
        arguments = [self._known(argument) for argument in node.args]
        settings = {key: self._known(argument) for key, argument in node.kwargs.items()}
        call = Operation(self.builder, f"{node.name} ({name})", node.target, arguments, settings, _layer(node))
        try:
            if name == "getitem":
                return arguments[0][arguments[1]]
            if not any(isinstance(part, Value) for part in _flat([*arguments, *settings.values()])):
                if _is_random(node.target):
                    raise call.refuse("it draws random numbers; give a module whose outputs depend on its inputs only")
                return node.target(*arguments, **settings)
            if name == "_assert_tensor_metadata":
                return None
            if name in MOVES:
                return moved(call)
            operator = OPERATORS.get(name) or IMAGE_OPERATORS.get(name)
            if operator is not None:
                found = operator(call)
                return (found,) if name in SEVERAL | IMAGE_SEVERAL else found
        except BadInput as error:
            if error.argument not in ("node", "constant", "tensor"):
                raise
            raise BadInput("model", call.label, error.remedy) from None
        raise BadInput("model", call.label, _why_not(node.target, name))


def _is_random(function: Any) -> bool:
    import torch

    return torch.Tag.nondeterministic_seeded in getattr(function, "tags", ())


def _why_not(function: Any, name: str) -> str:
    if _is_random(function):
        return "it draws random numbers; give a module whose outputs depend on its inputs only"
    if name.startswith("conv_transpose"):
        return "transposed convolutions are not supported; give a module without them"
    if name.startswith(("max_pool", "avg_pool", "adaptive_", "fractional", "lp_pool", "upsample")):
        return "of poolings only those by maxima and means are supported; give a module without it"
    return "it is not known to be piecewise linear; give a module that ends before it"


def _layer(node: Any) -> str:
    """Return the name of the layer to which the weight of a node belongs."""
    for argument in node.args:
        if getattr(argument, "op", "") == "get_attr":
            return str(argument.target).removesuffix(".weight")
    return str(node.name)


def _flat(arguments: list[Any]) -> Iterator[Any]:
    for argument in arguments:
        if isinstance(argument, list):
            yield from _flat(argument)
        else:
            yield argument


def _only(outputs: Any) -> Any:
    """Return the only output; raise BadInput for several, and for a dict, which names what a network does not."""
    if isinstance(outputs, Mapping):
        raise BadInput("model", "a dict of outputs", "give a module that returns one tensor")
    if isinstance(outputs, (list, tuple)):
        if len(outputs) != 1:
            raise BadInput("model", f"{len(outputs)} outputs", "give a module with one output")
        return outputs[0]
    return outputs


def _dtype(module: Any) -> Any:
    import torch

    return next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep what PyTorch warns of, logs and writes to stderr while it traces a module; its errors say enough."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """Put a module, and each of its parts, into evaluation mode, and back."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


def _check_repeats(module: Any, example: Any) -> None:
    """Raise BadInput unless a module returns one tensor, and the same one for the same input."""
    import torch

    one, other = (_only(module(example)) for _ in range(2))
    if not isinstance(one, torch.Tensor):
        raise BadInput(
            "model", type(module).__name__, f"it returns {type(one).__name__}; give one that returns a tensor"
        )
    if one.shape != other.shape or not torch.allclose(one, other, rtol=0, atol=0, equal_nan=True):
        raise BadInput(
            "model", type(module).__name__, "it returns different outputs for one input, because they are random or it "
            "keeps a state; give a module whose outputs depend on its inputs only"
        )  # fmt: skip


def _exported(module: Any, shape: Sequence[int] | None) -> Exported:
    try:
        import torch
    except ImportError:
        raise BadInput("model", type(module).__name__, install_extra("torch")) from None
    if shape is None and any(
        isinstance(part, (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)) for part in module.modules()
    ):
        raise BadInput("shape", None, "the module has convolutions; name the shape of one input, as in (1, 3, 32, 32)")
    sizes = dict.fromkeys(part.in_features for part in module.modules() if isinstance(part, torch.nn.Linear))
    shapes = [tuple(shape)] if shape is not None else [(1, size) for size in sizes]
    if not shapes:
        raise BadInput(
            "model", type(module).__name__, "it has no Linear layer; name the shape of one input: shape=(1, 4)"
        )
    problem: Exception | None = None
    with _evaluating(module), _silenced(), torch.no_grad():
        for candidate in shapes:
            example = torch.ones(candidate, dtype=_dtype(module))
            # torch.export logs what goes wrong, so shapes are tried without it first
            try:
                _check_repeats(module, example)
                program = torch.export.export(module, (example,), strict=False)
                # without operators that change tensors in place, but with all others as they are
                return Exported(module, program.run_decompositions({}).module(), candidate)
            except BadInput:
                raise
            except Exception as error:  # whatever forward raises for a shape that does not fit
                problem = problem or error
    reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    raise BadInput("model", type(module).__name__, f"it cannot be run and traced by torch.export: {shorten(reason)}")
