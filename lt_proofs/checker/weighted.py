"""Weighted coverage: cells near the middle of the window count more, and the potential shrinks faster."""

from fractions import Fraction

from errors import Rejected
from obligations import ONE, TWO, ZERO, about, take, well_formed
from points import value
from syntax import expect, term


def weighted(goal, premises, data):
    """Coverage of [-1, 1] by U[-1, 1] from a lattice of 2k cells of weights w_i, with sum S.

    m(K) is the integral over K of w_i k/S.  By Cauchy-Schwarz E[1/m(K')] <= 1/m(K) - Q/m(K)^2 with Q the integral
    over y in K, z outside of the density of z - y times the harmonic sum of their weights; pairing up the offsets in
    the cells, the lattice says Q >= h m(K) (1 - m(K)), h = share S/(2k).  So g = 1/m - 1 shrinks by 1 - h, and
    Markov's inequality does the rest: m(K_0) >= 2 s c k/S, c the lesser weight in the middle, and a gap of length e
    has m >= e (least weight) k/S.
    """
    (rows,) = take(premises, "lattice")
    well_formed(goal)
    weights, reach = [value(w, {}) for w in rows["weights"]], rows["reach"]
    if goal["law"] != ("uniform", ONE) or goal["length"] != TWO or len(weights) != 2 * reach:
        raise Rejected("the law uniform on [-1, 1], that window, and twice as many cells as they reach are needed")
    start, rest, ratio = (term(data.get(hint)) for hint in ("start", "rest", "ratio"))
    well_formed({"domain": goal["domain"], "start": start, "rest": rest, "ratio": ratio})
    unit = Fraction(reach) / sum(weights)
    shrinks = 1 - value(rows["share"], {}) / (2 * unit)
    if not 0 < shrinks < 1:
        raise Rejected("the share must make a factor between 0 and 1")
    first = ("*", 2 * unit * min(weights[reach - 1 : reach + 1]), start)
    gap = ("*", unit * min(weights), rest)
    asked = about(
        goal, ("<", ZERO, start), ("<=", start, Fraction(1, reach)), ("<", ZERO, rest), ("<=", rest, ONE),
        ("<=", ("+", start, rest), goal["tolerance"]), ("<", ZERO, goal["failure"]),
        ("<=", ("*", ("-", ONE, first), ("-", ONE, gap)), ("*", ratio, goal["failure"], first, gap)),
        ("<=", ("log", ratio), ("*", goal["samples"], ("-", ("log", shrinks)))),
    )  # fmt: skip
    expect(premises[1:], asked)
