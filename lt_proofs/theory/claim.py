"""A claim of record: one judgement, its place in the paper, how it is proved and how it is attacked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lt_proofs.terms import Judgement


@dataclass(frozen=True)
class Plan:
    """How a judgement is concluded: a rule, premises with plans of their own, and hints for the checker.

    Inequalities that a rule asks for are not planned: the prover finds them.
    """

    rule: str
    premises: tuple[tuple[Judgement, Plan], ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plant:
    """A planted error: a judgement that is false, and what was changed to make it so."""

    change: str
    judgement: Judgement
    known: bool = True
    """Whether a counterexample is known; if so, `check` fails unless it finds one."""


@dataclass(frozen=True)
class Claim:
    """One statement of record."""

    id: str
    title: str
    judgement: Judgement
    plan: Plan
    place: str
    """Where the result stands in the paper, if it does, and its number in docs/mathematics."""
    changes: str
    """What differs from the paper's statement: constants, hypotheses, scope."""
    witness: str
    """An instance that meets all hypotheses; it shows that they can be met."""
    proof: str
    """The idea of the proof in a few sentences."""
    plants: tuple[Plant, ...]
    finite: bool = False
    """Whether the statement is about finitely many objects, proved by exhaustion."""
    premises: tuple[str, ...] = ()
    """Ids of the claims that this one rests on."""
