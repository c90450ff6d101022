"""Completion of claim ids in the shell, read from the record without any heavy import."""

from __future__ import annotations

from importlib.resources import files

import click


def claim_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of record that begin with the text; the record has one statement a line, so no JSON is parsed."""
    lines = files("lt_proofs").joinpath("statements.json").read_text("ascii").splitlines()
    names = [line.partition('":')[0].lstrip('{"') for line in lines if '":' in line]
    return [name for name in names if name.startswith(incomplete.lower())]
