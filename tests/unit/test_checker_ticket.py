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
KEPT = json.loads((TICKETS.parent / "tickets.json").read_text())
SAID, COUNTED = KEPT["said"], KEPT["counted"]


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
    bound = Fraction(t.statement["error_bound"])
    shown = f"{float(-(-bound * 10**6 // 1)) / 10**6:.6f}"
    assert says == SAID[name] and f"by at most {shown} in Euclidean norm for every input" in says
    t.statement["error_bound"] = str(bound - Fraction(1, 2**200))
    assert t.says() == ("Rejected", f"error_bound: the exact weights give no less than {shown}")
    t.statement["error_bound"] = str(bound + Fraction(1, 2**200))
    assert t.says()[0] == "accepted"


@pytest.mark.parametrize("name", NAMES)
def test_the_work_and_the_memory_are_counted(ticket, monkeypatch, name):
    """To the unit: whoever changes a cost changes what is accepted, and what `prune` may write."""
    t, rooms = ticket(name), []
    for module in (t.checker.ticket, t.checker.norms, t.checker.boxes):
        monkeypatch.setattr(module, "room_for", rooms.append)
    t.checker.errors.fresh_budget()
    assert t.says()[0] == "accepted"
    assert [t.checker.errors.WORK[0], rooms] == COUNTED[name]


def test_memory_is_limited(checker, monkeypatch):
    checker.limits.room_for(512 << 20)
    with pytest.raises(checker.errors.Malformed, match="it takes more memory than 512 MiB: about 512 MiB"):
        checker.limits.room_for((512 << 20) + 1)


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
    assert report["axioms"] == ["norm inequalities", "tickets (Mathematics 5.46)"]


@pytest.mark.parametrize("name", ["ball", "ball-with-biases", "three-layers", "unsolved"])
def test_without_its_witnesses_the_bound_is_larger(ticket, name):
    t = ticket(name)
    t.data = {"norms": []}
    assert "error_bound" in t.says()[1]
    t.statement["error_bound"] = "1000"
    assert t.says()[0] == "accepted"


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


def added(**fields):
    return lambda t: t.statement.update(fields)


def dropped(key):
    return lambda t: t.statement.pop(key)


def everywhere(change):
    """A change of the layers, or of law, seed, inputs or factor, in the statement and in what the masks record."""

    def both(t):
        change(t)
        layers = json.dumps(t.statement["layers"], sort_keys=True, separators=(",", ":"))
        fields = {"layers": layers, "law": t.statement["law"], "seed": str(t.statement["seed"])}
        t.tensors("ticket", lambda tensors: None, {**fields, "factor": t.statement["factor"]})

    return both


def noted(part, **fields):
    """More metadata."""
    return lambda t: t.tensors(part, lambda tensors: None, fields)


def unnoted(key):
    """Metadata without a key."""

    def change(t):
        tensors, kept = tensors_of(t.folder / "ticket.safetensors")
        kept.pop(key)
        t.write("ticket", packed(tensors, kept))

    return change


def together(*changes):
    def change(t):
        for one in changes:
            one(t)

    return change


OTHERS = "records another law, seed, factor or shape"
REJECTED = [
    ("ball", set_to(solved=11), "solved: the statement says 11, the files give 12"),
    ("ball", set_to(weights=11), "weights: the statement says 11, the files give 12"),
    ("ball", set_to(max_weight_error="1/9"), "max_weight_error: "),
    ("ball", kept_of(0, 1), "kept: "),
    ("ball", kept_of(3, -1), "kept: "),
    ("ball", set_to(seed=6), OTHERS),
    ("ball", set_to(law="kaiming"), OTHERS),
    ("ball", recorded(seed="6"), OTHERS),
    ("ball", recorded(seed="05"), OTHERS),
    ("ball", recorded(law="kaiming"), OTHERS),
    ("ball", recorded(inputs="3"), OTHERS),
    ("ball", recorded(factor="2^1"), OTHERS),
    ("ball", recorded(layers="[]"), OTHERS),
    ("ball", tensor("target", "weight_1", shape=[2, 3]), OTHERS),
    ("ball", set_to(factor="2^1"), OTHERS),
    ("ball", everywhere(set_to(factor="2^1")), "factor: the statement says 2^1, the files give 2^0"),
    ("ball-with-biases", everywhere(set_to(factor="2^3")), "factor: the statement says 2^3, the files give 2^4"),
    ("ball-with-biases", everywhere(set_to(factor="2^04")), "factor: the statement says 2^04, the files give 2^4"),
    ("ball-with-biases", everywhere(set_to(factor="16")), "factor: the statement says 16, the files give 2^4"),
    ("ball", everywhere(together(layer(0, scale=1), set_to(factor="2^1"))), "the files give"),
    ("ball-with-biases", everywhere(together(layer(0, scale=3), layer(1, scale=1))), "the files give"),
    ("ball-with-a-first-bias", everywhere(together(layer(1, scale=0), layer(2, scale=1))), "the files give"),
    ("ball", everywhere(set_to(law="kaiming")), "the files give"),
    ("ball-with-a-first-bias", everywhere(set_to(law="uniform")), "the files give"),
    ("ball", everywhere(set_to(seed=6)), "the files give"),
    ("ball", set_to(widths=[2, 3, 1]), "widths: the statement says [2, 3, 1], the files give [2, 3, 2]"),
    ("ball", set_to(widths=[3, 3, 2]), "widths: "),
    ("ball", set_to(constant_inputs=1), "constant_inputs: the statement says 1, the files give 0"),
    ("ball-with-biases", set_to(constant_inputs=0), "constant_inputs: "),
    ("ball", set_to(target="sha256:" + "f" * 64), "target.safetensors is not the file of the statement"),
    ("ball", set_to(ticket="sha256:" + "0" * 64), "ticket.safetensors is not the file of the statement"),
    ("ball", layer(0, signs=1), "layer 1: inputs of both signs occur"),
    ("box-of-both-signs", layer(0, signs=1), "layer 1: inputs of both signs occur"),
    ("ball", set_to(eps="1/1000"), "solved: "),
    ("ball", bit("ticket", "edges_1", 0, 1), "the files give"),
    ("ball", bit("ticket", "units_1", 0, 1), "the files give"),
    ("ball", bit("ticket", "units_2", 7, 128), "the files give"),
    ("ball", bit("target", "weight_2", 2, 64), "the files give"),
    ("ball-with-biases", bit("target", "bias_2", 6, 32), "the files give"),
    ("box-of-one-sign", set_to(domain={"low": "1/2", "high": "3/4"}), "error_bound"),
    ("box-of-one-sign", set_to(domain={"low": "1/4", "high": "5/8"}), "error_bound"),
    ("ball", set_to(domain={"low": "-3", "high": "3"}), "error_bound"),
    ("ball", witness(0, bound=lambda b: b - 2**20), "its witness fails in row"),
    ("ball", witness(0, factor=lambda f: f[:4] + "0001" + f[8:]), "its witness fails in row"),
    ("ball", witness(0, shift=lambda s: s + 1), "its witness fails in row"),
]

SIZES = "rows, columns, n, units, signs, scale"
MALFORMED = [
    ("ball", added(theorem="P = NP"), "must have exactly the fields constant_inputs, domain, eps"),
    ("ball", dropped("factor"), "must have exactly the fields"),
    ("ball", dropped("law"), "must have exactly the fields"),
    ("ball", dropped("layers"), "must have exactly the fields"),
    ("ball", set_to(law="normal"), "law must be one of uniform, kaiming"),
    ("ball", set_to(law=["uniform"]), "law must be one of uniform, kaiming"),
    ("ball", set_to(law=None), "law must be one of uniform, kaiming"),
    ("ball", set_to(constant_inputs=2), "constant_inputs must be an integer from 0 to 1"),
    ("ball", set_to(constant_inputs="0"), "constant_inputs must be an integer from 0 to 1"),
    ("ball", set_to(factor=1), "factor must be a power of two"),
    ("ball", set_to(target="sha256:0"), "target must be 'sha256:' and 64 hexadecimal digits"),
    ("ball", set_to(target=1), "target must be 'sha256:'"),
    ("ball", set_to(ticket="sha256:" + "F" * 64), "ticket must be 'sha256:'"),
    ("ball", set_to(weights=True), "weights must be an integer"),
    ("ball", set_to(weights=13), "weights must be an integer from 0 to 12"),
    ("ball", set_to(weights="12"), "weights must be an integer"),
    ("ball", set_to(solved=12.0), "solved must be an integer"),
    ("ball", set_to(solved=13), "solved must be an integer from 0 to 12"),
    ("ball", set_to(kept=None), "kept must be a list of 4 integers"),
    ("ball", set_to(kept=[14, 16, 5]), "kept must be a list of 4 integers"),
    ("ball", set_to(kept=[14, 16, 5, True]), "kept must be an integer"),
    ("ball", set_to(kept=[14, 16, 5, -5]), "kept must be an integer"),
    ("ball", set_to(widths=[2, 3]), "widths must be a list of 3 integers"),
    ("ball", set_to(widths=[2, 3, True]), "widths must be an integer"),
    ("ball", set_to(widths="2-3-2"), "widths must be a list of 3 integers"),
    ("ball", set_to(layers=[]), "layers must be a list of 1 to 128"),
    ("ball", set_to(layers=[{}] * 129), "layers must be a list of 1 to 128"),
    ("ball", set_to(layers={}), "layers must be a list"),
    ("ball", set_to(layers=[1]), f"layer 1 must have {SIZES}"),
    ("ball", layer(1, more=1), "layer 2 must have"),
    ("ball", layer(1, radius_1=2**24), "layer 2 must have"),
    ("ball", lambda t: t.statement["layers"][1].pop("scale"), "layer 2 must have"),
    ("ball", layer(0, rows=0), "rows must be an integer from 1 to 134217728"),
    ("ball", layer(0, columns=0), "columns must be an integer from 1"),
    ("ball", layer(0, units=0), "units must be an integer from 1"),
    ("ball", layer(0, n=0), "n must be an integer from 1"),
    ("ball", layer(0, n=True), "n must be an integer from 1"),
    ("ball", layer(0, signs=0), "signs must be an integer from 1 to 2"),
    ("ball", layer(0, rows=2**27), "too large"),
    ("ball", layer(0, rows=2**27 // 96 + 1), "too large: more than 134217728 possible edges"),
    ("ball", layer(0, columns=2**27 // 3 + 1), "too large"),
    ("ball", layer(0, rows=2), "does not chain"),
    ("ball", layer(1, columns=4), "does not chain"),
    ("ball", layer(0, n=49), "layer 1 has fewer than n = 49 hidden units for each input"),
    ("ball", layer(0, signs=3), "signs must be an integer from 1 to 2"),
    ("ball", layer(0, signs=True), "signs must be an integer from 1 to 2"),
    ("ball", layer(0, scale=129), "scale must be an integer from 0 to 128"),
    ("ball", layer(0, scale=-1), "scale must be an integer"),
    ("ball", layer(0, scale=True), "scale must be an integer"),
    ("ball", layer(0, scale=False), "scale must be an integer"),
    ("ball", layer(0, units=2**27 + 1), "units must be an integer from 1 to 134217728"),
    ("ball", layer(1, signs=2), "no input of layer 2 is negative"),
    ("ball", set_to(seed=2**64), "seed must be an integer from 0 to 18446744073709551615"),
    ("ball", set_to(seed=-1), "seed must be an integer"),
    ("ball", set_to(seed="5"), "seed must be an integer"),
    ("ball", set_to(seed=True), "seed must be an integer"),
    ("ball", set_to(domain="ball"), "domain must be"),
    ("ball", set_to(domain={"low": "0"}), "domain must be"),
    ("ball", set_to(domain={"low": "0", "high": "1", "more": "2"}), "domain must be"),
    ("ball", set_to(domain={"low": "1", "high": "1"}), "low below high"),
    ("ball", set_to(domain={"low": "1", "high": "0"}), "low below high"),
    ("ball", set_to(domain={"low": 0, "high": "1"}), "low must be a rational"),
    ("ball", set_to(domain={"low": "0", "high": f"1/{2**128}"}), "rationals of at most 128 bits"),
    ("ball", set_to(domain={"low": str(-(2**128)), "high": "1"}), "rationals of at most 128 bits"),
    ("ball", set_to(eps="0.1"), "eps must be a rational"),
    ("ball", set_to(eps="1/0"), "eps must be a rational"),
    ("ball", set_to(eps="2/16"), "eps must be a rational 'p/q' in lowest terms"),
    ("ball", set_to(eps="01/8"), "eps must be a rational"),
    ("ball", set_to(eps=1), "eps must be a rational"),
    ("ball", set_to(eps="0"), "eps must be above 0"),
    ("ball", set_to(eps="-1/8"), "eps must be above 0"),
    ("ball", set_to(error_bound=None), "error_bound must be a rational"),
    ("ball", set_to(error_bound="-1"), "error_bound must not be negative"),
    ("ball", set_to(max_weight_error="-1/9"), "max_weight_error must not be negative"),
    ("ball", set_to(max_weight_error=True), "max_weight_error must be a rational"),
    ("ball", noted("ticket", theorem="P = NP"), "must record format, law, seed, inputs, factor, layers"),
    ("ball", noted("ticket", version="0.1.0"), "must record format, law, seed, inputs, factor, layers"),
    ("ball", noted("ticket", format="lt_proofs ticket 1"), "of the format 'lt_proofs ticket 2'"),
    ("ball", unnoted("seed"), "must record format, law, seed, inputs, factor, layers"),
    ("ball", unnoted("factor"), "must record format, law, seed, inputs, factor, layers"),
    ("ball", noted("target", theorem="P = NP"), "weight_i and bias_i of the layers of the statement, nothing else"),
    ("ball", without("target", "weight_1"), "weight_i and bias_i of the layers of the statement"),
    ("ball", without("target", "weight_2"), "weight_i and bias_i of the layers of the statement"),
    ("ball", tensor("target", "weight_3"), "weight_i and bias_i of the layers of the statement"),
    ("ball", tensor("target", "bias_3"), "weight_i and bias_i of the layers of the statement"),
    ("ball", tensor("target", "bias_1", "F32", [3], lambda _: bytes(12)), "must be floats of shape"),
    ("ball", tensor("target", "weight_1", shape=[6]), "weight_i and bias_i of the layers of the statement"),
    ("ball", tensor("target", "weight_2", shape=[3, 2]), "weight_2 must be floats of shape (2, 3)"),
    ("ball", tensor("target", "weight_2", dtype="U32"), "weight_2 must be floats"),
    ("ball", tensor("target", "weight_2", data=lambda d: b"\0\0\x80\x7f" + d[4:]), "holds NaN or infinity"),
    ("ball", tensor("target", "weight_2", data=lambda d: b"\0\0\xc0\x7f" + d[4:]), "holds NaN or infinity"),
    ("ball", without("ticket", "units_1"), "nothing else; see units_1"),
    ("ball", without("ticket", "edges_2"), "nothing else; see edges_2"),
    ("ball", without("ticket", "owners_2"), "nothing else; see owners_2"),
    ("ball", tensor("ticket", "owners_1"), "nothing else; see owners_1"),
    ("ball", tensor("ticket", "thesis"), "nothing else; see thesis"),
    ("ball", tensor("ticket", "edges_2", shape=[8, 2]), "edges_2 must be bytes of shape (2, 8)"),
    ("ball", tensor("ticket", "units_1", "U32", [3]), "units_1 must be bytes"),
    ("ball", tensor("ticket", "owners_2", "F32"), "owners_2 must be 16 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", data=lambda d: b"\3\0\0\0" + d[4:]), "owners_2 must be 16 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", "U32", [17], lambda _: bytes(68)), "owners_2 must be 16 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", "U32", [15], lambda _: bytes(60)), "owners_2 must be 16 inputs below 3"),
    ("ball", tensor("ticket", "owners_2", "U8", [64]), "owners_2 must be 16 inputs below 3"),
    ("ball", tensor("ticket", "units_1", "U32", [12], lambda _: bytes(48)), "units_1 must be bytes of shape (12,)"),
    ("ball", tensor("ticket", "units_1", "U8", [11], lambda d: d[1:]), "units_1 must be bytes of shape (12,)"),
    ("ball", tensor("ticket", "edges_2", shape=[1, 16]), "edges_2 must be bytes of shape (2, 8)"),
    ("ball", tensor("target", "weight_2", shape=[1, 6]), "weight_2 must be floats of shape (2, 3)"),
    ("unsolved", bit("ticket", "units_1", 2, 128), "units_1 has bits beyond its last column"),
    ("unsolved", bit("ticket", "edges_1", 2, 16), "edges_1 has bits beyond its last column"),
    ("unsolved", bit("ticket", "edges_1", 5, 16), "edges_1 has bits beyond its last column"),
    ("ball", lambda t: t.data.update(more=1), "its data must hold a list of norms, perhaps scales, and nothing else"),
    ("ball", lambda t: t.data.clear(), "its data must hold a list of norms, perhaps scales, and nothing else"),
    ("ball", lambda t: t.data.update(norms={}), "its data must hold a list of norms"),
    ("ball", lambda t: t.data["norms"].append(1), "a norm must have"),
    ("ball", lambda t: t.data["norms"].append(copy.deepcopy(t.data["norms"][0])), "two norms are of the same matrix"),
    ("ball", lambda t: t.data["norms"][0].pop("bits"), "a norm must have bits, bound, factor, of, shift"),
    ("ball", lambda t: t.data["norms"][0].update(more=1), "a norm must have"),
    ("ball", witness(0, of=lambda _: 1), "a norm must have"),
    ("ball", witness(0, of=lambda _: "P = NP"), "a norm must be of a matrix or of two"),
    ("ball", witness(0, of=lambda _: "W1 W2 E1"), "a norm must be of a matrix or of two"),
    ("ball", witness(0, of=lambda _: "T2"), "the norm of T2 is not used"),
    ("ball", witness(0, of=lambda _: "W9"), "the norm of W9 is not used"),
    ("ball", witness(0, factor=lambda _: 1), "the factor of a norm must be hexadecimal"),
    ("ball", lambda t: t.data["norms"].append({"of": "E1", "squarings": "2"}), "must be integers of at most 64 bits"),
    ("ball", lambda t: t.data["norms"].append({"of": "E1", "squarings": -1}), "must be integers of at most 64 bits"),
    ("ball", lambda t: t.data["norms"].append({"of": "E1", "squarings": 9}), "squared at most 8 times"),
    ("ball", lambda t: t.data["norms"].append({"of": "T2", "squarings": 1}), "the norm of T2 is not used"),
    ("ball", lambda t: t.data["norms"].append({"of": "E1", "squarings": 1, "bits": 3}), "a norm must have"),
    ("ball", witness(0, bits=lambda b: -1), "must be integers of at most 64 bits"),
    ("ball", witness(0, bits=lambda b: 2**64), "must be integers of at most 64 bits"),
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


def test_the_owners_of_added_units(checker):
    late = checker.tensors.Tensor("U32", (2,), memoryview(b"\1\0\0\0\0\0\0\0"))
    assert list(checker.masks.owners("o", {"o": late}, 2, 2)) == [1, 0]
    assert list(checker.masks.owners("o", {}, 0, 2)) == []
    for count, columns in ((1, 2), (3, 2), (2, 1)):
        with pytest.raises(checker.errors.Malformed, match=f"must be {count} inputs below {columns}"):
            checker.masks.owners("o", {"o": late}, count, columns)


def test_changes_that_are_accepted(ticket):
    for name, change in [
        ("ball", lambda t: None),
        ("ball", lambda t: t.statement.update(error_bound="3")),
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


def test_one_thing_and_several(checker):
    said = [checker.ticket.counted(number, "row") for number in (0, 1, 2)]
    assert said == ["0 rows", "1 row", "2 rows"]


def test_bounds_in_words_are_rounded_up_and_not_longer_than_a_page(checker):
    upward = checker.ticket.upward
    assert [upward(Fraction(*value)) for value in ((1, 3), (2, 1), (7, 2))] == ["0.333334", "2.000000", "3.500000"]
    assert upward(Fraction(2**4076)).startswith(f"{2**4076}.")
    assert upward(Fraction(2**4077)) == "2^4078"
    assert upward(Fraction(2**20000 - 1)) == "2^20000"
