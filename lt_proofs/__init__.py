"""Machine-checked mathematics of the strong lottery ticket.

>>> import lt_proofs
>>> lt_proofs.__version__
'0.1.0'

``prove`` decides an inequality; ``bound`` says how many samples or hidden units suffice; ``cover`` decides whether
samples cover a window; ``prune`` makes a certified ticket for a network; ``load_ticket`` reads one from its folder;
``plot`` draws a ticket or a campaign with matplotlib.

What stands here is imported only when it is first used, so that ``import lt_proofs`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# the same names twice: editors and type checkers read these imports, programs the table below
if TYPE_CHECKING:
    from lt_proofs.bounds.question import bound as bound
    from lt_proofs.errors import BadInput as BadInput
    from lt_proofs.errors import LtProofsError as LtProofsError
    from lt_proofs.errors import Malformed as Malformed
    from lt_proofs.errors import Unsolved as Unsolved
    from lt_proofs.networks.comparing import compare as compare
    from lt_proofs.networks.one_call import prune as prune
    from lt_proofs.networks.ticket import Ticket as Ticket
    from lt_proofs.networks.ticket import load_ticket as load_ticket
    from lt_proofs.proof.prove import prove as prove
    from lt_proofs.report.pictures import plot as plot
    from lt_proofs.subset_sum.given_samples import cover as cover
    from lt_proofs.verdict import Verdict as Verdict

__version__ = "0.1.0"

_HOMES = {
    "Verdict": "lt_proofs.verdict",
    "prove": "lt_proofs.proof.prove",
    "bound": "lt_proofs.bounds.question",
    "cover": "lt_proofs.subset_sum.given_samples",
    "prune": "lt_proofs.networks.one_call",
    "compare": "lt_proofs.networks.comparing",
    "load_ticket": "lt_proofs.networks.ticket",
    "plot": "lt_proofs.report.pictures",
    "Ticket": "lt_proofs.networks.ticket",
    "LtProofsError": "lt_proofs.errors",
    "BadInput": "lt_proofs.errors",
    "Malformed": "lt_proofs.errors",
    "Unsolved": "lt_proofs.errors",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lt_proofs' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
