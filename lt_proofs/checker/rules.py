"""The rules of the checker by name: what each concludes, from how many premises, and the textbook facts it leans on."""

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
from flows import colourings, cut_by_flow, refuted_flow
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
    """Conclude `not J` from a point, set, colouring or law that J excludes."""
    statement = goal["statement"]
    if statement["form"] not in REFUTATIONS:
        raise Rejected("only a form that has counterexamples is refuted by one")
    REFUTATIONS[statement["form"]](statement, data)


DRAWN = ("union bound", "Philox words count as independent fair draws")


class Rule(NamedTuple):
    """A rule: the form that it concludes, what it leans on, and its check of a goal, with what else it `takes`."""

    form: str
    check: object
    takes: tuple = ("data",)
    axioms: tuple = ()


TONELLI, LENGTH, UNION, NORMS = "Tonelli", "translation invariance of length", "union bound", "norm inequalities"
EXPECTATION, FRESH = "linearity and monotonicity of expectation", "independence of fresh samples"
GRID = "approximation of measurable sets by grid sets"
COVERING = (FRESH, "tower property", "Markov's inequality", LENGTH)
BOTH = ("premises", "data")

RULES = {
    "tree": Rule("inequality", tree),
    "enumerate-flow": Rule("flow", colourings, BOTH, (TONELLI, LENGTH, "flow by all colourings (Mathematics 5.4)")),
    "enumerate-grid": Rule("grid-cut", grid_cut, (), ("cuts on grids by exhaustion (Mathematics 5.5)",)),
    "cut-by-flow": Rule("cut", cut_by_flow, ("premises",), (TONELLI, "cut from a flow (Mathematics 5.6)")),
    "two-point": Rule(
        "contraction", two_point, ("premises",), (EXPECTATION, "contraction by the two-point law (Mathematics 5.7)")
    ),
    "small-radius": Rule(
        "cut", small_radius, ("premises",), (TONELLI, LENGTH, GRID, "small-radius cut lemma R5 (Mathematics 5.8)")
    ),
    "large-radius": Rule(
        "cut", large_radius, ("premises",), (TONELLI, LENGTH, "large-radius cut lemma (Mathematics 5.9)")
    ),
    "all-pairs": Rule(
        "cut", all_pairs, ("premises",), (TONELLI, "cut at a radius beyond the interval (Mathematics 5.10)")
    ),
    "uniform": Rule("drift", uniform, BOTH, (TONELLI, "growth of a uniform law from a cut (Mathematics 5.11)")),
    "share": Rule(
        "drift", share, BOTH, (EXPECTATION, "growth of a law that contains a uniform one (Mathematics 5.12)")
    ),
    "mean-radius": Rule(
        "drift",
        mean_radius,
        ("premises",),
        ("tower property", EXPECTATION, "growth of a product by the mean radius (Mathematics 5.13)"),
    ),
    "mixture": Rule(
        "drift",
        mixture,
        BOTH,
        (
            "tower property",
            "fundamental theorem of calculus",
            "growth of a product by integration over the radius (Mathematics 5.14)",
        ),
    ),
    "staircase": Rule("drift", staircase, BOTH, (EXPECTATION, "growth of a law with a density (Mathematics 5.15)")),
    "assumed": Rule("drift", assumed, (), ("growth that the law itself states (Mathematics 5.16)",)),
    "grid-gain": Rule("grid-drift", grid_gain, ("premises",), (EXPECTATION, "growth on grids (Mathematics 5.17)")),
    "enumerate-chain": Rule("chain", chain, (), ("exact probabilities of a small window (Mathematics 5.18)",)),
    "first-moment": Rule(
        "cover", first_moment, BOTH, (*COVERING, "covering argument R4: coverage by contraction (Mathematics 5.19)")
    ),
    "weighted": Rule(
        "cover",
        weighted,
        BOTH,
        (*COVERING, TONELLI, "Cauchy-Schwarz inequality", "coverage by a weighted flow (Mathematics 5.20)"),
    ),
    "recursion": Rule(
        "cover",
        recursion,
        BOTH,
        (
            FRESH,
            "tower property",
            LENGTH,
            "Jensen's inequality",
            "coverage by a certified recursion (Mathematics 5.21)",
        ),
    ),
    "halves": Rule("cover", halves, BOTH, (UNION, "coverage by two batches (Mathematics 5.22)")),
    "coupling": Rule("cover", coupling, BOTH, (LENGTH, NORMS, "coverage on a grid of samples (Mathematics 5.23)")),
    "two-signs": Rule(
        "layer", two_signs, BOTH, (UNION, "L1: one weight from two instances of coverage (Mathematics 5.24)")
    ),
    "one-sign": Rule(
        "layer", one_sign, BOTH, ("L1 for one sign: one weight from one instance of coverage (Mathematics 5.25)",)
    ),
    "frobenius": Rule("layer", frobenius, BOTH, (UNION, NORMS, "L2: a layer from one weight (Mathematics 5.26)")),
    "compose": Rule("composition", compose, ("premises",), (NORMS, "L3: composition of layers (Mathematics 5.27)")),
    "stack": Rule("network", stack, BOTH, (UNION, "Theorem 1: a network from its layers (Mathematics 5.28)")),
    "propagate": Rule(
        "propagation",
        propagate,
        ("premises",),
        (NORMS, "propagation of errors in one drawn network (Mathematics 5.29)"),
    ),
    "volume-packing": Rule(
        "packing", lower.volume_packing, ("premises",), ("volume scaling", "packing (Mathematics 5.30)")
    ),
    "triangle": Rule("diameter", lower.triangle, ("premises",), ("norm inequalities", "diameter (Mathematics 5.31)")),
    "brunn-minkowski": Rule(
        "volume",
        lower.brunn_minkowski,
        ("premises",),
        ("Brunn-Minkowski", "volume scaling", "volume (Mathematics 5.32)"),
    ),
    "average": Rule(
        "counting", lower.average, ("premises",), ("Tonelli", "union bound", "counting (Mathematics 5.33)")
    ),
    "over-packing": Rule(
        "pruning", lower.over_packing, ("premises",), ("lower bound over a packing (Mathematics 5.34)",)
    ),
    "over-ball": Rule("pruning", lower.over_ball, ("premises",), ("lower bound over the ball (Mathematics 5.35)",)),
    "least-value": Rule("pruning", lower.least_value, ("premises",), ("least value of a variable (Mathematics 5.36)",)),
    "masks-of-units": Rule("units", lower.masks_of_units, ("premises",), ("masks of hidden units (Mathematics 5.37)",)),
    "sign-columns": Rule(
        "columns",
        lower.sign_columns,
        ("premises",),
        ("values at signed unit vectors (Mathematics 5.38)", "Jensen's inequality"),
    ),
    "by-units": Rule("two-layer", lower.by_units, ("premises",), ("two layers by functions (Mathematics 5.39)",)),
    "explicit-matrices": Rule(
        "matrices", packings.explicit_matrices, axioms=("norm inequalities", "explicit packings (Mathematics 5.41)")
    ),
    "all-masks": Rule("masks", packings.all_masks, (), ("all masks of one network (Mathematics 5.42)",)),
    "by-columns": Rule(
        "two-layer",
        lower.by_columns,
        ("premises",),
        (
            "Tonelli",
            "volume scaling",
            "two layers by values (Mathematics 5.40)",
            "volume of the spectral unit ball (Mathematics 4.11)",
        ),
    ),
    "counterexample": Rule("not", counterexample),
    "fixed-count": Rule(
        "counts",
        partial(counted, True),
        axioms=("monotone binomial tails", *DRAWN, "counts with a fixed number of trials (Mathematics 5.44)"),
    ),
    "anytime-count": Rule(
        "counts",
        partial(counted, False),
        axioms=("Ville's inequality", *DRAWN, "counts with any number of trials (Mathematics 5.45)"),
    ),
    "ticket": Rule("ticket", check_ticket, ("data", "folder"), (NORMS, "tickets (Mathematics 5.46)")),
}
