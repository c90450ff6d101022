"""The files of laws: each says what its own samples do, and both sides compute the same samples from it."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.exact.enclosure import value_at
from lt_proofs.kernels import laws as kernels
from lt_proofs.kernels.philox import POINTS, UNIFORM_BITS
from lt_proofs.kernels.weights import WEIGHTS
from lt_proofs.tables import FORMS, LAWS
from lt_proofs.terms.judgement import decode_term

# draws on a coarse grid: the midpoints of so many equal cells of (-1, 1), as integers in units of 2^-24
CELLS = 64
COARSE = [(2 * k + 1 - CELLS) * ((1 << UNIFORM_BITS) // CELLS) for k in range(CELLS)]
MEAN = {
    "numbers": [],
    "not_positive": "1/2",
    "density": ["-", "1", "z"],
    "sampled": {"stream": 16, "draws": 2, "bits": 25, "sample": ["+", "a", "b"], "most": 64},
}
ALL = {**LAWS, "mean": MEAN}
ODD = st.integers(-(1 << 23), (1 << 23) - 1).map(lambda k: 2 * k + 1)


def sample(row, *draws):
    """The sample of a law from its draws, by the Python of its kernel."""
    return eval(kernels.python_of(row["sampled"]["sample"]), {"a": draws[0], "b": draws[-1]})


def samples(row):
    """The samples from all coarse draws, in increasing order and as numbers in [-1, 1]."""
    found = [sample(row, *draws) for draws in product(COARSE, repeat=row["sampled"]["draws"])]
    return sorted(Fraction(x, 1 << row["sampled"]["bits"]) for x in found)


def share(values, low, high):
    """The share of sorted values from low to high, both included."""
    return Fraction(bisect_right(values, high) - bisect_left(values, low), len(values))


def off(values, name, stated):
    """By how much more than the coarse grid allows the samples differ from what is stated of them."""
    found, slack = samples(values), Fraction(2, CELLS)
    if name == "not_positive":
        return abs(share(found, -1, 0) - Fraction(stated)) > slack
    if name == "density":
        parts, density = 256, decode_term(stated)
        heights = [max(0, value_at(density, {"z": Fraction(2 * k + 1, 2 * parts)})[0]) for k in range(parts)]
        ends = [(k, Fraction(k, parts)) for k in range(8, parts + 1, 8)]
        rows = [abs(share(found, -z, z) - 2 * sum(heights[:k]) / parts) > 2 * slack for k, z in ends]
        return any(rows) or heights != sorted(heights, reverse=True)
    weight, paper = Fraction(stated), samples(LAWS["product"])
    ends = [Fraction(k, 8) for k in range(-8, 9)]
    apart = [share(found, -1, t) - weight * share(paper, -1, t) - (1 - weight) * (t >= 0) for t in ends]
    return any(abs(x) > slack for x in apart)


STATED = [(law, key) for law, row in ALL.items() for key in ("not_positive", "density", "products") if key in row]


@pytest.mark.parametrize(("law", "key"), STATED, ids=lambda x: x)
def test_what_a_file_states_is_what_its_samples_do(law, key):
    assert not off(ALL[law], key, ALL[law][key])


@pytest.mark.parametrize(
    ("law", "key", "wrong"),
    [
        ("uniform", "not_positive", "5/8"), ("gadget", "not_positive", "1/2"), ("gadget", "products", "1"),
        ("product", "products", "1/2"), ("mean", "density", ["/", ["-", "1", ["/", "z", "2"]], "2"]),
        ("mean", "density", ["/", "1", "2"]), ("mean", "density", ["/", ["+", "z", "1"], "4"]),
    ],
)  # fmt: skip
def test_a_wrong_statement_is_seen(law, key, wrong):
    assert off(ALL[law], key, wrong)


def test_streams_are_unique_and_used_for_nothing_else():
    streams = [row["sampled"]["stream"] for row in ALL.values()]
    assert len(set(streams)) == len(streams)
    # 5 holds the targets of the linear campaigns
    assert not {POINTS, 5} & set(streams) and all(0 < stream < WEIGHTS for stream in streams)


@pytest.mark.parametrize("row", ALL.values(), ids=ALL)
def test_samples_lie_in_their_window_on_their_grid(row):
    ends = [-(1 << UNIFORM_BITS) + 1, -1, 1, (1 << UNIFORM_BITS) - 1]
    bits = row["sampled"]["bits"]
    assert row["sampled"]["draws"] in (1, 2) and UNIFORM_BITS <= bits <= 48
    assert all(abs(sample(row, a, b)) <= 1 << bits for a, b in product(ends, repeat=2))


@pytest.mark.parametrize("law", LAWS)
@given(pairs=st.lists(st.tuples(ODD, ODD), min_size=1, max_size=8))
def test_kernels_and_checker_compute_the_same_samples(checker, law, pairs):
    row = LAWS[law]["sampled"]
    first, second = ([pair[k] for pair in pairs] for k in (0, 1))
    read = list(checker.counts_trials.drawn(row["sample"], {"a": first, "b": second}))
    if row["draws"] == 1:
        assert read == [kernels.sample_of_one(row["stream"], a) for a in first]
    else:
        assert read == [kernels.sample_of_two(row["stream"], a, b) for a, b in pairs]


@pytest.mark.parametrize(
    "term", ["a", "-3", ["-", ["min", "a", "b"], ["*", "3", ["abs", "b"]]], ["max", "0", "a", "b"]]
)
@given(a=ODD, b=ODD)
def test_terms_of_samples_are_read_alike(checker, term, a, b):
    (read,) = checker.counts_trials.drawn(["+", term, ["-", "a", "a"]], {"a": [a], "b": [b]})
    assert read == eval(kernels.python_of(term), {"a": a, "b": b})


def test_names_of_laws_are_used_once():
    assert not set(LAWS) & set(FORMS["laws"])
