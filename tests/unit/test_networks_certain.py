"""The width that the theorem certifies: every weight solved, and the refusals."""

from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.bounds.closed_form import certain_units
from lt_proofs.errors import BadInput
from lt_proofs.networks.prune import prune
from lt_proofs.networks.target import Layer, Target


def small():
    draw = np.random.default_rng(3)
    return Target.of([Layer(draw.uniform(-1, 1, (3, 2))), Layer(draw.uniform(-1, 1, (2, 3)))], ["a", "b"])


def test_the_certified_width_solves_every_weight():
    pruned = prune(small(), Fraction(1, 50), certain=True)
    # both signs of the six weights of layer 1, one sign of the six of layer 2
    assert pruned.n == certain_units(18, Fraction(1, 50)).value
    assert pruned.solved == pruned.weights == 12


@pytest.mark.parametrize("options", [{"n": 64}, {"law": "kaiming"}])
def test_it_goes_with_no_other_width_or_law(options):
    with pytest.raises(BadInput, match="certain"):
        prune(small(), Fraction(1, 50), certain=True, **options)


def test_the_command_refuses_both(tmp_path, capfd):
    from lt_proofs.cli import run

    assert run(["prune", "x.npz", "-o", str(tmp_path / "t"), "--eps", "0.01", "--certain", "--n", "9"]) == 3
    assert "--certain" in capfd.readouterr().err
