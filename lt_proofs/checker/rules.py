"""The rules of the checker by name, and the textbook facts that each leans on."""

from cuts import grid_cut, lattice, refuted_cut, refuted_grid_cut, refuted_lattice, twin_lattice
from errors import Rejected
from inequality import refuted_inequality, tree
from probability import refuted_contraction, two_point
from ticket import check_ticket

REFUTATIONS = {
    "inequality": refuted_inequality,
    "contraction": refuted_contraction,
    "cut": refuted_cut,
    "lattice": refuted_lattice,
    "grid-cut": refuted_grid_cut,
}


def counterexample(goal, premises, data, _folder):
    """Conclude `not J` from a point, set, colouring or law that J excludes."""
    if goal["form"] != "not" or premises or goal["statement"]["form"] not in REFUTATIONS:
        raise Rejected("this rule concludes the negation of a form that has counterexamples, from one of them alone")
    REFUTATIONS[goal["statement"]["form"]](goal["statement"], data)


def ticket(goal, premises, data, folder):
    """A ticket is judged by its own files; it takes no premises."""
    if goal["form"] != "ticket" or premises:
        raise Rejected("this rule concludes tickets from their files alone")
    return check_ticket(goal, data, folder)


RULES = {
    "tree": tree,
    "enumerate-lattice": lattice,
    "enumerate-grid": grid_cut,
    "twin-lattice": twin_lattice,
    "two-point": two_point,
    "counterexample": counterexample,
    "ticket": ticket,
}

AXIOMS = {
    "ticket": ("norm inequalities",),
    "twin-lattice": ("Tonelli", "translation invariance of length"),
    "two-point": ("linearity and monotonicity of expectation",),
}
