"""``lt-proofs compare``: what it prints, its JSON, its exit codes, and one line for what cannot be compared."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.networks import comparing

WIDTHS = (2, 4, 3)


def write(path: Path, seed: int = 0, widths: tuple[int, ...] = WIDTHS, change: float = 0.0) -> Path:
    random = np.random.Generator(np.random.PCG64(seed))
    tensors = {}
    for number in range(1, len(widths)):
        shape = (widths[number], widths[number - 1])
        weight = random.uniform(-1, 1, shape) + change * np.sign(random.uniform(-1, 1, shape))
        tensors[f"fc{number}.weight"] = weight.astype(np.float32)
    save_file(tensors, path)
    return path


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    return [str(write(tmp_path / "a.safetensors")), str(write(tmp_path / "b.safetensors", change=0.01))]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    np.save(tmp_path / "x.npy", np.array([[0.25, 0.5], [0.75, 0.125], [0.0, 1.0]]))
    return tmp_path / "x.npy"


def test_a_box(two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *two, "--box", "0,1", "-o", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 < Fraction(found["found"]) <= Fraction(found["bound"]) <= Fraction(found["found"]) * Fraction(101, 100)
    assert {"bound", "found", "ratio", "regions", "proved_class", "seconds"} <= set(found) and found["regions"] is None
    assert run(["recheck", str(tmp_path / "out")]) == 0
    assert not (tmp_path / "out.partial").exists()
    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text())
    assert certificate["statement"]["bound"] == found["bound"]


def test_words(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *two, "--ball", "1"]) == 0
    says = capsys.readouterr().out
    assert "in Euclidean norm, on inputs of norm at most 1 (certified)" in says
    assert "by an attack: the true maximum is at least this; the bound is" in says
    assert run(["compare", *two, "--box", "0,1;-1,1/2"]) == 0
    assert "on the box that is given (certified)" in capsys.readouterr().out


def test_near_inputs(two: list[str], inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = ["compare", *two, "--around", str(inputs), "--radius", "0.01", "--box", "0,1"]
    assert run([*near, "-o", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["regions"]) == 3 and found["proved_class"] == sum(r["class"] is not None for r in found["regions"])
    assert Fraction(found["bound"]) == max(Fraction(region["bound"]) for region in found["regions"])
    assert all(region["found"] <= Fraction(region["bound"]) for region in found["regions"])
    assert run(["recheck", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert run(near) == 0
    says = capsys.readouterr().out
    assert "regions           3 inputs, each with all within 1/100 of it in every coordinate, inside the box" in says
    assert "same class        by both networks in the whole region, proved for" in says


def test_a_radius_of_0_gives_the_difference_at_the_points(two: list[str], inputs: Path) -> None:
    pair = comparing.matched(*map(comparing.network_of, two))
    found = lt_proofs.compare(*two, around=np.load(inputs), radius=0)
    ours, theirs = pair.forward(np.load(inputs))
    exact = np.linalg.norm(ours - theirs, axis=1)
    assert np.allclose([float(bound) for bound in found.regions.bounds], exact, rtol=1e-3)
    assert np.allclose(found.regions.found, exact, rtol=1e-12)


def test_a_folder_is_compared_with_its_own_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, ticket = write(tmp_path / "a.safetensors"), tmp_path / "ticket"
    assert run(["prune", str(target), "-o", str(ticket), "--eps", "0.05", "--box", "0,1"]) == 0
    capsys.readouterr()
    assert run(["compare", str(ticket), "--json"]) == 0
    own = json.loads(capsys.readouterr().out)
    assert run(["compare", str(target), str(ticket), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bound"] == own["bound"]
    assert run(["compare", str(ticket), "--box", "-1,1"]) == 3
    assert "the ticket was made for inputs from 0 on" in capsys.readouterr().err


def test_two_tickets_and_a_third_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tickets are compared with one another, and with a network that is not their own target."""
    made = []
    for name, seed, domain in (("a", "0", "-1,1"), ("b", "1", "-1,1"), ("c", "2", "0,1")):
        target = write(tmp_path / f"{name}.safetensors", change=0.01 * len(made))
        made.append(tmp_path / f"ticket-{name}")
        assert run(["prune", str(target), "-o", str(made[-1]), "--eps", "0.02", "--seed", seed, "--box", domain]) == 0
    a, b, c = map(str, made)
    third = str(tmp_path / "b.safetensors")
    points = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    for number, (one, other, box) in enumerate([(a, b, None), (a, c, "0,1"), (a, third, None), (third, c, "0,1")]):
        capsys.readouterr()
        folder = str(tmp_path / f"out-{number}")
        assert run(["compare", one, other, "-o", folder, "--json", *([] if box is None else ["--box", box])]) == 0
        found = json.loads(capsys.readouterr().out)
        inputs = points if box is None else np.abs(points)
        pair = comparing.matched(comparing.network_of(one), comparing.network_of(other))
        outputs = [lt_proofs.load_ticket(path).forward(inputs) for path in (one, other) if path != third]
        ours, theirs = pair.forward(inputs)
        assert all(np.allclose(own, ours) or np.allclose(own, theirs) for own in outputs)
        assert np.linalg.norm(ours - theirs, axis=1).max() <= Fraction(found["bound"])
        assert run(["recheck", folder]) == 0
    capsys.readouterr()
    assert run(["compare", a, c]) == 3
    assert "say for which inputs" in capsys.readouterr().err
    assert run(["compare", b, c, "--box", "-1,1"]) == 3
    assert "the ticket was made for inputs from 0 on" in capsys.readouterr().err


def test_two_tickets_by_norms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a ball the norms count, also where f is a ticket with two sums for each weight."""
    made = []
    for seed in ("0", "1"):
        target, folder = write(tmp_path / f"{seed}.safetensors", widths=(9, 9, 3)), str(tmp_path / f"ticket-{seed}")
        assert run(["prune", str(target), "-o", folder, "--eps", "0.02", "--seed", seed]) == 0
        made.append(folder)
    capsys.readouterr()
    assert run(["compare", *made, "-o", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by_norms"]
    assert run(["recheck", str(tmp_path / "out")]) == 0


def test_a_goal(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *two, "--box", "0,1", "--error", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["leaves"] == 1
    assert run(["compare", *two, "--box", "0,1", "--error", "1e-6"]) == 1
    assert "--error 1e-6: not reached; an attack found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "inputs: none cannot be used; say for which inputs"),
        (["--box", "1,0"], "box: 1 to 0 for input 0 cannot be used"),
        (["--box", "0"], "--box: 0 cannot be used; give two numbers"),
        (["--box", "0,1;0,1;0,1"], "box: 3 inputs cannot be used; the networks have 2"),
        (["--box", "0,1", "--ball", "1"], "ball: 1 cannot be used; give either a box or a ball"),
        (["--ball", "0"], "ball: 0 cannot be used"),
        (["--box", "0,1", "--error", "0"], "error: 0 cannot be used"),
        (["--box", "0,1", "--radius", "1"], "--radius: 1 cannot be used; say near which inputs with --around"),
        (["--around", "X"], "cannot be used; say how near with --radius"),
        (["--around", "X", "--radius", "-1"], "radius: -1 cannot be used"),
        (["--around", "X", "--radius", "0.1", "--box", "0,1/2"], "around: input 1 cannot be used; it lies outside"),
        (["--around", "WIDE", "--radius", "0.1"], "rows of 3 numbers cannot be used; the networks have 2 inputs"),
        (["--around", "NAN", "--radius", "0.1"], "holds NaN or infinity"),
        (["--around", "X", "--radius", "0.1", "--divide", "0"], "--divide: 0 cannot be used"),
        (["--around", "MANY", "--radius", "0.1"], "it holds a, b; name the array of inputs 'inputs'"),
    ],
)
def test_bad_input(
    two: list[str], inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    np.save(tmp_path / "wide.npy", np.zeros((2, 3)))
    np.save(tmp_path / "nan.npy", np.array([[0.0, np.nan]]))
    np.savez(tmp_path / "many.npz", a=np.zeros((1, 2)), b=np.zeros((1, 2)))
    files = {"X": inputs, "WIDE": tmp_path / "wide.npy", "NAN": tmp_path / "nan.npy", "MANY": tmp_path / "many.npz"}
    typed = [str(files.get(argument, argument)) for argument in arguments]
    assert run(["compare", *two, *typed]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and words in error


@pytest.mark.parametrize(
    ("widths", "words"),
    [((3, 4, 3), "2 and 3 inputs"), ((2, 4, 2), "3 and 2 outputs"), ((2, 4, 4, 3), "2 and 3 layers")],
)
def test_networks_of_other_shapes(
    two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], widths: tuple[int, ...], words: str
) -> None:
    other = write(tmp_path / "other.safetensors", widths=widths)
    assert run(["compare", two[0], str(other), "--box", "0,1"]) == 3
    assert f"networks: {words} cannot be used" in capsys.readouterr().err


def test_one_file_is_not_two_networks(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", two[0], "--box", "0,1"]) == 3
    assert "B: nothing cannot be used; give a second network" in capsys.readouterr().err


def test_an_interrupted_comparison_goes_on(
    two: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was bounded before is kept beside the output, and is not bounded again."""
    from lt_proofs.networks import compare

    rows = np.random.Generator(np.random.PCG64(0)).uniform(0, 1, (7, 2))
    np.save(tmp_path / "x.npy", rows)
    monkeypatch.setattr(compare, "PART", 2)
    whole, bounded = compare.bound_regions, []

    def interrupted(pair: object, rows: np.ndarray, *rest: object) -> object:
        bounded.append(len(rows))
        if len(bounded) == 3:
            raise KeyboardInterrupt
        return whole(pair, rows, *rest)

    monkeypatch.setattr(compare, "bound_regions", interrupted)
    arguments = ["compare", *two, "--around", str(tmp_path / "x.npy"), "--radius", "0.01", "-o", str(tmp_path / "out")]
    assert run(arguments) == 130
    assert (tmp_path / "out.partial").exists() and not (tmp_path / "out").exists()
    assert "out.partial has what is found; the same command goes on from there" in capsys.readouterr().err
    assert run(arguments) == 0 and bounded == [2, 2, 2, 2, 1]
    assert not (tmp_path / "out.partial").exists()
    capsys.readouterr()
    expected = lt_proofs.compare(*two, around=rows, radius="0.01")
    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text())
    assert certificate["statement"]["bounds"] == [str(bound) for bound in expected.regions.bounds]
