"""The lower bound: packings, volumes, how many functions masks can make, and the average over all targets.

A function is near the matrix W when it is within the closeness of x -> Wx on the Euclidean unit ball; the
distance of two matrices is the spectral norm of their difference.  Logarithms here are natural, bits binary.
"""

from fractions import Fraction

from errors import Malformed, Rejected
from syntax import closed, expect, inequality, names_in, substitute

ZERO, ONE, TWO = Fraction(0), Fraction(1), Fraction(2)


def obliged(goal, premises, *conclusions):
    """The remaining premises must be exactly these conclusions on the domain of a goal that names no other variable.

    W and x are the matrix and the input of the words, and no variables.
    """
    if {"W", "x"} & {r[0] for r in goal["domain"]}:
        raise Malformed("W and x are names of the words, not of variables")
    for field, item in goal.items():
        if field not in ("form", "domain"):
            closed(item, goal["domain"], f"the {field}")
    expect(premises, [inequality(goal["domain"], (), conclusion) for conclusion in conclusions])


def take(goal, premises, *forms):
    """The first premises, which must be of these forms and speak of the goal's domain."""
    found, rest = premises[: len(forms)], premises[len(forms) :]
    if [p["form"] for p in found] != list(forms) or any(p["domain"] != goal["domain"] for p in found):
        raise Rejected(f"the rule needs premises of the forms {', '.join(forms)} on the goal's domain first")
    return found, rest


def agree(*pairs):
    """Reject unless the parts of each pair are the same term."""
    if any(first != second for first, second in pairs):
        raise Rejected("the parts of the premises and of the goal do not fit together")


def volume_packing(goal, premises):
    """Balls of radius s around a maximal set cover the unit ball: the number times s^dimension is at least 1."""
    s = goal["separation"]
    volume = ("*", goal["count"], ("^", s, goal["dimension"]))
    obliged(goal, premises, ("<", ZERO, s), ("<=", volume, ONE))


def triangle(goal, premises):
    """|Wx - W'x| <= |Wx - f(x)| + |f(x) - W'x|, and the spectral norm is the supremum over the unit ball."""
    obliged(goal, premises, ("<=", ("*", TWO, goal["closeness"]), goal["diameter"]))


def brunn_minkowski(goal, premises):
    """The volume of C is at most that of (C - C)/2, which lies in the ball of half the diameter."""
    size = goal["diameter"]
    obliged(goal, premises, ("<", ZERO, size), ("<=", ("^", ("/", size, TWO), goal["dimension"]), goal["share"]))


def average(goal, premises):
    """The mean over the targets of the chance to be near a function is at most 2^bits times the share of one."""
    share, least = goal["share"], ("*", ("^", TWO, goal["bound"]), goal["share"])
    obliged(goal, premises, ("<", ZERO, share), ("<=", least, goal["success"]))


def enough(goal, counting, closeness):
    """The goal says what the counting does, of the same numbers."""
    agree((goal["success"], counting["success"]), (goal["closeness"], closeness))
    agree((goal["conclusion"], (">=", counting["bits"], counting["bound"])))


def over_ball(goal, premises):
    """Average over the unit ball of the spectral norm: one function is near a set of small diameter."""
    (near, volume, counting), rest = take(goal, premises, "diameter", "volume", "counting")
    agree((volume["dimension"], ("^", goal["size"], TWO)), (volume["diameter"], near["diameter"]))
    agree((counting["share"], volume["share"]), (counting["bits"], goal["bits"]))
    enough(goal, counting, near["closeness"])
    obliged(goal, rest)


def over_packing(goal, premises):
    """Average over a maximal set of points farther apart than the diameter: one function is near at most one."""
    (near, packing, counting), rest = take(goal, premises, "diameter", "packing", "counting")
    agree((packing["dimension"], ("^", goal["size"], TWO)), (packing["separation"], near["diameter"]))
    agree((counting["share"], ("/", ONE, packing["count"])), (counting["bits"], goal["bits"]))
    enough(goal, counting, near["closeness"])
    obliged(goal, rest)


def least_value(goal, premises):
    """A variable below the term W >= 0 would be s*W with s in [0, 1), where the bits fall short of their bound.

    A goal whose domain names s besides has no such premise, for that would name it twice.
    """
    (known,), rest = take(goal, premises, "pruning")
    agree(*((known[field], goal[field]) for field in ("size", "closeness", "success", "bits")))
    sign, bits, bound = known["conclusion"]
    above, variable, least = goal["conclusion"]
    low = {r[0]: r[2] for r in goal["domain"]}.get(variable)
    if (sign, above, bits) != (">=", ">=", known["bits"]) or not isinstance(low, Fraction) or low < 0:
        raise Rejected("a variable that is never negative, and bits, must be bounded from below")
    if variable in names_in(("-", least, bound)):
        raise Rejected("the bounds must not speak of the variable")
    others, unit = tuple(r for r in goal["domain"] if r[0] != variable), ("s", "[", ZERO, ONE, ")")
    conclusion = ("<", substitute(bits, {variable: ("*", "s", least)}), bound)
    closed(goal["conclusion"], goal["domain"], "the conclusion")
    expect(rest, [inequality((*others, unit), (), conclusion)])


def units_bits(size, hidden):
    """Of the masks of a hidden unit, all with an empty in-mask or out-mask make the zero function."""
    one_side = ("-", ("^", TWO, size), ONE)
    return ("/", ("*", hidden, ("log", ("+", ("^", one_side, TWO), ONE))), ("log", TWO))


def columns_bits(size, hidden):
    """Bits of the values at s_j e_j, s_j the sign that fewer first-layer weights of input j have.

    A unit with m weights of the chosen signs makes one of (2^m - 1)(2^size - 1) + 1 contributions; the logarithm is
    concave in m, and the m of all units sum to at most hidden*size/2, so m = size/2 everywhere is the worst.
    """
    half = ("-", ("^", TWO, ("/", size, TWO)), ONE)
    each = ("+", ("*", half, ("-", ("^", TWO, size), ONE)), ONE)
    return ("/", ("*", hidden, ("log", each)), ("log", TWO))


def masks_of_units(goal, premises):
    """Count the functions of a hidden unit; the units are added up."""
    obliged(goal, premises, ("<=", units_bits(goal["size"], goal["hidden"]), goal["bits"]))


def sign_columns(goal, premises):
    """Count the values at the signed unit vectors."""
    obliged(goal, premises, ("<=", columns_bits(goal["size"], goal["hidden"]), goal["bits"]))


def by_units(goal, premises):
    """A two-layer network makes no more functions than its units; the rest is the average over all targets."""
    (units, pruning), rest = take(goal, premises, "units", "pruning")
    agree((units["size"], goal["size"]), (units["hidden"], goal["hidden"]), (units["bits"], pruning["bits"]))
    agree(*((pruning[field], goal[field]) for field in ("size", "closeness", "success", "conclusion")))
    obliged(goal, rest)


def by_columns(goal, premises):
    """Column j of a target near f is within the closeness of s_j f(s_j e_j): a product of d Euclidean balls.

    The spectral unit ball has the volume of the product over m < d of w(d+m)/w(m), w(k) that of the unit ball of
    R^k (a column x leaves (I - xx')^(1/2) times a matrix with one column less); w(d) w(m) <= 2^((d+m)/2) w(d+m),
    because the product of balls of radius 2^(-1/2) is inside the ball.  So the share is at most the one below.
    """
    (columns, counting), rest = take(goal, premises, "columns", "counting")
    d, eps = goal["size"], goal["closeness"]
    agree((columns["size"], d), (columns["hidden"], goal["hidden"]), (columns["bits"], counting["bits"]))
    enough(goal, counting, eps)
    excess = ("^", TWO, ("*", Fraction(3, 4), ("*", d, ("-", d, ONE))))
    obliged(goal, rest, ("<=", ("*", excess, ("^", eps, ("^", d, TWO))), counting["share"]))
