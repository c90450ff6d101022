"""The two ways in which a certificate fails."""


class Rejected(Exception):
    """The certificate is well formed, but its mathematics does not hold."""


class Malformed(Exception):
    """The file is not a certificate of this format."""
