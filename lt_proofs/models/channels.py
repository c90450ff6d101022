"""Numbers for the channels of an image, as factors, shifts and means of batch normalization and pooling need them."""

from __future__ import annotations

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.maps import Pick, composed
from lt_proofs.models.windows import Windows


def averages(weight: Enclosed, windows: Windows) -> bool:
    """Return whether a matrix takes the mean of each channel over all positions, several in number."""
    rows, positions = len(weight.mid), windows.positions
    if positions == 1 or weight.mid.shape[1] != rows * positions:
        return False
    mean = np.kron(np.eye(rows), np.full((1, positions), 1 / positions))
    return bool(np.array_equal(weight.mid, mean) and (weight.radius <= mean * 2.0**-50).all())


def moved_again(outer: Pick, inner: Pick) -> Pick:
    """Return the move of entries that does one after another."""
    found = composed(outer, inner)
    if not isinstance(found, Pick):
        raise BadInput("node", "a move", "it is no move of entries")
    return found


def of_channels(numbers: Enclosed, channels: int, name: str) -> Enclosed:
    """Return one number for each channel; raise BadInput where the numbers differ within a channel."""
    if len(numbers.mid) % channels:
        raise BadInput("node", name, "it scales or shifts something that is no image")
    table = numbers.reshape(channels, -1)
    same = (table.mid == table.mid[:, :1]).all() and (table.radius == table.radius[:, :1]).all()
    if not same:
        raise BadInput("node", name, "it scales or shifts the pixels of a channel by different numbers")
    return table[:, 0]


def repeated(numbers: Enclosed, times: int) -> Enclosed:
    """Return a matrix with each column repeated."""
    rad = None if numbers.rad is None else np.repeat(numbers.rad, times, axis=1)
    return Enclosed(np.repeat(numbers.mid, times, axis=1), rad)


def row_sums(matrix: Enclosed) -> Enclosed:
    """Return the sum of each row."""
    return (matrix @ Enclosed(np.ones((matrix.mid.shape[1], 1)))).reshape(-1)
