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
    "packing": (
        "For all {domain} for which {dimension} is a whole number: in every norm on a real space of dimension "
        "{dimension}, each maximal set of points of the unit ball that are pairwise more than {separation} apart has "
        "at least {count} points."
    ),
    "diameter": (
        "For all {domain}: any two square matrices W whose maps x -> Wx are within {closeness} of one and the same "
        "function on the Euclidean unit ball are at most {diameter} apart in the spectral norm."
    ),
    "volume": (
        "For all {domain} for which {dimension} is a whole number: in every norm on a real space of dimension "
        "{dimension}, a set of diameter at most {diameter} has at most {share} times the volume of the unit ball."
    ),
    "counting": (
        "For all {domain}: let each draw of a random network offer at most 2^({bits}) functions, each of them near at "
        "most the share {share} of the targets in some probability measure. If each target has a chance of at least "
        "{success} that a function near it is offered, then {bits} >= {bound}."
    ),
    "units": (
        "For all {domain} with {size} and {hidden} whole numbers from 1 on: masks make at most 2^({bits}) different "
        "functions of any one bias-free two-layer ReLU network with {size} inputs, {hidden} hidden units and {size} "
        "outputs."
    ),
    "columns": (
        "For all {domain} with {size} and {hidden} whole numbers from 1 on, and any one bias-free two-layer ReLU "
        "network with {size} inputs, {hidden} hidden units and {size} outputs: there are signs, one for each unit "
        "vector, such that under all masks the values at the signed unit vectors are at most 2^({bits}) different "
        "ones."
    ),
    "pruning": (
        "For all {domain} for which {size} is a whole number from 1 on: let a random network, of any architecture and "
        "any distribution, have at most 2^({bits}) prunings. If for every {size} x {size} matrix W of spectral norm at "
        "most 1 the chance is at least {success} that some pruning is within {closeness} of x -> Wx on the Euclidean "
        "unit ball, then {conclusion}."
    ),
    "two-layer": (
        "For all {domain} with {size} and {hidden} whole numbers from 1 on: let a bias-free two-layer ReLU network "
        "with {size} inputs, {hidden} hidden units and {size} outputs have random weights of any distribution. If for "
        "every {size} x {size} matrix W of spectral norm at most 1 the chance is at least {success} that some masks "
        "make it a function within {closeness} of x -> Wx on the Euclidean unit ball, then {conclusion}."
    ),
    "matrices": (
        "There are {count} real {size} x {size} matrices of spectral norm at most 1 that are pairwise more than "
        "{separation} apart in that norm."
    ),
    "masks": (
        "Take the bias-free two-layer ReLU network with {size} inputs and outputs whose hidden units have the rows "
        "({first}) of the first layer and the columns ({second}) of the second, in units of {unit}. Its masks make "
        "exactly {functions} different functions; of the {size} x {size} matrices of spectral norm at most 1 whose "
        "entries are multiples of 1/{cells}, exactly {reached} are within {closeness} of one of them on the Euclidean "
        "unit ball."
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
