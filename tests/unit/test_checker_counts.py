"""Counts of trials: the form of a statement, its leaves and digest, and which leaves are counted again."""

import hashlib
import json
from collections import Counter
from fractions import Fraction
from itertools import chain, repeat

import pytest

F = Fraction
TOTAL, LEAF = 13, 5
CAMPAIGN = {"kind": "passage", "law": "uniform", "eps": "1/10", "window": ["-1", "1"], "seed": 7, "most": 5}
CHALLENGE = "0123456789abcdef"


def packed(results):
    return b"".join(result.to_bytes(4, "little", signed=True) for result in results)


def row_of(results):
    often = sorted(Counter(results).items())
    return [hashlib.sha256(packed(results)).hexdigest(), [r for r, _ in often], [k for _, k in often]]


def digest_of(statement, leaves):
    """By hand: the hash of a header that names the hash of one line for each leaf."""
    lines = "".join(json.dumps(leaf, separators=(",", ":")) + "\n" for leaf in leaves)
    header = {key: statement[key] for key in ("campaign", "trials", "level", "among", "method")}
    header |= {"ns": [row[0] for row in statement["rows"]], "leaves": hashlib.sha256(lines.encode()).hexdigest()}
    text = json.dumps(header, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class Study:
    """A campaign of trials whose results are easily told, with its statement and data."""

    ns, words, least, largest, fewest = range(2000), "WORDS", -1, 2000, 0

    def __init__(self, checker, salt=0, total=TOTAL, leaf=LEAF, ns=(1001, 1003), price=0):
        self.checker, self.salt, self.log, self.price = checker, salt, [], price
        self.results = [self.result(trial) for trial in range(total)]
        self.parts = [self.results[start : start + leaf] for start in range(0, total, leaf)]
        self.leaves = [row_of(part) for part in self.parts]
        self.data = {"leaves": self.leaves}
        counts = [sum(self.success(result, n) for result in self.results) for n in ns]
        self.statement = {
            "form": "counts", "campaign": CAMPAIGN, "trials": total, "level": "99/100", "among": len(ns),
            "method": "Clopper-Pearson", "rows": [[n, k, "0", "1"] for n, k in zip(ns, counts, strict=True)],
        }  # fmt: skip
        self.statement["digest"] = digest_of(self.statement, self.leaves)

    def result(self, trial):
        place = (trial * trial + 5 * trial + self.salt * (trial + 1)) % 7
        return 999 + place if place else -1

    def success(self, result, n):
        return 0 <= result <= n

    def work(self, result):
        return self.price or 1

    def __call__(self, trial):
        self.checker.errors.spend(self.price)
        self.log.append(trial)
        return self.result(trial)


@pytest.fixture
def study(checker, monkeypatch):
    """Studies by their salts, with leaves of five trials, all of them opened unless another number is asked for."""
    made = {}
    monkeypatch.setattr(checker.counts, "LEAF", LEAF)
    monkeypatch.setattr(checker.counts, "Trials", lambda campaign: made["last"])

    def study(salt=0, asked=None, **changes):
        checker.errors.fresh_budget()
        checker.opening.ASKED.ask(asked, CHALLENGE)
        made["last"] = Study(checker, salt, **changes)
        return made["last"]

    return study


@pytest.fixture
def said(checker):
    """What is said of a statement with its data, sealed anew unless told otherwise; word and reason of a failure."""

    def said(statement, data, fixed=True, seal=True):
        try:
            if seal:
                statement = statement | {"digest": digest_of(statement, data["leaves"])}
        except (KeyError, TypeError, IndexError):
            pass
        try:
            return checker.counts.counted(fixed, statement, data)
        except (checker.errors.Rejected, checker.errors.Malformed) as error:
            return f"{type(error).__name__}: {error}"

    return said


def test_what_is_said(study, said):
    one = study()
    first, second = (row[1] for row in one.statement["rows"])
    assert said(one.statement, one.data, seal=False) == (
        f"WORDS. Successes in 13 trials: n = 1001: {first}, a probability from 0 to 1; n = 1003: {second}, a "
        "probability from 0 to 1 (Clopper-Pearson, level 99/100, the error shared among 2).\n"
        "Counted again with plain integers: all 13 trials. It is the producer's word that seed, number of trials and "
        "every n were fixed before any result was seen."
    )
    sequence = one.statement | {"method": "confidence sequence"}
    text = said(sequence, one.data, fixed=False)
    assert "(confidence sequence, level 99/100, the" in text
    assert text.endswith("It is the producer's word that seed and every n were fixed before any result was seen.")


def test_each_rule_has_its_method(study, said):
    one = study()
    for method, fixed in (("confidence sequence", True), ("Clopper-Pearson", False), ("", True), (1, False)):
        text = said(one.statement | {"method": method}, one.data, fixed)
        assert "have exactly the fields among, campaign, digest" in text
    for field in one.statement:
        fewer = {key: value for key, value in one.statement.items() if key != field}
        assert said(fewer, one.data, seal=False).startswith("Malformed: counts by Clopper-Pearson have exactly")
    assert said(one.statement | {"more": 1}, one.data).startswith("Malformed: counts by Clopper-Pearson have exactly")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("level", "0", "Malformed: a level"),
        ("level", "1", "Malformed: a level"),
        ("level", "-1/2", "Malformed: a level"),
        ("level", "2", "Malformed: a level"),
        ("level", "1/100", "WORDS"),
        ("level", "2/200", "Malformed: not a rational"),
        ("level", 1, "Malformed: not a rational"),
        ("level", True, "Malformed: not a rational"),
        ("among", 1, "Malformed: a level"),
        ("among", 3, "WORDS"),
        ("among", True, "Malformed: not an integer from 1 to"),
        ("among", 0, "Malformed: not an integer from 1 to"),
        ("among", 2**40, "WORDS"),
        ("among", 2**40 + 1, "Malformed: not an integer from 1 to"),
        ("trials", 0, "Malformed: not an integer from 1 to"),
        ("trials", True, "Malformed: not an integer from 1 to"),
        ("trials", 2**40 + 1, "Malformed: not an integer from 1 to"),
        ("trials", 2**40, "Malformed: the leaves are not those of so many trials"),
        ("trials", 10, "Malformed: the leaves are not those of so many trials"),
        ("trials", 16, "Malformed: the leaves are not those of so many trials"),
        ("trials", 12, "Malformed: leaf 2 has the counts of another number of trials"),
        ("trials", 14, "Malformed: leaf 2 has the counts of another number of trials"),
    ],
)
def test_numbers_of_a_statement(study, said, field, value, reason):
    one = study()
    assert said(one.statement | {field: value}, one.data).startswith(reason)


def test_the_digest_commits_to_everything_that_is_stated(study, said):
    """Each field changed, and each number of each leaf, under the old digest: rejected or malformed."""
    one = study()
    wrong = "Rejected: the digest is not that of the campaign and its leaves"
    assert said(one.statement, one.data, seal=False).startswith("WORDS")
    for field, value in (
        ("level", "9/10"), ("among", 3), ("campaign", {**CAMPAIGN, "seed": 8}),
        ("campaign", {**CAMPAIGN, "eps": "1/9"}), ("campaign", {**CAMPAIGN, "law": "gadget"}),
        ("digest", "sha256:" + "0" * 64), ("digest", one.statement["digest"].upper()), ("digest", None), ("digest", 3),
    ):  # fmt: skip
        assert said(one.statement | {field: value}, one.data, seal=False) == wrong
    rows = [[1002, *one.statement["rows"][0][1:]], one.statement["rows"][1]]
    counts = [sum(0 <= result <= n for result in one.results) for n in (1002, 1003)]
    rows = [[n, k, "0", "1"] for n, k in zip((1002, 1003), counts, strict=True)]
    assert said(one.statement | {"rows": rows}, one.data, seal=False) == wrong
    leaves = [one.leaves[1], one.leaves[0], one.leaves[2]]
    assert said(one.statement, {"leaves": leaves}, seal=False) == wrong
    other = [["0" * 64, *one.leaves[0][1:]], *one.leaves[1:]]
    assert said(one.statement, {"leaves": other}, seal=False) == wrong
    # the ends of the intervals follow from the rest
    ends = [[n, k, "0", "1"] for n, k, *_ in one.statement["rows"]]
    assert said(one.statement | {"rows": ends}, one.data, seal=False).startswith("WORDS")


def test_a_level_just_inside(study, said):
    one = study()
    for level in (f"1/{10**300}", f"{10**150 - 1}/{10**150}"):
        assert said(one.statement | {"level": level}, one.data).startswith("WORDS")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, "k", "0", "1"]], "Malformed: not [n, count, low, high]"),
        ([[1, 0, "0"]], "Malformed: not [n, count, low, high]"),
        ([[1, 0, "0", "1", "1"]], "Malformed: not [n, count, low, high]"),
        ([[1, 0, 0, "1"]], "Malformed: not [n, count, low, high]"),
        ([[True, 0, "0", "1"]], "Malformed: not [n, count, low, high]"),
        ([[1, True, "0", "1"]], "Malformed: not [n, count, low, high]"),
        ([], "Malformed: not a list of 1 to 5000 items"),
        ([[0, 0, "0", "1"]] * 5001, "Malformed: not a list of 1 to 5000 items"),
        ([[0, 0, "0", "1"]] * 5000, "Malformed: a level"),
        ([[1, 0, "0", "1"], [1, 0, "0", "1"]], "Malformed: a level between 0 and 1, possible n in order"),
        ([[3, 0, "0", "1"], [1, 0, "0", "1"]], "Malformed: a level between 0 and 1, possible n in order"),
        ([[2000, 0, "0", "1"]], "Malformed: a level between 0 and 1, possible n in order"),
        ([[-1, 0, "0", "1"]], "Malformed: a level between 0 and 1, possible n in order"),
        ([[1, -1, "0", "1"]], "Malformed: not an integer from 0 to 13"),
        ([[1, 14, "0", "1"]], "Malformed: not an integer from 0 to 13"),
        ([[1, 1, "0", "1"]], "Rejected: n = 1: the leaves do not add up to the count"),
        ([[1003, 0, "0", "1"]], "Rejected: n = 1003: the leaves do not add up to the count"),
        ([[1, 0, "-1/9", "1"]], "Malformed: n = 1: the ends must be"),
        ([[1, 0, "0", "10/9"]], "Malformed: n = 1: the ends must be"),
        ([[1, 0, "1/2", "1/3"]], "Malformed: n = 1: the ends must be"),
        ([[1, 0, "0.5", "1"]], "Malformed: not a rational"),
        ([[1, 0, "2/4", "1"]], "Malformed: not a rational"),
        ([[1, 0, "0", "1"]], "WORDS"),
        ([[0, 0, "0", "1"], [1999, "all", "0", "1"]], "WORDS"),
        ([[1, 0, "0", "1/13"]], "Rejected: n = 1: an end of the interval lies too far inside"),
        ([[1, 0, "1/100", "1"]], "Rejected: n = 1: an end of the interval lies too far inside"),
    ],
)
def test_rows(study, said, rows, reason):
    one = study()
    every = sum(result >= 0 for result in one.results)
    rows = [[every if item == "all" else item for item in row] for row in rows]
    assert said(one.statement | {"rows": rows, "among": 9}, one.data).startswith(reason)


def test_ends_at_the_edge_of_what_a_count_excludes(checker, study, said):
    """The low end at which P(S >= k) is half the error over the number of rows, and the high one mirrored."""
    one = study(ns=(1001,))
    ((n, k, *_),) = one.statement["rows"]
    for fixed, method in ((True, "Clopper-Pearson"), (False, "confidence sequence")):
        for level, among in ((F(99, 100), 1), (F(9, 10), 2), (F(1, 2), 7)):
            error = (1 - level) / among
            grid = [F(k, 256) for k in range(257)]
            low = max(p for p in grid if checker.counts_interval.excluded(k, TOTAL, p, error, fixed))
            high = 1 - max(p for p in grid if checker.counts_interval.excluded(TOTAL - k, TOTAL, p, error, fixed))
            for a, b, taken in ((low, high, True), (low + F(1, 256), high, False), (low, high - F(1, 256), False)):
                shared = {"level": str(level), "among": among, "method": method, "rows": [[n, k, str(a), str(b)]]}
                assert said(one.statement | shared, one.data, fixed).startswith("WORDS") is taken


def changed(leaves, leaf, place, value):
    return [[*row[:place], value, *row[place + 1 :]] if k == leaf else row for k, row in enumerate(leaves)]


def test_leaves_that_do_not_hold_together(study, said):
    one = study(3, asked="none")
    leaves = one.leaves

    def data(leaves):
        return said(one.statement, {"leaves": leaves})

    assert data(leaves).startswith("WORDS")
    for few in (leaves[:2], [*leaves, leaves[0]]):
        assert data(few) == "Malformed: the leaves are not those of so many trials"
    for missing in ([], None, "leaves", {}):
        assert data(missing).startswith("Malformed: not a list of 1 to 1048576 items")
    for given in ({}, {"leaves": leaves, "results": []}, {"results": leaves}):
        assert said(one.statement, given) == "Malformed: the leaves are needed, and nothing else"
    for place, value in ((0, 3), (1, "x"), (2, None)):
        assert data(changed(leaves, 0, place, value)).startswith("Malformed: not [hash, results, counts]")
    assert data([*leaves[:2], leaves[2][:2]]).startswith("Malformed: not [hash, results, counts]")
    for text in (
        "",
        "0" * 63,
        "0" * 65,
        "G" * 64,
        leaves[1][0].upper() if leaves[1][0].upper() != leaves[1][0] else "A" * 64,
    ):
        assert (
            data(changed(leaves, 1, 0, text)) == "Malformed: leaf 1 needs a hash, results in order and a count for each"
        )
    _, results, counts = leaves[1]
    assert len(results) > 1
    for bad in (results[::-1], [results[0]] * len(results), results[:-1], [*results, 1999]):
        assert (
            data(changed(leaves, 1, 1, bad)) == "Malformed: leaf 1 needs a hash, results in order and a count for each"
        )
    for result in (-2, 2001, True, "1", 1.0, None):
        assert data(changed(leaves, 1, 1, [result, *results[1:]])).startswith(
            "Malformed: not an integer from -1 to 2000"
        )
    for count in (0, -1, 6, True, "1", None):
        assert data(changed(leaves, 1, 2, [count, *counts[1:]])).startswith("Malformed: not an integer from 1 to 5")
    more = [counts[0] + 1, *counts[1:]]
    assert data(changed(leaves, 1, 2, more)) == "Malformed: leaf 1 has the counts of another number of trials"
    for empty in (changed(leaves, 1, 1, []), changed(leaves, 1, 2, [])):
        assert data(empty).startswith("Malformed: not a list of 1 to 5 items")


def test_counts_of_a_leaf_must_add_up_to_those_of_the_statement(study, said):
    """Trials counted as successes that are none, in the leaf only; in the statement only: see the rows above."""
    one = study(3, asked="none")
    assert sum(0 <= result <= 1001 for result in one.parts[0]) < LEAF
    leaves = [[one.leaves[0][0], [0], [LEAF]], *one.leaves[1:]]
    assert said(one.statement, {"leaves": leaves}).startswith("Rejected: n = 1001: the leaves do not add up")


@pytest.mark.parametrize("asked", ["none", "1", "2", "3", "9", "all"])
def test_leaves_that_the_challenge_draws_are_run_again(checker, study, said, asked):
    drawn = set()
    for salt in range(7):
        one = study(salt, asked=asked)
        text = said(one.statement, one.data)
        number = min(3, {"all": 3, "none": 0}.get(asked) if asked.isalpha() else int(asked))
        leaves = checker.opening.drawn(CHALLENGE, one.statement["digest"], 3, number)
        trials = [trial for leaf in leaves for trial in range(LEAF * leaf, min(LEAF * leaf + LEAF, TOTAL))]
        assert one.log == trials
        again = checker.opening.said(leaves, 3, len(trials), TOTAL, checker.opening.ASKED)
        assert text.split("\n")[1].startswith(again + ". It is the producer's word that seed")
        drawn.add(tuple(leaves))
    assert (len(drawn) > 1) is (number in (1, 2))


def test_other_results_than_those_of_the_trials(study, said):
    """Every result is another one in the file, consistently: whatever leaf is run again tells."""
    for asked in ("1", "2", "all", None):
        for salt in range(4):
            one = study(salt, asked=asked)
            true = one.result
            one.result = lambda trial, true=true: true(trial) + 1
            text = said(one.statement, one.data)
            by = f" (challenge {CHALLENGE})" if asked in ("1", "2") else ""
            assert text == f"Rejected: leaf {one.log[0] // LEAF}, counted again, has other results{by}"
    one = study(0, asked="none")
    one.result = lambda trial: 7
    assert "Nothing was counted again" in said(one.statement, one.data)


def test_one_wrong_result_is_found_by_running_its_leaf(study, said):
    for wrong in range(TOTAL):
        one = study(2, asked="all")
        true = one.result
        one.result = lambda trial, true=true, wrong=wrong: true(trial) + (trial == wrong)
        assert said(one.statement, one.data) == f"Rejected: leaf {wrong // LEAF}, counted again, has other results"


def test_results_exchanged_within_a_leaf_are_found_by_their_hash(study, said):
    one = study(2, asked="all")
    part = one.parts[0]
    a, b = next((a, b) for a in range(LEAF) for b in range(a) if part[a] != part[b])
    true, other = one.result, {a: b, b: a}
    one.result = lambda trial: true(other.get(trial, trial))
    assert said(one.statement, one.data) == "Rejected: leaf 0, counted again, has other results"


def test_leaves_that_were_asked_for_have_work_of_their_own(checker, study, said):
    limit = checker.errors.MAX_WORK
    one = study(1, asked="all", price=limit - 1000)
    assert "all 13 trials" in said(one.statement, one.data)
    one = study(1, asked="all", price=limit + 1)
    assert "more" in said(one.statement, one.data)


def test_as_many_leaves_as_are_cheap(checker, study, said):
    """By what the first trials cost, whatever the results are said to be; one leaf may cost four times as much."""
    free, first = checker.opening.FREE, checker.opening.FIRST
    for price, words in (
        (free // TOTAL - 1, "all 13 trials"), (free * 3 // TOTAL // 2 - 1, "which are 2 of 3 leaves"),
        (free * 3 // TOTAL + 1, "which are 1 of 3 leaves"), (first * 3 // TOTAL - 1, "which are 1 of 3 leaves"),
        (first * 3 // TOTAL, "Nothing was counted again"), (checker.errors.MAX_WORK, "Nothing was counted again"),
    ):  # fmt: skip
        one = study(price=price)
        assert words in said(one.statement, one.data)
        assert checker.errors.WORK[0] < 10_000, "what is done unasked costs the file nothing"


def test_the_cost_of_trials_is_that_of_the_first(checker, study):
    one = study()
    one.price = 7
    assert checker.counts.cost(one, 3) == 1 + 7
    assert one.log == [0, 1, 2]
    prices = iter([7, 8])
    assert checker.counts.cost(lambda trial: checker.errors.spend(next(prices)), 2) == 1 + 7
    for price, run in ((999_999, 2), (1_000_000, 1), (10**8, 1), (200_000, 5), (1, 16)):
        one = study(total=40)
        one.price = price
        checker.errors.fresh_budget()
        assert checker.counts.cost(one, checker.counts.FEW) == 1 + price
        assert one.log == list(range(run))
    assert (checker.counts.FEW, checker.counts.SAMPLE) == (16, 1_000_000)


def test_leaves_that_cost_more_than_the_file_has_left_are_given_up(checker, study, said, monkeypatch):
    """Nobody asked for that work: the file is accepted as one of which nothing was counted again."""
    most, free = checker.errors.MAX_WORK, checker.opening.FREE
    two_leaves = free * 3 // TOTAL // 2 - 1
    for first, later, words, decided in (
        (1, most // 14, "all 13 trials", False),
        (1, most // 12, "Nothing was counted again", False),
        (two_leaves, two_leaves, "which are 2 of 3 leaves", True),
        (two_leaves, most // 5, "Nothing was counted again", False),
    ):
        one = study()
        dear = Dear(one, first, later)
        monkeypatch.setattr(checker.counts, "FEW", 1)
        monkeypatch.setattr(checker.counts, "Trials", lambda campaign, dear=dear: dear)
        assert words in said(one.statement, one.data)
        assert checker.errors.WORK[0] < 10_000
        assert checker.opening.ASKED.decided is decided, "a challenge that drew nothing that was counted is refused"


class Dear:
    """A study of which the trial that is run first costs less than those after it."""

    def __init__(self, study, first, later):
        self.study, self.prices = study, chain([first], repeat(later))

    def __getattr__(self, name):
        return getattr(self.study, name)

    def __call__(self, trial):
        self.study.price = next(self.prices)
        return self.study(trial)


def test_a_leaf_ends_at_a_result_that_it_does_not_have(study, said):
    one = study(2, asked="all")
    true = one.result
    one.result = lambda trial: true(trial) if trial != 6 else 0
    assert said(one.statement, one.data) == "Rejected: leaf 1, counted again, has other results"
    assert one.log == list(range(7))


def test_results_below_what_can_cover_are_refused_unseen(study, said):
    one = study(2, asked="none")
    least = min(result for result in one.results if result >= 0)
    for fewest, taken in ((least, True), (least + 1, False)):
        one.fewest = fewest
        text = said(one.statement, one.data)
        assert text.startswith("WORDS" if taken else f"Rejected: n = {least}: 2^n intervals are too few to cover the")


def test_work_is_counted(checker, study):
    """The counts are part of the limits of a file: a change of them must be meant."""

    def work(function, *arguments):
        checker.errors.fresh_budget()
        function(*arguments)
        return checker.errors.WORK[0]

    one, counts = study(3, asked="none"), checker.counts
    results = sum(len(leaf[1]) for leaf in one.leaves)
    different = len(set(one.results))
    rows = {n: k for n, k, *_ in one.statement["rows"]}
    expected = 3 * 20 + 10 * results + 3 * different * len(rows)
    assert different > 3
    assert work(counts.checked_leaves, one, rows, TOTAL, one.data) == expected
    assert work(counts.digest_of, {}, one.leaves) == 3 * 20 + 3 * results
    assert work(counts.counted_again, one, one.leaves, TOTAL, one.statement["digest"]) == 0


def test_a_trial_that_may_be_too_much_work_is_malformed(checker, study, said):
    """With all its samples, whatever the results are said to be."""
    for most, taken in ((0, True), (1, False)):
        one = study()
        one.work = lambda result, most=most: checker.errors.MAX_WORK + most if result == -1 else 1
        text = said(one.statement, one.data)
        assert text.startswith("WORDS" if taken else "Malformed: more work than one file may cost: a single trial")


@pytest.mark.parametrize("leaf", [1, 300])
def test_many_leaves_and_many_results(checker, study, said, monkeypatch, leaf):
    monkeypatch.setattr(checker.counts, "LEAF", leaf)
    one = study(total=300, leaf=leaf)
    assert len(one.leaves) == 300 // leaf
    assert "all 300 trials" in said(one.statement, one.data)


def test_a_row_of_a_leaf(checker):
    assert checker.counts.leaf_row([2**20, -1, 0, 1, 0]) == [
        hashlib.sha256(b"\0\0\x10\0" + b"\xff\xff\xff\xff" + bytes(4) + b"\x01\0\0\0" + bytes(4)).hexdigest(),
        [-1, 0, 1, 2**20],
        [1, 2, 1, 1],
    ]


def test_the_limits_are_what_they_were(checker):
    counts = checker.counts
    assert (counts.LEAF, counts.LARGEST, counts.LONG, counts.MOST_ROWS) == (4096, 2**40, 2**20, 5000)


def test_a_campaign_from_end_to_end(checker, said):
    """With the true trials and leaves of 4096."""
    trials = checker.counts_trials.Trials(CAMPAIGN)
    results = [trials(trial) for trial in range(70)]
    counts = [sum(trials.success(result, n) for result in results) for n in (3, 5)]
    statement = {
        "form": "counts", "campaign": CAMPAIGN, "trials": 70, "level": "9/10", "among": 2,
        "method": "confidence sequence", "rows": [[3, counts[0], "0", "1"], [5, counts[1], "0", "1"]],
    }  # fmt: skip
    checker.errors.fresh_budget()
    checker.opening.ASKED.ask()
    text = said(statement, {"leaves": [row_of(results)]}, fixed=False)
    assert text.startswith("The result of trial t is the least n up to 5")
    assert "the error shared among 2).\nCounted again with plain integers: all 70 trials. It is the producer's" in text
