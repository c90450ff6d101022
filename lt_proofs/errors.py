"""Every error that this package raises on purpose.

One root, :class:`LtProofsError`; its message is one line that names the argument, its value and the
remedy. The command line prints that line and leaves with the exit code of the class.
"""

from __future__ import annotations

SHOWN = 80


class LtProofsError(Exception):
    """Root of all errors raised on purpose; catch this one to catch them all."""

    exit_code = 3


class BadInput(LtProofsError):
    """An argument cannot be used as given: correct it as the message says.

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
    """A file is not what it says it is: make it again with the tool that wrote it."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{shorten(path)}: malformed; {reason}")


class DeviceFailed(LtProofsError):
    """A GPU stopped in the middle of its work: nothing of the part it was at is kept; do as the message says."""


class Unsolved(LtProofsError):
    """Some weights have no subset within the tolerance: take more samples or a wider tolerance."""

    exit_code = 1


def install_extra(name: str) -> str:
    """The remedy where an optional package is missing: extras come from a checkout, no package index has the project.

    >>> install_extra("torch")
    "install the extra, in a checkout of lt_proofs: pip install -e '.[torch]'"
    """
    return f"install the extra, in a checkout of lt_proofs: pip install -e '.[{name}]'"


def shorten(value: object) -> str:
    """The value as one printable line of at most 80 characters.

    >>> shorten("a" * 100)[-4:]
    'a...'
    >>> shorten(chr(10))
    "'\\\\n'"
    """
    text = str(value)
    if not text or not text.isprintable():
        text = repr(text)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
