"""Array indices that Numba can see to be non-negative.

A negative index counts from the end of an array, so compiled code tests the sign of every index that it cannot prove
to be non-negative. In the innermost loops of the kernels this test costs a fifth of the running time; masking the index
to 32 bits proves its sign and removes the test.
"""

from __future__ import annotations

INDEX_MASK = (1 << 32) - 1


def unsigned(index: int) -> int:
    """Mask an index to 32 bits so that Numba omits its check for negative indices.

    The value is unchanged for 0 <= index < 2^32; the caller guarantees this range.

    >>> unsigned(5)
    5
    """
    return index & INDEX_MASK
