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


@pytest.mark.parametrize("kind", ["tiny", "many inputs", "deep", "small weights"])
def test_work_is_counted_while_it_is_done(checker, monkeypatch, tmp_path, kind):
    """With a hundredth of the work, files that ask for more are decided, for what they ask."""
    monkeypatch.setattr(checker.errors, "MAX_WORK", checker.errors.MAX_WORK // 100)
    said = checker.main.examine(written(tmp_path, *COSTLY[kind]), None)
    assert said["state"] == "malformed"
    assert "more work than" in said["reason"]


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", COSTLY)
def test_the_count_is_near_the_processors_time(finish, tmp_path, kind):
    path = written(tmp_path, *COSTLY[kind])

    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-I", "-S", CHECKER, "--json", "--work", str(UNITS), path]
    done = finish(command, preexec_fn=limits)
    assert done.returncode in (0, 1, 3), done.stderr
    (said,) = json.loads(done.stdout)
    assert "limits of this machine" not in said.get("reason", "")
