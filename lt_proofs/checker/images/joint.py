"""The largest Euclidean norm of several rows together (Mathematics 10.5).

If D is the sum of s_j c_j with |s_j| <= 1, then for positive weights w_j its norm is at most the root of the sum of all
weights times the norm of the sum of c_j c_j^T / w_j; a group of columns that unknown numbers of Euclidean norm at most
1 multiply needs one weight. Any weights will do: here they are the norms of the columns, or of what a matrix of the
certificate makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from data.limits import COST, LIMITS
from data.norms import by_squaring
from data.products import most_bits, product
from differences.layers import root_up
from differences.neurons import SLOPE, VALUE
from errors import Malformed, spend
from images.relaxed import relu_strip
from images.replaced import COEF, Walk
from shapes import Data, Matrix

# the bits to which columns are rounded, those of a quotient by a weight, and how often a matrix is squared
ENTRY, QUOTIENT, SQUARINGS = 44, 48, 8
MOST_ENTRY = 1 << 30


def checked_metric(data: Data, rows: int) -> Matrix:
    """The matrix of a certificate that the weights come from; an empty one stands for the identity."""
    if data == []:
        return []
    if not isinstance(data, list) or len(data) != rows or rows > LIMITS["metric_rows"]:
        raise Malformed(f"ticket: joint must be a matrix of {rows} rows, at most {LIMITS['metric_rows']}, or empty")
    for row in data:
        entries = row if isinstance(row, list) and len(row) == rows else [None]
        if any(type(v) is not int or abs(v) > MOST_ENTRY for v in entries):
            raise Malformed(f"ticket: a row of joint must be {rows} integers of at most {MOST_ENTRY.bit_length()} bits")
    return data


def joint_norm(walk: Walk, metric: Matrix) -> int:
    """An upper bound of the norm of all rows of a walk over the inputs, in units of 2^-VALUE."""
    groups = column_groups(walk)
    largest = max(max(map(abs, column)) for group in groups for column in group)
    drop, rows = max(largest.bit_length() - ENTRY, 0), walk.count
    total = sum(map(len, groups))
    spend(total * rows * (COST["rounded"] + 4 + len(metric)))
    half = 1 << drop >> 1
    groups = [[[v + half >> drop for v in column] for column in group] for group in groups]
    weights = [weight_of(group, metric) for group in groups]
    columns = [column for group in groups for column in group]
    each = [weight for group, weight in zip(groups, weights, strict=True) for _ in group]
    scaled = [[(v << QUOTIENT) // w for v, w in zip(row, each, strict=True)] for row in zip(*columns, strict=True)]
    square = product(scaled, columns)
    # what rounding the quotients down may change: in each entry less than the sum of a row's absolute values
    lost = rows * max(sum(map(abs, row)) for row in zip(*columns, strict=True))
    norm = by_squaring(square, 0, SQUARINGS) + lost if most_bits(square) else lost
    root = root_up(int(sum(weights) * norm) + 1 >> QUOTIENT) + 1
    # rounding a column may change each entry by half a unit
    units = (root + root_up(rows) * total) << drop
    return (units >> COEF + SLOPE) + 1 + root_up(sum((loss >> COEF) + 1 for loss in walk.losses) ** 2)


def weight_of(group: Sequence[Sequence[int]], metric: Matrix) -> int:
    """The weight of a group of columns."""
    made = [[sum(a * b for a, b in zip(row, column, strict=True)) for row in metric] or column for column in group]
    return isqrt(sum(v * v for column in made for v in column)) + 1


def column_groups(walk: Walk) -> list[list[list[int]]]:
    """The columns of the rows over the inputs, in units of 2^-(COEF + VALUE + SLOPE); the first has the constants."""
    (low, high), ball = walk.known.inputs
    constants, pairs = [constant << SLOPE for constant in walk.constants], [*walk.at_inputs()]
    linear, bends = (list(zip(*(pair[i] for pair in pairs), strict=True)) for i in (0, 1))
    groups = [[column] for column in walk.columns]
    if ball:
        # relu(x) = (x + |x|) / 2, and both x and |x| are in the ball
        unit = VALUE + SLOPE - 1
        groups.append(
            [[2 * a + b << unit for a, b in zip(*pair, strict=True)] for pair in zip(linear, bends, strict=True)]
        )
        groups.append([[b << unit for b in column] for column in bends if any(column)])
    else:
        strip = relu_strip((low, high))
        walk.lose(2 * len(linear) * max(-low, high))
        for column, bent in zip(linear, bends, strict=True):
            slopes = [a + (b * strip.tilt >> SLOPE) for a, b in zip(column, bent, strict=True)]
            constants = [
                c + (a * (low + high) << SLOPE - 1) + b * strip.middle
                for c, a, b in zip(constants, slopes, bent, strict=True)
            ]
            groups.append([[a * (high - low) << SLOPE - 1 for a in slopes]])
            groups.append([[b * strip.radius for b in bent]])
    kept = [[column for column in group if any(column)] for group in groups]
    return [[constants], *(group for group in kept if group)]
