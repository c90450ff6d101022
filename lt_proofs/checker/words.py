"""Judgements in plain English, from the data that was checked and from nothing else."""

from fractions import Fraction

LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


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


def series(terms):
    """Terms separated by commas."""
    return ", ".join(map(formula, terms))


def compare(relation):
    """A relation as a formula."""
    return f"{formula(relation[1])} {relation[0]} {formula(relation[2])}"


def place(j):
    """The domain and the hypotheses of a judgement."""
    ranges = [
        f"{r[0]} in {r[1]}{'-oo' if r[2] is None else formula(r[2])}, {'oo' if r[3] is None else formula(r[3])}{r[4]}"
        for r in j["domain"]
    ]
    return ", ".join(ranges) + given(j)


def given(j):
    """The hypotheses of a judgement."""
    return f" with {' and '.join(map(compare, j['hypotheses']))}" if j.get("hypotheses") else ""


WORDS = {
    "inequality": lambda j: (
        f"{f'For all {place(j)}: ' if j['domain'] else ''}both sides are defined and {compare(j['conclusion'])}."
    ),
    "lattice": lambda j: (
        f"Colour two rows of {len(j['weights'])} cells of weights {series(j['weights'])} in any way. Among the pairs "
        f"(i, j) of cells of different colour, i in the first row and j in the second, those with -{j['reach']} <= "
        f"i - j <= {j['reach'] - 1} have a sum of w_i w_j/(w_i + w_j) of at least {formula(j['share'])} times the sum "
        "of w_i w_j over all of them."
    ),
    "grid-cut": lambda j: (
        f"For every set of a of the M points of a grid, M in {{{', '.join(map(str, j['points']))}}}, and every radius "
        f"r in {{{series(j['radii'])}}}{given(j)}: at least {formula(j['bound'])} pairs of a point of the set and a "
        "point outside it are at most r apart."
    ),
    "cut": lambda j: (
        f"For every measurable set A of measure a inside [0, {formula(j['length'])}], {place(j)}: the pairs of a point "
        f"of A and a point of the rest that are at most {formula(j['radius'])} apart have measure at least "
        f"{formula(j['bound'])}."
    ),
    "contraction": lambda j: (
        f"For all {place(j)} and every random V with {j['variable']} <= V, V <= each of {series(j['ceilings'])}, and "
        f"mean E V >= {j['variable']} + {formula(j['drift'])}: with g({j['variable']}) = {formula(j['potential'])}, "
        f"E g(V) <= ({formula(j['factor'])}) g({j['variable']})."
    ),
    "not": lambda j: f"It is false that: {sentence(j['statement'])}",
    "ticket": lambda _j: "The ticket of this folder is what its certificate says.",
}


def sentence(j):
    """Any judgement."""
    return WORDS[j["form"]](j)
