"""From a model to a chain: dense layers with ReLU between them, which compute the model exactly.

Each value of a model is an affine function of the outputs of earlier ReLUs and of the inputs. Layer k computes what
the k-th ReLUs on the longest path need, and hands on what later layers use: the output of a ReLU as it is, since it
is at least 0, and an input x as relu(x) and relu(-x). So residual sums, several branches, a ReLU in front of the first
layer or behind the last one, and leaky ReLUs are exact. Affine maps without a ReLU between are merged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.enclosed import Enclosed, Reals
from lt_proofs.models.graph import Affine, Input, Model, Relu, sources_of
from lt_proofs.models.maps import MAX_ENTRIES, DenseMap, LinearMap, Pick, added, composed, identity


@dataclass(frozen=True)
class ChainLayer:
    """x -> weight x + bias; ``merged`` names the matrices of the model that were multiplied into the weight."""

    name: str
    weight: Enclosed
    bias: Enclosed | None
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula:
    """An affine function of atoms, which are the inputs and the outputs of ReLUs, given by their numbers.

    ``matrices`` names the nodes with the dense matrices that were multiplied, the first one first.
    """

    terms: dict[int, LinearMap]
    bias: Enclosed | None
    matrices: tuple[str, ...] = ()


def chain_of(model: Model) -> list[ChainLayer]:
    """Return the layers of a model; raise BadInput if a layer would be too large."""
    return _Chain(model).layers()


def shift_bound(layers: list[ChainLayer]) -> float:
    """Return b such that rounding the layers to their floats changes outputs by at most b |(x, 1)| for every input x.

    With A_k = [W_k b_k; 0 1] and the matrix E_k of the radii, the outputs differ by at most the sum over k of
    |A_l| … |A_(k+1)| |E_k| |A_(k-1)| … |A_1|, in Frobenius norms, because a ReLU moves points closer together
    (Mathematics 3.15). The norms are raised by far more than the rounding errors of computing them.
    """
    if all(part is None or part.exact for layer in layers for part in (layer.weight, layer.bias)):
        return 0.0
    norms, errors = [], []
    for layer in layers:
        parts = [layer.weight] if layer.bias is None else [layer.weight, layer.bias]
        squares = 1 + sum(float(((np.abs(part.mid) + part.radius) ** 2).sum()) for part in parts)
        norms.append(np.sqrt(squares) * (1 + 1e-6))
        errors.append(np.sqrt(sum(float((part.radius**2).sum()) for part in parts)) * (1 + 1e-6))
    return float(sum(error * np.prod(norms[:k] + norms[k + 1 :]) for k, error in enumerate(errors)))


class _Chain:
    def __init__(self, model: Model) -> None:
        self.nodes = model.nodes
        self.formulas: dict[int, Formula] = {}
        # nodes are ordered, so the formulas of a node's sources are known before its own; unused nodes are left out
        for number in sorted(ancestors(model)):
            self.formulas[number] = self._formula(number)
        self.levels: dict[int, int] = {}
        self.output = self.formulas[model.output]
        self._find_levels()

    def _formula(self, number: int) -> Formula:
        node = self.nodes[number]
        if isinstance(node, Affine):
            return self._affine(node)
        if isinstance(node, Relu) and self._never_negative(self.formulas[node.source]):
            return self.formulas[node.source]
        return Formula({number: identity(node.size)}, None)

    def _affine(self, node: Affine) -> Formula:
        terms: dict[int, LinearMap] = {}
        bias, matrices = node.bias, []
        for source, linear in node.terms:
            inner = self.formulas[source]
            for atom, earlier in inner.terms.items():
                _check_size(node.name, linear.rows, earlier.columns, linear, earlier)
                found = composed(linear, earlier)
                terms[atom] = added(terms[atom], found) if atom in terms else found
            if inner.bias is not None:
                image = linear.image(inner.bias)
                bias = image if bias is None else bias + image
            matrices += [*inner.matrices, *([node.name] if isinstance(linear, DenseMap) else [])]
        return Formula(terms, bias, tuple(dict.fromkeys(matrices)))

    def _never_negative(self, formula: Formula) -> bool:
        """Whether a ReLU changes nothing, because its argument consists of outputs of ReLUs."""
        picks = all(
            isinstance(self.nodes[atom], Relu)
            and isinstance(linear, Pick)
            and (linear.factors is None or bool((linear.factors.mid - linear.factors.radius >= 0).all()))
            for atom, linear in formula.terms.items()
        )
        bias = formula.bias
        return picks and (bias is None or bool((bias.mid - bias.radius >= 0).all()))

    def _argument(self, atom: int) -> Formula:
        """Return the formula whose ReLU an atom is."""
        node = self.nodes[atom]
        return self.formulas[node.source] if isinstance(node, Relu) else Formula({}, None)

    def _find_levels(self) -> None:
        """Give each atom that the output depends on the number of ReLUs on the longest path to it."""
        needed, open_ = set(), list(self.output.terms)
        while open_:
            atom = open_.pop()
            if atom not in needed:
                needed.add(atom)
                open_ += self._argument(atom).terms
        for atom in sorted(needed):
            below = (self.levels[other] for other in self._argument(atom).terms)
            self.levels[atom] = 0 if isinstance(self.nodes[atom], Input) else 1 + max(below, default=0)
        self.depth = max(self.levels.values(), default=0)

    def _last_use(self, atom: int) -> int:
        """Return the number of the last layer that reads an atom, from 1 on."""
        uses = [self.levels[other] for other in self.levels if atom in self._argument(other).terms]
        return max([*uses, self.depth + 1 if atom in self.output.terms else 0])

    def layers(self) -> list[ChainLayer]:
        last = {atom: self._last_use(atom) for atom in self.levels}
        # what stands in front of a layer: atoms with their blocks of columns, an input behind layer 1 as two blocks
        before = {0: [(0, 1.0)]}
        layers = []
        for number in range(1, self.depth + 1):
            new = [atom for atom, level in self.levels.items() if level == number]
            kept = [atom for atom, level in self.levels.items() if level < number < last[atom]]
            blocks: dict[int, list[tuple[int, float]]] = {}
            rows: list[tuple[Formula, float]] = []
            for atom in [*new, *kept]:
                signs = (1.0, -1.0) if isinstance(self.nodes[atom], Input) else (1.0,)
                formula = (
                    self._argument(atom) if atom in new else Formula({atom: identity(self.nodes[atom].size)}, None)
                )
                blocks[atom] = [(len(rows) + i, sign) for i, sign in enumerate(signs)]
                rows += [(formula, sign) for sign in signs]
            layers.append(self._layer(rows, before, number))
            before = blocks
        layers.append(self._layer([(self.output, 1.0)], before, self.depth + 1))
        return layers

    def _layer(
        self, rows: list[tuple[Formula, float]], before: dict[int, list[tuple[int, float]]], number: int
    ) -> ChainLayer:
        """Return the layer of these formulas, times signs, on the blocks of columns before it."""
        sizes = {place: self.nodes[atom].size for atom, places in before.items() for place, _ in places}
        starts = np.concatenate([[0], np.cumsum([sizes[place] for place in range(len(sizes))])]).astype(int)
        heights = [self._height(formula, number) for formula, _ in rows]
        shape = (sum(heights), int(starts[-1]))
        if shape[0] * shape[1] > MAX_ENTRIES:
            raise BadInput(
                "node", f"layer {number}", f"it would have {shape[0]} x {shape[1]} weights, which is too many"
            )
        weight, weight_radius = np.zeros(shape), np.zeros(shape)
        bias, bias_radius = np.zeros(shape[0]), np.zeros(shape[0])
        top = 0
        for (formula, sign), height in zip(rows, heights, strict=True):
            for atom, linear in formula.terms.items():
                matrix = linear.dense()
                for place, other in before[atom]:
                    columns = slice(starts[place], starts[place + 1])
                    weight[top : top + height, columns] = sign * other * matrix.mid
                    weight_radius[top : top + height, columns] = matrix.radius
            if formula.bias is not None:
                bias[top : top + height], bias_radius[top : top + height] = sign * formula.bias.mid, formula.bias.radius
            top += height
        merged = tuple(dict.fromkeys(name for formula, _ in rows for name in formula.matrices))
        several = any(len(formula.matrices) > 1 for formula, _ in rows)
        biased = bool(bias.any() or bias_radius.any())
        return ChainLayer(
            merged[-1] if merged else f"layer {number}",
            _enclosed(weight, weight_radius),
            _enclosed(bias, bias_radius) if biased else None,
            merged if several else (),
        )

    def _height(self, formula: Formula, number: int) -> int:
        for linear in formula.terms.values():
            return linear.rows
        if formula.bias is None:
            raise BadInput("node", f"layer {number}", "it is the constant 0")
        return len(formula.bias.mid)


def _enclosed(mid: Reals, rad: Reals) -> Enclosed:
    return Enclosed(mid, rad if rad.any() else None)


def ancestors(model: Model) -> set[int]:
    """Return the nodes on which the output depends."""
    found, open_ = {0}, [model.output]
    while open_:
        number = open_.pop()
        if number not in found:
            found.add(number)
            open_ += sources_of(model.nodes[number])
    return found


def _check_size(name: str, rows: int, columns: int, outer: LinearMap, inner: LinearMap) -> None:
    """Raise BadInput where two maps merge into a matrix that is too large."""
    if rows * columns > MAX_ENTRIES and not (isinstance(outer, Pick) and isinstance(inner, Pick)):
        raise BadInput("node", name, f"merged with what stands before it, it has {rows} x {columns} weights; too many")
