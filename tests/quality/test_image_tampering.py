"""Tickets of networks of images with one tap, one index map, one padding or one edge changed are not accepted.

Every digest, and what the files record, is made right again after a change, so that only the mathematics can refuse it.
"""

import hashlib
import json
import re
from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.models.image_nodes import nodes_of
from lt_proofs.networks import save_ticket
from lt_proofs.networks.image_prune import prune_images
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.target import Layer

INPUT = {"op": "input", "shape": [2, 4, 4], "given": [2, 4, 4], "axes": [0, 1, 2]}
FIRST = {
    "op": "layer", "of": 0, "outputs": 4, "kernel": [3, 3], "strides": [1, 1], "dilations": [1, 1],
    "pads": [[1, 1], [1, 1]], "mode": "zeros", "groups": 2, "bias": 1,
}  # fmt: skip
POOL = {"op": "max", "of": 2, "kernel": [2, 2], "strides": [2, 2], "dilations": [1, 1], "pads": [[0, 0], [0, 0]]}
MEAN = {"op": "mean", "of": 3, "kernel": [2, 2], "strides": [1, 1], "pads": [[1, 0], [1, 0]], "counted": 0}
LAST = {
    "op": "layer", "of": 5, "outputs": 3, "kernel": [2, 2], "strides": [1, 1], "dilations": [1, 1],
    "pads": [[0, 0], [0, 0]], "mode": "zeros", "groups": 1, "bias": 0,
}  # fmt: skip
NODES = [INPUT, FIRST, {"op": "relu", "of": 1}, POOL, MEAN, {"op": "add", "of": [3, 4]}, LAST]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    random = np.random.Generator(np.random.PCG64(5))
    layers = [
        Layer(random.uniform(-0.4, 0.4, (4, 9)).astype("f4"), random.uniform(-0.4, 0.4, 4).astype("f4")),
        Layer(random.uniform(-0.4, 0.4, (3, 16)).astype("f4")),
    ]
    target = ImageTarget.of(nodes_of(NODES), layers, ["one", "two"])
    where = tmp_path_factory.mktemp("images") / "ticket"
    save_ticket(prune_images(target, Fraction(1, 100), domain=InputDomain((Fraction(0), Fraction(1)))), where)
    return where


class Changed:
    """A copy of the ticket, and what the checker says of it."""

    def __init__(self, checker, folder, tmp_path):
        self.checker, self.folder, self.data = checker, tmp_path, {}
        step = json.loads((folder / "certificate.json").read_text())["steps"][0]
        self.statement, self.data = step["goal"], step["data"]
        self.files = {name: (folder / f"{name}.safetensors").read_bytes() for name in ("target", "ticket")}

    def header(self, name):
        end = 8 + int.from_bytes(self.files[name][:8], "little")
        return json.loads(self.files[name][8:end]), bytearray(self.files[name][end:])

    def write(self, name, header, body):
        text = json.dumps(header).encode()
        self.files[name] = len(text).to_bytes(8, "little") + text + bytes(body)

    def tensor(self, file, name, change):
        header, body = self.header(file)
        start, stop = header[name]["data_offsets"]
        body[start:stop] = change(bytes(body[start:stop]))
        self.write(file, header, body)

    def says(self):
        text = json.dumps(self.statement["nodes"], sort_keys=True, separators=(",", ":"))
        for name in self.files:
            header, body = self.header(name)
            if "nodes" in header["__metadata__"]:
                header["__metadata__"]["nodes"] = text
            self.write(name, header, body)
            (self.folder / f"{name}.safetensors").write_bytes(self.files[name])
            self.statement[name] = "sha256:" + hashlib.sha256(self.files[name]).hexdigest()
        errors = self.checker.errors
        errors.fresh_budget()
        try:
            return "accepted", self.checker.images.check_any(self.statement, self.data, self.folder)
        except (errors.Rejected, errors.Malformed) as error:
            return type(error).__name__, str(error)


@pytest.fixture
def ticket(checker, folder, tmp_path):
    return Changed(checker, folder, tmp_path)


def test_as_it_is_it_is_accepted(ticket):
    state, said = ticket.says()
    assert state == "accepted", said
    assert "(1) convolution of (0) of window 3 x 3" in said and "2 groups, with bias, to 4 x 4 x 4" in said
    assert "(5) sum of (3) and (4)" in said and "padding left out" in said


def test_the_bound_is_hardly_above_the_least_that_is_accepted(ticket):
    bound = Fraction(ticket.statement["error_bound"])
    ticket.statement["error_bound"] = str(bound * Fraction(99, 100))
    state, said = ticket.says()
    assert state == "Rejected" and "error_bound" in said


@pytest.mark.parametrize(
    ("place", "field", "value"),
    [
        (1, "kernel", [3, 2]), (1, "kernel", [1, 9]), (1, "strides", [2, 1]), (1, "dilations", [1, 2]),
        (1, "pads", [[1, 1], [2, 0]]), (1, "pads", [[0, 2], [1, 1]]), (1, "pads", [[1, 1], [1, 2]]), (1, "groups", 1),
        (1, "outputs", 2), (1, "bias", 0), (1, "of", 1), (3, "pads", [[1, 1], [0, 0]]), (3, "strides", [1, 2]),
        (4, "counted", 2), (5, "of", [3, 2]), (5, "of", []), (6, "mode", "constant"), (6, "groups", 3),
        (6, "kernel", [4, 1]), (0, "shape", [4, 4, 2]), (0, "axes", [0, 0, 1]), (0, "given", [31]), (2, "op", "tanh"),
    ],
)  # fmt: skip
def test_another_wiring_is_not_accepted(ticket, place, field, value):
    ticket.statement["nodes"][place][field] = value
    assert ticket.says()[0] != "accepted"


def test_an_edge_from_another_group_is_rejected(ticket):
    units = ticket.statement["layers"][0]["units"]
    # row 0 belongs to the first group; unit 1 sees the second input channel
    ticket.tensor("ticket", "edges_1", lambda data: bytes([data[0] | 2]) + data[1:])
    assert units > 2 and ticket.says()[0] == "Rejected"


def test_the_constant_is_read_by_its_own_tap_alone(ticket):
    # unit 2 sees the constant; tap 0 lies outside of the image at the corner
    ticket.tensor("ticket", "edges_1", lambda data: bytes([data[0] | 4]) + data[1:])
    assert "constant" in ticket.says()[1]


def test_a_weight_of_the_target_that_moves_is_rejected(ticket):
    ticket.tensor("target", "weight_1", lambda data: np.float32(0.9).tobytes() + data[4:])
    assert ticket.says()[0] == "Rejected"


@pytest.mark.parametrize("name", ["edges_1", "edges_2", "units_1", "units_2"])
def test_a_mask_that_loses_a_kept_entry_is_rejected(ticket, name):
    def change(data):
        place = next(i for i, byte in enumerate(data) if byte)
        return data[:place] + bytes([data[place] & data[place] - 1]) + data[place + 1 :]

    ticket.tensor("ticket", name, change)
    assert ticket.says()[0] == "Rejected"


@pytest.mark.parametrize(
    "joint", [[[1]], [[1, 2]] * 3, [[1, 2, "3"]] * 3, [[1, 2, 1 << 31]] * 3, "identity", [[True, 0, 0]] * 3]
)
def test_a_matrix_of_another_form_is_malformed(ticket, joint):
    ticket.data = {"joint": joint}
    assert ticket.says()[0] == "Malformed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pads": [[1 << 20, 1 << 20], [1, 1]]}, "more work than|more memory|more than"),
        ({"outputs": 1 << 24}, "more than"),
        ({"kernel": [1 << 12, 1 << 12], "pads": [[1 << 12, 1 << 12]] * 2}, "more work than|more memory"),
    ],
)
def test_costly_nodes_are_malformed(ticket, change, words):
    ticket.statement["nodes"][1] |= change
    state, said = ticket.says()
    assert state == "Malformed" and re.search(words, said), said


def test_work_is_counted(ticket, checker, monkeypatch):
    assert ticket.says()[0] == "accepted"
    spent = checker.errors.WORK[0]
    monkeypatch.setattr(checker.errors, "MAX_WORK", spent - 1)
    assert "more work than" in ticket.says()[1]
