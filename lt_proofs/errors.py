"""The exceptions of this package; all derive from :class:`LtProofsError`.

A message is one line that names the argument, its value and the remedy. The command line prints the line and exits with
the exit code of the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SHOWN = 80


class LtProofsError(Exception):
    """Root of all errors that this package raises deliberately; catch this one to catch them all."""

    exit_code = 3


class BadInput(LtProofsError):
    """An argument cannot be used as given; correct it as the message says.

    ``argument`` is the name that the user knows, ``value`` what was given, ``remedy`` what to give instead.

    >>> raise BadInput("eps", -1, "give a number between 0 and 1")
    Traceback (most recent call last):
    ...
    lt_proofs.errors.BadInput: eps: -1 cannot be used; give a number between 0 and 1
    """

    def __init__(self, argument: str, value: object, remedy: str) -> None:
        self.argument = argument
        self.value = value
        self.remedy = remedy
        super().__init__(f"{argument}: {shorten(value)} cannot be used; {remedy}")


class Malformed(LtProofsError):
    """A file does not have the format or content that it claims; write it again with the tool that made it."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{shorten(path)}: malformed; {reason}")


class DeviceFailed(LtProofsError):
    """A GPU stopped during a computation: the current batch is lost; follow the remedy in the message."""


class Unsolved(LtProofsError):
    """Some weights have no subset sum within the tolerance; use more samples or a larger tolerance."""

    exit_code = 1


@contextmanager
def as_typed(typed: Mapping[str, tuple[str, object]]) -> Iterator[None]:
    """Replace an argument of a function further down in errors by the name and the value that the user typed.

    ``typed`` maps names of arguments to (name, value).

    >>> with as_typed({"eps": ("--eps", "1e-30")}):
    ...     raise BadInput("eps", 0, "give a larger one")
    Traceback (most recent call last):
    ...
    lt_proofs.errors.BadInput: --eps: 1e-30 cannot be used; give a larger one
    """
    try:
        yield
    except BadInput as error:
        if error.argument not in typed:
            raise
        name, value = typed[error.argument]
        raise BadInput(name, value, error.remedy) from None
    except Unsolved as error:
        argument, _, rest = str(error).partition(": ")
        if argument not in typed:
            raise
        name, value = typed[argument]
        raise Unsolved(f"{name}: {value}: {rest.partition(': ')[2]}") from None


def install_extra(name: str) -> str:
    """The remedy where an optional package is missing: extras come from a checkout, no package index has the project.

    >>> install_extra("torch")
    "install the extra, in a checkout of lt_proofs: pip install -e '.[torch]'"
    """
    return f"install the extra, in a checkout of lt_proofs: pip install -e '.[{name}]'"


def shorten(value: object) -> str:
    """Return the value as one printable line of at most 80 characters: the end of a path, the beginning of the rest.

    >>> shorten("a" * 100)[-4:], shorten(Path("a" * 100) / "net.onnx")[-12:]
    ('a...', 'aaa/net.onnx')
    >>> shorten(chr(10))
    "'\\\\n'"
    """
    # control characters could rewrite the terminal's line
    text = str(value)
    if not text or not text.isprintable():
        text = repr(text)
    if len(text) <= SHOWN:
        return text
    # the name of a file, at the end of its path, says more than the folders that it lies in
    return "..." + text[3 - SHOWN :] if isinstance(value, Path) else text[: SHOWN - 3] + "..."
