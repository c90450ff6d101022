"""The rules of the checker by name, and the textbook facts that each leans on."""

from cuts import grid_cut, lattice, twin_lattice
from inequality import sign
from probability import two_point
from refute import counterexample

RULES = {
    "sign": sign,
    "enumerate-lattice": lattice,
    "enumerate-grid": grid_cut,
    "twin-lattice": twin_lattice,
    "two-point": two_point,
    "counterexample": counterexample,
}

AXIOMS = {
    "twin-lattice": ("Tonelli", "translation invariance of length"),
    "two-point": ("linearity and monotonicity of expectation",),
}
