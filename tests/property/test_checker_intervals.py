"""The checker's intervals, derivatives, conditions and identities against exact rationals, Arb and sympy."""

import importlib
import sys
from fractions import Fraction
from math import inf
from types import SimpleNamespace

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lt_proofs.certificates.checking import CHECKER
from lt_proofs.proof import calculus as searching
from lt_proofs.terms import Apply, Number, Symbol

NAMES = ("x", "y")
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "abs")
SMOOTH = FUNCTIONS[:-1]
PRECISION = 400


@pytest.fixture(scope="module")
def checker():
    """The checker's modules, loaded as its own program loads them, and unloaded from sys.modules again."""
    path, modules = list(sys.path), dict(sys.modules)
    sys.path.insert(0, str(CHECKER))
    try:
        names = ("algebra", "calculus", "functions", "intervals", "syntax")
        loaded = {name: importlib.import_module(f"inequalities.{name}") for name in names}
        loaded = SimpleNamespace(errors=importlib.import_module("errors"), **loaded)
        spare_huge_arguments(loaded)
        yield loaded
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - set(modules):
            if str(CHECKER) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def spare_huge_arguments(checker):
    """Reject arguments whose values alone would need millions of bits: these tests are about right, not about cost."""
    checker.functions.exp = spared(checker, checker.functions.exp)
    checker.functions.sin_cos = spared(checker, checker.functions.sin_cos)


def spared(checker, function):
    def tried(x, bits):
        if abs(x) > 10**6:
            raise checker.errors.Rejected("spared")
        return function(x, bits)

    return tried


rationals = st.builds(Fraction, st.integers(-40, 40), st.sampled_from((1, 1, 2, 3, 7, 64, 10**9, 2**200 + 1)))
small = st.builds(Fraction, st.integers(-6, 6), st.sampled_from((1, 1, 2, 3)))
units = st.builds(lambda a, b: Fraction(min(a, b), max(a, b, 1)), st.integers(0, 60), st.integers(0, 60))


def terms(functions=FUNCTIONS, lattice=True, leaves=8):
    """Terms as the checker reads them, denominators and roots anywhere."""
    leaf = st.one_of(st.sampled_from(NAMES), small, st.just("pi")) if functions else st.sampled_from(NAMES) | small

    def grown(inner):
        powers = small if functions else st.integers(-3, 4).map(Fraction)
        forms = [
            st.tuples(st.sampled_from("+*"), inner, inner),
            st.tuples(st.sampled_from("+*"), inner, inner, inner),
            st.tuples(st.sampled_from("-/"), inner, inner),
            st.tuples(st.just("-"), inner),
            st.tuples(st.just("^"), inner, powers),
        ]
        if functions:
            forms += [st.tuples(st.sampled_from(functions), inner), st.tuples(st.just("^"), inner, inner)]
        if lattice:
            forms += [st.tuples(st.sampled_from(("min", "max")), inner, inner), st.tuples(st.just("abs"), inner)]
        return st.one_of(forms)

    return st.recursive(leaf, grown, max_leaves=leaves).filter(lambda item: tower(item) <= 50)


def tower(item):
    """The greatest product of exponents above one another."""
    if not isinstance(item, tuple):
        return 1
    own = max(1, abs(item[2])) if item[0] == "^" and isinstance(item[2], Fraction) else 1
    return own * max(map(tower, item[1:]))


@st.composite
def ranges(draw):
    """A range, open or closed, perhaps infinite or of no width."""
    low, high = sorted((draw(rationals), draw(rationals)))
    if low == high:
        return (low, high, False, False)
    low_open, high_open = draw(st.booleans()), draw(st.booleans())
    if draw(st.integers(0, 5)) == 0:
        low, low_open = -inf, True
    if draw(st.integers(0, 5)) == 0:
        high, high_open = inf, True
    return (low, high, low_open, high_open)


@st.composite
def inside(draw, box):
    """An exact point of a range, its ends as likely as any other when they belong to it."""
    low, high, low_open, high_open = box
    part = draw(units)
    if low == -inf and high == inf:
        return draw(rationals)
    if low == -inf or high == inf:
        end, sign, closed = (high, -1, not high_open) if low == -inf else (low, 1, not low_open)
        away = draw(st.sampled_from((Fraction(1, 10**30), Fraction(1, 3), Fraction(5), Fraction(10**6))))
        return end if closed and draw(st.booleans()) else end + sign * away
    point = low + (high - low) * part
    if (point == low and low_open) or (point == high and high_open):
        return (low + high) / 2
    return point


def exact(item, point):
    """The value in rationals; None where there is none."""
    if isinstance(item, Fraction):
        return item
    if isinstance(item, str):
        return point[item]
    head, *args = item
    values = [exact(arg, point) for arg in args]
    if None in values:
        return None
    first, *rest = values
    if head == "-" and not rest:
        return -first
    if head == "abs":
        return abs(first)
    for value in rest:
        if (head == "/" and not value) or (head == "^" and not first and value <= 0):
            return None
        first = OPERATIONS[head](first, value)
    return first


OPERATIONS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "min": min,
    "max": max,
    "^": lambda x, y: x ** int(y),
}


def ball(item, point):
    """The value as an Arb ball; None where it is not certainly defined."""
    if isinstance(item, Fraction):
        return arb(fmpq(item.numerator, item.denominator))
    if isinstance(item, str):
        return arb.pi() if item == "pi" else ball(point[item], {})
    head, *args = item
    if head == "^" and isinstance(args[1], Fraction) and args[1].denominator == 1:
        base, n = ball(args[0], point), int(args[1])
        return None if base is None or (n <= 0 and not (base > 0 or base < 0)) else base**n
    values = [ball(arg, point) for arg in args]
    if any(value is None or not value.is_finite() for value in values):
        return None
    first, *rest = values
    if head in FUNCTIONS:
        if (head == "log" and not first > 0) or (head == "sqrt" and not first >= 0):
            return None
        return abs(first) if head == "abs" else getattr(first, head)()
    if head == "-" and not rest:
        return -first
    for value in rest:
        if head == "/" and not (value > 0 or value < 0):
            return None
        if head == "^":
            if not first > 0:
                return None
            first = (value * first.log()).exp()
        elif head in ("min", "max"):
            first = getattr(first, head)(value)
        else:
            first = OPERATIONS[head](first, value)
    return first


def precise(item, point):
    """The value as a finite ball of high precision, or None."""
    before, ctx.prec = ctx.prec, PRECISION
    try:
        value = ball(item, point)
        return None if value is None or not value.is_finite() else value
    finally:
        ctx.prec = before


def bounds(value):
    """The ends of a ball as exact rationals."""
    before, ctx.prec = ctx.prec, PRECISION
    try:
        (m, e), (r, f) = value.mid().man_exp(), value.rad().man_exp()
    finally:
        ctx.prec = before
    middle, radius = int(m) * Fraction(2) ** int(e), int(r) * Fraction(2) ** int(f)
    return middle - radius, middle + radius


def enclosure(checker, item, box, bits):
    """The checker's interval, or None where it rejects."""
    try:
        return checker.intervals.evaluate(item, box, bits)
    except checker.errors.Rejected:
        return None


@settings(max_examples=300)
@given(data=st.data(), item=terms((), leaves=7), bits=st.sampled_from((4, 8, 64)))
def test_exact_values_lie_inside_and_open_ends_are_never_taken(checker, data, item, bits):
    box = {name: data.draw(ranges()) for name in NAMES}
    found = enclosure(checker, item, box, bits)
    assume(found is not None)
    for _ in range(4):
        value = exact(item, {name: data.draw(inside(box[name])) for name in NAMES})
        assert value is not None, "accepted as defined where it is not"
        low, high, low_open, high_open = found
        assert low <= value <= high
        assert not (low_open and value == low)
        assert not (high_open and value == high)


@settings(max_examples=300)
@given(data=st.data(), item=terms(leaves=6), bits=st.sampled_from((4, 16, 64, 150)))
def test_values_by_arb_lie_inside(checker, data, item, bits):
    box = {name: data.draw(ranges()) for name in NAMES}
    found = enclosure(checker, item, box, bits)
    assume(found is not None)
    for _ in range(3):
        value = precise(item, {name: data.draw(inside(box[name])) for name in NAMES})
        if value is not None:
            least, most = bounds(value)
            assert found[0] <= most
            assert least <= found[1]


@settings(max_examples=300)
@given(data=st.data(), item=terms((), leaves=7))
def test_a_smaller_box_has_a_smaller_interval(checker, data, item):
    """At a precision at which nothing is rounded; rounding spares short rationals, so it need not keep the order."""
    bits = 100_000
    outer = {name: data.draw(ranges()) for name in NAMES}
    inner = {}
    for name, box in outer.items():
        low, high = sorted((data.draw(inside(box)), data.draw(inside(box))))
        thin = low == high
        inner[name] = (low, high, not thin and data.draw(st.booleans()), not thin and data.draw(st.booleans()))
    whole = enclosure(checker, item, outer, bits)
    assume(whole is not None)
    part = enclosure(checker, item, inner, bits)
    assert part is not None
    assert whole[0] <= part[0]
    assert part[1] <= whole[1]
    assert part[2] or not (whole[2] and whole[0] == part[0])
    assert part[3] or not (whole[3] and whole[1] == part[1])


def searched(item):
    """The checker's term as one of the library."""
    if isinstance(item, Fraction):
        return Number(item)
    return Symbol(item) if isinstance(item, str) else Apply(item[0], tuple(map(searched, item[1:])))


def checked(item):
    """The library's term as one of the checker."""
    if isinstance(item, Number):
        return item.value
    return item.name if isinstance(item, Symbol) else (item.head, *map(checked, item.args))


@settings(max_examples=300)
@given(item=terms(leaves=10))
def test_search_and_checker_number_the_same_conditions(checker, item):
    found = [(checked(u), kind) for u, kind in searching.conditions(searched(item))]
    assert checker.calculus.conditions(item) == found


@settings(max_examples=300)
@given(data=st.data(), item=terms(leaves=6))
def test_conditions_met_mean_a_value(checker, data, item):
    """Where every condition holds for certain the term has a value, and where one fails it has none."""
    point = {name: data.draw(rationals) for name in NAMES}
    met = True
    for u, kind in checker.calculus.conditions(item):
        value = precise(u, point)
        assume(value is not None)
        fails = {">": value <= 0, ">=": value < 0, "!=": value == 0}[kind]
        holds = {">": value > 0, ">=": value >= 0, "!=": bool(value > 0 or value < 0)}[kind]
        assume(fails or holds)
        met = met and holds
        if fails:
            break
    value = precise(item, point)
    assert (value is not None) == met or (met and not small_enough(item, point))


def small_enough(item, point):
    """Whether no part of the term overflows or is an undecided zero to Arb."""
    parts = item[1:] if isinstance(item, tuple) else ()
    return all(small_enough(part, point) for part in parts) and precise(item, point) is not None


def to_sympy(item):
    if isinstance(item, Fraction):
        return sympy.Rational(item.numerator, item.denominator)
    if isinstance(item, str):
        return sympy.pi if item == "pi" else sympy.Symbol(item, real=True)
    head, *args = item
    args = [to_sympy(arg) for arg in args]
    if head == "-":
        return -args[0] if len(args) == 1 else args[0] - args[1]
    if head == "/":
        return args[0] / args[1]
    return SYMPY[head](*args)


SYMPY = {"+": sympy.Add, "*": sympy.Mul, "^": sympy.Pow, "atan": sympy.atan} | {
    name: getattr(sympy, name) for name in ("exp", "log", "sqrt", "sin", "cos")
}


@settings(max_examples=120)
@given(data=st.data(), item=terms(SMOOTH, lattice=False, leaves=5))
def test_derivatives_agree_with_sympy(checker, data, item):
    point = {name: data.draw(small) + Fraction(1, 17) for name in NAMES}
    mine = checker.calculus.derivative(item, "x")
    assume(mine != 0 and precise(item, point) is not None)
    value = precise(mine, point)
    assume(value is not None and abs(value) < 10**30)
    symbol = sympy.Symbol("x", real=True)
    place = {sympy.Symbol(name, real=True): sympy.Rational(v.numerator, v.denominator) for name, v in point.items()}
    theirs = sympy.N(sympy.diff(to_sympy(item), symbol).subs(place), 40)
    assume(theirs.is_real)
    least, most = bounds(value)
    middle = Fraction(str(theirs))
    assert least - Fraction(1, 10**20) * (1 + abs(middle)) <= middle <= most + Fraction(1, 10**20) * (1 + abs(middle))


@settings(max_examples=300)
@given(data=st.data(), item=terms(SMOOTH, lattice=False, leaves=6))
def test_derivatives_are_defined_where_the_term_is_and_its_roots_are_positive(checker, data, item):
    point = {name: data.draw(rationals) for name in NAMES}
    assume(precise(item, point) is not None)
    for root in checker.calculus.roots_of(item):
        value = precise(root, point)
        assume(value is not None and value > 0)
    first = checker.calculus.derivative(item, "x")
    assert precise(first, point) is not None
    assert precise(checker.calculus.derivative(first, "x"), point) is not None


def test_abs_min_and_max_have_no_derivative(checker):
    for item in (("abs", "x"), ("min", "x", "y"), ("exp", ("max", "x", Fraction(0)))):
        with pytest.raises(checker.errors.Rejected):
            checker.calculus.derivative(item, "x")
        assert checker.calculus.derivative(item, "z") == 0


def same(checker, f, g):
    """The checker's answer; None where it gives up."""
    try:
        return checker.algebra.same(f, g)
    except checker.errors.Rejected:
        return None


REWRITINGS = {
    "commute": lambda a, b: (("+", a, b), ("+", b, a)),
    "distribute": lambda a, b: (("*", a, ("+", a, b)), ("+", ("*", a, a), ("*", a, b))),
    "square": lambda a, b: (
        ("^", ("-", a, b), Fraction(2)),
        ("+", ("^", a, Fraction(2)), ("-", ("^", b, Fraction(2)), ("*", Fraction(2), a, b))),
    ),
    "fractions": lambda a, b: (
        ("-", ("/", Fraction(1), a), ("/", Fraction(1), b)),
        ("/", ("-", b, a), ("*", a, b)),
    ),
    "inverse": lambda a, b: (("*", ("/", a, b), ("^", b, Fraction(2))), ("*", a, b)),
    "exp of a sum": lambda a, b: (("exp", ("-", a, b)), ("/", ("exp", a), ("exp", b))),
    "exp and log": lambda a, b: (("^", a, b), ("exp", ("*", b, ("log", a)))),
    "root": lambda a, b: (("*", b, ("^", ("sqrt", a), Fraction(2))), ("*", a, b)),
    "powers": lambda a, _b: (("*", ("^", a, Fraction(1, 3)), ("^", a, Fraction(5, 3))), ("^", a, Fraction(2))),
}


@settings(max_examples=120)
@given(data=st.data(), name=st.sampled_from(sorted(REWRITINGS)), context=terms(leaves=2), nudge=st.booleans())
def test_the_same_function_has_the_same_values(checker, data, name, context, nudge):
    """Pairs built by rewriting, half of them spoiled by one part in 10^12: no pair that differs is called the same."""
    f, g = REWRITINGS[name](data.draw(terms(leaves=2)), data.draw(terms(leaves=2)))
    if nudge:
        g = ("+", g, ("*", Fraction(1, 10**12), data.draw(terms(leaves=2))))
    f, g = (("*", item, context) for item in (f, g))
    assume(same(checker, f, g))
    agree_everywhere(data, f, g)


@settings(max_examples=400)
@given(data=st.data(), f=terms(leaves=4), g=terms(leaves=4))
def test_terms_that_differ_are_never_the_same(checker, data, f, g):
    if same(checker, f, g):
        agree_everywhere(data, f, g)


def agree_everywhere(data, f, g):
    for _ in range(4):
        point = {name: data.draw(rationals) for name in NAMES}
        one, other = precise(f, point), precise(g, point)
        if one is not None and other is not None:
            assert one.overlaps(other)


@settings(max_examples=150)
@given(data=st.data(), name=st.sampled_from(("commute", "distribute", "square", "fractions", "inverse")))
def test_rational_rewritings_are_recognized(checker, data, name):
    parts = terms((), lattice=False, leaves=2)
    f, g = REWRITINGS[name](data.draw(parts), data.draw(parts))
    assert same(checker, f, g) is not False
