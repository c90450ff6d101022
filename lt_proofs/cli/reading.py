"""Options that say how a network's file is read, for the commands that read one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from lt_proofs.errors import BadInput

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS = (
    click.option("--layers", metavar="NAMES", help="For files of tensors: the layers from the input on, as fc1,fc2."),
    click.option("--shape", metavar="SIZES", help="For files of tensors with convolutions: of one input, as 1,28,28."),
    click.option("--ignore", metavar="PATTERN", multiple=True, help="For files of tensors: tensors to leave out."),
    click.option("--output", metavar="NAME", help="For ONNX: which output, or any tensor inside the network."),
    click.option("--no-compare", is_flag=True, help="Do not run the network's own runtime to compare with it."),
)


def _sizes(text: str) -> list[int]:
    """Return the sizes of a text such as ``1,28,28``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise BadInput("--shape", text, "give channels and sizes, as in 1,28,28")
    return [int(part) for part in parts]


def reading_options(function: F) -> F:
    """Add these options to a command, which gets them as ``reading``, keyword arguments of `load_target`."""

    @functools.wraps(function)
    def gathered(
        *,
        layers: str | None,
        shape: str | None,
        ignore: tuple[str, ...],
        output: str | None,
        no_compare: bool,
        **others: Any,
    ) -> Any:
        order = None if layers is None else [name.strip() for name in layers.split(",")]
        reading = {"order": order, "ignore": ignore, "output": output, "compare": not no_compare}
        reading["shape"] = None if shape is None else _sizes(shape)
        return function(reading=reading, **others)

    command: Any = gathered
    for option in reversed(OPTIONS):
        command = option(command)
    found: F = command
    return found
