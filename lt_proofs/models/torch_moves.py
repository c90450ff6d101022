"""PyTorch operators that only move entries: they are evaluated on the entries' numbers."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from lt_proofs.models.builder import Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.maps import Pick
from lt_proofs.models.torch_call import Operation

# operators whose outputs are entries of their first argument, or of the tensors in it
MOVES = frozenset(
    [
        *("alias", "cat", "chunk", "clone", "concat", "contiguous", "detach", "expand", "flatten", "flip", "hstack"),
        *(
            "index_select",
            "narrow",
            "permute",
            "repeat",
            "reshape",
            "roll",
            "select",
            "slice",
            "split",
            "split_with_sizes",
        ),
        *("squeeze", "stack", "t", "transpose", "unbind", "unflatten", "unsqueeze", "view", "view_as", "expand_as"),
    ]
)


def moved(call: Operation) -> Any:
    """Return the result of an operator that only moves entries, by evaluating it on the entries' numbers."""
    import torch

    first = call.arguments[0]
    sources = first if isinstance(first, list) else [first]
    numbers, starts, start = [], [], 0
    for source in sources:
        size = prod(source.shape)
        numbers.append(torch.arange(start, start + size).reshape(tuple(source.shape)))
        starts.append(start)
        start += size
    others = [_shaped(argument) for argument in call.arguments[1:]]
    found = call.function(numbers if isinstance(first, list) else numbers[0], *others, **call.settings)
    if isinstance(found, (list, tuple)):
        return [_gathered(call, part, sources, starts) for part in found]
    return _gathered(call, found, sources, starts)


def _shaped(argument: Any) -> Any:
    """Return a tensor of the shape of a value, for operators that read another one's shape only."""
    import torch

    return torch.zeros(argument.shape) if isinstance(argument, Value) else argument


def _gathered(call: Operation, numbers: Any, sources: list[Any], starts: list[int]) -> Value:
    flat, shape = numbers.reshape(-1).numpy(), tuple(numbers.shape)
    if len(sources) == 1:
        return call.builder.picked(call.label, sources[0], flat, shape)
    bias, terms = np.zeros(len(flat)), []
    for source, start in zip(sources, starts, strict=True):
        inside = (flat >= start) & (flat < start + prod(source.shape))
        if isinstance(source, Value):
            terms.append((source, Pick(np.where(inside, flat - start, -1), source.size)))
        else:
            known = call.constant(source)
            if known is not None:
                bias[inside] = known.mid.reshape(-1)[flat[inside] - start]
    return call.builder.add(call.label, terms, Enclosed(bias) if bias.any() else None, shape)
