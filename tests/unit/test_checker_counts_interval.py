"""Which probabilities a count excludes, against exact tails of the binomial law; and the series for log n!."""

from fractions import Fraction
from math import comb, factorial

import pytest

F = Fraction
HAIR = F(1, 2**90)


def exactly(successes, trials, p):
    """P(S = successes)."""
    return comb(trials, successes) * p**successes * (1 - p) ** (trials - successes)


def tail(successes, trials, p):
    """P(S >= successes)."""
    return sum(exactly(k, trials, p) for k in range(successes, trials + 1))


CASES = [
    (1, 1, F(1, 2)), (1, 1, F(1, 100)), (3, 3, F(99, 100)), (5, 10, F(1, 3)), (5, 10, F(1, 2)), (9, 10, F(1, 7)),
    (10, 10, F(1, 7)), (1, 10, F(1, 10)), (20, 60, F(1, 5)), (37, 40, F(5, 6)), (511, 512, F(9, 10)),
    (512, 513, F(1, 2)), (300, 600, F(2, 5)), (3, 700, F(1, 1000)), (699, 700, F(9, 10)),
]  # fmt: skip


@pytest.mark.parametrize(("successes", "trials", "p"), CASES)
def test_an_interval_of_a_fixed_number_of_trials_is_sharp(checker, successes, trials, p):
    excluded = checker.counts_interval.excluded
    twice = 2 * tail(successes, trials, p)
    slack = 1 + F(1, 2**18) + (F(1, 90 * 512**3) if trials >= 512 else 0)
    assert excluded(successes, trials, p, twice * slack, True)
    assert not excluded(successes, trials, p, twice * (1 - HAIR), True)
    assert not excluded(successes, trials, p, twice / 2 * slack, True)


@pytest.mark.parametrize(("successes", "trials", "p"), CASES)
def test_a_confidence_sequence_is_sharp(checker, successes, trials, p):
    """(trials + 1) P(S = successes) is the least error at which p is excluded."""
    excluded = checker.counts_interval.excluded
    least = (trials + 1) * exactly(successes, trials, p)
    slack = 1 + HAIR + (F(1, 90 * 512**3) if trials >= 512 else 0)
    assert excluded(successes, trials, p, least * slack, False)
    assert not excluded(successes, trials, p, least * (1 - HAIR), False)


@pytest.mark.parametrize(("successes", "trials", "p"), [(1, 1, F(1, 3)), (1, 2, F(1, 2)), (1, 100, F(1, 1000)), *CASES])
def test_every_logarithm_is_rounded_against_the_interval(checker, successes, trials, p):
    """However little less than the chance the error is, the probability is not excluded."""
    first, hair = exactly(successes, trials, p), F(1, 2**300)
    for fixed, chance in ((True, 2 * first * checker.counts_interval.ratios(successes, trials, p)), (False, None)):
        error = chance or (trials + 1) * first
        assert not checker.counts_interval.excluded(successes, trials, p, error * (1 - hair), fixed)


@pytest.mark.parametrize("fixed", [True, False])
def test_each_logarithm_on_its_side(checker, monkeypatch, fixed):
    """Enclosures that are a known amount wide: 10, 1 and 1 times of it from the powers, the sum and the error."""
    error, wide = F(1, 1000), F(1, 64)
    middles = {F(1, 3): -3, F(2, 3): -1, checker.counts_interval.ratios(5, 10, F(1, 3)): 2, F(11): 2}
    monkeypatch.setattr(checker.counts_interval, "log", lambda x, _: (middles[x] - wide, middles[x] + wide))
    monkeypatch.setattr(checker.counts_interval, "log_factorial", lambda n: (n - F(1, 8), n + F(1, 8)))
    for missing in (F(0), F(1, 10**9)):
        middles[error / 2 if fixed else error] = F(3, 8) - 5 * 3 - 5 * 1 + 2 + 12 * wide - missing
        assert checker.counts_interval.excluded(5, 10, F(1, 3), error, fixed) is (missing == 0)


@pytest.mark.parametrize("fixed", [True, False])
def test_the_ends_of_all_probabilities(checker, fixed):
    excluded = checker.counts_interval.excluded
    for successes, trials in ((0, 5), (3, 5), (5, 5), (0, 10**12), (10**12, 10**12)):
        assert excluded(successes, trials, F(0), F(1, 100), fixed) is True
        assert excluded(successes, trials, F(1), F(99, 100), fixed) is False
    # more than the share of the successes is not excluded from below, however seldom it would give so few
    for p in (F(3, 5) + F(1, 100), F(9, 10), F(1) - F(1, 10**9)):
        assert excluded(3, 5, p, F(99, 100), fixed) is False
        assert excluded(30, 50, p, F(99, 100), fixed) is False
        assert excluded(0, 50, p, F(99, 100), fixed) is False


@pytest.mark.parametrize(
    ("successes", "trials", "p"),
    [*CASES, (100, 1000, F(1, 12)), (1000, 10**7, F(1, 11000)), (10**6, 10**12, F(1, 2 * 10**6)), (50, 80, F(5, 8))],
)
def test_the_ratio_of_a_tail_to_its_first_term(checker, successes, trials, p):
    found = checker.counts_interval.ratios(successes, trials, p)
    exact, term, k = F(0), F(1), successes
    while term and term > F(1, 2**70):
        exact += term
        term = F(round(term * (trials - k) * p / (k + 1) / (1 - p) * 2**200), 2**200)
        k += 1
    assert exact <= found <= exact * (1 + F(1, 2**18))
    units = found * 2**64
    assert units.denominator == 1
    if trials - successes <= 15 - successes % 16:  # no multiple of 16 comes, so all terms are summed up
        assert units - exact * 2**64 <= 3 * (trials - successes) + 1


def test_terms_are_rounded_up(checker):
    """1 + 1/6, 1 + 1/2 and 1 + 2/2 + 1/4 in units of 2^-64."""
    ratios, unit = checker.counts_interval.ratios, 2**64
    assert ratios(2, 3, F(1, 3)) == F(unit + unit // 6 + 1, unit)
    assert ratios(1, 2, F(1, 2)) == F(unit + unit // 2 + 1, unit)
    assert ratios(1, 3, F(1, 2)) == F(unit + (unit + 1) + (unit + 1) // 3 + 1, unit)
    assert ratios(7, 7, F(1, 2)) == 1


def test_the_rest_of_a_tail_is_a_geometric_series(checker):
    """From a multiple of 16 on, where the rest is below 2^-20 of the sum; its ratio is that of the next two terms."""
    ratios, unit = checker.counts_interval.ratios, 2**64

    def rest(total, term, k, trials, p):
        above, below = (trials - k) * p.numerator, (k + 1) * (p.denominator - p.numerator)
        return F(total + term * above // (below - above) + 1, unit)

    assert ratios(16, 10**6, F(1, 10**13)) == rest(unit, unit, 16, 10**6, F(1, 10**13))
    p, term, total = F(1, 2 * 10**6), unit, unit
    for k in range(3, 16):
        term = term * (10**6 - k) // ((k + 1) * (2 * 10**6 - 1)) + 1
        total += term
    assert ratios(3, 10**6, p) == rest(total, term, 16, 10**6, p)
    # the ratio of the terms is 1/(N - 1), so that the rest is 1/(N - 2) of the sum
    for p, near in ((F(1, 2**20 + 2), False), (F(1, 2**20 + 3), True)):
        found = ratios(32, 65, p)
        assert (found == rest(unit, unit, 32, 65, p)) is near


def test_work_is_counted(checker):
    """The counts are part of the limits of a file: a change of them must be meant."""

    def work(*arguments):
        checker.errors.fresh_budget()
        checker.counts_interval.ratios(*arguments)
        return checker.errors.WORK[0]

    assert work(1, 15, F(1, 20)) == 0
    assert work(0, 15, F(1, 20)) == 76
    assert work(16, 17, F(1, 20)) == 76
    assert work(16, 49, F(1, 4)) == 2 * 75
    assert work(17, 60, F(1, 4)) == 2 * 75
    assert work(16, 90, F(1, 10**9)) == 75 + 7
    assert work(100, 1000, F(1, 20)) == 2 * 76
    assert work(100, 1000, F(9, 100)) == 3 * 76


def test_work_of_an_end_is_counted_before_it_is_done(checker):
    """A trillion trials take many terms of the tail; long rationals take more for each."""
    excluded, errors = checker.counts_interval.excluded, checker.errors
    errors.fresh_budget()
    errors.WORK[0] = errors.MAX_WORK - 999
    with pytest.raises((errors.Rejected, errors.Malformed), match="more"):
        excluded(3, 5, F(1, 3), F(1, 100), True)
    errors.fresh_budget()
    excluded(3, 5, F(0), F(1, 100), True)
    assert errors.WORK[0] == 0
    spent = []
    for p in (F(1, 3), F(10**199, 3 * 10**199 + 1)):
        errors.fresh_budget()
        excluded(3, 5, p, F(1, 100), False)
        spent.append(errors.WORK[0])
    assert spent[1] - spent[0] >= 10 * 600
    assert spent[0] >= 1000


@pytest.mark.parametrize("n", [0, 1, 2, 100, 511])
def test_logarithms_of_small_factorials(checker, n):
    assert checker.counts_interval.log_factorial(n) == checker.functions.log(F(factorial(n)), 128)


@pytest.mark.parametrize("n", [512, 513, 700, 1000, 4000])
def test_logarithms_of_large_factorials(checker, n):
    """Stirling's series leaves between 0 and 1/(360 n^3), the next term of it being 1/(1260 n^5)."""
    low, high = checker.counts_interval.log_factorial(n)
    least, most = checker.functions.log(F(factorial(n)), 256)
    assert least - F(1, 1260 * n**5) - HAIR <= low <= most
    assert most <= high <= least + F(1, 360 * n**3) + HAIR
    assert 0 <= high - low - F(1, 360 * n**3) <= HAIR


@pytest.mark.parametrize("n", [512, 10**6, 2**30, 2**40 + 1])
def test_logarithms_of_factorials_beyond_computing(checker, n):
    """Two more terms of the series leave less than the last of them, and 512 bits nothing to speak of."""
    log, pi = checker.functions.log, checker.functions.pi(512)
    low, high = checker.counts_interval.log_factorial(n)
    exact = (n + F(1, 2)) * log(F(n), 512)[0] - n + log(2 * pi[0], 512)[0] / 2
    exact += F(1, 12 * n) - F(1, 360 * n**3) + F(1, 1260 * n**5)
    assert low <= exact <= high + F(1, 2**400)
    assert exact - F(1, 1680 * n**7) >= low - F(1, 2**400)
    assert high - low <= F(1, 359 * n**3) + F(n, 2**120)


def test_the_precision_is_what_it_was(checker):
    interval = checker.counts_interval
    assert (interval.BITS, interval.UNIT, interval.SMALL, interval.FACTORIAL) == (128, 2**64, 512, 4000)


@pytest.mark.parametrize("bits", [2, 7, 100, 999])
def test_work_of_an_end_grows_with_its_length(checker, monkeypatch, bits):
    """For the logarithms, beside their own work, and for sixteen terms of a tail at a time."""
    amounts, p = [], F(1, 2**bits - 1)
    monkeypatch.setattr(checker.counts_interval, "spend", amounts.append)
    checker.counts_interval.excluded(5, 10, p, F(1, 10), False)
    assert amounts == [1000 + 10 * bits, *[4000] * 3]
    amounts.clear()
    checker.counts_interval.excluded(16, 20, p, F(1, 10), True)
    assert sorted(amounts) == sorted([1000 + 10 * bits, *[4000] * 3, 75 + bits // 4])
    amounts.clear()
    assert not checker.counts_interval.excluded(5, 10, F(1), F(1, 10), True)
    assert not amounts


def test_what_is_charged_does_not_depend_on_what_came_before(checker):
    excluded, errors, spent = checker.counts_interval.excluded, checker.errors, []
    checker.counts_interval.series.cache_clear()
    for _ in range(3):
        errors.fresh_budget()
        excluded(700, 5000, F(1, 10), F(1, 100), True)
        spent.append(errors.WORK[0])
    assert spent == [spent[0]] * 3
