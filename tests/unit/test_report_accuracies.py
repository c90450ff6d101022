"""The table of accuracies: recorded chains are found again, and lie between what is measured and the closed form."""

import hashlib
from fractions import Fraction

import pytest

from lt_proofs.bounds.certified import certified
from lt_proofs.report.accuracies import LAWS, PLACES, SIZES, accuracies_facts, head, kept, seen_between


def test_every_law_eps_and_delta_has_a_chain():
    assert set(kept()) == {(law, size, place) for law in LAWS for size in SIZES for place in PLACES}


def test_chains_lie_between_the_measured_and_the_closed_form():
    for table in accuracies_facts():
        for row in table["rows"]:
            assert len(row["cells"]) == len(head())
            for cell in row["cells"]:
                measured = [int(word) for word in cell["measured"].split() if word.isdigit()]
                assert cell["necessary"] <= cell["chain"]
                # the lower end of a measured range is itself a bound from below
                assert (
                    cell["measured"].startswith("at least") or cell["necessary"] <= max([*measured, 0]) or not measured
                )
                assert max([0, *measured]) <= cell["chain"] <= cell["closed"]
        for column in range(len(SIZES)):
            chains = [row["cells"][column]["chain"] for row in table["rows"]]
            assert chains == sorted(chains)


def test_what_was_seen_is_said_as_it_is():
    assert [seen_between("3", "3"), seen_between("3", "5"), seen_between("7", ""), seen_between("", "")] == [
        "3", "3 to 5", "at least 7", "",
    ]  # fmt: skip


@pytest.mark.parametrize(("law", "size", "place"), [("uniform", 10, 1)])
def test_a_recorded_chain_is_found_again(law, size, place):
    chain = certified(law, Fraction(1, size), Fraction(1, 10**place))
    row = kept()[law, size, place]
    assert chain.value == row["samples"]
    assert hashlib.sha256(chain.certificate.encode("ascii")).hexdigest() == row["sha256"]
