"""The signs and Greek letters that a reader sees for their ASCII spellings in the facts."""

from __future__ import annotations

import re

SIGNS = {"<=": "≤", ">=": "≥", "kappa": "κ", "eps": "ε", "delta": "δ", "->": "→", " - ": " − "}
SIGN = re.compile(r"<=|>=|->|\bkappa\b|\beps\b|\bdelta\b|(?<=[\w)⁺⁻‖|]) - (?=[\w(‖|])")


def words(text: str) -> str:
    """Replace the ASCII spellings of signs and Greek letters in prose by the signs themselves.

    >>> words("0 <= v and 1 - kappa/2")
    '0 ≤ v and 1 − κ/2'
    """
    return SIGN.sub(lambda found: SIGNS[found.group()], text)
