"""What a shell may offer behind a command, read from the record without any heavy import."""

from __future__ import annotations

from importlib.resources import files

import click


def claim_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids of the claims of record that begin so; their statements are one a line."""
    lines = files("lt_proofs").joinpath("statements.json").read_text("ascii").splitlines()
    names = [line.partition('":')[0].lstrip('{"') for line in lines if '":' in line]
    return [name for name in names if name.startswith(incomplete.lower())]
