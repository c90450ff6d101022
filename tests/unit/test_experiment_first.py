"""Experiment 1 from end to end on digits, and IDX files."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.experiments import idx
from lt_proofs.experiments.first import main
from lt_proofs.networks import digits


def write_idx(path: Path, array: np.ndarray) -> None:
    head = bytes((0, 0, 8, array.ndim)) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def test_all_ways_on_digits() -> None:
    done = CliRunner().invoke(main, [str(digits.path()), "--json"])
    assert done.exit_code == 0
    plain, sparse, exact = json.loads(done.output)["rows"]
    assert plain["before"] == "21.00" and float(plain["max_weight_error"]) < 0.01
    assert float(sparse["after"]) < float(exact["after"])
    assert float(exact["error_bound"]) < float(sparse["error_bound"])
    for row in (plain, sparse, exact):
        assert abs(int(row["accuracy"].split()[0]) - 356) <= 1


def test_idx_files_are_read_and_checked(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="t10k-images"):
        idx.test_images(tmp_path)
    write_idx(tmp_path / idx.IMAGES, np.arange(24).reshape(2, 3, 4))
    write_idx(tmp_path / idx.LABELS, np.array([7, 1]))
    images, labels = idx.test_images(tmp_path)
    assert images.shape == (2, 12) and labels.tolist() == [7, 1]
    assert images[1, 11] == 23 / 255
    write_idx(tmp_path / idx.LABELS, np.array([7]))
    with pytest.raises(Malformed, match="2 images, 1 labels"):
        idx.test_images(tmp_path)
    (tmp_path / idx.LABELS).write_bytes(b"\0\0\x08\x01\0\0\0\x09\x01")
    with pytest.raises(Malformed, match="does not fit"):
        idx.test_images(tmp_path)
    (tmp_path / idx.LABELS).write_bytes(b"\0\0\x0d\x01")
    with pytest.raises(Malformed, match="not an IDX file"):
        idx.test_images(tmp_path)
