"""Bounds on boxes hold for sampled inputs, and the checker's integers stay below the search's floats."""

import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lt_proofs
from lt_proofs.certificates.checking import run_checker
from lt_proofs.networks import InputDomain, Layer, Target, prune, save_ticket, ticket_of
from lt_proofs.networks.boxes import box_bound

BITS = 20


def checkers_boxes() -> Any:
    sys.path.insert(0, str(Path(lt_proofs.__file__).parent / "checker"))
    try:
        return __import__("data.boxes", fromlist=["boxes"])
    finally:
        sys.path.pop(0)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(0, 2**32), st.floats(0, 1))
def test_followed_neurons_enclose_what_happens(widths: list[int], seed: int, size: float) -> None:
    random = np.random.Generator(np.random.PCG64(seed))
    exact, floats = [], []
    for inputs, outputs in pairwise(widths):
        target = random.integers(-(2**BITS), 2**BITS, (outputs, inputs))
        error = random.integers(-(2**16), 2**16, (outputs, inputs))
        exact.append([(m.tolist(), BITS) for m in (target, error, target + error)])
        floats.append(tuple(np.ldexp(m.astype(float), -BITS) for m in (target, error, target + error)))
    low = random.integers(-64, 64, widths[0])
    high = low + np.rint(64 * size * random.uniform(size=widths[0])).astype(int)
    ends = [(Fraction(int(a), 64), Fraction(int(b), 64)) for a, b in zip(low, high, strict=True)]
    searched, checked = box_bound(floats, low / 64, high / 64), checkers_boxes().box_bound(exact, ends)
    assert checked - Fraction(1, 2**BITS) <= searched <= checked * Fraction(1001, 1000) + Fraction(1, 2**40)
    points = random.uniform(low / 64, high / 64, (50, widths[0]))
    theirs, ours = points, points
    for number, (target, _, ticket) in enumerate(floats):
        theirs, ours = (np.maximum(v, 0) if number else v for v in (theirs, ours))
        theirs, ours = theirs @ target.T, ours @ ticket.T
    assert np.linalg.norm(theirs - ours, axis=1).max() <= float(checked) * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("box", [("0", "1"), ("1/2", "5/8"), ("-1/4", "1/3"), ("-1", "-3/4")])
@pytest.mark.parametrize("biased", [False, True])
def test_tickets_on_boxes_are_accepted_and_right(tmp_path: Path, box: tuple[str, str], biased: bool) -> None:
    random = np.random.Generator(np.random.PCG64(4))
    layers = [
        Layer(random.uniform(-1, 1, (b, a)), random.uniform(-1, 1, b) if biased else None)
        for a, b in ((3, 5), (5, 4), (4, 2))
    ]
    domain = InputDomain((Fraction(box[0]), Fraction(box[1])))
    pruned = prune(Target.of(layers, ["a", "b", "c"]), Fraction(1, 100), seed=2, domain=domain)
    save_ticket(pruned, tmp_path / "t")
    (examined,) = run_checker([tmp_path / "t"])
    assert examined.accepted, examined.report
    points = random.uniform(float(domain.box[0]), float(domain.box[1]), (500, 3))
    gap = pruned.target.forward(points) - ticket_of(pruned).forward(points)
    assert np.linalg.norm(gap, axis=1).max() <= pruned.error_bound
