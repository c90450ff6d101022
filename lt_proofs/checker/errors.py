"""The two ways in which a certificate fails, and the work that one file may cost."""

MAX_WORK = 200_000_000
MAX_BITS = 1 << 18
WORK = [0]


class Rejected(Exception):
    """The certificate is well formed, but its mathematics does not hold."""


class Malformed(Exception):
    """The file is not a certificate of this format."""


def fresh_budget():
    """Start counting for another file."""
    WORK[0] = 0


def spend(amount):
    """Count elementary operations before they are done; Rejected beyond the limit of one file."""
    WORK[0] += amount
    if WORK[0] > MAX_WORK:
        raise Rejected(f"more than {MAX_WORK} operations are asked for")


def size(value):
    """The bits of a rational."""
    return value.numerator.bit_length() + value.denominator.bit_length()
