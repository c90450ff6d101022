"""From a model with convolutions or poolings to a network of images: convolutions, and how they are wired.

Nothing is multiplied out. Transposed and flattened images are read in the order of the convolution that made them, so
that a dense layer behind them gets its columns permuted; padding joins the convolution behind it; factors and shifts of
channels, such as batch normalization, are folded into the convolution before or behind them where that is exact but for
rounding, and are a convolution of their own, one pixel wide, where it is not: a shift in front of zero padding is none
of the padded image (Mathematics 9.8). A dense layer behind an image is a convolution whose window is the whole image.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from math import prod

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.chain import ancestors
from lt_proofs.models.channels import averages, moved_again, of_channels, repeated, row_sums
from lt_proofs.models.convolutions import Convolution, Mean
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.graph import Affine, Input, Largest, Model, Relu, sources_of
from lt_proofs.models.image_nodes import (
    Add,
    ImageNode,
    LayerNode,
    MaxPool,
    MeanPool,
    ReLU,
    Source,
    shapes_of,
)
from lt_proofs.models.maps import MAX_ENTRIES, LinearMap, Pick, composed, identity
from lt_proofs.models.windows import Windows, padding_of

MOST_AXES = 5


@dataclass(frozen=True)
class ImageLayer:
    """The weights of a layer: a matrix of outputs x (inputs of a group times taps), and a bias."""

    name: str
    weight: Enclosed
    bias: Enclosed | None


@dataclass(frozen=True)
class ImageNetwork:
    """Nodes, the last of which is the output, and one entry of ``layers`` for each layer among them."""

    nodes: tuple[ImageNode, ...]
    layers: tuple[ImageLayer, ...]


def has_images(model: Model) -> bool:
    """Return whether a model has convolutions or poolings."""
    return any(_dimensions(model.nodes[number]) for number in ancestors(model))


def images_of(model: Model) -> ImageNetwork:
    """Return the network of images of a model; raise BadInput, which names a node, for what cannot be one."""
    return _Images(model).network()


@dataclass(frozen=True)
class _View:
    """A value of the model as entries of the image of a node, times factors, plus a bias, entry by entry."""

    node: int
    pick: Pick
    bias: Enclosed | None = None
    # whether it was moved, scaled or shifted since the node was made
    moved: bool = False


class _Images:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.needed = sorted(ancestors(model))
        self.uses = np.bincount(
            [source for number in self.needed for source in sources_of(model.nodes[number])],
            minlength=len(model.nodes),
        )
        self.uses[model.output] += 1
        self.dimensions = max(_dimensions(model.nodes[number]) for number in self.needed)
        self.nodes: list[ImageNode | None] = [None]
        self.layers: dict[int, ImageLayer] = {}
        self.shapes: list[tuple[int, ...]] = [()]
        # places of the user's input -> places of the input as an image, once a convolution has said what it is
        self.turned: np.ndarray | None = None
        self.views: dict[int, _View] = {}
        # moves of a layer's image that nothing else reads
        self.alone: set[int] = set()

    def network(self) -> ImageNetwork:
        for number in self.needed:
            node = self.model.nodes[number]
            try:
                self.views[number] = self._view(number)
            except BadInput as error:
                if error.argument != "node":
                    raise
                raise BadInput("node", node.name, error.remedy) from None
        name = self.model.nodes[self.model.output].name
        last = self._settled(self.views[self.model.output], name)
        if last != len(self.nodes) - 1:
            raise BadInput("node", name, "the output is not the last of its values")
        nodes = tuple(node for node in self.nodes if node is not None)
        shapes_of(nodes)
        return ImageNetwork(nodes, tuple(self.layers[number] for number in sorted(self.layers)))

    def _view(self, number: int) -> _View:
        node = self.model.nodes[number]
        if isinstance(node, Input):
            return _View(0, identity(node.size))
        if isinstance(node, Relu):
            return self._relu(self.views[node.source], node.name)
        if isinstance(node, Largest):
            source, windows = self._image(self.views[node.source], node.channels, node.windows, node.name)
            if windows != node.windows:
                raise BadInput("node", node.name, "padding of its own in front of max pooling counts, as zeros")
            return self._new(MaxPool(source, windows), (node.channels, *windows.outputs))
        if len(node.terms) != 1:
            return self._sum(node)
        ((source, linear),) = node.terms
        view = self.views[source]
        if isinstance(linear, Pick):
            # nothing else reads the layer, nor what was moved of it so far
            sole = self.uses[source] == 1 and (source in self.alone or not view.moved)
            self.alone |= {number} if sole else set()
            return self._picked(view, linear, node, sole=sole)
        return self._linear(view, linear, node.bias, node.name)

    def _new(self, node: ImageNode, shape: tuple[int, ...]) -> _View:
        self.nodes.append(node)
        self.shapes.append(shape)
        return _View(len(self.nodes) - 1, identity(prod(shape)))

    def _layer(
        self, of: int, outputs: int, windows: Windows, groups: int, weight: Enclosed, bias: Enclosed | None, name: str
    ) -> _View:
        bias = None if bias is not None and bias.exact and not bias.mid.any() else bias
        if bias is not None and windows.inner_tap is None:
            raise BadInput(
                "node", name, f"its bias has no place: with padding {[list(pair) for pair in windows.pads]} none of "
                f"the taps of its {'x'.join(map(str, windows.kernel))} kernel lies inside the image everywhere"
            )  # fmt: skip
        view = self._new(LayerNode(of, outputs, windows, groups, bias is not None), (outputs, *windows.outputs))
        self.layers[view.node] = ImageLayer(name, weight.reshape(outputs, -1), bias)
        return view

    def _linear(self, view: _View, linear: LinearMap, bias: Enclosed | None, name: str) -> _View:
        """Return the image that a linear map of a view makes."""
        if isinstance(linear, Mean):
            source, windows = self._image(view, linear.channels, linear.windows, name)
            if windows != linear.windows and not linear.counted:
                raise BadInput("node", name, "padding of its own in front of average pooling counts, as zeros")
            found = self._new(MeanPool(source, windows, linear.counted), (linear.channels, *windows.outputs))
            return found if bias is None else self._channelwise(found, bias, name)
        if isinstance(linear, Convolution):
            return self._convolution(view, linear, bias, name)
        return self._dense(view, linear, bias, name)

    def _convolution(self, view: _View, linear: Convolution, bias: Enclosed | None, name: str) -> _View:
        kernel, shift = linear.kernel, None if bias is None else of_channels(bias, linear.outputs, name)
        scales = self._channel_scales(view, linear.channels, linear.windows)
        if scales is not None:
            factors, shifts = scales
            inner, groups = kernel.mid.shape[1], linear.groups
            # output o of group g sees the channels g inner … (g + 1) inner - 1
            seen = np.arange(linear.outputs)[:, None] // (linear.outputs // groups) * inner + np.arange(inner)
            if shifts is not None:
                terms = kernel.reshape(linear.outputs, -1) * repeated(shifts[seen], linear.windows.taps)
                total = row_sums(terms)
                shift = total if shift is None else shift + total
            kernel = kernel if factors is None else kernel * factors[seen].reshape(linear.outputs, inner, 1)
            view = replace(view, pick=replace(view.pick, factors=None), bias=None)
        source, windows = self._image(view, linear.channels, linear.windows, name)
        return self._layer(source, linear.outputs, windows, linear.groups, kernel, shift, name)

    def _channel_scales(
        self, view: _View, channels: int, windows: Windows
    ) -> tuple[Enclosed | None, Enclosed | None] | None:
        """Return factors and shifts of the channels in front of a convolution, if they can be folded into it."""
        if view.bias is None and view.pick.factors is None:
            return None
        if (view.pick.places < 0).any():
            return None
        if view.bias is not None and not (windows.table >= 0).all():
            return None
        try:
            factors = None if view.pick.factors is None else of_channels(view.pick.factors, channels, "")
            shifts = None if view.bias is None else of_channels(view.bias, channels, "")
        except BadInput:
            return None
        return factors, shifts

    def _dense(self, view: _View, linear: LinearMap, bias: Enclosed | None, name: str) -> _View:
        """Return a dense layer, whose columns are put into the order of the image that it reads."""
        if view.bias is not None:
            image = linear.image(view.bias)
            bias = image if bias is None else bias + image
        if not view.node and self.nodes[0] is None:
            self._place_input((view.pick.columns, *(1,) * self.dimensions), np.arange(view.pick.columns))
        pick = self._as_image(view.pick, view.node)
        if linear.rows * pick.columns > MAX_ENTRIES:
            raise BadInput("node", name, f"it would have {linear.rows} x {pick.columns} weights, which is too many")
        weight = composed(linear, pick).dense()
        windows = Windows.whole(self.shapes[view.node][1:])
        if averages(weight, windows):
            found = self._new(MeanPool(view.node, windows, True), (linear.rows, *windows.outputs))
            return found if bias is None else self._channelwise(found, bias, name)
        return self._layer(view.node, linear.rows, windows, 1, weight, bias, name)

    def _picked(self, view: _View, pick: Pick, node: Affine, *, sole: bool) -> _View:
        """Return a view moved, scaled and shifted; a layer that nothing else reads takes factors and shifts itself."""
        bias = view.bias
        if bias is not None:
            bias = pick.image(bias)
        if node.bias is not None:
            bias = node.bias if bias is None else bias + node.bias
        found = _View(view.node, moved_again(pick, view.pick), bias, moved=True)
        layer = self.layers.get(view.node)
        if layer is None or not sole or not np.array_equal(found.pick.places, np.arange(found.pick.columns)):
            return found
        outputs, node_of = len(layer.weight.mid), self.nodes[view.node]
        try:
            factors = None if found.pick.factors is None else of_channels(found.pick.factors, outputs, node.name)
            shifts = None if found.bias is None else of_channels(found.bias, outputs, node.name)
        except BadInput:
            return found
        if not isinstance(node_of, LayerNode) or (shifts is not None and node_of.windows.inner_tap is None):
            return found
        weight, shift = layer.weight, layer.bias
        if factors is not None:
            weight = weight * factors.reshape(outputs, 1)
            shift = None if shift is None else shift * factors
        if shifts is not None:
            shift = shifts if shift is None else shift + shifts
        self.layers[view.node] = ImageLayer(layer.name, weight, shift)
        self.nodes[view.node] = replace(node_of, bias=shift is not None)
        return _View(view.node, identity(found.pick.columns), moved=True)

    def _relu(self, view: _View, name: str) -> _View:
        """Return the ReLU of a view: moving entries commutes with it."""
        moved = Pick(view.pick.places, view.pick.columns)
        if view.pick.factors is not None or view.bias is not None:
            view, moved = _View(self._settled(view, name), identity(view.pick.rows)), identity(view.pick.rows)
        if not view.node and self.nodes[0] is None:
            self._place_input((view.pick.columns, *(1,) * self.dimensions), np.arange(view.pick.columns))
        found = self._new(ReLU(view.node), self.shapes[view.node])
        return _View(found.node, self._as_image(moved, view.node))

    def _sum(self, node: Affine) -> _View:
        """Return a sum of several values."""
        if not node.terms:
            raise BadInput("node", node.name, "it is a constant")
        views = []
        for source, linear in node.terms:
            view = self.views[source]
            if isinstance(linear, Pick):
                bias = None if view.bias is None else linear.image(view.bias)
                views.append(_View(view.node, moved_again(linear, view.pick), bias))
            else:
                views.append(self._linear(view, linear, None, node.name))
        if any((view.pick.places < 0).any() for view in views):
            raise BadInput("node", node.name, "it joins tensors, which networks with convolutions cannot do yet")
        order = [self._as_image(view.pick, view.node) for view in views]
        # where all summands are moved alike, their sum is moved
        alike = all(
            np.array_equal(pick.places, order[0].places) and self.shapes[view.node] == self.shapes[views[0].node]
            for pick, view in zip(order, views, strict=True)
        )
        if alike and all(pick.factors is None for pick in order) and all(view.bias is None for view in views):
            found = self._new(Add(tuple(view.node for view in views)), self.shapes[views[0].node])
            found = _View(found.node, order[0])
        else:
            settled = [self._settled(view, node.name) for view in views]
            if len({self.shapes[number] for number in settled}) != 1:
                raise BadInput("node", node.name, "it adds images of different shapes")
            found = self._new(Add(tuple(settled)), self.shapes[settled[0]])
        return found if node.bias is None else replace(found, bias=node.bias)

    def _channelwise(self, view: _View, bias: Enclosed, name: str) -> _View:
        return _View(self._settled(replace(view, bias=bias), name), identity(view.pick.rows))

    def _settled(self, view: _View, name: str) -> int:
        """Return the number of a node whose image is the view; factors and shifts become a layer of their own."""
        if not view.node and self.nodes[0] is None:
            shape = self.model.input_shape
            front = len(shape) - self.dimensions - 1
            if front not in (0, 1):
                raise BadInput("node", name, "it acts on the input before that is known to be an image")
            self._place_input(shape[front:], np.arange(prod(shape)))
        pick = self._as_image(view.pick, view.node)
        shape = self.shapes[view.node]
        if not np.array_equal(pick.places, np.arange(pick.columns)):
            padding = padding_of(pick.places, shape[0], shape[1:], shape[1:]) if len(shape) > 1 else None
            why = "moves, cuts or pads an image" if padding is None else "pads an image"
            raise BadInput("node", name, f"it needs an image as a convolution made it, and something before it {why}")
        if pick.factors is None and view.bias is None:
            return view.node
        channels = shape[0]
        factors = Enclosed(np.ones(channels)) if pick.factors is None else of_channels(pick.factors, channels, name)
        shifts = None if view.bias is None else of_channels(view.bias, channels, name)
        ones = (1,) * self.dimensions
        windows = Windows(shape[1:], ones, ones, ones, ((0, 0),) * self.dimensions)
        return self._layer(view.node, channels, windows, channels, factors.reshape(channels, 1), shifts, name).node

    def _image(self, view: _View, channels: int, windows: Windows, name: str) -> tuple[int, Windows]:
        """Return a node and windows on its image, for windows on a view; padding before the windows joins them."""
        if len(windows.sizes) != self.dimensions:
            raise BadInput(
                "node", name, f"its windows have {len(windows.sizes)} dimensions, others have {self.dimensions}"
            )
        if not view.node and self.nodes[0] is None:
            self._read_input(view.pick.places, channels, windows.sizes, name)
        pick = self._as_image(view.pick, view.node)
        shape = self.shapes[view.node]
        if shape == (channels, *windows.sizes) and np.array_equal(pick.places, np.arange(pick.columns)):
            return self._settled(view, name), windows
        if view.bias is None and pick.factors is None and shape[0] == channels:
            padding = padding_of(pick.places, channels, shape[1:], windows.sizes)
            joined = None if padding is None else windows.padded(*padding)
            if joined is not None:
                return view.node, joined
        if view.bias is not None and (pick.places < 0).any():
            raise BadInput("node", name, "its image is padded by numbers other than 0, and behind a ReLU only zeros "
                           "stay what they are; pad by zeros or by pixels of the image")  # fmt: skip
        raise BadInput("node", name, "it needs an image as a convolution made it, and something before it moves, cuts "
                       "or pads an image in another way")  # fmt: skip

    def _read_input(self, places: np.ndarray, channels: int, sizes: tuple[int, ...], name: str) -> None:
        """Find the order of the input's axes in which it is an image of the channels and sizes, padding apart."""
        shape = self.model.input_shape
        given = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape
        if len(given) > MOST_AXES:
            raise BadInput("node", name, f"the input has shape {shape}, which is no image")
        numbers = np.arange(prod(given)).reshape(given)
        for axes in permutations(range(len(given))):
            order = numbers.transpose(axes).reshape(-1)
            image = tuple(given[axis] for axis in axes)
            image = image if len(image) == self.dimensions + 1 else (channels, *sizes)
            turned = np.empty(len(order), np.int64)
            turned[order] = np.arange(len(order))
            found = np.where(places < 0, -1, turned[places])
            same = image == (channels, *sizes) and np.array_equal(found, np.arange(len(order)))
            if same or (image[0] == channels and padding_of(found, channels, image[1:], sizes) is not None):
                self._place_input(image, turned, given, axes)
                return
        raise BadInput("node", name, f"it reads the input, of shape {shape}, in an order that is no transposition")

    def _place_input(
        self,
        shape: tuple[int, ...],
        turned: np.ndarray,
        given: tuple[int, ...] | None = None,
        axes: tuple[int, ...] | None = None,
    ) -> None:
        plain = self.model.input_shape
        given = given or (plain[1:] if len(plain) > 1 and plain[0] == 1 else plain)
        self.nodes[0] = Source(tuple(shape), tuple(given), axes or tuple(range(len(given))))
        self.shapes[0] = tuple(shape)
        self.turned = turned

    def _as_image(self, pick: Pick, node: int) -> Pick:
        """Return a pick of entries of the input as one of entries of the image that it became."""
        if node or self.turned is None:
            return pick
        return Pick(np.where(pick.places < 0, -1, self.turned[pick.places]), pick.columns, pick.factors)


def _dimensions(node: object) -> int:
    """Return the dimensions of a node's windows, 0 for a node without any."""
    if isinstance(node, Largest):
        return len(node.windows.sizes)
    maps = [linear for _, linear in node.terms] if isinstance(node, Affine) else []
    return max((len(m.windows.sizes) for m in maps if isinstance(m, (Convolution, Mean))), default=0)
