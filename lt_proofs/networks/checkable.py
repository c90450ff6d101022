"""Whether a ticket can be checked: asked with the least that it can cost, and again as its sizes become known."""

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
FEWEST = 8


def signs_of(number: int, domain: InputDomain) -> int:
    """Inputs of both signs reach only the first layer, if any; behind a ReLU none is negative."""
    return domain.signs if number == 1 else 1


def layer_cost(matrix: Reals, goal: WantedSums, masks: Masks) -> LayerCost:
    """What the checker's work for a layer depends on."""
    bits, most = weight_bits(matrix)
    largest = goal.largest_error(masks.sums) * 2**bits
    layer = masks.layer
    return LayerCost(
        layer.rows,
        layer.columns,
        layer.units,
        len(masks.sums),
        goal.scale,
        masks.kept[1],
        bits,
        most,
        int(largest).bit_length() + 1,
    )


def least_costs(matrices: list[Reals], eps: Fraction, n: int | None, domain: InputDomain) -> list[LayerCost]:
    """The least that each layer can cost: n hidden units for each input, one kept edge for each weight beyond eps."""
    costs, least_units = [], n or FEWEST
    for number, matrix in enumerate(matrices, 1):
        (rows, columns), signs, (bits, most) = matrix.shape, signs_of(number, domain), weight_bits(matrix)
        kept = signs * int((np.abs(matrix) > float(eps)).sum())
        least = max(bits + eps.numerator.bit_length() - eps.denominator.bit_length(), 1)
        units = columns * least_units
        costs.append(LayerCost(rows, columns, units, signs, scale_of(matrix), kept, bits, most, least))
    return costs


def check_costs(target: Target, costs: Sequence[LayerCost], domain: InputDomain) -> None:
    """Raise BadInput, which names the target's widths, where the checker would refuse a ticket of such costs."""
    check_sizes(target, costs)
    cost_of(costs, domain).check("target", widths_of(target))


def check_sizes(target: Target, costs: Sequence[LayerCost]) -> None:
    """Raise BadInput where there are more layers, or larger ones, than the checker takes."""
    check_depth(len(costs), "target", widths_of(target))
    for number, cost in enumerate(costs, 1):
        check_layer(number, (cost.rows, cost.columns), cost.units, cost.scale, "target", widths_of(target))


def widths_of(target: Target) -> str:
    """The widths as in 784-500-10."""
    return "-".join(map(str, target.widths))
