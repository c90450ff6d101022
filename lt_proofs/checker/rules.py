"""The rules of the checker by name, and the textbook facts that each leans on."""

from cuts import grid_cut, lattice, twin_lattice
from errors import Rejected
from inequality import tree
from probability import two_point
from refute import counterexample
from ticket import check_ticket


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
