"""Strategies by a change of variable: y = exp(x), y = exp(-x), y = 1/x, y = x^(1/n), and a bound of atan at infinity.

The new variable keeps the name of the old one. What is gained is a term without exponentials of the variable, a bounded
range, or a term that is smooth at the end of its range, so that Taylor's formula and algebra apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm
from typing import Any

from lt_proofs.exact.enclosure import Undefined, enclosure
from lt_proofs.proof.cutting import cut_at
from lt_proofs.proof.evidence import INTERVAL, Evidence, Inapplicable
from lt_proofs.proof.fields import factored, normal, tidy
from lt_proofs.proof.fractional import product_of
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.rewriting import exchange, radicand
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Number, Symbol, Term, encode, number
from lt_proofs.terms.tree import substitute, subterms, variables

MAX_DEPTH = 5
SHARE = 0.7
WAVES = {"sin", "cos"}


@dataclass(frozen=True)
class Change:
    """x = back(y) and y = there(x), with the range of y: opening, low, high, closing."""

    name: str
    there: Term
    back: Term
    rest: tuple[str, Term | None, Term | None, str]


def by_change(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Show the sign in another variable."""
    if depth > MAX_DEPTH or search.changes > MAX_DEPTH:
        return None
    for change in changes_of(goal):
        search.changes += 1
        try:
            tree = search.within(SHARE, lambda change=change: changed(search, goal, change, strict, depth))  # type: ignore[misc]
        finally:
            search.changes -= 1
        if tree is not None:
            return tree
    return None


def changed(search: Search, goal: Goal, change: Change, strict: bool, depth: int) -> Evidence | None:
    """Evidence in the new variable, for the term in its simplest form."""
    part = goal.free_of(change.name).put(change.name, change.back, *change.rest)
    rows = search.definedness(part, depth + 1)
    simple = part.of(tidy(part.term))
    tree = None if rows is None else search.established(simple, strict, depth + 1)
    if tree is None:
        return None
    tree = ["like", encode(simple.term), tree]
    opening, low, high, closing = change.rest
    free = goal.free_of(change.name)
    ends: list[Any] = [opening, "-oo" if low is None else encode(low), "oo" if high is None else encode(high), closing]
    for end, mark, gap in ((low, opening, change.there - (low or 0)), (high, closing, (high or 0) - change.there)):
        side = None if end is None else search.established(free.of(gap), mark in "()", depth + 1)
        if side is None and end is not None:
            return None
        ends.append(side)
    tree = ["defined", rows, tree] if rows else tree
    return ["change", change.name, encode(change.there), encode(change.back), ends, tree]


def changes_of(goal: Goal) -> Iterator[Change]:
    """The changes of variable that may make the term simpler, most promising first."""
    for name in goal.domain.names:
        if name not in variables(goal.term):
            continue
        yield from exponential(goal, name)
        yield from root(goal, name)
        yield from inverse(goal, name)


def exponential(goal: Goal, name: str) -> Iterator[Change]:
    """y = exp(q x) or exp(-q x) on an unbounded range, if all exponentials of x are powers of it."""
    low, high = goal.box[name][:2]
    x = Symbol(name)
    rates = rates_of(goal.term, name)
    if not rates or (low != -inf and high != inf):
        return
    whole = lcm(*(r.denominator for r in rates))
    rate = Fraction(1, whole)
    r = goal.range(name)
    grows, falls = Apply("exp", (number(rate) * x if rate != 1 else x,)), Apply("exp", (number(-rate) * x,))
    up, down = number(1 / rate) * Apply("log", (x,)), number(-1 / rate) * Apply("log", (x,))
    if low != -inf and r.low is not None:
        top = tidy(substitute(falls, {name: r.low}))
        yield Change(name, falls, down, ("(", number(0), top, "]" if r.opening == "[" else ")"))
    elif high != inf and r.high is not None:
        top = tidy(substitute(grows, {name: r.high}))
        yield Change(name, grows, up, ("(", number(0), top, r.closing))
    else:
        yield Change(name, grows, up, ("(", number(0), None, ")"))


def rates_of(term: Term, name: str) -> set[Fraction]:
    """The rates q of the exponentials exp(q x + …) of a term; empty if one of its exponents is of another kind."""
    rates: set[Fraction] = set()
    for part in subterms(term):
        if not isinstance(part, Apply) or name not in variables(part):
            continue
        if part.head in WAVES or (part.head == "^" and not isinstance(part.args[1], Number)):
            return set()
        if part.head == "exp":
            found = normal(part.args[0])
            places = [k for k, atom in enumerate(found.atoms) if name in variables(atom.body)]
            if len(places) != 1 or found.atoms[places[0]].body != Symbol(name) or not found.below.is_constant():
                return set()
            slope, _ = found.linear_in(places[0])
            if found.top.degrees()[places[0]] != 1 or not slope.is_constant():
                return set()
            value = next(iter(slope.coeffs()))
            rates.add(Fraction(int(value.p), int(value.q)))
    return rates


def root(goal: Goal, name: str) -> Iterator[Change]:
    """y = x^(1/n) on a range from 0 on, if the term holds n-th roots of x itself."""
    low = goal.box[name][0]
    if low != 0:
        return
    try:
        found = normal(goal.term)
    except Inapplicable:
        return
    orders = [
        u.denominator for atom, u in zip(found.atoms, found.units, strict=True) if atom.body == Symbol(name) and u < 1
    ]
    if not orders:
        return
    n, r, x = lcm(*orders), goal.range(name), Symbol(name)
    there: Term = Apply("sqrt", (x,)) if n == 2 else x ** number(Fraction(1, n))
    top = None if r.high is None else tidy(substitute(there, {name: r.high}))
    yield Change(name, there, x ** number(n), (r.opening, number(0), top, r.closing))


def inverse(goal: Goal, name: str) -> Iterator[Change]:
    """y = 1/x on a range [a, oo) with a > 0, or y = 1/(x - a + 1) else; not where sine or cosine of x occur."""
    r = goal.range(name)
    x = Symbol(name)
    inside = {part.head for part in subterms(goal.term) if isinstance(part, Apply) and name in variables(part)}
    if (
        r.low is None
        or r.high is not None
        or "exp" in inside
        or not inside & {"log", "atan", "sqrt", "^", "sin", "cos"}
    ):
        return
    waving = [
        part.args[0]
        for part in subterms(goal.term)
        if isinstance(part, Apply) and part.head in WAVES and name in variables(part)
    ]
    # of sine and cosine the argument must stay bounded
    if any(inf in map(abs, goal_interval(goal.of(u))) for u in waving):
        return
    closing = "]" if r.opening == "[" else ")"
    if goal.box[name][0] > 0:
        yield Change(name, 1 / x, 1 / x, ("(", number(0), tidy(1 / r.low), closing))
    elif inside & {"log", "atan", "sqrt"}:
        shift = tidy(r.low - 1)
        yield Change(name, tidy(1 / (x - shift)), shift + 1 / x, ("(", number(0), number(1), closing))


def by_turning(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write atan u as pi/2 - atan(1/u) for positive u without an upper bound, and the same for negative u."""
    for part in subterms(goal.term):
        if not isinstance(part, Apply) or part.head != "atan" or not variables(part):
            continue
        u = part.args[0]
        # far out a change of variable comes first
        if any(inf in map(abs, goal.box[name][:2]) for name in variables(u)):
            continue
        low, high = goal_interval(goal.of(u))
        # 1/u must be bounded, else the next turn would lead back
        sign = 1 if high == inf and low > 0 else -1 if low == -inf and high < 0 else 0
        if not sign:
            continue
        new = number(Fraction(sign, 2)) * Symbol("pi") - Apply("atan", (tidy(1 / u),))
        rest = goal.of(exchange(goal.term, part, new))
        tree = search.established(rest, strict, depth + 1)
        return None if tree is None else ["replace", encode(part), encode(new), list(INTERVAL), tree]
    return None


def by_splitting(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write the logarithm of a product or quotient as a sum or difference, after a change of variable."""
    if not search.changes:
        return None
    for part in subterms(goal.term):
        if not isinstance(part, Apply) or part.head != "log" or not variables(part):
            continue
        sides = split_of(part.args[0], goal)
        if sides is None:
            continue
        sign, first, second = sides
        new = Apply(sign, (Apply("log", (first,)), Apply("log", (second,))))
        rest = goal.of(tidy(exchange(goal.term, part, new)))
        rows = search.definedness(goal.of(exchange(goal.term, part, new)), depth)
        tree = None if rows is None else search.established(rest, strict, depth + 1)
        if tree is None:
            return None
        tree = ["like", encode(rest.term), tree]
        tree = ["defined", rows, tree] if rows else tree
        return ["replace", encode(part), encode(new), list(INTERVAL), tree]
    return None


def by_extracting(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Take positive factors out of a square root, sqrt(a b^2) = b sqrt(a), after a change of variable."""
    for part in subterms(goal.term) if search.changes else ():
        u = radicand(part)
        if u is None or not variables(u):
            continue
        rows = factored(u)
        outside = [(f, int(e / 2)) for f, e in rows if abs(e) > 1 and variables(f)]
        if not outside:
            continue
        inside = [(f, e - 2 * int(e / 2) if variables(f) else e) for f, e in rows]
        new = product_of(outside) * Apply("sqrt", (product_of([(f, e) for f, e in inside if e] or [(number(1), 1)]),))
        sure = search.established(goal.of(new), False, depth + 1)
        whole = goal.of(exchange(goal.term, part, new))
        rest = goal.of(tidy(whole.term))
        tree = None if sure is None else search.established(rest, strict, depth + 1)
        if tree is None:
            return None
        return ["replace", encode(part), encode(new), sure, ["like", encode(rest.term), tree]]
    return None


def split_of(u: Term, goal: Goal) -> tuple[str, Term, Term] | None:
    """("-", a, b) for u = a / b, or ("+", a, b) for u = a b, with a plainly positive; None for anything else."""
    rows = factored(u)
    above, below = [(f, e) for f, e in rows if e > 0], [(f, -e) for f, e in rows if e < 0]
    if any(variables(f) for f, _ in below):
        first = product_of(above) if above else number(1)
        return ("-", first, product_of(below)) if goal.of(first).settled(strict=True) else None
    moving = [(f, e) for f, e in above if variables(f)]
    if sum(e for _, e in moving) < 2:
        return None
    for factor, _ in moving:
        if goal.of(factor).settled(strict=True):
            return "+", factor, product_of([(f, e - (f == factor)) for f, e in rows if f != factor or e > 1])
    return None


def by_halfline(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Cut an unbounded range of a single variable into a bounded one and one far out."""
    names = [name for name in goal.domain.names if name in variables(goal.term)]
    if len(names) != 1 or depth > MAX_DEPTH:
        return None
    low, high = goal.box[names[0]][:2]
    if low == -inf or high != inf or low > 10**6:
        return None
    at = number(1 if low < 1 else 2 * (low + 1).__ceil__())
    return search.within(SHARE, lambda: cut_at(search, goal, names[0], at, strict, depth))


def goal_interval(goal: Goal) -> tuple[Any, Any]:
    """The ends of the natural interval of a term; infinite where it may be undefined."""
    try:
        return enclosure(goal.term, goal.box)[:2]
    except Undefined:
        return -inf, inf


def below_quarter(u: Term, sign: int) -> Evidence:
    """Evidence that pi/2 - atan(u) (sign 1), or pi/2 + atan(u) (sign -1), is positive."""
    y = Symbol("bounded_")
    turned = Apply("atan", (1 / y,))
    new = number(Fraction(sign, 2)) * Symbol("pi") - turned
    far = [
        "replace",
        encode(Apply("atan", (y,))),
        encode(new),
        list(INTERVAL),
        ["like", encode(turned if sign > 0 else -turned), list(INTERVAL)],
    ]
    sides = [list(INTERVAL), far] if sign > 0 else [far, list(INTERVAL)]
    cut = ["halves", y.name, str(sign), *sides]
    return ["abstract", encode(u), y.name, ["(", "-oo", "oo", ")", None, None], cut]
