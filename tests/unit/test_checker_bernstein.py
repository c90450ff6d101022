"""Bernstein coefficients, their halving and the reading of a leaf, against the polynomials that they stand for."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

POINTS = [Fraction(k, 7) for k in range(8)]
COEFFICIENTS = [Fraction(n, d) for n, d in ((3, 1), (-5, 2), (7, 3), (-1, 1), (11, 4))]


def value(coefficients, t):
    """The mean of Bernstein coefficients at t in [0, 1]."""
    n = len(coefficients) - 1
    return sum(c * comb(n, k) * t**k * (1 - t) ** (n - k) for k, c in enumerate(coefficients))


def plain(coefficients, x):
    return sum(c * x**k for k, c in enumerate(coefficients))


@pytest.mark.parametrize("count", range(1, 6))
@pytest.mark.parametrize("ends", [(Fraction(-2), Fraction(5, 3)), (Fraction(0), Fraction(1)), (Fraction(1), None)])
def test_coefficients_give_back_the_polynomial(checker, count, ends):
    c = COEFFICIENTS[:count]
    low, high = ends
    found = checker.bernstein.to_bernstein(c, ("x", "[", low, high, "]"))
    for t in POINTS[:-1]:
        if high is None:
            assert value(found, t) == plain(c, low + t / (1 - t)) * (1 - t) ** (count - 1)
        else:
            assert value(found, t) == plain(c, low + (high - low) * t)


@pytest.mark.parametrize("count", range(1, 6))
@pytest.mark.parametrize("high", [Fraction(3), Fraction(-2, 5)])
def test_coefficients_below_an_end_are_mirrored(checker, count, high):
    c = COEFFICIENTS[:count]
    found = checker.bernstein.to_bernstein(c, ("x", "(", None, high, "]"))
    for t in POINTS[1:]:
        assert value(found, t) == plain(c, high - (1 - t) / t) * t ** (count - 1)


def test_a_range_without_ends_is_refused(checker):
    with pytest.raises(checker.errors.Rejected, match="infinite at both ends"):
        checker.bernstein.to_bernstein([Fraction(1)], ("x", "(", None, None, ")"))


@pytest.mark.parametrize("degrees", [[2], [0, 3], [1, 2], [2, 0, 1], [1, 1, 2]])
def test_lines_of_a_tensor(checker, degrees):
    indices = list(product(*(range(d + 1) for d in degrees)))
    for axis in range(len(degrees)):
        found = [indices[line] for line in checker.bernstein.lines(degrees, axis)]
        assert sorted(index for line in found for index in line) == indices
        for line in found:
            assert [index[axis] for index in line] == list(range(degrees[axis] + 1))
            assert len({(*index[:axis], *index[axis + 1 :]) for index in line}) == 1


def at(cells, degrees, point):
    """The value of a tensor of Bernstein coefficients."""
    total = 0
    for index, c in zip(product(*(range(d + 1) for d in degrees)), cells, strict=True):
        for d, k, t in zip(degrees, index, point, strict=True):
            c *= comb(d, k) * t**k * (1 - t) ** (d - k)
        total += c
    return total


@pytest.mark.parametrize(("degrees", "axis"), [([3], 0), ([1, 2], 0), ([1, 2], 1), ([2, 1, 1], 1)])
def test_halves_are_the_polynomial_on_half_the_box(checker, degrees, axis):
    size = 1
    for d in degrees:
        size *= d + 1
    cells = [(k * k * 7 - 13 * k + 5) % 29 - 11 for k in range(size)]
    lower, upper = checker.bernstein.halve(cells, degrees, axis)
    for point in product([Fraction(0), Fraction(1, 3), Fraction(1)], repeat=len(degrees)):
        for half, shift in ((lower, 0), (upper, 1)):
            inner = [(t + shift) / 2 if k == axis else t for k, t in enumerate(point)]
            assert at(half, degrees, point) == at(cells, degrees, inner) * 2 ** degrees[axis]


def accepted(checker, function, *arguments):
    try:
        function(*arguments)
    except checker.errors.Rejected:
        return False
    return True


@pytest.mark.parametrize(
    ("cells", "degrees", "faces", "strict", "good"),
    [
        ([0, 0], [1], "[]", False, True),
        ([0, -1], [1], "[]", False, False),
        ([-1, 0], [1], "()", False, False),
        ([1, 1], [1], "[]", True, True),
        ([0, 1], [1], "[]", True, False),
        ([0, 1], [1], "(]", True, True),
        ([1, 0], [1], "[]", True, False),
        ([1, 0], [1], "[)", True, True),
        ([0, 1, 0], [2], "()", True, True),
        ([0, 1, 0], [2], "[)", True, False),
        ([0, 1, 0], [2], "(]", True, False),
        ([0, 0], [1], "()", True, False),
        ([0], [0], "()", True, False),
        ([3], [0], "[]", True, True),
        ([0, 0, 1, 1], [1, 1], "(][]", True, True),
        ([0, 0, 1, 1], [1, 1], "[][]", True, False),
        ([0, 1, 1, 1], [1, 1], "[][]", True, False),
        ([0, 1, 1, 1], [1, 1], "(][]", True, True),
        ([0, 1, 1, 1], [1, 1], "[](]", True, True),
        ([1, 1, 1, 0], [1, 1], "[)[]", True, True),
        ([1, 1, 1, 0], [1, 1], "[][]", True, False),
        ([0, 1, 0, 1], [1, 1], "[](]", True, True),
        ([0, 1, 0, 1], [1, 1], "()[]", True, False),
        ([0, 2, 5], [0, 2], "[](]", True, True),
        ([0, 2, 5], [0, 2], "[][]", True, False),
        ([5, 2, 0], [2, 0], "[)[]", True, True),
    ],
)
def test_a_leaf(checker, cells, degrees, faces, strict, good):
    """Faces as the brackets of the ranges: an end that is closed belongs to the box."""
    pairs = [(faces[2 * k] == "[", faces[2 * k + 1] == "]") for k in range(len(degrees))]
    assert accepted(checker, checker.bernstein.leaf, cells, degrees, pairs, strict) == good


X, Y = (("x", 1),), (("y", 1),)
SQUARE = {(("x", 2),): Fraction(1), X: Fraction(-1), (): Fraction(1, 4)}  # (x - 1/2)^2
UNIT, OPEN = ("x", "[", Fraction(0), Fraction(1), "]"), ("x", "(", Fraction(0), Fraction(1), ")")
HALVED = [0, None, None]


@pytest.mark.parametrize(
    ("polynomial", "ranges", "tree", "strict", "good"),
    [
        (SQUARE, [UNIT], None, False, False),
        (SQUARE, [UNIT], HALVED, False, True),
        (SQUARE, [UNIT], HALVED, True, False),
        (SQUARE, [OPEN], HALVED, True, False),
        (SQUARE | {(): Fraction(13, 50)}, [UNIT], HALVED, True, True),
        ({X: Fraction(1)}, [OPEN], None, True, True),
        ({X: Fraction(1)}, [UNIT], None, True, False),
        ({X: Fraction(1)}, [OPEN], HALVED, True, True),
        ({X: Fraction(1)}, [UNIT], HALVED, True, False),
        ({X: Fraction(1)}, [("x", "(", Fraction(0), Fraction(1), "]")], HALVED, True, True),
        ({X: Fraction(1)}, [("x", "[", Fraction(0), Fraction(1), ")")], HALVED, True, False),
        ({X: Fraction(-1), (): Fraction(1)}, [("x", "[", Fraction(0), Fraction(1), ")")], HALVED, True, True),
        ({X: Fraction(-1), (): Fraction(1)}, [("x", "(", Fraction(0), Fraction(1), "]")], HALVED, True, False),
        ({X: Fraction(-1), (): Fraction(1)}, [OPEN], HALVED, True, True),
        ({X: Fraction(-1), (): Fraction(1)}, [UNIT], HALVED, True, False),
        ({X: Fraction(-1), (): Fraction(1)}, [("x", "(", Fraction(0), Fraction(1), "]")], None, True, False),
        ({X: Fraction(1)}, [("x", "(", Fraction(0), Fraction(1), "]")], None, True, True),
        ({X: Fraction(1)}, [("x", "[", Fraction(0), None, ")")], None, False, True),
        ({X: Fraction(1)}, [("x", "(", Fraction(0), None, ")")], None, True, True),
        ({X: Fraction(-1)}, [("x", "(", None, Fraction(0), ")")], None, True, True),
        ({X: Fraction(-1)}, [("x", "(", None, Fraction(0), "]")], None, True, False),
        ({X: Fraction(-1)}, [("x", "(", None, Fraction(1), "]")], None, False, False),
        ({X: Fraction(1)}, [("x", "(", None, None, ")")], None, False, False),
        ({X: Fraction(1), Y: Fraction(-1), (): Fraction(1)}, [UNIT, ("y", *UNIT[1:])], None, False, True),
        ({X: Fraction(1), Y: Fraction(-1), (): Fraction(1)}, [UNIT, ("y", *UNIT[1:])], None, True, False),
        ({X: Fraction(1), Y: Fraction(-1), (): Fraction(1)}, [OPEN, ("y", *UNIT[1:])], None, True, True),
        ({X: Fraction(1), Y: Fraction(-1)}, [UNIT, ("y", *UNIT[1:])], None, False, False),
        ({X: Fraction(1), Y: Fraction(1)}, [OPEN, ("y", *UNIT[1:])], [1, [0, None, None], None], True, True),
        ({X: Fraction(1), Y: Fraction(1)}, [UNIT, ("y", *OPEN[1:])], [1, None, [0, None, None]], True, True),
        ({X: Fraction(1), Y: Fraction(1)}, [UNIT, ("y", *UNIT[1:])], [1, None, [0, None, None]], True, False),
        ({X: Fraction(1)}, [UNIT, ("y", *UNIT[1:])], [1, None, None], False, True),
        ({X: Fraction(1)}, [UNIT], [1, None, None], False, False),
        ({X: Fraction(1)}, [UNIT], [2, None, None], False, False),
        ({X: Fraction(1)}, [UNIT], [-1, None, None], False, False),
        ({X: Fraction(1), Y: Fraction(1)}, [UNIT], None, False, False),
        ({(): Fraction(0)}, [], None, False, True),
        ({(): Fraction(1)}, [], None, True, True),
        ({}, [UNIT], None, False, True),
        ({}, [UNIT], None, True, False),
        ({(): Fraction(-1)}, [], None, False, False),
        ({X: Fraction(1, 3), (): Fraction(-1, 7)}, [("x", "[", Fraction(3, 7), Fraction(1), "]")], None, False, True),
        ({X: Fraction(1, 3), (): Fraction(-1, 7)}, [("x", "[", Fraction(3, 7), Fraction(1), "]")], None, True, False),
        ({X: Fraction(1, 3), (): Fraction(-1, 7)}, [("x", "[", Fraction(2, 5), Fraction(1), "]")], None, False, False),
    ],
)
def test_signs_on_boxes(checker, polynomial, ranges, tree, strict, good):
    assert accepted(checker, checker.bernstein.nonnegative, polynomial, ranges, tree, strict) == good


@pytest.mark.parametrize("tree", [0, [], [0], [0, None], [0, None, None, None], ["0", None, None], [True, None, None]])
def test_a_tree_of_a_wrong_form(checker, tree):
    with pytest.raises(checker.errors.Malformed):
        checker.bernstein.nonnegative(SQUARE, [UNIT], tree, False)


def test_the_number_of_coefficients_and_the_degree_are_limited(checker, monkeypatch):
    monkeypatch.setattr(checker.bernstein, "MAX_COEFFICIENTS", 6)
    two = [UNIT, ("y", *UNIT[1:])]
    good = {(("x", 1), ("y", 2)): Fraction(1)}
    assert accepted(checker, checker.bernstein.nonnegative, good, two, None, False)
    assert not accepted(checker, checker.bernstein.nonnegative, {**good, (("x", 2),): Fraction(1)}, two, None, False)
    monkeypatch.undo()
    power = {(("x", 256),): Fraction(1)}
    assert accepted(checker, checker.bernstein.nonnegative, power, [UNIT], None, False)
    assert not accepted(checker, checker.bernstein.nonnegative, {(("x", 257),): Fraction(1)}, [UNIT], None, False)


def test_work_is_counted_before_it_is_done(checker):
    def work(function, *arguments):
        checker.errors.fresh_budget()
        function(*arguments)
        return checker.errors.WORK[0]

    def leaf(cells, names, faces=1):
        return 10 * cells + cells * (10 + 3 * names) * faces

    two = [UNIT, ("y", *UNIT[1:])]
    power = {(("x", 2), ("y", 3)): Fraction(1)}
    whole = work(checker.bernstein.nonnegative, power, two, None, False)
    # a halving of 12 coefficients along x, of degree 2, and two leaves in the place of one
    halved = work(checker.bernstein.nonnegative, power, two, [0, None, None], False)
    assert halved == whole + 10 * 12 + 12 * (10 + 2 * 2) + leaf(12, 2)
    # strict: each axis of positive degree has three faces
    assert work(checker.bernstein.nonnegative, power | {(): Fraction(1)}, two, None, True) - work(
        checker.bernstein.nonnegative, power | {(): Fraction(1)}, two, None, False
    ) == leaf(12, 2, 9) - leaf(12, 2)
    long = {(("x", 12),): Fraction(1), (): Fraction(1, 10**1000)}
    assert work(checker.bernstein.nonnegative, long, [UNIT], None, False) > 10 * work(
        checker.bernstein.nonnegative, long | {(): Fraction(1)}, [UNIT], None, False
    )


def test_what_is_still_to_be_halved_is_bounded(checker, monkeypatch):
    monkeypatch.setattr(checker.bernstein, "MAX_HELD", 3 * 3 * 410)
    square = {(("x", 2),): Fraction(1)}
    checker.bernstein.nonnegative(square, [UNIT], [0, None, [0, None, None]], False)
    deep = [0, None, [0, None, [0, None, [0, None, None]]]]
    checker.malformed("more work than", checker.bernstein.nonnegative, square, [UNIT], deep, False)
