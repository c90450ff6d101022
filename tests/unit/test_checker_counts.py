"""Counts of trials: the form of a statement, its leaves and digest, and which trials are run again."""

import hashlib
from fractions import Fraction

import pytest

F = Fraction
TOTAL, LEAF, SAMPLE = 13, 5, 2
CAMPAIGN = {"kind": "passage", "law": "uniform", "eps": "1/10", "window": ["-1", "1"], "seed": 7, "most": 5}


def packed(results):
    return b"".join(result.to_bytes(4, "little", signed=True) for result in results)


class Study:
    """A campaign of trials whose results are easily told, with its statement and data."""

    ns, words, cost = range(2000), "WORDS", 1

    def __init__(self, checker, salt=0, total=TOTAL, leaf=LEAF, ns=(1001, 1003)):
        self.checker, self.salt, self.log, self.price = checker, salt, [], 0
        self.results = [self.result(trial) for trial in range(total)]
        self.leaves = [self.results[start : start + leaf] for start in range(0, total, leaf)]
        rows = [[hashlib.sha256(packed(one)).hexdigest(), *self.counts(one, ns)] for one in self.leaves]
        self.text = hashlib.sha256(b"".join(bytes.fromhex(row[0]) for row in rows)).hexdigest()
        self.chosen = int(self.text, 16) % len(rows)
        self.data = {"leaves": rows, "results": self.leaves[self.chosen]}
        self.statement = {
            "form": "counts", "campaign": CAMPAIGN, "trials": total, "level": "99/100", "among": len(ns),
            "method": "Clopper-Pearson", "digest": f"sha256:{self.text}",
            "rows": [[n, k, "0", "1"] for n, k in zip(ns, self.counts(self.results, ns), strict=True)],
        }  # fmt: skip

    def counts(self, results, ns):
        return [sum(self.success(result, n) for result in results) for n in ns]

    def result(self, trial):
        place = (trial * trial + 5 * trial + self.salt * (trial + 1)) % 7
        return 999 + place if place else -1

    def success(self, result, n):
        return 0 <= result <= n

    def __call__(self, trial):
        self.checker.errors.spend(self.price)
        self.log.append(trial)
        return self.result(trial)


@pytest.fixture
def study(checker, monkeypatch):
    """Studies by their salts, with leaves of four trials of which two are run again."""
    made = {}
    monkeypatch.setattr(checker.counts, "LEAF", LEAF)
    monkeypatch.setattr(checker.counts, "SAMPLE", SAMPLE)
    monkeypatch.setattr(checker.counts, "RERUN", [0])
    monkeypatch.setattr(checker.counts, "Trials", lambda campaign: made["last"])

    def study(salt=0, **changes):
        checker.errors.fresh_budget()
        made["last"] = Study(checker, salt, **changes)
        return made["last"]

    return study


@pytest.fixture
def said(checker):
    """What is said of a statement with its data; the word and reason of a failure."""

    def said(statement, data, fixed=True):
        try:
            return checker.counts.counted(fixed, statement, data)
        except (checker.errors.Rejected, checker.errors.Malformed) as error:
            return f"{type(error).__name__}: {error}"

    return said


def test_what_is_said(study, said):
    one = study()
    assert [row[1] for row in one.statement["rows"]] == one.counts(one.results, (1001, 1003))
    first, second = (row[1] for row in one.statement["rows"])
    assert said(one.statement, one.data) == (
        f"WORDS. Successes in 13 trials: n = 1001: {first}, a probability from 0 to 1; n = 1003: {second}, a "
        "probability from 0 to 1 (Clopper-Pearson, level 99/100, the error shared among 2). "
        f"Run again: 2 trials of leaf {one.chosen}."
    )
    sequence = one.statement | {"method": "confidence sequence"}
    assert "(confidence sequence, level 99/100, the" in said(sequence, one.data, fixed=False)
    listed = said(one.statement, {"leaves": [], "results": []})
    assert listed.endswith(" The leaves are not listed, so only the intervals were checked.")


def test_each_rule_has_its_method(study, said):
    one = study()
    for method, fixed in (("confidence sequence", True), ("Clopper-Pearson", False), ("", True), (1, False)):
        assert "have exactly the fields among, campaign, digest" in said(
            one.statement | {"method": method}, one.data, fixed
        )
    for field in one.statement:
        fewer = {key: value for key, value in one.statement.items() if key != field}
        assert said(fewer, one.data).startswith("Malformed: counts by Clopper-Pearson have exactly the fields")
    assert said(one.statement | {"more": 1}, one.data).startswith("Malformed: counts by Clopper-Pearson have exactly")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("level", "0", "Rejected: a level"),
        ("level", "1", "Rejected: a level"),
        ("level", "-1/2", "Rejected: a level"),
        ("level", "2", "Rejected: a level"),
        ("level", "1/100", "WORDS"),
        ("level", 1, "Malformed: not a rational"),
        ("among", 1, "Rejected: a level"),
        ("among", 3, "WORDS"),
        ("among", 0, "Malformed: not an integer from 1 to"),
        ("among", 2**40, "WORDS"),
        ("among", 2**40 + 1, "Malformed: not an integer from 1 to"),
        ("trials", 0, "Malformed: not an integer from 1 to"),
        ("trials", True, "Malformed: not an integer from 1 to"),
        ("trials", 2**40 + 1, "Malformed: not an integer from 1 to"),
        ("trials", 2**40, "Malformed: the leaves are not those of so many trials"),
        ("trials", 11, "Rejected: the results are not those of leaf 2"),
        ("trials", 12, "Rejected: the results are not those of leaf 2"),
        ("trials", 14, "Rejected: the results are not those of leaf 2"),
        ("trials", 15, "Rejected: the results are not those of leaf 2"),
        ("trials", 10, "Malformed: the leaves are not those of so many trials"),
        ("trials", 16, "Malformed: the leaves are not those of so many trials"),
        ("digest", "sha256:" + "0" * 64, "Rejected: the digest is not that of the leaves"),
        ("digest", "sha256:" + "f" * 64, "Rejected: the digest is not that of the leaves"),
        ("digest", "sha256:" + "0" * 63, "Malformed: a digest, leaves and results are needed"),
        ("digest", "sha256:" + "0" * 65, "Malformed: a digest, leaves and results are needed"),
        ("digest", "sha512:" + "0" * 64, "Malformed: a digest, leaves and results are needed"),
        ("digest", 3, "Malformed: a digest, leaves and results are needed"),
        ("digest", None, "Malformed: a digest, leaves and results are needed"),
    ],
)
def test_numbers_of_a_statement(study, said, field, value, reason):
    one = next(one for one in map(study, range(99)) if one.chosen == 2)
    one = study(one.salt)
    assert said(one.statement | {field: value}, one.data).startswith(reason)


def test_a_level_just_inside(study, said):
    one = study()
    for level in (f"1/{10**300}", f"{10**150 - 1}/{10**150}"):
        assert said(one.statement | {"level": level}, one.data).startswith("WORDS")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, "k", "0", "1"]], "Malformed: not [n, count, low, high]"),
        ([[1, 3, "0"]], "Malformed: not [n, count, low, high]"),
        ([[1, 3, "0", "1", "1"]], "Malformed: not [n, count, low, high]"),
        ([[1, 3, 0, "1"]], "Malformed: not [n, count, low, high]"),
        ([[True, 3, "0", "1"]], "Malformed: not [n, count, low, high]"),
        ([], "Malformed: not a list of 1 to 5000 items"),
        ([[0, 3, "0", "1"]] * 5001, "Malformed: not a list of 1 to 5000 items"),
        ([[0, 3, "0", "1"]] * 5000, "Rejected: a level"),
        ([[1, 3, "0", "1"], [1, 3, "0", "1"]], "Rejected: a level between 0 and 1, different n in order"),
        ([[3, 3, "0", "1"], [1, 3, "0", "1"]], "Rejected: a level between 0 and 1, different n in order"),
        (
            [[1, 3, "0", "1"], [1, 3, "0", "1"], [3, 3, "0", "1"]],
            "Rejected: a level between 0 and 1, different n in order",
        ),
        ([[2000, 3, "0", "1"]], "Rejected: n = 2000: it, the count or an end is out of range"),
        ([[-1, 3, "0", "1"]], "Rejected: n = -1: it, the count or an end is out of range"),
        ([[1, -1, "0", "1"]], "Rejected: n = 1: it, the count or an end is out of range"),
        ([[1, 14, "0", "1"]], "Rejected: n = 1: it, the count or an end is out of range"),
        ([[1, 3, "-1/9", "1"]], "Rejected: n = 1: it, the count or an end is out of range"),
        ([[1, 3, "0", "10/9"]], "Rejected: n = 1: it, the count or an end is out of range"),
        ([[1, 3, "1/2", "1/3"]], "Rejected: n = 1: it, the count or an end is out of range"),
        ([[1, 3, "0.5", "1"]], "Malformed: not a rational"),
        ([[1, 0, "0", "1"]], "WORDS"),
        ([[1, 13, "0", "1"]], "WORDS"),
        ([[0, 3, "0", "1"], [1999, 3, "0", "1"]], "WORDS"),
        ([[1, 3, "1/3", "1/3"]], "Rejected: n = 1: an end of the interval lies too far inside"),
        ([[1, 3, "0", "3/13"]], "Rejected: n = 1: an end of the interval lies too far inside"),
        ([[1, 3, "3/13", "1"]], "Rejected: n = 1: an end of the interval lies too far inside"),
    ],
)
def test_rows(study, said, rows, reason):
    one = study()
    empty = {"leaves": [], "results": []}
    assert said(one.statement | {"rows": rows, "among": 9}, empty).startswith(reason)


def test_ends_at_the_edge_of_what_a_count_excludes(checker, study, said):
    """3 of 13: the low end at which P(S >= 3) is half the error over the number of rows, and the high one mirrored."""
    one, empty = study(), {"leaves": [], "results": []}
    for fixed, method in ((True, "Clopper-Pearson"), (False, "confidence sequence")):
        for level, among in ((F(99, 100), 1), (F(9, 10), 2), (F(1, 2), 7)):
            error = (1 - level) / among
            grid = [F(k, 256) for k in range(257)]
            low = max(p for p in grid if checker.counts_interval.excluded(3, 13, p, error, fixed))
            high = 1 - max(p for p in grid if checker.counts_interval.excluded(10, 13, p, error, fixed))
            for a, b, taken in ((low, high, True), (low + F(1, 256), high, False), (low, high - F(1, 256), False)):
                shared = {"level": str(level), "among": among, "method": method, "rows": [[1, 3, str(a), str(b)]]}
                assert said(one.statement | shared, empty, fixed).startswith("WORDS") is taken


@pytest.mark.parametrize("asked", [0, 1, 2, 3, 9])
def test_which_trials_are_run_again(checker, study, said, asked):
    """Of the leaf that the digest picks, two at the place that it picks; then whole leaves, at equal distances."""
    checker.counts.RERUN[0] = asked
    chosen = set()
    for salt in range(12):
        one = study(salt)
        number = int(one.text, 16)
        text = said(one.statement, one.data)
        leaves = [(number % 3 + k * 3 // min(asked, 3)) % 3 for k in range(min(asked, 3))]
        first = number // 3 % (len(one.leaves[one.chosen]) - 1) + LEAF * one.chosen
        again = [trial for leaf in leaves for trial in range(LEAF * leaf, min(LEAF * leaf + LEAF, TOTAL))]
        assert one.log == [*again, first, first + 1]
        assert text.endswith(f"Run again: {min(asked, 3)} of 3 leaves." if asked else f"2 trials of leaf {one.chosen}.")
        chosen.add((one.chosen, first % LEAF))
    assert len(chosen) > 3


@pytest.mark.parametrize(
    ("cost", "total", "runs"), [(1, 13, 2), (2, 13, 1), (3, 13, 1), (9, 13, 1), (1, 6, 1), (1, 1, 1)]
)
def test_dear_trials_are_run_less_often(checker, study, said, monkeypatch, cost, total, runs):
    monkeypatch.setattr(Study, "cost", cost)
    one = next(
        one for one in (study(salt, total=total) for salt in range(99)) if total == 13 or one.chosen == (total - 1) // 5
    )
    one = study(one.salt, total=total)
    assert said(one.statement, one.data).endswith(f"Run again: {runs} trials of leaf {one.chosen}.")
    assert len(one.log) == runs


def test_each_leaf_that_was_asked_for_has_work_of_its_own(checker, study, said):
    checker.counts.RERUN[0] = 3
    one = study(1)
    one.price = checker.errors.MAX_WORK // LEAF
    checker.errors.WORK[0] = checker.errors.MAX_WORK // 2
    text = said(one.statement, one.data)
    assert "more work than" in text or text.endswith("3 of 3 leaves.")
    assert len(one.log) >= TOTAL
    checker.counts.RERUN[0] = 0
    one = study(1)
    one.price = checker.errors.MAX_WORK // 2 + 1
    assert "more work than" in said(one.statement, one.data)


def changed(rows, leaf, place, value):
    return [[*row[:place], value, *row[place + 1 :]] if k == leaf else row for k, row in enumerate(rows)]


def test_leaves_and_results_that_do_not_fit(study, said):
    one = study(3)
    rows, results = one.data["leaves"], one.data["results"]
    other = "0" * 64

    def data(**changes):
        return said(one.statement, one.data | changes)

    assert data(leaves=rows[:2]) == "Malformed: the leaves are not those of so many trials"
    assert data(leaves=[*rows, rows[0]]) == "Malformed: the leaves are not those of so many trials"
    assert data(leaves=[]) == "Malformed: the leaves are not those of so many trials"
    assert data(results=[]) == f"Rejected: the results are not those of leaf {one.chosen}"
    assert data(results=results[:-1]) == f"Rejected: the results are not those of leaf {one.chosen}"
    assert data(more=1) == "Malformed: a digest, leaves and results are needed"
    assert said(one.statement, {"leaves": rows}) == "Malformed: a digest, leaves and results are needed"
    for leaf in range(3):
        assert data(leaves=changed(rows, leaf, 0, other)) == "Rejected: the digest is not that of the leaves"
        bad = changed(rows, leaf, 0, rows[leaf][0].upper() + "G")
        assert data(leaves=bad) == "Malformed: the leaves are not those of so many trials"
        for place in (1, 2):
            off = changed(rows, leaf, place, rows[leaf][place] + 1)
            assert data(leaves=off) == "Rejected: the leaves do not add up to the counts"
            less = changed(rows, leaf, place, rows[leaf][place] - 1)
            assert data(leaves=less) == "Rejected: the leaves do not add up to the counts"
            back = changed(off, (leaf + 1) % 3, place, rows[(leaf + 1) % 3][place] - 1)
            expected = f"Rejected: the results are not those of leaf {one.chosen}"
            assert (data(leaves=back) == expected) is (one.chosen in (leaf, (leaf + 1) % 3))
    for bad in (changed(rows, 0, 0, 3), changed(rows, 0, 1, "1"), changed(rows, 0, 1, True), [[rows[0][0]]], [1], None):
        assert data(leaves=bad).startswith("Malformed: not a l")
    for k in range(len(results)):
        off = [(r + 2) % 6 - 1 if j == k else r for j, r in enumerate(results)]
        assert data(results=off) == f"Rejected: the results are not those of leaf {one.chosen}"
    for result in (-2, 2**20 + 1, True, "1", 1.0, None):
        assert data(results=[result, *results[1:]]).startswith("Malformed: not an integer from -1 to 1048576")
    assert data(results=[2**20, *results[1:]]).startswith("Rejected: the results are not those of leaf")
    assert data(results=[0] * 6).startswith("Malformed: not a list of 0 to 5 items")


@pytest.mark.parametrize("leaf", [1, 300])
def test_many_leaves_and_many_results(checker, study, said, monkeypatch, leaf):
    monkeypatch.setattr(checker.counts, "LEAF", leaf)
    one = study(total=300, leaf=leaf)
    assert len(one.leaves) == 300 // leaf
    assert "Run again: " in said(one.statement, one.data)


def test_other_results_than_those_of_the_trials(checker, study, said, monkeypatch):
    """Every result is another one in the file, consistently; the two trials that are run again tell."""
    for asked in (0, 1, 3):
        checker.counts.RERUN[0] = asked
        for salt in range(4):
            one = study(salt)
            true = one.result
            one.result = lambda trial, true=true: true(trial) + 1
            place = one.log
            text = said(one.statement, one.data)
            if asked:
                assert text == f"Rejected: leaf {one.chosen}, run again, has other results"
            else:
                assert text == f"Rejected: trial {place[-1]}, run again, has another result"


def test_one_wrong_result_is_found_by_running_its_leaf(checker, study, said):
    for asked, found in ((3, True), (9, True)):
        checker.counts.RERUN[0] = asked
        for wrong in range(TOTAL):
            one = study(2)
            true = one.result
            one.result = lambda trial, true=true, wrong=wrong: true(trial) + (trial == wrong)
            text = said(one.statement, one.data)
            assert (text == f"Rejected: leaf {wrong // LEAF}, run again, has other results") is found


def test_a_row_of_a_leaf(checker):
    one = Study(checker)
    assert checker.counts.leaf_row(one, [-1, 0, 1, 2**20], [0, 1, 5]) == [
        hashlib.sha256(b"\xff\xff\xff\xff" + bytes(4) + b"\x01\0\0\0" + b"\0\0\x10\0").hexdigest(), 1, 2, 2
    ]  # fmt: skip
    assert checker.counts.leaf_row(one, [], [1]) == [hashlib.sha256(b"").hexdigest(), 0]


def test_the_limits_are_what_they_were(checker):
    counts = checker.counts
    assert (counts.LEAF, counts.SAMPLE, counts.LARGEST, counts.LONG) == (4096, 64, 2**40, 2**20)


def test_a_campaign_from_end_to_end(checker, said):
    """With the true trials and leaves of 4096."""
    trials = checker.counts_trials.Trials(CAMPAIGN)
    results = [trials(trial) for trial in range(70)]
    counts = [sum(trials.success(result, n) for result in results) for n in (3, 5)]
    leaf = hashlib.sha256(packed(results)).hexdigest()
    digest = hashlib.sha256(bytes.fromhex(leaf)).hexdigest()
    statement = {
        "form": "counts", "campaign": CAMPAIGN, "trials": 70, "level": "9/10", "among": 2, "digest": f"sha256:{digest}",
        "method": "confidence sequence", "rows": [[3, counts[0], "0", "1"], [5, counts[1], "0", "1"]],
    }  # fmt: skip
    checker.errors.fresh_budget()
    text = said(statement, {"leaves": [[leaf, *counts]], "results": results}, fixed=False)
    assert text.startswith("The result of trial t is the least n up to 5")
    assert text.endswith("the error shared among 2). Run again: 64 trials of leaf 0.")
