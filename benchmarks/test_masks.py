"""Time the enumeration of all 2^28 masks of a network with two inputs, each function compared with a packing."""

import time

import pytest

from lt_proofs.networks.exhaustive import all_masks, random_two_layer

pytestmark = pytest.mark.timeout(900)
ROUNDS = 3


def test_all_masks_of_28_weights(row):
    network = random_two_layer(2, 7, seed=1)
    all_masks(*random_two_layer(2, 3, seed=1), "0.24", 2)
    raw, studies = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        studies.append(all_masks(*network, "0.24", 2))
        raw.append(time.perf_counter() - began)
    assert len({tuple(study.counts.tolist()) for study in studies}) == 1
    assert studies[0].masks == 1 << 28
    assert studies[0].functions == 10**7
    row("all 2^28 masks of a two-layer network, d = 2, matched to 113 matrices", raw, "s", gate=10, aim=5)
