"""Numbers that do not lie: exact rationals, dyadic grids, enclosures, witnesses."""
