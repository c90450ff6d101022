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
    "enumerate-flow": Rule("flow", colourings, BOTH, (TONELLI, LENGTH)),
    "enumerate-grid": Rule("grid-cut", grid_cut, ()),
    "cut-by-flow": Rule("cut", cut_by_flow, ("premises",), (TONELLI,)),
    "two-point": Rule("contraction", two_point, ("premises",), (EXPECTATION,)),
    "small-radius": Rule("cut", small_radius, ("premises",), (TONELLI, LENGTH, GRID)),
    "large-radius": Rule("cut", large_radius, ("premises",), (TONELLI, LENGTH)),
    "all-pairs": Rule("cut", all_pairs, ("premises",), (TONELLI,)),
    "uniform": Rule("drift", uniform, BOTH, (TONELLI,)),
    "share": Rule("drift", share, BOTH, (EXPECTATION,)),
    "mean-radius": Rule("drift", mean_radius, ("premises",), ("tower property", EXPECTATION)),
    "mixture": Rule("drift", mixture, BOTH, ("tower property", "fundamental theorem of calculus")),
    "staircase": Rule("drift", staircase, BOTH, (EXPECTATION,)),
    "assumed": Rule("drift", assumed, ()),
    "grid-gain": Rule("grid-drift", grid_gain, ("premises",), (EXPECTATION,)),
    "enumerate-chain": Rule("chain", chain, ()),
    "first-moment": Rule("cover", first_moment, BOTH, COVERING),
    "weighted": Rule("cover", weighted, BOTH, (*COVERING, TONELLI, "Cauchy-Schwarz inequality")),
    "recursion": Rule("cover", recursion, BOTH, (FRESH, "tower property", LENGTH, "Jensen's inequality")),
    "halves": Rule("cover", halves, BOTH, (UNION,)),
    "coupling": Rule("cover", coupling, BOTH, (LENGTH, NORMS)),
    "two-signs": Rule("layer", two_signs, BOTH, (UNION,)),
    "one-sign": Rule("layer", one_sign, BOTH),
    "frobenius": Rule("layer", frobenius, BOTH, (UNION, NORMS)),
    "compose": Rule("composition", compose, ("premises",), (NORMS,)),
    "stack": Rule("network", stack, BOTH, (UNION,)),
    "propagate": Rule("propagation", propagate, ("premises",), (NORMS,)),
    "volume-packing": Rule("packing", lower.volume_packing, ("premises",), ("volume scaling",)),
    "triangle": Rule("diameter", lower.triangle, ("premises",), ("norm inequalities",)),
    "brunn-minkowski": Rule("volume", lower.brunn_minkowski, ("premises",), ("Brunn-Minkowski", "volume scaling")),
    "average": Rule("counting", lower.average, ("premises",), ("Tonelli", "union bound")),
    "over-packing": Rule("pruning", lower.over_packing, ("premises",)),
    "over-ball": Rule("pruning", lower.over_ball, ("premises",)),
    "least-value": Rule("pruning", lower.least_value, ("premises",)),
    "masks-of-units": Rule("units", lower.masks_of_units, ("premises",)),
    "sign-columns": Rule("columns", lower.sign_columns, ("premises",)),
    "by-units": Rule("two-layer", lower.by_units, ("premises",)),
    "explicit-matrices": Rule("matrices", packings.explicit_matrices, axioms=("norm inequalities",)),
    "all-masks": Rule("masks", packings.all_masks, ()),
    "by-columns": Rule("two-layer", lower.by_columns, ("premises",), ("Tonelli", "volume scaling")),
    "counterexample": Rule("not", counterexample),
    "fixed-count": Rule("counts", partial(counted, True), axioms=("monotone binomial tails", *DRAWN)),
    "anytime-count": Rule("counts", partial(counted, False), axioms=("Ville's inequality", *DRAWN)),
    "ticket": Rule("ticket", check_ticket, ("data", "folder"), (NORMS,)),
}
