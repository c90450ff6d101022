"""The second experiment: parts of the images, runs, the ledger after a kill, the result, and who imports torch."""

import ast
import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import lt_proofs
from lt_proofs.cli import group
from lt_proofs.experiments import idx
from lt_proofs.experiments.popup import images, tickets
from lt_proofs.experiments.popup.settings import Settings, kept_of
from lt_proofs.experiments.popup.sweep import Run, Sweep, open_ledger, runs_of
from lt_proofs.networks import digits

PACKAGE = Path(lt_proofs.__file__).parent
WITH_TORCH = {"layers.py", "networks.py", "training.py"}
TINY = {"networks": ["fc2"], "variants": ["structure-relu", "ticket"], "fractions": [Fraction(3, 4)], "seeds": 2}


def write_idx(path, array):
    head = bytes((0, 0, 8, array.ndim)) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def make_folder(folder, side=8, training=60, test=24):
    """A folder of IDX files in which the class is where the image is bright."""
    for (image, label), count in ((idx.TRAINING, training), (idx.TEST, test)):
        labels = np.arange(count) % 4
        pixels = np.random.Generator(np.random.PCG64(count)).integers(0, 60, (count, side, side))
        pixels[np.arange(count), 2 * labels] += 190
        write_idx(folder / image, pixels)
        write_idx(folder / label, labels)
    return folder


def without_seconds(records):
    return {name: {k: v for k, v in record.items() if not k.endswith("seconds")} for name, record in records.items()}


# modules that are imported only where PyTorch is used, and a script
APART = {"torch_module.py", "torch_images.py", "train_digits_cnn.py"}


def test_few_modules_import_torch_when_they_are_imported():
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        own = (path.parent.name == "popup" and path.name in WITH_TORCH) or path.name in APART
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert own or not any(name.split(".")[0] == "torch" for name in names), path
            assert own or not any(
                name.startswith("lt_proofs.experiments.popup.") and f"{name.rsplit('.')[-1]}.py" in WITH_TORCH
                for name in names
            ), path
    code = (
        "import sys, lt_proofs.cli.popup, lt_proofs.experiments.popup.summary, lt_proofs.experiments.popup.tickets;"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_digits_fall_into_three_parts():
    split = images.load("digits")
    assert split.sizes == {"training": 1157, "validation": 280, "test": 360} and split.classes == 10
    pixels, labels = digits.test_images()
    assert np.array_equal(split.test.images * 16, pixels * digits.PIXEL_SCALE)
    assert np.array_equal(split.test.labels, labels)
    rows = [image.tobytes() for part in (split.training, split.validation, split.test) for image in part.images]
    assert len(set(rows)) == len(rows) == 1797


def test_a_folder_gives_validation_images_from_its_training_images(tmp_path):
    split = images.load(str(make_folder(tmp_path)))
    assert split.sizes == {"training": 50, "validation": 10, "test": 24}
    assert (split.side, split.classes) == (8, 4) and split.training.images.max() <= 1
    both = np.concatenate([split.training.images, split.validation.images])
    whole, _ = idx.load_images(tmp_path, idx.TRAINING, "--data")
    assert np.array_equal(np.sort(both, axis=0), np.sort(whole.astype(np.float32), axis=0))


def test_the_ticket_keeps_no_more_than_its_budget_and_uses_it():
    target = digits.target()
    scaled = tickets.target_of([layer.weight for layer in target.layers])
    split = images.load("digits")
    found = [tickets.finest_ticket(scaled, budget, 0) for budget in (900, 2000, 6000)]
    assert [kept.kept <= budget for kept, budget in zip(found, (900, 2000, 6000), strict=True)] == [True] * 3
    assert found[0].eps > found[1].eps > found[2].eps
    right = [kept.right(split.test.images, split.test.labels) for kept in found]
    whole = int((target.forward(split.test.images).argmax(axis=1) == split.test.labels).sum())
    assert right[0] < right[2] and abs(right[2] - whole) <= 2
    assert sum(found[2].pruned.kept) == found[2].kept and found[2].drawn > found[2].kept
    assert tickets.finest_ticket(scaled, 0, 0) is None


def test_validation_chooses_the_epoch_and_the_network_stays_as_it_was_there(monkeypatch):
    torch = pytest.importorskip("torch")
    from lt_proofs.experiments.popup import networks, training

    split = images.load("digits")
    network, states, answers = networks.trained_network((64, 4, 10), training.generator(0)), [], [3, 5, 5, 2]

    def right(network, part):
        states.append(network.layers[0].weights.detach().clone())
        return answers[len(states) - 1] if len(states) <= 4 else 77

    monkeypatch.setattr(training, "_right", right)
    fit = training.train(network, split, 4, 64, training.generator(1))
    assert (fit.epoch, fit.validation, fit.test) == (2, 5, 77)
    assert torch.equal(states[4], states[1]) and not torch.equal(states[3], states[1])


def test_random_convolutions_see_what_lenet_sees():
    torch = pytest.importorskip("torch")
    from lt_proofs.experiments.popup import networks, training

    for side, numbers in ((28, 400), (8, 64), (12, 144)):
        part = images.Part(torch.rand(7, side * side).numpy(), np.zeros(7, np.int64))
        seen = networks.features(images.Split(part, part, part, side), training.generator(0))
        assert seen.training.images.shape == (7, numbers)
        assert seen.training.images.min() >= 0 and seen.training.images.max() == 1


KILLED = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
from lt_proofs.experiments.popup import images
from lt_proofs.experiments.popup.settings import Settings
from lt_proofs.experiments.popup.sweep import Sweep, open_ledger
settings = Settings.of("digits", networks=["fc2"], variants=["structure-relu", "ticket"], fractions=[Fraction(3, 4)],
                       seeds=2, epochs=2)
sweep = Sweep(settings, images.load("digits"))
def kill(done, total):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
with open_ledger(Path(sys.argv[1]), settings, sweep.split, resume=False) as book:
    sweep.all(book, kill)
"""


def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    pytest.importorskip("torch")
    path = tmp_path / "runs.sqlite"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    settings = Settings.of("digits", **TINY, epochs=2)
    split = images.load("digits")
    sweep, done = Sweep(settings, split), []
    with open_ledger(path, settings, split, resume=True) as book:
        kept = book.records()
        assert list(kept) == ["fc2 0 structure-relu 3/4", "fc2 0 trained"]
        record = sweep.record
        sweep.record = lambda run: done.append(run.name) or record(run)
        resumed = sweep.all(book)
    assert done == [run.name for run in runs_of(settings)][2:]
    assert without_seconds(resumed) == without_seconds(Sweep(settings, split).all())
    assert all(resumed[name] == record for name, record in kept.items())


def test_the_command_writes_the_result(tmp_path):
    pytest.importorskip("torch")
    from lt_proofs.experiments.popup import summary

    arguments = [
        "popup",
        "--data",
        "digits",
        "--preset",
        "small",
        "-o",
        str(tmp_path / "out"),
        "--epochs",
        "1",
        "--json",
    ]
    arguments += ["--seeds", "2", "--fractions", "0.5,99/100"]
    done = CliRunner().invoke(group, arguments)
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert json.loads((tmp_path / "out" / "popup.json").read_text()) == result
    assert result["format"] == summary.FORMAT and result["published"]["points"] == []
    assert [network["name"] for network in result["networks"]] == ["fc2", "fc4", "lenet5"]
    for network in result["networks"]:
        assert [curve["variant"] for curve in network["curves"]] == [
            "structure-linear",
            "structure-relu",
            "wide",
            "ticket",
        ]
        assert network["weights"] == sum(a * b for a, b in zip(network["widths"], network["widths"][1:], strict=False))
        limits = [point["kept"][0] for point in network["curves"][1]["points"]]
        for curve in network["curves"]:
            for point, limit in zip(curve["points"], limits, strict=True):
                if "none" not in point:
                    assert 0 <= point["low"] <= point["mean"] <= point["high"] <= 1
                    assert max(point["kept"]) <= limit if curve["variant"] == "ticket" else point["kept"]
        assert {bound["claim"] for bound in network["bounds"]} == {"theorem-1", "theorem-2"}
    shorter = [
        "popup",
        "-o",
        str(tmp_path / "out"),
        "--networks",
        "fc2",
        "--variants",
        "wide",
        "--seeds",
        "1",
        "--epochs",
        "1",
    ]
    text = CliRunner().invoke(group, shorter)
    assert text.exit_code == 0 and "fc2: widths 64,32,10" in text.stdout


def test_equal_accuracy_takes_the_fewest_kept_weights():
    from lt_proofs.experiments.popup.summary import equal_accuracy

    def point(kept, mean):
        return {"kept_per_weight": kept, "drawn_per_weight": 9.0, "removed": "0", "mean": mean}

    curves = [
        {"variant": "a", "points": [point(5.0, 0.95), point(2.0, 0.94), point(1.0, 0.93), {"none": "no"}]},
        {"variant": "b", "points": [point(5.0, 0.5)]},
    ]
    rows = equal_accuracy(0.955, curves)["rows"]
    assert (rows[0]["kept_per_weight"], rows[1]["kept_per_weight"]) == (2.0, None)


def test_runs_are_named_and_counted():
    settings = Settings.of("digits")
    runs = runs_of(settings)
    assert len(runs) == len({run.name for run in runs}) == 3 * 3 * (1 + 4 * 5)
    assert Run("fc4", 2, "wide", Fraction(9, 10)).name == "fc4 2 wide 9/10"
    assert kept_of(10, Fraction(99, 100)) == 1


def test_the_report_draws_the_recorded_result(tmp_path):
    from lt_proofs.report.drawing import svg
    from lt_proofs.report.recordings import recordings

    recorded = Path(__file__).resolve().parents[2] / "reports" / "popup.json"
    (tmp_path / "popup.json").write_bytes(recorded.read_bytes())
    (found,) = recordings(tmp_path)
    assert [plot["id"] for plot in found["figures"]] == ["popup-fc2", "popup-fc4", "popup-lenet5"]
    for plot in found["figures"]:
        assert len(plot["rows"]) == 1 + 4 * 5 and "svg" in str(svg(plot))
        assert "published figures are not at hand" in plot["says"]
    assert any("theorem-1" in row[1] for row in found["tables"][0]["rows"])


def test_a_dense_network_that_collapses_is_trained_more_slowly():
    pytest.importorskip("torch")
    split = images.load("digits")
    bright = [images.Part(part.images * 40, part.labels) for part in (split.training, split.validation, split.test)]
    sweep = Sweep(Settings.of("digits", networks=["fc2"], epochs=3), images.Split(*bright, 8))
    record = sweep.record(Run("fc2", 0, "trained"))
    assert 2 * record["validation"] >= len(split.validation)
