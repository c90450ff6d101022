"""The proof in a certificate as English: its steps, without those that are inequalities, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lt_proofs.terms import FORMS, canonical_json, decode, encode
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS

# rule of the checker -> how a reader is told it; a test compares the rules with the checker's
RULES = {
    "tree": "by a tree of evidence",
    "enumerate-flow": "by examining every colouring of two rows of cells, offset by offset",
    "enumerate-grid": "by a recursion over all subsets of the grid",
    "enumerate-process": "by computing the distribution of the process exactly, step by step",
    "cut-by-flow": "because the flow of a uniform law counts the pairs within its radius",
    "two-point": "because, for a given mean, a law on two points is the worst case",
    "small-radius": "by approximation with grid sets and the cuts of windows of twice the radius",
    "large-radius": "by deleting the middle of the interval, which is close to every point",
    "all-pairs": "because every pair of points is within the radius",
    "end-interval": "by pairs that meet a part of the set, or the middle of a window of twice the radius",
    "uniform": "because a uniform sample adds in expectation the area of a cut, divided by twice the radius",
    "share": "because a law grows at least as much as the part that it contains",
    "mean-radius": "by averaging over the radius, in which the growth is linear",
    "mixture": "by integrating over the radius of the uniform laws that the law is a mixture of",
    "assumed": "because the statement defines the law by this growth",
    "grid-gain": "because a uniform sample adds on average the pairs of a cut, divided by the number of its values",
    "first-moment": "by contraction of the potential with each sample and Markov's inequality",
    "staircase": "by a mixture of uniform laws below the density",
    "recursion": "by a certified recursion over the covered weight, with the worst law of each step",
    "weighted": "by contraction of the weighted potential with each sample and Markov's inequality",
    "reach": "because subset sums cover the window only if a sum of independent variables is large",
    "coupling": "by rounding each sample to the grid",
    "two-signs": "by one instance of coverage for each sign of the input and a union bound",
    "one-sign": "by one instance of coverage, because the input is nonnegative",
    "frobenius": "by a union bound over all weights and the Frobenius norm",
    "either-way": "by rounding each weight up or down to a subset sum such that the errors do not add up",
    "compose": "by induction over the layers",
    "stack": "by composition of the layers' errors and a union bound over the layers",
    "assemble": "by composition of the layers' errors, each with its own share, and a union bound over the layers",
    "propagate": "by the Lipschitz constant of ReLU, layer by layer",
    "volume-packing": "because the balls around a maximal packing cover the unit ball",
    "triangle": "by the triangle inequality",
    "brunn-minkowski": "by the Brunn-Minkowski inequality for a set and its mirror image",
    "average": "by averaging the hypothesis over the targets",
    "over-packing": "by averaging over a packing",
    "over-ball": "by averaging over the unit ball of matrices",
    "least-value": "by solving the bound for one variable",
    "masks-of-units": "by counting the masks of each hidden unit",
    "sign-columns": "by choosing for each input the sign that activates fewer units",
    "by-units": "by counting functions instead of masks",
    "by-columns": "by counting values at the unit vectors",
    "count-reads": "by counting the taps and the output positions that read one pixel",
    "kernel-norm": "by the Cauchy-Schwarz inequality over the taps, or on a larger torus",
    "hidden-channels": "by collecting the hidden channels of each input channel and sign",
    "convolve": "by a union bound over all entries of the kernel and a norm of convolutions",
    "stack-convolutions": "by composition of the layers' errors and a union bound over the layers",
    "pooling": "because each window is 1-Lipschitz and each pixel lies in few of them",
    "inner-tap": "by the coordinates that the first and the last output position read",
    "residual-blocks": "by induction over the blocks",
    "over-kernels": "by averaging over the unit ball of kernels",
    "explicit-matrices": "by exhibiting the matrices",
    "all-masks": "by computing the function of every mask",
    "counterexample": "by a counterexample",
}
# node of evidence -> how a reader is told it; a test compares the nodes with the checker's
EVIDENCE = {
    "interval": "interval arithmetic",
    "empty": "a hypothesis that holds nowhere",
    "halves": "dividing a range at a number",
    "curve": "dividing along a curve",
    "order": "ordering two variables",
    "inside": "continuity",
    "rise": "monotonicity",
    "fall": "monotonicity",
    "concave": "concavity",
    "zero": "algebra",
    "bernstein": "Bernstein coefficients",
    "like": "rewriting as an equal term",
    "product": "the signs of factors",
    "square": "comparing squares",
    "logs": "comparing logarithms",
    "replace": "cases of a minimum, maximum, absolute value or root",
    "either": "cases of an absolute value",
    "sum": "a sum of nonnegative terms",
    "invert": "the limit at infinity",
    "period": "one period",
    "change": "a change of variable",
    "abstract": "a name for a part",
    "taylor": "Taylor's formula on boxes",
    "touch": "a zero at an end",
    "defined": "conditions under which the terms are defined",
    "both": "two inequalities for an equation",
}


def proof_facts(envelope: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a proof in dependency order; a step that is a claim of record is cited by its id."""
    steps = envelope["steps"]
    named = _claims()
    needed = sorted(_needed(steps, named))
    numbers = {step: number for number, step in enumerate(needed, 1)}
    return [_fact(steps, step, numbers, named if step != len(steps) - 1 else {}) for step in needed]


def _needed(steps: list[dict[str, Any]], named: dict[str, str]) -> set[int]:
    """Return the steps that are no inequalities, except those that only a claim of record rests on."""
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
    """Yield the names of the nodes in a tree of evidence that EVIDENCE names."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        if data and isinstance(data[0], str) and data[0] in EVIDENCE:
            yield data[0]
        for item in data:
            yield from _nodes(item)


def _claims() -> dict[str, str]:
    """Return the ids of the claims of record by the canonical texts of their statements."""
    return {canonical_json(encode(claim.judgement)): claim.id for claim in CLAIMS}
