"""The rules of the checker by name: what each concludes, from which premises, and the textbook facts it leans on."""

from functools import partial
from typing import NamedTuple

import lower
import packings
from counts import counted
from covering import (
    compose,
    coupling,
    first_moment,
    frobenius,
    halves,
    one_sign,
    propagate,
    refuted_composition,
    refuted_cover,
    refuted_propagation,
    stack,
    two_signs,
)
from cuts import grid_cut, refuted_cut, refuted_grid_cut
from errors import Rejected
from finite import chain, grid_gain, refuted_chain, refuted_grid_drift
from flows import colourings, cut_by_flow, falling, refuted_flow
from gains import (
    all_pairs,
    assumed,
    large_radius,
    mean_radius,
    mixture,
    refuted_drift,
    share,
    small_radius,
    staircase,
    uniform,
)
from inequality import refuted_inequality, tree
from probability import refuted_contraction, two_point
from recursion import recursion
from ticket import check_ticket
from weighted import weighted

REFUTATIONS = {
    "inequality": refuted_inequality,
    "contraction": refuted_contraction,
    "cut": refuted_cut,
    "flow": refuted_flow,
    "grid-cut": refuted_grid_cut,
    "drift": refuted_drift,
    "grid-drift": refuted_grid_drift,
    "chain": refuted_chain,
    "cover": refuted_cover,
    "layer": refuted_cover,
    "network": refuted_cover,
    "composition": refuted_composition,
    "propagation": refuted_propagation,
    "packing": packings.refuted_packing,
    "diameter": packings.refuted_diameter,
    "volume": packings.refuted_volume,
    "counting": packings.refuted_counting,
    "units": packings.refuted_count,
    "columns": packings.refuted_count,
    "pruning": packings.refuted_pruning,
    "two-layer": packings.refuted_two_layer,
}


def counterexample(goal, data):
    """Mathematics 5.43: conclude `not J` from a point, set, colouring or law that J excludes."""
    statement = goal["statement"]
    if statement["form"] not in REFUTATIONS:
        raise Rejected("only a form that has counterexamples is refuted by one")
    REFUTATIONS[statement["form"]](statement, data)


DRAWN = ("union bound", "Philox words count as independent fair draws")


class Rule(NamedTuple):
    """A rule: the form of its conclusion and of its premises, and its two parts, of which one may be missing.

    `asks` gives the obligations, inequalities under which the premises imply the goal; `looks` decides on its own
    what takes exact computation, and may return a remark.  Both are called with the goal and its premises, `asks`
    with the hints that it names as keywords, and `looks` with what it `takes`, the whole data or the file's folder.
    Premises of the one form before `...` may be as many as a step has, but at least one.
    """

    form: str
    premises: tuple = ()
    asks: object = None
    axioms: tuple = ()
    looks: object = None
    takes: tuple = ()


TONELLI, LENGTH, UNION, NORMS = "Tonelli", "translation invariance of length", "union bound", "norm inequalities"
EXPECTATION, FRESH = "linearity and monotonicity of expectation", "independence of fresh samples"
VOLUME, GRID = "volume scaling", "approximation of measurable sets by grid sets"
BALL = "volume of the spectral unit ball (Mathematics 4.11)"
COVERING = (FRESH, "tower property", "Markov's inequality", LENGTH)
RECURSION = (FRESH, "tower property", LENGTH, "Jensen's inequality")

RULES = {
    "tree": Rule("inequality", looks=tree, takes=("data",)),
    "enumerate-flow": Rule("flow", (), falling, (TONELLI, LENGTH), colourings, ("data",)),
    "enumerate-grid": Rule("grid-cut", looks=grid_cut),
    "cut-by-flow": Rule("cut", ("flow",), cut_by_flow, (TONELLI,)),
    "two-point": Rule("contraction", (), two_point, (EXPECTATION,)),
    "small-radius": Rule("cut", ("cut",), small_radius, (TONELLI, LENGTH, GRID)),
    "large-radius": Rule("cut", ("cut",), large_radius, (TONELLI, LENGTH)),
    "all-pairs": Rule("cut", (), all_pairs, (TONELLI,)),
    "uniform": Rule("drift", ("cut",), uniform, (TONELLI,)),
    "share": Rule("drift", ("drift",), share, (EXPECTATION,)),
    "mean-radius": Rule("drift", ("drift",), mean_radius, ("tower property", EXPECTATION)),
    "mixture": Rule("drift", ("drift", ...), mixture, ("tower property", "fundamental theorem of calculus")),
    "staircase": Rule("drift", ("drift", ...), staircase, (EXPECTATION,)),
    "assumed": Rule("drift", (), assumed),
    "grid-gain": Rule("grid-drift", ("grid-cut",), None, (EXPECTATION,), grid_gain),
    "enumerate-chain": Rule("chain", looks=chain),
    "first-moment": Rule("cover", ("drift", "contraction"), first_moment, COVERING),
    "weighted": Rule("cover", ("flow",), weighted, (*COVERING, TONELLI, "Cauchy-Schwarz inequality")),
    "recursion": Rule("cover", ("flow", ...), None, RECURSION, recursion, ("data",)),
    "halves": Rule("cover", ("cover",), halves, (UNION,)),
    "coupling": Rule("cover", ("cover",), coupling, (LENGTH, NORMS)),
    "two-signs": Rule("layer", ("cover",), two_signs, (UNION,)),
    "one-sign": Rule("layer", ("cover",), one_sign),
    "frobenius": Rule("layer", ("layer",), frobenius, (UNION, NORMS)),
    "compose": Rule("composition", (), compose, (NORMS,)),
    "stack": Rule("network", ("layer", "layer", "composition"), stack, (UNION,)),
    "propagate": Rule("propagation", (), propagate, (NORMS,)),
    "volume-packing": Rule("packing", (), lower.volume_packing, (VOLUME,)),
    "triangle": Rule("diameter", (), lower.triangle, (NORMS,)),
    "brunn-minkowski": Rule("volume", (), lower.brunn_minkowski, ("Brunn-Minkowski", VOLUME)),
    "average": Rule("counting", (), lower.average, (TONELLI, UNION)),
    "over-packing": Rule("pruning", ("diameter", "packing", "counting"), lower.over_packing),
    "over-ball": Rule("pruning", ("diameter", "volume", "counting"), lower.over_ball),
    "least-value": Rule("pruning", ("pruning",), lower.least_value),
    "masks-of-units": Rule("units", (), lower.masks_of_units),
    "sign-columns": Rule("columns", (), lower.sign_columns, ("Jensen's inequality",)),
    "by-units": Rule("two-layer", ("units", "pruning"), lower.by_units),
    "by-columns": Rule("two-layer", ("columns", "counting"), lower.by_columns, (TONELLI, VOLUME, BALL)),
    "explicit-matrices": Rule("matrices", (), None, (NORMS,), packings.explicit_matrices, ("data",)),
    "all-masks": Rule("masks", looks=packings.all_masks),
    "counterexample": Rule("not", looks=counterexample, takes=("data",)),
    "fixed-count": Rule("counts", (), None, ("monotone binomial tails", *DRAWN), partial(counted, True), ("data",)),
    "anytime-count": Rule("counts", (), None, ("Ville's inequality", *DRAWN), partial(counted, False), ("data",)),
    "ticket": Rule("ticket", (), None, (NORMS,), check_ticket, ("data", "folder")),
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
    "halves": "coverage by two batches (Mathematics 5.22)",
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
