"""What a user asks of ``prove``, as inequality judgements: chains are cut into relations, conditions into ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import Undefined, box_of, value_at
from lt_proofs.terms import Domain, Judgement, Range, Relation, Symbol, Term
from lt_proofs.terms.expansions import EULER
from lt_proofs.terms.parser import parse_chain, parse_where
from lt_proofs.terms.tree import plain, substitute, variables

MAX_VARIABLES = 8
TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "=": "=", "!=": "!="}
BITS = 256


@dataclass(frozen=True)
class Setting:
    """Ranges by name, and the relations between variables that are left."""

    ranges: dict[str, Range]
    hypotheses: tuple[Relation, ...] = ()


def judgements(relation: str | Relation, where: str) -> list[Judgement]:
    """The judgements that together say that every relation of a chain holds wherever the conditions do.

    There is one for each relation, and two for each condition ``!=``. Raises BadInput.
    """
    conclusions = parse_chain(relation) if isinstance(relation, str) else (relation,)
    ranges, conditions = parse_where(where)
    named = {r.name for r in ranges}
    conclusions, conditions = (tuple(with_euler(rows, named)) for rows in (conclusions, conditions))
    if any(row.sign == "!=" for row in conclusions):
        raise BadInput("expression", relation, "state != as < or as >, with ranges on which one of them holds")
    told = set().union(*(names_of(row) for row in conditions), named)
    used = set().union(*map(names_of, conclusions))
    if used - told:
        raise BadInput("--where", where, f"give an interval for {', '.join(sorted(used - told))}")
    unused = told - used.union(*(names_of(row) for row in conditions if len(names_of(row)) > 1))
    if unused:
        raise BadInput("--where", where, f"leave out {', '.join(sorted(unused))}, which the statement does not hold")
    if len(told) > MAX_VARIABLES:
        raise BadInput("--where", where, f"at most {MAX_VARIABLES} variables are decided")
    whole = {name: Range(name, "(", None, None, ")") for name in sorted(told - named)}
    start = Setting({r.name: r for r in ranges} | whole)
    found = []
    for setting, conclusion in product(settings(start, conditions), conclusions):
        domain = Domain(tuple(r for r in setting.ranges.values() if r.name in kept(setting, conclusion)))
        must_hold_points(domain, where)
        found.append(Judgement.of("inequality", domain=domain, hypotheses=setting.hypotheses, conclusion=conclusion))
    return found


def kept(setting: Setting, conclusion: Relation) -> set[str]:
    """The variables that a relation and the hypotheses hold: an interval of another one would say nothing."""
    return names_of(conclusion).union(*map(names_of, setting.hypotheses))


def names_of(relation: Relation) -> set[str]:
    """The variables of both sides."""
    return set(variables(relation.left) | variables(relation.right))


def with_euler(relations: Iterable[Relation], named: set[str]) -> Iterable[Relation]:
    """The relations with e read as Euler's number, unless a range is given for a variable of that name."""
    for row in relations:
        values = {} if "e" in named else {"e": EULER}
        yield Relation(row.sign, substitute(row.left, values), substitute(row.right, values))


def settings(start: Setting, conditions: tuple[Relation, ...]) -> list[Setting]:
    """The settings that together meet the conditions: one, or more if some of them are ``!=``."""
    found = [start]
    for row in conditions:
        signs = ("<", ">") if row.sign == "!=" else (row.sign,)
        found = [narrowed(setting, replace(row, sign=sign)) for setting in found for sign in signs]
        # one side of a point outside the range is empty, and then the other is all
        found = [setting for setting in found if row.sign != "!=" or not empty(setting)] or found[:1]
    return found


def narrowed(setting: Setting, row: Relation) -> Setting:
    """The setting with a bound of a single variable put into its range, or with another hypothesis."""
    for name, sign, bound in ((row.left, row.sign, row.right), (row.right, TURNED[row.sign], row.left)):
        if not isinstance(name, Symbol) or name.name not in setting.ranges or variables(bound):
            continue
        r = setting.ranges[name.name]
        if sign in ("<=", "<", "=") and tighter(bound, r.high, below=True, is_open=sign == "<" and r.closing == "]"):
            r = replace(r, high=bound, closing=")" if sign == "<" else "]")
        if sign in (">=", ">", "=") and tighter(bound, r.low, below=False, is_open=sign == ">" and r.opening == "["):
            r = replace(r, low=bound, opening="(" if sign == ">" else "[")
        return Setting({**setting.ranges, r.name: r}, setting.hypotheses)
    return Setting(setting.ranges, (*setting.hypotheses, row))


def tighter(bound: Term, end: Term | None, below: bool, is_open: bool) -> bool:
    """Whether a bound leaves less than an end of a range does; at the same place only if it takes the end away."""
    if end is None:
        return True
    try:
        low, high = value_at(bound - end, {}, BITS)
    except Undefined:
        raise BadInput("--where", plain(bound), "give a bound that has a value") from None
    return bool(high < 0 if below else low > 0) or (is_open and low <= 0 <= high)


def empty(setting: Setting) -> bool:
    """Whether a range holds no point."""
    box = box_of(Domain(tuple(setting.ranges.values())), BITS)
    return any(low > high or (low == high and (a or b)) for low, high, a, b in box.values())


def must_hold_points(domain: Domain, where: str) -> None:
    """Raise BadInput for an interval that holds no point.

    256 bits decide between ends such as pi and 22/7; if they did not, an empty interval would only cost a search.
    """
    for name, (low, high, low_open, high_open) in box_of(domain, BITS).items():
        if low > high or (low == high and (low_open or high_open)):
            raise BadInput("--where", where, f"the interval of {name} is empty")
