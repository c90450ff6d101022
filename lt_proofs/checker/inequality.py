"""Inequality judgements: taken apart, concluded from evidence, or evaluated exactly at a point."""

from fractions import Fraction

from algebra import MAX_BITS, same, size
from errors import Rejected
from evidence import Goal, established
from syntax import closed

FLIP = {">=": "<=", ">": "<"}


def parts(goal):
    """(domain, hypotheses, lower, upper, strict) of an inequality judgement lower <= upper or lower < upper."""
    if goal["form"] != "inequality":
        raise Rejected(f"this rule concludes inequalities, not {goal['form']}")
    sign, left, right = goal["conclusion"]
    for item in (goal["conclusion"], *goal["hypotheses"]):
        closed(item, goal["domain"], "an inequality")
    if sign in FLIP:
        left, right = right, left
    return goal["domain"], goal["hypotheses"], left, right, sign in ("<", ">")


def tree(goal, premises, data, _folder):
    """Conclude an inequality or identity from a tree of evidence for the sign of its difference."""
    ranges, hypotheses, left, right, strict = parts(goal)
    if premises:
        raise Rejected("this rule takes no premises")
    difference = ("-", right, left)
    if goal["conclusion"][0] == "=":
        if not same(left, right):
            raise Rejected("the two sides differ as functions of their atoms")
        established(Goal(("*", difference, Fraction(0)), ranges, hypotheses), data.get("evidence"), strict)
    else:
        established(Goal(difference, ranges, hypotheses), data.get("evidence"), strict)


def value(item, point):
    """The exact value of a rational term at a rational point; Rejected where it is not defined."""
    if isinstance(item, Fraction):
        return item
    if isinstance(item, str):
        if item not in point:
            raise Rejected(f"no value for {item}")
        return point[item]
    head, *args = item
    values = [value(arg, point) for arg in args]
    if head == "+":
        return sum(values)
    if head == "-":
        return -values[0] if len(values) == 1 else values[0] - values[1]
    if head == "*":
        result = Fraction(1)
        for factor in values:
            result *= factor
        return result
    if head == "/" and values[1] != 0:
        return values[0] / values[1]
    if head == "^" and values[1].denominator == 1 and abs(values[1]) <= 64 and (values[0] or values[1] > 0):
        if 64 * size(values[0]) > MAX_BITS:
            raise Rejected(f"a power of numbers beyond {MAX_BITS} bits")
        return values[0] ** int(values[1])
    if head in ("min", "max", "abs"):
        return {"min": min, "max": max, "abs": lambda items: abs(items[0])}[head](values)
    raise Rejected(f"{head} has no exact rational value here")


def holds(relation, point):
    """Whether a relation of rational terms holds at a rational point."""
    sign, left, right = relation[0], value(relation[1], point), value(relation[2], point)
    return {
        "<=": left <= right,
        "<": left < right,
        ">=": left >= right,
        ">": left > right,
        "=": left == right,
    }[sign]


def inside(ranges, point):
    """Whether a point lies in a box whose ends are rational."""
    if set(point) != {r[0] for r in ranges}:
        return False
    for name, opening, low, high, closing in ranges:
        x = point[name]
        if low is not None and not (x > value(low, {}) or (x == value(low, {}) and opening == "[")):
            return False
        if high is not None and not (x < value(high, {}) or (x == value(high, {}) and closing == "]")):
            return False
    return True
