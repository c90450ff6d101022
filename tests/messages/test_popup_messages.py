"""What the second experiment refuses, in one line each, before it works."""

import sys

import pytest

from lt_proofs.cli import run
from lt_proofs.experiments import idx


def refused(capsys, *arguments):
    code = run(["popup", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.out, captured.err.count("\n")) == (3, "", 1), captured.err
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fractions", "1"], "--fractions: 1 cannot be used; remove a fraction from 0 to below 1"),
        (["--fractions", "0.5,-0.1"], "--fractions: -1/10 cannot be used"),
        (["--fractions", "half"], "--fractions"),
        (["--r", "0"], "--r: 0 cannot be used; give a whole number from 1 to 64"),
        (["--seeds", "0"], "--seeds: 0"),
        (["--epochs", "-1"], "--epochs: -1"),
        (["--networks", "fc3"], "--networks: fc3 cannot be used; give some of fc2,fc4,lenet5"),
        (["--variants", "thin"], "--variants: thin"),
        (["--preset", "huge"], "--preset: huge cannot be used; give one of small, paper"),
        (["--resume"], "--resume: without --ledger"),
    ],
)
def test_wrong_wishes(capsys, arguments, words):
    assert words in refused(capsys, *arguments)


def test_without_torch_the_extra_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "pip install -e '.[torch]'" in refused(capsys)


def test_wrong_places_and_files(capsys, tmp_path):
    torch = pytest.importorskip("torch")
    assert "--data: " in refused(capsys, "--data", str(tmp_path))
    for name in (*idx.TEST, *idx.TRAINING):
        (tmp_path / name).write_bytes(b"\0\0\x08\x03short")
    assert "malformed" in refused(capsys, "--data", str(tmp_path))
    (tmp_path / "file").write_text("")
    assert "it is no folder" in refused(capsys, "-o", str(tmp_path / "file"))
    assert "it holds" in refused(capsys, "-o", str(tmp_path))
    (tmp_path / "other.sqlite").write_text("no ledger")
    assert "malformed" in refused(capsys, "--ledger", str(tmp_path / "other.sqlite"), "--resume")
    if not torch.cuda.is_available():
        assert "--device: cuda" in refused(capsys, "--device", "cuda")
