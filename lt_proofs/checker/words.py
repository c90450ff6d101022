"""Judgements in plain English, from the data that was checked and from nothing else."""

from fractions import Fraction

RELATIONS = {"<=": "<=", "<": "<", ">=": ">=", ">": ">", "=": "="}
LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


def formula(term, level=0):
    """A term as a formula."""
    if isinstance(term, Fraction):
        text = str(term)
        return f"({text})" if level > 1 and not text.isdigit() else text
    if isinstance(term, str):
        return term
    head, *args = term
    if head not in LEVEL:
        return f"{head}({', '.join(formula(arg) for arg in args)})"
    own = LEVEL[head]
    if head == "-" and len(args) == 1:
        text = "-" + formula(args[0], 3)
    else:
        strict = 0 if head in "+*" else 1
        first = formula(args[0], own if head != "^" else own + 1)
        text = f" {head} ".join([first, *(formula(arg, own + strict) for arg in args[1:])])
    return f"({text})" if own < level else text


def compare(relation):
    """A relation as a formula."""
    sign, left, right = relation
    return f"{formula(left)} {RELATIONS[sign]} {formula(right)}"


def ranges(domain):
    """A box in words."""
    texts = []
    for name, opening, low, high, closing in domain:
        low_text = "-oo" if low is None else formula(low)
        high_text = "oo" if high is None else formula(high)
        texts.append(f"{name} in {opening}{low_text}, {high_text}{closing}")
    return ", ".join(texts)


def given(hypotheses):
    """Hypotheses in words, or nothing."""
    return f" with {' and '.join(compare(h) for h in hypotheses)}" if hypotheses else ""


def inequality(j):
    """An inequality on a box."""
    place = f"For all {ranges(j['domain'])}{given(j['hypotheses'])}: " if j["domain"] else ""
    return f"{place}both sides are defined and {compare(j['conclusion'])}."


def lattice(j):
    """The two-row lattice."""
    weights = ", ".join(formula(w) for w in j["weights"])
    cells = len(j["weights"])
    return (
        f"Colour two rows of {cells} cells of weights {weights} in any way. Among the pairs (i, j) of cells of "
        f"different colour, i in the first row and j in the second, those with -{j['reach']} <= i - j <= "
        f"{j['reach'] - 1} have a sum of w_i w_j/(w_i + w_j) of at least {formula(j['share'])} times the sum "
        f"of w_i w_j over all of them."
    )


def grid_cut(j):
    """The cut of grid sets."""
    points = ", ".join(map(str, j["points"]))
    radii = ", ".join(formula(r) for r in j["radii"])
    return (
        f"For every set of a of the M points of a grid, M in {{{points}}}, and every radius r in {{{radii}}}"
        f"{given(j['hypotheses'])}: at least {formula(j['bound'])} pairs of a point of the set and a point "
        f"outside it are at most r apart."
    )


def cut(j):
    """The cut of measurable sets."""
    return (
        f"For every measurable set A of measure a inside [0, {formula(j['length'])}], {ranges(j['domain'])}"
        f"{given(j['hypotheses'])}: the pairs of a point of A and a point of the rest that are at most "
        f"{formula(j['radius'])} apart have measure at least {formula(j['bound'])}."
    )


def contraction(j):
    """The contraction of a potential."""
    v = j["variable"]
    ceiling = ", ".join(formula(u) for u in j["ceilings"])
    top = f"min({ceiling})" if len(j["ceilings"]) > 1 else ceiling
    return (
        f"For all {ranges(j['domain'])} and every random V with {v} <= V <= {top} and mean E V >= {v} + "
        f"{formula(j['drift'])}: with g({v}) = {formula(j['potential'])}, E g(V) <= ({formula(j['factor'])}) g({v})."
    )


def sentence(j):
    """Any judgement."""
    if j["form"] == "not":
        return f"It is false that: {sentence(j['statement'])}"
    if j["form"] == "ticket":
        return "The ticket of this folder is what its certificate says."
    return {
        "inequality": inequality,
        "lattice": lattice,
        "grid-cut": grid_cut,
        "cut": cut,
        "contraction": contraction,
    }[j["form"]](j)
