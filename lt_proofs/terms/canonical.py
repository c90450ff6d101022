"""Canonical JSON: one text for one value, so that equal values have equal digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """The value as JSON with sorted keys, no spaces and ASCII characters only.

    >>> canonical_json({"b": ["1/3", 2], "a": None})
    '{"a":null,"b":["1/3",2]}'

    Raises TypeError for floats: no float decides a claim, and their texts differ between programs.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def content_digest(value: Any) -> str:
    """``sha256:`` and the hash of the canonical JSON."""
    return "sha256:" + hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def _refuse_floats(value: Any) -> None:
    # a stack of its own instead of recursion: certificates may be nested deeply
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float):
            raise TypeError(f"a float has no place in canonical JSON: {item!r}")
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
