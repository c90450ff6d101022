"""How many hidden channels a convolutional network needs by theorem-1-conv, and how many are necessary.

A network is written from the image on, as in "1x28x28 conv 6 k5 p2, pool 2, conv 16 k5, pool 2, flatten, 120, 84, 10".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from lt_proofs.bounds.closed_form import MAX_LAYERS, MAX_WIDTH, least, within
from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import value_at
from lt_proofs.theory.record import find

NORMS = {"sup": "theorem-1-conv", "l2": "theorem-1-conv-l2"}
OPTION = "conv"
FORM = 'write as "1x28x28 conv 6 k5 p2, pool 2, conv 16 k5 s2, flatten, 120, 10"'
NUMBER = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
SETTING = re.compile(r"([ksdpg])((?:0|[1-9][0-9]{0,6})(?:x(?:0|[1-9][0-9]{0,6}))*)", re.ASCII)
LARGEST = Fraction(1, 3)
Image = tuple[int, ...]
"""The channels and the sizes of an image."""


@dataclass(frozen=True)
class ConvWidth:
    """A layer of the theorem: its shape, the hidden channels that suffice for each input channel, and those needed."""

    kind: str
    inputs: int
    outputs: int
    taps: int
    groups: int
    reads: int
    n: int
    necessary: Fraction

    @property
    def hidden(self) -> int:
        """The hidden channels in all, n for each input channel."""
        return self.inputs * self.n

    @property
    def weights(self) -> int:
        """The weights of the target's kernel."""
        return self.taps * self.inputs * self.outputs // self.groups

    @property
    def random_weights(self) -> int:
        """The weights of the two random kernels."""
        return self.hidden * (self.inputs + self.taps * self.outputs) // self.groups


@dataclass(frozen=True)
class LayerShape:
    """A layer of a target: what it is, its channels, its window's taps and how often a pixel is read, its groups."""

    kind: str
    inputs: int
    outputs: int
    taps: int
    groups: int
    reads: int


def convolution_widths(
    text: str, eps: Any, delta: Any, norm: str = "sup", signed: bool = False
) -> tuple[ConvWidth, ...]:
    """The hidden channels for each input channel of every layer, in the norm "sup" or "l2".

    ``signed`` says that the image may have negative entries; otherwise one sign of the inputs is enough.

    >>> image = "1x28x28 conv 6 k5 p2, pool 2, conv 16 k5 p2, pool 2, flatten, 120, 84, 10"
    >>> [layer.n for layer in convolution_widths(image, "0.01", "0.01")]
    [337, 402, 473, 412, 379]

    Raises BadInput for another way of writing, layers that do not fit, and numbers out of range.
    """
    if norm not in NORMS:
        raise BadInput("norm", norm, "give sup, the largest absolute value, or l2, the Euclidean norm")
    tolerance, chance = within(eps, "eps", LARGEST, closed=True), within(delta, "delta", Fraction(1))
    shapes = shapes_of(text, overlapping=norm == "sup")
    first = NORMS[norm] + ("" if signed else "-one-sign")
    found = []
    for number, shape in enumerate(shapes):
        d, e = shape.inputs // shape.groups, shape.outputs // shape.groups
        point = {"k": shape.taps, "d": d, "e": e, "G": shape.groups, "M": shape.reads, "l": len(shapes)}
        at = {name: Fraction(value) for name, value in point.items()} | {"eps": tolerance, "delta": chance}
        units = least(first, "later" if number else "units", at).value
        found.append(ConvWidth(**vars(shape), n=units, necessary=necessary(shape, tolerance, 1 - chance)))
    return tuple(found)


def necessary(shape: LayerShape, eps: Fraction, success: Fraction) -> Fraction:
    """Hidden channels for each input channel that are necessary by theorem-2-conv in a network of two layers.

    Rounded down to a thousandth; a network for a whole image may need more.
    """
    d, e = shape.inputs // shape.groups, shape.outputs // shape.groups
    entries = shape.groups * shape.taps * d * e
    bound = find("theorem-2-conv").judgement["conclusion"].right
    bits = value_at(bound, {"N": Fraction(entries), "eps": eps, "s": success}, 128)[0]
    share = Fraction(bits) / (shape.inputs * (d + shape.taps * e))
    return max(Fraction(0), Fraction(int(share * 1000), 1000))


def shapes_of(text: str, overlapping: bool = True) -> tuple[LayerShape, ...]:
    """The layers of a network that is written so; poolings and flatten only change the image between them.

    Where ``overlapping`` is false, pooling windows must not have common pixels.
    """
    head, _, rest = text.strip().partition(" ")
    image, shapes, flat = sizes(head), list[LayerShape](), False
    for item in rest.split(","):
        words = item.split()
        if not words:
            raise BadInput(OPTION, text[:80], f"a layer is missing between two commas; {FORM}")
        if words[0] in ("max", "mean") and words[1:2] == ["pool"]:
            words = words[1:]
        if words[0] == "flatten" and len(words) <= 2 and not flat:
            flat = True
            if len(words) == 1:
                continue
            words = words[1:]
        if NUMBER.fullmatch(words[0]) and len(words) == 1:
            shape = LayerShape("dense", image[0], whole(words[0], item), prod(image[1:]), 1, 1)
            image = (shape.outputs, *(1 for _ in image[1:]))
            shapes.append(shape)
        elif words[0] == "conv" and not flat:
            shape, image = convolution(words, image, item)
            shapes.append(shape)
        elif words[0] == "pool" and not flat:
            image = pooling(words, image, item, overlapping)
        else:
            raise BadInput(OPTION, item.strip()[:60], f"no layer that may stand here is written so; {FORM}")
        if len(shapes) > MAX_LAYERS:
            raise BadInput(OPTION, text[:60], f"give at most {MAX_LAYERS} layers")
    if not shapes:
        raise BadInput(OPTION, text[:60], f"no convolution and no dense layer is named; {FORM}")
    return tuple(shapes)


def sizes(text: str) -> Image:
    """The image at the beginning: channels and one to three sizes."""
    parts = text.split("x")
    if not 2 <= len(parts) <= 4 or not all(map(NUMBER.fullmatch, parts)):
        raise BadInput(OPTION, text[:40], f"begin with channels and one to three sizes, as 1x28x28; {FORM}")
    return tuple(whole(part, text) for part in parts)


def whole(text: str, item: str) -> int:
    """A number of channels or pixels."""
    if int(text) > MAX_WIDTH:
        raise BadInput(OPTION, item.strip()[:60], f"numbers are at most {MAX_WIDTH}")
    return int(text)


def settings(words: list[str], axes: int, item: str, allowed: str) -> dict[str, tuple[int, ...]]:
    """Kernel k, stride s, dilation d, padding p and groups g of a layer, one number for each axis or one for all."""
    found: dict[str, tuple[int, ...]] = {}
    for word in words:
        match = SETTING.fullmatch(word)
        if match is None or match[1] not in allowed or match[1] in found:
            raise BadInput(OPTION, item.strip()[:60], f"{word[:20]!r} is not one of {', '.join(allowed)} with a number")
        values = tuple(int(value) for value in match[2].split("x"))
        if len(values) not in (1, 1 if match[1] == "g" else axes) or (match[1] != "p" and 0 in values):
            raise BadInput(OPTION, item.strip()[:60], f"{word[:20]!r} needs one number or one for each of {axes} axes")
        found[match[1]] = values * axes if len(values) == 1 and match[1] != "g" else values
    return found


def convolution(words: list[str], image: Image, item: str) -> tuple[LayerShape, Image]:
    """A convolution "conv OUTPUTS kK sS dD pP gG", with zeros for padding, and the image behind it."""
    axes, inputs = len(image) - 1, image[0]
    if len(words) < 2 or not NUMBER.fullmatch(words[1]):
        raise BadInput(OPTION, item.strip()[:60], f"give the output channels after conv, as conv 6 k5; {FORM}")
    known = settings(words[2:], axes, item, "ksdpg")
    if "k" not in known:
        raise BadInput(OPTION, item.strip()[:60], "give the size of the kernel, as k5 or k3x5")
    outputs, (groups,) = whole(words[1], item), known.get("g", (1,))
    if inputs % groups or outputs % groups:
        raise BadInput(OPTION, item.strip()[:60], f"{groups} groups do not divide {inputs} and {outputs} channels")
    made, reads = window(image, known, item)
    return LayerShape("conv", inputs, outputs, prod(known["k"]), groups, reads), (outputs, *made)


def pooling(words: list[str], image: Image, item: str, overlapping: bool) -> Image:
    """The image behind a pooling "pool K sS pP", whose stride is the size of its windows if none is given."""
    if len(words) < 2 or not SETTING.fullmatch(f"k{words[1]}"):
        raise BadInput(OPTION, item.strip()[:60], "give the size of the windows, as pool 2 or pool 2x2")
    known = settings([f"k{words[1]}", *words[2:]], len(image) - 1, item, "ksp")
    made, reads = window(image, {"s": known["k"], **known}, item)
    if reads > 1 and not overlapping:
        raise BadInput(
            OPTION, item.strip()[:60], f"a pixel lies in {reads} windows, so distances may grow in l2; use --norm sup"
        )
    return (image[0], *made)


def window(image: Image, known: dict[str, tuple[int, ...]], item: str) -> tuple[Image, int]:
    """The sizes of the image behind a window, and how often it reads one pixel at most."""
    ones, zeros = (1,) * (len(image) - 1), (0,) * (len(image) - 1)
    made, reads = [], 1
    fields = (known["k"], known.get("s", ones), known.get("d", ones), known.get("p", zeros))
    for size, taps, stride, dilation, pad in zip(image[1:], *fields, strict=True):
        room = size + 2 * pad - dilation * (taps - 1) - 1
        if room < 0:
            reach, padding = dilation * (taps - 1) + 1, 2 * pad
            remedy = f"its window spans {reach} pixels, but the image has {size} and {padding} zeros"
            raise BadInput(OPTION, item.strip()[:60], remedy)
        made.append(room // stride + 1)
        reads *= most_reads(size, taps, stride, dilation, pad, made[-1])
    return tuple(made), reads


def most_reads(size: int, taps: int, stride: int, dilation: int, pad: int, outputs: int) -> int:
    """How often a pixel of a padded line is read at most."""
    starts = [[z + pad - t * dilation for t in range(taps)] for z in range(size)]
    return max(1, *(sum(x % stride == 0 and 0 <= x < stride * outputs for x in row) for row in starts))
