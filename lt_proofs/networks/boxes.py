"""An upper bound of the difference between target and ticket on a box, neuron by neuron (Mathematics 3.16).

As in ReluDiff and NeuroDiff, the difference itself is propagated, beside the ticket, not the two networks separately.
A neuron is enclosed by an affine form: (coefficients of the inputs, constant, radius), one row for each neuron; its
value lies within the radius of coefficients * inputs + constant. Where a ReLU's argument z can have both signs, the
ticket's neuron is enclosed by share * z + half, with radius half, and the difference d by d / 2, with radius |d| / 2,
because ReLU multiplies a difference by a factor between 0 and 1. This search uses floats; the checker repeats the
propagation in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS

Reals = NDArray[np.float64]
Form = tuple[Reals, Reals, Reals]
# slopes are multiples of 1/SHARES, so that the checker's integers stay short
SHARES = 256
# the floats' result is raised by this relative margin, far more than their rounding errors amount to
ROUNDING = Fraction(1, 2**20)


def box_bound(layers: Sequence[tuple[Reals, Reals, Reals]], low: Reals, high: Reals) -> Fraction:
    """Return a bound of the Euclidean distance of the outputs on a box, a multiple of 2^-48.

    ``layers`` holds the matrices (target, error, ticket) of each layer, rows by columns; ``low`` and ``high`` are the
    ends of the inputs, one entry for each column of the first layer. Nothing rests on this bound until the checker,
    which computes its own, finds it large enough.
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
    """Return the least and the largest value of each neuron's form on the box middle ± spread."""
    centre = form[0] @ middle + form[1]
    reach = np.abs(form[0]) @ spread + form[2]
    return centre - reach, centre + reach


def _behind_relu(value: Form, gap: Form, middle: Reals, spread: Reals) -> tuple[Form, Form]:
    """Return the forms of the ticket's neurons and of the differences after a ReLU."""
    low, high = _ends(value, middle, spread)
    least, most = _ends(gap, middle, spread)
    target_low, target_high = _ends(_added(value, _scaled(gap, -np.ones(len(low)))), middle, spread)
    switching = (low < 0) & (high > 0)
    # a line of slope high/(high - low) lies closest to a ReLU on [low, high]; rounding the slope down keeps it valid
    width = np.where(switching, high - low, 1)
    share = np.where(low >= 0, 1.0, np.where(switching, np.floor(SHARES * high / width) / SHARES, 0.0))
    half = np.where(switching, np.maximum(-share * low, (1 - share) * high), 0) / 2
    # both networks pass their argument on, or both give 0: then the difference is not enclosed loosely
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
