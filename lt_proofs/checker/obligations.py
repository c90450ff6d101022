"""What rules share: closed goals, premises used at other points, obligations on the domain of a goal."""

from fractions import Fraction

from errors import Malformed, Rejected
from syntax import TABLE, closed, inequality, names_in, substitute, term
from syntax import name as read_name

ZERO, HALF, ONE, TWO = Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)
BOUND = {kind: tuple(row.get("binds", "")) for kind, row in TABLE["laws"].items()}  # the names that a law binds
RESERVED = {key: row.get("reserves", "") for rows in (TABLE["forms"], TABLE["laws"]) for key, row in rows.items()}


def about(goal, *conclusions, ranges=(), given=()):
    """These conclusions on the goal's domain under its hypotheses, with more ranges and hypotheses where named."""
    domain, hypotheses = (*goal["domain"], *ranges), (*goal["hypotheses"], *given)
    if len({r[0] for r in domain}) < len(domain):
        raise Malformed("a variable that the rule needs for itself has a range in the goal")
    return [inequality(domain, hypotheses, conclusion) for conclusion in conclusions]


def lies_in(premise, goal, at, given=()):
    """That every point of the goal's domain, with variables replaced as `at` says, is in the premise's domain."""
    asked = []
    for r in premise["domain"]:
        variable, opening, low, high, closing = r
        x = at.get(variable, variable)
        if x == variable and r in goal["domain"]:
            continue
        asked += [] if low is None else [("<" if opening == "(" else "<=", low, x)]
        asked += [] if high is None else [("<" if closing == ")" else "<=", x, high)]
    known = (*goal["hypotheses"], *given)
    asked += [h for h in (substitute(h, at) for h in premise.get("hypotheses", ())) if h not in known]
    return about(goal, *asked, given=given)


def replacements(data, forbidden=()):
    """The terms that a rule puts for variables of a premise; those that the rule itself moves stand on no side."""
    if not isinstance(data, dict) or len(data) > 16:
        raise Malformed("replacements are a table of at most 16 terms")
    found = {read_name(key): term(text) for key, text in data.items()}
    if set(found).union(*map(names_in, found.values())) & {"pi", "v", "z", *forbidden}:
        raise Malformed(f"replacements neither replace nor put {', '.join(('v', 'z', *forbidden))} or replace pi")
    return found


def well_formed(goal, free=None):
    """Reject a goal with a term that holds a variable without a range, but for the `free` ones of a field."""
    taken = RESERVED.get(goal.get("form"), "") + RESERVED.get(goal.get("law", ("",))[0], "")
    if {r[0] for r in goal["domain"]} & set(taken):
        raise Malformed(f"the words of this judgement use {' and '.join(taken)} themselves")
    for end in (end for r in goal["domain"] for end in r[2:4] if end is not None):
        closed(end, (), "the end of a range")
    for field, item in goal.items():
        if field not in ("form", "domain", *TABLE["choices"]):
            extra = BOUND.get(item[0], ()) if field == "law" else (free or {}).get(field, ())
            loose = tuple((name, "(", None, None, ")") for name in extra)
            for part in item if field == "hypotheses" else (item,):
                closed(part if field != "law" else ("law", *part[1:]), (*goal["domain"], *loose), f"the {field}")


def take(premises, *forms):
    """The first premises, which must be of these forms."""
    found = premises[: len(forms)]
    if [premise["form"] for premise in found] != list(forms):
        raise Rejected(f"the rule needs premises of the forms {', '.join(forms)} first")
    return found
