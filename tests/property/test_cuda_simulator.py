"""Kernels in Numba's simulator of a GPU, on small sizes, against the CPU and against plain enumeration.

The simulator is chosen when numba is imported, so this file is run once more in a process of its own. What the
simulator gets wrong (clz, ffs, brev, warp votes, fma) no kernel uses; what it does not check, the compiler's
table does.
"""

import importlib
import importlib.util
import os
import subprocess
import sys
import types
from fractions import Fraction as Q
from itertools import product

import numpy as np
import pytest

SIMULATED = os.environ.get("NUMBA_ENABLE_CUDASIM") == "1"
pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("numba_cuda") is None, reason="the extra [cuda] is not installed"),
    pytest.mark.timeout(600),
]
inside = pytest.mark.skipif(not SIMULATED, reason="runs in the simulator's process")
UNIT = 1 << 24


@pytest.mark.skipif(SIMULATED, reason="this is the simulator's process")
def test_kernels_in_the_simulator():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:randomly", __file__]
    environment = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "1 skipped" in done.stdout


def uniform(rows, number, seed):
    random = np.random.default_rng(seed)
    return 2 * random.integers(0, UNIT, (rows, number)) + 1 - UNIT, random.integers(-UNIT, UNIT + 1, rows)


def plain_best(samples, target):
    """Every subset in plain Python: the least error, then the fewest samples, then the lowest mask."""
    sums = [sum(int(x) for i, x in enumerate(samples) if mask >> i & 1) for mask in range(1 << len(samples))]
    return min((abs(s - int(target)), mask.bit_count(), mask) for mask, s in enumerate(sums))


@inside
@pytest.mark.parametrize(
    ("law", "eps", "most"),
    [("uniform", "1/10", 64), ("uniform", "1/90", 30), ("product", "1/5", 100), ("gadget", "1/4", 200),
     ("uniform", "1/200", 14), ("product", "1/100", 12)],
)  # fmt: skip
def test_first_passages(law, eps, most):
    from lt_proofs.laws import law_named
    from lt_proofs.subset_sum import coverage, first_passages

    law, start = law_named(law), 2**33 + 5
    there = first_passages(law, 2**63 + 9, 6, eps, start=start, most=most, device="cuda")
    assert (there == first_passages(law, 2**63 + 9, 6, eps, start=start, most=most)).all()
    samples = [law.sample(2**63 + 9, start, index) for index in range(min(most, 14))]
    plain = coverage(samples, eps).first_passage
    assert there[0] == (-1 if plain is None else plain) or plain is None


@inside
def test_rows_that_are_too_short_are_made_longer(monkeypatch):
    from lt_proofs.cuda import passage
    from lt_proofs.kernels.cpu import compiled
    from lt_proofs.kernels.passage import FULL, first_passage_of
    from lt_proofs.laws import UNIFORM
    from lt_proofs.subset_sum import first_passages
    from lt_proofs.subset_sum.trials import on_grid

    width, low, high = on_grid(Q(1, 100), Q(-1), Q(1), 24)
    room = np.empty((4, 64), np.int64)
    question = width, low, high, 64, 1 << 62, 63, room
    trials = [t for t in range(1500) if compiled(first_passage_of)(1, np.uint64(7), np.uint64(t), *question) == FULL]
    assert len(trials) >= 3
    monkeypatch.setattr(passage, "LONGER", 2)
    for trial in trials[:3]:
        there = first_passages(UNIFORM, 7, 2, "1/100", start=trial, device="cuda")
        assert (there == first_passages(UNIFORM, 7, 2, "1/100", start=trial)).all()


@inside
def test_campaigns_have_the_digest_of_the_cpu():
    from lt_proofs.campaigns.campaign import FirstPassage, Growth, NetworkPassage
    from lt_proofs.campaigns.gpu import on_gpus
    from lt_proofs.campaigns.linear import LinearReach
    from lt_proofs.campaigns.threads import on_threads
    from lt_proofs.laws import GADGET, UNIFORM

    campaigns = (
        FirstPassage(7, UNIFORM, Q(1, 10), 64),
        Growth(3, GADGET, Q(1, 20), 5),
        NetworkPassage(5, (2, 1), Q(1), 40),
        LinearReach(3, 1, Q(1, 8), 12),
        LinearReach(3, 2, Q(3, 4), 2),
    )
    for campaign in campaigns:
        # two leaves with a gap, as after --resume, and a partial one
        work = [(0, 8), (1, 8), (5, 3)]
        digests = []
        for executor in (on_threads(1), on_gpus()):
            leaves = sorted(executor(campaign, iter(work)), key=lambda leaf: leaf.number)
            assert [(leaf.number, leaf.trials) for leaf in leaves] == work
            digests.append([leaf.row() for leaf in leaves])
        assert digests[0] == digests[1]


@inside
@pytest.mark.parametrize(("number", "rows"), [(4, 3), (8, 3), (11, 2), (24, 1)])
def test_best_subsets(number, rows):
    from lt_proofs.subset_sum import best_subsets

    samples, targets = uniform(rows, number, number)
    masks, errors = best_subsets(samples, targets, device="cuda")
    if number <= 11:
        assert [(e, m.bit_count(), m) for m, e in zip(masks.tolist(), errors.tolist(), strict=True)] == [
            plain_best(x, t) for x, t in zip(samples, targets, strict=True)
        ]
    for here, there in zip(best_subsets(samples, targets), (masks, errors), strict=True):
        assert (here == there).all()


@inside
def test_ties_and_equal_sums_are_decided_as_on_the_cpu():
    from lt_proofs.subset_sum import best_subsets, fewest_within_each

    random = np.random.default_rng(5)
    samples, targets = random.integers(-3, 4, (4, 9)), random.integers(-9, 9, 4)
    masks, errors = best_subsets(samples, targets, device="cuda")
    assert [(e, m.bit_count(), m) for m, e in zip(masks.tolist(), errors.tolist(), strict=True)] == [
        plain_best(x, t) for x, t in zip(samples, targets, strict=True)
    ]
    there, here = (fewest_within_each(samples, targets, targets + 1, device=device) for device in ("cuda", "cpu"))
    assert (there[0] == here[0]).all() and (there[1] == here[1]).all()


@inside
def test_the_sieve_itself_finds_most_and_leaves_the_rest_open():
    from numba import cuda

    from lt_proofs.cuda.closest import CLOSEST_IN_BLOCKS, OPEN

    samples, targets = uniform(4, 12, 3)
    counts = np.array([12, 12, 12, 5])
    masks, errors = cuda.to_device(np.zeros(4, np.int64)), cuda.to_device(np.zeros(4, np.int64))
    CLOSEST_IN_BLOCKS.launch(4, samples, counts, 2 * targets, masks, errors)
    masks, errors = masks.copy_to_host(), errors.copy_to_host()
    assert masks[3] == OPEN and (masks[:3] != OPEN).sum() >= 2
    for row in np.flatnonzero(masks != OPEN):
        error, _, mask = plain_best(samples[row], targets[row])
        assert (mask, 2 * error) == (masks[row], errors[row])


@inside
@pytest.mark.parametrize("width", [UNIT // 4, UNIT // 400, 50])
def test_any_and_fewest(width):
    from lt_proofs.subset_sum import any_within_each, fewest_within_each

    samples, targets = uniform(3, 9, 11)
    samples[:, ::3] = 0
    for ask in (any_within_each, fewest_within_each):
        there, here = (ask(samples, targets - width, targets + width, device=device) for device in ("cuda", "cpu"))
        assert (there[0] == here[0]).all() and (there[1] == here[1]).all()


@inside
def test_least_cuts_of_all_subsets():
    from lt_proofs.subset_sum.cuts import least_cuts

    for points in (2, 5, 7):
        plain = {}
        for colours in product((0, 1), repeat=points):
            for radius in range(1, points):
                cut = sum(
                    colours[i] != colours[j]
                    for i in range(points)
                    for j in range(i + 1, min(i + radius, points - 1) + 1)
                )
                entry = radius, sum(colours)
                plain[entry] = min(plain.get(entry, cut), cut)
        there = least_cuts(points, device="cuda")
        assert {entry: there[entry] for entry in plain} == plain
        assert (there == least_cuts(points)).all()


@inside
def test_the_finite_chain():
    from lt_proofs.subset_sum import restricted_probability

    law = {-2: 1, 0: 2, 1: Q(1, 2), 3: 1}
    for window, eps, steps in (((0, 3), 0, 4), ((-3, 3), 1, 6)):
        there = restricted_probability(law, window, eps, steps, device="cuda")
        assert there == restricted_probability(law, window, eps, steps)


@inside
def test_statements_about_grids_are_confirmed():
    from lt_proofs.proof.exhaustive import broken_cut
    from lt_proofs.theory.four_cycle import FOUR_CYCLE_GRID

    grids = FOUR_CYCLE_GRID.judgement.replace(points=(2, 4, 6))
    assert broken_cut(grids, "cuda") is None
    assert broken_cut(FOUR_CYCLE_GRID.plants[1].judgement.replace(points=(6,)), "cuda") is not None


@inside
@pytest.mark.parametrize(
    ("objective", "eps", "n"), [("sparse", Q(1, 20), 24), ("sparse", Q(1, 400), 12), ("exact", Q(1, 30), 10)]
)
def test_tickets_are_those_of_the_cpu(objective, eps, n):
    from lt_proofs.networks.prune import prune
    from lt_proofs.networks.target import Layer, Target

    random = np.random.default_rng(2)
    matrices = [Layer(random.uniform(-0.7, 0.7, shape)) for shape in ((2, 3), (1, 2))]
    target = Target.of(matrices, ("a", "b"))
    here, there = (
        prune(target, eps, seed=4, n=n, objective=objective, law="kaiming", device=d) for d in ("cpu", "cuda")
    )
    for mine, theirs in zip(here.masks, there.masks, strict=True):
        assert (mine.edges == theirs.edges).all() and (mine.sums == theirs.sums).all()
        assert (mine.solved == theirs.solved).all()


@inside
def test_every_mask_of_a_small_network():
    from lt_proofs.networks.exhaustive import all_masks, random_two_layer

    for seed, eps in ((1, "0.24"), (5, "0.6")):
        layers = random_two_layer(2, 2, seed)
        here, there = (all_masks(*layers, eps, 1, device=device) for device in ("cpu", "cuda"))
        assert (here.counts == there.counts).all() and there.counts.sum() > 0


def planted(name, old, new):
    """A copy of a module of launch code with one piece of its source replaced."""
    spec = importlib.import_module(f"lt_proofs.cuda.{name}").__spec__
    source = spec.loader.get_source(spec.name)
    assert source.count(old) >= 1, f"{name} has no {old!r} any more"
    copy = types.ModuleType(spec.name)
    exec(compile(source.replace(old, new), spec.origin, "exec"), copy.__dict__)
    return copy


def cuts_agree(module):
    from lt_proofs.subset_sum.cuts import BEYOND, least_cuts

    table = np.full((5, 6), BEYOND)
    table[0] = 0
    module.least_cuts_of(5, table)
    return (table == least_cuts(5)).all()


def chains_agree(module):
    from lt_proofs.kernels.chain import step

    law, masses = (np.array([0, 1, 2]), np.array([1, 5, 2])), np.zeros(16, np.int64)
    masses[0b0001] = 1
    for _ in range(4):
        step(masses, 4, *law, 97)
    return module.masses_of_full(0b0001, 4, *law, 4, [97]) == [masses[-1]]


def passages_agree(module):
    from lt_proofs.laws import UNIFORM
    from lt_proofs.subset_sum import first_passages
    from lt_proofs.subset_sum.trials import on_grid

    out = np.empty(4, np.int64)
    module.PassageTask(1, 24, np.uint64(7), *on_grid(Q(1, 5), Q(-1), Q(1), 24), 64, 400).first_passages(3, out)
    return (out == first_passages(UNIFORM, 7, 4, "1/5", start=3)).all()


def sieves_agree(module):
    # the first row's best sum is made by 7 + 5 and, with a lower mask, by 1 + 2 + 9
    samples = np.array([[1, 2, 9, 100, 200, 400, 7, 5], [3, -8, 20, 41, -77, 150, 310, 600]])
    targets = np.array([12, 63])
    masks, errors = np.zeros(2, np.int64), np.zeros(2, np.int64)
    module.CLOSEST_IN_BLOCKS.launch(2, samples, np.full(2, 8), 2 * targets, masks, errors)
    plain = [plain_best(x, t) for x, t in zip(samples, targets, strict=True)]
    return masks.tolist() == [mask for _, _, mask in plain]


@inside
@pytest.mark.parametrize(
    ("name", "agree", "old", "new"),
    [
        ("finite", cuts_agree, "if cut < own[entry]:", "if cut > own[entry]:"),
        ("finite", cuts_agree, "start + cuda.grid(1), stop", "start + cuda.grid(1), stop - 1"),
        ("finite", chains_agree, "certain = (certain + share) % prime", "certain = share"),
        ("finite", chains_agree, "goals[state] %= prime", "goals[state] %= prime - 1"),
        ("passage", passages_agree, "trial = np.uint64(start + place)", "trial = np.uint64(place)"),
        ("closest", sieves_agree, "elements(mask) * RANKS + mask", "mask"),
        ("closest", sieves_agree, "mask = i | j << half", "mask = i | j << (half + 1)"),
    ],
)
def test_a_planted_error_in_the_launch_code_is_caught(name, agree, old, new):
    assert agree(planted(name, old, old))
    assert not agree(planted(name, old, new))
