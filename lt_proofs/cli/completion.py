"""Completion of claim ids in the shell, read from the record without any heavy import."""

from __future__ import annotations

from importlib.resources import files

import click


def claim_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of claims and of statements of formal/ that begin with the text.

    The record has one statement a line, so no JSON is parsed.
    """
    from lt_proofs.coq.statements import statements

    lines = files("lt_proofs").joinpath("statements.json").read_text("ascii").splitlines()
    names = [line.partition('":')[0].lstrip('{"') for line in lines if '":' in line]
    names += [statement.id for statement in statements()]
    return [name for name in names if name.startswith(incomplete.lower())]
