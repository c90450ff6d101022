"""Rules about random variables: each states its obligations as inequalities and trusts nothing else."""

from fractions import Fraction

from cuts import expect
from errors import Malformed, Rejected
from inequality import inside, value
from intervals import evaluate, of_range
from syntax import RATIONAL, closed, inequality, substitute

RESERVED = {"t", "V", "E", "g"}
RESERVED_TEXT = ", ".join(sorted(RESERVED))


def two_point_obligations(goal):
    """What makes E g(V) <= c g(v) true for every law of V on [v, u] with mean >= v + h, u = min(ceilings).

    For each ceiling u, where it is the least: v < u; g lies below its chord on [v, u]; g(u) <= g(v); and the
    chord at mean v + h is at most c g(v).  The chord falls, so a larger mean and any other law do no harm.
    """
    v, g, h = goal["variable"], goal["potential"], goal["drift"]
    obligations = []
    for ceiling in goal["ceilings"]:
        least = tuple(("<=", ceiling, other) for other in goal["ceilings"] if other != ceiling)
        top = substitute(g, {v: ceiling})
        width = ("-", ceiling, v)
        between = substitute(g, {v: ("+", v, ("*", "t", width))})
        chord = ("+", ("*", ("-", Fraction(1), "t"), g), ("*", "t", top))
        unit = ("t", "[", Fraction(0), Fraction(1), "]")
        drop = ("+", ("*", width, g), ("*", h, ("-", top, g)))
        conclusions = (
            ((), ("<", v, ceiling)),
            ((unit,), ("<=", between, chord)),
            ((), ("<=", top, g)),
            ((), ("<=", drop, ("*", goal["factor"], ("*", g, width)))),
        )
        obligations += [inequality((*goal["domain"], *more), least, conclusion) for more, conclusion in conclusions]
    return obligations


def two_point(goal, premises, _data, _folder):
    """The worst law of V has its mass on the two ends of [v, u] (a chord lies above a convex potential)."""
    if goal["form"] != "contraction":
        raise Rejected("this rule concludes contractions")
    well_formed(goal)
    obligations = two_point_obligations(goal)
    if len(premises) != len(obligations):
        raise Rejected(f"{len(obligations)} premises are needed, {len(premises)} are given")
    for premise, obligation in zip(premises, obligations, strict=True):
        expect(premise, obligation)


def well_formed(goal):
    """The variable of a contraction whose names are bound, and are none of those that the rule and its words use."""
    names = [r[0] for r in goal["domain"]]
    if goal["variable"] not in names or not goal["ceilings"] or RESERVED & set(names):
        raise Malformed(f"a contraction needs its variable in the domain, none of {RESERVED_TEXT} there, and a ceiling")
    for item in (goal["drift"], goal["potential"], goal["factor"], *goal["ceilings"]):
        closed(item, goal["domain"], "a contraction")
    return goal["variable"]


def refuted_contraction(statement, data):
    """A point of the domain and a finite law of V there that breaks the contraction."""
    point = exact_point(data.get("point"))
    law = data.get("law")
    if not isinstance(law, list) or not 0 < len(law) <= 64:
        raise Malformed("the counterexample needs a finite law [[value, probability], …]")
    if any(not isinstance(atom, list) or len(atom) != 2 for atom in law):
        raise Malformed("an atom of the law is [value, probability]")
    law = [tuple(exact(x) for x in atom) for atom in law]
    v = well_formed(statement)
    if not inside(statement["domain"], point) or sum(p for _, p in law) != 1 or min(p for _, p in law) < 0:
        raise Rejected("the point is outside the domain, or the probabilities are not a law")
    ceiling = min(value(u, point) for u in statement["ceilings"])
    mean = sum(x * p for x, p in law)
    if any(not point[v] <= x <= ceiling for x, _ in law) or mean < point[v] + value(statement["drift"], point):
        raise Rejected("the law is not admissible at the point")
    expected = sum(p * value(statement["potential"], {**point, v: x}) for x, p in law)
    if expected <= value(statement["factor"], point) * value(statement["potential"], point):
        raise Rejected("the law does not refute the contraction")


def refuted_inequality(statement, data):
    """A rational point of the domain that meets the hypotheses but not the conclusion."""
    point = exact_point(data.get("point"))
    box = {name: (x, x, False, False) for name, x in point.items()}
    ranges = [of_range(r, 256) for r in statement["domain"]]
    if set(point) != {r[0] for r in statement["domain"]} or not all(
        low < x < high or (x == low and not low_open) or (x == high and not high_open)
        for x, (low, high, low_open, high_open) in zip((point[r[0]] for r in statement["domain"]), ranges, strict=True)
    ):
        raise Rejected("the point is outside the domain")
    if not all(settled(h, box) for h in statement["hypotheses"]):
        raise Rejected("a hypothesis does not hold at the point")
    if settled(statement["conclusion"], box):
        raise Rejected("the conclusion holds at the point")


def settled(relation, box):
    """Whether a relation holds at a point, by enclosures of the difference at growing precision."""
    sign, left, right = relation
    for bits in (64, 256, 1024, 4096):
        low, high, _, _ = evaluate(("-", left, right), box, bits)
        if low > 0 or high < 0 or low == high:
            return {"<=": high <= 0, "<": high < 0, ">=": low >= 0, ">": low > 0, "=": low == high == 0}[sign]
    raise Rejected("4096 bits do not tell whether a relation holds at the point")


def exact(text):
    """A rational from its text."""
    try:
        if not isinstance(text, str) or len(text) > 400 or not RATIONAL.fullmatch(text) or str(Fraction(text)) != text:
            raise ValueError
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise Malformed(f"not a rational in lowest terms: {str(text)[:40]!r}") from None


def exact_point(data):
    """A point: names and rationals."""
    if not isinstance(data, dict) or len(data) > 16:
        raise Malformed("a point names its variables and their rational values")
    return {name: exact(text) for name, text in data.items()}
