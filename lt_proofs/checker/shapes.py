"""The shapes of what the checker handles, as types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Data = Any  # JSON of a file, before it is read
Term = Fraction | str | tuple[Any, ...]  # a rational; a variable or "pi"; a head and its arguments
Comparison = tuple[str, Term, Term]  # a sign and two sides
Range = tuple[str, str, Term | None, Term | None, str]  # a name, "(" or "[", two ends (None is infinite), ")" or "]"
Law = tuple[Any, ...]  # a name and its numbers, which are terms
Judgement = dict[str, Any]  # a form and its fields
Point = dict[str, Fraction]
End = Any  # of an interval: a Fraction, or the float inf or -inf
Interval = tuple[End, End, bool, bool]  # two ends, and whether each is certainly not a value
Box = dict[str, Interval]
Enclosure = tuple[Fraction, Fraction]  # two numbers around a value
Monomial = tuple[tuple[str, Any], ...]  # variables or atoms with their exponents, int or Fraction, in order
Polynomial = dict[Monomial, Fraction]  # the coefficients that are not 0
Key = tuple[tuple[Monomial, Fraction], ...]  # a polynomial as something hashable
Part = tuple[Polynomial, dict[Key, int]]  # a rational function: a numerator, and powers of denominators
Evidence = Any  # a tree of evidence as the file has it
Matrix = Sequence[Any]  # row by row, in units of a small power of two
Lines = Any  # sequences of sequences of numbers
Function = Callable[..., Any]
