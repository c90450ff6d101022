"""The front page of the report: what the project is, what verdicts and tiers mean, and the two main theorems."""

from __future__ import annotations

from typing import Any

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
    "proved": "for all objects of the statement, by a certificate that the checker accepted",
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
        "how wide a random network must be so that every target network is a pruning of it, nearly",
        "Take a random ReLU network of twice the depth, each layer wider by a factor that grows only with the "
        "logarithm of widths, depth, 1/eps and 1/delta. But for the probability delta, every bias-free ReLU network "
        "of these widths with norms at most 1 is within eps of some pruning of it, all of them at once.",
    ),
    (
        "theorem-2",
        "how many parameters every random network needs that does so: the matching lower bound",
        "Whatever the architecture and the distribution: a random network that has, for each linear map of norm at "
        "most 1, a chance of one half that some pruning is within eps of it, needs at least so many weights. The "
        "logarithm of 1/eps cannot be saved.",
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
