"""What evidence is about: a term, the ranges of its variables, and the hypotheses that may be used."""

from typing import NamedTuple

from errors import Malformed, Rejected
from intervals import of_range
from syntax import names_in, substitute


class Goal(NamedTuple):
    """What is to be shown: a term, the ranges of its variables, and hypotheses to use."""

    term: object
    ranges: tuple
    hypotheses: tuple = ()

    def box(self, bits):
        """The ranges as intervals; an empty range says nothing and is rejected."""
        box = {r[0]: of_range(r, bits) for r in self.ranges}
        if any(i[0] > i[1] or (i[0] == i[1] and (i[2] or i[3])) for i in box.values()):
            raise Rejected("a range is empty")
        return box

    def range(self, name):
        """The range of a variable."""
        for r in self.ranges:
            if r[0] == name:
                return r
        raise Malformed(f"the evidence speaks of {str(name)[:40]}, which has no range")

    def with_range(self, name, *rest):
        """The same term with one range replaced, or dropped."""
        new = [(name, *rest)] if rest else []
        return self._replace(ranges=tuple(x for r in self.ranges for x in (new if r[0] == name else [r])))

    def free_of(self, name):
        """The goal without the hypotheses that speak of a variable: they may fail elsewhere on its line."""
        return self._replace(hypotheses=tuple(h for h in self.hypotheses if name not in names_in(h)))

    def put(self, name, value, *rest):
        """The goal with a variable replaced by a term; its range is replaced or dropped."""
        changed = {name: value}
        hypotheses = tuple(substitute(h, changed) for h in self.hypotheses)
        return self.with_range(name, *rest)._replace(term=substitute(self.term, changed), hypotheses=hypotheses)
