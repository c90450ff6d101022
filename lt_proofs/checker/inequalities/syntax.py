"""Terms and judgements as the checker reads them: nested tuples, every field validated.

A rational is a Fraction, a variable (or ``pi``) a str, an application a tuple ``(head, arg, …)``;
a relation is ``(sign, left, right)``, a range ``(name, opening, low, high, closing)`` with None for an
infinite end.  A judgement is a dict with its ``form`` and exactly the fields of that form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from errors import Malformed, spend
from shapes import Comparison, Data, Function, Judgement, Law, Range, Term

ARITY = {"+": (2, 64), "*": (2, 64), "-": (1, 2), "/": (2, 2), "^": (2, 2), "min": (2, 16), "max": (2, 16)}
ARITY |= dict.fromkeys(("exp", "log", "sqrt", "sin", "cos", "atan", "erf", "abs"), (1, 1))
SIGNS = ("<=", "<", ">=", ">", "=")
RATIONAL = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", re.ASCII)
MAX_DEPTH = 100
MAX_INTEGER = 10**9
MAX_DIGITS = 4000

# the forms of judgements and the laws of samples, as data that the library reads as well
HOME = Path(__file__).resolve().parents[1]
TABLE = json.loads((HOME / "forms.json").read_text("utf-8"))
LAW_FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((HOME / "laws").glob("*.json"))}
TABLE["laws"] |= LAW_FILES
FORMS = {form: row["fields"] for form, row in TABLE["forms"].items()}
WORDS = frozenset(TABLE["words"])  # no variable is called like a function, or like a word that joins a sentence
LAWS = {kind: len(row["numbers"]) for kind, row in TABLE["laws"].items()}


def term(data: Data, depth: int = 0) -> Term:
    """A term from JSON data."""
    if depth > MAX_DEPTH:
        raise Malformed(f"a term nested deeper than {MAX_DEPTH}")
    spend(40)
    if isinstance(data, str):
        if len(data) <= MAX_DIGITS and RATIONAL.fullmatch(data):
            spend(60 + (len(data) ** 2 >> 10))
            value = Fraction(data)
            if str(value) != data:
                raise Malformed(f"the rational {data!r} is not in lowest terms")
            return value
        return name(data)
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] not in ARITY:
        raise Malformed(f"not a term: {str(data)[:60]!r}")
    least, most = ARITY[data[0]]
    if not least <= len(data) - 1 <= most:
        raise Malformed(f"{data[0]!r} with {len(data) - 1} arguments")
    return (data[0], *(term(item, depth + 1) for item in data[1:]))


def name(data: Data) -> str:
    """The name of a variable."""
    if not isinstance(data, str) or len(data) > 40 or not NAME.fullmatch(data) or data.lower() in WORDS:
        raise Malformed(f"not a name: {str(data)[:60]!r}")
    return data


def relation(data: Data) -> Comparison:
    """A comparison of two terms."""
    sign, left, right = listed(data, "a relation", str, object, object)
    if sign not in SIGNS:
        raise Malformed(f"not a relation: {str(data)[:60]!r}")
    return (sign, term(left), term(right))


def domain(data: Data) -> tuple[Range, ...]:
    """A box: ranges with different names."""
    ranges = tuple(interval(item) for item in sequence(data))
    if len({r[0] for r in ranges}) < len(ranges):
        raise Malformed("one variable with two ranges")
    return ranges


def interval(data: Data) -> Range:
    """A range: a name, and two ends that are open, closed or infinite."""
    variable, opening, low, high, closing = listed(data, "a range", str, str, object, object, str)
    low, high = None if low == "-oo" else term(low), None if high == "oo" else term(high)
    if opening not in ("(", "[") or closing not in (")", "]"):
        raise Malformed(f"not a range: {str(data)[:60]!r}")
    if (low is None and opening == "[") or (high is None and closing == "]") or variable == "pi":
        raise Malformed("an infinite end that is closed, or pi as a variable")
    return (name(variable), opening, low, high, closing)


def density_of(law: Law) -> Term | None:
    """The term that the density of a law is at least at z and at -z, for z > 0, or None; a law's file may state it."""
    if law[0] == "density":
        return law[1]
    stated = LAW_FILES.get(law[0], {}).get("density")
    return None if stated is None else term(stated)


def law(data: Data) -> Law:
    """The law of one sample: a name and its numbers."""
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] not in LAWS:
        raise Malformed(f"not a law: {str(data)[:60]!r}")
    if len(data) - 1 != LAWS[data[0]]:
        raise Malformed(f"the law {data[0]} has {LAWS[data[0]]} numbers")
    return (data[0], *map(term, data[1:]))


def listed(data: Data, what: str, *kinds: type) -> list[Any]:
    """The items of a list of exactly these types; `object` is any, and no boolean is an integer."""
    if not isinstance(data, list) or len(data) != len(kinds):
        raise Malformed(f"not {what}: {str(data)[:60]!r}")
    if any(kind not in (object, type(item)) for item, kind in zip(data, kinds, strict=True)):
        raise Malformed(f"not {what}: {str(data)[:60]!r}")
    return data


def sequence(data: Data, most: int = 64, least: int = 0) -> list[Any]:
    """A list that is not absurdly long."""
    if not isinstance(data, list) or not least <= len(data) <= most:
        raise Malformed(f"not a list of {least} to {most} items: {str(data)[:60]!r}")
    return data


def integer(data: Data) -> int:
    """A JSON integer (never a boolean)."""
    if type(data) is not int or abs(data) > MAX_INTEGER:
        raise Malformed(f"not an integer of at most {MAX_INTEGER}: {str(data)[:60]!r}")
    return data


def judgement(data: Data, depth: int = 0) -> Judgement:
    """A judgement with exactly the fields of its form; tickets and counts are read by their own rules."""
    if not isinstance(data, dict) or not isinstance(data.get("form"), str) or data["form"] not in FORMS or depth > 2:
        raise Malformed(f"not a judgement: {str(data)[:60]!r}")
    fields = FORMS[data["form"]]
    if not fields:
        return data
    if set(data) != {"form", *fields}:
        raise Malformed(f"a judgement of the form {data['form']} has the fields {', '.join(fields)}")
    read: dict[str, Function] = {**READERS, "judgement": lambda inner: judgement(inner, depth + 1)}
    return {"form": data["form"], **{field: read[kind](data[field]) for field, kind in fields.items()}}


def several(read: Function) -> Function:
    """The reader of a list of such items."""
    return lambda data: tuple(read(item) for item in sequence(data))


def one_of(kind: str, words: Collection[str]) -> Function:
    """The reader of one of a few words."""

    def read(data: Data) -> str:
        if not isinstance(data, str) or data not in words:
            raise Malformed(f"the {kind} are one of {', '.join(words)}, not {str(data)[:60]!r}")
        return data

    return read


READERS: dict[str, Function] = {
    "term": term,
    "name": name,
    "relation": relation,
    "domain": domain,
    "integer": integer,
    "law": law,
}
READERS |= {"terms": several(term), "relations": several(relation), "integers": several(integer)}
READERS |= {kind: one_of(kind, words) for kind, words in TABLE["choices"].items()}


def names_in(item: object) -> set[str]:
    """The variables of a term or relation."""
    spend(30)
    if isinstance(item, str):
        return set() if item == "pi" else {item}
    if isinstance(item, tuple):
        return set().union(*(names_in(part) for part in item[1:]))
    return set()


def weight(item: object) -> int:
    """The number of parts of a term."""
    spend(20)
    return 1 + sum(map(weight, item[1:])) if isinstance(item, tuple) else 1


def substitute(item: Any, values: dict[Any, Any]) -> Any:
    """A term or relation with variables or other parts replaced, all at once."""
    old = [part for part in values if isinstance(part, tuple)]

    def within(item: Any) -> Any:
        spend(40)
        if not isinstance(item, tuple):
            return values.get(item, item)
        for part in old:
            if alike(part, item):
                return values[part]
        return (item[0], *map(within, item[1:]))

    return within(item)


def alike(first: object, second: object) -> bool:
    """Whether two terms are the same: they are looked at up to the first difference, and that is paid for."""
    if first is second or not (isinstance(first, tuple) and isinstance(second, tuple)):
        return first is second or first == second
    spend(10 + 10 * len(first))
    return len(first) == len(second) and all(map(alike, first, second))


def inequality(ranges: Iterable[Range], hypotheses: Iterable[Comparison], conclusion: Comparison) -> Judgement:
    """The inequality judgement of these parts."""
    domain, given = tuple(ranges), tuple(hypotheses)
    return {"form": "inequality", "domain": domain, "hypotheses": given, "conclusion": conclusion}


def closed(item: object, ranges: Iterable[Range], what: str) -> None:
    """Reject a term that holds a variable without a range: it would say nothing."""
    free = names_in(item) - {r[0] for r in ranges}
    if free:
        raise Malformed(f"no range is given for {', '.join(sorted(free))} in {what}")


def agree(first: Judgement, second: Judgement) -> bool:
    """Whether two judgements are the same."""
    return first.keys() == second.keys() and all(alike(first[field], second[field]) for field in first)
