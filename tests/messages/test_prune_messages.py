"""`prune` in a few lines: what it prints, what it refuses, and that it leaves nothing partial."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.errors import Malformed
from lt_proofs.networks import digits

DIGITS = str(digits.path())


def test_the_main_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "ticket")
    assert run(["prune", DIGITS, "-o", out, "--eps", "0.01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    keys = {"weights", "solved", "n", "max_weight_error", "error_bound", "kept", "seconds", "accuracy"}
    assert keys <= set(found)
    assert found["solved"] == found["weights"] == 2368 and len(found["kept"]) == 4
    assert abs(found["accuracy"]["target"] - found["accuracy"]["ticket"]) <= 1
    assert run(["recheck", out]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ticket"]
    assert run(["prune", DIGITS, "-o", out, "--eps", "0.1", "--force"]) == 0


def test_unsolved_weights_leave_nothing_unless_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prune", DIGITS, "-o", str(tmp_path / "t"), "--eps", "0.01", "--n", "8"]
    assert run(arguments) == 1
    error = capsys.readouterr().err
    assert "weights have no subset sum that near with n = 8; try n = " in error
    assert list(tmp_path.iterdir()) == []
    assert run([*arguments, "--allow-unsolved", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert 0 < found["solved"] < found["weights"]
    assert run(["recheck", str(tmp_path / "t")]) == 0


def test_a_wanted_error_and_a_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "t")
    assert run(["prune", DIGITS, "-o", out, "--error", "1/8", "--box", "0,1/8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert Fraction(found["error_bound"]) <= Fraction(1, 8)
    assert run(["recheck", out, "--json"]) == 0
    assert "for every input with all coordinates from 0 to 1/8" in capsys.readouterr().out
    assert lt_proofs.load_ticket(out).masks[1].shape[1] == 64


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--eps", "0"], "strictly between 0 and 1"),
        (["--eps", "nan"], "give a decimal"),
        (["--eps", "1e-12"], "--eps: 1e-12 cannot be used; with 128 hidden units for each input"),
        (["--eps", "1e-30"], "--eps: 1e-30 cannot be used; kept sums are multiples of 2^-48"),
        (["--eps", "0.1", "--box", f"0,1/{2**200}"], "the checker takes ends of at most 128 bits"),
        (["--eps", "0.1", "--seed", "99999999999999999999"], "--seed: 99999999999999999999 cannot be used"),
        (["--eps", "0.1", "--seed", "-1"], "from 0 to 2^64 - 1"),
        (["--eps", "0.1", "--n", "0"], "from 1 to"),
        (["--eps", "0.1", "--layers", "fc2,fc1"], "the layer before has 10 outputs"),
        (["--eps", "0.1", "--layers", "fc3"], "the file has fc1, fc2"),
        (["--eps", "0.1", "--objective", "dense"], "sparse"),
        ([], "give either --eps or --error"),
        (["--eps", "0.1", "--error", "0.1"], "give either --eps or --error"),
        (["--error", "-1"], "give a number above 0"),
        (["--eps", "0.1", "--box", "1,0"], "two numbers in rising order"),
        (["--eps", "0.1", "--box", "a,b"], "give a decimal"),
    ],
)
def test_bad_options_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert run(["prune", DIGITS, "-o", str(tmp_path / "t"), *options]) == 3
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_a_fine_place(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    assert run(["prune", DIGITS, "-o", str(tmp_path / "t"), "--eps", "0.1"]) == 0
    assert run(["recheck", str(tmp_path / "t")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_a_place_that_cannot_be_written_is_refused_before_the_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    monkeypatch.setattr("lt_proofs.networks.target_file.load_target", refuse)
    assert run(["prune", DIGITS, "-o", str(tmp_path / "t"), "--eps", "0.1"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("lt-proofs: -o: ")
    assert "/t cannot be used; Permission denied; give a place that can be written" in error
    assert list(tmp_path.iterdir()) == []


def test_missing_inputs_are_named_as_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--eps", "0.1", "--around", "nothing.npy", "--radius", "0.01"]
    assert run(["prune", DIGITS, "-o", str(tmp_path / "t"), *arguments]) == 3
    assert capsys.readouterr().err.startswith("lt-proofs: --around: nothing.npy cannot be used; No such file")
    assert list(tmp_path.iterdir()) == []


def test_errors_out_of_reach_are_unsolved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prune", DIGITS, "-o", str(tmp_path / "t")]
    assert run([*arguments, "--error", "1e-30"]) == 1
    error = capsys.readouterr().err
    assert "--error: 1e-30: needs weights within 2." in error and "; give a larger error" in error
    assert "and the search of subset sums gets within about 2e-10, for a certified error of about" in error
    assert run([*arguments, "--eps", "1e-12", "--n", "8"]) == 1
    assert "give a larger eps, or --allow-unsolved" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_small_tolerance_needs_more_than_three_products(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prune", DIGITS, "-o", str(tmp_path / "t"), "--eps", "0.0001", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["solved"] == found["weights"] and found["n"] <= 128
    assert found["accuracy"]["certainly_unchanged"] >= 355


def test_only_tickets_are_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("precious")
    arguments = ["prune", DIGITS, "-o", str(tmp_path / "mine"), "--eps", "0.1"]
    assert run(arguments) == 3 and "it exists already" in capsys.readouterr().err
    assert run([*arguments, "--force"]) == 3 and "it holds 'thesis.tex', which would be lost" in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "precious"
    assert run(["prune", DIGITS, "-o", str(tmp_path / "no" / "t"), "--eps", "0.1"]) == 3
    assert "its parent folder does not exist" in capsys.readouterr().err


def test_bad_targets_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["-o", str(tmp_path / "t"), "--eps", "0.1"]
    assert run(["prune", str(tmp_path / "none.npz"), *out]) == 3
    assert run(["prune", str(tmp_path / "net.h5"), *out]) == 3
    assert ".safetensors, .npz, .onnx" in capsys.readouterr().err
    save_file({"w": np.ones((2, 2), np.int32)}, tmp_path / "int.safetensors")
    assert run(["prune", str(tmp_path / "int.safetensors"), *out]) == 3
    assert "float32 or float64" in capsys.readouterr().err


def test_a_folder_that_is_no_ticket_is_malformed(tmp_path: Path) -> None:
    save_file({"w": np.ones((2, 2), np.float32)}, tmp_path / "ticket.safetensors")
    with pytest.raises(Malformed, match="ticket"):
        lt_proofs.load_ticket(tmp_path)
