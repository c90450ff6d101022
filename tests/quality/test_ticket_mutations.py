"""Random mutations of statement, witnesses and files: the checker says rejected or malformed, or stays right."""

import copy
import hashlib
import json
import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lt_proofs
from lt_proofs.networks import Layer, Target, prune, save_ticket

VALUES = [None, -1, 0, 1, 2, 10**6, 2**70, "", "1/0", "1/3", "-1/2", [], {}, "x", True, 1.5]
RUNS = 400


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy with one place changed or taken out."""
    root = node = copy.deepcopy(value)
    while isinstance(node, dict | list) and node:
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if chance.random() < 0.5 or not isinstance(node[key], dict | list):
            if chance.random() < 0.2:
                del node[key]
            elif type(node[key]) is int and chance.random() < 0.5:
                node[key] += chance.choice([-8, -1, 1, 8])
            else:
                node[key] = chance.choice(VALUES)
            break
        node = node[key]
    return root


def mutated_file(content: bytes, chance: random.Random) -> bytes:
    """A safetensors file with another header, or with one bit turned."""
    end = 8 + int.from_bytes(content[:8], "little")
    if chance.random() < 0.7:
        header = json.dumps(mutated(json.loads(content[8:end]), chance)).encode()
        return len(header).to_bytes(8, "little") + header + content[end:]
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draw = np.random.Generator(np.random.PCG64(0))
    sizes = ((3, 5), (5, 4), (4, 2))
    layers = [Layer(draw.uniform(-1, 1, (b, a)), draw.uniform(-1, 1, b) if a == 3 else None) for a, b in sizes]
    place = tmp_path_factory.mktemp("mutations") / "t"
    save_ticket(prune(Target.of(layers, ["a", "b", "c"]), Fraction(1, 50)), place)
    return place


def test_mutations_never_crash_the_checker(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(Path(lt_proofs.__file__).parent / "checker"), *sys.path])
    check, errors = __import__("data.ticket", fromlist=["ticket"]).check_ticket, __import__("errors")
    step = json.loads((folder / "certificate.json").read_text())["steps"][0]
    check(step["goal"], step["data"], folder)
    chance, states = random.Random(1), {"accepted": 0, "Rejected": 0, "Malformed": 0}
    for _ in range(RUNS):
        statement, data, place = dict(step["goal"]), step["data"], folder
        kind = chance.choice(["statement", "data", "target", "ticket"])
        if kind == "statement":
            statement = mutated(statement, chance)
        elif kind == "data":
            data = mutated(data, chance)
        else:
            place = tmp_path
            for name in ("target", "ticket"):
                content = (folder / f"{name}.safetensors").read_bytes()
                content = mutated_file(content, chance) if name == kind else content
                (tmp_path / f"{name}.safetensors").write_bytes(content)
                statement[name] = "sha256:" + hashlib.sha256(content).hexdigest()
        try:
            check(statement, data, place)
            states["accepted"] += 1
        except (errors.Rejected, errors.Malformed) as error:
            states[type(error).__name__] += 1
    assert all(states.values()) and states["accepted"] < RUNS // 3
