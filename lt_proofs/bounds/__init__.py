"""Sample sizes, layer widths, lower bounds and gaps for a law, a tolerance and a network, from the claims of record.

``closed_form`` evaluates the covering theorems and Theorem 1, ``certified`` and ``chained`` find sharper numbers by
certified recursions, ``lower`` evaluates Theorem 2, ``gap`` and ``savings`` compare.
"""
