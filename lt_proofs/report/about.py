"""The front page of the report: what the project is, what verdicts and tiers mean, and the two main theorems."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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


@dataclass(frozen=True)
class MainTheorem:
    """A main theorem as the first page shows it: its claim, its name, words, a formula in TeX, and its constant."""

    id: str
    name: str
    says: str
    formula: str
    constant: str


# constants come from the statements of record
GOALS = (
    MainTheorem(
        "theorem-1",
        "Theorem 1",
        "Let widths d_0, …, d_l be given. Draw a ReLU network of twice the depth with n_i hidden units for each input "
        "of layer i and weights uniform on [-1, 1]. If the n_i are large enough, then with probability at least "
        "1 - delta every ReLU network f of depth l and these widths, without biases and with spectral norms at most 1, "
        "is within eps of some pruning g of the random network on the Euclidean unit ball, all f at once:",
        r"\Pr\left(\text{every } f \text{ has a pruning } g \text{ with } \sup_{\|x\| \le 1} \|f(x) - g(x)\| < "
        r"\varepsilon\right) \ge 1 - \delta \quad \text{if} \quad n_i \ge C \ln \frac{d_{i-1} d_i l}"
        r"{\min(\varepsilon, \delta)}",
        f"What is C? C = {C} is enough whenever d_(i-1) d_i l/min(eps, delta) >= 4 in every layer "
        f"(theorem-1-constant), and C = {C_WEIGHTED} for eps <= 1/3 (theorem-1-weighted-constant).",
    ),
    MainTheorem(
        "theorem-2",
        "Theorem 2",
        "The logarithm of 1/eps cannot be avoided. If a random network of p weights, whatever its architecture and "
        "distribution, has for every d x d matrix W of spectral norm at most 1 with probability at least 1/2 a pruning "
        "within eps of W on the Euclidean unit ball, then it has many weights:",
        r"p \ge d^2 \log_2 \frac{1}{\varepsilon} - 1",
        "It holds for all d >= 1 and all eps < 1.",
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
        "goals": [{**asdict(goal), "recorded": goal.id in recorded} for goal in GOALS],
    }
