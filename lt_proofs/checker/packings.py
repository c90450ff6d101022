"""What refutes or shows statements about packings and masks: explicit matrices, draws and small networks."""

from fractions import Fraction
from itertools import pairwise, product

from errors import Malformed, Rejected, spend
from intervals import evaluate
from points import admissible, exact, exact_point, holds, value
from syntax import listed, sequence


def at(term, point):
    """The interval of a term at a rational point."""
    return evaluate(term, {name: (x, x, False, False) for name, x in point.items()}, 4096)


def placed(statement, data, *fields):
    """The point at which a statement is refuted, and the values of some of its terms there; a closeness from below."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    values = [at(statement[f], point)[0] if f == "closeness" else value(statement[f], point) for f in fields]
    return point, *values


def whole(number, most):
    """A number that must be whole, from 1 on."""
    if number.denominator != 1 or not 1 <= number <= most:
        raise Rejected(f"a whole number from 1 to {most} is needed at the point")
    return int(number)


def numbers(data, most=1 << 14):
    """A list of rationals."""
    return [exact(item) for item in sequence(data, most, least=1)]


def failing(point, relation):
    """Reject unless this holds at the point: it contradicts the statement."""
    if not holds(relation, point):
        raise Rejected("this does not refute the statement")


def refuted_packing(statement, data):
    """A maximal set of the interval [-1, 1] whose product is too small in the maximum norm of the dimension."""
    point, size, apart = placed(statement, data, "dimension", "separation")
    places = sorted(numbers(data.get("set")))
    gaps = [b - a for a, b in pairwise(places)]
    if places[0] < -1 or places[-1] > 1 or any(gap <= apart for gap in gaps) or apart <= 0:
        raise Rejected("the points are not in the ball, or not so far apart")
    if max(places[0] + 1, 1 - places[-1], *(gap / 2 for gap in gaps)) > apart:
        raise Rejected("another point can be added")
    failing(point, ("<", Fraction(len(places) ** whole(size, 64)), statement["count"]))


def refuted_diameter(statement, data):
    """Two numbers, and a third near both: the same multiples of the identity."""
    _, near, far = placed(statement, data, "closeness", "diameter")
    first, second, middle = map(exact, listed(data.get("slopes"), "three slopes", str, str, str))
    if max(abs(first - middle), abs(second - middle)) > near or abs(first - second) <= far:
        raise Rejected("these slopes do not refute the statement")


def refuted_volume(statement, data):
    """The ball of half the diameter."""
    point, size, across = placed(statement, data, "dimension", "diameter")
    if across < 0:
        raise Rejected("there is no set of negative diameter")
    failing(point, (">", (across / 2) ** whole(size, 64), statement["share"]))


def refuted_counting(statement, data):
    """Draws of equal chance, each a list of functions, each a list of targets: a finite probability space."""
    point, share, success = placed(statement, data, "share", "success")
    targets, near = data.get("targets"), []
    if type(targets) is not int or not 1 <= targets <= 1 << 12:
        raise Malformed("the number of targets is a whole number")
    for draw in sequence(data.get("draws"), 1 << 12, least=1):
        sets = [set(sequence(one, targets)) for one in sequence(draw, 1 << 12)]
        if any(type(t) is not int or not 0 <= t < targets for one in sets for t in one):
            raise Malformed("targets are numbered from 0")
        if any(len(one) > share * targets for one in sets):
            raise Rejected("a function is near more than the share of the targets")
        must_fit(len(sets), statement, point)
        near.append(set().union(*sets))
    if min(sum(t in one for one in near) for t in range(targets)) < success * len(near):
        raise Rejected("a target is not met often enough")
    failing(point, ("<", statement["bits"], statement["bound"]))


def fits(count, bits, point):
    """Whether a number is at most 2^bits."""
    low, high, _, _ = at(bits, point)
    if low == high and low.denominator == 1 and abs(low) <= 4096:
        return count <= Fraction(2) ** int(low)
    return holds(("<=", Fraction(count), ("^", Fraction(2), bits)), point)


def must_fit(count, statement, point):
    """Reject more functions than the statement speaks of."""
    if not fits(count, statement["bits"], point):
        raise Rejected("these are more functions than the statement speaks of")


def must_not_fit(count, statement, point):
    """Reject a number of values that the statement allows."""
    if fits(count, statement["bits"], point):
        raise Rejected("there are no more values than the statement says")


def denied(statement, point):
    """The conclusion must fail at the point."""
    if holds(statement["conclusion"], point):
        raise Rejected("the conclusion holds at the point")


def met(draws, success):
    """Every point of [-1, 1] must lie in the intervals of so large a part of the draws."""
    ends = sorted({Fraction(-1), Fraction(1), *(e for draw in draws for pair in draw for e in pair if abs(e) < 1)})
    spend(100 * len(ends) * sum(map(len, draws)))
    for x in (*ends, *((a + b) / 2 for a, b in pairwise(ends))):
        if sum(any(low <= x <= high for low, high in draw) for draw in draws) < success * len(draws):
            raise Rejected(f"the target {x} is not met often enough")


def refuted_pruning(statement, data):
    """For one input, draws of slopes; for any size, the grid of matrices with entries in the middles of k cells."""
    point, size, near, success = placed(statement, data, "size", "closeness", "success")
    size = whole(size, 64)
    if "grid" in data:
        (cells,) = numbers([data["grid"]])
        if size > near * whole(cells, 1 << 20) or success > 1:
            raise Rejected("the grid is too coarse")
        must_fit(cells ** (size**2), statement, point)
    else:
        draws = [numbers(draw) for draw in sequence(data.get("draws"), 64, least=1)]
        must_fit(max(map(len, draws)), statement, point)
        if size != 1:
            raise Rejected("slopes are functions of one input")
        met([[(w - near, w + near) for w in draw] for draw in draws], success)
    denied(statement, point)


def network(data, size, hidden):
    """The rows of the first layer and the columns of the second, one of each for a hidden unit."""
    layers = [[numbers(row) for row in sequence(data.get(name), least=1)] for name in ("first", "second")]
    if any(len(rows) != hidden or any(len(row) != size for row in rows) for rows in layers):
        raise Rejected("the network has another shape")
    return list(zip(*layers, strict=True))


def masked(row):
    """A row under all masks."""
    return product(*((Fraction(0), x) for x in row))


def contributions(unit, inputs):
    """What a hidden unit can add to the values at the inputs, one tuple for all inputs."""
    rows = {tuple(max(sum(map(lambda a, x: a * x, u, x)), Fraction(0)) for x in inputs) for u in masked(unit[0])}
    return {tuple(v * y for y in row for v in out) for row in rows for out in masked(unit[1])}


def sums(units, inputs):
    """The values at the inputs of all prunings."""
    found = {(Fraction(0),) * (len(inputs) * len(units[0][1]))}
    for unit in units:
        added = contributions(unit, inputs)
        spend(100 * len(found) * len(added))
        found = {tuple(map(Fraction.__add__, old, new)) for old in found for new in added}
    return found


def refuted_units(statement, data):
    """A network whose prunings have more different values at some inputs than there are said to be functions."""
    point, size, hidden = placed(statement, data, "size", "hidden")
    units = network(data, whole(size, 4), whole(hidden, 8))
    inputs = [numbers(x, 4) for x in sequence(data.get("inputs"), least=1)]
    must_not_fit(len(sums(units, inputs)), statement, point)


def refuted_columns(statement, data):
    """A network that has more different values at the signed unit vectors, however the signs are chosen."""
    point, size, hidden = placed(statement, data, "size", "hidden")
    size = whole(size, 4)
    units = network(data, size, whole(hidden, 8))
    for signs in product((1, -1), repeat=size):
        inputs = [[Fraction(s * (i == j)) for i in range(size)] for j, s in enumerate(signs)]
        must_not_fit(len(sums(units, inputs)), statement, point)


def refuted_two_layer(statement, data):
    """For one input, draws of networks: the slope at each side of 0 must be near the target."""
    point, size, hidden, near, success = placed(statement, data, "size", "hidden", "closeness", "success")
    whole(size, 1)
    draws = []
    for draw in sequence(data.get("draws"), 64, least=1):
        if not isinstance(draw, dict):
            raise Malformed("a draw is a network")
        values = sums(network(draw, 1, whole(hidden, 16)), [[Fraction(1)], [Fraction(-1)]])
        pairs = [(right, -left) for right, left in values]
        draws.append([(max(pair) - near, min(pair) + near) for pair in pairs if abs(pair[0] - pair[1]) <= 2 * near])
    met(draws, success)
    denied(statement, point)
