"""Linear maps of vectors: a dense matrix, or a pick, each of whose outputs is one input times a factor.

Reshaping, transposing, cutting, joining and scaling of tensors are picks. A further kind, such as a convolution, needs
the same members, and a line in `composed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.models.enclosed import Enclosed, Reals

Places = NDArray[np.int64]
MAX_ENTRIES = 1 << 27


class LinearMap(Protocol):
    """A linear map from vectors of ``columns`` numbers to vectors of ``rows`` numbers."""

    @property
    def rows(self) -> int:
        """The number of outputs."""

    @property
    def columns(self) -> int:
        """The number of inputs."""

    @property
    def summands(self) -> int:
        """The number of products that one output adds up."""

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of vectors, one a row, in floats."""

    def sizes(self, batch: Reals) -> Reals:
        """Return the sums of the absolute values of all products, for bounds of rounding errors."""

    def image(self, vector: Enclosed) -> Enclosed:
        """Return the image of one vector, enclosed."""

    def dense(self) -> Enclosed:
        """Return the matrix."""


@dataclass(frozen=True)
class DenseMap:
    """A matrix, outputs x inputs."""

    weight: Enclosed

    @property
    def rows(self) -> int:
        """The number of outputs."""
        return len(self.weight.mid)

    @property
    def columns(self) -> int:
        """The number of inputs."""
        return int(self.weight.mid.shape[1])

    @property
    def summands(self) -> int:
        """The number of products that one output adds up."""
        return self.columns

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of vectors."""
        return batch @ self.weight.mid.T

    def sizes(self, batch: Reals) -> Reals:
        """Return the sums of the absolute values of all products."""
        return np.abs(batch) @ np.abs(self.weight.mid).T

    def image(self, vector: Enclosed) -> Enclosed:
        """Return the image of one vector."""
        return self.weight @ vector

    def dense(self) -> Enclosed:
        """Return the matrix."""
        return self.weight


@dataclass(frozen=True)
class Pick:
    """Output i is input ``places[i]``, times ``factors[i]`` if there are factors; 0 where the place is -1."""

    places: Places
    columns: int
    factors: Enclosed | None = None

    @property
    def rows(self) -> int:
        """The number of outputs."""
        return len(self.places)

    @property
    def summands(self) -> int:
        """The number of products that one output adds up."""
        return 1

    @property
    def is_identity(self) -> bool:
        """Whether every output is the input of the same number."""
        same = self.rows == self.columns and bool((self.places == np.arange(self.columns)).all())
        return same and (self.factors is None or (self.factors.exact and bool((self.factors.mid == 1).all())))

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of vectors."""
        taken = np.where(self.places >= 0, batch[:, self.places], 0.0)
        return taken if self.factors is None else taken * self.factors.mid

    def sizes(self, batch: Reals) -> Reals:
        """Return the absolute values of the outputs."""
        return np.abs(self.apply(batch))

    def image(self, vector: Enclosed) -> Enclosed:
        """Return the image of one vector."""
        taken = _cleared(vector[self.places], self.places)
        return taken if self.factors is None else taken * self.factors

    def dense(self) -> Enclosed:
        """Return the matrix."""
        kept = np.flatnonzero(self.places >= 0)
        factors = Enclosed(np.ones(self.rows)) if self.factors is None else self.factors
        mid, rad = np.zeros((self.rows, self.columns)), np.zeros((self.rows, self.columns))
        mid[kept, self.places[kept]] = factors.mid[kept]
        rad[kept, self.places[kept]] = factors.radius[kept]
        return Enclosed(mid, None if factors.exact else rad)


def identity(size: int) -> Pick:
    """Return the map that changes nothing."""
    return Pick(np.arange(size), size)


def composed(outer: LinearMap, inner: LinearMap) -> LinearMap:
    """Return the map that applies ``inner`` first."""
    if isinstance(inner, Pick) and inner.is_identity:
        return outer
    if isinstance(outer, Pick):
        if outer.is_identity:
            return inner
        return _pick_of_pick(outer, inner) if isinstance(inner, Pick) else _pick_of_rows(outer, inner)
    if isinstance(inner, Pick):
        return _columns_of(outer, inner)
    return DenseMap(outer.dense() @ inner.dense())


def added(one: LinearMap, other: LinearMap) -> LinearMap:
    """Return the sum of two maps."""
    if isinstance(one, Pick) and isinstance(other, Pick) and np.array_equal(one.places, other.places):
        ones = Enclosed(np.ones(one.rows))
        return Pick(one.places, one.columns, (one.factors or ones) + (other.factors or ones))
    if one.rows * one.columns > MAX_ENTRIES:
        raise BadInput("node", "a sum", f"it would have {one.rows} x {one.columns} weights, which is too many")
    return DenseMap(one.dense() + other.dense())


def _pick_of_pick(outer: Pick, inner: Pick) -> Pick:
    places = np.where(outer.places >= 0, inner.places[outer.places], -1)
    factors = None if inner.factors is None else inner.factors[outer.places]
    if outer.factors is not None:
        factors = outer.factors if factors is None else factors * outer.factors
    return Pick(places, inner.columns, factors)


def _pick_of_rows(outer: Pick, inner: LinearMap) -> DenseMap:
    rows = _cleared(inner.dense()[outer.places], outer.places)
    return DenseMap(rows if outer.factors is None else rows * outer.factors.reshape(-1, 1))


def _columns_of(outer: LinearMap, inner: Pick) -> DenseMap:
    """Return outer after inner: the columns of outer, scaled, at the places from which the pick takes them."""
    kept = np.flatnonzero(inner.places >= 0)
    matrix, places = outer.dense(), inner.places[kept]
    if len(np.unique(places)) < len(places):
        return DenseMap(matrix @ inner.dense())
    columns = matrix[:, kept]
    if inner.factors is not None:
        columns = columns * inner.factors[kept]
    mid, rad = np.zeros((outer.rows, inner.columns)), np.zeros((outer.rows, inner.columns))
    mid[:, places], rad[:, places] = columns.mid, columns.radius
    return DenseMap(Enclosed(mid, None if columns.exact else rad))


def _cleared(rows: Enclosed, places: Places) -> Enclosed:
    """Return rows that were taken by their places, with zeros where the place is -1."""
    if (places >= 0).all():
        return rows
    mid, rad = rows.mid.copy(), rows.radius.copy()
    mid[places < 0], rad[places < 0] = 0.0, 0.0
    return Enclosed(mid, None if rows.exact else rad)
