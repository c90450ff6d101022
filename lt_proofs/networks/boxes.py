"""How far two networks drift apart on a box: both are followed neuron by neuron, with their difference.

As in ReluDiff and NeuroDiff, what is bounded is the difference itself, not the two networks apart. A form is
(coefficients over the inputs, constant, radius). Behind a ReLU that may switch, the ticket is
share * z + half +- half, and the difference d becomes d / 2 +- |d| / 2, because it shrinks by a factor between
0 and 1. This is the search in floats; the checker follows the same forms in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS

Reals = NDArray[np.float64]
Form = tuple[Reals, Reals, Reals]
SHARES = 256
ROUNDING = Fraction(1, 2**20)


def box_bound(layers: Sequence[tuple[Reals, Reals, Reals]], low: Reals, high: Reals) -> Fraction:
    """The largest difference on a box, from (target, error, ticket) of each layer; above the exact value.

    The first matrices have one column for each input of the box, which is given by its ends.
    """
    middle, spread = (low + high) / 2, (high - low) / 2
    _, error, ticket = layers[0]
    zeros = np.zeros(len(error))
    value, gap = (ticket, zeros, zeros), (error, zeros, zeros)
    for target, error, ticket in layers[1:]:
        value, gap = _behind_relu(value, gap, middle, spread)
        gap = _added(_through(target, gap), _through(error, value))
        value = _through(ticket, value)
    ends = np.maximum(*map(np.abs, _ends(gap, middle, spread)))
    exact = Fraction(float(np.linalg.norm(ends))) * (1 + ROUNDING)
    return Fraction(int(exact * 2**PRODUCT_BITS) + 2, 2**PRODUCT_BITS)


def _ends(form: Form, middle: Reals, spread: Reals) -> tuple[Reals, Reals]:
    centre = form[0] @ middle + form[1]
    reach = np.abs(form[0]) @ spread + form[2]
    return centre - reach, centre + reach


def _behind_relu(value: Form, gap: Form, middle: Reals, spread: Reals) -> tuple[Form, Form]:
    low, high = _ends(value, middle, spread)
    least, most = _ends(gap, middle, spread)
    target_low, target_high = _ends(_added(value, _scaled(gap, -np.ones(len(low)))), middle, spread)
    switching = (low < 0) & (high > 0)
    width = np.where(switching, high - low, 1)
    share = np.where(low >= 0, 1.0, np.where(switching, np.floor(SHARES * high / width) / SHARES, 0.0))
    half = np.where(switching, np.maximum(-share * low, (1 - share) * high), 0) / 2
    on, off = (low >= 0) & (target_low >= 0), (high <= 0) & (target_high <= 0)
    kept = np.where(on, 1.0, np.where(off, 0.0, 0.5))
    loose = np.where(on | off, 0.0, np.maximum(-least, most) / 2)
    nothing = np.zeros_like(value[0])
    return (
        _added(_scaled(value, share), (nothing, half, half)),
        _added(_scaled(gap, kept), (nothing, np.zeros(len(low)), loose)),
    )


def _added(one: Form, other: Form) -> Form:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _scaled(form: Form, factors: Reals) -> Form:
    return factors[:, None] * form[0], factors * form[1], np.abs(factors) * form[2]


def _through(matrix: Reals, form: Form) -> Form:
    return matrix @ form[0], matrix @ form[1], np.abs(matrix) @ form[2]
