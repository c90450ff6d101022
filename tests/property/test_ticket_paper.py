"""The paper's own 784-500-10 network, where LT_PROOFS_FC2 names its file."""

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.cli import run
from lt_proofs.networks import load_target, prune
from lt_proofs.networks.error_bound import named_matrices
from lt_proofs.networks.norms import find_witness

FILE = os.environ.get("LT_PROOFS_FC2", "")
pytestmark = pytest.mark.skipif(not FILE, reason="LT_PROOFS_FC2 names no file")


def pruned_ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], eps: str) -> dict:
    out = str(tmp_path / "ticket")
    assert run(["prune", FILE, "-o", out, "--eps", eps, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["solved"] == found["weights"] == 397_000
    assert run(["recheck", out]) == 0
    assert "accepted" in capsys.readouterr().out
    return found


def test_one_kept_weight_per_weight_at_one_hundredth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = pruned_ticket(tmp_path, capsys, "0.01")
    assert found["n"] <= 64
    assert sum(found["kept"]) <= 1.1 * found["weights"]


@pytest.mark.slow
def test_four_kept_weights_per_weight_at_one_thousandth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = pruned_ticket(tmp_path, capsys, "0.001")
    assert found["n"] <= 96
    assert sum(found["kept"]) <= 4 * found["weights"]


@pytest.mark.slow
def test_the_spectral_witness_is_five_times_below_frobenius() -> None:
    pruned = prune(load_target(Path(FILE)), Fraction(1, 1000), seed=0)
    error = named_matrices(pruned.wanted_sums, [masks.sums for masks in pruned.masks])["E1"].values
    witness = find_witness(error)
    assert witness is not None
    assert 5 * witness.norm <= Fraction(float(np.linalg.norm(error)))
