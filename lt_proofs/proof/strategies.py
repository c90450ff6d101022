"""The strategies of the search, and the order in which they are tried.

A strategy is a function of (search, goal, strict, depth). It returns evidence that the term of the goal is >= 0
(> 0 if ``strict``) on the box wherever the hypotheses hold, or None where it does not apply or finds nothing; to show a
smaller goal it calls the search again at ``depth`` + 1. It may guess with floats: whether its evidence proves anything
is for the checker to decide. It may raise OutOfWork or OutOfTime, and Inapplicable where algebra fails on the term.
"""

from __future__ import annotations

from lt_proofs.proof.changing import by_change, by_extracting, by_halfline, by_splitting, by_turning
from lt_proofs.proof.cutting import by_cases, by_choice, by_cutting, by_hypothesis, by_lines
from lt_proofs.proof.derivatives import by_derivatives
from lt_proofs.proof.expansions import by_expansion
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.products import by_factors, by_opening, by_roots, by_squares, by_zero
from lt_proofs.proof.search import Strategy
from lt_proofs.proof.slopes import bent, by_scaling, by_slope
from lt_proofs.proof.sums import by_sums
from lt_proofs.proof.turning import by_bounds, by_inversion, by_period


def strategies_for(goal: Goal) -> tuple[Strategy, ...]:
    """The strategies in the order of their cost: exact and cheap ones first, cutting the box last."""
    # a derivative of exp(p/q) repeats the exponential, so dividing by it first leaves something simpler
    calculus = (by_scaling, by_slope) if bent(goal.term) else (by_slope, by_scaling)
    return (
        by_zero,
        by_choice,
        by_hypothesis,
        by_sums,
        by_cases,
        by_opening,
        by_turning,
        by_splitting,
        by_extracting,
        by_expansion,
        by_change,
        by_derivatives,
        by_lines,
        by_roots,
        by_factors,
        by_squares,
        by_period,
        by_halfline,
        *calculus,
        by_bounds,
        by_inversion,
        by_cutting,
    )
