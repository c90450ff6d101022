"""Rules about random variables: each states its obligations as inequalities and trusts nothing else."""

from fractions import Fraction

from errors import Malformed, Rejected
from points import admissible, exact, exact_point, value
from syntax import closed, expect, inequality, listed, sequence, substitute

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


def two_point(goal, premises):
    """The worst law of V has its mass on the two ends of [v, u] (a chord lies above a convex potential)."""
    well_formed(goal)
    expect(premises, two_point_obligations(goal))


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
    law = [listed(atom, "a pair [value, probability]", str, str) for atom in sequence(data.get("law"), least=1)]
    law = [(exact(x), exact(p)) for x, p in law]
    v = well_formed(statement)
    admissible(statement, point)
    ceiling = min(value(u, point) for u in statement["ceilings"])
    mean = sum(x * p for x, p in law)
    if sum(p for _, p in law) != 1 or min(p for _, p in law) < 0 or any(not point[v] <= x <= ceiling for x, _ in law):
        raise Rejected("these are no probabilities, or a value is out of reach")
    if mean < point[v] + value(statement["drift"], point):
        raise Rejected("the mean of the law is less than the drift asks for")
    expected = sum(p * value(statement["potential"], {**point, v: x}) for x, p in law)
    if expected <= value(statement["factor"], point) * value(statement["potential"], point):
        raise Rejected("the law does not refute the contraction")
