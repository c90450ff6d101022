"""The certificate: a claim's statement and the steps that conclude it, in the one envelope of the project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lt_proofs.terms import Judgement, canonical_json, content_digest, encode

FORMAT = "lt_proofs certificate 2"


@dataclass
class Steps:
    """Steps in the order in which they are concluded; equal steps are kept once."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def add(self, rule: str, goal: Judgement | dict[str, Any], sources: list[int], data: dict[str, Any]) -> int:
        """Append a step and return its number; a step that is there already is not repeated."""
        goal_data = encode(goal) if isinstance(goal, Judgement) else goal
        row = {"rule": rule, "from": sources, "goal": goal_data, "data": data}
        text = canonical_json(row)
        if text not in self._known:
            self._known[text] = len(self.rows)
            self.rows.append(row)
        return self._known[text]


def certificate(claim: str, steps: Steps) -> dict[str, Any]:
    """The sealed envelope whose statement is the goal of the last step."""
    return seal({"format": FORMAT, "claim": claim, "statement": steps.rows[-1]["goal"], "steps": steps.rows})


def seal(content: dict[str, Any]) -> dict[str, Any]:
    """The envelope with its digest computed afresh."""
    unsealed = {key: value for key, value in content.items() if key != "digest"}
    return {**unsealed, "digest": content_digest(unsealed)}


def certificate_text(envelope: dict[str, Any]) -> str:
    """The bytes of a certificate file, which the checker demands to the letter."""
    return canonical_json(envelope) + "\n"
