"""The rules of the checker by name: what each concludes, from how many premises, and the textbook facts it leans on."""

from functools import partial
from typing import NamedTuple

from counts import counted
from cuts import grid_cut, lattice, refuted_cut, refuted_grid_cut, refuted_lattice, twin_lattice
from errors import Rejected
from inequality import refuted_inequality, tree
from lower import (
    average,
    brunn_minkowski,
    by_columns,
    by_units,
    least_value,
    masks_of_units,
    over_ball,
    over_packing,
    sign_columns,
    triangle,
    volume_packing,
)
from packings import (
    all_masks,
    explicit_matrices,
    refuted_count,
    refuted_counting,
    refuted_diameter,
    refuted_packing,
    refuted_pruning,
    refuted_two_layer,
    refuted_volume,
)
from probability import refuted_contraction, two_point
from ticket import check_ticket

REFUTATIONS = {
    "inequality": refuted_inequality,
    "contraction": refuted_contraction,
    "cut": refuted_cut,
    "lattice": refuted_lattice,
    "grid-cut": refuted_grid_cut,
    "packing": refuted_packing,
    "diameter": refuted_diameter,
    "volume": refuted_volume,
    "counting": refuted_counting,
    "units": refuted_count,
    "columns": refuted_count,
    "pruning": refuted_pruning,
    "two-layer": refuted_two_layer,
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


RULES = {
    "tree": Rule("inequality", tree),
    "enumerate-lattice": Rule("lattice", lattice, ()),
    "enumerate-grid": Rule("grid-cut", grid_cut, ()),
    "twin-lattice": Rule("cut", twin_lattice, ("premises",), ("Tonelli", "translation invariance of length")),
    "two-point": Rule("contraction", two_point, ("premises",), ("linearity and monotonicity of expectation",)),
    "volume-packing": Rule("packing", volume_packing, ("premises",), ("volume scaling",)),
    "triangle": Rule("diameter", triangle, ("premises",), ("norm inequalities",)),
    "brunn-minkowski": Rule("volume", brunn_minkowski, ("premises",), ("Brunn-Minkowski", "volume scaling")),
    "average": Rule("counting", average, ("premises",), ("Tonelli", "union bound")),
    "over-packing": Rule("pruning", over_packing, ("premises",)),
    "over-ball": Rule("pruning", over_ball, ("premises",)),
    "least-value": Rule("pruning", least_value, ("premises",)),
    "masks-of-units": Rule("units", masks_of_units, ("premises",)),
    "sign-columns": Rule("columns", sign_columns, ("premises",)),
    "by-units": Rule("two-layer", by_units, ("premises",)),
    "explicit-matrices": Rule("matrices", explicit_matrices, axioms=("norm inequalities",)),
    "all-masks": Rule("masks", all_masks, ()),
    "by-columns": Rule("two-layer", by_columns, ("premises",), ("Tonelli", "volume scaling")),
    "counterexample": Rule("not", counterexample),
    "fixed-count": Rule("counts", partial(counted, True), axioms=("monotone binomial tails", *DRAWN)),
    "anytime-count": Rule("counts", partial(counted, False), axioms=("Ville's inequality", *DRAWN)),
    "ticket": Rule("ticket", check_ticket, ("data", "folder"), ("norm inequalities",)),
}
