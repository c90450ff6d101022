"""The table of savings: recorded chains of layers are found again, and each saving needs fewer hidden units."""

import hashlib
from itertools import pairwise

import pytest

from lt_proofs.bounds.chained import chained_layer
from lt_proofs.report.views import table
from lt_proofs.report.widths import ACCURACY, WIDTHS, kept, widths_facts
from lt_proofs.terms import number
from lt_proofs.terms.tree import call
from lt_proofs.theory.layers import BOTH, ONE_SIGN


def test_each_saving_needs_fewer_units():
    facts = widths_facts()
    assert facts["columns"][1:] == ["layer 784 to 500", "layer 500 to 10", "hidden units in total"]
    for before, after in pairwise(facts["rows"]):
        assert all(int(x) >= int(y) > 0 for x, y in zip(before[1:], after[1:], strict=True))
        assert int(before[-1]) > int(after[-1])
    for _, first, second, everything in facts["rows"]:
        assert int(everything) == 784 * int(first) + 500 * int(second)
    assert facts["rows"][-1][0] in str(table(facts)).splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("shape", list(pairwise(WIDTHS)))
def test_recorded_layers_are_found_again(shape):
    layers = len(WIDTHS) - 1
    signs = BOTH if shape == WIDTHS[:2] else ONE_SIGN
    found = chained_layer(*shape, call("log", number(1 + ACCURACY)) / layers, ACCURACY / layers, signs)
    assert kept()[shape]["n"] == found.n
    assert kept()[shape]["sha256"] == hashlib.sha256(found.certificate.encode("ascii")).hexdigest()
