"""Search for trees of evidence that a term is not negative on a box; the checker reads them again.

The search is free to guess with floats, Arb and sympy: whatever it returns counts for nothing until the checker
has accepted it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import sympy
from sympy.polys.polyerrors import BasePolynomialError

from lt_proofs.exact.enclosure import Undefined, enclosure
from lt_proofs.proof.algebra import factors, from_sympy, polynomial_term, to_sympy
from lt_proofs.proof.atoms import factored, product_of
from lt_proofs.proof.calculus import conditions, floats
from lt_proofs.proof.goal import Goal, simplest_between, stretch
from lt_proofs.proof.polynomials import bernstein, pairs, polynomial_evidence
from lt_proofs.terms import Apply, Number, Symbol, Term, encode, number
from lt_proofs.terms.tree import subterms, variables

Evidence = list[Any]
BITS = 64
NOISE = 1e-9
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
UNABLE = (BasePolynomialError, ValueError, TypeError, NotImplementedError, AttributeError, ZeroDivisionError)


class OutOfTime(Exception):
    """The budget is spent."""


class Search:
    """One search under a budget of seconds; ``stuck`` says where it was when it gave up."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.stuck = ""
        self.failed: set[Any] = set()

    def tick(self) -> None:
        """Stop when the budget is spent."""
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def within(self, share: float, attempt: Callable[[], Evidence | None]) -> Evidence | None:
        """Run an attempt on a share of the time that is left; None if it fails or uses it up."""
        whole = self.deadline
        self.deadline = min(whole, time.monotonic() + share * max(0.0, whole - time.monotonic()))
        try:
            return attempt()
        except (OutOfTime, *UNABLE):
            return None
        finally:
            self.deadline = whole

    def established(self, goal: Goal, strict: bool, depth: int = 0) -> Evidence | None:
        """Evidence that the term is defined and not negative (positive) on the box."""
        rows = self.definedness(goal, depth)
        if rows is None:
            return None
        tree = self.shown(goal, strict, depth)
        if tree is None:
            return None
        return ["defined", rows, tree] if rows else tree

    def definedness(self, goal: Goal, depth: int) -> list[Any] | None:
        """Rows [number, sign, evidence] for the conditions that intervals do not settle; None if one is open."""
        rows = []
        for k, (u, kind) in enumerate(conditions(goal.term)):
            if plainly(goal.of(u), kind):
                continue
            for sign in (1, -1) if kind == "!=" else (1,):
                evidence = self.shown(goal.of(u if sign > 0 else -u), kind != ">=", depth + 1)
                if evidence is not None:
                    rows.append([k, sign, evidence])
                    break
            else:
                self.stuck = f"{u!r} is not shown to be {'positive' if kind == '>' else 'defined'} on {goal.domain!r}"
                return None
        return rows

    def shown(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """A node of evidence, or None when none is found."""
        self.tick()
        found = goal.interval()
        if found is not None and (found[0] > 0 or (found[0] == 0 and (found[1] or not strict))):
            return list(INTERVAL)
        if depth > 14:
            return None
        mark = (goal.term, goal.domain, goal.hypotheses, strict)
        if mark in self.failed or not hopeful(goal, strict):
            return None
        tree = self.attempt(goal, strict, depth)
        if tree is None:
            self.failed.add(mark)
            self.stuck = f"{goal.term!r} >= 0 on {goal.domain!r}"
        return tree

    def attempt(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Try the ways one after the other, the cheap and exact ones first."""
        calculus = (self.by_scaling, self.by_slope) if bent(goal.term) else (self.by_slope, self.by_scaling)
        for way in (self.by_hypothesis, self.by_cases, self.by_roots, self.by_factors, *calculus, self.by_cutting):
            try:
                tree = way(goal, strict, depth)
            except UNABLE:
                continue
            if tree is not None:
                return tree
        return None

    # ways --------------------------------------------------------------------------------------------------

    def by_hypothesis(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Leave out the side of a curve that a hypothesis linear in one variable excludes."""
        for k, h in enumerate(goal.hypotheses):
            difference = h.right - h.left if h.sign in ("<=", "<") else h.left - h.right
            excess = -difference
            try:
                low, _, low_open, _ = enclosure(excess, goal.box)
            except Undefined:
                continue
            if low > 0 or (low == 0 and (low_open or h.sign in ("<", ">"))):
                return ["empty", k]
            if h.sign == "=":
                continue
            solved = solve_linear(difference, goal)
            if solved is None:
                continue
            name, c, above = solved
            rest = Goal(goal.term, goal.domain, tuple(x for x in goal.hypotheses if x is not h))
            return self.one_side(rest, name, c, above, strict, depth)
        return None

    def one_side(self, goal: Goal, name: str, c: Term, above: bool, strict: bool, depth: int) -> Evidence | None:
        """Evidence for x >= c only (above) or x <= c only, the other side being given."""
        r = goal.range(name)
        if isinstance(c, Number):
            low, high = goal.box[name][:2]
            if (above and c.value <= low) or (not above and c.value >= high):
                return self.shown(goal, strict, depth)
            if not low < c.value < high:
                return None
            part = (
                goal.with_range(name, "[", c, r.high, r.closing)
                if above
                else goal.with_range(name, r.opening, r.low, c, "]")
            )
            tree = self.shown(part, strict, depth + 1)
            sides = (["given"], tree) if above else (tree, ["given"])
            return None if tree is None else ["halves", name, encode(c), *sides]
        lower, upper = along(goal, name, c)
        tree = self.established(upper if above else lower, strict, depth + 1)
        sides = (["given"], tree) if above else (tree, ["given"])
        return None if tree is None else ["curve", name, encode(c), *sides]

    def by_cases(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Remove the innermost abs, min or max: by its sign, or by cutting along the curve where it changes."""
        for part in subterms(goal.term):
            if isinstance(part, Apply) and part.head in ("abs", "min", "max"):
                return self.removed(goal, part, strict, depth)
        return None

    def removed(self, goal: Goal, part: Apply, strict: bool, depth: int) -> Evidence | None:
        """Replace one abs, min or max by the argument that it equals, on the whole box or on two sides of a curve."""
        if len(part.args) > 2:
            folded = part.args[0]
            for arg in part.args[1:]:
                folded = Apply(part.head, (folded, arg))
            return self.shown(goal.of(exchange(goal.term, part, folded)), strict, depth)
        u = part.args[0] if part.head == "abs" else part.args[0] - part.args[1]
        first, second = (part.args[0], -part.args[0]) if part.head == "abs" else (part.args[0], part.args[1])
        if part.head == "min":
            first, second = second, first
        for new, condition in ((first, u), (second, -u)):
            values = goal.of(condition).sampled()
            if len(values) and np.all(values >= -NOISE):
                asked = condition_of(part, new)
                sure = self.shown(goal.of(asked), False, depth + 1)
                if sure is not None:
                    rest = self.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                    return None if rest is None else ["replace", encode(part), encode(new), sure, rest]
        for name, c in critical_curves(u, goal):
            tree = self.along_curve(goal, name, c, strict, depth)
            if tree is not None:
                return tree
        return self.by_cutting(goal, strict, depth)

    def by_roots(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Roots of squares are taken; other roots are looked at inside the box only, where they are positive."""
        for part in subterms(goal.term):
            u = radicand(part)
            if u is None:
                continue
            w = square_root(u)
            if w is not None:
                tree = self.taken(goal, part, w, strict, depth)
                if tree is not None:
                    return tree
            for name in sorted(variables(u) & set(goal.domain.names)):
                r = goal.range(name)
                if not strict and "[" in r.opening + r.closing.replace("]", "["):
                    if plainly(goal.of(u), ">") or not plainly(goal.open_in(name).of(u), ">=") or not wide(goal, name):
                        continue
                    tree = self.shown(goal.free_of(name).open_in(name), strict, depth + 1)
                    if tree is not None:
                        return ["inside", name, tree]
        return None

    def taken(self, goal: Goal, part: Term, w: Term, strict: bool, depth: int) -> Evidence | None:
        """Replace the root of w^2 by w or -w, whichever is not negative."""
        for new in (w, -w):
            if hopeful(goal.of(new), False):
                sure = self.shown(goal.of(new), False, depth + 1)
                if sure is not None:
                    rest = self.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                    return None if rest is None else ["replace", encode(part), encode(new), sure, rest]
        return None

    def by_scaling(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Divide by an exponential, which is positive, and look at the slope of the quotient."""
        if depth > 4:
            return None
        exponentials = {p for p in subterms(goal.term) if isinstance(p, Apply) and p.head == "exp" and variables(p)}
        for part in sorted(exponentials, key=repr)[:4]:
            try:
                quotient = from_sympy(sympy.expand(sympy.expand_power_exp(to_sympy(goal.term / part)), power_exp=False))
            except UNABLE:
                continue
            for name in sorted(variables(quotient)):
                change = tidy(sympy.diff(to_sympy(quotient), sympy.Symbol(name)))
                tree = self.to_face(goal.of(quotient).free_of(name), name, change, strict, depth + 1)
                if tree is not None:
                    rows = [[encode(quotient), 1, 1, tree], [encode(part), 1, 1, list(INTERVAL)]]
                    return ["product", rows]
        return None

    def by_factors(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Write the term as a product and show the sign of each factor; polynomials by Bernstein coefficients."""
        found = factors(goal.term, goal.domain.names)
        if found is not None:
            return self.rational_product(goal, found, strict, depth)
        try:
            rows = factored(to_sympy(goal.term))
        except UNABLE:
            return None
        if not rows:
            return None if strict else list(ZERO)
        if sum(bool(f.free_symbols) for f, _ in rows) == 1 and all(e == 1 for _, e in rows):
            return self.rewritten(goal, product_of(rows), strict)
        return self.product(goal, [(from_sympy(f), e) for f, e in rows], strict, depth)

    def rewritten(self, goal: Goal, expression: Any, strict: bool) -> Evidence | None:
        """The term in sympy's form, if its interval is better."""
        for form in (expression, sympy.expand_mul(expression)):
            term = from_sympy(form)
            found = goal.of(term).interval()
            if (
                term != goal.term
                and found is not None
                and (found[0] > 0 or (found[0] == 0 and (found[1] or not strict)))
            ):
                return ["like", encode(term), list(INTERVAL)]
        return None

    def rational_product(self, goal: Goal, found: list[Any], strict: bool, depth: int) -> Evidence | None:
        """Signs of polynomial factors."""
        if found[0][0].is_zero:
            return None if strict else list(ZERO)
        rows = [(polynomial_term(p), e) for p, e in found if not (p.is_one and len(found) > 1)]
        return self.product(goal, rows, strict, depth)

    def product(self, goal: Goal, rows: list[tuple[Term, int]], strict: bool, depth: int) -> Evidence | None:
        """Evidence for a product of powers, if each factor keeps its sign."""
        parts, total = [], 1
        for factor, exponent in rows:
            if exponent > 0 and exponent % 2 == 0 and not strict:
                parts.append([encode(factor), exponent, 0, None])
                continue
            strictly = strict or exponent < 0
            signed = self.signed(goal, factor, strictly, depth, alone=len(rows) == 1)
            if signed is None:
                return None
            total *= signed[0] if exponent % 2 else 1
            parts.append([encode(factor), exponent, *signed])
        return ["product", parts] if total > 0 else None

    def signed(self, goal: Goal, factor: Term, strict: bool, depth: int, alone: bool) -> list[Any] | None:
        """[sign, evidence] for a factor."""
        whole = factors(factor, goal.domain.names)
        is_polynomial = whole is not None and all(e > 0 for _, e in whole)
        if is_polynomial:
            found = bernstein(goal, factor, strict, 1 if alone else 60)
            if found is not None:
                return found
        values = goal.of(factor).sampled()
        sign = 1 if np.nanmean(values) >= 0 else -1
        part = goal.of(factor if sign > 0 else -factor)
        if is_polynomial and hopeful(part, strict):
            evidence = polynomial_evidence(self, part, strict)
            if evidence is not None:
                return [sign, evidence]
        evidence = None if alone else self.established(part, strict, depth + 1)
        return None if evidence is None else [sign, evidence]

    def by_slope(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Reduce to a face: the term rises, falls, or is concave in a variable."""
        if depth > 9:
            return None
        for name in sorted(variables(goal.term) & set(goal.domain.names)):
            free = goal.free_of(name)
            try:
                change = tidy(sympy.diff(to_sympy(goal.term), sympy.Symbol(name)))
            except UNABLE:
                continue
            tree = self.to_face(free, name, change, strict, depth) or self.by_bend(free, name, change, strict, depth)
            if tree is not None:
                return tree
        return None

    def to_face(self, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
        """The face where the term is least, if the derivative keeps one sign."""
        r = goal.range(name)
        inside = goal.open_in(name)
        values = inside.of(change).sampled()
        values = values[np.isfinite(values)]
        for up in (True, False):
            end, opening = (r.low, r.opening) if up else (r.high, r.closing)
            if end is None or not len(values) or np.any((values if up else -values) < -NOISE):
                continue
            is_open = opening in "()"
            face = goal.put(name, end)
            if not hopeful(face, strict and not is_open):
                continue
            part = inside.of(change if up else -change)
            below = self.shown(face, strict and not is_open, depth + 1)
            if below is None:
                continue
            slope = self.established(part, strict and is_open, depth + 1)
            if slope is not None:
                return ["rise" if up else "fall", name, ["like", encode(part.term), slope], below]
        return None

    def by_bend(self, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
        """Concave in a variable of finite range: least at the two faces."""
        r = goal.range(name)
        if r.low is None or r.high is None or depth > 5:
            return None
        bend = tidy(-sympy.diff(to_sympy(change), sympy.Symbol(name)))
        inside = goal.open_in(name)
        values = inside.of(bend).sampled()
        values = values[np.isfinite(values)]
        if not len(values) or np.any(values < -NOISE):
            return None
        faces = (goal.put(name, r.low), strict and r.opening == "["), (goal.put(name, r.high), strict)
        if not all(hopeful(face, sharp) for face, sharp in faces):
            return None
        ends = [self.shown(face, sharp, depth + 1) for face, sharp in faces]
        if None in ends:
            return None
        evidence = self.established(inside.of(bend), False, depth + 1)
        return None if evidence is None else ["concave", name, ["like", encode(bend), evidence], *ends]

    def by_cutting(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Cut the box: along curves where a derivative vanishes, else across its widest range."""
        if depth > 13:
            return None
        if depth < 6:
            tree = self.by_curves(goal, self.curves(goal), strict, depth)
            if tree is not None:
                return tree
        for name in goal.domain.names:
            if goal.box[name][0] == -inf and goal.box[name][1] == inf:
                return self.cut_at(goal, name, number(0), strict, depth)
        if touches(goal) and depth > 10:
            return None
        widest, at = middle(goal)
        return None if widest is None else self.cut_at(goal, widest, number(at), strict, depth)

    def curves(self, goal: Goal) -> list[tuple[str, Term]]:
        """Where derivatives vanish along curves x = c(others)."""
        found = []
        for name in sorted(variables(goal.term) & set(goal.domain.names)):
            try:
                change = tidy(sympy.diff(to_sympy(goal.term), sympy.Symbol(name)))
                found += critical_curves(change, goal, first=name)
                found += critical_constants(change, goal, name)
            except UNABLE:
                continue
        return found

    def by_curves(self, goal: Goal, curves: list[tuple[str, Term]], strict: bool, depth: int) -> Evidence | None:
        """The first curve whose two sides are both shown."""
        for name, c in curves[:6]:
            tree = self.along_curve(goal, name, c, strict, depth)
            if tree is not None:
                return tree
        return self.by_order(goal, strict, depth)

    def by_order(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Order two variables of the same range: the greater is the lesser plus s >= 0."""
        if depth > 4:
            return None
        for first, second in pairs(goal):
            if goal.box[first] != goal.box[second]:
                continue
            sides = []
            for lesser, greater in ((second, first), (first, second)):
                part = goal.put(greater, Symbol(lesser) + Symbol(greater), "[", number(0), None, ")")
                evidence = self.established(part, strict, depth + 1)
                if evidence is None:
                    break
                sides.append(evidence)
            if len(sides) == 2:
                return ["order", first, second, *sides]
        return None

    def along_curve(self, goal: Goal, name: str, c: Term, strict: bool, depth: int) -> Evidence | None:
        """Evidence on both sides of x = c."""
        low, high = goal.box[name][:2]
        if not variables(c):
            at = float(floats(c, {}))
            return self.cut_at(goal, name, c, strict, depth) if low < at < high else None
        values = goal.of(c).sampled()
        if not np.any((values > float(low)) & (values < float(high))):
            return None
        sides = []
        for part in along(goal, name, c):
            evidence = self.established(part, strict, depth + 1)
            if evidence is None:
                return None
            sides.append(evidence)
        return ["curve", name, encode(c), *sides]

    def cut_at(self, goal: Goal, name: str, at: Term, strict: bool, depth: int) -> Evidence | None:
        """Evidence on both sides of a constant."""
        r = goal.range(name)
        first = self.shown(goal.with_range(name, r.opening, r.low, at, "]"), strict, depth + 1)
        if first is None:
            return None
        second = self.shown(goal.with_range(name, "[", at, r.high, r.closing), strict, depth + 1)
        return None if second is None else ["halves", name, encode(at), first, second]


def plainly(goal: Goal, kind: str) -> bool:
    """Whether the natural interval settles a condition, as the checker sees it."""
    try:
        low, high, low_open, high_open = enclosure(goal.term, goal.box)
    except Undefined:
        return False
    above = low > 0 or (low == 0 and low_open)
    return bool(above or (low == 0 and kind == ">=") or (kind == "!=" and (high < 0 or (high == 0 and high_open))))


def hopeful(goal: Goal, strict: bool) -> bool:
    """Whether no sample is plainly negative."""
    del strict
    return goal.never_negative()


def radicand(part: Term) -> Term | None:
    """What a square root is taken of."""
    if not isinstance(part, Apply):
        return None
    if part.head == "sqrt":
        return part.args[0]
    return part.args[0] if part.head == "^" and part.args[1] == number(Fraction(1, 2)) else None


def square_root(u: Term) -> Term | None:
    """A term whose square u is, if u is the square of a rational function."""
    try:
        rows = factored(to_sympy(u))
    except UNABLE:
        return None
    if not rows:
        return None
    halves = []
    for factor, exponent in rows:
        if factor.is_Rational and factor > 0:
            root = sympy.sqrt(factor**exponent)
            if not root.is_Rational:
                return None
            halves.append(root)
        elif exponent % 2:
            return None
        else:
            halves.append(factor ** (exponent // 2))
    return from_sympy(sympy.Mul(*halves))


def bent(term: Term) -> bool:
    """Whether an exponential of something that is not linear occurs."""
    return any(
        isinstance(part, Apply)
        and part.head == "exp"
        and any(isinstance(u, Apply) and u.head in "^/" for u in subterms(part.args[0]))
        for part in subterms(term)
    )


def wide(goal: Goal, name: str) -> bool:
    """Whether a range holds more than one point."""
    return bool(goal.box[name][0] < goal.box[name][1])


def touches(goal: Goal) -> bool:
    """Whether a sample comes close to 0."""
    values = goal.sampled()
    values = values[np.isfinite(values)]
    return bool(len(values)) and float(np.min(values)) < 1e-7


def tidy(expression: Any) -> Term:
    """A sympy expression as a term in a form that evaluates well."""
    try:
        return from_sympy(product_of(factored(expression)))
    except UNABLE:
        return from_sympy(expression)


def solve_linear(difference: Term, goal: Goal) -> tuple[str, Term, bool] | None:
    """(x, c, above) if difference >= 0 says x >= c (above) or x <= c, for a constant coefficient of x."""
    expression = sympy.expand(to_sympy(difference))
    for name in goal.domain.names:
        symbol = sympy.Symbol(name)
        if not expression.is_polynomial(symbol) or sympy.degree(expression, symbol) != 1:
            continue
        slope = expression.coeff(symbol, 1)
        if slope.is_Rational:
            c = sympy.expand(-(expression - slope * symbol) / slope)
            return name, from_sympy(c), bool(slope > 0)
    return None


def critical_curves(change: Term, goal: Goal, first: str | None = None) -> list[tuple[str, Term]]:
    """Curves x = c(others) on which a factor of the term vanishes, constants first."""
    try:
        rows = factored(to_sympy(change))
    except UNABLE:
        return []
    found: list[tuple[str, Term]] = []
    for factor in (f for f, e in rows if e > 0):
        for name in [first] if first else goal.domain.names:
            symbol = sympy.Symbol(name)
            found += [(str(name), from_sympy(c)) for c in roots_in(factor, symbol)]
    return sorted(found, key=lambda row: not isinstance(row[1], Number))


def critical_constants(change: Term, goal: Goal, name: str) -> list[tuple[str, Term]]:
    """Constants of a familiar kind at which a term in one variable changes its sign or touches zero."""
    if variables(change) != {name}:
        return []
    grid = np.linspace(1e-4, 1 - 1e-4, 400)
    points = stretch(grid, float(goal.box[name][0]), float(goal.box[name][1]))
    values = floats(change, {name: points})
    found = []
    for k in np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1])):
        root = bisected(change, name, points[k], points[k + 1])
        found += [(name, constant) for constant in familiar(root)]
    return found


def bisected(change: Term, name: str, low: float, high: float) -> float:
    """A zero between two points of different sign."""
    sign = float(np.sign(floats(change, {name: np.array(low)})))
    for _ in range(80):
        middle = (low + high) / 2
        if float(np.sign(floats(change, {name: np.array(middle)}))) == sign:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def familiar(x: float) -> list[Term]:
    """Constants p/q, p/q pi, exp(p/q), log(p/q), sqrt(p/q) that agree with a float to eleven digits."""
    found: list[Term] = []
    for value, build in (
        (x, number),
        (x / np.pi, lambda q: number(q) * Symbol("pi")),
        (np.log(x) if x > 0 else np.nan, lambda q: Apply("exp", (number(q),))),
        (np.exp(x) if x < 50 else np.nan, lambda q: Apply("log", (number(q),))),
        (x * x if x > 0 else np.nan, lambda q: Apply("sqrt", (number(q),))),
    ):
        if np.isfinite(value):
            guess = Fraction(float(value)).limit_denominator(60)
            if abs(float(guess) - value) < 1e-11 * max(1.0, abs(value)):
                found.append(build(guess))
                break
    return found


def roots_in(factor: Any, symbol: Any) -> list[Any]:
    """Where a factor vanishes, if that is a rational function of the other variables."""
    if not factor.has(symbol):
        return []
    if factor.is_polynomial(symbol):
        slope, rest = factor.coeff(symbol, 1), factor.coeff(symbol, 0)
        if sympy.degree(factor, symbol) == 1:
            root = sympy.cancel(-rest / slope)
            return [root] if root.is_rational_function() else []
        if factor.free_symbols == {symbol}:
            return list(sympy.Poly(factor, symbol).ground_roots())
        return []
    return [
        g
        for g in (sympy.Integer(0), sympy.Integer(1))
        if factor.free_symbols == {symbol} and vanishes(factor, symbol, g)
    ]


def vanishes(factor: Any, symbol: Any, value: Any) -> bool:
    """Whether a factor is zero at a value."""
    try:
        return bool(factor.subs(symbol, value) == 0)
    except (ValueError, TypeError, ZeroDivisionError):
        return False


def along(goal: Goal, name: str, c: Term) -> tuple[Goal, Goal]:
    """The two sides of x = c, each on a box of its own: x = low + s (c - low) and x = c + s (high - c)."""
    r, s = goal.range(name), Symbol(name)
    if r.low is None:
        lower = goal.put(name, c - s, "[", number(0), None, ")")
    else:
        lower = goal.put(name, r.low + s * (c - r.low), r.opening, number(0), number(1), "]")
    if r.high is None:
        upper = goal.put(name, c + s, "[", number(0), None, ")")
    else:
        upper = goal.put(name, c + s * (r.high - c), "[", number(0), number(1), r.closing)
    return lower, upper


def condition_of(part: Apply, new: Term) -> Term:
    """What must be >= 0 for part to equal new, as the checker writes it."""
    if part.head == "abs":
        return new
    a, b = part.args
    return b - a if (new == a) == (part.head == "min") else a - b


def exchange(term: Term, old: Term, new: Term) -> Term:
    """The term with one subterm exchanged everywhere."""
    if term == old:
        return new
    if isinstance(term, Apply):
        return Apply(term.head, tuple(exchange(arg, old, new) for arg in term.args))
    return term


def middle(goal: Goal) -> tuple[str | None, Fraction]:
    """The variable of the widest range and a simple rational near its middle."""
    best, name, at = 0.0, None, Fraction(0)
    for candidate in goal.domain.names:
        if candidate not in variables(goal.term):
            continue
        low, high = goal.box[candidate][:2]
        if low == -inf or high == inf:
            size, point = 1e6, (high - 1 if high != inf else low + 1) if (low, high) != (-inf, inf) else Fraction(0)
            if low != -inf:
                point = max(Fraction(1), 2 * abs(low)) if low >= 0 else Fraction(0)
            elif high != inf:
                point = -max(Fraction(1), 2 * abs(high)) if high <= 0 else Fraction(0)
        else:
            size = float(high - low)
            quarter = (high - low) / 4
            point = simplest_between(low + quarter, high - quarter) if quarter else low
        if size > best:
            best, name, at = size, candidate, Fraction(point)
    return name, at
