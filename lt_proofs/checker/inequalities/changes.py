"""Nodes of evidence that write the goal in another variable."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from errors import Malformed, Rejected
from inequalities.goal import Goal, Task
from inequalities.rewriting import must_equal
from inequalities.syntax import interval, listed, name, names_in, substitute
from shapes import Evidence, Range, Term

ZERO, ONE = Fraction(0), Fraction(1)


def invert(goal: Goal, strict: bool, r: Range, evidence: Evidence) -> Iterable[Task]:
    """x = low - 1 + 1/s: a range [low, oo) becomes (0, 1]."""
    name, opening, low, high, _ = r
    if low is None or high is not None:
        raise Rejected("a range that has a low end only is inverted")
    value = ("+", ("-", low, ONE), ("/", ONE, name))
    yield Task(goal.put(name, value, "(", ZERO, ONE, "]" if opening == "[" else ")"), strict, evidence, new=True)


def period(goal: Goal, strict: bool, r: Range, evidence: Evidence) -> Iterable[Task]:
    """The term does not change from x to x + 2 pi: one period is enough."""
    name, turn = r[0], ("*", Fraction(2), "pi")
    must_equal(goal.term, substitute(goal.term, {name: ("+", name, turn)}))
    yield Task(goal.free_of(name).with_range(name, "[", ZERO, turn, "]"), strict, evidence, new=True)


def change(
    goal: Goal, strict: bool, r: Range, there: Term, back: Term, ends: Evidence, evidence: Evidence
) -> Iterable[Task]:
    """x = back(y) with y = there(x): the branch shows the sign for each y of a new range that holds all there(x).

    The new variable keeps the name of the old one.
    """
    variable = r[0]
    must_equal(substitute(back, {variable: there}), variable)
    free = goal.free_of(variable)
    free.about(there).must_be_defined()
    new, tasks = held(free, there, variable, ends)
    yield from tasks
    yield Task(free.put(*new[:1], back, *new[1:]), strict, evidence, new=True)


def abstract(
    goal: Goal, strict: bool, part: Term, label: Evidence, ends: Evidence, evidence: Evidence
) -> Iterable[Task]:
    """A part of the term becomes a variable of its own, of a range that holds all its values."""
    new, tasks = held(goal, part, name(label), ends)
    if any(new[0] == r[0] for r in goal.ranges):
        raise Malformed("the name of a part is that of a variable")
    yield from tasks
    wider = goal._replace(ranges=(*goal.ranges, new), term=substitute(goal.term, {part: new[0]}))
    yield Task(wider, strict, evidence, new=True)


def held(goal: Goal, value: Term, label: str, ends: Evidence) -> tuple[Range, list[Task]]:
    """A range as the evidence gives it, and the tasks of showing that it holds every value of a term.

    It is [opening, low, high, closing, evidence, evidence]; an infinite end has no evidence.
    """
    opening, start, end, closing, below, above = listed(
        ends, "the ends of a range and evidence for each", str, object, object, str, object, object
    )
    new = interval([label, opening, start, end, closing])
    _, _, low, high, _ = new
    if any(names_in(bound) for bound in (low, high)):
        raise Rejected("an end that is not constant")
    tasks = []
    if low is not None:
        tasks.append(Task(goal.about(("-", value, low)), opening == "(", below, new=True))
    if high is not None:
        tasks.append(Task(goal.about(("-", high, value)), closing == ")", above, new=True))
    return new, tasks
