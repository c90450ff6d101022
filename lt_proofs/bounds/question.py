"""How many samples, or how wide a network: the answers of all theorems to one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from lt_proofs.bounds.certified import Certified, certified
from lt_proofs.bounds.closed_form import LayerWidth, UpperBound, closed_form, layer_widths, weighted_form
from lt_proofs.bounds.gap import Gap, gap
from lt_proofs.bounds.lower import LowerBound, information_limit
from lt_proofs.bounds.reach import Reach, reach_limit
from lt_proofs.bounds.savings import Saving, savings
from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import as_written
from lt_proofs.exact.rational import rational_text


@dataclass(frozen=True, repr=False)
class Bound:
    """Numbers that suffice, and numbers that do not, with probability at least 1 - delta.

    About samples of a law: ``closed_form``, ``weighted`` and ``certified`` suffice, the last two where there are any,
    ``samples`` is the least of them, and fewer than ``information`` or ``reach`` do not suffice. About a target of
    given ``widths``: ``layers`` holds the hidden units of each layer by Theorem 1, ``savings`` the units per input by
    each improvement of the proof; without widths both are None. About ``dim`` x ``dim`` matrices: ``gap``, or None.
    """

    eps: Fraction
    delta: Fraction
    law: str
    window: tuple[Fraction, Fraction]
    widths: tuple[int, ...] | None
    dim: int | None

    @cached_property
    def closed_form(self) -> UpperBound:
        """The samples that suffice by a closed form."""
        return closed_form(self.law, self.eps, self.delta, self.window)

    @cached_property
    def weighted(self) -> UpperBound | None:
        """The samples that suffice by weighted coverage."""
        return weighted_form(self.law, self.eps, self.delta, self.window)

    @cached_property
    def certified(self) -> Certified | None:
        """The samples that suffice by a certified chain, or None where none is within reach."""
        return self._chain if isinstance(self._chain, Certified) else None

    @property
    def no_chain(self) -> BadInput | None:
        """Why there is no certified chain; None if there is one, or if eps exceeds the whole window."""
        return self._chain if isinstance(self._chain, BadInput) else None

    @cached_property
    def _chain(self) -> Certified | BadInput | None:
        if self.eps >= max(map(abs, self.window)):
            return None
        try:
            return certified(self.law, self.eps, self.delta, self.window)
        except BadInput as reason:  # the closed form holds where no chain is within reach
            return reason

    @cached_property
    def samples(self) -> int:
        """The least number of samples that one of the theorems states to suffice."""
        return min(bound.value for bound in (self.closed_form, self.weighted, self.certified) if bound is not None)

    @cached_property
    def information(self) -> LowerBound:
        """The samples without which there are too few subset sums, whatever the law."""
        return information_limit(2 * self.eps / (self.window[1] - self.window[0]))

    @cached_property
    def reach(self) -> Reach | None:
        """The samples of this law without which subset sums miss a point too often; None if nothing is known."""
        return reach_limit(self.law, self.eps, self.delta, self.window)

    @cached_property
    def necessary(self) -> int:
        """The larger of ``information`` and ``reach``: fewer samples do not suffice."""
        return max(self.information.value, 0 if self.reach is None else self.reach.value)

    @property
    def ratio(self) -> Fraction | None:
        """The samples that suffice over those that are necessary; None if none are."""
        return Fraction(self.samples, self.necessary) if self.necessary else None

    @cached_property
    def layers(self) -> tuple[LayerWidth, ...] | None:
        """The hidden units of each layer by Theorem 1, from the input on."""
        return None if self.widths is None else layer_widths(self.widths, self.eps, self.delta)

    @cached_property
    def savings(self) -> tuple[Saving, ...] | None:
        """The hidden units per input, one improvement of the proof after another."""
        return None if self.widths is None else savings(self.widths, self.eps, self.delta)

    @cached_property
    def gap(self) -> Gap | None:
        """The hidden units that suffice, and those that are necessary, for one layer of dim inputs and outputs."""
        return None if self.dim is None else gap(self.dim, self.eps, self.delta, sharp=True)

    def __repr__(self) -> str:
        if self.layers is not None and self.widths is not None:
            units = ", ".join(str(layer.n) for layer in self.layers)
            return f"<Bound: {units} hidden units per input suffice for widths {'-'.join(map(str, self.widths))}>"
        if self.gap is not None:
            return f"<Bound: {self.gap.upper} hidden units suffice, fewer than {self.gap.lower} do not>"
        return f"<Bound: {self.samples} samples suffice, fewer than {self.necessary} do not>"


def bound(
    eps: Any = "0.01",
    delta: Any = "0.01",
    *,
    law: str = "uniform",
    window: tuple[Any, Any] = (-1, 1),
    widths: Sequence[int] | None = None,
    dim: int | None = None,
) -> Bound:
    """Return how many samples suffice, or how many hidden units, except for a probability of failure of delta.

    Without ``widths`` and ``dim`` the question is about samples of ``law`` whose subset sums come within eps of every
    number of the window. With ``widths``, input first, it is about random networks that can be pruned to within eps of
    every network of these widths and spectral norms at most 1; with ``dim``, of every dim x dim matrix.

    >>> bound(eps=0.01, delta=0.01)
    <Bound: 38 samples suffice, fewer than 15 do not>
    >>> bound(eps=0.01, delta=0.01, widths=[784, 500, 10])
    <Bound: 462, 366 hidden units per input suffice for widths 784-500-10>

    Floats mean the decimal that Python prints. Raises BadInput for arguments out of range.
    """
    if not isinstance(law, str):
        raise BadInput("law", law, "give a name, such as uniform")
    found = Bound(as_written(eps, "eps"), as_written(delta, "delta"), law, _ends(window), _widths(widths), dim)
    # whatever the question asks for is computed here, so that errors are raised by this call and not by a property
    repr(found)
    return found


def _ends(window: Any) -> tuple[Fraction, Fraction]:
    remedy = "give the lower end and the upper end, as (-1, 1)"
    try:
        low, high = window
    except (TypeError, ValueError):
        raise BadInput("window", window, remedy) from None
    ends = as_written(low, "window"), as_written(high, "window")
    if ends[0] >= ends[1]:
        raise BadInput("window", f"{rational_text(ends[0])},{rational_text(ends[1])}", remedy)
    return ends


def _widths(widths: Any) -> tuple[int, ...] | None:
    if widths is None:
        return None
    try:
        return tuple(widths)
    except TypeError:
        raise BadInput("widths", widths, "give a list of whole numbers, as [784, 500, 10]") from None
