"""The limits of tickets: one table, work and memory from above, and `prune` refuses what the checker would refuse."""

import hashlib
import json
import resource
import struct
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import prod

import numpy as np
import pytest
from safetensors.numpy import save_file

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import CHECKER
from lt_proofs.cli import run
from lt_proofs.errors import BadInput, shorten
from lt_proofs.networks import InputDomain, Layer, Target, limits, prune, save_ticket
from lt_proofs.networks.cost import LayerCost, cost_of, methods_for, weight_bits

SECONDS, BYTES = 20, 512 << 20
HALF = (Fraction(-1, 2), Fraction(1, 3))


def small(widths=(3, 5, 4, 2), size=1.0, biased=(True, False, True), seed=1, kind=np.float32):
    random = np.random.Generator(np.random.PCG64(seed))
    layers = [
        Layer(random.uniform(-size, size, (b, a)).astype(kind), random.uniform(-1, 1, b).astype(kind) if bias else None)
        for (a, b), bias in zip(pairwise(widths), biased, strict=False)
    ]
    return Target.of(layers, [f"fc{i}" for i in range(len(layers))])


def test_the_table_is_the_checkers(checker):
    assert checker.limits.LIMITS == limits.LIMITS
    assert checker.errors.MAX_WORK == limits.LIMITS["work"]
    assert checker.envelope.MAX_BYTES == limits.LIMITS["certificate_bytes"]


@pytest.mark.parametrize("name", ["product_work", "product_room", "lane_bytes", "integer_bytes", "entry_work"])
def test_the_formulas_are_the_checkers(checker, name):
    ours, theirs = getattr(limits, name), getattr(checker.limits, name)
    count = ours.__code__.co_argcount
    for seed in range(50):
        draw = np.random.Generator(np.random.PCG64(seed)).integers(1, 2000, count).tolist()
        assert ours(*draw) == theirs(*draw)
    assert limits.matrix_room(3, 5, 70) == checker.limits.matrix_room(3, 5, 70)
    for name in ("gram_work", "gram_room", "witness_room"):
        for sizes in ((3, 5, 28), (130, 200, 16), (64, 64, 31)):
            assert getattr(limits, name)(*sizes) == getattr(checker.limits, name)(*sizes)
    assert limits.witness_work(37) == checker.limits.witness_work(37)
    assert limits.power_room(37, 91) == checker.limits.power_room(37, 91)


def test_the_bits_of_a_layer():
    for matrix in ([[0.75, 2.0**-50]], [[0.0, 0.0]], [[3.0, -5.5]], [[2.0**-1074, 1.0]], [[2.0**100]], [[1e-3, 7.0]]):
        ratios = [value.as_integer_ratio() for value in matrix[0]]
        bits = max([48, *(bottom.bit_length() - 1 for _, bottom in ratios)])
        most = max((abs(top) << bits) // bottom for top, bottom in ratios).bit_length()
        found = weight_bits(np.array(matrix))
        assert found[0] == bits and most <= found[1] <= max(most, bits) + 2


def counted(checker, folder):
    """The work that the checker counts for a ticket, and the largest memory that it asks for."""
    rooms = []
    step = json.loads((folder / "certificate.json").read_text())["steps"][0]
    modules = [checker.ticket, checker.norms, checker.boxes]
    kept = [module.room_for for module in modules]
    for module in modules:
        module.room_for = rooms.append
    checker.errors.fresh_budget()
    try:
        checker.ticket.check_ticket(step["goal"], step["data"], folder)
    finally:
        for module, room_for in zip(modules, kept, strict=True):
            module.room_for = room_for
    return checker.errors.WORK[0], max(rooms)


CASES = [
    ({}, {}),
    ({"widths": (1, 1), "size": 5.0}, {}),
    ({"widths": (40, 30, 20), "biased": (False, False)}, {}),
    ({"widths": (40, 30, 20), "biased": (True, True), "kind": np.float64}, {"law": "kaiming"}),
    ({"widths": (4, 6, 6, 6, 6, 3), "biased": (False,) * 5, "size": 3.0}, {}),
    ({"widths": (30, 20, 10, 5), "biased": (False,) * 3, "size": 0.3}, {"domain": InputDomain(HALF)}),
    (
        {"widths": (6, 5, 4), "biased": (True, True), "kind": np.float64},
        {"domain": InputDomain((Fraction(0), Fraction(1)))},
    ),
    ({"widths": (300, 2), "biased": (False,)}, {"objective": "exact"}),
    ({"widths": (2, 300), "biased": (True,)}, {"n": 24}),
]


@pytest.mark.parametrize(("network", "options"), CASES)
def test_the_cost_is_estimated_from_above(checker, tmp_path, network, options):
    pruned = prune(small(**network), Fraction(1, 20), seed=5, **options)
    save_ticket(pruned, tmp_path / "t")
    work, room = counted(checker, tmp_path / "t")
    size = (tmp_path / "t" / "certificate.json").stat().st_size
    assert work <= pruned.cost.work <= 3 * work + 10_000
    assert room <= pruned.cost.memory <= 2 * room
    assert size <= pruned.cost.certificate <= size + (1 << 15)


@pytest.mark.parametrize("key", ["work", "memory", "certificate_bytes", "layer_bits", "scale", "layers"])
def test_at_the_border(monkeypatch, checker, tmp_path, capsys, key):
    """With a limit at what a ticket takes it is written and accepted; with one less it is refused before any search."""
    target = small(size=3.0)
    path = tmp_path / "net.safetensors"
    tensors = {f"fc{i}.weight": layer.weight for i, layer in enumerate(target.layers)}
    tensors |= {f"fc{i}.bias": layer.bias for i, layer in enumerate(target.layers) if layer.bias is not None}
    save_file(tensors, path)
    pruned = prune(target, Fraction(1, 20), n=64)
    most = {
        "work": pruned.cost.work,
        "memory": pruned.cost.memory,
        "certificate_bytes": pruned.cost.certificate,
        "layer_bits": max(size.rows * size.units for size in pruned.sizes),
        "scale": max(size.scale for size in pruned.sizes),
        "layers": 3,
    }[key]
    words = {
        "work": "and the checker stops after",
        "memory": "and the checker stops at",
        "certificate_bytes": "and the checker reads at most",
        "layer_bits": "possible edges, and the checker takes at most",
        "scale": "the most that the checker takes",
        "layers": "it has 3 layers, and the checker takes at most 2",
    }[key]
    arguments = ["prune", str(path), "-o", str(tmp_path / "t"), "--eps", "1/20", "--n", "64"]
    searched = []
    monkeypatch.setattr(sys.modules["lt_proofs.networks.prune"], "solve", lambda *rest: searched.append(rest))
    monkeypatch.setitem(limits.LIMITS, key, most - 1)
    if key in ("scale", "layers", "layer_bits"):
        assert run(arguments) == 3 and not searched
        error = capsys.readouterr().err
        assert error.startswith(f"lt-proofs: TARGET: {shorten(path)} cannot be used; ") and words in error
        assert error.count("\n") == 1 and not (tmp_path / "t").exists()
    else:
        with pytest.raises(BadInput, match=words):
            save_ticket(pruned, tmp_path / "t")
        monkeypatch.setitem(limits.LIMITS, key, most // 8)
        assert run(arguments) == 3 and not searched and words in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setitem(limits.LIMITS, key, most)
    monkeypatch.setitem(checker.limits.LIMITS, key, most)
    monkeypatch.setattr(checker.errors, "MAX_WORK", limits.LIMITS["work"])
    save_ticket(pruned, tmp_path / "t")
    step = json.loads((tmp_path / "t" / "certificate.json").read_text())["steps"][0]
    checker.errors.fresh_budget()
    assert checker.ticket.check_ticket(step["goal"], step["data"], tmp_path / "t")


@pytest.mark.parametrize("share", [20, 60, 90, 100])
def test_cheaper_norms_keep_a_ticket_within_the_limits(monkeypatch, checker, tmp_path, share):
    """With less work allowed the bound grows, little by little, and never because a norm has no bound of its own."""
    pruned = prune(small((40, 36, 30), biased=(False, False)), Fraction(1, 20))
    most, best = pruned.cost.work, pruned.error_bound
    least = cost_of(pruned.sizes, pruned.domain).work
    allowed = least + (most - least) * share // 100
    monkeypatch.setitem(limits.LIMITS, "work", allowed)
    cheaper = replace(pruned)
    assert cheaper.cost.work <= allowed
    assert best * Fraction(99, 100) <= cheaper.error_bound <= best * (8 if share < 50 else 4)
    save_ticket(cheaper, tmp_path / "t")
    work, _ = counted(checker, tmp_path / "t")
    assert work <= allowed


def test_the_bound_is_smooth_in_the_width():
    """The methods at neighbouring widths are nearly the same, so that no width is a cliff."""
    domain = InputDomain()
    for width in (400, 639, 640, 641):
        sizes = [LayerCost(width, width, 64 * width, signs, 0, 2 * width**2, 48, 48, 43) for signs in (2, 1)]
        methods = methods_for(sizes, domain)
        loss = prod(methods[name].loss for name in ("W2", "E1", "E2", "W1"))
        assert cost_of(sizes, domain, methods).work <= limits.LIMITS["work"] and loss < 1.2


def test_a_layer_that_the_checker_would_not_take_is_refused_at_once(tmp_path, capsys):
    random = np.random.Generator(np.random.PCG64(0))
    path = tmp_path / "large.safetensors"
    save_file({"fc1.weight": (random.uniform(-1, 1, (1500, 1500)) / 40).astype("f")}, path)
    start = time.process_time()
    assert run(["prune", str(path), "-o", str(tmp_path / "t"), "--eps", "0.01"]) == 3
    assert time.process_time() - start < SECONDS
    error = capsys.readouterr().err
    assert f"TARGET: {shorten(path)} cannot be used" in error and "the checker stops at 512 MiB" in error
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target.of([Layer(np.array([[2.0**129]]))], ["a"]), "weights above 2\\^128"),
        (Target.of([Layer(np.ones((1, 1)))] * 129, ["a"] * 129), "it has 129 layers"),
    ],
)
def test_what_no_ticket_can_hold(target, words):
    with pytest.raises(BadInput, match=words):
        prune(target, Fraction(1, 10))


@pytest.mark.parametrize("scale", [127, 128])
def test_the_largest_weights(checker, tmp_path, scale):
    pruned = prune(Target.of([Layer(np.array([[2.0**scale]]))], ["a"]), Fraction(1, 2), n=8)
    save_ticket(pruned, tmp_path / "t")
    assert counted(checker, tmp_path / "t")[0] <= pruned.cost.work


def safetensors(path, tensors, metadata=None):
    header, body = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def empty_ticket(folder, shapes, n=1, value=0.5, ones=False, domain="unit ball", scale=0):
    """A ticket of an invented target with masks of nothing, or of everything: well formed, but not right."""
    folder.mkdir()
    layers, target, masks, kept = [], {}, {}, []
    for i, (rows, columns) in enumerate(shapes, 1):
        units = columns * n
        sizes = {"rows": rows, "columns": columns, "n": n, "units": units, "signs": 2 if i == 1 else 1}
        layers.append({**sizes, "scale": scale})
        target[f"weight_{i}"] = ("F64", [rows, columns], struct.pack("<d", value) * rows * columns)
        stride = (units + 7) // 8
        row = (b"\xff" if ones else b"\0") * stride
        row = row[:-1] + bytes([row[-1] & (255 >> -units % 8)])
        masks |= {f"units_{i}": ("U8", [stride], row), f"edges_{i}": ("U8", [rows, stride], row * rows)}
        kept += [units * ones, rows * units * ones]
    text = json.dumps(layers, sort_keys=True, separators=(",", ":"))
    factor, inputs = f"2^{scale * len(shapes)}", shapes[0][1]
    metadata = {"format": "lt_proofs ticket 2", "law": "uniform", "seed": "3", "inputs": str(inputs)}
    statement = {
        "form": "ticket", "law": "uniform", "seed": 3, "domain": domain, "eps": "1", "layers": layers,
        "widths": [inputs, *(rows for rows, _ in shapes)], "constant_inputs": 0, "factor": factor,
        "weights": sum(rows * columns for rows, columns in shapes), "kept": kept, "error_bound": "9" * 1000,
        "solved": 0 if value > 1 else sum(rows * columns for rows, columns in shapes),
        "max_weight_error": str(Fraction(value)),
        "target": safetensors(folder / "target.safetensors", target),
        "ticket": safetensors(
            folder / "ticket.safetensors", masks, {**metadata, "factor": factor, "layers": text}
        ),
    }  # fmt: skip
    steps = Steps()
    steps.add("ticket", statement, [], {"norms": []})
    (folder / "certificate.json").write_text(certificate_text(certificate("ticket", steps)))
    return folder


BOX = {"high": "1", "low": "-1/3"}
COSTLY = {
    "masks of nothing for many hidden units": ({"shapes": [(1, 1)], "n": 7_000_000}, "accepted"),
    "a row for each of many outputs": ({"shapes": [(50_000, 1)]}, "accepted"),
    "too many rows": ({"shapes": [(1_000_000, 1)]}, "malformed"),
    "too many columns": ({"shapes": [(1, 1_000_000)]}, "malformed"),
    "more masks than work": ({"shapes": [(1, 1)], "n": 100_000_000}, "malformed"),
    "everything kept": ({"shapes": [(400, 400)], "n": 800, "ones": True}, "malformed"),
    "entries of a thousand bits": ({"shapes": [(1000, 1000)], "value": 2.0**-1074}, "malformed"),
    "large entries": ({"shapes": [(1000, 1000)], "value": 2.0**1000}, "malformed"),
    "many layers": ({"shapes": [(1, 1)] * 128, "scale": 128}, "accepted"),
    "many layers of a thousand bits": ({"shapes": [(1, 1)] * 128, "value": 2.0**-1074}, "accepted"),
    "a box for many layers": ({"shapes": [(12, 12)] * 40, "domain": BOX}, "accepted"),
    "a box for wide layers": ({"shapes": [(20, 30_000), (20, 20)], "domain": BOX}, "malformed"),
}


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES + (64 << 20), BYTES + (64 << 20)))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))


@pytest.mark.parametrize("name", COSTLY)
def test_no_ticket_costs_more_than_the_limits(tmp_path, name):
    """Accepted, or malformed with what is too much, in the memory of one file; a slow machine gets twice the time."""
    arguments, state = COSTLY[name]
    folder = empty_ticket(tmp_path / "t", **arguments)
    command = [sys.executable, "-I", "-S", str(CHECKER), "--json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=limited, check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    (report,) = json.loads(done.stdout)
    if state == "accepted":
        assert report["state"] == state, report
    else:  # the count of work says malformed as well
        assert report["state"] in (state, "rejected") and "more" in report["reason"], report
