"""What refutes or shows statements about packings and masks: explicit matrices, draws and small networks."""

from fractions import Fraction
from itertools import combinations, pairwise, product
from math import ceil, floor, gcd
from operator import add, mul

from errors import afford, spend, work
from errors import size as bits_of
from intervals import evaluate
from obligations import require
from points import admissible, exact, exact_point, holds, value
from syntax import integer, listed, sequence


def at(term, point):
    """The interval of a term at a rational point."""
    return evaluate(term, {name: (x, x, False, False) for name, x in point.items()}, 4096)


def placed(statement, data, *fields):
    """The point at which a statement is refuted, and the values of some of its terms there; a closeness from below."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    return point, *(at(statement[f], point)[0] if f == "closeness" else value(statement[f], point) for f in fields)


def whole(number, most):
    """A number that must be whole, from 1 on."""
    require(number.denominator == 1 and 1 <= number <= most, f"a whole number from 1 to {most} is needed at the point")
    return int(number)


def numbers(data, most=1 << 14):
    """A list of rationals."""
    return [exact(item) for item in sequence(data, most, least=1)]


def refuted_packing(statement, data):
    """A maximal set of the interval [-1, 1] whose product is too small in the maximum norm of the dimension."""
    point, size, apart = placed(statement, data, "dimension", "separation")
    places = sorted(numbers(data.get("places")))
    gaps = [b - a for a, b in pairwise(places)]
    require(-1 <= places[0] and places[-1] <= 1 and all(gap > apart for gap in gaps), "they are not so far apart there")
    require(max(places[0] + 1, 1 - places[-1], *(gap / 2 for gap in gaps)) <= apart, "another point can be added")
    too_few = ("<", Fraction(len(places) ** whole(size, 64)), statement["count"])
    require(holds(too_few, point), "there are as many points as the statement says")


def refuted_diameter(statement, data):
    """Two numbers, and a third near both: the same multiples of the identity."""
    _, near, far = placed(statement, data, "closeness", "diameter")
    first, second, middle = map(exact, listed(data.get("slopes"), "three slopes", str, str, str))
    require(abs(first - middle) <= near and abs(second - middle) <= near, "the slopes are not near")
    require(abs(first - second) > far, "the slopes are not so far apart")


def refuted_volume(statement, data):
    """The ball of half the diameter."""
    point, dimension, across = placed(statement, data, "dimension", "diameter")
    dimension = whole(dimension, 64)
    afford(dimension * bits_of(across))
    spend(4 * work(*2 * [dimension * bits_of(across)]))
    larger = (">", (across / 2) ** dimension, statement["share"])
    require(across >= 0 and holds(larger, point), "the ball is not larger")


def refuted_counting(statement, data):
    """As many draws as targets: draw i offers some functions, the k-th of them near the target i + k alone."""
    point, share, success = placed(statement, data, "share", "success")
    targets, functions = integer(data.get("targets")), integer(data.get("functions"))
    require(1 <= functions <= targets and share * targets >= 1, "a function is near more than the share of the targets")
    require(success * targets <= functions, "the targets are not met often enough")
    require(fits(functions, statement["bits"], point), "these are too many functions")
    require(holds(("<", statement["bits"], statement["bound"]), point), "the bound holds at the point")


def fits(count, bits, point):
    """Whether a number is at most 2^bits."""
    low, high, _, _ = at(bits, point)
    if low == high and low.denominator == 1 and abs(low) <= 4096:
        return count <= Fraction(2) ** int(low)
    return holds(("<=", Fraction(count), ("^", Fraction(2), bits)), point)


def met(statement, point, draws, success):
    """Every number of [-1, 1] lies in the intervals of so large a part of the draws, and the conclusion fails."""
    ends = sorted({Fraction(-1), Fraction(1), *(e for draw in draws for pair in draw for e in pair if abs(e) < 1)})
    spend(100 * len(ends) * sum(map(len, draws)))
    for x in (*ends, *((a + b) / 2 for a, b in pairwise(ends))):
        often = sum(any(low <= x <= high for low, high in draw) for draw in draws)
        require(often >= success * len(draws), f"the target {x} is not met often enough")
    require(not holds(statement["conclusion"], point), "the conclusion holds at the point")


def refuted_pruning(statement, data):
    """For one input, draws of slopes; for any size, the grid of matrices with entries in the middles of k cells."""
    point, size, near, success = placed(statement, data, "size", "closeness", "success")
    if "grid" in data:
        cells, size = integer(data["grid"]), whole(size, 64)
        require(1 <= cells <= 1 << 20 and size <= near * cells and success <= 1, "the grid is too coarse")
        require(fits(cells ** (size**2), statement["bits"], point), "these are too many functions")
        met(statement, point, [], success)
        return
    draws = [numbers(draw) for draw in sequence(data.get("draws"), 64, least=1)]
    require(size == 1, "slopes are functions of one input")
    require(fits(max(map(len, draws)), statement["bits"], point), "these are too many functions")
    met(statement, point, [[(w - near, w + near) for w in draw] for draw in draws], success)


def network(data, size, hidden):
    """The hidden units: for each the row of the first layer and the column of the second."""
    layers = [[numbers(row) for row in sequence(rows, 16, least=1)] for rows in listed(data, "two layers", list, list)]
    require(all(len(rows) == hidden and all(len(row) == size for row in rows) for rows in layers), "another shape")
    return list(zip(*layers, strict=True))


def sums(units, inputs):
    """The values at the inputs, one tuple for all of them, of all prunings."""
    found = {(0,) * (len(inputs) * len(units[0][1]))}
    bits = 2 * len(units) * max(bits_of(x) for unit in units for row in unit for x in row)
    for unit in units:
        first, second = (list(product(*((0, x) for x in row))) for row in unit)
        rows = {tuple(max(sum(map(mul, u, x)), 0) for x in inputs) for u in first}
        added = {tuple(v * y for y in row for v in out) for row in rows for out in second}
        spend(len(inputs) * len(found) * len(added) * (20 + (bits**2 >> 14)))
        found = {tuple(map(add, old, new)) for old in found for new in added}
    return found


def refuted_count(statement, data):
    """A network with more values than 2^bits: at some inputs, or at the unit vectors however their signs are chosen."""
    point, size, hidden = placed(statement, data, "size", "hidden")
    size = whole(size, 4)
    units, indices = network(data.get("network"), size, whole(hidden, 8)), range(size)
    ways = [[[s * (i == j) for i in indices] for j, s in enumerate(way)] for way in product((1, -1), repeat=size)]
    if statement["form"] == "units":
        ways = [[numbers(x, 4) for x in sequence(data.get("inputs"), least=1)]]
    for inputs in ways:
        require(not fits(len(sums(units, inputs)), statement["bits"], point), "there are not more values")


def refuted_two_layer(statement, data):
    """For one input, draws of networks: the slope at each side of 0 must be near the target."""
    point, size, hidden, near, success = placed(statement, data, "size", "hidden", "closeness", "success")
    networks = [network(one, whole(size, 1), whole(hidden, 16)) for one in sequence(data.get("draws"), least=1)]
    draws = [[(right, -left) for right, left in sums(units, [[1], [-1]])] for units in networks]
    met(statement, point, [[(max(pair) - near, min(pair) + near) for pair in draw] for draw in draws], success)


def determinant(rows):
    """The determinant by its first row."""
    minors = (determinant([row[:j] + row[j + 1 :] for row in rows[1:]]) for j in range(len(rows)))
    return sum((-1) ** j * x * minor for j, (x, minor) in enumerate(zip(rows[0], minors, strict=True))) if rows else 1


def at_most(size, entries, square):
    """Whether the spectral norm of a matrix, given row by row, has at most this square."""
    columns, indices = [entries[j::size] for j in range(size)], range(size)
    gap = [[square * (i == j) - sum(map(mul, columns[i], columns[j])) for j in indices] for i in indices]
    subsets = (chosen for k in indices for chosen in combinations(indices, k + 1))
    return all(determinant([[gap[i][j] for j in chosen] for i in chosen]) >= 0 for chosen in subsets)


def explicit_matrices(goal, data):
    """Mathematics 5.41: all of norm at most 1, and apart because entries lie on a coarse grid, or pair by pair."""
    size, apart, unit = goal["size"], value(goal["separation"], {}), integer(data.get("denominator"))
    require(1 <= size <= 4 and unit >= 1 and apart >= 0, "1 to 4 rows and a positive denominator are needed")
    kinds = [int] * size**2
    found = [
        tuple(listed(row, "the entries of a matrix", *kinds)) for row in sequence(data.get("matrices"), 1 << 16, 1)
    ]
    spend(5000 * len(found))
    require(all(abs(x) <= unit for m in found for x in m), "a matrix has a norm above 1")
    require(all(at_most(size, m, unit**2) for m in found), "a matrix has a norm above 1")
    require(len(set(found)) == goal["count"], "there are not so many different matrices")
    if gcd(*(a - b for m in found for a, b in zip(m, found[0], strict=True))) <= apart * unit:
        spend(2500 * len(found) ** 2 * (1 + (bits_of(apart) ** 2 >> 16)))
        differences = (tuple(a - b for a, b in zip(m, n, strict=True)) for m, n in combinations(found, 2))
        require(
            not any(at_most(size, m, (apart * unit) ** 2) for m in differences), "two matrices are not so far apart"
        )
    return f"{goal['count']} explicit matrices"


def all_masks(goal):
    """Mathematics 5.42: every mask of one network, by values on the rays between which all functions are linear."""
    size, unit, near, k = goal["size"], value(goal["unit"], {}), value(goal["closeness"], {}), goal["cells"]
    layers = [[goal[name][i : i + size] for i in range(0, len(goal[name]), size or 1)] for name in ("first", "second")]
    require(size in (1, 2) and near >= 0 and unit > 0 and k > 0 and layers[0], "one or two inputs are needed")
    require(all(x for rows in layers for row in rows for x in row), "weights that are not 0 are needed")
    require(len(goal["first"]) == len(goal["second"]) == size * len(layers[0]), "the layers do not fit together")
    inputs = rays(size, layers[0])
    values = sums(list(zip(*layers, strict=True)), inputs)
    spend(5000 * (2 * k + 1) ** (size**2))
    each = (1000 + 200 * len(inputs)) * (1 + ((bits_of(unit) + bits_of(near)) ** 2 >> 16))
    targets = {m for m in product(range(-k, k + 1), repeat=size**2) if at_most(size, m, k**2)}
    reached = set()
    for f in values:
        at_units = [f[size * inputs.index(e) + i] * unit**2 for i in range(size) for e in rays(size, ())[:size]]
        ends = [(max(-k, ceil(k * (y - near))), min(k, floor(k * (y + near)))) for y in at_units]
        found = targets.intersection(product(*(range(low, high + 1) for low, high in ends))) - reached
        spend(each * (1 + len(found)))
        reached |= {m for m in found if close([Fraction(x, k) / unit**2 for x in m], f, inputs, (near / unit**2) ** 2)}
    counts = f"{len(values)} functions, and {len(reached)} of {len(targets)} matrices are reached"
    require((len(values), len(reached)) == (goal["functions"], goal["reached"]), f"there are {counts}")
    return f"all {4 ** len(goal['first'])} masks: {counts}"


def rays(size, rows):
    """The unit vectors with both signs, and for two inputs the rays on which a unit breaks, by angle."""
    if size == 1:
        return [(1,), (-1,)]
    found = {(1, 0), (0, 1)} | {(-b // gcd(a, b), a // gcd(a, b)) for a, b in rows}
    return sorted(found | {(-x, -y) for x, y in found}, key=angle)


def angle(ray):
    """A number that grows with the angle of a ray, exactly."""
    x, y = ray
    quarter = 0 if x > 0 <= y else 1 if y > 0 >= x else 2 if x < 0 >= y else 3
    return quarter + Fraction(abs(x if quarter % 2 else y), abs(x) + abs(y))


def close(target, values, inputs, near):
    """Whether the function with these values at the rays is within the root of `near` of a matrix on the unit ball.

    On the cone between two rays the square of the distance is a quadratic form in two coordinates that are not
    negative, and so is the allowed one: the difference must be copositive.
    """
    size, rest = len(inputs[0]), []
    for k, ray in enumerate(inputs):
        image = [sum(map(mul, target[size * i :], ray)) for i in range(size)]
        rest.append([y - w for y, w in zip(values[size * k : size * k + size], image, strict=True)])
        if sum(x * x for x in rest[-1]) > near * sum(x * x for x in ray):
            return False
    for k in range(len(inputs)):
        first, second = (near * sum(x * x for x in inputs[j]) - sum(x * x for x in rest[j]) for j in (k, k - 1))
        both = near * sum(map(mul, inputs[k], inputs[k - 1])) - sum(map(mul, rest[k], rest[k - 1]))
        if size == 2 and both < 0 and both**2 > first * second:
            return False
    return True
