"""The sign of a polynomial on a box, decided by Bernstein coefficients in integers.

Each range becomes t in [0, 1]: [a, b] by x = a + (b-a) t, [a, oo) by x = a + t/(1-t), (-oo, b] mirrored.
On the unit box a polynomial is a mean of its Bernstein coefficients: none negative means none of its
values is.  A tree ``null`` or ``[axis, lower, upper]`` says where the box is halved first.
"""

from fractions import Fraction
from itertools import product
from math import comb, lcm, prod

from errors import Rejected, spend
from syntax import listed

MAX_COEFFICIENTS = 20_000
MAX_DEGREE = 256


def nonnegative(polynomial, ranges, tree, strict):
    """Reject unless the polynomial is >= 0 (strict: > 0) at every point of the box of rational ranges."""
    names = [r[0] for r in ranges]
    if any(name not in names for monomial in polynomial for name, _ in monomial):
        raise Rejected("a polynomial holds a name that has no range")
    degrees = [max((dict(m).get(name, 0) for m in polynomial), default=0) for name in names]
    if prod(degree + 1 for degree in degrees) > MAX_COEFFICIENTS or max(degrees, default=0) > MAX_DEGREE:
        raise Rejected(f"more than {MAX_COEFFICIENTS} Bernstein coefficients")
    tensor = {tuple(dict(m).get(name, 0) for name in names): value for m, value in polynomial.items()}
    for axis, (r, degree) in enumerate(zip(ranges, degrees, strict=True)):
        tensor = along(tensor, axis, lambda c, r=r, n=degree: to_bernstein(c, r, n), degree)
    scale = lcm(*(v.denominator for v in tensor.values())) if tensor else 1
    cells = [int(tensor.get(i, 0) * scale) for i in product(*(range(d + 1) for d in degrees))]
    faces = [(r[1] == "[", r[4] == "]") for r in ranges]
    walk(cells, degrees, faces, tree, strict)


def along(tensor, axis, change, degree):
    """Apply a change of basis to every line of the sparse tensor along one axis."""
    lines = {}
    for index, value in tensor.items():
        rest = index[:axis] + index[axis + 1 :]
        lines.setdefault(rest, [Fraction(0)] * (degree + 1))[index[axis]] = value
    result = {}
    for rest, line in lines.items():
        for k, value in enumerate(change(line)):
            if value:
                result[(*rest[:axis], k, *rest[axis:])] = value
    return result


def to_bernstein(c, r, n):
    """Bernstein coefficients on the range of sum c[k] x^k, degree n."""
    _, _, low, high, _ = r
    if low is None and high is None:
        raise Rejected("a range infinite at both ends must be split first")
    if low is None:
        shifted = shift([value * (-1) ** k for k, value in enumerate(c)], -high)
        infinite = True
    else:
        shifted, infinite = shift(c, low), high is None
        if not infinite:
            shifted = [value * (high - low) ** k for k, value in enumerate(shifted)]
    if infinite:
        line = [value / comb(n, k) for k, value in enumerate(shifted)]
        return line[::-1] if low is None else line
    return [sum(shifted[j] * Fraction(comb(i, j), comb(n, j)) for j in range(i + 1)) for i in range(n + 1)]


def shift(c, a):
    """Coefficients of sum c[k] (x + a)^k."""
    return [sum(c[j] * comb(j, k) * a ** (j - k) for j in range(k, len(c))) for k in range(len(c))]


def walk(cells, degrees, faces, tree, strict):
    """Check every leaf of the halving tree."""
    stack = [(cells, faces, tree)]
    while stack:
        cells, faces, tree = stack.pop()
        work = len(cells) * (sum(degrees) + (3 ** sum(d > 0 for d in degrees) if strict else 1))
        spend(work)
        if tree is None:
            leaf(cells, degrees, faces, strict)
        else:
            axis, below, above = listed(tree, "null or [axis, lower, upper]", int, object, object)
            if not 0 <= axis < len(degrees):
                raise Rejected("a halving of no axis")
            lower, upper = halve(cells, degrees, axis)
            stack.append((lower, with_face(faces, axis, (faces[axis][0], True)), below))
            stack.append((upper, with_face(faces, axis, (True, faces[axis][1])), above))


def with_face(faces, axis, pair):
    """The faces with one axis changed."""
    return [pair if k == axis else face for k, face in enumerate(faces)]


def halve(cells, degrees, axis):
    """De Casteljau at one half along an axis, scaled by 2^degree to stay in integers."""
    n, stride = degrees[axis], prod(degree + 1 for degree in degrees[axis + 1 :])
    lower, upper = list(cells), list(cells)
    for start in range(len(cells)):
        if (start // stride) % (n + 1):
            continue
        line = [cells[start + k * stride] for k in range(n + 1)]
        for level in range(n + 1):
            lower[start + level * stride] = line[0] << (n - level)
            upper[start + (n - level) * stride] = line[-1] << (n - level)
            line = [line[k] + line[k + 1] for k in range(len(line) - 1)]
    return lower, upper


def leaf(cells, degrees, faces, strict):
    """No coefficient is negative; if strict, none of the faces that belong to the box is all zero."""
    if min(cells, default=0) < 0:
        raise Rejected("a Bernstein coefficient is negative")
    if not strict:
        return
    indices = list(product(*(range(d + 1) for d in degrees)))
    choices = [
        [None, *([0] if low and d else []), *([d] if high and d else [])]
        for d, (low, high) in zip(degrees, faces, strict=True)
    ]
    for face in product(*choices):
        on_face = (
            c for c, i in zip(cells, indices, strict=True) if all(f in (None, k) for f, k in zip(face, i, strict=True))
        )
        if not any(on_face):
            raise Rejected("the polynomial vanishes on a face of the box")
