"""The inputs that a statement about two networks is about: a box, a ball around 0, or what is near given inputs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from data.limits import COST, LIMITS, room_for
from data.tensors import Tensor
from data.ticket_form import fraction, integer
from differences.inputs import Inputs, outward
from differences.networks import Matched, read_file
from errors import Malformed, Rejected, spend
from shapes import Data, Enclosure, Judgement

Region = tuple[int, Inputs, Fraction, int | None]


def domain_of(domain: Data, pair: Matched) -> tuple[Inputs, str]:
    """The inputs of a box or of a ball around 0, and where they are, in words."""
    if isinstance(domain, dict) and set(domain) == {"radius"}:
        radius = end(domain["radius"])
        if radius <= 0:
            raise Malformed("difference: the radius of its domain must be above 0")
        spend(COST["end"] * pair.inputs)
        span = outward(-radius, radius)
        check_signs(pair, [(-radius, radius)])
        ball = [(0, 0)] * pair.inputs, span[1]
        return Inputs([span] * pair.inputs, pair.constants, pair.signs, ball), f"of Euclidean norm at most {radius}"
    ends = box_of(domain, pair.inputs)
    check_signs(pair, ends)
    return Inputs([outward(*pair) for pair in ends], pair.constants, pair.signs), f"with {box_words(domain)}"


def box_of(domain: Data, inputs: int) -> list[Enclosure]:
    """The ends of each input: two rationals for all, or two lists of them."""
    if not isinstance(domain, dict) or set(domain) != {"low", "high"}:
        raise Malformed("difference: its domain must have low and high, or a radius")
    sides = []
    for key in ("low", "high"):
        side = domain[key] if isinstance(domain[key], list) else [domain[key]] * inputs
        if len(side) != inputs:
            raise Malformed(f"difference: {key} must be a rational, or a list of {inputs}")
        spend(COST["end"] * inputs)
        sides.append([end(text) for text in side])
    ends = list(zip(*sides, strict=True))
    if any(low > high for low, high in ends):
        raise Malformed("difference: its domain must have low at most as large as high")
    return ends


def end(text: Data) -> Fraction:
    """A rational of a domain, which must be short."""
    value = fraction({"domain": text}, "domain")
    if max(abs(value.numerator), value.denominator).bit_length() > LIMITS["domain_bits"]:
        raise Malformed(f"difference: the numbers of its domain must have at most {LIMITS['domain_bits']} bits")
    return value


def box_words(domain: Data) -> str:
    """A box in words."""
    if isinstance(domain["low"], list) or isinstance(domain["high"], list):
        return "each coordinate between the two ends listed for it"
    return f"all coordinates from {domain['low']} to {domain['high']}"


def check_signs(pair: Matched, ends: list[Enclosure]) -> None:
    """Reject a domain with negative inputs if a ticket has no sums for them."""
    if pair.one_sided and any(low < 0 for low, _ in ends):
        raise Rejected("layer 1: inputs of both signs occur, so a ticket needs sums for both signs")


def regions_of(statement: Judgement, pair: Matched, outputs: int, folder: Path, taken: int) -> Iterator[Region]:
    """Each input's number, what is near it, the bound stated there and its class; raises Malformed."""
    points, radius = inputs_of(statement, pair.inputs, folder, taken), end(statement["radius"])
    box = None if statement["domain"] is None else box_of(statement["domain"], pair.inputs)
    bounds, classes = statement["bounds"], statement["classes"]
    if not isinstance(bounds, list) or not bounds or not isinstance(classes, list) or len(bounds) != len(classes):
        raise Malformed("regions: bounds and classes must be lists of the same length, at least 1")
    if radius < 0 or statement["norm"] not in ("inf", "2"):
        raise Malformed("regions: the radius must not be negative, and the norm must be inf or 2")
    first = integer(statement, "first", points.shape[0] - len(bounds)) if len(bounds) <= points.shape[0] else None
    if first is None:
        raise Malformed(f"regions: there are {len(bounds)} bounds and {points.shape[0]} inputs")
    for number, (bound, label) in enumerate(zip(bounds, classes, strict=True), first):
        known = label if label is None else integer({"classes": label}, "classes", outputs - 1)
        inputs = near(points, number, radius, box, pair, euclidean=statement["norm"] == "2")
        yield number, inputs, fraction({"bounds": bound}, "bounds"), known


def inputs_of(statement: Judgement, inputs: int, folder: Path, taken: int) -> Tensor:
    """The tensor of the given inputs; so much memory is taken already."""
    tensors, metadata, size = read_file(statement, "inputs", folder)
    room_for(taken + size)
    points = tensors.get("inputs")
    if points is None or len(tensors) != 1 or metadata or len(points.shape) != 2 or points.shape[1] != inputs:
        raise Malformed(f"regions: the file of inputs must hold one tensor, inputs, of rows of {inputs}")
    if points.dtype not in ("F32", "F64"):
        raise Malformed("regions: inputs must be F32 or F64")
    return points


def near(
    points: Tensor, number: int, radius: Fraction, box: list[Enclosure] | None, pair: Matched, *, euclidean: bool
) -> Inputs:
    """What is within the radius of an input, and inside the box."""
    width = points.shape[1]
    spend(COST["near"] * width)
    try:
        point = [Fraction(value) for value in points.values(number * width, (number + 1) * width)]
    except (ValueError, OverflowError):
        raise Malformed(f"regions: input {number} holds NaN or infinity") from None
    if max(value.denominator.bit_length() for value in point) > LIMITS["domain_bits"]:
        raise Malformed(f"regions: input {number} has numbers below 2^-{LIMITS['domain_bits']}; replace them by 0")
    if box is not None and not all(low <= value <= high for value, (low, high) in zip(point, box, strict=True)):
        raise Malformed(f"regions: input {number} lies outside the domain")
    ends = [(value - radius, value + radius) for value in point]
    if box is not None:
        ends = [(max(a, low), min(b, high)) for (a, b), (low, high) in zip(ends, box, strict=True)]
    check_signs(pair, ends)
    ball = ([outward(value, value) for value in point], outward(radius, radius)[1]) if euclidean else None
    return Inputs([outward(*pair) for pair in ends], pair.constants, pair.signs, ball)
