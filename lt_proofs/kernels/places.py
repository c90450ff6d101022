"""Places in arrays that are known not to be negative.

Compiled code looks at the sign of every index, because a negative one counts from the end; in the
innermost loops that look costs a fifth of the time.
"""

from __future__ import annotations

NATURAL = (1 << 32) - 1


def at(place: int) -> int:
    """The place itself, between 0 and 2^32, from which the compiler sees that it is not negative.

    >>> at(5)
    5
    """
    return place & NATURAL
