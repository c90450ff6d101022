"""Coverage by the worst case of every sample: a recursion over the covered fraction, in integers rounded up."""

from fractions import Fraction
from itertools import pairwise

from algebra import same
from calculus import derivative, roots_of
from errors import Malformed, Rejected, spend
from gains import LEVEL
from goal import Goal
from intervals import evaluate
from obligations import HALF, ONE, ZERO, about, well_formed
from points import exact, value
from syntax import expect, integer, sequence, term

UNIT = 1 << 40
MAX_NODES = 4000
MAX_SAMPLES = 4096
LOWER, UPPER = ("v", "(", ZERO, HALF, "]"), ("v", "[", HALF, ONE, ")")
RANGES = {LEVEL: (ZERO, ONE), LOWER: (ZERO, HALF), UPPER: (HALF, ONE)}


def recursion(goal, premises, data):
    """P(not covered after n samples) <= F_n(v_0), F linear between the nodes, 0 from the last but one on.

    From v in a cell [g, g'], V has its mean at least v + h(v) and lies in [v, min(2v, 1)].  A line a - b x, b >= 0,
    above F_(n-1) on [g, min(2g', 1)] gives F_n(v) <= a - b (v + h(v)), which is convex in v because h is concave: it
    is enough to have it at the two nodes.  The line is looked for among the chords of F_(n-1) there.  In the last
    cell everything is covered, so that F may be any line above 0 there: it falls to 0.
    """
    well_formed(goal)
    if goal["domain"] or goal["hypotheses"]:
        raise Rejected("a recursion is about numbers")
    length, tolerance, failure, samples = (
        value(goal[field], {}) for field in ("length", "tolerance", "failure", "samples")
    )
    start, rest = exact(data.get("start")), exact(data.get("rest"))
    nodes = [integer_node(node) for node in sequence(data.get("nodes"), MAX_NODES, 3)]
    gains, asked = concave_gains(goal, premises, sequence(data.get("bends"), least=1))
    if any(low >= high for low, high in pairwise(nodes)) or not 0 < start <= length / 2:
        raise Rejected("the nodes must rise, and the start be a part of the window")
    reached = nodes[0] <= 2 * start / length * UNIT and nodes[-2] >= (1 - rest / length) * UNIT
    if not 0 < rest <= length / 2 or start + rest > tolerance or not reached or nodes[0] <= 0 or nodes[-1] >= UNIT:
        raise Rejected("the nodes must reach from the start to where only the rest is uncovered, within the tolerance")
    if not 0 <= samples <= MAX_SAMPLES:
        raise Rejected(f"at most {MAX_SAMPLES} samples are allowed")
    means = least_means(nodes, gains)
    bounds = [UNIT] * (len(nodes) - 1) + [0]
    windows = reaches(nodes)
    for _ in range(-(-samples.numerator // samples.denominator)):
        bounds = one_more(nodes, means, windows, bounds)
    if bounds[0] > failure * UNIT:
        raise Rejected(f"the bound of the recursion is {float(Fraction(bounds[0], UNIT)):.6g}, more than the failure")
    expect(premises[len(gains) :], asked)
    return f"{len(nodes)} nodes"


def integer_node(node):
    """A node in units of 2^-40, which may be beyond the integers of a judgement."""
    if type(node) is not int or not 0 < node < UNIT:
        return integer(node)
    return node


def concave_gains(goal, premises, bends):
    """The ranges of v and the gains of the premises there, with the obligations that say that these are concave."""
    gains, asked = [], []
    if len(bends) > len(premises):
        raise Malformed("there are more second derivatives than premises")
    for drift, bend in zip(premises, map(term, bends), strict=False):
        if drift["form"] != "drift" or drift["hypotheses"] or len(drift["domain"]) != 1:
            raise Rejected("a premise must be a drift for a range of v alone")
        if drift["domain"][0] not in RANGES or (drift["law"], drift["length"]) != (goal["law"], goal["length"]):
            raise Rejected("a premise speaks of another law or window, or not of v in (0, 1) or a half of it")
        if roots_of(drift["gain"]) or not same(bend, derivative(derivative(drift["gain"], "v"), "v")):
            raise Rejected("this is not the second derivative of the gain")
        Goal(drift["gain"], drift["domain"]).must_be_defined()  # derivatives hide the jump of atan(1/v)
        gains.append((RANGES[drift["domain"][0]], drift["gain"]))
        asked += about(drift, ("<=", bend, ZERO))
    return gains, asked


def least_means(nodes, gains):
    """For each cell the lower bounds of v + h(v) at its two nodes, h the gain on a range that holds the cell."""
    cells, known = [], {}
    for low, high in pairwise(nodes):
        held = [g for (a, b), g in gains if a * UNIT <= low and high <= b * UNIT]
        if not held:
            raise Rejected("a cell of the nodes is in the range of no premise")
        for node in (low, high):
            if (node, held[0]) not in known:
                at = Fraction(node, UNIT)
                gain = evaluate(held[0], {"v": (at, at, False, False)}, 64)[0]
                if not -1 <= gain <= min(at, 1 - at):
                    raise Rejected("a gain is below -1, or more than a set of that fraction can gain")
                known[node, held[0]] = node + gain.numerator * UNIT // gain.denominator
        cells.append((known[low, held[0]], known[high, held[0]]))
    return cells


def reaches(nodes):
    """For each cell the number of the first node at or beyond twice its upper end, or of the last."""
    found, k = [], 0
    for high in nodes[1:]:
        while k < len(nodes) - 1 and nodes[k] < 2 * high:
            k += 1
        found.append(k)
    return found


def one_more(nodes, means, windows, bounds):
    """The bounds at the nodes after one more sample."""
    new = [0] * len(nodes)
    for i, ((low, high), k) in enumerate(zip(means, windows, strict=True)):
        xs, fs = nodes[i : k + 1], bounds[i : k + 1]
        top = min(2 * nodes[i + 1], UNIT)
        if top > nodes[-1]:
            xs, fs = [*xs, top], [*fs, 0]
        slope, height = line_above(xs, fs, (low + high) // 2)
        new[i] = max(new[i], -((slope * low - height) // UNIT))
        new[i + 1] = max(new[i + 1], -((slope * high - height) // UNIT))
    new[-1] = 0
    return new


def line_above(xs, fs, mean):
    """A falling line above the points, low at the mean: the chord of two of them that the others leave above them."""
    left, right = 0, len(xs) - 1
    for _ in range(8):
        spend(2 * len(xs))
        slope = (fs[left] - fs[right]) * UNIT // (xs[right] - xs[left])
        if slope <= 0:
            return 0, max(fs) * UNIT
        heights = [f * UNIT + slope * x for x, f in zip(xs, fs, strict=True)]
        height = max(heights)
        top = heights.index(height)
        if top in (left, right) or height - heights[left] < UNIT:
            break
        left, right = (top, right) if xs[top] <= mean else (left, top)
    return slope, height
