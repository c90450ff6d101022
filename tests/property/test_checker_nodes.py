"""Nodes of evidence on random terms: a negative value of the term is a negative value of a task that is left."""

import random
from fractions import Fraction

import mpmath
import pytest

F = Fraction
ROUNDS = 100
SMALL = mpmath.mpf(10) ** -40
LEAVES = ("x", "y", F(1), F(2), F(-1), F(1, 3), ("sin", "x"), ("cos", "x"), ("cos", ("*", F(2), "x")))
HEADS = ("+", "+", "*", "*", "-", "/", "min", "max", "abs", "sin", "cos", "exp", "sqrt", "^")
ROOTS = (("/", "x", "y"), ("/", "y", ("+", "x", F(1))), ("*", "x", "y"), ("/", F(2), "x"), ("/", ("-", "x", "y"), "y"))


@pytest.fixture(autouse=True)
def precise():
    with mpmath.workdps(60):
        yield


def grown(rng, depth, leaves=LEAVES, heads=HEADS):
    """A random term."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(leaves)
    head = rng.choice(heads)
    if head == "^":
        return ("^", grown(rng, depth - 1, leaves, heads), F(rng.choice((2, 3, -1))))
    count = 1 if head in ("abs", "sin", "cos", "exp", "sqrt") else 2
    return (head, *(grown(rng, depth - 1, leaves, heads) for _ in range(count)))


def value(item, point):
    """The real value of a term, or None where it has none."""
    if isinstance(item, Fraction):
        return mpmath.mpf(item.numerator) / item.denominator
    if isinstance(item, str):
        return mpmath.pi if item == "pi" else point[item]
    values = [value(part, point) for part in item[1:]]
    if None in values or any(abs(v) > 1e30 for v in values):
        return None
    a, b = values[0], values[-1]
    match item[0]:
        case "+" | "*":
            return mpmath.fsum(values) if item[0] == "+" else mpmath.fprod(values)
        case "-":
            return -a if len(values) == 1 else a - b
        case "/":
            return a / b if abs(b) > SMALL else None
        case "^" if a <= SMALL and (b != int(b) or b <= 0):
            return None
        case "^":
            return a**b
        case "log" | "sqrt" if a < SMALL:
            return None
        case "min" | "max" | "abs":
            return {"min": min, "max": max, "abs": lambda u: abs(u)}[item[0]](*values)
    return getattr(mpmath, item[0])(a) if abs(a) < 60 else None


def points(rng, count=12):
    return [{n: mpmath.mpf(rng.randint(1, 900)) / 97 * rng.choice((1, 1, -1)) for n in "xy"} for _ in range(count)]


def left(checker, node, term, ranges, *arguments):
    """The tasks that a node leaves on a box, or None if it refuses."""
    try:
        return list(node(checker.goal.Goal(term, ranges), False, *arguments))
    except (checker.errors.Rejected, checker.errors.Malformed):
        return None


def close(a, b):
    return a is None or b is None or abs(a - b) <= mpmath.mpf(10) ** -25 * (1 + abs(a) + abs(b))


EVERYWHERE = (("x", "(", None, None, ")"), ("y", "(", None, None, ")"))


@pytest.mark.parametrize("seed", range(4))
def test_either_value_is_taken(checker, seed):
    rng, seen = random.Random(seed), 0
    for _ in range(ROUNDS):
        old = (rng.choice(("abs", "min", "max")), *(grown(rng, 1) for _ in range(2)))
        old = old[:2] if old[0] == "abs" else old
        term = grown(rng, 2, (*LEAVES, old, old, old))
        tasks = left(checker, checker.nodes.either, term, EVERYWHERE, old, None, None)
        if tasks is None or len(tasks) != 2:
            continue
        for point in points(rng):
            here = value(term, point)
            values = [value(task.goal.term, point) for task in tasks]
            seen += here is not None
            assert None in values or any(close(here, v) for v in values)
        assert all(task.new and task.goal.ranges == EVERYWHERE for task in tasks)
    assert seen > 200


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_of_their_parts(checker, seed):
    rng, seen = random.Random(seed), 0
    for _ in range(ROUNDS):
        parts = [grown(rng, 2) for _ in range(3)]
        rows = [[data(part), None] for part in parts]
        wrong = rng.random() < 0.5
        term = ("+", *parts) if not wrong else ("+", parts[0], parts[1], grown(rng, 2))
        tasks = left(checker, checker.nodes.total, ("*", term, F(1)), EVERYWHERE, rows)
        for point in points(rng) if tasks is not None else ():
            values = [value(task.goal.term, point) for task in tasks]
            seen += 1
            assert None in values or close(value(term, point), mpmath.fsum(values))
        assert tasks is None or all(task.new for task in tasks)
    assert seen > 200


def data(item):
    """A term as JSON data."""
    return str(item) if not isinstance(item, tuple) else [item[0], *map(data, item[1:])]


@pytest.mark.parametrize("seed", range(4))
def test_one_period_has_every_value(checker, seed):
    rng, seen = random.Random(seed), 0
    for _ in range(ROUNDS):
        leaves = (*LEAVES[2:], ("cos", ("/", "x", F(2))), "y", "x") if rng.random() < 0.5 else (*LEAVES[2:], "y")
        term = grown(rng, 3, leaves)
        tasks = left(checker, checker.nodes.period, term, EVERYWHERE, EVERYWHERE[0], None)
        for point in points(rng) if tasks is not None else ():
            within = point | {"x": point["x"] - 2 * mpmath.pi * mpmath.floor(point["x"] / (2 * mpmath.pi))}
            ((name, opening, low, high, closing), _) = tasks[0].goal.ranges
            assert (name, opening, value(low, {}), value(high, {}), closing) == ("x", "[", 0, 2 * mpmath.pi, "]")
            assert tasks[0].new and close(value(term, point), value(tasks[0].goal.term, within))
            seen += 1
    assert seen > 200


@pytest.mark.parametrize("seed", range(4))
def test_inverted_ranges_have_every_value(checker, seed):
    rng, seen = random.Random(seed), 0
    for _ in range(ROUNDS):
        low, opening = F(rng.randint(-6, 6), rng.choice((1, 2, 3))), rng.choice("[(")
        r = ("x", opening, low, None, ")")
        term = grown(rng, 3)
        (task,) = left(checker, checker.nodes.invert, term, (r, EVERYWHERE[1]), r, None)
        (_, start, zero, one, end), _ = task.goal.ranges
        assert (start, zero, one, end, task.new) == ("(", 0, 1, "]" if opening == "[" else ")", True)
        for point in points(rng):
            x = value(low, {}) + abs(point["x"]) * rng.choice((0, 1, 1, 1000))
            if opening == "(" and x == value(low, {}):
                continue
            s = 1 / (x - value(low, {}) + 1)
            assert 0 < s <= 1 and (s < 1 or end == "]")
            here, there = value(term, point | {"x": x}), value(task.goal.term, point | {"x": s})
            assert here is None or there is None or abs(here - there) <= 1e-15 * (1 + abs(here)) * (1 + abs(x))
            seen += 1
    assert seen > 200


@pytest.mark.parametrize("seed", range(6))
def test_terms_that_algebra_calls_the_same_have_the_same_values(checker, seed):
    """Roots of quotients above all: whole powers of them are settled to their bases."""
    rng, equal = random.Random(seed), 0
    for _ in range(ROUNDS):
        base = rng.choice(ROOTS)
        root = rng.choice((("sqrt", base), ("^", base, F(1, 3)), ("^", base, F(2, 3)), ("^", base, F(-1, 2))))
        f = grown(rng, 3, ("x", "y", F(2), root, root, root), ("+", "-", "*", "*", "/", "^"))
        power = {"sqrt": (2, F(1))}.get(root[0]) or (root[2].denominator, F(root[2].numerator))
        settled = ("*", ("^", base, power[1]), ("^", root, F(1 - power[0])))  # root = base^p root^(1-q)
        g = exchanged(rng, f, root, settled)
        g = g if rng.random() < 0.7 else ("-", g) if rng.random() < 0.5 else exchanged(rng, g, base, ("-", base))
        try:
            same = checker.algebra.same(f, g)
        except checker.errors.Rejected:
            continue
        equal += same and f != g
        for point in points(rng):
            assert not same or close(value(f, point), value(g, point)), (f, g, point)
    assert equal > 10


def exchanged(rng, item, old, new):
    """The term with some of its parts exchanged."""
    if item == old:
        return new if rng.random() < 0.8 else item
    return (item[0], *(exchanged(rng, part, old, new) for part in item[1:])) if isinstance(item, tuple) else item
