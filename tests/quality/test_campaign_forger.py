"""A forger of campaigns: whoever lies about trials is rejected, or passes as seldom as the documents say.

The campaigns have leaves of 16 trials, so that the checker counts all of them again in a moment. Every forgery is
sealed anew: its own digest commits to it.
"""

import hashlib
import json
import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.certificate import certificate_of
from lt_proofs.campaigns.leaves import LEAF as WHOLE
from lt_proofs.campaigns.recount import recount
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.laws import UNIFORM

LEAF, LEAVES, NS = 16, 20, (7, 9)
CAMPAIGN = {"kind": "passage", "law": "uniform", "eps": "1/10", "window": ["-1", "1"], "seed": 7, "most": 64}


class Forger:
    """Makes certificates of results that it was given, true or not; everything in them agrees with everything else."""

    def __init__(self, checker):
        self.checker = checker
        self.trials = checker.counts_trials.Trials(CAMPAIGN)
        self.honest = self.results(CAMPAIGN)

    def results(self, campaign):
        self.checker.errors.fresh_budget()
        trials = self.checker.counts_trials.Trials(campaign)
        return [[trials(leaf * LEAF + k) for k in range(LEAF)] for leaf in range(LEAVES)]

    def rows(self, parts):
        return [self.checker.counts.leaf_row(part) for part in parts]

    def statement(self, leaves, campaign=None, **changes):
        """What these leaves amount to, with intervals that say nothing, so that only the trials are at stake."""
        often = Counter()
        for _, results, counts in leaves:
            often.update(dict(zip(results, counts, strict=True)))
        rows = [[n, sum(k for result, k in often.items() if 0 <= result <= n), "0", "1"] for n in NS]
        stated = {
            "form": "counts", "campaign": campaign or CAMPAIGN, "trials": sum(often.values()), "level": "99/100",
            "among": 2, "method": "Clopper-Pearson", "rows": rows, **changes,
        }  # fmt: skip
        header = {key: stated[key] for key in ("campaign", "trials", "level", "among", "method")}
        header["ns"] = [row[0] for row in stated["rows"]]
        return {"digest": self.checker.counts.digest_of(header, leaves), **stated}

    def verdict(self, statement, leaves, asked="all", challenge=None):
        self.checker.errors.fresh_budget()
        self.checker.opening.ASKED.ask(asked, challenge)
        try:
            return self.checker.counts.counted(True, statement, {"leaves": leaves})
        except (self.checker.errors.Rejected, self.checker.errors.Malformed) as error:
            return error

    def passes(self, statement, leaves, asked="all", challenge=None):
        return isinstance(self.verdict(statement, leaves, asked, challenge), str)


@pytest.fixture(scope="module")
def forger(checker):
    before, checker.counts.LEAF = checker.counts.LEAF, LEAF
    yield Forger(checker)
    checker.counts.LEAF = before
    checker.opening.ASKED.ask()


def counts_of_a_leaf(forger, draw):
    """One leaf says that more of its trials succeeded."""
    leaves = forger.rows(forger.honest)
    leaf = leaves[draw(st.integers(0, LEAVES - 1))]
    succeed = draw(st.integers(1, LEAF))
    leaf[1:] = [[7, 20], [succeed, LEAF - succeed]] if succeed < LEAF else [[7], [LEAF]]
    return forger.statement(leaves), leaves


def results_of_a_leaf(forger, draw):
    """The results of one leaf are those of other trials: of another leaf or seed, or better by one sample."""
    parts = [list(part) for part in forger.honest]
    place = draw(st.integers(0, LEAVES - 1))
    other = forger.results({**CAMPAIGN, "seed": draw(st.integers(8, 10**6))})[place]
    better = [max(1, result - 1) for result in parts[place]]
    parts[place] = draw(st.sampled_from([other, better, parts[(place + 1) % LEAVES]]))
    leaves = forger.rows(parts)
    return forger.statement(leaves), leaves


def one_trial(forger, draw):
    """A single trial of the campaign is another one."""
    parts = [list(part) for part in forger.honest]
    leaf, k = draw(st.integers(0, LEAVES - 1)), draw(st.integers(0, LEAF - 1))
    parts[leaf][k] = draw(st.integers(-1, 64).filter(lambda result: result != parts[leaf][k]))
    leaves = forger.rows(parts)
    return forger.statement(leaves), leaves


def another_campaign(forger, draw):
    """True trials under the name of another campaign: seed, tolerance, law, window, or most samples."""
    leaves = forger.rows(forger.honest)
    field, value = draw(
        st.sampled_from(
            [("seed", 8), ("eps", "1/100"), ("eps", "1/9"), ("law", "gadget"), ("law", "product"), ("most", 11),
             ("window", ["-1/2", "1/2"]), ("window", ["-1", "2"])]
        )
    )  # fmt: skip
    return forger.statement(leaves, {**CAMPAIGN, field: value}), leaves


def leaves_in_another_order(forger, draw):
    """Leaves exchanged, or one of them twice and another one left out: cherry-picked."""
    leaves = forger.rows(forger.honest)
    a, b = draw(st.lists(st.integers(0, LEAVES - 1), min_size=2, max_size=2, unique=True))
    if draw(st.booleans()):
        leaves[a], leaves[b] = leaves[b], leaves[a]
    else:
        leaves[a] = leaves[b]
    return forger.statement(leaves), leaves


def more_trials_than_were_run(forger, draw):
    """The same leaves again and again."""
    leaves = forger.rows(forger.honest) * draw(st.integers(2, 4))
    return forger.statement(leaves), leaves


def leaves_left_out(forger, draw):
    """An unlucky leaf is dropped, and those after it move up."""
    leaves = forger.rows(forger.honest)
    del leaves[draw(st.integers(0, LEAVES - 2))]
    return forger.statement(leaves), leaves


def no_leaves(forger, draw):
    """Counts without leaves, or with fewer than so many trials have."""
    leaves = forger.rows(forger.honest)
    return forger.statement(leaves), leaves[: draw(st.integers(0, LEAVES - 1))]


def statement_after_the_fact(forger, draw):
    """Under the old digest: another level, share, number n or number of trials, or other counts."""
    leaves = forger.rows(forger.honest)
    statement = forger.statement(leaves)
    rows = [[n + 1, *row] for n, *row in statement["rows"]]
    more = [[n, count + 1, *ends] for n, count, *ends in statement["rows"]]
    field, value = draw(
        st.sampled_from(
            [("level", "9/10"), ("among", 3), ("rows", rows), ("rows", more), ("trials", LEAF * LEAVES - 1),
             ("rows", statement["rows"][:1]), ("campaign", {**CAMPAIGN, "seed": 8})]
        )
    )  # fmt: skip
    return statement | {field: value}, leaves


FORGERIES = [
    counts_of_a_leaf, results_of_a_leaf, one_trial, another_campaign, leaves_in_another_order,
    more_trials_than_were_run, leaves_left_out, no_leaves, statement_after_the_fact,
]  # fmt: skip


def test_an_honest_campaign_passes_whatever_is_opened(forger):
    leaves = forger.rows(forger.honest)
    for asked in (None, "none", "1", "7", "all"):
        assert forger.passes(forger.statement(leaves), leaves, asked)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
@given(data=st.data())
def test_every_forgery_is_rejected_when_all_leaves_are_counted_again(forger, forgery, data):
    statement, leaves = forgery(forger, data.draw)
    if leaves == forger.rows(forger.honest) and statement == forger.statement(leaves):
        return  # the draw changed nothing
    found = forger.verdict(statement, leaves)
    assert not isinstance(found, str), found


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(
    "forgery", [another_campaign, no_leaves, statement_after_the_fact], ids=lambda forgery: forgery.__name__
)
@given(data=st.data())
def test_lies_about_the_whole_are_rejected_whichever_leaf_is_opened(forger, forgery, data):
    """No leaf of another campaign is true, and what the digest or the number of leaves tells needs no trial."""
    statement, leaves = forgery(forger, data.draw)
    for turn in range(5):
        assert not forger.passes(statement, leaves, "1", f"{turn:016x}")


@pytest.mark.parametrize("share", [1, 4, 10, 16])
@pytest.mark.parametrize("opened", [1, 2, 5])
def test_a_share_of_false_leaves_passes_as_seldom_as_documented(forger, share, opened):
    """f = F/N of the leaves false, k opened: C(N-F, k)/C(N, k), at most (1-f)^k; 300 challenges tell."""
    parts = [list(part) for part in forger.honest]
    for place in range(share):
        parts[3 * place % LEAVES][0] += 1
    leaves = forger.rows(parts)
    statement, turns = forger.statement(leaves), 300
    passed = sum(forger.passes(statement, leaves, str(opened), f"{turn:016x}") for turn in range(turns))
    exact = Fraction(math.comb(LEAVES - share, opened), math.comb(LEAVES, opened))
    assert exact <= (1 - Fraction(share, LEAVES)) ** opened
    assert abs(passed - turns * exact) <= 4.5 * math.sqrt(turns * exact * (1 - exact)) + 1e-9


def test_grinding_a_hash_does_not_choose_what_is_opened(forger):
    """Half of the leaves are invented; of 300 hashes the forger takes one that passes its own challenge.

    The reader's challenges draw a false leaf no more seldom than for any other file.
    """
    parts = [list(part) for part in forger.honest]
    false = range(0, LEAVES, 2)
    for place in false:
        parts[place] = [5] * LEAF
    leaves, guessed = forger.rows(parts), "f" * 16
    drawn, found = forger.checker.opening.drawn, None
    for salt in range(300):
        leaves[0][0] = hashlib.sha256(b"%d" % salt).hexdigest()
        statement = forger.statement(leaves)
        if not set(drawn(guessed, statement["digest"], LEAVES, 4)) & set(false):
            found = statement
            break
    assert found is not None
    assert forger.passes(found, leaves, "4", guessed)
    turns = 300
    exact = Fraction(math.comb(10, 4), math.comb(20, 4))
    passed = sum(forger.passes(found, leaves, "4", f"{turn:016x}") for turn in range(turns))
    assert abs(passed - turns * exact) <= 4.5 * math.sqrt(turns * exact * (1 - exact))


def test_the_forgery_of_one_leaf_in_true_leaves(tmp_path):
    """Whole leaves of 4,096: the checker alone may miss it, as its sentence says; `recheck` counts everything again."""
    campaign = FirstPassage(7, UNIFORM, Fraction(1, 10), 64)
    honest = run(campaign, 3 * WHOLE, on_threads(1), Design((9,)))
    content = certificate_of(honest)
    leaves, statement = content["steps"][0]["data"]["leaves"], content["statement"]
    leaves[1][1:] = [[9], [WHOLE]]
    count = sum(k for _, results, often in leaves for result, k in zip(results, often, strict=True) if result <= 9)
    statement["rows"][0][1:] = count, "0", "1"
    lines = "".join(json.dumps(leaf, separators=(",", ":")) + "\n" for leaf in leaves)
    header = {key: statement[key] for key in ("campaign", "trials", "level", "among", "method")}
    header |= {"ns": [9], "leaves": hashlib.sha256(lines.encode()).hexdigest()}
    text = json.dumps(header, sort_keys=True, separators=(",", ":"))
    statement["digest"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    content["steps"][0]["goal"] = statement
    path = tmp_path / "lie.json"
    path.write_text(certificate_text(seal(content)))
    (unopened,) = run_checker([path], leaves="none")
    assert unopened.accepted
    assert unopened.report["remarks"][-1].startswith("Nothing was counted again")
    assert recount(path, None, "0" * 16).false == 1
    assert sorted({recount(path, 1, f"{turn:016x}").false for turn in range(12)}, key=str) == [1, None]
