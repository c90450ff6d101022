"""One node of an exported PyTorch graph, with its arguments as they are known so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.builder import Builder, Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.torch_file import array_of


@dataclass
class Operation:
    """One node: its function, arguments and settings; values depend on the input, everything else is constant."""

    builder: Builder
    label: str
    function: Any
    arguments: list[Any]
    settings: dict[str, Any]
    layer: str

    def argument(self, place: int, name: str = "", default: Any = None) -> Any:
        """Return an argument by place or by name."""
        return self.arguments[place] if place < len(self.arguments) else self.settings.get(name, default)

    def value(self, place: int) -> Value:
        """Return an argument that must depend on the input."""
        found = self.argument(place)
        if not isinstance(found, Value):
            raise self.refuse(f"its argument {place + 1} must depend on the input")
        return found

    def constant(self, found: Any) -> Enclosed | None:
        """Return a constant argument as exact numbers; None stays None."""
        if isinstance(found, Value):
            raise self.refuse(
                "it multiplies or divides two tensors that depend on the input, so it is not piecewise linear"
            )
        if found is None:
            return None
        array = np.asarray(found, np.float64) if isinstance(found, (int, float)) else array_of(found, self.label)
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise self.refuse("a constant holds NaN, infinity or no numbers")
        return Enclosed.of(array)

    def refuse(self, reason: str) -> BadInput:
        """Return the error that names this node."""
        return BadInput("node", self.label, reason)
