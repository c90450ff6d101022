"""Laws, numbers of samples and small networks that refute a contraction, a covering or a composition."""

from __future__ import annotations

from fractions import Fraction

from errors import Malformed, Rejected, afford, size, spend, work
from inequalities.points import admissible, exact, exact_point, holds, value
from inequalities.syntax import LAW_FILES, listed, sequence
from shapes import Data, Judgement
from theorems.finite import MAX_CHAIN, MAX_SAMPLES, uncovered
from theorems.obligations import ONE, TWO, ZERO
from theorems.probability import speaks_of_its_variable

# how likely a sample is not to be above 0
NOT_POSITIVE = {kind: Fraction(row["not_positive"]) for kind, row in LAW_FILES.items()}
# the factors by which a sample shrinks the potential (1 - v)/v in expectation (Mathematics 2.6 and 2.13)
SHRINKS = {"uniform": Fraction(3, 4), "product": Fraction(7, 8), "gadget": Fraction(15, 16)}

SHAPE = ("inputs", "outputs", "depth", "taps", "groups", "reads")


def refuted_contraction(statement: Judgement, data: dict[str, Data]) -> None:
    """A point of the domain and a finite law of V there that breaks the contraction."""
    point = exact_point(data.get("point"))
    law = [listed(atom, "a pair [value, probability]", str, str) for atom in sequence(data.get("law"), least=1)]
    law = [(exact(x), exact(p)) for x, p in law]
    v = speaks_of_its_variable(statement)
    admissible(statement, point)
    ceiling = min(value(u, point) for u in statement["ceilings"])
    mean = sum(x * p for x, p in law)
    if sum(p for _, p in law) != 1 or min(p for _, p in law) < 0 or any(not point[v] <= x <= ceiling for x, _ in law):
        raise Rejected("these are no probabilities, or a value is out of reach")
    if mean < point[v] + value(statement["drift"], point):
        raise Rejected("the mean of the law is less than the drift asks for")
    expected = sum(p * value(statement["potential"], {**point, v: x}) for x, p in law)
    if expected <= value(statement["factor"], point) * value(statement["potential"], point):
        raise Rejected("the law does not refute the contraction")


def refuted_process(statement: Judgement, data: dict[str, Data]) -> None:
    """A number of samples for which the exact probability is above the bound."""
    n = data.get("n")
    if type(n) is not int or n not in statement["samples"] or not 0 <= n <= MAX_SAMPLES:
        raise Malformed("the counterexample names no number of samples of the statement")
    points, reach = statement["points"], statement["reach"]
    if not 2 <= points <= MAX_CHAIN or not 1 <= reach <= points:
        raise Rejected("the window is too large to be gone through")
    *_, (ways, total) = uncovered(points, reach, n)
    if holds(("<=", Fraction(ways, total), statement["bound"]), {"n": Fraction(n), "M": Fraction(points)}):
        raise Rejected("the probability does not exceed the bound")


def refuted_cover(statement: Judgement, data: dict[str, Data]) -> None:
    """A point and a whole n with too few subset sums for the window, or too likely to have no sample above 0.

    For a network this is about its first layer and depth 1, or with "layer": 2 in the data about depth 2, all widths 1
    and the map x -> x: if the second layer has no product above 0, its output at 1 is at most 0.
    """
    layer = data.get("layer", 1)
    if type(layer) is not int or layer not in ((1, 2) if "later" in statement else (1,)):
        raise Malformed("the layer is 1, or 2 of a network")
    size = "samples" if statement["form"] == "cover" else ("units", "later")[layer - 1]
    point = exact_point(data.get("point"))
    n = data.get("n")
    if type(n) is not int or not 0 <= n <= 4096:
        raise Malformed("n is a whole number up to 4096")
    admissible(statement, point)
    one = {field: value(statement[field], point) for field in SHAPE if field in statement}
    at = {**point, "n": n * ONE} if size == "samples" else point
    tolerance = value(statement["error" if "error" in statement else "tolerance"], at)
    length = value(statement["length"], point) if size == "samples" else TWO
    law, *reach = statement["law"]
    known = law in (NOT_POSITIVE if size == "samples" else ("gadget",)) and all(value(r, point) > 0 for r in reach)
    if not known or length < 0:
        raise Rejected("only statements about a law that is known, and a window, are refuted here")
    reached, total = NOT_POSITIVE[law].as_integer_ratio()
    few = layer == 1 and 2**n * 2 * tolerance < length and value(statement["failure"], point) < 1
    low = 2 * tolerance < length and reached**n > value(statement["failure"], point) * total**n
    plain = all(x == (layer if field == "depth" else 1) for field, x in one.items())
    if not plain or not holds(("<=", statement[size], n * ONE), point) or not (few or low):
        raise Rejected("so many samples do not refute the statement, or it is not about one weight at this point")


def refuted_uncovered(statement: Judgement, data: dict[str, Data]) -> None:
    """A tolerance with which 0 alone covers the window, or so many samples on [-1, 1] that theorem r4 covers it."""
    length, tolerance, chance, samples = (value(statement[x], {}) for x in ("length", "tolerance", "chance", "samples"))
    if data.get("by") not in ("tolerance", "samples"):
        raise Malformed("the counterexample is by its tolerance or by its samples")
    if data["by"] == "tolerance":
        if not (0 < length <= 2 * tolerance and chance >= 0):
            raise Rejected("the tolerance is less than half the window")
        return
    kind, *radius = statement["law"]
    rate = SHRINKS.get(kind)
    if rate is None or any(value(r, {}) != 1 for r in radius) or length != 2 or not 0 < tolerance < 1:
        raise Rejected("theorem r4 is about the laws of record on [-1, 1]")
    if samples.denominator != 1 or not 0 <= samples <= MAX_SAMPLES * 16:
        raise Rejected("the number of samples is not a whole number of a fair size")
    afford(int(samples) * 8)
    spend(work(4 * int(samples), 4 * int(samples)))
    if 8 * rate ** int(samples) > chance * tolerance**2:
        raise Rejected("theorem r4 does not say that so many samples suffice")


def refuted_composition(statement: Judgement, data: dict[str, Data]) -> None:
    """One number for each layer: 1 in the target and 1 + h in the other, whose powers differ by (1 + h)^l - 1."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    depth, error = value(statement["depth"], point), value(statement["error"], point)
    if depth.denominator != 1 or not 1 <= depth <= 1000:
        raise Rejected("the depth is not a whole number from 1 to 1000")
    long = int(depth) * size(1 + error)
    afford(long)
    spend(4 * work(long, long))
    if error < 0 or (1 + error) ** int(depth) - 1 < value(statement["bound"], point):
        raise Rejected("the point does not refute the bound")


def refuted_propagation(statement: Judgement, data: dict[str, Data]) -> None:
    """Positive numbers as layers of two networks, whose outputs at 1 differ by more than the recursion says."""
    layers = data.get("layers")
    if not isinstance(layers, list) or not 1 <= len(layers) <= 16:
        raise Malformed("the layers are 1 to 16 tables of w and q")
    f, g, state = ONE, ONE, {"s": ZERO, "g": ONE}
    for pair in map(exact_point, layers):
        if set(pair) != {"w", "q"} or min(pair.values()) < 0:
            raise Malformed("a layer has numbers w and q that are not negative")
        at = {**pair, "p": abs(pair["w"] - pair["q"]), **state}
        f, g = f * pair["w"], g * pair["q"]
        state = {"s": value(statement["error"], at), "g": value(statement["growth"], at)}
    if abs(f - g) <= state["s"]:
        raise Rejected("the networks do not refute the recursion")
