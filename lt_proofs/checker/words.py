"""Judgements in plain English, from the data that was checked and from nothing else."""

from fractions import Fraction
from functools import partial

from syntax import FORMS

LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}

WORDS = {
    "inequality": "{place}both sides are defined and {conclusion}.",
    "lattice": (
        "Colour two rows of {cells} cells of weights {weights} in any way. Among the pairs (i, j) of cells of "
        "different colour, i in the first row and j in the second, those with -{reach} <= i - j <= {last} have a sum "
        "of w_i w_j/(w_i + w_j) of at least {share} times the sum of w_i w_j over all of them."
    ),
    "grid-cut": (
        "For every set of a of the M points of a grid, M in {{{points}}}, and every radius r in {{{radii}}}{given}: "
        "at least {bound} pairs of a point of the set and a point outside it are at most r apart."
    ),
    "cut": (
        "For every measurable set A of measure a inside [0, {length}], {domain}{given}: the pairs of a point of A "
        "and a point of the rest that are at most {radius} apart have measure at least {bound}."
    ),
    "contraction": (
        "For all {domain} and every random V with {variable} <= V, V <= each of {ceilings}, and mean E V >= "
        "{variable} + {drift}: with g({variable}) = {potential}, E g(V) <= ({factor}) g({variable})."
    ),
    "not": "It is false that: {statement}",
    "ticket": "The ticket of this folder is what its certificate says.",
    "counts": "Trials of a campaign have these successes, and their probabilities these intervals.",
}


def sentence(j):
    """Any judgement."""
    parts = {field: SPOKEN[kind](j[field]) for field, kind in FORMS[j["form"]].items()}
    hypotheses = parts.get("hypotheses")
    parts["given"] = f" with {hypotheses}" if hypotheses else ""
    if j["form"] == "inequality":
        alone = f"If {hypotheses}: " if hypotheses else ""
        parts["place"] = "For all {domain}{given}: ".format(**parts) if j["domain"] else alone
    if j["form"] == "lattice":
        parts |= {"cells": len(j["weights"]), "last": j["reach"] - 1}
    return WORDS[j["form"]].format(**parts)


def formula(term, level=0):
    """A term as a formula."""
    if isinstance(term, Fraction):
        return f"({term})" if level > 1 and not str(term).isdigit() else str(term)
    if isinstance(term, str):
        return term
    head, *args = term
    if head not in LEVEL:
        return f"{head}({series(args)})"
    own = LEVEL[head]
    if head == "-" and len(args) == 1:
        text = "-" + formula(args[0], 3)
    else:
        first = formula(args[0], own if head != "^" else own + 1)
        text = f" {head} ".join([first, *(formula(arg, own + (head not in "+*")) for arg in args[1:])])
    return f"({text})" if own < level else text


def series(items, spoken=formula, between=", "):
    """Items one after the other."""
    return between.join(map(spoken, items))


def compare(relation):
    """A relation as a formula."""
    return f"{formula(relation[1])} {relation[0]} {formula(relation[2])}"


def interval(r):
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
    "name": str,
    "judgement": sentence,
}
