"""Whether a ticket will be within the checker's limits.

`prune` asks three times for each layer: with the least cost that any masks can have, when the width is chosen, and
when the masks are found. So a hopeless search never begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.cost import LayerCost, cost_of, weight_bits
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import check_depth, check_layer
from lt_proofs.networks.search import Masks
from lt_proofs.networks.target import Target
from lt_proofs.networks.wanted_sums import WantedSums, scale_of

Reals = NDArray[np.float64]
# hidden units per input of the narrowest layer that `expected_width` chooses
LEAST_UNITS = 8


def signs_of(number: int, domain: InputDomain) -> int:
    """Return 2 if inputs of both signs can reach a layer, else 1; behind a ReLU none is negative."""
    return domain.signs if number == 1 else 1


def layer_cost(matrix: Reals, wanted: WantedSums, masks: Masks) -> LayerCost:
    """Return the sizes of a layer whose masks are known."""
    bits, most = weight_bits(matrix)
    largest = wanted.largest_error(masks.sums) * 2**bits
    layer = masks.layer
    return LayerCost(
        layer.rows,
        layer.columns,
        layer.units,
        len(masks.sums),
        wanted.scale,
        masks.kept[1],
        bits,
        most,
        int(largest).bit_length() + 1,
    )


def least_costs(matrices: list[Reals], eps: Fraction, n: int | None, domain: InputDomain) -> list[LayerCost]:
    """Return the least cost of each layer: n hidden units per input, one kept edge for each weight larger than eps.

    A smaller weight may be within eps of the empty sum, which keeps nothing.
    """
    costs, least_units = [], n or LEAST_UNITS
    for number, matrix in enumerate(matrices, 1):
        (rows, columns), signs, (bits, most) = matrix.shape, signs_of(number, domain), weight_bits(matrix)
        kept = signs * int((np.abs(matrix) > float(eps)).sum())
        # bits of an error of about eps, in the layer's unit 2^-bits
        least = max(bits + eps.numerator.bit_length() - eps.denominator.bit_length(), 1)
        units = columns * least_units
        costs.append(LayerCost(rows, columns, units, signs, scale_of(matrix), kept, bits, most, least))
    return costs


def check_costs(target: Target, costs: Sequence[LayerCost], domain: InputDomain) -> None:
    """Raise BadInput, which names the target's widths, if the checker would refuse a ticket of these costs."""
    check_sizes(target, costs)
    cost_of(costs, domain).check("target", widths_of(target))


def check_sizes(target: Target, costs: Sequence[LayerCost]) -> None:
    """Raise BadInput if there are more layers, or larger ones, than the checker accepts."""
    check_depth(len(costs), "target", widths_of(target))
    for number, cost in enumerate(costs, 1):
        check_layer(number, (cost.rows, cost.columns), cost.units, cost.scale, "target", widths_of(target))


def widths_of(target: Target) -> str:
    """Return the widths as a text such as 784-500-10."""
    return "-".join(map(str, target.widths))
