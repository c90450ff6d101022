"""Inequalities and identities of rational functions on boxes."""

from fractions import Fraction

from algebra import ONE, key, multiply, power, primitive, rational
from bernstein import nonnegative
from errors import Malformed, Rejected
from syntax import closed, term

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


def rational_box(ranges):
    """The box, if all its ends are rational and it is not empty."""
    for name, opening, low, high, closing in ranges:
        if not all(end is None or isinstance(end, Fraction) for end in (low, high)):
            raise Rejected(f"the range of {name} has an end that is not rational")
        if low is not None and high is not None:
            open_ends = opening == "(" or closing == ")"
            if low > high or (low == high and open_ends):
                raise Rejected(f"the range of {name} is empty")
    return ranges


def shrink(ranges, hypotheses):
    """The box cut down by the hypotheses that are linear in one variable; the others are left aside."""
    box = {r[0]: list(r) for r in rational_box(ranges)}
    for sign, left, right in hypotheses:
        if sign in FLIP:
            left, right = right, left
        try:
            seen = set()
            numerator, dens = rational(("-", right, left), seen)
        except Rejected:
            continue
        names = {n for monomial in numerator for n, _ in monomial}
        if dens or seen or len(names) != 1 or sign == "=":
            continue
        (name,) = names
        if any(sum(e for _, e in monomial) > 1 for monomial in numerator):
            continue
        slope, start = numerator[((name, 1),)], numerator.get((), Fraction(0))
        cut(box[name], -start / slope, slope > 0, sign in ("<", ">"))
    return [tuple(r) for r in box.values()]


def cut(r, end, below, strict):
    """Raise the low end (below) or lower the high end of a range to `end`."""
    place, mark = (2, 1) if below else (3, 4)
    open_mark, closed_mark = ("(", "[") if below else (")", "]")
    old = r[place]
    if old is None or (end > old if below else end < old):
        r[place], r[mark] = end, open_mark if strict else closed_mark
    elif end == old and strict:
        r[mark] = open_mark


def empty(ranges):
    """Whether no point is left."""
    return any(
        low is not None and high is not None and (low > high or (low == high and (op == "(" or cl == ")")))
        for _, op, low, high, cl in ranges
    )


def sign(goal, premises, data, _folder):
    """The difference is a product of factors of known sign; every denominator is shown not to vanish.

    Hints: `factors` is a list of [term, exponent, evidence] whose product is the difference; `defined` holds one
    such list per denominator.  Evidence is "even" (an even power), or [1 | -1, halving tree].
    """
    ranges, hypotheses, left, right, strict = parts(goal)
    if premises:
        raise Rejected("this rule takes no premises")
    box = shrink(ranges, hypotheses)
    if empty(box):
        return
    seen = set()
    numerator, dens = rational(("-", right, left), seen)
    defined = set()
    for item in rows(data, "defined", None):
        product, below, _ = product_of(item, box, strict=True)
        if below != ONE or not product:
            raise Rejected("a denominator must be a product of polynomials")
        defined.add(key(primitive(product)[1]))
    if any(d not in defined for d in seen):
        raise Rejected("a denominator is not shown to be different from zero")
    if goal["conclusion"][0] == "=":
        if numerator:
            raise Rejected("the two sides differ as rational functions")
        return
    product, below, total = product_of(rows(data, "factors", 3), box, strict)
    above = ONE
    for d, e in dens.items():
        above = multiply(above, power(dict(d), e))
    if multiply(numerator, below) != multiply(product, above):
        raise Rejected("the product of the factors is not the difference of the two sides")
    if total < 0:
        raise Rejected("the factors make the difference negative")


def product_of(factors, box, strict):
    """(numerator, denominator, sign) of a product of [term, exponent, evidence]; Rejected if a sign is not shown."""
    total, product, below = 1, ONE, ONE
    for item, exponent, evidence in factors:
        polynomial, own = rational(term(item), set())
        if own or type(exponent) is not int or not exponent:
            raise Rejected("a factor must be a polynomial with a non-zero integer exponent")
        if exponent > 0:
            product = multiply(product, power(polynomial, exponent))
        else:
            below = multiply(below, power(polynomial, -exponent))
        if evidence == "even" and exponent > 0 and exponent % 2 == 0 and not strict:
            continue
        total *= certified(polynomial, box, evidence, strict or exponent < 0) ** (exponent % 2)
    return product, below, total


def certified(polynomial, box, evidence, strict):
    """The sign that the evidence shows for a polynomial on the box."""
    if not isinstance(evidence, list) or len(evidence) != 2 or evidence[0] not in (1, -1):
        raise Malformed("the evidence for a sign is [1 or -1, halving tree]")
    nonnegative({m: v * evidence[0] for m, v in polynomial.items()}, box, evidence[1], strict)
    return evidence[0]


def rows(data, field, width):
    """A list of lists from the hints, of lists of three where no width is stated."""
    value = data.get(field)
    if not isinstance(value, list) or len(value) > 1000 or not all(isinstance(row, list) for row in value):
        raise Malformed(f"the step needs {field}, a list of lists")
    inner = [item for row in value for item in row] if width is None else value
    if any(not isinstance(row, list) or len(row) != 3 for row in inner):
        raise Malformed(f"each factor in {field} is [term, exponent, evidence]")
    return value


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
