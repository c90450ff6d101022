"""What may help where a search for a proof was stuck."""

from __future__ import annotations

from collections.abc import Collection

from lt_proofs.terms import Domain


def advice(domain: Domain, names: Collection[str]) -> str:
    """What may help where a goal was left open on a box."""
    infinite = [r.name for r in domain.ranges if r.name in names and (r.low is None or r.high is None)]
    if infinite:
        x = infinite[0]
        return f"a bounded range of {x}, or a substitution such as {x} = 1/s or {x} = -log(s)"
    if len(names) > 1:
        return f"a split of the range of {min(names)}, or a substitution with fewer variables"
    return "a split of the range where the two sides come close, or a smaller range"
