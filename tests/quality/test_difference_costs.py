"""What certificates of differences cost is counted before it is spent: the count is near the processor's time."""

import json
import random
import resource
import sys
from itertools import pairwise

import numpy as np
import pytest
from safetensors.numpy import save

from lt_proofs.certificates.checking import CHECKER
from lt_proofs.networks.certified import write_certificate
from lt_proofs.networks.pairs import NamedFile

UNITS, SECONDS, MEMORY = 20_000_000, 6, 512 << 20  # of the processor: three times what the counted work stands for


def networks(widths, scale=1.0, kind=np.float64):
    """Two networks, as files, that share no weight."""
    rng = np.random.default_rng(0)
    for name in ("f", "g"):
        tensors = {}
        for number, (columns, rows) in enumerate(pairwise(widths), 1):
            tensors[f"weight_{number}"] = (scale * rng.uniform(-1, 1, (rows, columns))).astype(kind)
            tensors[f"bias_{number}"] = rng.uniform(-1, 1, rows).astype(kind)
        yield NamedFile(f"{name}.safetensors", save(tensors))


def deep_tree(rng, inputs):
    """A tree of many leaves: every other node halves, as long as that goes."""
    tree, waiting = bytearray(), 1
    while waiting:
        halved = len(tree) < 400_000 and (waiting < 300 or rng.random() < 0.5)
        tree.append(rng.randrange(inputs) if halved else 255)
        waiting += 1 if halved else -1
    return tree.hex()


BOX, BALL = {"low": "-1", "high": "1"}, {"radius": "1"}
COSTLY = {
    "tiny": ((1, 1, 1), BOX, 1.0),
    "few inputs": ((3, 32, 32, 3), BOX, 1.0),
    "many inputs": ((200, 8, 3), BOX, 1.0),
    "long lists of ends": ((200, 8, 3), {"low": ["-1/3"] * 200, "high": ["1/3"] * 200}, 1.0),
    "deep": ((2, *[2] * 100, 2), BOX, 1.0),
    "wide": ((2, 1500, 2), BOX, 1.0),
    "wide and deep": ((2, 500, 500, 500, 2), BOX, 1.0),
    "large": ((900, 900, 300, 10), BALL, 1.0),
    "a ball": ((784, 256, 10), BALL, 1.0),
    "small weights": ((3, 60, 60, 3), BOX, 1e-300),
    "large weights": ((3, 60, 60, 3), BOX, 1e300),
}


def written(folder, widths, domain, scale):
    f, g = networks(widths, scale)
    for file in (f, g):
        (folder / file.name).write_bytes(file.content)
    tree = "ff" if "radius" in domain else deep_tree(random.Random(0), min(widths[0], 255))
    bound = str(10**2000 - 1)[:1999]
    statement = {"form": "difference", "f": f.data, "g": g.data, "domain": domain, "bound": bound}
    write_certificate(folder / "certificate.json", statement, {"tree": tree})
    return folder / "certificate.json"


def norms(widths, way):
    """An entry for every norm that a chain can ask for."""
    depth = len(widths) - 1
    singles = [f"{kind}{k}" for kind in "WE" for k in range(1, depth + 1)] + [f"T{k}" for k in range(2, depth)]
    pairs = [f"W{k + 1} W{k}" for k in range(2, depth)] + ["W2 E1"] * (depth > 1)
    return [{"of": name, **way(min(widths[int(name[1]) - 1 :][:2]))} for name in singles + pairs]


def squared(_):
    return {"squarings": 8}


def witnessed(rows):
    return {"bits": 1, "shift": 0, "bound": (1 << 63) - 1, "factor": "00" * (rows * (rows + 1))}


def scales(widths):
    # biases are carried: a neuron of every hidden layer is the constant
    return [[1 + (k % 1023) for k in range(width + 1)] for width in widths[1:-1]]


BY_NORMS = {
    "norms squared": ((500, 500, 300, 10), squared, False),
    "norms squared, with scales": ((300, 300, 300, 10), squared, True),
    "norms of small matrices squared": ((9, *[9] * 60, 9), squared, True),
    "norms with witnesses": ((400, 500, 400, 10), witnessed, True),
    "chains of many layers": ((2, *[1] * 120, 2), squared, True),
    "norms of a wide layer": ((4, 4000, 4), squared, True),
    "norms of two wide layers": ((1200, 1200, 1200, 4), witnessed, False),
}


def written_norms(folder, widths, way, scaled):
    f, g = networks(widths)
    for file in (f, g):
        (folder / file.name).write_bytes(file.content)
    bound = str(10**2000 - 1)[:1999]
    statement = {"form": "difference", "f": f.data, "g": g.data, "domain": BALL, "bound": bound}
    data = {"norms": [entry for entry in norms(widths, way) if len(widths) < 10 or len(entry["of"]) < 4]}
    write_certificate(folder / "certificate.json", statement, data | ({"scales": scales(widths)} if scaled else {}))
    return folder / "certificate.json"


def written_regions(folder, widths, count, norm):
    f, g = networks(widths)
    points = np.random.default_rng(1).uniform(-1, 1, (count, widths[0]))
    inputs = NamedFile("inputs.safetensors", save({"inputs": points}))
    for file in (f, g, inputs):
        (folder / file.name).write_bytes(file.content)
    statement = {
        "form": "regions", "f": f.data, "g": g.data, "inputs": inputs.data, "first": 0, "radius": "1/7", "norm": norm,
        "domain": None, "bounds": [str(10**9)] * count, "classes": [None, 0] * (count // 2),
    }  # fmt: skip
    write_certificate(folder / "certificate.json", statement, {})
    return folder / "certificate.json"


REGIONS = {
    "regions of a tiny network": ((1, 1, 1), 100_000, "inf"),
    "regions of many inputs": ((2000, 3, 1), 1000, "2"),
    "regions of many outputs": ((2, 9, 300), 400, "inf"),
}
KINDS = {
    **{kind: lambda folder, kind=kind: written(folder, *COSTLY[kind]) for kind in COSTLY},
    **{kind: lambda folder, kind=kind: written_norms(folder, *BY_NORMS[kind]) for kind in BY_NORMS},
    **{kind: lambda folder, kind=kind: written_regions(folder, *REGIONS[kind]) for kind in REGIONS},
}
QUICK = ["tiny", "many inputs", "deep", "small weights", "norms squared", "chains of many layers"]
QUICK += ["norms with witnesses", "regions of a tiny network"]


@pytest.mark.parametrize("kind", QUICK)
def test_work_is_counted_while_it_is_done(checker, monkeypatch, tmp_path, kind):
    """With a hundredth of the work, files that ask for more are decided, for what they ask."""
    monkeypatch.setattr(checker.errors, "MAX_WORK", checker.errors.MAX_WORK // 100)
    said = checker.main.examine(KINDS[kind](tmp_path), None)
    assert said["state"] == "malformed"
    assert "more work than" in said["reason"]


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", KINDS)
def test_the_count_is_near_the_processors_time(finish, tmp_path, kind):
    path = KINDS[kind](tmp_path)

    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-I", "-S", CHECKER, "--json", "--work", str(UNITS), path]
    done = finish(command, preexec_fn=limits)
    assert done.returncode in (0, 1, 3), done.stderr
    (said,) = json.loads(done.stdout)
    assert "limits of this machine" not in said.get("reason", "")
