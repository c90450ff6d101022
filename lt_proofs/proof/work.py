"""Counted work: what a search costs, in units of about half a microsecond, by the sizes of the terms that it looks at.

The count of a call depends on its arguments alone. A result from a cache saves time and counts as much as a new one, so
that a search ends at the same place in a fresh process and in one that has proved much, on a busy machine and an idle
one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from lt_proofs.terms import Apply, Term

DONE = [0]
"""The units counted in this process so far, in a list so that every module changes the same number."""
Function = TypeVar("Function", bound=Callable[..., object])


@lru_cache(maxsize=50_000)
def parts(term: Term) -> int:
    """The number of parts of a term."""
    return 1 + sum(map(parts, term.args)) if isinstance(term, Apply) else 1


def counted(each: int, start: int = 5) -> Callable[[Function], Function]:
    """Make each call of a function of a term cost ``start`` units and ``each`` more for every part of the term.

    Counted calls inside the function add nothing, for how many there are depends on what is in caches.
    """

    def wrap(function: Function) -> Function:
        @wraps(function)
        def call(term: Term, *rest: object) -> object:
            before = DONE[0]
            try:
                return function(term, *rest)
            finally:
                DONE[0] = before + start + each * parts(term)

        return call  # type: ignore[return-value]

    return wrap
