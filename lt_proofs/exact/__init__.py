"""Exact numbers: rationals from and to text, integer grids, rigorous enclosures, and mpmath as a second opinion."""
