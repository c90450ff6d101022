"""Read JSON restricted to exact data: no floats, no NaN, no duplicate keys, and bounded size, nesting and digits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from lt_proofs.errors import Malformed
from lt_proofs.files.raw import read_bytes

MAX_BYTES = 1 << 26
MAX_DEPTH = 64
MAX_DIGITS = 2500
# a whole string literal (possessive, so matching is linear), or one bracket outside of strings
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)


def read_json(path: Path, limit: int = MAX_BYTES, *, follow_links: bool = True) -> Any:
    """Return the value in a JSON file of strings, integers, true, false, null, lists and objects.

    Rationals are written as texts such as "1/3". Raises Malformed for anything else, BadInput if the file cannot be
    read.
    """
    return parse_json(read_bytes(path, limit, follow_links=follow_links), path)


def parse_json(content: bytes, path: object) -> Any:
    """Parse the bytes of a JSON text; ``path`` is named in errors.

    >>> parse_json(b'{"eps": "1/3", "n": 21}', "example.json")
    {'eps': '1/3', 'n': 21}
    >>> parse_json(b'[0.5]', "example.json")
    Traceback (most recent call last):
    ...
    lt_proofs.errors.Malformed: example.json: malformed; 0.5 is not exact; write it as a text: "0.5"
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(path, "it is not UTF-8 text") from None
    _check_depth(text, path)

    # a decimal literal would be read as a binary float, which is another number
    def inexact(literal: str) -> NoReturn:
        raise Malformed(path, f'{literal[:30]} is not exact; write it as a text: "{literal[:30]}"')

    def constant(literal: str) -> NoReturn:
        raise Malformed(path, f"{literal} is not a number")

    # converting an integer takes quadratic time in its digits
    def integer(literal: str) -> int:
        if len(literal) > MAX_DIGITS:
            raise Malformed(path, f"an integer has over {MAX_DIGITS} digits")
        return int(literal)

    # with duplicate keys two readers could see different values in the same file
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            raise Malformed(path, "an object has the same key twice")
        return value

    try:
        return json.loads(
            text, parse_float=inexact, parse_constant=constant, parse_int=integer, object_pairs_hook=unique
        )
    except json.JSONDecodeError as error:
        raise Malformed(path, f"not JSON at line {error.lineno}: {error.msg}") from None


def _check_depth(text: str, path: object) -> None:
    """Raise Malformed if brackets are nested too deeply, before json.loads recurses into them."""
    depth = 0
    for found in STRUCTURE.finditer(text):
        token = found.group()
        if token in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(path, f"it is nested deeper than {MAX_DEPTH}")
        elif token in "]}":
            depth -= 1
