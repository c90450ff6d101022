"""The proof in a certificate as English: its steps but for the inequalities, each with what it leans on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lt_proofs.terms import FORMS, canonical_json, decode, encode
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS

# rule of the checker -> how a reader may name it
RULES = {
    "tree": "by a tree of evidence",
    "enumerate-flow": "by looking at every colouring of two rows of cells, offset by offset",
    "enumerate-grid": "by a recursion over every subset of the grid",
    "enumerate-chain": "by following the process exactly, set by set",
    "cut-by-flow": "as a flow, counted in pairs",
    "two-point": "by the worst case of a random variable with given mean, one with two values",
    "small-radius": "by approximation with grid sets, on which the sets at one end are the worst",
    "large-radius": "by deleting the part that is near to everything",
    "all-pairs": "because every pair is within the radius",
    "uniform": "by translation: what a uniform step gains is a cut",
    "share": "because only a part of the law is needed",
    "mean-radius": "by averaging over the radius of a symmetric step",
    "mixture": "by taking the law apart into uniform ones",
    "assumed": "because the law is given by this gain",
    "grid-gain": "by translation on the grid: what a uniform step gains is a cut",
    "first-moment": "by Markov's inequality for the potential, which contracts at each sample",
    "staircase": "by a staircase below the density, step by step",
    "recursion": "by the certified chain: cell by cell, the worst that one more sample can leave",
    "weighted": "by a weighted cut: the chance of an accept-reject walk to cross from covered to uncovered",
    "halves": "by covering two halves with separate samples",
    "coupling": "by moving each sample to the nearest point of the grid",
    "two-signs": "by one window for each sign of the input",
    "frobenius": "by a union bound over all weights, and the Frobenius norm",
    "compose": "by induction over the layers",
    "stack": "by a union bound over the layers",
    "propagate": "by the Lipschitz constant of ReLU, layer by layer",
    "volume-packing": "because a maximal packing covers the ball",
    "triangle": "by the triangle inequality",
    "brunn-minkowski": "by the inequality of Brunn and Minkowski for a set and its mirror image",
    "average": "by averaging the hypothesis over the targets",
    "over-packing": "by averaging over a packing",
    "over-ball": "by averaging over the unit ball of matrices",
    "least-value": "by the least number of weights that is left",
    "masks-of-units": "by counting the masks of each hidden unit",
    "sign-columns": "by choosing the signs that leave the fewest values",
    "by-units": "by counting functions instead of masks",
    "by-columns": "by counting values at the unit vectors",
    "explicit-matrices": "by the matrices themselves",
    "all-masks": "by going through all masks",
    "counterexample": "by a counterexample",
}
# node of evidence -> how a reader may name it
EVIDENCE = {
    "interval": "interval arithmetic",
    "zero": "algebra",
    "bernstein": "Bernstein coefficients",
    "product": "the signs of factors",
    "halves": "cutting the box",
    "curve": "cutting along a curve",
    "rise": "monotonicity",
    "fall": "monotonicity",
    "square": "comparing squares",
    "order": "ordering the variables",
    "replace": "cases of a minimum",
    "either": "cases of an absolute value",
    "sum": "sums of squares",
    "period": "one period",
    "invert": "the limit at infinity",
    "empty": "a hypothesis that holds nowhere",
    "inside": "continuity",
}


def proof_facts(envelope: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that lead to the statement, the last one first needed last; a step that is a claim is cited as such."""
    steps = envelope["steps"]
    named = _claims()
    needed = sorted(_needed(steps, named))
    numbers = {step: number for number, step in enumerate(needed, 1)}
    return [_fact(steps, step, numbers, named if step != len(steps) - 1 else {}) for step in needed]


def _needed(steps: list[dict[str, Any]], named: dict[str, str]) -> set[int]:
    """The steps that are no inequalities, without what stands behind a claim of record."""
    needed, open_steps = set(), [len(steps) - 1]
    while open_steps:
        step = open_steps.pop()
        if step in needed:
            continue
        needed.add(step)
        if step == len(steps) - 1 or canonical_json(steps[step]["goal"]) not in named:
            open_steps += [source for source in steps[step]["from"] if not _is_leaf(steps[source])]
    return needed


def _fact(steps: list[dict[str, Any]], step: int, numbers: dict[int, int], named: dict[str, str]) -> dict[str, Any]:
    row = steps[step]
    claim = named.get(canonical_json(row["goal"]))
    sources = list(dict.fromkeys(row["from"])) if claim is None else []
    leaves = [steps[source] for source in sources if _is_leaf(steps[source])]
    own = [row] if _is_leaf(row) else []
    return {
        "number": numbers[step],
        "says": _sentence(row["goal"]),
        "how": RULES.get(row["rule"], f"by the rule {row['rule']}"),
        "claim": claim,
        "rests": [numbers[source] for source in sources if source in numbers],
        "inequalities": [_sentence(leaf["goal"]) for leaf in leaves],
        "evidence": sorted({EVIDENCE[name] for leaf in (*leaves, *own) for name in _nodes(leaf["data"])}),
    }


def _is_leaf(step: dict[str, Any]) -> bool:
    return bool(step["goal"]["form"] == "inequality")


def _sentence(goal: dict[str, Any]) -> str:
    if goal["form"] == "not":
        return f"It is false that: {_sentence(goal['statement'])}"
    return plain_sentence(decode(goal)) if goal["form"] in FORMS else goal["form"]


def _nodes(data: Any) -> Iterator[str]:
    """The names of the nodes in a tree of evidence, those without a word for readers left out."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        if data and isinstance(data[0], str) and data[0] in EVIDENCE:
            yield data[0]
        for item in data:
            yield from _nodes(item)


def _claims() -> dict[str, str]:
    """Claims of record by the canonical text of their statements."""
    return {canonical_json(encode(claim.judgement)): claim.id for claim in CLAIMS}
