"""What the rules about drift, coverage and networks ask for: the prover's own reading of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lt_proofs.proof.evaluate import exact_value
from lt_proofs.terms import Apply, Domain, Judgement, Law, Range, Relation, Symbol, Term, number
from lt_proofs.terms.judgement import decode_term
from lt_proofs.terms.tree import call, substitute

ZERO, HALF, ONE, TWO = number(0), number(Fraction(1, 2)), number(1), number(2)
v, a, f, t, r, n = (Symbol(name) for name in "vaftrn")
LEVEL = Range("v", "(", ZERO, ONE, ")")

Asks = Callable[[Judgement, list[Judgement], dict[str, Any]], list[Judgement]]


def about(
    goal: Judgement, *conclusions: Relation, ranges: tuple[Range, ...] = (), given: tuple[Relation, ...] = ()
) -> list[Judgement]:
    """These conclusions on the goal's domain under its hypotheses, with more of both where named."""
    domain, hypotheses = Domain((*goal["domain"].ranges, *ranges)), (*goal["hypotheses"], *given)
    return [Judgement.of("inequality", domain=domain, hypotheses=hypotheses, conclusion=c) for c in conclusions]


def replacements(data: dict[str, Any], key: str = "at") -> dict[str, Term]:
    """The terms that a plan puts for variables of a premise."""
    return {name: decode_term(text) for name, text in data.get(key, {}).items()}


def lies_in(
    premise: Judgement, goal: Judgement, at: dict[str, Term], given: tuple[Relation, ...] = ()
) -> list[Judgement]:
    """That each point of the goal's domain, so replaced, is in the domain of the premise."""
    asked: list[Relation] = []
    for one in premise["domain"].ranges:
        x = at.get(one.name, Symbol(one.name))
        if x == Symbol(one.name) and one in goal["domain"].ranges:
            continue
        if one.low is not None:
            asked.append(Relation("<" if one.opening == "(" else "<=", one.low, x))
        if one.high is not None:
            asked.append(Relation("<" if one.closing == ")" else "<=", x, one.high))
    known = (*goal["hypotheses"], *given)
    hypotheses = () if premise.form == "contraction" else premise["hypotheses"]
    moved = (put(h, at) for h in hypotheses)
    return about(goal, *asked, *(h for h in moved if h not in known), given=given)


def put(relation: Relation, at: dict[str, Term]) -> Relation:
    """A relation with variables replaced."""
    return Relation(relation.sign, substitute(relation.left, at), substitute(relation.right, at))


def at_point(premise: Judgement, at: dict[str, Term], *names: str) -> list[Any]:
    """Fields of a premise with variables replaced."""
    return [substitute(premise[name], at) for name in names]


def with_range(goal: Judgement, one: Range) -> Judgement:
    """The goal with one more variable, for obligations about it."""
    return goal.replace(domain=Domain((*goal["domain"].ranges, one)))


def small_radius(goal: Judgement, premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """A cut at a small radius from the cut of windows of twice that length."""
    length, radius, bound = goal["length"], goal["radius"], goal["bound"]
    rest = (Range("f", "[", ZERO, None, ")"),)

    def window(measure: Term) -> Term:
        inside: Term = radius**2 * substitute(premises[0]["bound"], {"a": measure / radius})
        return inside

    left = a - f
    low = Apply("+", (window(f), (radius - a) * left, left**2 / 2))
    return [
        *about(goal, ZERO < radius, TWO * radius <= length, ZERO <= a, TWO * a <= length),
        *about(goal, bound <= low, ranges=rest, given=(f <= a, a <= radius)),
        *about(goal, bound <= window(radius), given=(radius <= a,)),
        *about(goal, bound <= window(f) + (radius - f) ** 2 / 2, ranges=rest, given=(f <= radius, radius <= a)),
    ]


def large_radius(goal: Judgement, premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """A cut at a radius of half the length or more."""
    m, radius = goal["length"], goal["radius"]
    base = Judgement.of(
        "inequality",
        domain=premises[0]["domain"],
        hypotheses=(),
        conclusion=a * (TWO - a) / TWO <= premises[0]["bound"],
    )
    share = Apply("*", (radius / m, a, m - a))
    return [
        base,
        *about(goal, ZERO < radius, m <= TWO * radius, radius <= m, ZERO <= a, a <= m, goal["bound"] <= share),
    ]


def all_pairs(goal: Judgement, _premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """The cut at a radius beyond the length."""
    return about(goal, goal["length"] <= goal["radius"], goal["bound"] <= a * (goal["length"] - a))


def uniform(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """The gain of a uniform law from a cut, for a set and for its complement."""
    at = replacements(data)
    length, radius = at_point(premises[0], at, "length", "radius")
    asked = about(goal, ZERO < radius, ZERO < length)
    ranges = [one for one in goal["domain"].ranges if one.name == "v"]
    below, above = any(one.high == HALF for one in ranges), any(one.low == HALF for one in ranges)
    for half in (v,) if below else (1 - v,) if above else (v, 1 - v):
        inner, given = {**at, "a": half * length}, (half <= HALF,)
        gain = Apply("*", (goal["gain"], TWO, radius, length))
        asked += lies_in(premises[0], goal, inner, given)
        asked += about(goal, gain <= substitute(premises[0]["bound"], inner), given=given)
    return asked


def share(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """The gain of a law that contains a uniform one."""
    at = replacements(data)
    law: Law = goal["law"]
    width = substitute(premises[0]["law"].numbers[0], at)
    weight = width / law.numbers[0] if law.kind == "uniform" else law.numbers[0]
    (gain,) = at_point(premises[0], at, "gain")
    wanted = (ZERO <= weight, weight <= ONE, goal["gain"] <= weight * gain)
    return lies_in(premises[0], goal, at) + about(goal, *wanted)


def mixture_weight(law: Law) -> Term:
    """How much of a product of two factors is not zero for sure."""
    return HALF if law.kind.endswith("gadget") else ONE


def mean_radius(goal: Judgement, premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """The gain of a product from one that is affine in the radius."""
    radius = Range("r", "(", ZERO, ONE, "]")
    gain = premises[0]["gain"]
    low, middle, high = (substitute(gain, {"r": x}) for x in (ZERO, HALF, ONE))
    line = low + r * (high - low)
    asked = about(goal, Relation("=", gain, line), ranges=(radius,))
    return asked + about(goal, goal["gain"] <= mixture_weight(goal["law"]) * middle)


def mixture(goal: Judgement, _premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """The gain of a product as an integral over the radius, piece by piece."""
    reached, total, asked = ZERO, [ZERO, ZERO], []
    for piece in data["pieces"]:
        low, high, whole = map(decode_term, piece)
        asked += about(goal, reached <= low, low <= high)
        at = {"r": low + t * (high - low)}
        there = substitute(whole, at)
        asked += about(goal, Relation("=", there, there), ranges=(Range("t", "[", ZERO, ONE, "]"),))
        reached = high
        total.append(substitute(whole, {"r": high}) - substitute(whole, {"r": low}))
    weight = mixture_weight(goal["law"])
    return asked + about(goal, reached <= ONE, goal["gain"] <= weight * Apply("+", tuple(total)))


def staircase(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """The gain of a law from a staircase below its density."""
    steps = [(Fraction(weight), Fraction(radius)) for weight, radius in data["steps"]]
    inner, asked, gains = Fraction(0), [], [ZERO, ZERO]
    for i, ((weight, radius), drift) in enumerate(zip(steps, premises, strict=True)):
        level = sum((w / (2 * r) for w, r in steps[i:]), Fraction(0))
        place = (Range("z", "[", number(inner), number(radius), "]"),)
        asked += about(goal, number(level) <= goal["law"].numbers[0], ranges=place)
        inner = radius
        gains.append(weight * drift["gain"])
    return asked + about(goal, goal["gain"] <= Apply("+", tuple(gains)))


def first_moment(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """Coverage from drift, contraction and Markov's inequality."""
    drift, shrink = premises
    at = replacements(data)
    start, rest, ratio = (decode_term(data[hint]) for hint in ("start", "rest", "ratio"))
    g, c = at_point(shrink, at, "potential", "factor")
    length, inner = goal["length"], with_range(goal, LEVEL)
    asked = lies_in(drift, inner, at) + lies_in(shrink, inner, at)
    asked += about(inner, substitute(shrink["drift"], at) <= substitute(drift["gain"], at))
    between = substitute(g, {"v": v + t * (1 - v)})
    asked += about(inner, between <= g, ranges=(Range("t", "[", ZERO, ONE, "]"),))
    first, last = (substitute(g, {"v": x}) for x in (TWO * start / length, 1 - rest / length))
    return asked + about(
        goal, ZERO < c, c < ONE, Relation("=", substitute(g, {"v": ONE}), ZERO), ZERO < start, TWO * start <= length,
        ZERO < rest, TWO * rest <= length, start + rest <= goal["tolerance"], ZERO < goal["failure"], ZERO < last,
        first <= Apply("*", (ratio, goal["failure"], last)), call("log", ratio) <= goal["samples"] * -call("log", c),
    )  # fmt: skip


def falling(goal: Judgement, _premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """A flow of a law known by its density: that this falls."""
    if goal["law"].kind != "density":
        return []
    domain = Domain((Range("z", "(", ZERO, goal["length"], "]"),))
    slope = decode_term(data["slope"])
    return [Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=Relation("<=", slope, ZERO))]


def weighted(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """Coverage by a weighted measure of it."""
    flow = premises[0]
    weights, length = [exact_value(w, {}) for w in flow["weights"]], exact_value(goal["length"], {})
    start, rest, ratio = (decode_term(data[hint]) for hint in ("start", "rest", "ratio"))
    cells, moving = len(weights), Fraction(1) if goal["law"] == flow["law"] else Fraction(1, 2)
    unit = cells / (length * sum(weights))
    shrinks = 1 - moving * exact_value(flow["profile"][1], {})
    first = 2 * unit * min(weights[(cells - 1) // 2 : cells // 2 + 1]) * start
    gap = unit * min(weights) * rest
    return about(
        goal, ZERO < start, start <= number(length / (cells * (1 + cells % 2))), ZERO < rest,
        rest <= number(length / 2), start + rest <= goal["tolerance"], ZERO < goal["failure"],
        (ONE - first) * (ONE - gap) <= Apply("*", (ratio, goal["failure"], first, gap)),
        call("log", ratio) <= goal["samples"] * -call("log", number(shrinks)),
    )  # fmt: skip


def halves(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """A window of twice the length by two batches."""
    at = replacements(data)
    length, tolerance, failure, samples = at_point(premises[0], at, "length", "tolerance", "failure", "samples")
    return lies_in(premises[0], goal, at) + about(
        goal, goal["length"] <= TWO * length, TWO * tolerance <= goal["tolerance"], TWO * failure <= goal["failure"],
        TWO * samples + ONE <= goal["samples"],
    )  # fmt: skip


def coupling(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """A law on a grid beside the smooth one."""
    at = replacements(data)
    length, tolerance, failure, samples = at_point(premises[0], at, "length", "tolerance", "failure", "samples")
    asked = lies_in(premises[0], goal, at) + about(
        goal, goal["length"] <= length, failure <= goal["failure"], samples <= goal["samples"]
    )
    steps = [exact_value(step, {}) for step in goal["law"].numbers]
    moving = steps[1:] if premises[0]["law"].kind.startswith("odd-") else steps
    moved = tolerance + n * number(sum(moving))
    return asked + about(goal, moved <= goal["tolerance"], ranges=(Range("n", "[", ZERO, None, ")"),))


def two_signs(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """One weight by hidden units of both signs."""
    return one_weight(goal, premises, data, lambda failure: TWO * failure)


def one_sign(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """One weight on inputs that are not negative."""
    return one_weight(goal, premises, data, lambda failure: failure)


def one_weight(
    goal: Judgement, premises: list[Judgement], data: dict[str, Any], union: Callable[[Term], Term]
) -> list[Judgement]:
    """One weight by coverage, the failures of its instances put together by a union bound."""
    at = replacements(data)
    tolerance, failure, samples = at_point(premises[0], at, "tolerance", "failure", "samples")
    return lies_in(premises[0], goal, at) + about(
        goal, tolerance <= goal["tolerance"], union(failure) <= goal["failure"], samples <= goal["units"]
    )


def frobenius(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """All entries of a layer."""
    at = replacements(data)
    entries = goal["inputs"] * goal["outputs"]
    tolerance, failure, units = at_point(premises[0], at, "tolerance", "failure", "units")
    return lies_in(premises[0], goal, at) + about(
        goal, ONE <= goal["inputs"], ONE <= goal["outputs"], tolerance * call("sqrt", entries) <= goal["tolerance"],
        entries * failure <= goal["failure"], units <= goal["units"],
    )  # fmt: skip


def compose(goal: Judgement, _premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """The error of layers one after the other."""
    grown = call("exp", goal["depth"] * goal["error"]) - ONE
    return about(goal, ONE <= goal["depth"], ZERO < goal["error"], grown <= goal["bound"])


def stack(goal: Judgement, premises: list[Judgement], data: dict[str, Any]) -> list[Judgement]:
    """A network from its first layer, its later layers and how errors compose."""
    *layers, whole = premises
    depths = replacements(data, "composition")
    error, bound = at_point(whole, depths, "error", "bound")
    asked = lies_in(whole, goal, depths) + about(goal, bound <= goal["error"])
    for layer, place, units in zip(layers, ("first", "later"), ("units", "later"), strict=True):
        at = replacements(data, place)
        tolerance, failure, needed = at_point(layer, at, "tolerance", "failure", "units")
        asked += lies_in(layer, goal, at) + about(
            goal, tolerance <= error, goal["depth"] * failure <= goal["failure"], needed <= goal[units]
        )
    return asked


def propagate(goal: Judgement, _premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """One more layer of two networks."""
    w, p, q, s, g = names = tuple(Symbol(name) for name in "wpqsg")
    domain = Domain(tuple(Range(x.name, "[", ZERO, None, ")") for x in names))
    wanted = (w * s + p * g <= goal["error"], q * g <= goal["growth"])
    return [Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=c) for c in wanted]


def nothing(_goal: Judgement, _premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """Nothing: the checker goes through all cases."""
    return []


COVERING: dict[str, Asks] = {
    "small-radius": small_radius,
    "large-radius": large_radius,
    "all-pairs": all_pairs,
    "uniform": uniform,
    "share": share,
    "mean-radius": mean_radius,
    "mixture": mixture,
    "staircase": staircase,
    "assumed": nothing,
    "grid-gain": nothing,
    "enumerate-chain": nothing,
    "first-moment": first_moment,
    "weighted": weighted,
    "recursion": nothing,
    "enumerate-flow": falling,
    "halves": halves,
    "coupling": coupling,
    "two-signs": two_signs,
    "one-sign": one_sign,
    "frobenius": frobenius,
    "compose": compose,
    "stack": stack,
    "propagate": propagate,
}
