"""What all commands share: exact numbers as options, JSON on stdout, notes on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import click

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import decimal_text, parse_rational

F = TypeVar("F", bound=Callable[..., Any])


class Rational(click.ParamType):  # type: ignore[type-arg]
    """The type of an option that is read exactly: ``0.01`` is 1/100."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:  # noqa: ARG002
        """Return the exact value; raise BadInput, which names the option, for other texts."""
        if isinstance(value, Fraction):
            return value
        return parse_rational(str(value), param.opts[0] if param is not None else "number")


RATIONAL = Rational()

json_option: Callable[[F], F] = click.option("--json", "as_json", is_flag=True, help="Print one JSON object to stdout.")

device_option: Callable[[F], F] = click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where kernels run; the answers are the same.",
)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object to stdout; rationals must already be texts."""
    # an object of floats would not be exact, so numbers that are not integers come as texts
    print(json.dumps(value, indent=1, ensure_ascii=False))


def note(line: str) -> None:
    """Print a line of progress or advice to stderr, so that stdout holds the answer only."""
    print(line, file=sys.stderr)


def shown(value: Fraction, *, up: bool) -> str:
    """Return a size with four decimals, or as many as show three digits of it, rounded up or down.

    >>> shown(Fraction(1, 3), up=True), shown(Fraction(1, 12345), up=False)
    ('0.3334', '0.0000810')
    """
    digits = 4
    while value and digits < 40 and value * 10**digits < 100:
        digits += 1
    return decimal_text(value, digits, up=up)


def between(value: Fraction, low: int, high: int, argument: str) -> Fraction:
    """Return the value; raise BadInput unless it lies strictly between two integers."""
    if not low < value < high:
        raise BadInput(argument, value, f"give a number strictly between {low} and {high}")
    return value


def ends_of(window: str) -> tuple[Fraction, Fraction]:
    """Return the ends of a window given as A,B; raise BadInput unless A and B are numbers with A <= B."""
    low, comma, high = window.partition(",")
    if not comma:
        raise BadInput("--window", window, "give two numbers such as -1,1")
    ends = parse_rational(low, "--window"), parse_rational(high, "--window")
    if ends[0] > ends[1]:
        raise BadInput("--window", window, "give the lower end first")
    return ends


def parse_widths(text: str) -> tuple[int, ...]:
    """Return the widths of a network given as 784,500,10; raise BadInput for anything else."""
    # int() alone would also take "+7", "1_000" and digits of other scripts
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        raise BadInput("--widths", text[:60], "give whole numbers between commas, as 784,500,10")
    return tuple(map(int, parts))
