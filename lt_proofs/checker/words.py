"""Judgements in plain English, from the data that was checked and from nothing else."""

from fractions import Fraction
from functools import partial

from syntax import FORMS

LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
BESIDE = {"failure", "tolerance", "error", "share"}  # 1 - failure, error |x|

WORDS = {
    "inequality": "{place}both sides are defined and {conclusion}.",
    "flow": (
        "Cut a window of length {length} into {cells} cells of weights {weights}, give each cell its weight evenly and "
        "the window the weight 1. For {law} and every measurable K of weight m in the window: the mean over X of the "
        "integral over the points y of K, for which y + X is in the window and not in K, of w |1 - (1 + u/w)^(-"
        "({power}))|, w and u the densities of weight at y and y + X, is at least {profile} in 1, m and m^2."
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
    "drift": (
        "For all {domain}{given}, {law}, every interval W of length {length} and every measurable K in W that covers "
        "the fraction v of W: K u ((K + X) n W) covers on average at least the fraction v + {gain}."
    ),
    "grid-drift": (
        "For every window of M points, M in {{{points}}}, every r in {{{radii}}}, X uniform on the integers from -r to "
        "r, and every set K of a fraction v of the points: K u ((K + X) n window) holds on average at least the "
        "fraction v + {gain}."
    ),
    "chain": (
        "A window of M = {points} points, X_i uniform on the integers from -{reach} to {reach}, K_0 its middle point, "
        "K_i = K_(i-1) u ((K_(i-1) + X_i) n window): for each n in {{{samples}}}, K_n is not the whole window with "
        "probability at most {bound}."
    ),
    "cover": (
        "For all {domain}{given}, {law}, and every whole n >= {samples}: with probability at least 1 - {failure}, "
        "every z in [-L/2, L/2], L = {length}, is within {tolerance} of the sum of a part of n independent samples."
    ),
    "layer": (
        "For all {domain}{given}, whole numbers of inputs {inputs} and of outputs {outputs}, and every whole n >= "
        "{units}: take n hidden units for each input, with independent weights as in {law} (a before the unit, b after "
        "it). With probability at least 1 - {failure}, for all matrices W with entries in [-1, 1] at once there are "
        "masks with which the two random layers differ from W x by at most {tolerance} |x| for every x."
    ),
    "composition": (
        "For all {domain}{given}, a whole depth {depth}, matrices W_i of norm at most 1 and maps G_i with |W_i x - "
        "G_i(x)| <= {error} |x| for every x: W_l s(... s(W_1 x)) and G_l(s(... s(G_1(x)))), s = max(0, .), differ by "
        "less than {bound} for every |x| <= 1."
    ),
    "network": (
        "For all {domain}{given}, a whole depth {depth} and all widths d_0, d_1, ...: give layer i a whole number n_i "
        ">= {units} of hidden units for each of its inputs, {inputs} = d_(i-1) and {outputs} = d_i, with independent "
        "weights as in {law}. With probability at least 1 - {failure}, for all f(x) = W_l s(... s(W_1 x)) with norms "
        "|W_i| <= 1 at once, s = max(0, .), the random network of twice the depth has masks with which it differs from "
        "f by less than {error} for every |x| <= 1."
    ),
    "propagation": (
        "Let S = 0 and G = 1, and for one layer after the other (W in the target, V in the ticket, s = max(0, .) in "
        "between, w >= |W|, p >= |W - V|, q >= |V|; V may depend on the signs of its input) put s = S, g = G, then "
        "S = {error} and G = {growth}. At each layer the two outputs differ by at most S for every |x| <= 1."
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
    "counts": "Intervals for probabilities follow from the successes that a campaign counted in random trials.",
}


def sentence(j):
    """Any judgement."""
    parts = {field: SPOKEN[kind](j[field]) for field, kind in FORMS[j["form"]].items()}
    parts |= {field: beside(j[field]) for field in BESIDE & j.keys()}
    hypotheses = parts.get("hypotheses")
    parts["given"] = f" with {hypotheses}" if hypotheses else ""
    if j["form"] == "inequality":
        alone = f"If {hypotheses}: " if hypotheses else ""
        parts["place"] = "For all {domain}{given}: ".format(**parts) if j["domain"] else alone
    parts |= {"cells": len(j["weights"])} if "weights" in parts else {}
    return WORDS[j["form"]].format(**parts).replace("For all , ", "For ")


def beside(term):
    """A term as it stands beside a sign or a factor: a sum in brackets."""
    return formula(term, 2 * isinstance(term, tuple))


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


LAWS = {
    "uniform": "X uniform on [-{0}, {0}]",
    "product": "X = b a with a uniform on [0, 1] and b on [-1, 1]",
    "gadget": "X = b max(0, a) with a and b uniform on [-1, 1]",
    "contains": "X of any law that contains with weight {0} the uniform one on [-{1}, {1}]",
    "any": "X of any law for which such a window of fraction v gains at least {0}",
    "density": "X of any law with a density at each z and -z, z >= 0, of at least {0}",
    "odd-uniform": "X uniform on ~{0} in [-1, 1]",
    "odd-product": "X = b a with a uniform on ~{0} in [0, 1] and b on ~{1} in [-1, 1]",
    "odd-gadget": "X = b max(0, a) with a uniform on ~{0} in [-1, 1] and b on ~{1} in [-1, 1]",
}


def law(item):
    """The law of one sample; a grid of step 0 is no grid."""
    kind, *numbers = item
    text = LAWS[kind].format(*map(beside, numbers))
    return text.replace("~0 in ", "").replace("~", "the odd multiples of ")


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
    "law": law,
    "name": str,
    "judgement": sentence,
}
