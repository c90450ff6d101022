"""Checks bounds of the difference of two networks, on a domain or near given inputs (Mathematics 3.18 to 3.25).

A box may be halved again and again: the tree says where, and every leaf is bounded by itself. Where the certificate has
norms, the bound by chains of norms counts as well, and the smaller one decides.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from string import Template

from data.limits import room_for
from data.norms import Norms, ball_bound
from data.ticket import upward
from data.ticket_form import fraction
from differences.domains import box_words, domain_of, regions_of
from differences.gaps import Difference
from differences.inputs import Inputs
from differences.layers import Layer, layers_room, root_up
from differences.networks import Matched, read_pair
from differences.neurons import VALUE
from differences.tree import leaves, tree_of
from errors import Malformed, Rejected
from inequalities.syntax import TABLE
from shapes import Data, Judgement, Matrix

FIELDS = {
    "difference": {"form", "f", "g", "domain", "bound"},
    "regions": {"form", "f", "g", "inputs", "first", "radius", "norm", "domain", "bounds", "classes"},
}


def check_difference(statement: Judgement, data: dict[str, Data], folder: Path) -> str:
    """The sentence that was verified of a domain; raises Rejected or Malformed."""
    check_fields(statement, data, {"tree", "norms", "scales", "order"})
    bound, pair = fraction(statement, "bound"), read_pair(statement, folder, data.get("order"))
    inputs, where = domain_of(statement["domain"], pair)
    tree, two = tree_of(data.get("tree"), inputs), Pair(pair, data)
    if not tree and not two.by_norms(inputs, bound):
        raise Rejected(f"bound: the norms give no less than {two.least_by_norms(inputs)}")
    for number, leaf in enumerate(leaves(inputs, tree), 1):
        if not two.by_norms(leaf, bound):
            two.check(Difference(two.layers, leaf), bound, f"bound: leaf {number} of the tree gives")
    return sentence(statement, pair, bound=upward(bound), where=where)


def check_regions(statement: Judgement, data: dict[str, Data], folder: Path) -> str:
    """The sentence that was verified of regions around inputs; raises Rejected or Malformed."""
    check_fields(statement, data, {"norms", "scales", "order"})
    pair = read_pair(statement, folder, data.get("order"))
    two, bounds, proved = Pair(pair, data), [], 0
    outputs = two.layers[-1].rows
    for number, inputs, bound, label in regions_of(statement, pair, outputs, folder, two.room):
        bounds.append(bound)
        if label is None and two.by_norms(inputs, bound):
            continue
        difference = Difference(two.layers, inputs)
        if not two.by_norms(inputs, bound):
            two.check(difference, bound, f"bounds: the region around input {number} gives")
        if label is not None and not difference.same_class(label):
            raise Rejected(f"classes: the class {label} is not shown for all inputs near input {number}")
        proved += label is not None
    first, box, norm = statement["first"], statement["domain"], statement["norm"]
    return sentence(
        statement,
        pair,
        count=str(len(bounds)),
        inputs=statement["inputs"]["file"],
        rows=f"{first} to {first + len(bounds) - 1}",
        radius=statement["radius"],
        norm="every coordinate" if norm == "inf" else "Euclidean norm",
        inside="" if box is None else f", inside the box with {box_words(box)}",
        least=upward(min(bounds)),
        most=upward(max(bounds)),
        proved=str(proved),
    )


def check_fields(statement: Judgement, data: dict[str, Data], known: set[str]) -> None:
    """Raise Malformed unless the fields are exactly those of the form, and the data are known."""
    form = statement["form"]
    if set(statement) != FIELDS[form] or not set(data) <= known:
        fields = ", ".join(sorted(FIELDS[form]))
        raise Malformed(f"{form}: its fields are {fields}; its data may be {', '.join(sorted(known))}")


def sentence(statement: Judgement, pair: Matched, **parts: str) -> str:
    """What was verified, in the words of forms.json."""
    first, second = (f"{words} of {statement[key]['file']}" for key, words in zip("fg", pair.words, strict=True))
    return Template(" ".join(TABLE["forms"][statement["form"]]["verified"])).substitute(parts, f=first, g=second)


class Pair:
    """Two networks, and a bound of their difference on the unit ball of all u, if norms are given."""

    def __init__(self, pair: Matched, data: dict[str, Data]) -> None:
        shapes = [(len(exact.first), len(exact.first[0])) for exact in pair.layers]
        self.room = pair.room + layers_room(shapes)
        room_for(self.room)
        norms: dict[str, Data] = {key: data[key] for key in ("norms", "scales") if key in data}
        self.growth = growth(pair, norms) if norms else None
        self.layers = [Layer(exact.first, exact.second, exact.bits) for exact in pair.layers]

    def by_norms(self, inputs: Inputs, bound: Fraction) -> bool:
        """Whether the norms alone show the bound: without biases differences grow in proportion to u."""
        return self.growth is not None and self.growth * Fraction(inputs.norm(), 1 << VALUE) <= bound

    def least_by_norms(self, inputs: Inputs) -> str:
        """What the norms show."""
        return "infinity" if self.growth is None else upward(self.growth * Fraction(inputs.norm(), 1 << VALUE))

    def check(self, difference: Difference, bound: Fraction, what: str) -> None:
        """Reject unless the outputs' differences have a Euclidean norm of at most the bound; squares hide its sign."""
        square = difference.square()
        if bound < 0 or square * bound.denominator**2 > bound.numerator**2 << 2 * VALUE:
            raise Rejected(f"{what} no less than {upward(Fraction(root_up(square), 1 << VALUE))}")


def is_linear(first: Matrix) -> bool:
    """Whether a matrix of both signs acts on (relu(x), relu(-x)) as one matrix does on x."""
    own = len(first[0]) // 2
    return all(a == -b for row in first for a, b in zip(row[:own], row[own:], strict=True))


def growth(pair: Matched, norms: dict[str, Data]) -> Fraction:
    """A bound of the difference on the unit ball of all u (Mathematics 3.15)."""
    found = Norms(norms, pair.room)
    for number, (first, second, bits) in enumerate(pair.layers, 1):
        errors = [[b - a for a, b in zip(*rows, strict=True)] for rows in zip(first, second, strict=True)]
        own = len(first[0])
        if number == 1 and pair.signs == 2 and is_linear(first):
            own //= 2
        found.add(number, [row[:own] for row in first], errors, bits)
    bound = ball_bound(found, len(pair.layers))
    found.check_all_used()
    return bound
