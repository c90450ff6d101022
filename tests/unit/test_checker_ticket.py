"""Small tickets whose error bound is the least that the checker takes, and what it says when a part is changed.

Every digest is made right again after a change, so that only the mathematics or the form can refuse it.
"""

import copy
import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

TICKETS = Path(__file__).resolve().parents[1] / "corpus" / "tickets"
NAMES = sorted(path.name for path in TICKETS.iterdir())


def read(path):
    """The header, with its metadata, and the body of a safetensors file."""
    blob = path.read_bytes()
    end = 8 + int.from_bytes(blob[:8], "little")
    return json.loads(blob[8:end]), blob[end:]


def written(header, body):
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def tensors_of(path):
    header, body = read(path)
    metadata = header.pop("__metadata__", None)
    return {
        k: [v["dtype"], v["shape"], bytearray(body[slice(*v["data_offsets"])])] for k, v in header.items()
    }, metadata


def packed(tensors, metadata):
    header, body = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += bytes(data)
    return written(header, body)


class Ticket:
    """A ticket that can be changed, and the checker's word on it."""

    def __init__(self, checker, name, folder):
        self.checker, self.folder = checker, folder
        shutil.copytree(TICKETS / name, folder, dirs_exist_ok=True)
        step = json.loads((folder / "certificate.json").read_text())["steps"][0]
        self.statement, self.data = step["goal"], step["data"]

    def tensors(self, part, change, metadata=None):
        path = self.folder / f"{part}.safetensors"
        tensors, kept = tensors_of(path)
        change(tensors)
        self.write(part, packed(tensors, kept if metadata is None else {**(kept or {}), **metadata}))

    def write(self, part, blob):
        (self.folder / f"{part}.safetensors").write_bytes(blob)
        self.statement[part] = "sha256:" + hashlib.sha256(blob).hexdigest()

    def says(self):
        """Rejected or Malformed with the reason, or accepted with the sentence."""
        errors = self.checker.errors
        try:
            return "accepted", self.checker.ticket.check_ticket(self.statement, self.data, self.folder)
        except (errors.Rejected, errors.Malformed) as error:
            return type(error).__name__, str(error)


@pytest.fixture
def ticket(checker, tmp_path):
    return lambda name: Ticket(checker, name, tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_the_bound_is_the_least_that_is_accepted(ticket, name):
    t = ticket(name)
    state, says = t.says()
    assert state == "accepted"
    solved, weights, eps, seed = (t.statement[key] for key in ("solved", "weights", "eps", "seed"))
    bound = Fraction(t.statement["error_bound"])
    shown = f"{float(-(-bound * 10**6 // 1)) / 10**6:.6f}"
    domain = t.statement["domain"]
    where = "on the unit ball" if domain == "unit ball" else f"for inputs from {domain['low']} to {domain['high']}"
    assert says == (
        f"{solved} of {weights} weights of the target lie within {eps} of a kept subset sum of the random network with "
        f"seed {seed}; {where} the two functions differ by at most {shown}"
    )
    t.statement["error_bound"] = str(bound - Fraction(1, 2**200))
    assert t.says() == ("Rejected", f"error_bound: the exact weights give no less than {shown}")
    t.statement["error_bound"] = str(bound + Fraction(1, 2**200))
    assert t.says()[0] == "accepted"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"unsolved"}))
def test_the_largest_error_itself_is_within(ticket, name):
    t = ticket(name)
    largest = Fraction(t.statement["max_weight_error"])
    t.statement["eps"] = str(largest)
    assert t.says()[0] == "accepted"
    t.statement["eps"] = str(largest - Fraction(1, 2**130))
    assert "solved: " in t.says()[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_program_accepts_it(checker, name):
    report = checker.main.examine(TICKETS / name, None)
    assert report["state"] == "accepted"
    assert report["standing"] == "about the files beside it"
    assert report["axioms"] == ["norm inequalities"]


@pytest.mark.parametrize("name", ["ball", "ball-with-biases", "three-layers", "unsolved"])
def test_without_its_witnesses_the_bound_is_larger(ticket, name):
    t = ticket(name)
    t.data = {}
    assert "error_bound" in t.says()[1]
    t.data = {"norms": []}
    assert "error_bound" in t.says()[1]
    t.statement["error_bound"] = "1000"
    assert t.says()[0] == "accepted"


def one_more(key):
    def change(t):
        t.statement[key] = t.statement[key] + 1

    return change


def set_to(**fields):
    return lambda t: t.statement.update(fields)


def layer(number, **fields):
    return lambda t: t.statement["layers"][number].update(fields)


def witness(number, **fields):
    def change(t):
        t.data["norms"][number].update({k: f(t.data["norms"][number][k]) for k, f in fields.items()})

    return change


def kept_of(number, step):
    def change(t):
        t.statement["kept"][number] += step

    return change


def bit(part, name, place, mask):
    def change(t):
        def flip(tensors):
            tensors[name][2][place] ^= mask

        t.tensors(part, flip)

    return change


def tensor(part, name, dtype=None, shape=None, data=None, metadata=None):
    def change(t):
        def put(tensors):
            row = tensors.setdefault(name, ["U8", [1], bytearray(1)])
            row[0], row[1] = dtype or row[0], shape or row[1]
            row[2] = row[2] if data is None else data(row[2])

        t.tensors(part, put, metadata)

    return change


def without(part, name):
    return lambda t: t.tensors(part, lambda tensors: tensors.pop(name))


def recorded(**fields):
    return lambda t: t.tensors("ticket", lambda tensors: None, fields)


REJECTED = [
    ("ball", one_more("solved"), "solved: the statement says 13, the masks give 12"),
    ("ball", one_more("weights"), "weights: the statement says 13, the masks give 12"),
    ("ball", set_to(max_weight_error="1/9"), "max_weight_error: "),
    ("ball", kept_of(0, 1), "kept: "),
    ("ball", kept_of(3, -1), "kept: "),
    ("ball", set_to(seed=6), "records another law, seed or shape"),
    ("ball", set_to(law="kaiming"), "records another law, seed or shape"),
    ("ball", set_to(law="normal"), "records another law, seed or shape"),
    ("ball", recorded(seed="6"), "records another law, seed or shape"),
    ("ball", recorded(law="kaiming"), "records another law, seed or shape"),
    ("ball", recorded(inputs="3"), "records another law, seed or shape"),
    ("ball", tensor("target", "weight_1", shape=[2, 3]), "records another law, seed or shape"),
    ("ball", recorded(layers="[]"), "records another law, seed or shape"),
    ("ball", set_to(target="sha256:0"), "target.safetensors is not the file of the statement"),
    ("ball", set_to(ticket="sha256:0"), "ticket.safetensors is not the file of the statement"),
    ("ball", set_to(target="sha256:" + "f" * 64), "target.safetensors is not the file of the statement"),
    ("ball", set_to(ticket="z"), "ticket.safetensors is not the file of the statement"),
    ("ball", layer(0, signs=1), "layer 1: inputs of both signs occur"),
    ("box-of-both-signs", layer(0, signs=1), "layer 1: inputs of both signs occur"),
    ("ball", set_to(eps="1/1000"), "solved: "),
    ("ball", bit("ticket", "edges_1", 0, 1), "the masks give"),
    ("ball", bit("ticket", "units_1", 0, 1), "the masks give"),
    ("ball", bit("ticket", "units_2", 7, 128), "the masks give"),
    ("ball", bit("target", "weight_2", 2, 64), "the masks give"),
    ("ball-with-biases", bit("target", "bias_2", 6, 32), "the masks give"),
    ("box-of-one-sign", set_to(domain={"low": "1/2", "high": "3/4"}), "error_bound"),
    ("box-of-one-sign", set_to(domain={"low": "1/4", "high": "5/8"}), "error_bound"),
    ("ball", set_to(domain={"low": "-3", "high": "3"}), "error_bound"),
    ("ball", witness(0, bound=lambda b: b - 2**20), "its witness fails in row"),
    ("ball", witness(0, factor=lambda f: f[:4] + "0001" + f[8:]), "its witness fails in row"),
    ("ball", witness(0, shift=lambda s: s + 1), "its witness fails in row"),
]

MALFORMED = [
    ("ball", set_to(layers=[]), "layers must be a list"),
    ("ball", set_to(layers={}), "layers must be a list"),
    ("ball", lambda t: t.statement.pop("layers"), "layers must be a list"),
    ("ball", set_to(layers=[1]), "layer 1 must have rows, columns, units, signs, scale, radius_1, radius_2"),
    ("ball", layer(1, more=1), "layer 2 must have"),
    ("ball", lambda t: t.statement["layers"][1].pop("scale"), "layer 2 must have"),
    ("ball", layer(0, rows=0), "layer 1 is empty"),
    ("ball", layer(0, columns=0), "layer 1 is empty"),
    ("ball", layer(0, units=0), "layer 1 is empty"),
    ("ball", layer(0, signs=0), "layer 1 is empty"),
    ("ball", layer(0, radius_1=0), "layer 1 is empty"),
    ("ball", layer(0, radius_2=0), "layer 1 is empty"),
    ("ball", layer(0, rows=2**27), "too large"),
    ("ball", layer(0, rows=2**27 // 96 + 1), "too large"),
    ("ball", layer(0, columns=2**27 // 3 + 1), "too large"),
    ("ball", layer(0, rows=2), "does not chain"),
    ("ball", layer(1, columns=4), "does not chain"),
    ("ball", layer(0, signs=3), "signs must be an integer from 0 to 2"),
    ("ball", layer(0, scale=129), "scale must be an integer from 0 to 128"),
    ("ball", layer(0, scale=-1), "scale must be an integer"),
    ("ball", layer(0, scale=True), "scale must be an integer"),
    ("ball", layer(0, units=2**27 + 1), "units must be an integer from 0 to 134217728"),
    ("ball", layer(0, radius_1=2**24 + 1), "radius_1 must be an integer from 0 to 16777216"),
    ("ball", layer(0, radius_2=2**24 + 1), "radius_2 must be an integer from 0 to 16777216"),
    ("ball", layer(0, radius_1=2**24 - 1), "the uniform law has the radius 1"),
    ("ball", layer(1, radius_2=2**24 - 1), "the uniform law has the radius 1"),
    ("ball", layer(1, signs=2), "no input of layer 2 is negative"),
    ("ball", set_to(seed=2**64), "seed must be an integer from 0 to 18446744073709551615"),
    ("ball", set_to(seed=-1), "seed must be an integer"),
    ("ball", set_to(seed="5"), "seed must be an integer"),
    ("ball", set_to(domain="ball"), "domain must be"),
    ("ball", set_to(domain={"low": "0"}), "domain must be"),
    ("ball", set_to(domain={"low": "0", "high": "1", "more": "2"}), "domain must be"),
    ("ball", set_to(domain={"low": "1", "high": "1"}), "low below high"),
    ("ball", set_to(domain={"low": "1", "high": "0"}), "low below high"),
    ("ball", set_to(domain={"low": 0, "high": "1"}), "low must be a rational"),
    ("ball", set_to(eps="0.1"), "eps must be a rational"),
    ("ball", set_to(eps="1/0"), "eps must be a rational"),
    ("ball", set_to(eps=1), "eps must be a rational"),
    ("ball", set_to(error_bound=None), "error_bound must be a rational"),
    ("ball", without("target", "weight_1"), "other layers than the statement"),
    ("ball", without("target", "weight_2"), "other layers than the statement"),
    ("ball", tensor("target", "weight_3"), "other layers than the statement"),
    ("ball", tensor("target", "bias_3"), "other layers than the statement"),
    ("ball", tensor("target", "bias_1", "F32", [3], lambda _: bytes(12)), "must be floats of shape"),
    ("ball", tensor("target", "weight_1", shape=[6]), "other layers than the statement"),
    ("ball", tensor("target", "weight_2", shape=[3, 2]), "weight_2 must be floats of shape (2, 3)"),
    ("ball", tensor("target", "weight_2", dtype="U32"), "weight_2 must be floats"),
    ("ball", tensor("target", "weight_2", data=lambda d: b"\0\0\x80\x7f" + d[4:]), "holds NaN or infinity"),
    ("ball", tensor("target", "weight_2", data=lambda d: b"\0\0\xc0\x7f" + d[4:]), "holds NaN or infinity"),
    ("ball", without("ticket", "units_1"), "units_1 must be bytes of shape (12,)"),
    ("ball", without("ticket", "edges_2"), "edges_2 must be bytes of shape (2, 8)"),
    ("ball", tensor("ticket", "edges_2", shape=[8, 2]), "edges_2 must be bytes of shape (2, 8)"),
    ("ball", tensor("ticket", "units_1", "U32", [3]), "units_1 must be bytes"),
    ("ball", tensor("ticket", "owners_2", "F32"), "owners_2 must be at most 64 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", data=lambda d: b"\3\0\0\0" + d[4:]), "at most 64 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", "U32", [65], lambda _: bytes(260)), "at most 64 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", data=lambda d: b"\4\0\0\0" + d[4:]), "at most 64 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", "U8", [64]), "at most 64 inputs below 3"),
    ("ball", tensor("ticket", "units_1", "U32", [12], lambda _: bytes(48)), "units_1 must be bytes of shape (12,)"),
    ("ball", tensor("ticket", "units_1", "U8", [11], lambda d: d[1:]), "units_1 must be bytes of shape (12,)"),
    ("ball", tensor("ticket", "edges_2", shape=[1, 16]), "edges_2 must be bytes of shape (2, 8)"),
    ("ball", tensor("target", "weight_2", shape=[1, 6]), "weight_2 must be floats of shape (2, 3)"),
    ("unsolved", bit("ticket", "units_1", 2, 128), "units_1 has bits beyond its last column"),
    ("unsolved", bit("ticket", "edges_1", 2, 16), "edges_1 has bits beyond its last column"),
    ("unsolved", bit("ticket", "edges_1", 5, 16), "edges_1 has bits beyond its last column"),
    ("ball", lambda t: t.data.update(more=1), "its data may only hold a list of norms"),
    ("ball", lambda t: t.data.update(norms={}), "its data may only hold a list of norms"),
    ("ball", lambda t: t.data["norms"].append(1), "a norm must have"),
    ("ball", lambda t: t.data["norms"][0].pop("bits"), "a norm must have bits, bound, factor, of, shift"),
    ("ball", lambda t: t.data["norms"][0].update(more=1), "a norm must have"),
    ("ball", witness(0, of=lambda _: 1), "a norm must have"),
    ("ball", witness(0, factor=lambda _: 1), "a norm must have"),
    ("ball", witness(0, bits=lambda b: -1), "must be integers of at most 64 bits"),
    ("ball", witness(0, bits=lambda b: 2**64), "must be integers of at most 64 bits"),
    ("ball", witness(0, bound=lambda b: 2**64), "must be integers of at most 64 bits"),
    ("ball", witness(0, bound=lambda b: 2**65), "must be integers of at most 64 bits"),
    ("ball", witness(0, bound=lambda b: str(b)), "must be integers of at most 64 bits"),
    ("ball", witness(0, bound=lambda b: True), "must be integers of at most 64 bits"),
    ("ball", witness(0, shift=lambda s: 65), "has unusable units"),
    ("ball", witness(0, bits=lambda b: 48), "has unusable units"),
    ("ball", witness(0, bits=lambda b: 60), "has unusable units"),
    ("ball", witness(0, factor=lambda f: f + "00"), "the factor of a norm"),
    ("ball", witness(0, factor=lambda f: f + "00000000"), "must be a triangle of 2 rows"),
    ("ball", witness(0, factor=lambda f: f[:-8]), "must be a triangle of 2 rows"),
    ("ball", witness(0, factor=lambda f: "x" + f[1:]), "is not hexadecimal"),
]


@pytest.mark.parametrize(("name", "change", "words"), REJECTED)
def test_changes_that_are_rejected(ticket, name, change, words):
    t = ticket(name)
    change(t)
    assert (t.says()[0], words in t.says()[1]) == ("Rejected", True), t.says()


@pytest.mark.parametrize(("name", "change", "words"), MALFORMED)
def test_changes_that_are_malformed(ticket, name, change, words):
    t = ticket(name)
    change(t)
    assert (t.says()[0], words in t.says()[1]) == ("Malformed", True), t.says()


def test_bounds_are_shown_rounded_up(checker):
    shown = {"3": "3.000000", "1/3": "0.333334", "1/1000000": "0.000001", "1/1000001": "0.000001", "0": "0.000000"}
    assert {text: checker.ticket.upward(Fraction(text)) for text in shown} == shown


def test_owners_may_all_be_listed(checker):
    late = checker.tensors.Tensor("U32", (2,), memoryview(b"\1\0\0\0\0\0\0\0"))
    assert checker.ticket.owners("o", {"o": late}, 2, 2) == [1, 0]
    assert checker.ticket.owners("o", {"o": late}, 5, 2) == [0, 1, 0, 1, 0]
    assert checker.ticket.owners("o", {}, 5, 2) == [0, 1, 0, 1, 0]
    with pytest.raises(checker.errors.Malformed):
        checker.ticket.owners("o", {"o": late}, 1, 2)


def test_changes_that_are_accepted(ticket):
    for name, change in [
        ("ball", lambda t: None),
        ("ball", lambda t: t.statement.update(error_bound="3")),
        ("ball", lambda t: t.statement.update(eps="00125/001000")),
        ("unsolved", lambda t: t.data.update(norms=t.data["norms"] + copy.deepcopy(t.data["norms"][:1]))),
        ("box-of-one-sign", lambda t: t.statement.update(domain={"low": "5/9", "high": "5/8"})),
        ("box-of-both-signs", lambda t: t.data.update(norms=[])),
    ]:
        t = ticket(name)
        change(t)
        assert t.says()[0] == "accepted", t.says()


HEADER = {"a": {"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]}}


def entry(**fields):
    return {"a": HEADER["a"] | fields}


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        (b"", "the header does not fit"),
        (b"\2\0\0\0\0\0\0", "the header does not fit"),
        (bytes(8), "not a JSON table"),
        (b"\t\0\0\0\0\0\0\0{      }", "the header does not fit"),
        (b"\3\0\0\0\0\0\0\0{}", "the header does not fit"),
        (b"\2\0\0\0\0\0\0\0[]", "not a JSON table"),
        (b"\2\0\0\0\0\0\0\0{]", "not a JSON table"),
        (b"\2\0\0\0\0\0\0\0\xff\xff", "not a JSON table"),
        (len(b'{"a":1,"a":1}').to_bytes(8, "little") + b'{"a":1,"a":1}', "not a JSON table with unique keys"),
        (written(HEADER, b"1234")[:-1], "disagree with its shape or leave a gap"),
        (written(HEADER, b"12345"), "bytes that belong to no tensor"),
        (written({**HEADER, "__metadata__": []}, b"1234"), "unusable metadata"),
        (written(entry(shape=[2, 3]), b"1234"), "disagree with its shape"),
        (written(entry(data_offsets=[1, 5]), b"12345"), "leave a gap"),
        (written(entry(data_offsets=[0, 5]), b"12345"), "disagree with its shape"),
        (written(entry(dtype="F16"), b"1234"), "a tensor needs a dtype of F32, F64, U8, U32"),
        (written(entry(dtype=1), b"1234"), "a tensor needs"),
        (written(entry(more=1), b"1234"), "a tensor needs"),
        (written(entry(shape=[1, 2, 2]), b"1234"), "a tensor needs"),
        (written(entry(shape=[0], data_offsets=[0, 0]), b""), "a tensor needs"),
        (written(entry(shape=[True], data_offsets=[0, 1]), b"1"), "a tensor needs"),
        (written(entry(shape=[-2, -2]), b"1234"), "a tensor needs"),
        (written(entry(shape=[-1], data_offsets=[0, -1]), b""), "a tensor needs"),
        (b"\2\0\0\0\0\0\0\1{}", "the header does not fit"),
        (written(entry(shape=[2**30 + 1]), b"1234"), "a tensor needs"),
        (written(entry(data_offsets=[0, 4, 4]), b"1234"), "a tensor needs"),
        (written(entry(data_offsets=[0.0, 4]), b"1234"), "a tensor needs"),
        (written({"a": [1]}, b""), "a tensor needs"),
        (written({**HEADER, "b": {**HEADER["a"]}}, b"1234"), "leave a gap"),
    ],
)
def test_tensor_files_of_a_wrong_form(checker, tmp_path, blob, words):
    (tmp_path / "f").write_bytes(blob)
    with pytest.raises(checker.errors.Malformed) as caught:
        checker.tensors.read_tensors(tmp_path / "f")
    assert words in str(caught.value) and str(caught.value).startswith("f: ")


def test_tensor_files(checker, tmp_path):
    header = {
        "b": {"dtype": "F64", "shape": [1], "data_offsets": [4, 12]},
        "a": {"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]},
        "c": {"dtype": "F32", "shape": [], "data_offsets": [12, 16]},
        "d": {"dtype": "U32", "shape": [2, 1], "data_offsets": [16, 24]},
        "__metadata__": {"k": "v"},
    }
    body = b"\1\2\3\xff" + b"\0\0\0\0\0\0\xf8\x3f" + b"\0\0\x20\xc0" + b"\1\0\0\0\0\0\0\x80"
    (tmp_path / "f").write_bytes(written(header, body))
    tensors, metadata, blob = checker.tensors.read_tensors(tmp_path / "f")
    assert metadata == {"k": "v"} and blob == (tmp_path / "f").read_bytes()
    assert {name: (t.shape, t.values()) for name, t in tensors.items()} == {
        "a": ((2, 2), (1, 2, 3, 255)),
        "b": ((1,), (1.5,)),
        "c": ((), (-2.5,)),
        "d": ((2, 1), (1, 2**31)),
    }
    (tmp_path / "empty").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    assert checker.tensors.read_tensors(tmp_path / "empty")[:2] == ({}, {})


def test_tensor_files_that_are_none(checker, tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(written(HEADER, b"1234"))
    (tmp_path / "link").symlink_to(tmp_path / "f")
    for name in ("link", ".", "missing"):
        with pytest.raises(checker.errors.Malformed):
            checker.tensors.read_tensors(tmp_path / name)
    size = (tmp_path / "f").stat().st_size
    monkeypatch.setattr(checker.tensors, "MAX_FILE", size)
    assert checker.tensors.read_tensors(tmp_path / "f")[0]
    monkeypatch.setattr(checker.tensors, "MAX_FILE", size - 1)
    with pytest.raises(checker.errors.Malformed, match="not a regular file of at most"):
        checker.tensors.read_tensors(tmp_path / "f")
    monkeypatch.undo()
    monkeypatch.setattr(checker.tensors, "MAX_HEADER", size - 8 - 4)
    assert checker.tensors.read_tensors(tmp_path / "f")[0]
    monkeypatch.setattr(checker.tensors, "MAX_HEADER", size - 8 - 5)
    with pytest.raises(checker.errors.Malformed, match="the header does not fit"):
        checker.tensors.read_tensors(tmp_path / "f")
