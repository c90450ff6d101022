"""What rules share: obligations on the domain of a goal, and premises used at other points."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from errors import Malformed, Rejected
from inequalities.formulas import Relation
from inequalities.syntax import inequality, names_in, substitute, term
from inequalities.syntax import name as read_name
from shapes import Comparison, Data, Judgement, Range, Term

ZERO, HALF, ONE, TWO = Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)
UNIT = ("t", "[", ZERO, ONE, "]")
UNCHANGED: dict[str, Data] = {}  # a premise that is used as it is


def about(
    goal: Judgement, *conclusions: Comparison, ranges: tuple[Range, ...] = (), given: tuple[Comparison, ...] = ()
) -> list[Judgement]:
    """These conclusions on the goal's domain under its hypotheses, with more ranges and hypotheses where named."""
    domain, hypotheses = (*goal.get("domain", ()), *ranges), (*goal.get("hypotheses", ()), *given)
    if len({r[0] for r in domain}) < len(domain):
        raise Malformed("a variable that the rule needs for itself has a range in the goal")
    return [inequality(domain, hypotheses, conclusion) for conclusion in conclusions]


def lies_in(
    premise: Judgement, goal: Judgement, at: dict[str, Term], given: tuple[Comparison, ...] = ()
) -> list[Judgement]:
    """That every point of the goal's domain, with variables replaced as `at` says, is in the premise's domain."""
    asked = []
    for r in premise["domain"]:
        variable, opening, low, high, closing = r
        x = at.get(variable, variable)
        if x == variable and r in goal["domain"]:
            continue
        asked += [] if low is None else [Relation(("<" if opening == "(" else "<=", low, x))]
        asked += [] if high is None else [Relation(("<" if closing == ")" else "<=", x, high))]
    known = (*goal["hypotheses"], *given)
    asked += [h for h in (substitute(h, at) for h in premise.get("hypotheses", ())) if h not in known]
    return about(goal, *asked, given=given)


def replacements(data: Data, premise: Judgement, forbidden: Iterable[str] = ()) -> dict[str, Term]:
    """The terms that a rule puts for variables of a premise; those that the rule itself moves stand on no side."""
    if not isinstance(data, dict) or len(data) > 16:
        raise Malformed("replacements are a table of at most 16 terms")
    found = {read_name(key): term(text) for key, text in data.items()}
    if set(found).union(*map(names_in, found.values())) & {"pi", "v", "z", *forbidden}:
        raise Malformed(f"replacements neither replace nor put {', '.join(('v', 'z', *forbidden))} or replace pi")
    unknown = set(found) - {r[0] for r in premise["domain"]}
    if unknown:
        raise Malformed(f"the premise has no variable {', '.join(sorted(unknown))} to replace")
    return found


def require(condition: bool, otherwise: str) -> None:
    """Reject with this reason unless the condition holds."""
    if not condition:
        raise Rejected(otherwise)
