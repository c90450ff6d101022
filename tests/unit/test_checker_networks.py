"""The checker's Philox, norms and boxes against plain arithmetic: rounded to the safe side, and no further."""

import struct
import sys
from fractions import Fraction
from itertools import product
from math import isqrt

import pytest


def philox(seed, stream, trial, index):
    """A word by the definition."""
    a, b, c, d = index // 4, stream, trial % 2**32, trial // 2**32
    low, high = seed % 2**32, seed // 2**32
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q // 2**32 ^ b ^ low, q % 2**32, p // 2**32 ^ d ^ high, p % 2**32
        low, high = (low + 0x9E3779B9) % 2**32, (high + 0xBB67AE85) % 2**32
    return (a, b, c, d)[index % 4]


@pytest.mark.parametrize("seed", [0, 1, 2**32 + 5, 2**63 + 11, 2**64 - 1])
@pytest.mark.parametrize("stream", [0, 0x4E000001, 2**32 - 1])
def test_words(checker, seed, stream):
    numbers, trials = [0, 1, 7, 2**32 - 1, 3], [0, 5, 2**32 - 1, 1, 12]
    pack = checker.philox.packed
    found = checker.philox.Blocks(seed, 5).words(pack(numbers), stream, pack(trials))
    for lane, (number, trial) in enumerate(zip(numbers, trials, strict=True)):
        assert [row[lane] for row in found] == [philox(seed, stream, trial, 4 * number + k) for k in range(4)]


def test_words_of_trials_beyond_32_bits(checker):
    pack = checker.philox.packed
    found = checker.philox.Blocks(3, 2).words(pack([0, 9]), 5, pack([1, 7]), 11)
    for lane, (number, trial) in enumerate(((0, 1), (9, 7))):
        assert [row[lane] for row in found] == [philox(3, 5, trial + 11 * 2**32, 4 * number + k) for k in range(4)]


def test_uniform_samples(checker):
    unit = 2**24
    uniform = checker.philox.uniform
    for word in (0, 255, 256, 2**31, 2**32 - 1, 0x12345678):
        odd = 2 * (word // 256) + 1 - unit
        assert uniform(word, unit) == odd
        for radius in (1, 2**23, 10273904):
            assert uniform(word, radius) == odd * radius // unit


MATRICES = [
    [[1]],
    [[1, 2]],
    [[3]],
    [[0]],
    [[0, 0], [0, 0]],
    [[3, 4]],
    [[3], [-4]],
    [[1, 2], [3, 4]],
    [[5, -1, 2], [-7, 0, 1]],
    [[100, -3], [2, 90], [0, 1]],
    [[1, 1, 1, 1], [1, 1, 1, 1]],
    [[10**30, -1], [7, 10**29]],
]


def plain_product(a, b):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


@pytest.mark.parametrize("left", MATRICES)
@pytest.mark.parametrize("right", MATRICES)
def test_products(checker, left, right):
    right = [list(row) for row in zip(*right, strict=True)] if len(right) != len(left[0]) else right
    if len(right) == len(left[0]):
        assert checker.norms.product(left, right) == plain_product(left, right)


def test_products_at_the_edge_of_their_lanes(checker):
    """Entries of both signs whose sums fill every bit."""
    for bits, count in product((1, 7, 8, 9, 15, 16, 23, 24, 31), (1, 2, 3, 4, 7, 8)):
        top = 2**bits - 1
        left = [[top] * count, [-top] * count, [top, -top] * (count // 2) + [top] * (count % 2)]
        right = [[top, -top, 0]] * count
        assert checker.norms.product(left, right) == plain_product(left, right)


@pytest.mark.parametrize("matrix", MATRICES)
def test_the_elementary_norm_is_the_least_of_two_roots_rounded_up(checker, matrix):
    square = sum(x * x for row in matrix for x in row)
    rows = max(sum(abs(x) for x in row) for row in matrix)
    columns = max(sum(abs(x) for x in column) for column in zip(*matrix, strict=True))
    found = checker.norms.elementary(matrix, 5) * 32
    assert found.denominator == 1
    least = min(square, rows * columns)
    assert (found - 1) ** 2 < least <= found**2 or found == least == 0


def hexadecimal(*rows):
    return b"".join(value.to_bytes(4, "little", signed=True) for row in rows for value in row).hex()


def entry(bound, *factor, bits=0, shift=0):
    return {"of": "M", "bits": bits, "shift": shift, "bound": bound, "factor": hexadecimal(*factor)}


def witnessed(checker, matrix, bits, row):
    try:
        return checker.norms.witnessed(matrix, bits, row)
    except checker.errors.Rejected:
        return None


@pytest.mark.parametrize(
    ("matrix", "factor", "bound"),
    [
        ([[2, 0], [0, 2]], [[0], [0, 0]], 2),
        ([[2, 0], [0, 3]], [[0], [0, 0]], 3),
        ([[2, 0, 0], [0, 3, 0]], [[0], [0, 0]], 3),
        ([[2, 0], [0, 3], [0, 0]], [[0], [0, 0]], 3),
        ([[3, 4]], [[0]], 5),
        ([[3], [4]], [[0]], 5),
        ([[3, 1], [1, 3]], [[0], [0, 0]], 4),  # 16 I - Q Q^T = [[6, -6], [-6, 6]] is dominant, though not strictly
        ([[3, -1], [-1, 3]], [[2], [2, 0]], 4),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 10]], [[15], [-2, 11], [-3, -8, 3]], None),
    ],
)
def test_witnesses_show_their_bound_and_no_less(checker, matrix, factor, bound):
    """Units of 1/16 are rounded to 1: exact multiples lose nothing but the allowance of half a unit an entry."""
    scaled = [[16 * x for x in row] for row in matrix]
    rows, columns = sorted((len(matrix), len(matrix[0])))
    if bound is None:
        assert witnessed(checker, scaled, 4, entry(2**10, *factor)) is not None
        assert witnessed(checker, scaled, 4, entry(17, *factor)) is None
        return
    assert witnessed(checker, scaled, 4, entry(bound, *factor)) == Fraction(2 * bound + isqrt(rows * columns) + 1, 2)
    assert witnessed(checker, scaled, 4, entry(bound - 1, *factor)) is None


def test_a_factor_makes_a_witness_where_dominance_fails(checker):
    """Q Q^T = [[2, 3], [3, 5]], so that 9 I - Q Q^T = [[7, -3], [-3, 4]]; 8 is short of the norm 2.618^2 = 6.854."""
    matrix = [[16, 16], [16, 32]]
    half = Fraction(1, 2)
    assert witnessed(checker, matrix, 4, entry(3, [0], [0, 0])) == 3 + 3 * half
    ones = [[2 * 16] * 4] * 4  # Q Q^T is 16 everywhere, its norm 16; the bound 9 needs L L^T near 81 I - 16 J
    assert witnessed(checker, ones, 4, entry(8, [0], [0, 0], [0, 0, 0], [0, 0, 0, 0])) == 8 + 5 * half
    assert witnessed(checker, ones, 4, entry(7, [0], [0, 0], [0, 0, 0], [0, 0, 0, 0])) is None
    skew = [[16, 32], [0, 16]]  # Q Q^T = [[5, 2], [2, 1]], its norm 5.83; 9 I less it is [[4, -2], [-2, 8]]
    assert witnessed(checker, skew, 4, entry(3, [0], [0, 0])) is not None
    far = [[80, 64], [64, 80]]  # Q Q^T = [[41, 40], [40, 41]], the norm is 9 exactly
    assert witnessed(checker, far, 4, entry(9, [0], [0, 0])) is not None
    wide = [[16 * x for x in row] for row in ([3, 4, 0], [4, -3, 0], [0, 4, 3])]  # Q Q^T has 25 - 12, 16 - 9 beside 25
    flat = entry(6, [0], [0, 0], [0, 0, 0])
    assert witnessed(checker, wide, 4, flat) is None
    # 36 I - Q Q^T = [[11, 0, -16], [0, 11, 12], [-16, 12, 11]] is indefinite: no factor helps
    for a in range(-4, 5):
        assert witnessed(checker, wide, 4, entry(6, [3], [0, 3], [a, -a, 1])) is None
    # 49 I - Q Q^T = [[24, 0, -16], [0, 24, 12], [-16, 12, 24]] is not dominant in row 3; its Cholesky factor helps
    assert witnessed(checker, wide, 4, entry(7, [0], [0, 0], [0, 0, 0])) is None
    assert witnessed(checker, wide, 4, entry(7, [4], [0, 4], [-3, 2, 1])) == 7 + 4 * half
    assert witnessed(checker, wide, 4, entry(7, [2], [0, 2], [-2, 1, 0], shift=1)) == 7 + 4 * half


def test_rounding_for_a_witness_is_to_the_nearest(checker):
    """7/16 and -8/16 round to 0, 8/16 and 23/16 to 1, -9/16 to -1."""
    for value, nearest in ((7, 0), (-8, 0), (8, 1), (23, 1), (24, 2), (-9, -1), (-24, -1), (-25, -2)):
        assert witnessed(checker, [[value]], 4, entry(abs(nearest), [0])) == abs(nearest) + 1
        if nearest:
            assert witnessed(checker, [[value]], 4, entry(abs(nearest) - 1, [0])) is None


def test_units_of_a_witness(checker):
    assert checker.norms.witnessed([[16]], 7, entry(2, [0], bits=4)) == Fraction(2 * 2 + 2, 32)
    malformed = checker.errors.Malformed
    assert checker.norms.witnessed([[16]], 5, entry(8, [0], bits=4)) == Fraction(9, 16)
    for bits in (5, 6):
        with pytest.raises(malformed, match="unusable units"):
            checker.norms.witnessed([[16]], 5, entry(16, [0], bits=bits))
    assert checker.norms.witnessed([[16]], 4, entry(1, [0], shift=64)) == 2
    with pytest.raises(malformed, match="unusable units"):
        checker.norms.witnessed([[16]], 4, entry(1, [0], shift=65))


def test_witnesses_have_at_most_so_many_rows(checker, monkeypatch):
    monkeypatch.setattr(checker.norms, "MOST_ROWS", 2)
    factor = ([0], [0, 0])
    assert checker.norms.witnessed([[16, 0]] * 2, 4, entry(2, *factor)) == Fraction(4 + 2 + 1, 2)
    with pytest.raises(checker.errors.Malformed, match="more than 2 rows"):
        checker.norms.witnessed([[16] * 3] * 3, 4, entry(9, *factor, [0, 0, 0]))
    assert checker.norms.witnessed([[16] * 2] * 3, 4, entry(3, *factor))


def test_triangles(checker):
    assert checker.norms.triangle(hexadecimal([1], [-2, 3], [4, 5, -6]), 3) == [[1, 0, 0], [-2, 3, 0], [4, 5, -6]]
    assert checker.norms.triangle("", 0) == []
    rows = [[7] * (k + 1) + [0] * (39 - k) for k in range(40)]
    assert checker.norms.triangle(hexadecimal([7] * 820), 40) == rows


def test_triangles_of_short_integers(checker):
    """Two bytes an entry or four: the length says which."""
    short = b"".join(value.to_bytes(2, "little", signed=True) for value in (1, -2, 3, 4, 5, -6)).hex()
    assert checker.norms.triangle(short, 3) == [[1, 0, 0], [-2, 3, 0], [4, 5, -6]]
    with pytest.raises(checker.errors.Malformed, match="must be a triangle of 4 rows"):
        checker.norms.triangle(short, 4)


def test_bounds_by_squaring(checker):
    """Q Q^T = [[25, 24], [24, 25]], of norm 49: its largest row sum is 49, and so it is after every squaring."""
    by_squaring = checker.norms.by_squaring
    for squarings in (0, 1, 2):
        assert by_squaring([[3, 4], [4, 3]], 0, squarings) == 7
        assert by_squaring([[3, 4], [4, 3]], 3, squarings) == Fraction(7, 8)
    assert by_squaring([[3, 4], [4, 3]], 0, 3) == 8  # 7, and what rounding to 15 bits is charged
    # Q Q^T = [[2, 1], [1, 1]]: its Frobenius norm is the root of 7, its row sum 3, its norm 2.618; squared, 34 and 8
    assert [by_squaring([[1, 1], [0, 1]], 0, k) for k in (0, 1)] == [2, 2]
    assert by_squaring([[0, 0]], 5, 2) == 0
    # Q Q^T = 10 I has the Frobenius norm 14.1 and the row sum 10
    assert by_squaring([[1, 3], [3, -1]], 0, 0) == 4


def test_what_squaring_rounds_away_is_charged(checker, monkeypatch):
    """The entries lose nearly half a unit of 2^18 each, all of them: without the charge the bound is too small."""
    monkeypatch.setattr(checker.norms, "POWER_BITS", 3)
    entry = (5 << 18) + (1 << 17) - 1
    matrix = [[entry] * 4] * 4
    true = 4 * entry
    for squarings in (0, 1, 2):
        assert checker.norms.by_squaring(matrix, 0, squarings) >= true
    charged = checker.norms.with_rounding
    assert charged(10, 3, 5, 7) == 4 * (20 + 6) and charged(10, 0, 5, 7) == 10
    monkeypatch.setattr(checker.norms, "with_rounding", lambda norm, drop, *_: norm << drop)
    assert checker.norms.by_squaring(matrix, 0, 0) < true


class Known:
    """Norms that are given, and the pairs that have a witness."""

    def __init__(self, checker, values):
        self.norms = checker.norms.Norms({"norms": []}, 0)
        self.norms.known = {name: Fraction(value) for name, value in values.items()}
        self.norms.entries = {name: {} for name in values if " " in name}


def test_chains_use_pairs_where_they_have_a_witness(checker):
    single = {"A": 3, "B": 5, "C": 7}
    assert Known(checker, single).norms.chain(["A", "B", "C"]) == 105
    assert Known(checker, single).norms.chain(["B"]) == 5
    assert Known(checker, single).norms.chain([]) == 1
    assert Known(checker, {**single, "A B": 2}).norms.chain(["A", "B", "C"]) == Fraction(2 + 15, 2) * 7
    assert Known(checker, {**single, "B C": 2}).norms.chain(["A", "B", "C"]) == 3 * Fraction(2 + 35, 2)
    assert Known(checker, {**single, "A B": 2, "B C": 1}).norms.chain(["A", "B", "C"]) == min(
        Fraction(17, 2) * 7, 3 * Fraction(36, 2)
    )
    assert Known(checker, {**single, "A B": 100}).norms.chain(["A", "B"]) == 15
    assert Known(checker, {**single, "C A": 1}).norms.chain(["A", "B", "C"]) == 105
    four = {**single, "D": 11}
    assert Known(checker, {**four, "C D": 3}).norms.chain(["A", "B", "C", "D"]) == 15 * Fraction(3 + 77, 2)
    assert Known(checker, {**four, "B D": 1}).norms.chain(["A", "B", "C", "D"]) == 15 * 77


def layered(checker, data=None):
    """Two layers: W1 of two signs with its error [E+, -E-], W2 of one."""
    norms = checker.norms.Norms(data or {"norms": []}, 0)
    norms.add(1, [[48], [64]], [[1, 2], [3, 4]], 4)
    norms.add(2, [[16, 0], [0, 32]], [[1, 0], [0, -2]], 5)
    return norms


def test_norms_are_computed_once_and_pairs_from_both_matrices(checker):
    norms = layered(checker)
    assert norms.of("W1") == 5
    assert norms.of("W2 W1") == Fraction(isqrt((48 * 16) ** 2 + (64 * 32) ** 2 - 1) + 1, 512)
    norms.layers.clear()
    assert norms.of("W1") == 5
    with_witness = layered(checker, {"norms": [entry(5, [0]) | {"of": "W1"}]})
    assert with_witness.of("W1") == Fraction(2 * 5 + 2, 2)


def test_the_tickets_matrices_are_the_targets_plus_the_errors(checker):
    norms = layered(checker)
    assert norms.matrix("T2") == ([[17, 0], [0, 30]], 5)
    assert norms.matrix("T1") == ([[49, -46], [67, -60]], 4)
    (first, second) = norms.followed(2)
    assert first == (([[48, -48], [64, -64]], 4), ([[1, 2], [3, 4]], 4), ([[49, -46], [67, -60]], 4))
    assert second == (([[16, 0], [0, 32]], 5), ([[1, 0], [0, -2]], 5), ([[17, 0], [0, 30]], 5))


def test_witnesses_that_nothing_uses_are_refused(checker):
    rows = [entry(5, [0]) | {"of": "W1"}, entry(10, [0], [0, 0]) | {"of": "T1"}]
    norms = layered(checker, {"norms": rows})
    norms.of("W1")
    with pytest.raises(checker.errors.Malformed, match="the norm of T1 is not used"):
        norms.check_all_used()
    norms.of("T1")
    norms.check_all_used()


def test_the_bound_on_the_ball_adds_every_layer(checker):
    names = ["W2", "W3", "E1", "E2", "E3", "T2", "W1"]
    values = dict(zip(names, (2, 3, 5, 7, 11, 13, 17), strict=True))
    w2, w3, e1, e2, e3, t2, w1 = values.values()
    norms = Known(checker, values).norms
    assert checker.norms.ball_bound(norms, 1) == e1
    assert checker.norms.ball_bound(norms, 2) == w2 * e1 + e2 * (w1 + e1)
    more = Known(checker, {**values, "W4": 19, "E4": 23, "T3": 29}).norms
    assert checker.norms.ball_bound(more, 4) == (
        19 * w3 * w2 * e1 + (19 * w3 * e2 + 19 * e3 * t2 + 23 * 29 * t2) * (w1 + e1)
    )
    assert checker.norms.ball_bound(norms, 3) == w3 * w2 * e1 + w3 * e2 * (w1 + e1) + e3 * t2 * (w1 + e1)


COSTS = [
    ("integer_bytes", (29,), 40),
    ("integer_bytes", (60,), 56),
    ("integer_bytes", (1100,), 184),
    ("matrix_room", (7, 11, 130), 4760),
    ("entry_work", (900,), 15),
    ("entry_work", (1127,), 22),
    ("lane_bytes", (1568, 101, 63), 23),
    ("lane_bytes", (3, 30, 31), 9),
    ("product_work", (7, 500, 1568, 100, 63), 7041832),
    ("product_work", (500, 1568, 500, 28, 29), 25804000),
    ("product_work", (3, 5, 2, 900, 1100), 966),
    ("product_work", (1, 1, 1, 3270, 5), 177),
    ("product_room", (1, 1, 1, 30, 29), 64),
    ("witness_room", (16, 1, 1), 31264),
    ("product_room", (7, 500, 1568, 100, 63), 17862656),
    ("product_room", (3, 5, 2, 900, 1100), 4382),
    ("witness_work", (37,), 12321),
    ("witness_room", (37, 91, 28), 495578),
    ("witness_room", (3, 5, 170), 4770),
    ("gram_work", (37, 91, 28), 65635),
    ("gram_work", (130, 70, 45), 304328),
    ("gram_room", (37, 91, 28), 102342),
    ("power_room", (37, 91), 377696),
]


@pytest.mark.parametrize(("name", "arguments", "cost"), COSTS)
def test_costs_are_what_they_were(checker, name, arguments, cost):
    """Whoever changes one changes what is accepted."""
    assert getattr(checker.limits, name)(*arguments) == cost


def test_a_list_holds_a_pointer_and_an_integer_as_python_lays_them_out(checker):
    """Objects begin at multiples of 16 bytes."""
    for bits in (0, 29, 30, 59, 60, 89, 90, 119, 120, 149, 150, 179, 180, 299, 300, 1199, 1200):
        assert checker.limits.integer_bytes(bits) == 8 - sys.getsizeof(1 << bits) // -16 * 16


def relu(vector):
    return [max(x, 0) for x in vector]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


LAYERS = [
    ([[3, -2], [1, 4], [-5, 1]], [[1, 0], [0, -1], [1, 1]]),
    ([[2, -3, 1], [1, 1, -4]], [[0, 1, 0], [-1, 0, 1]]),
    ([[1, -2]], [[1, 1]]),
]


def network(count, bits):
    """(target, error, ticket) with its bits, a layer after the other, the ticket being target plus error."""
    rows = []
    for target, error in LAYERS[:count]:
        ticket = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(target, error, strict=True)]
        rows.append([(matrix, bits) for matrix in (target, error, ticket)])
    return rows


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("bits", [0, 3])
@pytest.mark.parametrize("ends", ["0 1", "-1 1", "1/2 1", "-1 -1/3", "1/3 1/3", "-1/7 2/5"])
def test_boxes_hold_the_difference_at_every_corner_and_inside(checker, count, bits, ends):
    low, high = map(Fraction, ends.split())
    found = checker.boxes.box_bound(network(count, bits), [(low, high)] * 2)
    unit = Fraction(1, 2**bits)
    largest = 0
    for x in product([low, (low + high) / 2, high, low + (high - low) / 7], repeat=2):
        theirs, ours = list(x), list(x)
        for number, ((target, _), _, (ticket, _)) in enumerate(network(count, bits)):
            theirs, ours = (relu(v) if number else v for v in (theirs, ours))
            theirs, ours = ([unit * y for y in times(*pair)] for pair in ((target, theirs), (ticket, ours)))
        gap = sum((a - b) ** 2 for a, b in zip(theirs, ours, strict=True))
        assert gap <= found**2
        largest = max(largest, gap)
    if count == 1 or low == high:  # nothing is lost in one layer, or at a point, but the rounding of the root
        slack = Fraction(1, 2**bits) / (2 * max(low.denominator, high.denominator))
        assert max(found - slack, 0) ** 2 <= largest


@pytest.mark.parametrize(
    ("value", "gap"),
    [
        (([2], 5, 0), ([1], 0, 1)),
        (([2], -5, 0), ([1], 0, 1)),
        (([2], 0, 1), ([1], 1, 2)),
        (([2], 1, 0), ([-1], 3, 0)),
        (([3], -1, 2), ([0], -2, 0)),
        (([0], 0, 4), ([1], 0, 0)),
        (([1], 2, 1), ([2], 4, 1)),
        (([1], -2, 1), ([2], -4, 1)),
        (([1], 1, 0), ([0], 0, 0)),
        (([1], -1, 0), ([0], 0, 0)),
        (([1], 0, 0), ([1], -1, 0)),
        (([1], 0, 0), ([1], 1, 0)),
        (([0], 0, 0), ([1], 0, 0)),
        (([1], -1, 0), ([1], 1, 0)),
        (([1], 1, 0), ([1], 1, 0)),
        (([2], -5, 0), ([0], 1, 0)),
        (([2], 5, 0), ([0], 2, 1)),
    ],
)
def test_behind_a_relu_both_forms_enclose(checker, value, gap):
    """Forms over one input x in [-1, 1]; every pair of values that they admit is followed."""

    def ends(form):
        return form[1] - sum(map(abs, form[0])) - form[2], form[1] + sum(map(abs, form[0])) + form[2]

    z_form, d_form = checker.boxes.behind_relu(value, gap, ends)
    for x in (-1, Fraction(-1, 3), 0, Fraction(1, 2), 1):
        for r, s in product((-1, Fraction(-1, 2), 0, 1), repeat=2):
            z = value[0][0] * x + value[1] + value[2] * r
            d = gap[0][0] * x + gap[1] + gap[2] * s
            for form, true in ((z_form, max(z, 0)), (d_form, max(z, 0) - max(z - d, 0))):
                middle = form[0][0] * x + form[1]
                assert middle - form[2] <= 512 * true <= middle + form[2]
    low, high = ends(value)
    least, most = ends(checker.boxes.added(value, checker.boxes.scaled(gap, -1)))
    if low >= 0:
        assert z_form == tuple(checker.boxes.scaled(value, 512))
        assert least < 0 or d_form == tuple(checker.boxes.scaled(gap, 512))
    if high <= 0:
        assert z_form == ([0], 0, 0)
        assert most > 0 or d_form == ([0], 0, 0)


def test_the_share_behind_a_relu_that_may_switch(checker):
    def ends(form):
        return form[1] - abs(form[0][0]) - form[2], form[1] + abs(form[0][0]) + form[2]

    value, gap = checker.boxes.behind_relu(([3], 1, 0), ([1], 0, 2), ends)
    # from -2 to 4: the share is 256 * 4 // 6 = 170, the half the larger of 170 * 2 and 86 * 4
    assert value == ([3 * 340], 340 + 344, 344)
    assert gap == ([256], 0, 2 * 256 + 256 * 3)
    value, gap = checker.boxes.behind_relu(([1], 5, 0), ([2], 4, 1), ends)
    assert value == ([512], 5 * 512, 0)  # from 4 to 6, the target from -1 to 3
    assert gap == ([512], 4 * 256, 256 + 256 * 7)
    value, gap = checker.boxes.behind_relu(([1], -5, 0), ([2], -6, 1), ends)
    assert value == ([0], 0, 0)
    assert gap == ([512], -6 * 256, 256 + 256 * 9)
    assert checker.boxes.behind_relu(([1], -5, 0), ([1], 1, 0), ends)[1] == ([0], 0, 0)
    assert checker.boxes.behind_relu(([1], 5, 0), ([1], 1, 0), ends)[1] == ([512], 512, 0)


def test_forms(checker):
    assert checker.boxes.added(([1, 2], 3, 4), ([5, -6], -7, 8)) == ([6, -4], -4, 12)
    assert checker.boxes.scaled(([1, -2], 3, 4), -3) == ([-3, 6], -9, 12)
    assert checker.boxes.through([[2, -1], [0, 3]], [([1, 2], 5, 1), ([3, 4], 7, 2)]) == [
        ([-1, 0], 3, 4),
        ([9, 12], 21, 6),
    ]


def bits_of(flags):
    """Flags as the packed bytes of a mask."""
    data = bytearray(-(-len(flags) // 8))
    for k, flag in enumerate(flags):
        data[k // 8] |= flag << k % 8
    return bytes(data)


@pytest.mark.parametrize("chunk", [8, 16, 1 << 14])
@pytest.mark.parametrize("units", [3, 4, 5, 9, 14, 17])
@pytest.mark.parametrize(
    ("number", "signs", "radii"), [(1, 2, (2**24, 2**24)), (3, 1, (2**24 - 5, 2**20 + 1)), (1, 2, (2, 2**24))]
)
def test_sums_of_kept_products(checker, monkeypatch, units, number, signs, radii, chunk):
    """Every product is looked up by its draws and added where its unit's owner and sign say, block after block."""
    monkeypatch.setattr(checker.masks, "CHUNK", chunk)
    seed, rows, columns = 2**40 + 17, 3, 3
    n = 1 if units == 5 else units // columns
    late = [2, 0, columns - 1][: units - columns * n]
    tensor = checker.tensors.Tensor
    kept = [k % 5 != 3 for k in range(units)]
    edges = [[row == 2 or (k * k + row) % 3 != 0 for k in range(units)] for row in range(rows)]
    packed = {
        f"units_{number}": tensor("U8", (-(-units // 8),), memoryview(bits_of(kept))),
        f"edges_{number}": tensor("U8", (rows, -(-units // 8)), memoryview(b"".join(map(bits_of, edges)))),
    }
    if late:
        data = b"".join(j.to_bytes(4, "little") for j in late)
        packed[f"owners_{number}"] = tensor("U32", (len(late),), memoryview(data))
    owner = [u % columns for u in range(columns * n)] + late
    layer = {"rows": rows, "columns": columns, "n": n, "units": units, "signs": signs, "scale": 0}
    layer |= {"radius_1": radii[0], "radius_2": radii[1]}

    def weight(matrix, row, column, radius):
        odd = 2 * (philox(seed, 0x4E000000 + matrix, row, column) // 256) + 1 - 2**24
        return odd * radius // 2**24

    sums = [[0] * signs * columns for _ in range(rows)]
    for row in range(rows):
        for u in range(units):
            first = weight(2 * number - 1, u, owner[u], radii[0]) if kept[u] else 0
            if edges[row][u] and (first >= 0 or signs == 2):
                sums[row][owner[u] + (columns if first < 0 else 0)] += abs(first) * weight(2 * number, row, u, radii[1])
    pair = checker.masks.Kept(number, layer, seed, packed)
    assert pair.counts == [sum(kept), sum(map(sum, edges))]
    assert [pair.sums(row) for row in range(rows)] == sums


def test_masks_of_nothing_give_zeros(checker):
    tensor = checker.tensors.Tensor
    packed = {
        "units_1": tensor("U8", (4,), memoryview(bytes(4))),
        "edges_1": tensor("U8", (2, 4), memoryview(bytes(8))),
    }
    layer = {"rows": 2, "columns": 4, "n": 8, "units": 32, "signs": 2, "scale": 0, "radius_1": 2**24, "radius_2": 2**24}
    pair = checker.masks.Kept(1, layer, 0, packed)
    assert pair.counts == [0, 0] and pair.sums(1) == [0] * 8


def test_masks_have_no_stray_bits(checker):
    tensor, malformed = checker.tensors.Tensor, checker.errors.Malformed
    good = bytes((255, 63, 0, 63))

    def mask(data, columns):
        return checker.masks.mask({"m": tensor("U8", (2, 2), memoryview(data))}, "m", (2,), columns)

    assert mask(good, 14) == good
    for place in (1, 3):
        stray = bytearray(good)
        stray[place] |= 64
        assert mask(bytes(stray), 15)
        with pytest.raises(malformed, match="has bits beyond its last column"):
            mask(bytes(stray), 14)
    assert mask(b"\xff" * 4, 16) == b"\xff" * 4


def test_the_ends_of_the_inputs(checker):
    def ends(columns, inputs, signs, low, high):
        layer = {"columns": columns, "signs": signs}
        return checker.ticket.input_ends(layer, inputs, (Fraction(low), Fraction(high)))

    assert ends(2, 2, 1, "1/2", 1) == [(Fraction(1, 2), 1)] * 2
    assert ends(2, 1, 1, 0, 1) == [(0, 1), (1, 1)]
    assert ends(3, 2, 1, 0, 1) == [(0, 1)] * 2 + [(1, 1)]
    assert ends(1, 1, 2, "1/2", 1) == [(Fraction(1, 2), 1), (0, 0)]
    assert ends(1, 1, 2, -1, "-1/2") == [(0, 0), (Fraction(1, 2), 1)]
    assert ends(3, 3, 2, -1, 2) == [(0, 2)] * 3 + [(0, 1)] * 3
    assert ends(4, 3, 2, -3, -1) == [(0, 0)] * 3 + [(1, 1)] + [(1, 3)] * 3 + [(0, 0)]


@pytest.mark.parametrize("last", [0, 1, 3])
@pytest.mark.parametrize("box", [None, (-1, 1), ("-1/2", "1/3"), (2, 3), ("-7/5", "1/9"), (0, "1/7")])
@pytest.mark.parametrize("inputs", [1, 2, 3, 5])
def test_the_norm_of_an_input_is_rounded_up(checker, inputs, last, box):
    ends = box and tuple(map(Fraction, box))
    square = (1 if box is None else inputs * max(end**2 for end in ends)) + (last > 0)
    found = checker.ticket.input_norm(inputs, last, ends)
    unit = Fraction(1, 2**48)
    assert found == 1 if square == 1 else (found - unit) ** 2 <= square < found**2


def test_targets_in_units_as_fine_as_their_entries(checker):
    def matrix(values, rows, columns, bias=(), last=0):
        data = struct.pack(f"<{len(values)}d", *values)
        target = {"weight_1": checker.tensors.Tensor("F64", (rows, columns), memoryview(data))}
        if bias:
            data = struct.pack(f"<{len(bias)}d", *bias)
            target["bias_1"] = checker.tensors.Tensor("F64", (len(bias),), memoryview(data))
        layer = {"rows": rows + (1 < last), "columns": columns + (1 <= last)}
        return checker.ticket.target_matrix(1, layer, target, last)[:2]

    assert matrix([1.5, -0.25], 1, 2) == ([[3 * 2**47, -(2**46)]], 48)
    assert matrix([3 * 2.0**-60, 1.0], 2, 1) == ([[3], [2**60]], 60)
    assert matrix([2.0**-48, 2.0**-47], 1, 2) == ([[1, 2]], 48)
    assert matrix([2.0**-49, 0.0], 1, 2) == ([[1, 0]], 49)
    one = 2**48
    assert matrix([1.0, 2.0], 1, 2, [3.0], 1) == ([[one, 2 * one, 3 * one]], 48)
    assert matrix([1.0, 2.0], 1, 2, [3.0], 2) == ([[one, 2 * one, 3 * one], [0, 0, one]], 48)
    assert matrix([1.0, 2.0], 2, 1, (), 2) == ([[one, 0], [2 * one, 0], [0, one]], 48)
