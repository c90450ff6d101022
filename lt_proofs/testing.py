"""Test your own lemmas with this project's tools: hypothesis strategies for its objects, and ``assert_claim``.

>>> proof = assert_claim("x*(1-x) <= 1/4", "x in [0, 1]")
>>> assert_claim("x*(1-x) <= 6/25", "x in [0, 1]")
Traceback (most recent call last):
...
AssertionError: REFUTED: x*(1 - x) <= 6/25 fails at x = 1/2

Needs the extra ``[test]`` (hypothesis).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lt_proofs.certificates.certificate import certificate
from lt_proofs.proof.decision import Decision
from lt_proofs.proof.evidence import BUDGET, WORK
from lt_proofs.proof.prove import prove
from lt_proofs.proof.prover import proof_of
from lt_proofs.tables import NAMES
from lt_proofs.terms import Apply, Number, Relation, Term, number
from lt_proofs.terms.tree import subterms
from lt_proofs.theory.claim import Claim
from lt_proofs.theory.record import CLAIMS
from lt_proofs.verdict import Verdict

FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "<"}


def assert_claim(relation: str | Relation, where: str = "", budget: float = BUDGET, work: int = WORK) -> Decision:
    """Raise AssertionError unless the inequality is proved and the independent checker accepts the proof.

    ``where`` gives the domain, such as "x in [0, 1]", and ``budget`` the limit of the search. The message contains
    the counterexample of a refuted claim, or the reason why it is undecided. Returns the decision.
    """
    proof = prove(relation, where, budget, work)
    if proof.verdict is Verdict.PROVED:
        return proof
    conclusion = proof.judgement["conclusion"]
    if proof.counterexample is not None:
        place = ", ".join(f"{name} = {value}" for name, value in proof.counterexample.items())
        raise AssertionError(f"REFUTED: {conclusion!r} fails at {place}")
    raise AssertionError(f"UNDECIDED: {conclusion!r}: {proof.reason}")


def samples(min_size: int = 0, max_size: int = 12, bits: int = 12) -> st.SearchStrategy[list[Fraction]]:
    """Lists of dyadic samples in [-1, 1], multiples of 2^-bits; zeros, ±1 and repetitions are likely."""
    unit = 1 << bits
    value = st.one_of(st.integers(-unit, unit), st.sampled_from((0, unit, -unit, unit // 2)))
    return st.lists(value.map(lambda k: Fraction(k, unit)), min_size=min_size, max_size=max_size)


def laws() -> st.SearchStrategy[str]:
    """Names of the laws that campaigns can sample."""
    return st.sampled_from(NAMES)


def targets(max_layers: int = 3, max_width: int = 4) -> st.SearchStrategy[list[Any]]:
    """Weight matrices of a bias-free ReLU network, float32 in [-1, 1]; the rows of each are the inputs of the next."""

    def matrices(widths: list[int]) -> st.SearchStrategy[list[Any]]:
        shapes = list(zip(widths[1:], widths[:-1], strict=True))
        entry = st.integers(-(2**12), 2**12)
        layers = [st.lists(entry, min_size=r * c, max_size=r * c).map(_matrix(r, c)) for r, c in shapes]
        return st.tuples(*layers).map(list)

    return st.lists(st.integers(1, max_width), min_size=2, max_size=max_layers + 1).flatmap(matrices)


def _matrix(rows: int, columns: int) -> Any:
    """Return a function that shapes a list of integers in units of 2^-12 into a float32 matrix."""
    return lambda entries: np.array(entries, dtype=np.float32).reshape(rows, columns) / np.float32(2**12)


def claims() -> st.SearchStrategy[Claim]:
    """Claims of record."""
    return st.sampled_from(CLAIMS)


def certificates() -> st.SearchStrategy[dict[str, Any]]:
    """Sealed certificates of claims of record, as the data that the checker reads."""

    def sealed(claim: Claim) -> dict[str, Any]:
        steps = proof_of(claim.judgement, claim.plan)
        if steps is None:
            raise AssertionError(f"no proof of {claim.id}")
        return certificate(claim.id, steps)

    return claims().map(sealed)


def plants(relation: Relation) -> st.SearchStrategy[Relation]:
    """Planted errors: the relation reversed or made strict, or one of its constants changed by 1 % or doubled.

    A plant may happen to be true; a false one must never be proved.
    """
    constants = sorted({p.value for p in subterms(relation.left - relation.right) if isinstance(p, Number)})
    mutants = [Relation(FLIPPED[relation.sign], relation.left, relation.right)]
    if relation.sign in ("<=", ">="):
        mutants.append(Relation(relation.sign[0], relation.left, relation.right))
    for value in constants:
        # a constant 0 cannot be scaled and is moved by the same amounts instead
        for factor in (Fraction(99, 100), Fraction(101, 100), Fraction(2)):
            new = number(value * factor if value else factor - 1)
            sides = (_nudged(side, value, new) for side in (relation.left, relation.right))
            mutants.append(Relation(relation.sign, *sides))
    return st.sampled_from(mutants)


def _nudged(term: Term, old: Fraction, new: Term) -> Term:
    """Replace every occurrence of a constant in a term."""
    if isinstance(term, Number):
        return new if term.value == old else term
    if isinstance(term, Apply):
        return Apply(term.head, tuple(_nudged(arg, old, new) for arg in term.args))
    return term
