"""How far two networks drift apart on a box: both are followed neuron by neuron, with their difference.

A form is (coefficients over the inputs, constant, radius): the quantity lies within the radius of the affine
function. Coefficients count units of 2^-bits, the rest units of 2^-bits / parts. Behind a ReLU that may switch,
the ticket is share * z + half +- half, and the difference d becomes d / 2 +- |d| / 2. Nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt, lcm
from typing import Any

from data.limits import COST, DIGIT, matrix_room, room_for
from data.products import most_bits, product
from errors import spend
from shapes import Enclosure, Matrix

SHARES = 256
Form = tuple[list[int], int, int]


def box_bound(layers: list[Any], box: list[Enclosure], taken: int = 0) -> Fraction:
    """The largest difference on a box, from (target, error, ticket) of each layer, with bits, and the inputs' ends.

    So much memory is taken already.
    """
    spend(COST["end"] * len(box))
    parts = 2 * lcm(*(end.denominator for ends in box for end in ends))
    middles = [int((low + high) * parts) // 2 for low, high in box]
    spreads = [int((high - low) * parts) // 2 for low, high in box]

    def ends(form: Form) -> tuple[int, int]:
        middle = sum(a * b for a, b in zip(form[0], middles, strict=True)) + form[1]
        reach = sum(abs(a) * b for a, b in zip(form[0], spreads, strict=True)) + form[2]
        return middle - reach, middle + reach

    _, (error, bits), (ticket, _) = layers[0]
    values, gaps = [(row, 0, 0) for row in ticket], [(row, 0, 0) for row in error]
    for (target, more), (error, _), (ticket, _) in layers[1:]:
        afford_layer(values + gaps, (target, error, ticket), taken)
        afford_ends(values + gaps, parts.bit_length())
        pairs = [behind_relu(z, d, ends) for z, d in zip(values, gaps, strict=True)]
        values, gaps = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        gaps = [added(a, b) for a, b in zip(through(target, gaps), through(error, values), strict=True)]
        values, bits = through(ticket, values), bits + more + SHARES.bit_length()
    afford_ends(gaps, parts.bit_length())
    largest = [max(map(abs, ends(form))) for form in gaps]
    return Fraction(isqrt(sum(value * value for value in largest)) + 1, parts << bits)


def afford_ends(forms: list[Form], parts_bits: int) -> None:
    """Count the work of finding where forms end, with a ReLU behind them, before it is done."""
    digits = (most_bits([form[0] for form in forms]) + parts_bits) // DIGIT + 1
    spend(len(forms) * len(forms[0][0]) * (COST["form"] + digits * (parts_bits // DIGIT + 4) // 8))


def afford_layer(forms: list[Form], matrices: Sequence[Matrix], taken: int) -> None:
    """Count what taking the forms through a layer needs beside the products of matrices, before it is done."""
    rows, inner, longest = len(matrices[0]), len(matrices[0][0]), most_bits([form[0] for form in forms])
    spend(rows * inner * (COST["form"] + longest // DIGIT))
    grown = max(map(most_bits, matrices)) + longest + 2 * SHARES.bit_length() + inner.bit_length()
    room_for(taken + 4 * matrix_room(inner + rows, len(forms[0][0]), grown))


def behind_relu(value: Form, gap: Form, ends: Callable[[Form], tuple[int, int]]) -> tuple[Form, Form]:
    """Both forms behind a ReLU, in units that are 512 times smaller."""
    low, high = ends(value)
    least, most = ends(gap)
    target_low, target_high = ends(added(value, scaled(gap, -1)))
    share = SHARES if low >= 0 else SHARES * high // (high - low) if high > 0 else 0
    half = (SHARES - share) * high if low < 0 < high else 0  # the larger side, for share is rounded down
    value = added(scaled(value, 2 * share), ([0] * len(value[0]), half, half))
    if low >= 0 and target_low >= 0:
        return value, scaled(gap, 2 * SHARES)
    if high <= 0 and target_high <= 0:
        return value, scaled(gap, 0)
    return value, added(scaled(gap, SHARES), ([0] * len(gap[0]), 0, SHARES * max(-least, most)))


def added(one: Form, other: Form) -> Form:
    """The sum of two forms."""
    return [a + b for a, b in zip(one[0], other[0], strict=True)], one[1] + other[1], one[2] + other[2]


def scaled(form: Form, factor: int) -> Form:
    """A form times an integer."""
    return [factor * a for a in form[0]], factor * form[1], abs(factor) * form[2]


def through(matrix: Matrix, forms: list[Form]) -> list[Form]:
    """The forms behind a matrix."""
    rows = product(matrix, [form[0] for form in forms])
    constants = [sum(w * form[1] for w, form in zip(row, forms, strict=True)) for row in matrix]
    radii = [sum(abs(w) * form[2] for w, form in zip(row, forms, strict=True)) for row in matrix]
    return list(zip(rows, constants, radii, strict=True))
