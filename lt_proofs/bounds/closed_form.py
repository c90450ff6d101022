"""How many samples, and how wide a network: the closed forms of the proved claims, as whole numbers.

Every number is the least integer at or above an upper end of the claim's own term: rounding can only make it larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lt_proofs.bounds.lower import PRECISION
from lt_proofs.bounds.named import LENGTH, covering, growing
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational, rational_text
from lt_proofs.proof.evaluate import exact_value
from lt_proofs.tables import NAMES
from lt_proofs.theory.numbers import whole_above
from lt_proofs.theory.record import find
from lt_proofs.theory.unimodal import KNOWN, staircase_law

UNIT = Fraction(1)
DENSITIES = ("normal", "laplace", "triangular", "density")
WHOLE = (-UNIT, UNIT)
NETWORKS = ("theorem-1-weighted", "theorem-1-log", "theorem-1")
TICKETS = ("dyadic-ticket", "dyadic-ticket-weighted")
MAX_WIDTH = 1 << 20
MAX_LAYERS = 1000


@dataclass(frozen=True)
class UpperBound:
    """A number of samples that is certainly enough, and the claim that says so."""

    value: int
    claim: str


@dataclass(frozen=True)
class LayerWidth:
    """Layer i of Theorem 1: its hidden units per input, its hidden units in all, and the claim that says so."""

    inputs: int
    outputs: int
    n: int
    claim: str = "theorem-1"

    @property
    def hidden(self) -> int:
        """The hidden units of the layer: n for each input."""
        return self.inputs * self.n


def closed_form(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE) -> UpperBound:
    """The samples after which every point of the window is within eps of a sum, but for a probability delta.

    ``law`` is one that has a file, such as uniform, product and gadget, or uniform:R; the window is [A, B]
    (widened to [-M/2, M/2], and for all laws but the uniform one to [-1, 1] at least).  Raises BadInput for anything
    else and for numbers out of range.

    >>> [closed_form(law, "0.01", "0.01").value for law in ("uniform", "product", "gadget")]
    [56, 120, 247]
    """
    tolerance, chance = within(eps, "eps", None), within(delta, "delta", UNIT)
    length = window_length(window)
    if law.partition(":")[0] in DENSITIES:
        return by_density(law, tolerance, chance, length)
    name, radius = law_of(law)
    if name != "uniform" or radius == UNIT:
        length = max(length, Fraction(2)) if name != "uniform" else length
        if length == 2 and tolerance < 1:
            return by_growth(name, {"eps": tolerance, "delta": chance})
    if tolerance >= length:
        raise BadInput(
            "eps", rational_text(tolerance), f"give less than the length {rational_text(length)} of the window"
        )
    share = {"eps": tolerance / length, "delta": chance, "M": length}
    if name != "uniform":
        return least_of(name, covering(name, "first-moment", LENGTH), share)
    ratio = radius / length
    claim = "r4-narrow" if ratio <= Fraction(1, 2) else "r4-wide" if ratio <= 1 else "r4-beyond"
    return least(claim, "samples", {**share, "c": ratio})


def weighted_form(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE) -> UpperBound | None:
    """The same by weighted coverage, for a law that has a file on [-1, 1]; None where no claim speaks of it.

    >>> [weighted_form(law, "0.01", "0.01").value for law in ("uniform", "product", "gadget")]
    [48, 81, 171]
    """
    tolerance, chance = within(eps, "eps", None), within(delta, "delta", UNIT)
    length = window_length(window)
    if law.partition(":")[0] in DENSITIES:
        return None
    name, radius = law_of(law)
    covered = length == 2 or (name != "uniform" and length < 2)
    point = {"eps": tolerance, "delta": chance}
    known = [claim for claim in covering(name, "weighted") if covered and radius == UNIT and tolerance < largest(claim)]
    return min((least(claim, "samples", point) for claim in known), key=lambda bound: bound.value, default=None)


def by_growth(name: str, point: dict[str, Fraction]) -> UpperBound:
    """The closed form of record for a law on [-1, 1]; without one, r4 with the kappa of its growth claim."""
    known, rates = covering(name, "first-moment"), growing(name).values()
    if known or not rates:
        return least_of(name, known, point)
    return least("r4", "samples", {**point, "kappa": max(rates)})


def least_of(name: str, claims: tuple[str, ...], point: dict[str, Fraction]) -> UpperBound:
    """The least number of samples that one of the claims certifies; raises BadInput without any."""
    if not claims:
        raise BadInput("law", name, "no claim covers this window with its samples; give another law or window")
    return min((least(claim, "samples", point) for claim in claims), key=lambda bound: bound.value)


def largest(claim: str) -> Fraction:
    """The upper end of eps in the domain of a claim."""
    (high,) = (r.high for r in find(claim).judgement["domain"].ranges if r.name == "eps")
    return exact_value(high, {})


def by_density(law: str, eps: Fraction, delta: Fraction, length: Fraction) -> UpperBound:
    """r4 with the kappa of a staircase below the density, on the window [-1, 1]."""
    if length != 2 or eps >= 1:
        raise BadInput("window", rational_text(length / 2), "the closed form of this law is for -1,1 and eps below 1")
    judgement, _ = staircase_law(law, length)
    kappa = 4 * exact_value(judgement["gain"], {"v": Fraction(1, 2)})
    return least("r4", "samples", {"kappa": kappa, "eps": eps, "delta": delta})


def layer_widths(widths: tuple[int, ...], eps: Any, delta: Any) -> tuple[LayerWidth, ...]:
    """Theorem 1's layers for a target of these widths, from the input on, by the closed form with the fewest in all.

    >>> [(layer.n, layer.hidden) for layer in layer_widths((784, 500, 10), "0.01", "0.01")]
    [(462, 362208), (366, 183000)]

    Raises BadInput unless there are 2 to 1001 widths of 1 to 2^20, eps is in (0, 1] and delta in (0, 1).
    """
    shapes = shapes_of(widths)
    tolerance, chance = within(eps, "eps", UNIT, closed=True), within(delta, "delta", UNIT)
    found = []
    for claim in NETWORKS:
        small = min(tolerance, largest(claim))
        units = layer_units(claim, shapes, {"eps": small, "delta": chance})
        found.append([LayerWidth(d, e, n, claim) for (d, e), n in zip(shapes, units, strict=True)])
    return tuple(min(found, key=lambda layers: sum(layer.hidden for layer in layers)))


def layer_units(claim: str, shapes: list[tuple[int, int]], point: dict[str, Fraction]) -> tuple[int, ...]:
    """The hidden units per input that a claim about networks asks for in each layer, of these inputs and outputs."""
    fields = ["units", *["later"] * (len(shapes) - 1)]
    depth = Fraction(len(shapes))
    return tuple(
        least(claim, field, {**point, "l": depth, "d": Fraction(d), "e": Fraction(e)}).value
        for field, (d, e) in zip(fields, shapes, strict=True)
    )


def shapes_of(widths: tuple[int, ...]) -> list[tuple[int, int]]:
    """The inputs and outputs of each layer; raises BadInput unless there are 2 to 1001 widths of 1 to 2^20."""
    if not 2 <= len(widths) <= MAX_LAYERS + 1 or any(type(k) is not int or not 1 <= k <= MAX_WIDTH for k in widths):
        text = ",".join(map(str, widths))[:60]
        raise BadInput("widths", text, f"give 2 to {MAX_LAYERS + 1} whole numbers from 1 to {MAX_WIDTH}, input first")
    return list(pairwise(widths))


def certain_units(instances: int, eps: Any, delta: Any = Fraction(1, 100)) -> UpperBound:
    """The hidden units per input with which so many targets in [-1, 1] are all within eps, but for delta.

    For weights on the odd multiples of 2^-24, each sign of each weight being one instance.

    >>> certain_units(2 * 784 * 500, "0.01").value
    309

    Raises BadInput when eps is not in (0, 1) or too small for the grid.
    """
    tolerance, chance = within(eps, "eps", UNIT), within(delta, "delta", UNIT)
    found = [bound for claim in TICKETS for bound in on_the_grid(claim, tolerance, chance / instances)]
    if not found:
        remedy = "too small for weights on multiples of 2^-24; give a larger one"
        raise BadInput("eps", rational_text(tolerance), remedy)
    return min(found, key=lambda bound: bound.value)


def on_the_grid(claim: str, tolerance: Fraction, chance: Fraction) -> Iterator[UpperBound]:
    """The samples by a claim about a grid, if any, with what the grid costs for so many taken off the tolerance."""
    step = exact_value(find(claim).judgement["tolerance"], {"eps": Fraction(0), "n": UNIT})
    n, most = 0, largest(claim) * Fraction(1023, 1024)
    while tolerance > n * step:
        found = least(claim, "samples", {"eps": min(tolerance - n * step, most), "delta": chance})
        if found.value <= n:
            yield UpperBound(n, claim)
            return
        n = found.value


def least(claim: str, field: str, point: dict[str, Fraction]) -> UpperBound:
    """The least integer at or above a field of a claim at a point of its domain."""
    value = whole_above(find(claim).judgement[field], point, PRECISION)
    if value is None:
        raise BadInput("eps", f"about {float(point['eps']):.3g}", "too small to be bounded here; give larger numbers")
    return UpperBound(value, claim)


def law_of(text: str) -> tuple[str, Fraction]:
    """The name of a law and its radius; raises BadInput for one that is not known."""
    name, _, number = text.partition(":")
    if name not in NAMES or (number and name != "uniform") or text.endswith(":"):
        raise BadInput("law", text, f"name {KNOWN}")
    return name, within(number, "law", None) if number else UNIT


def window_length(window: tuple[Any, Any]) -> Fraction:
    """The length of the least window around 0 that holds this one."""
    low, high = (parse_rational(end, "window") if isinstance(end, str) else Fraction(end) for end in window)
    if low >= high:
        raise BadInput("window", f"{rational_text(low)},{rational_text(high)}", "give the lower end first")
    return 2 * max(abs(low), abs(high))


def within(value: Any, argument: str, high: Fraction | None, *, closed: bool = False) -> Fraction:
    """An exact positive number below (or at) an end; raises BadInput otherwise."""
    exact = parse_rational(value, argument) if isinstance(value, str) else Fraction(value)
    if exact <= 0 or (high is not None and (exact > high or (exact == high and not closed))):
        end = "" if high is None else f" and {'at most' if closed else 'below'} {high}"
        raise BadInput(argument, value, f"give a number above 0{end}")
    return exact
