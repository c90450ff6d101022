"""Certificates of differences: accepted as they were made, and refused when any part of them is changed."""

import copy
import hashlib
import importlib.util
import json
import shutil
import sys
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import CHECKER, run_checker
from lt_proofs.errors import Unsolved
from lt_proofs.networks import InputDomain, Layer, Target, prune, save_ticket
from lt_proofs.networks.certified import certify_difference, certify_regions
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.pairs import NamedFile, pair_of_pruned, pair_of_targets
from lt_proofs.networks.regions import bound_regions
from lt_proofs.networks.splitting import split_domain

HALF = Fraction(1, 2)


def target(seed, widths=(2, 5, 4, 3), biased=True):
    rng = np.random.default_rng(seed)
    layers = [Layer(rng.uniform(-1, 1, (b, a)), rng.uniform(-1, 1, b) if biased else None) for a, b in pairwise(widths)]
    return Target.of(layers, [str(k) for k in range(len(layers))])


def near(network, size, seed=1):
    """The network with its weights moved a little."""
    rng = np.random.default_rng(seed)
    layers = [Layer(one.weight + rng.uniform(-size, size, one.weight.shape), one.bias) for one in network.layers]
    return Target.of(layers, network.names)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One folder with a certificate on a box, and one with certificates near inputs."""
    root = tmp_path_factory.mktemp("differences")
    f = target(0)
    pair = pair_of_targets(f, near(f, 0.01))
    box = Box.same(-HALF, HALF, 2)
    certify_difference(pair, box, split_domain(pair, box, leaves=6), root / "box")
    inputs = np.random.default_rng(3).uniform(-0.4, 0.4, (5, 2)).astype(np.float32)
    certify_regions(pair, bound_regions(pair, inputs, Fraction(1, 50), "2", box), root / "near")
    return root


@pytest.fixture
def certificate(made, tmp_path, checker):
    return lambda name: Certificate(checker, shutil.copytree(made / name, tmp_path / name))


class Certificate:
    """A certificate that can be changed, with every digest made right again, and the checker's word on it."""

    def __init__(self, checker, folder):
        self.checker, self.folder = checker, folder
        self.content = json.loads((folder / "certificate.json").read_text())
        self.statement, self.data = self.content["steps"][0]["goal"], self.content["steps"][0]["data"]

    def put(self, key, blob):
        (self.folder / self.statement[key]["file"]).write_bytes(blob)
        self.statement[key]["digest"] = "sha256:" + hashlib.sha256(blob).hexdigest()

    def write(self):
        self.content["statement"] = copy.deepcopy(self.statement)
        (self.folder / "certificate.json").write_text(certificate_text(seal(self.content)))
        return self.folder / "certificate.json"

    def says(self):
        report = self.checker.main.examine(self.write(), None)
        return report["state"], report.get("reason", report.get("remarks"))


def least(c):
    """The least bound in units of 2^-50 that the checker accepts: in this many units."""
    pair = c.checker.networks.read_pair(c.statement, c.folder)
    inputs, _ = c.checker.domains.domain_of(c.statement["domain"], pair)
    layers = [c.checker.layers.Layer(*exact) for exact in pair.layers]
    boxes = c.checker.tree.leaves(inputs, bytes.fromhex(c.data["tree"]))
    square = max(c.checker.gaps.Difference(layers, box).square() for box in boxes)
    return isqrt(square - 1) + 1


def test_the_least_bound_is_accepted_and_one_unit_less_is_not(certificate):
    c = certificate("box")
    units = least(c)
    c.statement["bound"] = str(Fraction(units, 1 << 50))
    state, remarks = c.says()
    assert state == "accepted"
    assert "with all coordinates from -1/2 to 1/2" in remarks[0]
    c.statement["bound"] = str(Fraction(units - 1, 1 << 50))
    assert c.says()[0] == "rejected"
    assert "of the tree gives no less than" in c.says()[1]


def test_regions_say_what_was_shown(certificate):
    state, remarks = certificate("near").says()
    assert state == "accepted"
    assert "For 5 inputs, rows 0 to 4 of inputs.safetensors, and everything within 1/50 of them in Euclid" in remarks[0]


def set_to(**fields):
    return lambda c: c.statement.update(fields)


def data(**fields):
    return lambda c: c.data.update(fields)


def without(key):
    return lambda c: c.statement.pop(key)


def listed(key, place, value):
    def change(c):
        c.statement[key][place] = value

    return change


def file(key, **tensors):
    return lambda c: c.put(key, bytes(save({name: np.asarray(value) for name, value in tensors.items()})))


def named(key, **fields):
    return lambda c: c.statement[key].update(fields)


def tree(change):
    def apply(c):
        c.data["tree"] = change(c.data["tree"])

    return apply


ONES = {f"weight_{k}": np.ones(shape) for k, shape in ((1, (5, 2)), (2, (4, 5)), (3, (3, 4)))}
HUGE = {name: 1e307 * ones for name, ones in ONES.items()}
REFUSED = [
    ("box", set_to(bound="1/100000"), "rejected", "leaf 1 of the tree gives no less than"),
    ("box", set_to(bound="-1000"), "rejected", "leaf 1 of the tree gives no less than"),
    ("near", listed("bounds", 0, "-1000"), "rejected", "the region around input 0 gives no less than"),
    ("box", tree(lambda t: "ff"), "rejected", "leaf 1 of the tree gives no less than"),
    ("box", set_to(domain={"low": "-1", "high": "1/2"}), "rejected", "of the tree gives no less than"),
    ("box", set_to(domain={"low": ["-1/2", "-9"], "high": ["1/2", "1/2"]}), "rejected", "gives no less than"),
    ("box", file("g", **ONES), "rejected", "gives no less than"),
    ("box", named("f", digest="sha256:" + "0" * 64), "rejected", "f.safetensors is not the file of the statement"),
    ("box", named("g", file="f.safetensors"), "rejected", "f.safetensors is not the file of the statement"),
    ("box", tree(lambda t: ""), "malformed", "two hexadecimal digits for each node"),
    ("box", lambda c: c.data.pop("tree"), "rejected", "the norms give no less than infinity"),
    ("box", tree(lambda t: t[:-2]), "malformed", "its tree ends before its last leaf"),
    ("box", tree(lambda t: t + "ff"), "malformed", "nodes behind its last leaf"),
    ("box", tree(lambda t: "02ff" + t), "malformed", "halves input 2 at depth 0"),
    ("box", tree(lambda t: "00" * 401 + "ff"), "malformed", "at depth 400"),
    ("box", tree(lambda t: t.upper()), "malformed", "two hexadecimal digits for each node"),
    ("box", tree(lambda t: " " + t), "malformed", "two hexadecimal digits for each node"),
    ("box", data(tree=7), "malformed", "two hexadecimal digits for each node"),
    ("box", data(slopes=[]), "malformed", "its data may be norms, order, scales, tree"),
    ("box", data(order=[]), "malformed", "order: it must be a list of the neurons of each hidden layer"),
    ("box", data(order=[[0, 1, 2, 3, 4, 5], 7]), "malformed", "order: it must be a list of the neurons"),
    ("box", data(order=[[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 3]]), "malformed", "order: each neuron of a hidden layer"),
    ("box", data(order=[[0, 1, 2, 3, 4, "5"], [0, 1, 2, 3, 4]]), "malformed", "order: each neuron of a hidden layer"),
    ("box", data(order=[[5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4]]), "rejected", "of the tree gives no less than"),
    ("box", data(norms=7), "malformed", "a list of norms"),
    ("box", data(scales=[]), "malformed", "a list of norms"),
    ("box", data(norms=[], scales=[[1] * 6]), "malformed", "its scales must be 2 lists"),
    ("box", data(norms=[], scales={}), "malformed", "its scales must be 2 lists"),
    ("box", data(norms=[], scales=[7, [1] * 5]), "malformed", "its scales must be 2 lists"),
    ("box", data(norms=[], scales=[[1] * 6, [1] * 4]), "malformed", "hidden layer 2 must be 5 integers"),
    ("box", data(norms=[], scales=[[1] * 6, [1, 2, 3, 4, 1024]]), "malformed", "integers from 1 to 1023"),
    ("box", data(norms=[], scales=[[0] * 6, [1] * 5]), "malformed", "hidden layer 1 must be 6 integers"),
    ("box", set_to(extra="1"), "malformed", "its fields are bound, domain, f, form, g"),
    ("box", without("domain"), "malformed", "its fields are bound, domain, f, form, g"),
    ("box", set_to(bound="0.5"), "malformed", "bound must be a rational 'p/q' in lowest terms"),
    ("box", set_to(domain={"low": "1/2", "high": "-1/2"}), "malformed", "low at most as large as high"),
    ("box", set_to(domain={"low": ["0"], "high": "1"}), "malformed", "low must be a rational, or a list of 2"),
    ("box", set_to(domain={"low": "0"}), "malformed", "its domain must have low and high, or a radius"),
    ("box", set_to(domain={"low": "0", "high": f"1/{2**129}"}), "malformed", "at most 128 bits"),
    ("box", set_to(domain={"radius": "0"}), "malformed", "the radius of its domain must be above 0"),
    ("box", set_to(domain={"radius": "1"}), "malformed", "a ball is not halved"),
    ("box", named("f", file="../f.safetensors"), "malformed", "f must be a name such as f.safetensors"),
    ("box", named("f", file="h.safetensors"), "malformed", "h.safetensors: No such file"),
    ("box", set_to(f=[]), "malformed", "f must be a file and its digest"),
    ("box", file("g", **ONES, extra=np.ones(1)), "malformed", "must hold weight_i and bias_i"),
    ("box", file("g", weight_1=np.ones((3, 2))), "malformed", "different numbers of layers"),
    ("box", file("g", **{**ONES, "weight_3": np.ones((2, 4))}), "malformed", "different numbers of inputs or outputs"),
    ("box", file("g", **{**ONES, "weight_2": np.ones((4, 6))}), "malformed", "do not chain"),
    ("box", file("g", **{**ONES, "weight_1": np.full((5, 2), np.nan)}), "malformed", "NaN or infinity"),
    ("box", file("g", **HUGE), "malformed", "more work than one file may cost: a neuron with values above 2^1998"),
    ("near", listed("bounds", 2, "1/1000000"), "rejected", "the region around input 2 gives no less than"),
    ("near", listed("classes", 1, 0), "rejected", "the class 0 is not shown for all inputs near input 1"),
    ("near", set_to(radius="1"), "rejected", "the region around input 0 gives no less than"),
    ("near", listed("classes", 1, 3), "malformed", "classes must be an integer from 0 to 2"),
    ("near", listed("bounds", 1, "-x"), "malformed", "bounds must be a rational"),
    ("near", set_to(bounds=[], classes=[]), "malformed", "lists of the same length, at least 1"),
    ("near", set_to(classes=[]), "malformed", "lists of the same length, at least 1"),
    ("near", set_to(first=1), "malformed", "first must be an integer from 0 to 0"),
    ("near", set_to(radius="-1"), "malformed", "the radius must not be negative"),
    ("near", set_to(norm="1"), "malformed", "the norm must be inf or 2"),
    ("near", set_to(domain={"low": "0", "high": "1/9"}), "malformed", "lies outside the domain"),
    ("near", set_to(domain=5), "malformed", "its domain must have low and high"),
    ("near", file("inputs", inputs=np.zeros((5, 3))), "malformed", "one tensor, inputs, of rows of 2"),
    ("near", file("inputs", inputs=np.zeros((5, 2), np.uint8)), "malformed", "inputs must be F32 or F64"),
    ("near", file("inputs", inputs=np.full((5, 2), np.inf)), "malformed", "input 0 holds NaN or infinity"),
    ("near", file("inputs", inputs=np.full((5, 2), 1e-300)), "malformed", "has numbers below 2^-128"),
    ("near", file("inputs", points=np.zeros((5, 2))), "malformed", "one tensor, inputs"),
    ("near", data(tree="ff"), "malformed", "its data may be norms, order, scales"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "state", "reason"), REFUSED)
def test_what_is_changed_is_refused(certificate, name, change, state, reason):
    c = certificate(name)
    change(c)
    found = c.says()
    assert found[0] == state, found
    assert reason in found[1]


def test_its_name_is_its_own(certificate):
    c = certificate("box")
    c.content["claim"] = "theorem-1"
    assert c.says() == ("malformed", "a file about difference is not called theorem-1")


def test_exit_codes_alone_and_from_a_copy(certificate, finish, tmp_path):
    """The folder of the checker runs alone when copied away."""
    alone = shutil.copytree(CHECKER, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__"))
    c = certificate("box")

    def code(*options):
        return finish([sys.executable, "-I", "-S", alone, *options, c.write()]).returncode

    assert code() == 0
    assert code("--work", "9000") == 3
    assert code("--work", "x") == 3
    c.statement["bound"] = "0"
    assert code() == 1
    c.data["tree"] = "00"
    assert code() == 3


def test_more_work_is_allowed_on_request(certificate):
    path = certificate("box").write()
    (few,) = run_checker([path], work=9000)
    assert few.state == "malformed"
    assert "more work than the 9000 units" in few.report["reason"]
    assert "--work UNITS allows more" in few.report["reason"]
    assert run_checker([path], work=10**9)[0].accepted


@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("box", [(-HALF, HALF), (Fraction(0), HALF)])
def test_tickets_are_drawn_anew(tmp_path, biased, box):
    pruned = prune(target(4, biased=biased), Fraction(1, 50), seed=2, domain=InputDomain(box))
    pair, domain = pair_of_pruned(pruned), Box.same(*box, 2)
    found = certify_difference(pair, domain, split_domain(pair, domain, leaves=8), tmp_path / "t")
    assert found.answers[0].accepted
    assert found.bounds[0] <= pruned.error_bound
    if box[0] == 0:  # the ticket has sums for inputs from 0 on alone
        content = json.loads((tmp_path / "t" / "certificate.json").read_text())
        content["steps"][0]["goal"]["domain"] = content["statement"]["domain"] = {"low": "-1/2", "high": "1/2"}
        (tmp_path / "t" / "certificate.json").write_text(certificate_text(seal(content)))
        (answer,) = run_checker([tmp_path / "t"])
        assert (answer.state, "needs sums for both signs" in answer.report["reason"]) == ("rejected", True)


def test_a_ball_and_norms(certificate, tmp_path):
    """Without a tree the chain of norms decides; with both, the smaller bound."""
    f = target(5)
    pair = pair_of_targets(f, near(f, 0.001))
    ball = Ball.of(Fraction(1, 10))
    split = split_domain(pair, ball)
    planes = certify_difference(pair, ball, split, tmp_path / "planes").bounds[0]
    assert certify_difference(pair, ball, split, tmp_path / "both", norms={"norms": []}).bounds == (planes,)
    with pytest.raises(Unsolved, match="the norms give no less than"):
        certify_difference(pair, ball, split, tmp_path / "less", norms={"norms": []}, by_norms=planes / 1000)
    wide = Ball.of(Fraction(1000))
    loose = split_domain(pair, wide)
    found = certify_difference(pair, wide, loose, tmp_path / "norms", norms={"norms": []}, by_norms=Fraction(300))
    assert found.answers[0].accepted
    assert planes < loose.bound


def test_networks_of_unequal_widths_are_filled_up(tmp_path):
    f, g = target(6, (2, 3, 2)), target(7, (2, 5, 2), biased=False)
    pair, box = pair_of_targets(f, g), Box.same(-HALF, HALF, 2)
    bound = certify_difference(pair, box, split_domain(pair, box, leaves=16), tmp_path / "t").bounds[0]
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (200, 2))
    largest = np.linalg.norm(f.forward(points) - g.forward(points), axis=1).max()
    assert np.allclose(pair.forward(points), [f.forward(points), g.forward(points)])
    assert largest <= bound <= 2 * largest


BY_HAND = importlib.util.spec_from_file_location(
    "by_hand", Path(__file__).resolve().parents[1] / "property" / "test_ticket_by_hand.py"
)


@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("low", [-1, 0])
@pytest.mark.parametrize("ticket_first", [False, True])
def test_matrices_are_those_recomputed_from_the_files_alone(checker, tmp_path, biased, low, ticket_first):
    by_hand = importlib.util.module_from_spec(BY_HAND)
    BY_HAND.loader.exec_module(by_hand)
    pruned = prune(target(8, biased=biased), Fraction(1, 20), seed=3, domain=InputDomain((Fraction(low), Fraction(1))))
    save_ticket(pruned, tmp_path / "t")
    named = {
        name: NamedFile(f"{name}.safetensors", (tmp_path / "t" / f"{name}.safetensors").read_bytes()).data
        for name in ("target", "ticket")
    }
    keys = "gf" if ticket_first else "fg"
    pair = checker.networks.read_pair(dict(zip(keys, (named["target"], named["ticket"]), strict=True)), tmp_path / "t")
    assert (pair.inputs, pair.constants, pair.signs) == (2, int(biased), 2 if low < 0 else 1)
    for number, exact in enumerate(pair.layers, 1):
        drawn, dense = (exact.first, exact.second) if ticket_first else (exact.second, exact.first)
        (positive, negative), _ = by_hand.effective(tmp_path / "t", number)
        both = number == 1 and pair.signs == 2
        wanted = [[*a, *(-v for v in b)] if both else a for a, b in zip(positive, negative, strict=True)]
        assert [[Fraction(v, 1 << exact.bits) for v in row] for row in drawn] == wanted
        matrix = pruned.target.matrices()[number - 1].tolist()
        wanted = [[*map(Fraction, row), *(Fraction(-v) for v in row if both)] for row in matrix]
        assert [[Fraction(v, 1 << exact.bits) for v in row] for row in dense] == wanted
