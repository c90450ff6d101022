"""What a ticket says is true when it is read literally: masked random network, constant input, one factor, error."""

import json
import re
import tempfile
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lt_proofs
from lt_proofs.certificates.checking import run_checker
from lt_proofs.cli import run
from lt_proofs.errors import BadInput
from lt_proofs.networks import InputDomain, Layer, Target, prune, save_ticket, ticket_of

BOXES = [None, ("0", "1"), ("-1/3", "1/2"), ("-2", "-1")]


def exact(matrix):
    return [[Fraction(float(entry)) for entry in row] for row in matrix]


def through(matrix, vector):
    return [sum((a * b for a, b in zip(row, vector, strict=True)), Fraction(0)) for row in matrix]


def relu(vector):
    return [max(value, Fraction(0)) for value in vector]


def masked_network(ticket, inputs):
    """The masked random network on the inputs it takes, in exact fractions, and nothing behind it."""
    values = list(inputs)
    for number, matrix in ticket.weights.items():
        kept = np.where(ticket.masks[number], matrix, 0)
        values = through(exact(kept), relu(values) if number > 1 else values)
    return values


def target_network(target, inputs):
    values = list(inputs)
    for number, layer in enumerate(target.layers):
        values = through(exact(layer.weight), relu(values) if number else values)
        if layer.bias is not None:
            values = [a + Fraction(float(b)) for a, b in zip(values, layer.bias, strict=True)]
    return values


def square_distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def read(sentence):
    """The factor, the bound and the tolerance of the checker's sentence."""
    factor = re.search(r"outputs multiplied by 2\^(\d+) = (\d+)", sentence)
    bound = re.search(r"by at most ([0-9.]+) in Euclidean norm for every input", sentence)
    near = re.search(r"lie within (\S+) of (2\^s times )?the sum of the products", sentence)
    assert int(factor[2]) == 2 ** int(factor[1])
    return int(factor[2]), Fraction(bound[1]), Fraction(near[1]), bool(near[2])


def test_one_and_a_half_times_x(tmp_path: Path) -> None:
    """The masked network alone computes 0.78 x or so: the sentence names the factor that makes 1.5 x of it."""
    target = Target.of([Layer(np.array([[1.5]]))], ["fc1"])
    save_ticket(prune(target, Fraction(1, 10)), tmp_path / "t")
    (examined,) = run_checker([tmp_path / "t"])
    factor, bound, eps, scaled = read(examined.report["remarks"][0])
    assert (factor, eps, scaled) == (2, Fraction(1, 10), True) and bound < 1
    ticket = lt_proofs.load_ticket(tmp_path / "t")
    assert (ticket.factor, ticket.inputs, ticket.outputs) == (2, 1, 1)
    for x in (Fraction(-1), Fraction(-1, 3), Fraction(0), Fraction(2, 7), Fraction(1)):
        (alone,) = masked_network(ticket, [x])
        assert abs(factor * alone - Fraction(3, 2) * x) <= bound
        assert x == 0 or abs(alone - Fraction(3, 2) * x) > bound * abs(x)
        assert ticket.forward([float(x)])[0] == pytest.approx(float(factor * alone), abs=1e-12)
        assert abs(factor * alone - Fraction(3, 2) * x) <= eps * abs(x)


@st.composite
def targets(draw, depth=6):
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=depth + 1))
    random = np.random.Generator(np.random.PCG64(draw(st.integers(0, 2**32))))
    size = draw(st.sampled_from([0.01, 0.7, 1.0, 3.0, 9.0]))
    kind = draw(st.sampled_from([np.float32, np.float64]))
    layers = [
        Layer(
            random.uniform(-size, size, (b, a)).astype(kind),
            random.uniform(-size, size, b).astype(kind) if draw(st.booleans()) else None,
        )
        for a, b in pairwise(widths)
    ]
    return Target.of(layers, [f"fc{i}" for i in range(len(layers))])


def inputs_of(domain, width, random):
    """Inputs of the domain that floats hold exactly."""
    rows = random.integers(-64, 65, (3, width)) / 64
    if domain.box is None:
        return rows / 2 ** np.ceil(np.log2(max(width, 2)))
    low, high = (np.float64(float(end)) for end in domain.box)
    return np.clip(low + (high - low) * np.abs(rows), np.nextafter(low, high), np.nextafter(high, low))


@settings(max_examples=20)
@given(targets(), st.sampled_from(["uniform", "kaiming"]), st.sampled_from(BOXES), st.integers(0, 2**64 - 1))
def test_tickets_are_masked_networks_with_a_factor(target, law, box, seed) -> None:
    domain = InputDomain(box and (Fraction(box[0]), Fraction(box[1])))
    pruned = prune(target, Fraction(1, 8), seed=seed, law=law, domain=domain)
    made = ticket_of(pruned)
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "t")
        (examined,) = run_checker([Path(folder) / "t"])
        assert examined.accepted, examined.report
        ticket = lt_proofs.load_ticket(Path(folder) / "t")
        ticket.save(Path(folder) / "copy")
        files = [sorted((p.name, p.read_bytes()) for p in (Path(folder) / name).iterdir()) for name in ("t", "copy")]
        assert files[0] == files[1]
    factor, bound, _, scaled = read(examined.report["remarks"][0])
    assert all(np.array_equal(mask, ticket.masks[number]) for number, mask in made.masks.items())
    assert factor == ticket.factor == 2 ** sum(wanted.scale for wanted in pruned.wanted_sums) and scaled == (factor > 1)
    assert (ticket.inputs, ticket.outputs) == (target.widths[0], target.widths[-1])
    assert ticket.constant_input == (target.last_bias > 0)
    assert ticket.error_bound == pruned.error_bound <= bound and ticket.domain == domain
    inputs = inputs_of(domain, ticket.inputs, np.random.Generator(np.random.PCG64(seed)))
    outputs = ticket.forward(inputs)
    for row, ours in zip(inputs.tolist(), outputs.tolist(), strict=True):
        taken = [Fraction(x) for x in row]
        alone = masked_network(ticket, [*taken, Fraction(1)] if ticket.constant_input else taken)
        scaled_up = [factor * value for value in alone]
        assert square_distance(scaled_up, target_network(target, taken)) <= ticket.error_bound**2
        assert ours == pytest.approx([float(value) for value in scaled_up], rel=1e-9, abs=1e-9)


@settings(max_examples=8)
@given(targets(), st.sampled_from(["uniform", "kaiming"]))
def test_onnx_takes_the_targets_inputs(target, law) -> None:
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    ticket = ticket_of(prune(target, Fraction(1, 8), seed=1, law=law))
    inputs = inputs_of(InputDomain(), ticket.inputs, np.random.Generator(np.random.PCG64(2))).astype(np.float32)
    session = runtime.InferenceSession(ticket.to_onnx())
    assert session.get_inputs()[0].shape[1] == ticket.inputs == target.widths[0]
    (outputs,) = session.run(None, {"inputs": inputs})
    size = max(1.0, float(np.abs(ticket.forward(inputs)).max()))
    assert np.allclose(outputs, ticket.forward(inputs), atol=1e-4 * size)


@settings(max_examples=8)
@given(targets(), st.sampled_from(["uniform", "kaiming"]))
def test_torch_takes_the_targets_inputs(target, law) -> None:
    torch = pytest.importorskip("torch")
    ticket = ticket_of(prune(target, Fraction(1, 8), seed=1, law=law))
    inputs = inputs_of(InputDomain(), ticket.inputs, np.random.Generator(np.random.PCG64(2))).astype(np.float32)
    module = ticket.to_torch()
    outputs = module(torch.from_numpy(inputs)).detach().numpy()
    size = max(1.0, float(np.abs(ticket.forward(inputs)).max()))
    assert np.allclose(outputs, ticket.forward(inputs), atol=1e-4 * size)
    assert np.allclose(module(torch.from_numpy(inputs[0])).detach().numpy(), outputs[0], atol=1e-5 * size)


def test_a_factor_beyond_float32_is_not_exported() -> None:
    pytest.importorskip("onnx")
    target = Target.of([Layer(np.array([[2.0**105]]))], ["fc1"])
    ticket = ticket_of(prune(target, Fraction(1, 2), n=8))
    with pytest.raises(BadInput, match="exports take factors up to"):
        ticket.to_onnx()


def test_the_short_form_of_a_ticket() -> None:
    target = Target.of([Layer(np.array([[1.5, 0.5]]))], ["fc1"])
    shown = repr(ticket_of(prune(target, Fraction(1, 10))))
    assert re.fullmatch(
        r"<Ticket: 2 inputs, 1 outputs, \d+ weights kept, factor 2, error at most 0\.\d+ on the unit ball>", shown
    )


def test_the_command_says_what_the_ticket_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from safetensors.numpy import save_file

    random = np.random.Generator(np.random.PCG64(1))
    layers = {"fc1.weight": random.uniform(-3, 3, (3, 2)), "fc1.bias": random.uniform(-1, 1, 3)}
    save_file({**layers, "fc2.weight": random.uniform(-1, 1, (2, 3))}, tmp_path / "net.safetensors")
    arguments = ["prune", str(tmp_path / "net.safetensors"), "-o", str(tmp_path / "t"), "--eps", "0.1"]
    assert run(arguments) == 0
    said = capsys.readouterr().out
    assert "ticket            the masked random network, its outputs multiplied by 2^2 = 4" in said
    assert "constant input    a 1 is appended to the inputs, because the target has biases" in said
    assert "within 1/10 of their kept sums times 2^2, 2^0 (layer by layer)" in said
    assert "in Euclidean norm, on the unit ball (certified)" in said


def test_paths_that_a_relu_stops_are_not_summed() -> None:
    """A ticket for inputs from 0 to 1 keeps paths of negative first weights: the sum over all paths is far off."""
    folder = Path(__file__).resolve().parents[1] / "corpus" / "tickets" / "paths-that-a-relu-stops"
    (examined,) = run_checker([folder])
    sentence = examined.report["remarks"][0]
    _, _, eps, scaled = read(sentence)
    ticket = lt_proofs.load_ticket(folder)
    first, second = (exact(np.where(ticket.masks[i], ticket.weights[i], 0)) for i in (1, 2))
    products = [(a, a * second[0][k]) for k, (a,) in enumerate(first)]
    ((wanted,),) = exact(ticket_target(folder))
    assert scaled and "1 of the 1 weights" in sentence
    assert "kept paths from their input to their output whose first weight is positive (s = 1" in sentence
    assert abs(ticket.factor * sum(product for a, product in products if a > 0) - wanted) <= eps
    assert abs(ticket.factor * sum(product for _, product in products) - wanted) > eps


def ticket_target(folder):
    """The weight of a target of one layer."""
    blob = (folder / "target.safetensors").read_bytes()
    end = 8 + int.from_bytes(blob[:8], "little")
    (entry,) = (entry for name, entry in json.loads(blob[8:end]).items() if name == "weight_1")
    kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
    return np.frombuffer(blob[end:][slice(*entry["data_offsets"])], kind).reshape(entry["shape"])
