"""The rules about layers and networks, attacked by small networks in exact rationals; each catches a wrong rule."""

import random
from fractions import Fraction as Q
from itertools import pairwise, product

from lt_proofs.proof.evaluate import exact_value
from lt_proofs.terms import parse_term

STEP = parse_term("w*s + p*g")
GROWTH = parse_term("q*g")


def relu(vector):
    return [max(y, Q(0)) for y in vector]


def times(matrix, vector):
    return [sum(w * y for w, y in zip(row, vector, strict=True)) for row in matrix]


def less(first, second):
    return [a - b for a, b in zip(first, second, strict=True)]


def square(vector):
    return sum(y * y for y in vector)


def drawn(rng, rows, columns, unit=8):
    return [[Q(rng.randint(-unit, unit), unit) for _ in range(columns)] for _ in range(rows)]


def root_above(value):
    """A rational that is at least the root of another, by Newton's step from above."""
    if not value:
        return Q(0)
    guess = max(value, Q(1))
    for _ in range(6):
        guess = (guess + value / guess) / 2
    return guess if guess.denominator < 10**12 else Q(-(-guess.numerator * 10**12 // guess.denominator), 10**12)


def frobenius(matrix):
    """At least the spectral norm; the entry itself for a number."""
    return abs(matrix[0][0]) if len(matrix) == len(matrix[0]) == 1 else root_above(sum(map(square, matrix)))


def scaled(matrix, most):
    """The matrix made so small that its norm is at most this."""
    norm = frobenius(matrix)
    return [[w * most / norm for w in row] for row in matrix] if norm > most else matrix


def shapes(rng, most=2):
    return [rng.choice((1, 1, most)) for _ in range(rng.randint(2, 5))]


def vectors(rng, size):
    """A few inputs, the unit vectors among them."""
    units = [[Q(sign * (i == j)) for i in range(size)] for j in range(size) for sign in (1, -1)]
    return units + [[Q(rng.randint(-9, 9), 9) for _ in range(size)] for _ in range(3)]


def test_one_weight_by_hidden_units_of_both_signs():
    """Units with u > 0 that make w, and others that make -w, are within the tolerance times |x| of w x."""
    rng, caught = random.Random(1), False
    for _ in range(300):
        units = [(Q(rng.randint(-16, 16), 16), Q(rng.randint(-16, 16), 16)) for _ in range(rng.randint(2, 6))]
        ups = [b * u for u, b in units if u > 0]
        downs = [-b * u for u, b in units if u < 0]
        w = Q(rng.randint(-8, 8), 8)
        chosen, against, alike = nearest(ups, w), nearest(downs, -w), nearest(downs, w)
        off = max(abs(sum(chosen) - w), abs(sum(against) + w))
        for x in (Q(1), Q(-1), Q(3, 7), Q(-2, 5)):
            made = sum(chosen) * max(x, 0) + sum(against) * max(-x, 0)
            assert abs(w * x - made) <= off * abs(x)
            wrong = sum(chosen) * max(x, 0) + sum(alike) * max(-x, 0)
            caught = caught or abs(w * x - wrong) > max(off, abs(sum(alike) - w)) * abs(x)
    assert caught


def nearest(parts, target):
    """The part of some numbers whose sum is nearest to a target."""
    choices = product((False, True), repeat=len(parts))
    sums = ([y for y, taken in zip(parts, choice, strict=True) if taken] for choice in choices)
    return min(sums, key=lambda chosen: abs(sum(chosen) - target))


def test_entries_make_a_layer():
    """Errors of at most t in each entry, one for each sign of its input, move W x by at most t sqrt(d e) |x|."""
    rng, caught = random.Random(2), False
    for _ in range(300):
        rows, columns, t = rng.randint(1, 3), rng.randint(1, 3), Q(rng.randint(1, 9), 9)
        up, down = (
            [[t * rng.choice((-1, 1, 1, Q(rng.randint(-3, 3), 3))) for _ in range(columns)] for _ in range(rows)]
            for _ in range(2)
        )
        for x in [*vectors(rng, columns), [Q(1)] * columns]:
            moved = two_sided(up, down, x)
            assert square(moved) <= t**2 * rows * columns * square(x)
            caught = caught or square(moved) > t**2 * max(rows, columns) * square(x)
    assert caught


def test_layers_compose():
    """Norms at most 1 and errors of at most h |x| make (1 + h)^l - 1, and not l h."""
    rng, caught = random.Random(3), False
    for _ in range(300):
        widths, h = shapes(rng), Q(rng.randint(1, 6), 12)
        depth = len(widths) - 1
        layers = []
        for columns, rows in pairwise(widths):
            target = [[Q(1)]] if rows == columns == 1 and rng.random() < 0.5 else scaled(drawn(rng, rows, columns), 1)
            error = scaled(drawn(rng, rows, columns), h) if rng.random() < 0.4 else [[h * w for w in r] for r in target]
            layers.append((target, error))
        for x in vectors(rng, widths[0]):
            f = g = x
            for k, (target, error) in enumerate(layers):
                f, g = (relu(f), relu(g)) if k else (f, g)
                f, g = times(target, f), [a + b for a, b in zip(times(target, g), times(error, g), strict=True)]
            bound = (1 + h) ** depth - 1
            assert square(less(f, g)) <= bound**2 * square(x)
            assert 1 + bound < sum(((depth * h) ** k / factorial(k) for k in range(30)), Q(0))
            caught = caught or square(less(f, g)) > (depth * h) ** 2 * square(x)
    assert caught


def factorial(k):
    return 1 if k < 2 else k * factorial(k - 1)


def recursion(layers, step, growth):
    """The bound after the layers, by the terms of a-posteriori."""
    s, g = Q(0), Q(1)
    for target, ticket in layers:
        gap = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(target, ticket, strict=True)]
        at = {"w": frobenius(target), "p": frobenius(gap), "q": frobenius(ticket), "s": s, "g": g}
        s, g = exact_value(step, at), exact_value(growth, at)
    return s


def test_the_recursion_bounds_two_networks():
    rng = random.Random(4)
    wrong = {
        "the error once": (parse_term("w*s + p"), GROWTH),
        "growth of the target": (STEP, parse_term("w*g")),
        "a tenth left out": (parse_term("w*s + 9/10*p*g"), GROWTH),
        "the ticket carries the error": (parse_term("q*s + p*g"), GROWTH),
    }
    caught = set()
    for _ in range(400):
        widths = shapes(rng)
        layers = [(drawn(rng, rows, columns, 4), drawn(rng, rows, columns, 3)) for columns, rows in pairwise(widths)]
        bound = recursion(layers, STEP, GROWTH)
        wrongly = {name: recursion(layers, *terms) for name, terms in wrong.items()}
        for x in vectors(rng, widths[0]):
            f = g = x
            for k, (target, ticket) in enumerate(layers):
                f, g = (relu(f), relu(g)) if k else (f, g)
                f, g = times(target, f), times(ticket, g)
            gap = square(less(f, g))
            assert gap <= bound**2 * square(x)
            caught |= {name for name, other in wrongly.items() if gap > other**2 * square(x)}
    assert caught == set(wrong)


def test_a_first_layer_that_sees_both_signs():
    """The norm of [W - V+, V- - W] bounds the first layer; the larger of the two norms does not."""
    rng = random.Random(5)
    for _ in range(200):
        up, down = (scaled(drawn(rng, 2, 2, 2), 1) for _ in range(2))
        both = [a + [-y for y in b] for a, b in zip(up, down, strict=True)]
        for x in [*vectors(rng, 2), [Q(1), Q(-1)]]:
            assert square(two_sided(up, down, x)) <= frobenius(both) ** 2 * square(x)
    x = [Q(1), Q(-1)]
    assert square(two_sided([[1, 0], [0, 1]], [[0, -1], [-1, 0]], x)) > square(x)


def two_sided(up, down, x):
    """up relu(x) - down relu(-x)."""
    return less(times(up, relu(x)), times(down, relu([-y for y in x])))
