"""What evidence is about: a term, the ranges of its variables, and the hypotheses that may be used."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, NamedTuple

from errors import Malformed, Rejected
from inequalities.calculus import conditions
from inequalities.intervals import evaluate, of_range
from inequalities.syntax import names_in, substitute
from shapes import Box, Comparison, Evidence, Range, Term

BITS = 64


class Goal(NamedTuple):
    """What is to be shown: a term, the ranges of its variables, and hypotheses to use."""

    term: Term
    ranges: tuple[Range, ...]
    hypotheses: tuple[Comparison, ...] = ()

    def about(self, term: Term) -> Goal:
        """Another term on the same box under the same hypotheses."""
        return self._replace(term=term)

    def box(self, bits: int = BITS) -> Box:
        """The ranges as intervals; an empty range says nothing and is rejected."""
        box = {r[0]: of_range(r, bits) for r in self.ranges}
        if any(i[0] > i[1] or (i[0] == i[1] and (i[2] or i[3])) for i in box.values()):
            raise Rejected("a range is empty")
        return box

    def range(self, name: str) -> Range:
        """The range of a variable."""
        for r in self.ranges:
            if r[0] == name:
                return r
        raise Malformed(f"the evidence speaks of {str(name)[:40]}, which has no range")

    def with_range(self, name: str, *rest: Any) -> Goal:
        """The same term with one range replaced, or dropped."""
        new = [(name, *rest)] if rest else []
        return self._replace(ranges=tuple(x for r in self.ranges for x in (new if r[0] == name else [r])))

    def free_of(self, name: str) -> Goal:
        """The goal without the hypotheses that speak of a variable: they may fail elsewhere on its line."""
        return self._replace(hypotheses=tuple(h for h in self.hypotheses if name not in names_in(h)))

    def put(self, name: str, value: Term, *rest: Any) -> Goal:
        """The goal with a variable replaced by a term; its range is replaced or dropped."""
        changed = {name: value}
        hypotheses = tuple(substitute(h, changed) for h in self.hypotheses)
        return self.with_range(name, *rest)._replace(term=substitute(self.term, changed), hypotheses=hypotheses)

    def must_be_defined(self, but: Container[int] = ()) -> None:
        """Reject unless intervals settle each condition under which the term is defined, but for these numbers."""
        box = self.box()
        for number, (u, kind) in enumerate(conditions(self.term)):
            if number not in but and not plainly(u, kind, box):
                raise Rejected("a part of the term is not shown to be defined")


class Task(NamedTuple):
    """What a node of evidence leaves to a branch; the term of a new one is still to be shown to be defined."""

    goal: Goal
    strict: bool
    evidence: Evidence
    new: bool = False


def plainly(u: Term, kind: str, box: Box) -> bool:
    """Whether the natural interval of u settles that it is ">", ">=" or "!=" 0 on a box."""
    try:
        low, high, low_open, high_open = evaluate(u, box, BITS)
    except Rejected:
        return False
    above = low > 0 or (low == 0 and low_open)
    return above or (low == 0 and kind == ">=") or (kind == "!=" and (high < 0 or (high == 0 and high_open)))
