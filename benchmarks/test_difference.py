"""Measure how tight certified differences are and what the checker spends, beside bounding both networks apart.

Run with LT_PROOFS_NETWORKS set to a folder of public networks in ONNX. Tickets have eps = 0.01. The peer bounds the
outputs of f and of g apart, by the same lines and the same way back to the inputs, and takes the difference of both.
"""

import os
import resource
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.networks import (
    Box,
    InputDomain,
    bound_regions,
    certify_difference,
    certify_regions,
    digits,
    load_target,
    pair_of_pruned,
    prune,
    split_domain,
)
from lt_proofs.networks.planes import output_spans

FOLDER = os.environ.get("LT_PROOFS_NETWORKS")
needs_networks = pytest.mark.skipif(not FOLDER, reason="LT_PROOFS_NETWORKS names no folder")
EPS, WORK = Fraction(1, 100), 10**9


def checker_seconds():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def apart(pair, places):
    """The bound of the difference from intervals of the outputs of both networks."""
    ends = []
    for place in (0, 2):
        # a network compared with one whose outputs are 0: the difference is the output
        layers = [(layer[place], 0 * layer[place], layer[place]) for layer in pair.layers]
        matrix = layers[-1][0]
        layers[-1] = (0 * matrix, matrix, matrix)
        spans, _ = output_spans(layers, places)
        ends.append((spans.low, spans.high))
    (low, high), (least, most) = ends
    return np.linalg.norm(np.maximum(most - low, high - least), axis=1)


def pruned_pair(target, low, high):
    return pair_of_pruned(prune(target, EPS, domain=InputDomain((Fraction(low), Fraction(high)))))


# name, box, goal, the largest difference that any search has found, gate of the ratio to it
WHOLE = [
    ("lindex", (0, 1), 0.2121, 0.21204, 1.01),
    ("vdp", (-1, 1), 0.2093, 0.19936, 1.1),
    ("cartpole", (-1, 1), 0.1685, 0.1586, 1.1),
    ("gcas", (-1, 1), 1.75, 0.896, 2.0),
]


@needs_networks
@pytest.mark.parametrize(("name", "box", "goal", "found", "gate"), WHOLE, ids=[case[0] for case in WHOLE])
def test_whole_boxes(row, tmp_path, name, box, goal, found, gate):
    target = load_target(Path(FOLDER) / f"{name}.onnx")
    pair, domain = pruned_pair(target, *box), Box.same(Fraction(box[0]), Fraction(box[1]), target.widths[0])
    start = time.process_time()
    split = split_domain(pair, domain, goal=goal, leaves=4096)
    searched, before = time.process_time() - start, checker_seconds()
    bound = float(certify_difference(pair, domain, split, tmp_path / "t", work=WORK).bounds[0])
    checked = checker_seconds() - before
    other = float(apart(pair, pair.places(domain))[0])
    print(f"\n{name}: {bound:.6f} certified, {split.leaves} leaves, search {searched:.1f} s, checker {checked:.1f} s;")
    print(f"  both networks apart {other:.4g}; found {max(found, split.found):.6f}")
    work = f"bound of the difference on the whole box, {name}"
    row(work, [bound / max(found, split.found)], "times the largest found", gate, peer=other / found)
    row(f"checker on it, {name}", [checked], "seconds of the processor", 60)


@needs_networks
def test_regions_of_a_wide_network(row, tmp_path):
    """Images of digits, enlarged to 28 x 28."""
    target = load_target(Path(FOLDER) / "mnistfc_256x2.onnx")
    pair = pruned_pair(target, 0, 1)
    images = digits.all_images()[0][:4].reshape(-1, 8, 8) / 16
    inputs = np.stack([np.pad(np.kron(image, np.ones((3, 3))), 2).ravel() for image in images]).astype(np.float32)
    box = Box.same(Fraction(0), Fraction(1), 784)
    for radius in ("1/1000", "1/100"):
        regions = bound_regions(pair, inputs, Fraction(radius), "inf", box)
        before = checker_seconds()
        certify_regions(pair, regions, tmp_path / radius[2:])
        seconds = (checker_seconds() - before) / len(inputs)
        f, g = pair.forward(inputs)
        at_inputs = np.linalg.norm(f - g, axis=1)
        reach, rows = float(Fraction(radius)), inputs.astype(np.float64)
        places = replace(pair.places(box), low=np.clip(rows - reach, 0, 1), high=np.clip(rows + reach, 0, 1))
        peer = np.median(apart(pair, places) / regions.bounds)
        ratio = np.median(regions.bounds / at_inputs)
        print(f"\nradius {radius}: median {ratio:.3f} times the difference at the image; peer {peer:.2f} times ours")
        work = f"checker on one image of 784-256-256-10, radius {radius}"
        row(work, [seconds], "seconds of the processor", 1, peer=peer)


def test_regions_of_all_digits(row, tmp_path):
    """The bundled network on all 1,797 images, and everything within 0.01 of a pixel."""
    pair = pruned_pair(digits.target(), 0, 1)
    inputs = (digits.all_images()[0] / 16).astype(np.float32)
    regions = bound_regions(pair, inputs, Fraction(1, 100), "inf", Box.same(Fraction(0), Fraction(1), 64))
    before = checker_seconds()
    found = certify_regions(pair, regions, tmp_path / "t")
    seconds, share = checker_seconds() - before, np.mean([label is not None for label in found.classes])
    f, g = pair.forward(inputs)
    ratio = np.median(regions.bounds / np.linalg.norm(f - g, axis=1))
    print(f"\ndigits: class of both networks proved for {share:.2%}, median ratio {ratio:.3f}, checker {seconds:.1f} s")
    row("digits whose class is proved for both networks within 0.01", [100 * share], "per cent", 99, least=True)
    row("bound of the difference near digits", [ratio], "times the difference at the image", 1.5)
