"""The front page of the report: what the project is, what verdicts and tiers mean, and the two main theorems."""

from __future__ import annotations

from typing import Any

from lt_proofs.theory.theorem_1 import C_WEIGHTED, C

TITLE = "Optimal lottery tickets, machine-checked"

PAPER = (
    "Pensia, Rajput, Nagle, Vishwakarma, Papailiopoulos: Optimal Lottery Tickets via SubsetSum: Logarithmic "
    "Over-Parameterization is Sufficient. NeurIPS 2020, arXiv 2006.07990"
)

ABOUT = (
    "A random network of twice the depth of a given ReLU network, and logarithmically wider, contains a subnetwork "
    "that computes nearly the same function: the strong lottery ticket. lt_proofs restates the mathematics of this "
    "result with explicit constants, proves each statement by machine-checked steps, attacks each proof with planted "
    "errors, and prunes random networks into certified tickets for trained ones. Any tool may search for a proof; a "
    "statement is called proved only after a small separate checker, which computes with integers only, has accepted "
    "its certificate."
)

TIERS = {
    "kernel-checked": (
        "for weights on a grid, by a theorem of formal/ that the kernel of Coq, a proof assistant, accepted without "
        "any axiom"
    ),
    "proved": "for all objects of the statement, by a certificate that the checker, our own program, accepted",
    "exhaustive": "by enumerating all cases of the finite range that the statement names",
    "statistical": "by sampling, at the stated confidence level; evidence, not proof",
    "conjectured": "stated here, but neither proved nor refuted",
}

VERDICTS = {
    "PROVED": "the checker accepted a certificate of the statement of record",
    "REFUTED": "the checker accepted a counterexample",
    "UNDECIDED": "neither was found, and nothing is claimed",
}

# a theorem, what it asks, and what it says in words; constants come from the statements of record
GOALS = (
    (
        "theorem-1",
        "how wide a random network must be so that every target network is within eps of a pruning of it",
        "Take a random ReLU network of twice the depth with n_i hidden units for each input of layer i. With "
        "probability at least 1 - delta, every ReLU network of depth l and widths d_0, …, d_l without biases and with "
        "spectral norms at most 1 is within eps of some pruning of it on the Euclidean unit ball, all of them at "
        f"once. It is enough that n_i >= C ln(d_(i-1) d_i l/min(eps, delta)) with C = {C}, whenever d_(i-1) d_i "
        f"l/min(eps, delta) >= 4 in every layer (theorem-1-constant), or with C = {C_WEIGHTED} for eps <= 1/3 "
        "(theorem-1-weighted-constant); the paper "
        "gives C no value.",
    ),
    (
        "theorem-2",
        "how many weights a random network must have for that: the matching lower bound",
        "Whatever its architecture and distribution: if, for every d x d matrix of spectral norm at most 1, a random "
        "network has with probability at least 1/2 a pruning within eps of it on the Euclidean unit ball, then it has "
        "at "
        "least d^2 log2(1/eps) - 1 weights. So the logarithm of 1/eps in Theorem 1 cannot be avoided.",
    ),
)


def about_facts(recorded: frozenset[str]) -> dict[str, Any]:
    """Return the facts of the front page; ``recorded`` holds the ids of the claims of record."""
    return {
        "title": TITLE,
        "about": ABOUT,
        "paper": PAPER,
        "words": {
            "verdicts": [{"word": word, "meaning": meaning} for word, meaning in VERDICTS.items()],
            "tiers": [{"word": word, "meaning": meaning} for word, meaning in TIERS.items()],
        },
        "goals": [{"id": name, "asks": asks, "says": says, "recorded": name in recorded} for name, asks, says in GOALS],
    }
