"""Certified chains: what the checker confirms, and that it takes none that is too good."""

import json
from fractions import Fraction

import pytest

from lt_proofs.bounds.certified import certified, covering_of, sharpest
from lt_proofs.bounds.closed_form import closed_form
from lt_proofs.certificates.certificate import certificate, certificate_text, seal
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.proof.prover import proof_of
from lt_proofs.subset_sum.probability import restricted_probability
from lt_proofs.theory.certified import certified_cover, recursion
from lt_proofs.theory.flow import colourings, flow


@pytest.fixture(scope="module")
def uniform():
    return certified("uniform", "0.1", "0.1")


def changed(text, change):
    """The certificate with its last step changed, sealed again."""
    envelope = json.loads(text)
    change(envelope["steps"][-1])
    envelope["statement"] = envelope["steps"][-1]["goal"]
    return certificate_text(seal(envelope))


def test_uniform_reaches_what_is_asked_for():
    assert certified("uniform", "0.01", "0.01").value <= 38


@pytest.mark.slow
def test_gadgets_reach_what_is_asked_for():
    assert certified("gadget", "0.01", "0.01").value <= 117


@pytest.mark.parametrize(
    "law", ["uniform:1/2", "uniform:3", "normal:1", "laplace:1/2", "triangular:1", "density:exp(-z)/2"]
)
def test_laws_with_a_falling_density(law):
    assert certified(law, "0.2", "0.2").value <= closed_form(law, "0.2", "0.2").value


def test_the_checker_accepts_what_is_said_to_be_certified(uniform):
    assert examine_text(uniform.certificate).accepted


def test_one_sample_less_is_rejected(uniform):
    def fewer(step):
        step["goal"]["samples"] = str(uniform.value - 1)

    examined = examine_text(changed(uniform.certificate, fewer))
    assert examined.state == "rejected" and "the bound of the recursion" in examined.report["reason"]


@pytest.mark.parametrize("field", ["tolerance", "failure"])
def test_a_better_accuracy_is_rejected(uniform, field):
    def sharper(step):
        step["goal"][field] = "9/100"

    assert examine_text(changed(uniform.certificate, sharper)).state == "rejected"


def test_nodes_that_end_too_early_are_rejected(uniform):
    def shorter(step):
        step["data"]["nodes"] = step["data"]["nodes"][:-2]

    assert examine_text(changed(uniform.certificate, shorter)).state == "rejected"


@pytest.mark.parametrize(
    "spoilt",
    [lambda nodes: nodes[::-1], lambda nodes: [0, *nodes], lambda nodes: [*nodes, 1 << 40], lambda nodes: nodes[:-1]],
)
def test_nodes_out_of_order_or_range_are_refused(uniform, spoilt):
    def change(step):
        step["data"]["nodes"] = spoilt(step["data"]["nodes"])

    assert examine_text(changed(uniform.certificate, change)).state in ("rejected", "malformed")


def premises_of(task, chain, factor=Fraction(1)):
    """The flows of a chain with their linear parts raised by a factor, and how they are concluded."""
    found = []
    for one in chain.flows:
        last, linear, bend = one.profile
        parts = [(p, factor * q) for p, q in one.parts]
        profile = (last, factor * linear, bend)
        judgement = flow(task.moving, task.length, chain.weights, one.power, profile)
        found.append((judgement, colourings(tuple(parts), one.offsets)))
    return found


@pytest.mark.parametrize("law", ["uniform", "product"])
def test_flows_inflated_by_two_per_cent_are_refuted_or_rejected(law):
    task = covering_of(law, "0.1", "0.1")
    chain = sharpest(task)
    for judgement, plan in premises_of(task, chain, Fraction(51, 50)):
        examined = examine_text(certificate_text(certificate("x", proof_of(judgement, plan))))
        assert examined.state == "rejected" and "a colouring refutes" in examined.report["reason"]


@pytest.mark.parametrize("half", [5, 8])
@pytest.mark.parametrize("n", [8, 12, 16])
def test_the_bound_is_never_below_an_exact_probability(half, n):
    """The chain for a window of 2N+1 points, whose gain is at least that of the interval, beside the exact chain."""
    points = 2 * half + 1
    exact = 1 - restricted_probability(dict.fromkeys(range(-half, half + 1), 1), (-half, half), 0, n)
    task = covering_of("uniform", Fraction(2, points), Fraction(1, 100))
    chain = sharpest(task)
    goal = certified_cover(task.law, n, task.length, task.tolerance, exact * Fraction(99, 100))
    rest = task.tolerance - chain.start
    proof = proof_of(goal, recursion(premises_of(task, chain), chain.nodes, chain.start, rest))
    assert examine_text(certificate_text(certificate("x", proof))).state == "rejected"


@pytest.mark.parametrize(
    ("law", "eps", "named"),
    [
        ("normal:0", "0.1", "law"),
        ("density:y", "0.1", "law"),
        ("density:exp(-z)", "0.1", "law"),
        ("density:max(0, 1 - z)", "0.1", "law"),
        ("cauchy", "0.1", "law"),
        ("uniform", "1", "eps"),
    ],
)
def test_bad_input(law, eps, named):
    with pytest.raises(BadInput, match=named):
        certified(law, eps, "0.1")
