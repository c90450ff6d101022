"""Random networks of images and their tickets, evaluated in exact fractions by loops of their own.

Nothing of the package is used: windows, paddings, groups, poolings and sums are written out again, pixel by pixel.
"""

import random
from fractions import Fraction
from itertools import product
from math import prod

BITS = 52
MODES = ("zeros", "circular", "reflect", "replicate")


def read(z, size, mode):
    """What a coordinate outside of an axis reads; None is nothing."""
    if 0 <= z < size:
        return z
    if mode == "circular":
        return (z + 4 * size) % size
    if mode == "reflect":
        return -z if z < 0 else 2 * size - 2 - z
    return {"zeros": None, "replicate": 0 if z < 0 else size - 1}[mode]


class Windowed:
    """A window on images of some sizes."""

    def __init__(self, entry, sizes):
        self.sizes, self.kernel, self.strides = sizes, entry["kernel"], entry["strides"]
        self.dilations, self.pads = entry.get("dilations", [1] * len(sizes)), entry["pads"]
        self.mode = entry.get("mode", "zeros")
        reach = [(k - 1) * d + 1 for k, d in zip(self.kernel, self.dilations, strict=True)]
        self.outputs = [
            (n + sum(p) - r) // s + 1 for n, p, r, s in zip(sizes, self.pads, reach, self.strides, strict=True)
        ]

    def reads(self, q):
        """For each tap, as a tuple, the pixel that is read at output position q, or None."""
        for tap in product(*map(range, self.kernel)):
            place = [
                read(a * s + t * d - p[0], n, self.mode)
                for a, s, t, d, p, n in zip(q, self.strides, tap, self.dilations, self.pads, self.sizes, strict=True)
            ]
            yield tap, None if None in place else tuple(place)

    def positions(self):
        return list(product(*map(range, self.outputs)))


class Instance:
    """Nodes with random kernels: of the target, and of the ticket for each sign."""

    def __init__(self, rng, nodes, shapes, box):
        self.nodes, self.shapes, self.box = nodes, shapes, box
        self.signed = [box is None or box[0] < 0]
        for node in nodes[1:]:
            of = node["of"] if isinstance(node["of"], list) else [node["of"]]
            self.signed.append(node["op"] == "layer" or (node["op"] != "relu" and any(self.signed[i] for i in of)))
        self.kernels, size, error = {}, rng.choice([0.3, 1.0]), rng.choice([0, 2.0**-40, 0.01, 0.3])
        for place, node in enumerate(nodes):
            if node["op"] != "layer":
                continue
            inner = shapes[node["of"]][0] // node["groups"]
            keys = [
                (o, i, t)
                for o in range(node["outputs"])
                for i in range(inner)
                for t in product(*map(range, node["kernel"]))
            ]
            target = {key: number(rng, size) for key in keys}
            tickets = [{key: target[key] + number(rng, error) for key in keys} for _ in range(2)]
            if not self.signed[node["of"]]:
                tickets[1] = tickets[0]
            bias = [number(rng, size) for _ in range(node["outputs"])] if node["bias"] else None
            moved = bias and [b + number(rng, error) for b in bias]
            self.kernels[place] = target, tickets, bias, moved

    def images(self, point, *, ticket):
        """The images of all nodes, as dictionaries from (channel, *pixel)."""
        shape = self.shapes[0]
        images = [dict(zip(product(*map(range, shape)), point, strict=True))]
        for place, node in enumerate(self.nodes[1:], 1):
            op, of = node["op"], node["of"]
            if op == "layer":
                images.append(self.convolved(place, node, images[of], ticket))
            elif op == "relu":
                images.append({key: max(value, 0) for key, value in images[of].items()})
            elif op == "add":
                images.append({key: sum(images[i][key] for i in of) for key in images[of[0]]})
            else:
                images.append(self.pooled(node, images[of], self.shapes[of]))
        return images

    def convolved(self, place, node, image, ticket):
        target, tickets, bias, moved = self.kernels[place]
        shape, found = self.shapes[node["of"]], {}
        window, inner = Windowed(node, shape[1:]), shape[0] // node["groups"]
        for o in range(node["outputs"]):
            group = o // (node["outputs"] // node["groups"])
            for q in window.positions():
                total = Fraction(0) if bias is None else (moved if ticket else bias)[o]
                for tap, pixel in window.reads(q):
                    for i in range(inner if pixel is not None else 0):
                        x = image[group * inner + i, *pixel]
                        kernel = (tickets[0] if x >= 0 else tickets[1]) if ticket else target
                        total += kernel[o, i, tap] * x
                found[o, *q] = total
        return found

    def pooled(self, node, image, shape):
        window, found = Windowed(node, shape[1:]), {}
        for c in range(shape[0]):
            for q in window.positions():
                taps = [image[c, *pixel] for _, pixel in window.reads(q) if pixel is not None]
                if node["op"] == "max":
                    found[c, *q] = max(taps)
                else:
                    found[c, *q] = sum(taps) / (prod(window.kernel) if node["counted"] else len(taps))
        return found

    def points(self, rng, count):
        """Points of the box, or of the unit ball, corners and edges among them."""
        size = prod(self.shapes[0])
        for _ in range(count):
            if self.box is None:
                raw = [Fraction(rng.randint(-8, 8)) * rng.choice([0, 1]) for _ in range(size)]
                norm = Fraction(int(sum(v * v for v in raw) ** 0.5 * 1024 + 2), 1024)
                yield [v / norm for v in raw]
            else:
                low, high = self.box
                yield [
                    low + (high - low) * Fraction(rng.choice([0, 0, 4, 4, rng.randint(0, 4)]), 4) for _ in range(size)
                ]

    def weights(self, checker):
        """The kernels as the checker has them."""
        unit, found = 1 << BITS, {}
        for place, (target, tickets, bias, moved) in self.kernels.items():
            node = self.nodes[place]
            inner = self.shapes[node["of"]][0] // node["groups"]
            signs = 2 if self.signed[node["of"]] else 1

            def rows(*kernels, node=node, inner=inner):
                return [
                    [
                        int(sign * kernel[o, i, t] * unit)
                        for sign, kernel in kernels
                        for i in range(inner)
                        for t in product(*map(range, node["kernel"]))
                    ]
                    for o in range(node["outputs"])
                ]

            both = [(1, tickets[0]), (-1, tickets[1])][:signs]
            excess = [(s, {key: kernel[key] - target[key] for key in target}) for s, kernel in both]
            found[place] = checker.weights.Weights(
                BITS,
                rows(*both),
                rows((1, target)),
                rows(*excess),
                [int(b * unit) for b in moved or []],
                [int((b - a) * unit) for a, b in zip(bias or [], moved or [], strict=True)],
            )
        return found

    def graph(self, checker):
        """The nodes as the checker has them."""
        return checker.graph.read_nodes(self.nodes, signed=self.signed[0])

    def inputs(self, checker):
        """The inputs as the checker has them."""
        low, high = self.box or (Fraction(-1), Fraction(1))
        return checker.known.Inputs(checker.inputs.outward(low, high), self.box is None)

    def known(self, checker):
        """The checker's intervals of every node, as `ends`, and what it needs to replace nodes."""
        return checker.images.followed(self.graph(checker), self.weights(checker), self.inputs(checker))


def number(rng, size):
    """A multiple of 2^-BITS of about this size; some are 0."""
    if not size or rng.random() < 0.1:
        return Fraction(0)
    return Fraction(int(rng.uniform(-size, size) * (1 << BITS)), 1 << BITS)


def random_window(rng, sizes, *, mode="zeros", dilated=True):
    """A window that fits: kernel, strides, dilations and pads."""
    kernel, strides, dilations, pads = [], [], [], []
    for size in sizes:
        most = {"zeros": 2, "replicate": 2, "circular": size, "reflect": size - 1}[mode]
        pad = [rng.randint(0, min(most, 2)), rng.randint(0, min(most, 2))]
        k = rng.randint(1, min(3, size + sum(pad)))
        room = (size + sum(pad) - 1) // max(k - 1, 1)
        kernel.append(k)
        dilations.append(rng.randint(1, max(1, min(2, room))) if dilated else 1)
        strides.append(rng.randint(1, 3))
        pads.append(pad)
    return {"kernel": kernel, "strides": strides, "dilations": dilations, "pads": pads}


def random_instance(seed, *, most_nodes=7, box="any"):
    """A random network: layers, ReLUs, poolings and sums of images of 1 to 3 axes."""
    rng = random.Random(seed)
    axes = rng.choice([1, 1, 2, 2, 3])
    top = {1: 5, 2: 3, 3: 2}[axes]
    shape = [rng.randint(1, 3), *(rng.randint(1, top) for _ in range(axes))]
    nodes, shapes = [{"op": "input", "shape": shape, "given": [prod(shape)], "axes": [0]}], [shape]
    for _ in range(rng.randint(1, most_nodes)):
        last, shape = len(nodes) - 1, shapes[-1]
        op = rng.choice(["layer", "layer", "relu", "max", "mean", "add"])
        if op == "layer":
            groups = rng.choice([g for g in range(1, shape[0] + 1) if shape[0] % g == 0])
            mode = rng.choice(["zeros", "zeros", *MODES])
            window = random_window(rng, shape[1:], mode=mode)
            node = {"op": op, "of": last, "outputs": groups * rng.randint(1, 2), **window, "mode": mode}
            node |= {"groups": groups, "bias": 0}
            node["bias"] = int(inner_tap(node, shape[1:]) is not None and rng.random() < 0.6)
            new = [node["outputs"], *Windowed(node, shape[1:]).outputs]
        elif op in ("max", "mean"):
            window = random_window(rng, shape[1:], dilated=op == "max")
            node = {"op": op, "of": last, **window}
            if any(
                all(pixel is None for _, pixel in Windowed(node, shape[1:]).reads(q))
                for q in Windowed(node, shape[1:]).positions()
            ):
                continue
            if op == "mean":
                del node["dilations"]
                node["counted"] = rng.randint(0, 1)
            new = [shape[0], *Windowed(node, shape[1:]).outputs]
        elif op == "relu":
            node, new = {"op": op, "of": last}, shape
        else:
            others = [i for i, other in enumerate(shapes) if other == shape]
            node, new = {"op": op, "of": [last, rng.choice(others)]}, shape
        nodes.append(node)
        shapes.append(new)
    if not any(node["op"] == "layer" for node in nodes):
        return random_instance(seed + 1, most_nodes=most_nodes, box=box)
    boxes = [None, (Fraction(0), Fraction(1)), (Fraction(-1), Fraction(1)), (Fraction(-3, 2), Fraction(-1, 3))]
    boxes += [(Fraction(-1, 2), Fraction(2))]
    return Instance(rng, nodes, shapes, rng.choice(boxes) if box == "any" else box), rng


def inner_tap(node, sizes):
    """The first tap that lies inside at every position, numbered row by row, or None."""
    window = Windowed(node, sizes)
    outside = set()
    for q in window.positions():
        outside |= {tap for tap, pixel in window.reads(q) if pixel is None}
    for number, tap in enumerate(product(*map(range, window.kernel))):
        if tap not in outside:
            return number
    return None
