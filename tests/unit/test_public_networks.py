"""Networks that others have published: all are read, or refused for what is not a fully connected ReLU network.

Their folder is named by LT_PROOFS_NETWORKS; the files are not part of this project, each has its own licence.
"""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.errors import BadInput
from lt_proofs.networks import load_target

FOLDER = os.environ.get("LT_PROOFS_NETWORKS")
FILES = sorted(Path(FOLDER).glob("*.*")) if FOLDER else []
SUFFIXES = {".onnx", ".nnet", ".pt"}
# all that these files may be refused for
REASONS = ("not known to be piecewise linear", "convolution")

pytestmark = pytest.mark.skipif(not FILES, reason="LT_PROOFS_NETWORKS names no folder")


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in SUFFIXES], ids=lambda path: path.name)
def test_it_is_read_or_refused_for_what_it_is(path):
    pytest.importorskip("torch" if path.suffix == ".pt" else "onnx")
    start = time.process_time()
    try:
        target = load_target(path)
    except BadInput as error:
        assert any(reason in str(error) for reason in REASONS), error
        return
    if path.suffix == ".onnx":
        assert target.compared is not None
        # generous: the figure that counts is measured in benchmarks
        assert time.process_time() - start < 10 * (1 + path.stat().st_size / 1e6)


def test_two_formats_of_one_network_are_one_function():
    pytest.importorskip("onnx")
    named = {path.name: path for path in FILES}
    if not {"testnetwork2.nnet", "testnetwork2.onnx"} <= set(named):
        pytest.skip("the folder lacks testnetwork2")
    text, graph = load_target(named["testnetwork2.nnet"]), load_target(named["testnetwork2.onnx"])
    assert text.widths == graph.widths
    # the .onnx file was written with the normalization in its weights, in float32
    lines = [line for line in named["testnetwork2.nnet"].read_text().splitlines() if not line.startswith("//")]
    means, ranges = (np.array([float(part) for part in line.split(",") if part.strip()][:5]) for line in lines[5:7])
    x = np.random.default_rng(0).uniform(-0.5, 0.5, (50, 5)) * ranges + means
    assert np.allclose(text.forward(x), graph.forward(x), rtol=1e-4, atol=1e-5)
