"""`prune --export` writes files for other tools beside the ticket."""

from pathlib import Path

import pytest

from lt_proofs.cli import run
from lt_proofs.networks import digits

pytest.importorskip("onnx")


def test_export_writes_beside_the_ticket(tmp_path: Path) -> None:
    arguments = ["prune", str(digits.path()), "-o", str(tmp_path / "t"), "--eps", "0.1", "--export", "onnx"]
    assert run(arguments) == 0
    assert (tmp_path / "t" / "network.onnx").exists()
    assert run([*arguments, "--force"]) == 0 and run(["recheck", str(tmp_path / "t")]) == 0


def test_export_names_what_it_cannot_write(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["prune", str(digits.path()), "-o", str(tmp_path / "t"), "--eps", "0.1", "--export"]
    assert run([*arguments, "tflite"]) == 3
    assert "give one or more of onnx,torch" in capsys.readouterr().err
