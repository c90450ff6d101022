"""Machine-checked mathematics of the strong lottery ticket.

>>> import lt_proofs
>>> lt_proofs.__version__
'0.1.0'

What stands here is imported only when it is first used, so that ``import lt_proofs`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Verdict": "lt_proofs.verdict",
    "prove": "lt_proofs.proof.prove",
    "LtProofsError": "lt_proofs.errors",
    "BadInput": "lt_proofs.errors",
    "Malformed": "lt_proofs.errors",
    "load_ticket": "lt_proofs.networks.ticket",
    "compare": "lt_proofs.networks.comparing",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lt_proofs' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
