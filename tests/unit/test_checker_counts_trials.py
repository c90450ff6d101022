"""The checker's trials: what a campaign may be, its samples by the contract, and its results by hand."""

from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise
from math import floor, isqrt
from random import Random

import pytest

F = Fraction
PASSAGE = {"kind": "passage", "law": "uniform", "eps": "1/10", "window": ["-1", "1"], "seed": 7, "most": 9}
GROWTH = {"kind": "growth", "law": "uniform", "eps": "1/7", "seed": 7, "steps": 3}
NETWORK = {"kind": "network", "widths": [2, 1, 3], "eps": "1/2", "seed": 7, "most": 9}


def test_integers_in_a_range(checker):
    natural, malformed = checker.counts_trials.natural, checker.errors.Malformed
    assert [natural(0), natural(2**64 - 1), natural(3, 3, 3), natural(-1, -1)] == [0, 2**64 - 1, 3, -1]
    for given in ((-1,), (2**64,), (True,), ("1",), (None,), (1.0,), (2, 3), (4, 3, 3), (-2, -1)):
        with pytest.raises(malformed, match="not an integer from"):
            natural(*given)


def test_rationals_from_their_texts(checker):
    rational, malformed = checker.counts_trials.rational, checker.errors.Malformed
    assert [rational(text) for text in ("0", "-3", "7/12")] == [0, -3, F(7, 12)]
    assert rational("1" * 400) == int("1" * 400)
    for text in ("2/4", "-0", "1/1", "+1", "1.5", "x", "", "1" * 401, 1, None, ["1"], " 1", "1\n", "1/0"):
        with pytest.raises(malformed, match="not a rational in lowest terms"):
            rational(text)


TAKEN = [
    PASSAGE | {"seed": 0},
    PASSAGE | {"seed": 2**64 - 1},
    PASSAGE | {"most": 0},
    PASSAGE | {"most": 4095},
    PASSAGE | {"eps": "0"},
    PASSAGE | {"eps": "64"},
    PASSAGE | {"window": ["-64", "64"]},
    PASSAGE | {"window": ["1/3", "1/3"]},
    GROWTH | {"steps": 0},
    GROWTH | {"steps": 4095},
    GROWTH | {"eps": "1"},
    GROWTH | {"eps": f"1/{2**24}"},
    GROWTH | {"eps": f"1/{2**48}", "law": "gadget"},
    GROWTH | {"seed": 2**64 - 1},
    *(GROWTH | {"law": law} for law in ("product", "gadget")),
    NETWORK | {"seed": 2**64 - 1 - 2**40},
    NETWORK | {"most": 1},
    NETWORK | {"eps": "1"},
    NETWORK | {"eps": f"1/{2**48}"},
    NETWORK | {"widths": [1] * 16},
    NETWORK | {"widths": [4095, 1]},
]
REFUSED = [
    None,
    [],
    {},
    {"kind": "passages"},
    *({k: v for k, v in given.items() if k != name} for given in (PASSAGE, GROWTH, NETWORK) for name in given),
    *(given | {"more": 1} for given in (PASSAGE, GROWTH, NETWORK)),
    GROWTH | {"kind": "network"},
    *(PASSAGE | {"seed": seed} for seed in (-1, 2**64, True, "7")),
    *(GROWTH | {"seed": seed} for seed in (-1, 2**64)),
    *(NETWORK | {"seed": seed} for seed in (-1, 2**64 - 2**40)),
    *(PASSAGE | {"most": most} for most in (-1, 4096, False)),
    *(GROWTH | {"steps": most} for most in (-1, 4096)),
    *(NETWORK | {"most": most} for most in (-1, 0, 4096)),
    *(PASSAGE | {"eps": eps} for eps in ("-1/9", "65", "513/8", "1/0", 1)),
    *(GROWTH | {"eps": eps} for eps in ("0", "-1/9", "10/9", "2", f"1/{2**24 + 1}", f"1/{2**48}")),
    GROWTH | {"eps": f"1/{2**48 + 1}", "law": "product"},
    *(NETWORK | {"eps": eps} for eps in ("0", "-1/9", "10/9", f"1/{2**48 + 1}")),
    *(
        PASSAGE | {"window": window}
        for window in (["1", "-1"], ["-65", "0"], ["0", "65"], ["0"], ["0", "0", "0"], "01")
    ),
    *(PASSAGE | {"window": window} for window in (["-513/8", "0"], ["0", "513/8"], [0, 1], None)),
    *(given | {"law": law} for given in (PASSAGE, GROWTH) for law in ("normal", "", "any", 1, ["uniform"], None)),
    *(NETWORK | {"widths": widths} for widths in ([1], [1] * 17, [0, 1], [1, 4096], [1, True], "11", None)),
]


def test_campaigns_at_the_limits_and_beyond(checker):
    trials = checker.counts_trials.Trials
    assert [trials(given).kind for given in TAKEN] == [given["kind"] for given in TAKEN]
    for given in REFUSED:
        with pytest.raises(checker.errors.Malformed):
            trials(given)


def test_what_a_campaign_counts(checker):
    trials = checker.counts_trials.Trials(PASSAGE)
    assert list(trials.ns) == list(range(10))
    assert [trials.success(result, 4) for result in (-1, 0, 3, 4, 5)] == [False, True, True, True, False]
    growth = checker.counts_trials.Trials(GROWTH)
    assert list(growth.ns) == [1, 2]
    assert [growth.success(result, 1) for result in (4, 5, 6, 7)] == [False, True, False, True]
    assert [growth.success(result, 2) for result in (4, 5, 6, 7)] == [False, False, True, True]
    network = checker.counts_trials.Trials(NETWORK)
    assert list(network.ns) == list(range(10))
    assert [network.success(result, 4) for result in (-1, 4, 5)] == [False, True, False]
    assert [(one.least, one.largest) for one in (trials, growth, network)] == [(-1, 9), (0, 63), (-1, 9)]
    assert [trials.windows, growth.windows, network.windows] == [1, 1, 2 + 2 + 3]
    assert trials.words == (
        "The result of trial t is the least n up to 9 such that every real in [-1, 1] is within 1/10 of a subset sum "
        "of the first n samples of the uniform law with the seed 7; otherwise it is -1"
    )
    assert growth.words.startswith("Trial t grows K = [-1/7, 1/7] by 3 samples X of the uniform law with the seed 7 to")
    assert "of probability E[v' - v]; for n = 2" in growth.words
    assert growth.words.endswith("of probability E[v(1 - v)]")
    assert "network of widths [2, 1, 3] with the seed 7 + t" in network.words


def word(checker, seed, stream, trial, index):
    """Draw number `index` of a stream in a trial."""
    pack = checker.philox.packed
    blocks = checker.philox.Blocks(seed, 1)
    return blocks.words(pack([index // 4]), stream, pack([trial % 2**32]), trial // 2**32)[index % 4][0]


def odd(checker, *place):
    """The uniform sample of a draw, in units of 2^-24."""
    return 2 * (word(checker, *place) >> 8) + 1 - 2**24


def sample(checker, law, seed, trial, i):
    """Sample i of a law, by the contract."""
    if law == "uniform":
        return F(odd(checker, seed, 1, trial, i), 2**24)
    stream = {"product": 2, "gadget": 3}[law]
    a, b = (F(odd(checker, seed, stream, trial, 2 * i + k), 2**24) for k in (0, 1))
    return b * (abs(a) if law == "product" else max(a, 0))


PLACES = [(7, 0), (2**64 - 1, 5), (2**32 + 3, 2**32 - 1), (3, 2**39 + 2**33 + 1)]


@pytest.mark.parametrize(("seed", "trial"), PLACES)
@pytest.mark.parametrize("law", ["uniform", "product", "gadget"])
def test_samples_are_those_of_the_contract(checker, law, seed, trial):
    trials = checker.counts_trials.Trials(PASSAGE | {"law": law, "seed": seed})
    found = [x for x, _ in zip(trials.samples(trial), range(150), strict=False)]
    picked = [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 127, 128, 149]
    unit = 2 ** (24 if law == "uniform" else 48)
    assert [found[i] for i in picked] == [sample(checker, law, seed, trial, i) * unit for i in picked]


def covers(samples, eps, low, high):
    """Whether every real of a window is within eps of a subset sum."""
    sums = sorted({sum(chosen, F(0)) for n in range(len(samples) + 1) for chosen in combinations(samples, n)})
    reach = low - 1
    for s in sums:
        if s - eps <= max(reach, low):
            reach = max(reach, s + eps)
    return reach >= high


def passage_by_hand(samples, eps, low, high):
    """The least number of samples that cover the window; -1 if all of them do not."""
    return next((n for n in range(len(samples) + 1) if covers(samples[:n], eps, low, high)), -1)


@pytest.mark.parametrize("law", ["uniform", "product", "gadget"])
@pytest.mark.parametrize(
    ("eps", "window"),
    [("1/10", ["-1", "1"]), ("1/4", ["0", "1/2"]), ("0", ["0", "0"]), ("1/3", ["1/2", "1/2"]), ("1", ["-1", "1"])],
)
def test_the_first_passage_by_hand(checker, law, eps, window):
    trials = checker.counts_trials.Trials(PASSAGE | {"law": law, "eps": eps, "window": window, "most": 7})
    for trial in range(6):
        samples = [sample(checker, law, 7, trial, i) for i in range(7)]
        assert trials(trial) == passage_by_hand(samples, F(eps), *map(F, window))


def test_the_grid_decides_coverage_of_the_reals(checker):
    """Intervals [s - eps, s + eps], s whole, moved by eps, cover the reals as [s, s + floor(2 eps)] do the integers."""

    def grid(eps, low, high, law="uniform"):
        return checker.counts_trials.Trials(PASSAGE | {"window": [low, high], "law": law}).grid(F(eps))

    unit = 2**24
    assert grid("1/4", "-1", "1") == (unit // 2, -3 * unit // 4, 5 * unit // 4)
    assert grid("1/4", "-1", "1", "gadget") == (2**47, -3 * 2**46, 5 * 2**46)
    assert grid(F(1, 3 * unit), "0", "0") == (0, 0, 0)
    assert grid(F(2, 3 * unit), "0", "0") == (1, 0, 1)
    assert grid(F(2, 3 * unit), f"-1/{unit}", f"1/{unit}") == (1, -1, 2)
    assert grid(F(5, 3 * unit), f"-1/{2 * unit}", f"1/{2 * unit}") == (3, 1, 2)


def union_of(checker, pieces, step):
    """A union of pairs, which the checker keeps as their starts and their ends."""
    starts, ends = checker.counts_trials.union([a for a, _ in pieces], [b for _, b in pieces], step)
    return list(zip(starts, ends, strict=True))


def test_unions(checker):
    union = partial(union_of, checker)
    assert union([(0, 2)], 5) == [(0, 2), (5, 7)]
    assert union([(0, 2)], -5) == [(-5, -3), (0, 2)]
    assert union([(0, 2)], 2) == [(0, 4)]
    assert union([(0, 2)], 3) == [(0, 2), (3, 5)]
    assert union([(0, 9)], 4) == [(0, 13)]
    assert union([(0, 9)], 0) == [(0, 9)]
    assert union([(0, 9), (10, 11)], 1) == [(0, 12)]
    assert union([(0, 9), (12, 13)], 1) == [(0, 10), (12, 14)]
    assert union([(0, 1), (4, 5), (20, 30)], 4) == [(0, 1), (4, 5), (8, 9), (20, 34)]
    assert union([(0, 20), (30, 31)], 15) == [(0, 35), (45, 46)]
    assert union([], 3) == []
    assert union([(5, 5), (9, 9)], 4) == [(5, 5), (9, 9), (13, 13)]


def joined_by_hand(pieces):
    """One interval after the other."""
    joined = []
    for a, b in sorted(pieces):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def test_unions_of_many_intervals(checker):
    rng = Random(5)
    for turn in range(300):
        ends = sorted(rng.sample(range(-80, 80), 2 * rng.randint(1, 20)))
        pieces = list(zip(ends[::2], ends[1::2], strict=True)) if turn % 3 else [(end, end) for end in ends]
        step = rng.choice([-1, 1]) * rng.randint(1, 90)
        assert union_of(checker, pieces, step) == joined_by_hand(pieces + [(a + step, b + step) for a, b in pieces])


def test_what_intervals_have_in_common_with_the_window(checker):
    clipped = checker.counts_trials.clipped
    assert clipped([-9, -3, 2, 5], [-8, -1, 4, 8], 3) == ([-3, 2], [-1, 3])
    assert clipped([-9, -3], [-5, 3], 4) == ([-3], [3])
    assert clipped([-9], [9], 4) == ([-4], [4])
    assert clipped([-9, 4], [-4, 9], 4) == ([-4, 4], [-4, 4])
    assert clipped([-9, 0, 5], [-5, 1, 9], 4) == ([0], [1])


def test_whether_an_interval_holds_two_numbers(checker):
    starts, ends = [-9, -3, 2], [-8, -1, 4]
    for low in range(-11, 7):
        for high in range(low, 7):
            by_hand = any(a <= low and high <= b for a, b in zip(starts, ends, strict=True))
            assert checker.counts_trials.inside(starts, ends, low, high) is by_hand
    assert not checker.counts_trials.inside([], [], 0, 0)


def test_a_trial_has_so_many_intervals_at_most(checker, monkeypatch):
    monkeypatch.setattr(checker.counts_trials, "MOST_PIECES", 3)
    union = partial(union_of, checker)
    assert len(union([(0, 1), (4, 5), (8, 9)], 100)) == 6
    with pytest.raises(checker.errors.Malformed, match="more work than one file may cost"):
        union([(0, 1), (4, 5), (8, 9), (12, 13)], 100)


def test_first_passages(checker):
    first_passage = checker.counts_trials.first_passage
    assert first_passage([5], 0, 3, 0, 3) == 0
    assert first_passage([3], 0, 3, 0, 4) == 1
    assert first_passage([4], 0, 3, 0, 4) == -1
    assert first_passage([4], 0, 3, 4, 7) == 1
    assert first_passage([4], 0, 3, 5, 8) == -1
    assert first_passage([4], 0, 3, -1, 2) == -1
    assert first_passage([0, 0, 4, -3], 0, 3, -3, 0) == 4
    assert first_passage([9, -9], 0, 3, -9, -9) == 2
    assert first_passage([3, 6], 0, 3, 0, 12) == 2
    assert first_passage([3, 6], 0, 3, 0, 13) == -1
    assert first_passage([], 0, 0, 0, 0) == 0
    assert first_passage([], 0, 0, 0, 1) == -1
    assert first_passage([4], 2, 6, 2, 10) == 1
    assert first_passage([4], 2, 6, 2, 11) == first_passage([4], 2, 6, 1, 10) == -1
    assert first_passage([4], 2, 6, 2, 6) == 0


def growth_by_hand(checker, law, seed, trial, eps, steps):
    """Intervals of rationals; a point of the draw lies in the middle of a cell as wide as a unit."""
    unit = 2 ** (24 if law == "uniform" else 48)
    begin = F(floor(eps * unit), unit)
    pieces = [(-begin, begin)]
    for i in range(steps):
        x = sample(checker, law, seed, trial, i)
        moved = sorted(pieces + [(a + x, b + x) for a, b in pieces])
        pieces = []
        for a, b in ((max(a, F(-1)), min(b, F(1))) for a, b in moved):
            if pieces and a <= pieces[-1][1]:
                pieces[-1] = (pieces[-1][0], max(pieces[-1][1], b))
            elif a <= b:
                pieces.append((a, b))
    words = [word(checker, seed, 4, trial, k) for k in range(4)]
    y, z = (F(floor((F((a >> 7) * 2**24 + (b >> 8), 2**48) - 1) * unit), unit) for a, b in (words[:2], words[2:]))
    y, z = y + F(1, 2 * unit), z + F(1, 2 * unit)

    def inside(x):
        return any(a < x < b for a, b in pieces)

    share = sum((b - a for a, b in pieces), F(0)) / 2
    new = inside(z - sample(checker, law, seed, trial, steps)) and not inside(z)
    return 4 * min(15, floor(16 * share)) + new + 2 * (inside(y) and not inside(z))


def test_steps_by_size_grow_one_interval(checker):
    one_interval = checker.counts_trials.one_interval
    assert one_interval([], 3) == one_interval([0, 0], 3) == (0, 3)
    assert one_interval([3], 3) == (0, 6)
    assert one_interval([-3], 3) == (-3, 3)
    assert one_interval([4], 3) is one_interval([-4], 3) is None
    assert one_interval([7, -1, 3], 3) == (-1, 13)
    assert one_interval([8, -1, 3], 3) is None, "what is covered before the last step is [-1, 6]"


@pytest.mark.parametrize("seed", range(40))
def test_one_interval_is_what_the_sums_cover(checker, seed):
    random = Random(seed)
    steps, width = [random.randint(-9, 9) for _ in range(random.randint(0, 6))], random.randint(1, 6)
    sums = sorted({sum(chosen) for k in range(len(steps) + 1) for chosen in combinations(steps, k)})
    whole = all(b - a <= width for a, b in pairwise(sums))
    found = checker.counts_trials.one_interval(steps, width)
    assert found is None or (whole and found == (sums[0], sums[-1] + width))


@pytest.mark.parametrize(
    ("law", "eps", "steps", "seed"),
    [
        ("uniform", "1/7", 0, 7), ("uniform", "1/7", 3, 7), ("uniform", "1/2", 2, 2**63 + 1), ("uniform", "1", 1, 5),
        ("uniform", "1/40", 6, 3), ("product", "1/7", 4, 7), ("gadget", "1/3", 4, 7), ("gadget", "1/9", 2, 2**40),
        ("uniform", "15/16", 0, 3), ("uniform", "1/16", 0, 3), ("product", "3/16", 0, 3),
    ],
)  # fmt: skip
def test_growth_by_hand(checker, law, eps, steps, seed):
    trials = checker.counts_trials.Trials(GROWTH | {"law": law, "eps": eps, "steps": steps, "seed": seed})
    for trial in (*range(12), 2**32 + 1):
        assert trials(trial) == growth_by_hand(checker, law, seed, trial, F(eps), steps)


def network_by_hand(checker, widths, eps, seed, most):
    """The windows of all layers; of the first layer with both signs of the input."""
    layers, passages = len(widths) - 1, []
    for m, (columns, rows) in enumerate(pairwise(widths)):
        square = F(eps) ** 2 / (4 * layers**2 * columns * rows)
        near = F(isqrt(floor(square * 2**96)), 2**48)
        for j in range(columns):
            for o in range(rows):
                units = range(j, j + columns * most, columns)
                first = [F(odd(checker, seed, 0x4E000000 + 2 * m + 1, unit, j), 2**24) for unit in units]
                second = [F(odd(checker, seed, 0x4E000000 + 2 * m + 2, o, unit), 2**24) for unit in units]
                for sign in (1, -1)[: 1 + (m == 0)]:
                    steps = [b * max(sign * a, 0) for a, b in zip(first, second, strict=True)]
                    steps = [int(x * 2**48) for x in steps]
                    width, low = floor(near * 2**49), floor((near - 1) * 2**48)
                    high = -floor(-(1 - near) * 2**48) + width
                    passages.append(checker.counts_trials.first_passage(steps, 0, width, low, high))
    return -1 if -1 in passages else max(passages)


@pytest.mark.parametrize(
    ("widths", "eps", "seed", "most", "trials"),
    [
        ([1, 1], "1", 5, 40, 6), ([1, 1], "3/4", 2**33, 30, 4), ([2, 3], "1", 7, 60, 2), ([1, 2, 1], "1", 7, 60, 2),
        ([2, 1, 2], "1", 8, 70, 1), ([5, 1], "1", 9, 70, 1), ([1, 6], "1", 9, 80, 1), ([1, 1], "1", 5, 1, 1),
        ([1, 1, 1, 1], "1", 3, 64, 2),
    ],
)  # fmt: skip
def test_networks_by_hand(checker, widths, eps, seed, most, trials):
    given = NETWORK | {"widths": widths, "eps": eps, "seed": seed, "most": most}
    found = [checker.counts_trials.Trials(given)(trial) for trial in range(trials)]
    assert found == [network_by_hand(checker, widths, eps, seed + trial, most) for trial in range(trials)]


def test_work_is_counted(checker):
    """The counts are part of the limits of a file: a change of them must be meant."""

    def work(function, *arguments):
        checker.errors.fresh_budget()
        function(*arguments)
        return checker.errors.WORK[0]

    union, first_passage = checker.counts_trials.union, checker.counts_trials.first_passage
    assert work(union, [0] * 7, [1] * 7, 3) == 35 + 4 * 7
    assert work(union, [], [], 3) == 35
    many = list(range(2**14))
    assert work(union, many[1:], many[1:], 3) == 35 + 4 * (2**14 - 1)
    assert work(union, many, many, 3) == 35 + 14 * 2**14
    assert work(checker.counts_trials.one_interval, [1, 0, 9], 3) == 20 + 3 * 2
    assert work(first_passage, [0, 0, 0], 0, 3, 9, 9) == 0
    assert work(first_passage, [1, 0, 1], 0, 3, 90, 90) == 39 * 2
    trials = checker.counts_trials.Trials(PASSAGE)
    for most, blocks in ((0, 0), (1, 1), (64, 1), (65, 2), (128, 2)):
        assert work(lambda most=most: [x for x, _ in zip(trials.samples(0), range(most), strict=False)]) in (
            600 * blocks, 600 * (blocks + 1)
        )  # fmt: skip


def test_work_of_a_network_is_counted(checker, monkeypatch):
    """For each 64 hidden units of all inputs the weights before them once, and those after them for each output."""

    def passage(steps, *_):
        return sum(1 for _ in steps)

    monkeypatch.setattr(checker.counts_trials, "first_passage", passage)
    monkeypatch.setattr(checker.counts_trials, "one_interval", lambda *_: None)
    for widths in ([2, 3], [1, 1, 1], [3, 1, 2]):
        for most, turns in ((1, 1), (64, 1), (65, 2), (130, 3)):
            trials = checker.counts_trials.Trials(NETWORK | {"widths": widths, "most": most})
            checker.errors.fresh_budget()
            assert trials(0) == most
            units = 0
            for layer, (columns, rows) in enumerate(pairwise(widths)):
                lanes, signs = 64 * columns, 1 if layer else 2
                units += 200 + 7 * lanes + signs * (50 + lanes) + rows * (200 + 3 * lanes + 40 * columns * signs)
            assert checker.errors.WORK[0] == turns * units


def test_work_that_is_expected(checker):
    trials = checker.counts_trials.Trials

    def of(given, *results):
        return [trials(given).work(result) for result in results]

    # samples times the least of 2^samples and 1 + 1/eps, in eight tenths of a unit
    assert of(PASSAGE, 0, 1, 2, 5, 9, -1) == [900, 901, 906, 944, 979, 979]
    assert of(PASSAGE | {"eps": "0", "most": 100}, 3, 64, 100) == [
        919, 900 + 64 * 2**64 * 8 // 10, 900 + 100 * 2**64 * 8 // 10
    ]  # fmt: skip
    assert of(GROWTH, 0, 63) == [900 + 4 * 8 * 8 // 10] * 2
    # the tolerance of the largest layer is eps / (2 * 2 sqrt(3)), a little above 1/14
    nine = 900 + 7 * (9 * 14 * 8 // 10 + 15 * 73)
    assert of(NETWORK, 9, -1, 2) == [nine, nine, 900 + 7 * (2 * 4 * 8 // 10 + 15 * 66)]


def test_the_fewest_samples_that_can_cover(checker):
    """2^n intervals of length 2 eps are as long as the window, and those of one sample fewer are not."""

    def of(given):
        return checker.counts_trials.Trials(given).fewest

    for eps, low, high, n in (
        ("1/4", "-1", "1", 2), ("1/8", "-1", "1", 3), ("2/17", "-1", "1", 4), ("1", "-1", "1", 0), ("5", "-1", "1", 0),
        ("1/5000", "-1", "1", 13), ("1/4", "1/2", "1/2", 0), ("0", "1/2", "1/2", 0), ("1/4", "0", "3/4", 1),
    ):  # fmt: skip
        assert of(PASSAGE | {"eps": eps, "window": [low, high]}) == n
    given = PASSAGE | {"eps": "0", "window": ["0", "1"]}
    assert of(given) == given["most"] + 1
    assert of(GROWTH) == 0
    # the tolerance of the largest layer is a little above 1/14
    assert of(NETWORK) == 4


@pytest.mark.parametrize("eps", ["1/2", "1/4", "1/7", "1/10"])
def test_no_trial_needs_fewer(checker, eps):
    trials = checker.counts_trials.Trials(PASSAGE | {"eps": eps, "most": 40})
    results = []
    for trial in range(200):
        checker.errors.fresh_budget()
        results.append(trials(trial))
    assert min(results) >= trials.fewest


def test_the_library_expects_the_same_work(checker):
    from lt_proofs.campaigns.from_parameters import campaign_from
    from lt_proofs.campaigns.work import work_of, work_of_trial

    for given in TAKEN:
        results = (0, 1, 17, 40) if given["kind"] == "growth" else (-1, 0, 1, 5)
        campaign, trials = campaign_from(given), checker.counts_trials.Trials(given)
        assert [work_of_trial(campaign, result) for result in results] == [trials.work(result) for result in results]
        assert work_of(campaign, {0: 3, 1: 2}) == 3 * trials.work(0) + 2 * trials.work(1)


def test_the_limits_are_what_they_were(checker):
    trials = checker.counts_trials
    assert trials.MOST_PIECES == 2**19
    assert (trials.MOST, trials.POINTS, trials.WEIGHTS, trials.WINDOW) == (4095, 4, 0x4E000000, (-1, 1))
    assert (trials.UNITS, trials.MANY) == (64, 2**14)
    read = {name: (row["stream"], row["bits"]) for name, row in trials.SAMPLED.items()}
    paper = {"uniform": (1, 24), "product": (2, 48), "gadget": (3, 48)}
    assert {name: read[name] for name in paper} == paper


@pytest.mark.parametrize(("layer", "columns", "j", "o"), [(0, 1, 0, 0), (0, 3, 2, 5), (1, 6, 5, 4)])
def test_the_samples_of_a_network(checker, layer, columns, j, o):
    """b max(sign a, 0) of the weights of each unit of an input, by the contract; none of them is rounded."""
    weights, units = checker.counts_trials.Weights(7), range(j, j + 130 * columns, columns)
    a = [odd(checker, 7, 0x4E000000 + 2 * layer + 1, unit, j) for unit in units]
    b = [odd(checker, 7, 0x4E000000 + 2 * layer + 2, o, unit) for unit in units]
    for sign in (1, -1):
        found = [x for x, _ in zip(weights.gadgets(layer, columns, j, o, sign), units, strict=False)]
        assert found == [y * max(sign * x, 0) for x, y in zip(a, b, strict=True)]
