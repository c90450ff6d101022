"""What to run: networks, variants, removed fractions, seeds; wrong wishes are refused before any work starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

VARIANTS = ("structure-linear", "structure-relu", "wide", "ticket")
MAX_R, MAX_SEEDS, MAX_EPOCHS = 64, 1000, 10_000


@dataclass(frozen=True)
class Shape:
    """The hidden widths of a network, and whether frozen random convolutions stand before it."""

    hidden: tuple[int, ...]
    convolutions: bool = False


@dataclass(frozen=True)
class Preset:
    """Settings that belong together."""

    shapes: dict[str, Shape]
    fractions: tuple[Fraction, ...]
    epochs: int
    batch: int
    threads: int | None


def _fractions(*texts: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, texts))


PRESETS = {
    "small": Preset(
        {"fc2": Shape((32,)), "fc4": Shape((32, 32, 32)), "lenet5": Shape((30, 21), convolutions=True)},
        _fractions("0", "1/2", "3/4", "9/10", "99/100"),
        epochs=40,
        batch=64,
        threads=1,
    ),
    "paper": Preset(
        {"fc2": Shape((500,)), "fc4": Shape((500, 500, 500)), "lenet5": Shape((120, 84), convolutions=True)},
        _fractions("0", "1/100", "1/50", "1/40", "1/20", "1/10", "1/4", "1/2", "3/4", "9/10", "19/20", "39/40")
        + _fractions("49/50", "99/100"),
        epochs=50,
        batch=64,
        threads=None,
    ),
}


@dataclass(frozen=True)
class Settings:
    """One sweep. A run depends on these, the data, and its own name only."""

    data: str
    preset: str
    networks: tuple[str, ...]
    variants: tuple[str, ...]
    fractions: tuple[Fraction, ...]
    seeds: int
    r: int
    epochs: int
    device: str = "cpu"

    @classmethod
    def of(
        cls,
        data: str,
        preset: str = "small",
        *,
        networks: Iterable[str] | None = None,
        variants: Iterable[str] | None = None,
        fractions: Iterable[Fraction] | None = None,
        seeds: int = 3,
        r: int = 5,
        epochs: int | None = None,
        device: str = "cpu",
    ) -> Settings:
        """The preset with these changes; raises BadInput that names the option."""
        if preset not in PRESETS:
            raise BadInput("--preset", preset, f"give one of {', '.join(PRESETS)}")
        base = PRESETS[preset]
        chosen = _named("--networks", base.shapes, networks)
        kinds = _named("--variants", VARIANTS, variants)
        removed = base.fractions if fractions is None else tuple(sorted(set(fractions)))
        for fraction in removed:
            if not 0 <= fraction < 1:
                raise BadInput("--fractions", fraction, "remove a fraction from 0 to below 1, such as 0.9")
        if not removed:
            raise BadInput("--fractions", "nothing", "give removed fractions, such as 0.5,0.9")
        _whole("--r", r, MAX_R)
        _whole("--seeds", seeds, MAX_SEEDS)
        _whole("--epochs", base.epochs if epochs is None else epochs, MAX_EPOCHS)
        return cls(data, preset, chosen, kinds, removed, seeds, r, base.epochs if epochs is None else epochs, device)

    def shape(self, network: str) -> Shape:
        """The hidden layers of a network."""
        return PRESETS[self.preset].shapes[network]

    @property
    def batch(self) -> int:
        """How many images a step of training sees."""
        return PRESETS[self.preset].batch

    @property
    def threads(self) -> int | None:
        """How many threads torch should use; None leaves it the choice."""
        return PRESETS[self.preset].threads

    def described(self) -> dict[str, Any]:
        """The settings as JSON, fractions as exact texts, a folder of images by its name only."""
        lists = {name: list(getattr(self, name)) for name in ("networks", "variants")}
        fractions = [rational_text(fraction) for fraction in self.fractions]
        return {**asdict(self), **lists, "fractions": fractions, "data": Path(self.data).name}


def kept_of(size: int, removed: Fraction) -> int:
    """How many of so many weights stay: all but the removed fraction, rounded to the nearest number, at least 1.

    >>> kept_of(320, Fraction(99, 100))
    3
    """
    return max(1, round(size * (1 - removed)))


def structure_size(widths: tuple[int, ...], r: int) -> int:
    """How many random weights the structure has: r units for each input, each with an edge to each output.

    >>> structure_size((64, 32, 10), 5)
    12320
    """
    return sum(r * one * (1 + other) for one, other in pairwise(widths))


def plain_size(widths: tuple[int, ...]) -> int:
    """How many weights a plain network has."""
    return sum(one * other for one, other in pairwise(widths))


def wide_widths(widths: tuple[int, ...], r: int) -> tuple[int, ...]:
    """Equal hidden widths of the plain network whose number of weights comes closest to that of the structure.

    >>> wide_widths((784, 500, 10), 5)
    (784, 2508, 10)
    """
    aim, hidden = structure_size(widths, r), len(widths) - 2
    if not hidden:
        return widths

    def at(h: int) -> tuple[int, ...]:
        return (widths[0], *([h] * hidden), widths[-1])

    low, high = 1, aim
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if plain_size(at(middle)) <= aim else (low, middle)
    return min(at(low), at(low + 1), key=lambda candidate: abs(plain_size(candidate) - aim))


def _named(option: str, known: Iterable[str], wanted: Iterable[str] | None) -> tuple[str, ...]:
    """Those of the known names that are wanted, in their own order; all of them without a wish."""
    names = tuple(known)
    if wanted is None:
        return names
    asked = set(wanted)
    strange = sorted(asked - set(names))
    if strange or not asked:
        raise BadInput(option, strange[0] if strange else "nothing", f"give some of {','.join(names)}")
    return tuple(name for name in names if name in asked)


def _whole(option: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise BadInput(option, value, f"give a whole number from 1 to {most}")
