"""Counterexamples: points, sets, laws and networks at which a statement is seen to fail."""
