"""Results of trials: the kernels against oracles written apart, and the checker's own trials against the kernels."""

import importlib.util
import math
import types
from fractions import Fraction as Q

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.campaigns.campaign import FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.leaves import results_of
from lt_proofs.kernels import growth, network_passage
from lt_proofs.kernels.philox import POINTS, block_of_words
from lt_proofs.laws import LAWS
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.subset_sum import first_passage

laws = st.sampled_from(list(LAWS.values()))
seeds = st.integers(0, 2**63)


def results(campaign, start, count):
    out = np.empty(count, np.int64)
    campaign.counter()(start, out)
    return out.tolist()


def growth_by_hand(campaign, trial):
    """Cells as a set of integers would be too many: pieces as a sorted list of rational intervals."""
    law, unit = campaign.law, 1 << campaign.law.bits
    begin = Q(math.floor(campaign.eps * unit), unit)
    pieces = [(-begin, begin)]
    for index in range(campaign.steps):
        x = law.sample(campaign.seed, trial, index)
        both = sorted(pieces + [(a + x, b + x) for a, b in pieces])
        pieces = []
        for a, b in both:
            a, b = max(a, Q(-1)), min(b, Q(1))
            if a >= b:
                continue
            if pieces and a <= pieces[-1][1]:
                pieces[-1] = (pieces[-1][0], max(pieces[-1][1], b))
            else:
                pieces.append((a, b))
    words = [int(w) for w in block_of_words(*map(np.uint64, (campaign.seed, POINTS, trial, 0)))]
    fine = [Q((high >> 7) * 2**24 + (low >> 8), 2**48) - 1 for high, low in (words[:2], words[2:])]
    y, z = (Q(math.floor(value * unit), unit) + Q(1, 2 * unit) for value in fine)

    def inside(point):
        return any(a < point < b for a, b in pieces)

    v = sum(b - a for a, b in pieces) / 2
    gained = not inside(z) and inside(z - law.sample(campaign.seed, trial, campaign.steps))
    return 4 * min(15, math.floor(16 * v)) + gained + 2 * (inside(y) and not inside(z))


@settings(max_examples=30)
@given(laws, seeds, st.integers(0, 2**40), st.sampled_from([Q(1, 3), Q(1, 10), Q(1, 50)]), st.integers(0, 7))
def test_a_step_of_growth_is_what_it_says(law, seed, start, eps, steps):
    campaign = Growth(seed, law, eps, steps)
    assert results(campaign, start, 3) == [growth_by_hand(campaign, start + k) for k in range(3)]


def network_by_hand(campaign, trial):
    """Through the random network that `prune` uses with the seed seed + t."""
    unit, passages = 1 << 48, []
    for number, (columns, rows) in enumerate(zip(campaign.widths, campaign.widths[1:], strict=False), 1):
        layer = RandomLayer.regular(campaign.seed + trial, number, rows, columns, campaign.most)
        first, second = layer.matrix(2 * number - 1).tolist(), layer.matrix(2 * number).tolist()
        square = campaign.eps / (2 * (len(campaign.widths) - 1))
        eps = Q(math.isqrt(math.floor(square**2 * unit**2 / (rows * columns))), unit)
        for j in range(columns):
            for o in range(rows):
                for sign in (1, -1) if number == 1 else (1,):
                    units = [j + k * columns for k in range(campaign.most)]
                    samples = [Q(max(sign * first[u][j], 0) * second[o][u], unit) for u in units]
                    passages.append(first_passage(samples, eps))
    return -1 if None in passages else max(passages)


@settings(max_examples=12)
@given(st.integers(0, 2**40), st.lists(st.integers(1, 3), min_size=2, max_size=3), st.sampled_from([Q(1), Q(1, 2)]))
def test_a_network_is_covered_when_all_its_windows_are(seed, widths, eps):
    campaign = NetworkPassage(seed, tuple(widths), eps, 40)
    assert results(campaign, 1, 2) == [network_by_hand(campaign, trial) for trial in (1, 2)]


def test_the_number_of_windows_counts_both_signs_of_the_first_layer():
    assert NetworkPassage(1, (4, 4, 4), Q(1, 2), 9).windows == 16 + 16 + 16
    assert NetworkPassage(1, (2, 3), Q(1, 2), 9).windows == 12


GROWN = [Growth(seed, LAWS["uniform"], Q(1, 4), 3) for seed in range(12)]
NETWORKS = [NetworkPassage(seed, (2, 2, 1), Q(1), 70) for seed in range(4)]
PLANTS = [
    (growth, GROWN, "z - step", "z + step"),
    (growth, GROWN, "if not holds(lo, hi, 0, count, z)", "if holds(lo, hi, 0, count, z)"),
    (growth, GROWN, "-(1 << bits), 1 << bits)", "-(1 << bits), 2 << bits)"),
    (growth, GROWN, "for index in range(steps)", "for index in range(steps - 1)"),
    (growth, GROWN, "outcome += MIXED", "outcome += GAINED"),
    (growth, GROWN, "y = cell(words[0], words[1], bits)", "y = cell(words[2], words[3], bits)"),
    (network_passage, NETWORKS, "1 - 2 * turn", "1"),
    (network_passage, NETWORKS, "2 * layer + 1, j + k * columns, j)", "2 * layer + 1, j + k * columns, 0)"),
    (network_passage, NETWORKS, "signs = 2 if layer == 0 else 1", "signs = 1"),
    (network_passage, NETWORKS, "worst = max(worst, passage)", "worst = passage"),
    (network_passage, NETWORKS, "o, j + k * columns)", "o, k)"),
    (network_passage, NETWORKS, "grids[layer, 0]", "2 * grids[layer, 0]"),
]


def planted(module, old, new):
    source = importlib.util.find_spec(module.__name__).loader.get_source(module.__name__)
    assert old in source, f"{module.__name__} has no {old!r} any more"
    copied = types.ModuleType(module.__name__)
    exec(compile(source.replace(old, new), module.__file__, "exec"), copied.__dict__)
    return copied


@pytest.mark.parametrize(("module", "campaigns", "old", "new"), PLANTS)
def test_errors_planted_in_the_kernels_are_found(monkeypatch, module, campaigns, old, new):
    """Compiled anew from the changed source, some result differs from the one by hand."""
    name = "outcomes" if module is growth else "network_passages"
    by_hand = growth_by_hand if module is growth else network_by_hand
    monkeypatch.setattr(
        "lt_proofs.campaigns.campaign.compiled", lambda kernel: getattr(planted(module, old, new), name)
    )
    count = 40 if module is growth else 6
    assert any(results(c, 0, count) != [by_hand(c, t) for t in range(count)] for c in campaigns)


CAMPAIGNS = [
    FirstPassage(7, LAWS["uniform"], Q(1, 100), 64),
    FirstPassage(2**64 - 1, LAWS["product"], Q(3, 70), 12, (Q(-1, 3), Q(1, 2))),
    FirstPassage(3, LAWS["gadget"], Q(1, 30), 40),
    FirstPassage(3, LAWS["uniform"], Q(1, 30), 3, (Q(0), Q(0))),
    Growth(5, LAWS["uniform"], Q(1, 100), 8),
    Growth(2**40 + 1, LAWS["product"], Q(1, 7), 0),
    Growth(9, LAWS["gadget"], Q(1, 20), 9),
    NetworkPassage(11, (2, 3, 1), Q(1, 2), 60),
    NetworkPassage(2**50, (1, 1), Q(1), 8),
]


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda c: f"{c.kind}-{c.seed}")
@pytest.mark.parametrize("start", [0, 2**32 - 3, 2**39])
def test_the_checker_finds_the_same_results(checker, campaign, start):
    trials = checker.counts_trials.Trials(campaign.parameters())
    count = 3 if campaign.kind == "network" else 24
    assert [trials(start + k) for k in range(count)] == results(campaign, start, count)
    for n in list(campaign.rows)[:5]:
        assert n in trials.ns
        for result in (-1, 0, 1, 2, 7):
            if result >= 0 or campaign.kind != "growth":
                assert trials.success(result, n) == campaign.successes({result: 1}, n)


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda c: f"{c.kind}-{c.seed}")
def test_parameters_are_all_there_is_to_a_campaign(campaign):
    assert campaign_from(campaign.parameters()) == campaign
    counter = campaign_from(campaign.parameters()).counter()
    assert results_of(counter, (0, 5)).tolist() == results(campaign, 0, 5)


def test_expected_growth_is_at_least_what_the_theorem_says():
    """R2 asks for half of it: from an interval around 0, U[-1, 1] gains all of v but at the ends."""
    campaign = Growth(1, LAWS["uniform"], Q(1, 1000), 0)
    counts = np.bincount(np.array(results(campaign, 0, 200_000)), minlength=4)
    gained, mixed = counts[1] + counts[3], counts[2] + counts[3]
    assert 0.7 < gained / mixed < 1.4
