"""Judgements in plain English: the templates of forms.json, filled with the data that was checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from operator import add, mul, sub, truediv
from string import Template
from typing import Any

from inequalities.syntax import FORMS, TABLE, substitute, term
from shapes import Comparison, Judgement, Law, Range, Term

LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
SIGN = 3  # how tightly a minus sign in front of a first operand binds; others stand in brackets with theirs
JOINED = {"+": " + ", "-": " - "}
ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": truediv}


def sentence(j: Judgement) -> str:
    """A judgement as a sentence: the template of its form with the fields, and terms derived from them, filled in."""
    row, fields = TABLE["forms"][j["form"]], FORMS[j["form"]]
    parts = {field: SPOKEN[kind](j[field]) for field, kind in fields.items()}
    values = {field: j[field] for field, kind in fields.items() if kind in ("term", "name")}
    for field in (field for field, kind in fields.items() if kind == "terms"):
        values |= {f"{field}_{place}": item for place, item in enumerate(j[field])}
        parts[f"{field}_count"] = len(j[field])
    parts |= law_parts(j["law"]) if "law" in fields else {}
    parts |= range_parts(j, row) | derived(row, values)
    for field, letter in row.get("named", {}).items():
        parts[f"{field}_is"] = "" if j[field] == letter else f", {letter} = {parts[field]},"
    for part, choice in row.get("once", {}).items():  # what is the same for two fields is said once
        same = "same" if j[choice["of"][0]] == j[choice["of"][1]] else "each"
        parts[part] = Template(choice[same]).substitute(parts)
    said = Template(" ".join(row["says"])).substitute(parts)
    return said[0].upper() + said[1:]


def range_parts(j: Judgement, row: dict[str, Any]) -> dict[str, str]:
    """Where a judgement holds: `place` at its beginning, or `given` and `shape` where a template says it later."""
    known = {field: j[field] for field in ("domain", "hypotheses") if field in row["fields"]}
    ranges, hypotheses = known.get("domain", ()), series(known.get("hypotheses", ()), compare, " and ")
    whole = list(dict.fromkeys(j[field] for field in row.get("whole", ())))
    apart = {j[field] for field in row.get("apart", ())}
    counted = series([r for r in ranges if r[0] in whole], interval)
    others = series([r for r in ranges if r[0] not in apart.union(whole)], interval)
    groups = [text for text in (f"whole numbers {counted}" if counted else "", others) if text]
    given = f" with {hypotheses}" if hypotheses else ""
    place = f"for all {' and all '.join(groups)}" if groups else ""
    place += "".join(f" for which {formula(item)} is a whole number" for item in whole if isinstance(item, tuple))
    if apart:
        shape = [series([r for r in ranges if r[0] in apart], interval), hypotheses]
        given, parts = "", {"shape": " and ".join(filter(None, shape))}
    else:
        parts = {"given": given}
    place = place + given if place else given.replace(" with ", "if ", 1)
    return {**parts, "place": f"{place}: " if place else ""}


def derived(row: dict[str, Any], values: dict[str, Term]) -> dict[str, str]:
    """The terms that a row of the table derives from values, as formulas."""
    terms = row.get("terms", {})
    return {name: formula(folded(substitute(term(data), values))) for name, data in terms.items()}


def folded(item: Term) -> Term:
    """A term with its operations on numbers carried out."""
    if not isinstance(item, tuple):
        return item
    head, *args = (item[0], *map(folded, item[1:]))
    if head in ARITHMETIC and all(isinstance(arg, Fraction) for arg in args) and (head != "/" or args[1]):
        first, *rest = args if len(args) > 1 else (Fraction(0), *args)
        for arg in rest:
            first = ARITHMETIC[head](first, arg)
        return first
    return (head, *args)


def law_parts(item: Law) -> dict[str, str]:
    """The law of one sample in words, and what it says of the `entries` of two random matrices."""
    row = TABLE["laws"][item[0]]
    values = dict(zip(row["numbers"], item[1:], strict=True))
    parts = {name: formula(number) for name, number in values.items()} | derived(row, values)
    for name, text in row.get("grids", {}).items():  # a grid of step 0 is no grid
        parts[f"{name}_grid"] = Template(text).substitute(parts) if values[name] else ""
    said = {"law": row["says"], "entries": row.get("entries", f"of the law of {row['says']}")}
    return {name: Template(text).substitute(parts) for name, text in said.items()}


def formula(item: Term, level: int = 0) -> str:
    """A term as a formula; log is written ln, for it is the natural logarithm."""
    if isinstance(item, Fraction):
        return f"({item})" if level and not str(item).isdigit() else str(item)
    if isinstance(item, str):
        return item
    head, *args = item
    if head not in LEVEL:
        return f"{'ln' if head == 'log' else head}({series(args)})"
    if head == "-" and len(args) == 1:
        own, text = SIGN, "-" + formula(args[0], SIGN)
    else:
        own, first = LEVEL[head], formula(args[0], LEVEL[head] + (head == "^"))
        others = (formula(arg, SIGN + 1 if negated(arg) else own + (head not in "+*")) for arg in args[1:])
        text = str(JOINED.get(head, head)).join([first, *others])
    return f"({text})" if own < level else text


def negated(item: Term) -> bool:
    """Whether a term has a minus sign in front."""
    return isinstance(item, tuple) and item[0] == "-" and len(item) == 2


def series(items: Iterable[Any], spoken: Callable[[Any], str] = formula, between: str = ", ") -> str:
    """Items one after the other."""
    return between.join(map(spoken, items))


def compare(relation: Comparison) -> str:
    """A relation as a formula."""
    return f"{formula(relation[1])} {relation[0]} {formula(relation[2])}"


def interval(r: Range) -> str:
    """A range."""
    name, opening, low, high, closing = r
    low, high = "-oo" if low is None else formula(low), "oo" if high is None else formula(high)
    return f"{name} in {opening}{low}, {high}{closing}"


SPOKEN = {
    "term": formula,
    "terms": series,
    "relation": compare,
    "relations": partial(series, spoken=compare, between=" and "),
    "domain": partial(series, spoken=interval),
    "integers": partial(series, spoken=str),
    "integer": str,
    "law": str,
    "name": str,
    "judgement": sentence,
    **{kind: words.get for kind, words in TABLE["choices"].items()},
}
