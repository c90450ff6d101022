"""JSON without surprises: no floats, no NaN, no duplicate keys, bounded size, nesting and digits."""

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
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)


def read_json(path: Path, limit: int = MAX_BYTES, *, follow_links: bool = True) -> Any:
    """The value in a JSON file of strings, integers, true, false, null, lists and objects.

    Raises Malformed for anything else; rationals are written as texts such as "1/3".
    """
    return parse_json(read_bytes(path, limit, follow_links=follow_links), path)


def parse_json(content: bytes, path: object) -> Any:
    """The value that the bytes stand for; ``path`` is named in errors.

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

    def inexact(literal: str) -> NoReturn:
        raise Malformed(path, f'{literal[:30]} is not exact; write it as a text: "{literal[:30]}"')

    def constant(literal: str) -> NoReturn:
        raise Malformed(path, f"{literal} is no number")

    def integer(literal: str) -> int:
        if len(literal) > MAX_DIGITS:
            raise Malformed(path, f"an integer has over {MAX_DIGITS} digits")
        return int(literal)

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
    depth = 0
    for found in STRUCTURE.finditer(text):
        token = found.group()
        if token in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(path, f"it is nested deeper than {MAX_DEPTH}")
        elif token in "]}":
            depth -= 1
