"""The rules of the checker by name: what each concludes, from which premises, and the textbook facts it leans on."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from shapes import Function

DRAWN = ("union bound", "Philox words count as independent fair draws")


class Rule(NamedTuple):
    """A rule: the form of its conclusion and of its premises, and its two parts, of which one may be missing.

    `asks` gives the obligations, inequalities under which the premises imply the goal; `looks` decides on its own
    what takes exact computation, and may return a remark.  Both are called with the goal and its premises, `asks`
    with the hints that it names as keywords, and `looks` with what it `takes`, the whole data or the file's folder.
    Premises of the one form before `...` may be as many as a step has, but at least one.  The parts are functions and
    named with their modules: only those modules are loaded whose rules a file uses, and nobody has to read the others.
    """

    form: str
    premises: tuple[Any, ...] = ()
    asks: str = ""
    axioms: tuple[str, ...] = ()
    looks: str = ""
    takes: tuple[str, ...] = ()


@cache
def function(place: str) -> Function:
    """The function at a place "folder.module.name"."""
    module, name = place.rsplit(".", 1)
    return getattr(__import__(module, fromlist=[name]), name)


TONELLI, LENGTH, UNION, NORMS = "Tonelli", "translation invariance of length", "union bound", "norm inequalities"
EXPECTATION, FRESH = "linearity and monotonicity of expectation", "independence of fresh samples"
VOLUME, GRID = "volume scaling", "approximation of measurable sets by grid sets"
BALL = "volume of the spectral unit ball (Mathematics 4.11)"
COVERING = (FRESH, "tower property", "Markov's inequality", LENGTH)
RECURSION = (FRESH, "tower property", LENGTH, "Jensen's inequality")

RULES = {
    "tree": Rule("inequality", looks="inequalities.inequality.tree", takes=("data",)),
    "enumerate-flow": Rule(
        "flow", (), "theorems.flows.falling", (TONELLI, LENGTH), "theorems.flows.colourings", ("data",)
    ),
    "enumerate-grid": Rule("grid-cut", looks="theorems.cuts.grid_cut"),
    "cut-by-flow": Rule("cut", ("flow",), "theorems.flows.cut_by_flow", (TONELLI,)),
    "two-point": Rule("contraction", (), "theorems.probability.two_point", (EXPECTATION,)),
    "small-radius": Rule("cut", ("cut",), "theorems.gains.small_radius", (TONELLI, LENGTH, GRID)),
    "large-radius": Rule("cut", ("cut",), "theorems.gains.large_radius", (TONELLI, LENGTH)),
    "all-pairs": Rule("cut", (), "theorems.gains.all_pairs", (TONELLI,)),
    "uniform": Rule("drift", ("cut",), "theorems.gains.uniform", (TONELLI,)),
    "share": Rule("drift", ("drift",), "theorems.gains.share", (EXPECTATION,)),
    "mean-radius": Rule("drift", ("drift",), "theorems.gains.mean_radius", ("tower property", EXPECTATION)),
    "mixture": Rule(
        "drift", ("drift", ...), "theorems.gains.mixture", ("tower property", "fundamental theorem of calculus")
    ),
    "staircase": Rule("drift", ("drift", ...), "theorems.gains.staircase", (EXPECTATION,)),
    "assumed": Rule("drift", (), "theorems.gains.assumed"),
    "grid-gain": Rule("grid-drift", ("grid-cut",), "", (EXPECTATION,), "theorems.finite.grid_gain"),
    "enumerate-chain": Rule("chain", looks="theorems.finite.chain"),
    "first-moment": Rule("cover", ("drift", "contraction"), "theorems.covering.first_moment", COVERING),
    "weighted": Rule(
        "cover", ("flow",), "theorems.weighted.weighted", (*COVERING, TONELLI, "Cauchy-Schwarz inequality")
    ),
    "recursion": Rule("cover", ("flow", ...), "", RECURSION, "theorems.recursion.recursion", ("data",)),
    "coupling": Rule("cover", ("cover",), "theorems.covering.coupling", (LENGTH, NORMS)),
    "two-signs": Rule("layer", ("cover",), "theorems.covering.two_signs", (UNION,)),
    "one-sign": Rule("layer", ("cover",), "theorems.covering.one_sign"),
    "frobenius": Rule("layer", ("layer",), "theorems.covering.frobenius", (UNION, NORMS)),
    "compose": Rule("composition", (), "theorems.covering.compose", (NORMS,)),
    "stack": Rule("network", ("layer", "layer", "composition"), "theorems.covering.stack", (UNION,)),
    "propagate": Rule("propagation", (), "theorems.covering.propagate", (NORMS,)),
    "volume-packing": Rule("packing", (), "theorems.lower.volume_packing", (VOLUME,)),
    "triangle": Rule("diameter", (), "theorems.lower.triangle", (NORMS,)),
    "brunn-minkowski": Rule("volume", (), "theorems.lower.brunn_minkowski", ("Brunn-Minkowski", VOLUME)),
    "average": Rule("counting", (), "theorems.lower.average", (TONELLI, UNION)),
    "over-packing": Rule("pruning", ("diameter", "packing", "counting"), "theorems.lower.over_packing"),
    "over-ball": Rule("pruning", ("diameter", "volume", "counting"), "theorems.lower.over_ball"),
    "least-value": Rule("pruning", ("pruning",), "theorems.lower.least_value"),
    "masks-of-units": Rule("units", (), "theorems.lower.masks_of_units"),
    "sign-columns": Rule("columns", (), "theorems.lower.sign_columns", ("Jensen's inequality",)),
    "by-units": Rule("two-layer", ("units", "pruning"), "theorems.lower.by_units"),
    "by-columns": Rule("two-layer", ("columns", "counting"), "theorems.lower.by_columns", (TONELLI, VOLUME, BALL)),
    "explicit-matrices": Rule("matrices", (), "", (NORMS,), "data.packings.explicit_matrices", ("data",)),
    "all-masks": Rule("masks", looks="data.packings.all_masks"),
    "counterexample": Rule("not", looks="refutations.counterexample.counterexample", takes=("data",)),
    "fixed-count": Rule("counts", (), "", ("monotone binomial tails", *DRAWN), "data.counts.fixed", ("data",)),
    "anytime-count": Rule("counts", (), "", ("Ville's inequality", *DRAWN), "data.counts.anytime", ("data",)),
    "ticket": Rule("ticket", (), "", (NORMS,), "data.ticket.check_ticket", ("data", "folder")),
}

# the theorem of the project's own mathematics that a rule embodies; its proof is there, and nothing here checks it
EMBODIES = {
    "enumerate-flow": "flow by all colourings (Mathematics 5.4)",
    "enumerate-grid": "cuts on grids by exhaustion (Mathematics 5.5)",
    "cut-by-flow": "cut from a flow (Mathematics 5.6)",
    "two-point": "contraction by the two-point law (Mathematics 5.7)",
    "small-radius": "small-radius cut lemma R5 (Mathematics 5.8)",
    "large-radius": "large-radius cut lemma (Mathematics 5.9)",
    "all-pairs": "cut at a radius beyond the interval (Mathematics 5.10)",
    "uniform": "growth of a uniform law from a cut (Mathematics 5.11)",
    "share": "growth of a law that contains a uniform one (Mathematics 5.12)",
    "mean-radius": "growth of a product by the mean radius (Mathematics 5.13)",
    "mixture": "growth of a product by integration over the radius (Mathematics 5.14)",
    "staircase": "growth of a law with a density (Mathematics 5.15)",
    "assumed": "growth that the law itself states (Mathematics 5.16)",
    "grid-gain": "growth on grids (Mathematics 5.17)",
    "enumerate-chain": "exact probabilities of a small window (Mathematics 5.18)",
    "first-moment": "covering argument R4: coverage by contraction (Mathematics 5.19)",
    "weighted": "coverage by a weighted flow (Mathematics 5.20)",
    "recursion": "coverage by a certified recursion (Mathematics 5.21)",
    "coupling": "coverage on a grid of samples (Mathematics 5.23)",
    "two-signs": "L1: one weight from two instances of coverage (Mathematics 5.24)",
    "one-sign": "L1 for one sign: one weight from one instance of coverage (Mathematics 5.25)",
    "frobenius": "L2: a layer from one weight (Mathematics 5.26)",
    "compose": "L3: composition of layers (Mathematics 5.27)",
    "stack": "Theorem 1: a network from its layers (Mathematics 5.28)",
    "propagate": "propagation of errors in one drawn network (Mathematics 5.29)",
    "volume-packing": "packing (Mathematics 5.30)",
    "triangle": "diameter (Mathematics 5.31)",
    "brunn-minkowski": "volume (Mathematics 5.32)",
    "average": "counting (Mathematics 5.33)",
    "over-packing": "lower bound over a packing (Mathematics 5.34)",
    "over-ball": "lower bound over the ball (Mathematics 5.35)",
    "least-value": "least value of a variable (Mathematics 5.36)",
    "masks-of-units": "masks of hidden units (Mathematics 5.37)",
    "sign-columns": "values at signed unit vectors (Mathematics 5.38)",
    "by-units": "two layers by functions (Mathematics 5.39)",
    "by-columns": "two layers by values (Mathematics 5.40)",
    "explicit-matrices": "explicit packings (Mathematics 5.41)",
    "all-masks": "all masks of one network (Mathematics 5.42)",
    "fixed-count": "counts with a fixed number of trials (Mathematics 5.44)",
    "anytime-count": "counts with any number of trials (Mathematics 5.45)",
    "ticket": "tickets (Mathematics 5.46)",
}
RULES = {
    name: rule._replace(axioms=(*rule.axioms, EMBODIES[name])) if name in EMBODIES else rule
    for name, rule in RULES.items()
}
