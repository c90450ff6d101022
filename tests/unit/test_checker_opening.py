"""Which leaves of a campaign are counted again: the options, the draw, and the words."""

import hashlib

import pytest

CHALLENGE = "00112233445566778899aabbccddeeff"


@pytest.fixture
def asked(checker):
    return checker.opening.Asked()


def test_a_challenge_is_fresh_unless_it_is_given(asked):
    seen = set()
    for _ in range(20):
        asked.ask()
        assert asked.leaves is None
        assert len(bytes.fromhex(asked.challenge)) == 16
        seen.add(asked.challenge)
    assert len(seen) == 20
    asked.ask("3", CHALLENGE)
    assert (asked.leaves, asked.challenge) == (3, CHALLENGE)
    for challenge in ("0" * 16, "f" * 128):
        asked.ask("".join(["a", "ll"]), challenge)  # not the literal of the program
        assert (asked.leaves, asked.challenge) == (2**40, challenge)


@pytest.mark.parametrize("leaves", ["", "x", "0", "00", "-1", "1.5", "ALL", "1" * 10, "1" * 11, "\u0663", " 1"])
def test_numbers_of_leaves_that_cannot_be(checker, asked, leaves):
    with pytest.raises(checker.errors.Malformed, match=r"--leaves .*: give a number from 1 on, or all"):
        asked.ask(leaves)


@pytest.mark.parametrize("challenge", ["", "0" * 15, "0" * 129, "g" * 16, "A" * 16, "0x" + "0" * 16])
def test_challenges_that_cannot_be(checker, asked, challenge):
    with pytest.raises(checker.errors.Malformed, match=r"--challenge .*: give 16 to 128 digits 0-9 a-f"):
        asked.ask("1", challenge)


def test_how_many_leaves_are_opened(checker, asked):
    free = checker.opening.FREE
    asked.ask()
    works = (1, free, 2 * free, 9 * free, 10 * free, 10 * free + 1, 50 * free, 50 * free + 1, 10**30)
    assert [asked.number(10, work) for work in works] == [10, 10, 5, 1, 1, 1, 1, 0, 0]
    for leaves, number in (("none", 0), ("1", 1), ("10", 10), ("11", 10), ("999999999", 10), ("all", 10)):
        asked.ask(leaves)
        assert asked.number(10, 10**30) == number


@pytest.mark.parametrize(
    ("leaves", "opened", "decided"),
    [("none", 0, False), ("1", 1, True), ("2", 2, True), ("9", 9, True), ("10", 10, False), ("11", 10, False),
     ("all", 10, False)],
)  # fmt: skip
def test_whether_the_challenge_decided(asked, leaves, opened, decided):
    """It has, if it drew some leaves and not others, in any of the files that were checked together."""
    assert asked.decided is False
    asked.ask(leaves)
    assert asked.number(10, 1) == opened
    assert asked.decided is decided
    asked.ask("3")
    assert asked.decided is False
    assert (asked.number(10, 1), asked.decided) == (3, True)
    asked.number(3, 1)
    assert asked.decided is True, "a file of which everything is opened takes nothing back"


def test_the_only_leaf_is_opened_without_a_draw(asked):
    asked.ask("1")
    assert (asked.number(1, 1), asked.decided) == (1, False)
    assert (asked.number(2, 1), asked.decided) == (1, True)


def test_what_was_given_is_shown_up_to_forty_characters(checker, asked):
    for option, given in (("leaves", "-" + "7" * 50), ("challenge", "x" + "0" * 50)):
        with pytest.raises(checker.errors.Malformed, match=f"--{option} {given[:40]}: give"):
            asked.ask(**{option: given})


def test_the_draw_is_that_of_the_contract(checker):
    """SHA-256 of challenge, digest and a counter, modulo the number of leaves; numbers that came before are passed."""
    drawn = checker.opening.drawn
    by_hand = [
        int(hashlib.sha256(f"{CHALLENGE} sha256:ab {turn}".encode()).hexdigest(), 16) % 50 for turn in range(200)
    ]
    distinct = list(dict.fromkeys(by_hand))
    for count in (0, 1, 2, 7, 30, 49):
        assert drawn(CHALLENGE, "sha256:ab", 50, count) == sorted(distinct[:count])
    assert drawn(CHALLENGE, "sha256:ab", 50, 50) == list(range(50))
    assert drawn(CHALLENGE, "sha256:ab", 50, 7) != drawn(CHALLENGE, "sha256:ac", 50, 7)
    assert drawn(CHALLENGE, "sha256:ab", 50, 7) != drawn(CHALLENGE[::-1], "sha256:ab", 50, 7)


def test_every_leaf_is_drawn_equally_often(checker):
    """600 draws of 3 out of 12: each number 150 times, give or take 4.5 standard deviations."""
    counts = [0] * 12
    for turn in range(600):
        for number in checker.opening.drawn(f"{turn:016x}", "sha256:0", 12, 3):
            counts[number] += 1
    assert sum(counts) == 1800
    assert all(150 - 48 < count < 150 + 48 for count in counts)


def test_the_library_draws_the_same_leaves(checker):
    from lt_proofs.campaigns.recount import drawn

    for leaves, count in ((1, 1), (5, 0), (5, 3), (256, 4), (256, 256), (1000, 300)):
        assert drawn(CHALLENGE, "sha256:0", leaves, count) == checker.opening.drawn(
            CHALLENGE, "sha256:0", leaves, count
        )


def test_words(checker, asked):
    said = checker.opening.said
    asked.ask("3", CHALLENGE)
    assert said([], 3, 0, 13, asked) == (
        "Nothing was counted again: all counts are the producer's word (--leaves K counts K of 3 leaves)"
    )
    assert said([0, 1, 2], 3, 13, 13, asked) == "Counted again with plain integers: all 13 trials"
    assert said(list(range(300)), int("300"), 3000, 3000, asked).endswith("all 3000 trials")
    assert said([1], 3, 5, 13, asked) == (
        "Counted again with plain integers: 5 of 13 trials, which are 1 of 3 leaves (1) drawn by the challenge "
        f"{CHALLENGE}; the counts of the others are the producer's word, and a file in which a share f of the leaves "
        "is false passes with a probability of at most (1 - f)^1"
    )
    assert "(0, 1, 2, 3, 4, 5, 6, 7, …)" in said(list(range(9)), 10, 9, 10, asked)
    assert "(0, 1, 2, 3, 4, 5, 6, 7)" in said(list(range(8)), 10, 8, 10, asked)
    asked.ask("5", CHALLENGE)
    every = "Counted again with plain integers: all 13 trials"
    assert said([0, 1, 2], 3, 13, 13, asked) == f"{every} (all 3 leaves, which is what --leaves 5 comes to)"
    for leaves in ("all", "3", "2", None, "none"):
        asked.ask(leaves, CHALLENGE)
        assert said([0, 1, 2], 3, 13, 13, asked) == every


def test_the_limits_are_what_they_were(checker):
    opening = checker.opening
    assert (opening.FREE, opening.FIRST) == (20_000_000, 100_000_000)
    assert (opening.ALL, opening.LENGTHS) == (2**40, range(16, 129))
