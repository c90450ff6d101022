"""A ticket recomputed with nothing of the package: its own Philox, plain integers, exact fractions."""

import json
from fractions import Fraction
from math import isqrt
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

import lt_proofs
from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import BadInput
from lt_proofs.networks import Layer, Target, digits, prune, save_ticket


def philox(seed: int, stream: int, trial: int, index: int) -> int:
    a, b, c, d = index // 4, stream, trial % 2**32, trial // 2**32
    low, high = seed % 2**32, seed // 2**32
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q // 2**32 ^ b ^ low, q % 2**32, p // 2**32 ^ d ^ high, p % 2**32
        low, high = (low + 0x9E3779B9) % 2**32, (high + 0xBB67AE85) % 2**32
    return (a, b, c, d)[index % 4]


def weight(seed: int, matrix: int, row: int, column: int, radius: int = 2**24) -> int:
    odd = 2 * (philox(seed, 0x4E000000 + matrix, row, column) // 256) + 1 - 2**24
    return odd * radius // 2**24


def effective(folder: Path, number: int) -> tuple[list[list[list[Fraction]]], list[int]]:
    """Both signs of the effective weights of a layer, and its kept counts, from the files alone."""
    tensors = load_file(folder / "ticket.safetensors")
    with safe_open(folder / "ticket.safetensors", "np") as file:
        metadata = file.metadata()
    shape = json.loads(metadata["layers"])[number - 1]
    seed, columns = int(metadata["seed"]), shape["columns"]
    regular = columns * shape["n"]
    owner = [u % columns for u in range(regular)] + [int(j) for j in tensors.get(f"owners_{number}", [])]
    fans = (columns, regular) if metadata["law"] == "kaiming" else (6, 6)
    radii = [min(2**24, isqrt(6 * 4**24 // fan)) for fan in fans]
    units, edges = tensors[f"units_{number}"], tensors[f"edges_{number}"]
    first = {
        u: weight(seed, 2 * number - 1, u, owner[u], radii[0])
        for u in range(shape["units"])
        if units[u // 8] >> (u % 8) & 1
    }
    sums = [[[Fraction(0)] * columns for _ in range(shape["rows"])] for _ in range(2)]
    kept = 0
    for o in range(shape["rows"]):
        for u in range(shape["units"]):
            if edges[o, u // 8] >> (u % 8) & 1:
                product = first[u] * weight(seed, 2 * number, o, u, radii[1])
                sums[first[u] < 0][o][owner[u]] += Fraction(product * 2 ** shape["scale"], 2**48)
                kept += 1
    return sums, [len(first), kept]


@pytest.fixture(scope="module")
def ticket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tickets") / "digits"
    save_ticket(prune(digits.target(), Fraction(1, 100), seed=2**63 + 11), folder)
    return folder


def test_every_weight_of_the_digits_ticket_is_within_eps(ticket: Path) -> None:
    statement = json.loads((ticket / "certificate.json").read_text())["statement"]
    target = load_file(ticket / "target.safetensors")
    largest, kept = Fraction(0), []
    for number in (1, 2):
        sums, counts = effective(ticket, number)
        kept += counts
        for side in sums[: 3 - number]:
            for row, wanted in zip(side, target[f"weight_{number}"].tolist(), strict=True):
                pairs = zip(row, wanted, strict=True)
                largest = max(largest, *(abs(total - Fraction(w)) for total, w in pairs))
    assert largest <= Fraction(1, 100)
    assert statement["max_weight_error"] == str(largest)
    assert statement["kept"] == kept
    assert statement["solved"] == statement["weights"] == 64 * 32 + 32 * 10


def test_the_pruned_network_is_as_accurate_as_its_target(ticket: Path) -> None:
    loaded = lt_proofs.load_ticket(ticket)
    found = digits.accuracy(digits.target().forward, loaded.forward)
    assert abs(found["target"] - found["ticket"]) <= 1


def test_forward_is_the_masked_random_network(ticket: Path) -> None:
    loaded = lt_proofs.load_ticket(ticket)
    images, _ = digits.test_images()
    values = images[:7].T
    for number, matrix in loaded.weights.items():
        assert matrix.dtype == np.float32 and loaded.masks[number].dtype == bool
        values = np.maximum(values, 0) if number > 1 else values
        values = np.where(loaded.masks[number], matrix, 0).astype(np.float64) @ values
    assert np.allclose(values.T, loaded.forward(images[:7]), rtol=1e-9, atol=1e-12)
    assert np.array_equal(loaded.forward(images[3]), loaded.forward(images)[3])
    with pytest.raises(BadInput, match="rows of 64 numbers"):
        loaded.forward(images[:, :63])
    assert abs(loaded.weights[2][3, 5] * 2**24 - weight(2**63 + 11, 2, 3, 5)) == 0


def test_the_error_bound_holds_on_the_unit_ball(ticket: Path) -> None:
    statement = json.loads((ticket / "certificate.json").read_text())["statement"]
    loaded = lt_proofs.load_ticket(ticket)
    inputs = np.random.Generator(np.random.PCG64(5)).normal(size=(500, 64))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    gap = np.linalg.norm(digits.target().forward(inputs) - loaded.forward(inputs), axis=1).max()
    assert 0 < gap <= Fraction(statement["error_bound"])


def small_target(seed: int, widths: list[int], size: float, biased: list[bool], kind: type) -> Target:
    random = np.random.Generator(np.random.PCG64(seed))
    layers = []
    for inputs, outputs, bias in zip(widths, widths[1:], biased, strict=False):
        w = random.uniform(-size, size, (outputs, inputs)).astype(kind)
        layers.append(Layer(w, random.uniform(-1, 1, outputs).astype(kind) if bias else None))
    return Target.of(layers, [f"layer{i}" for i in range(len(layers))])


@pytest.mark.parametrize("law", ["uniform", "kaiming"])
@pytest.mark.parametrize(
    ("widths", "size", "biased", "kind"),
    [
        ([3, 4, 2], 0.9, [False, False], np.float32),
        ([3, 4, 2], 5.0, [False, False], np.float64),
        ([2, 3, 3, 1], 0.8, [True, True, False], np.float32),
        ([2, 3, 2], 3.0, [False, True], np.float64),
        ([4, 1], 1e-3, [True], np.float32),
    ],
)
def test_small_networks_with_biases_and_large_weights(
    tmp_path: Path, widths: list[int], size: float, biased: list[bool], kind: type, law: str
) -> None:
    target = small_target(1, widths, size, biased, kind)
    pruned = prune(target, Fraction(1, 50), seed=9, law=law)
    save_ticket(pruned, tmp_path / "t")
    for number, wanted in enumerate(target.matrices(), 1):
        sums, _ = effective(tmp_path / "t", number)
        for side in sums[: 2 if number == 1 else 1]:
            for row, goal in zip(side, wanted.tolist(), strict=True):
                pairs = zip(row, goal, strict=True)
                assert all(abs(total - Fraction(w)) <= Fraction(1, 50) for total, w in pairs)
    inputs = np.random.Generator(np.random.PCG64(5)).uniform(-1, 1, (200, widths[0])) / widths[0] ** 0.5
    (examined,) = run_checker([tmp_path / "t"])
    assert examined.accepted, examined.report
    gap = np.abs(target.forward(inputs) - lt_proofs.load_ticket(tmp_path / "t").forward(inputs)).max()
    assert gap <= pruned.error_bound


def test_growing_n_keeps_the_weights_that_were_there(tmp_path: Path) -> None:
    for n in (64, 72):
        save_ticket(prune(digits.target(), Fraction(1, 10), seed=4, n=n), tmp_path / str(n))
    few, many = (lt_proofs.load_ticket(tmp_path / str(n)) for n in (64, 72))
    assert np.array_equal(few.weights[1], many.weights[1][: 64 * 64])
    assert np.array_equal(few.weights[2], many.weights[2][:, : 64 * 64])
