"""Bound the difference of two networks, as one graph, by CROWN of auto_LiRPA: a peer of benchmarks/differences.py.

    PYTHON benchmarks/lirpa.py FOLDER      reads FOLDER/in.npz, writes FOLDER/out.npz

PYTHON has torch, appdirs, tqdm and auto-lirpa 0.3, the newest on PyPI, installed without its dependencies, which name a
torch that Python 3.11 does not have. Four things that newer libraries have changed are put back first.
"""

import sys
import types
from pathlib import Path

import numpy as np
import torch
import torch.onnx.symbolic_helper

moved = types.ModuleType("numpy.lib.arraysetops")
moved.isin = np.isin
sys.modules["numpy.lib.arraysetops"] = moved
torch.onnx.symbolic_helper._set_opset_version = lambda _: None
torch._C.Node.__getitem__ = lambda node, key: getattr(node, node.kindOf(key))(key)

from auto_LiRPA import BoundedModule, BoundedTensor  # noqa: E402
from auto_LiRPA.perturbations import PerturbationLpNorm  # noqa: E402

BATCH = 16
members = BoundedModule._named_members
KNOWN = ("prefix", "recurse")
BoundedModule._named_members = lambda self, *given, **named: members(
    self, *given, **{key: value for key, value in named.items() if key in KNOWN}
)


def linear(matrix, bias=None):
    layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=bias is not None)
    layer.weight.data = torch.tensor(matrix)
    if bias is not None:
        layer.bias.data = torch.tensor(bias)
    return layer


class Network(torch.nn.Module):
    """One network; its first matrix acts on (x, 1), or on (relu(x), 1, relu(-x), 0)."""

    def __init__(self, matrices, inputs, constants, signs):
        super().__init__()
        first, columns = matrices[0], inputs + constants
        bias = first[:, inputs:columns].sum(axis=1)
        self.positive = linear(first[:, :inputs], bias)
        both = signs == 2 and not np.array_equal(first[:, :inputs], -first[:, columns : columns + inputs])
        self.negative = linear(first[:, columns : columns + inputs]) if both else None
        self.rest = torch.nn.ModuleList([linear(matrix) for matrix in matrices[1:]])

    def forward(self, x):
        if self.negative is None:
            x = self.positive(x)
        else:
            x = self.positive(torch.relu(x)) + self.negative(torch.relu(-x))
        for layer in self.rest:
            x = layer(torch.relu(x))
        return x


class Difference(torch.nn.Module):
    def __init__(self, f, g):
        super().__init__()
        self.f, self.g = f, g

    def forward(self, x):
        return self.g(x) - self.f(x)


def main():
    torch.set_default_dtype(torch.float64)
    folder = Path(sys.argv[1])
    found = np.load(folder / "in.npz")
    shape = [int(value) for value in found["shape"]]
    depth = sum(name.startswith("W") for name in found.files)
    f, g = (Network([found[f"{kind}{k}"] for k in range(depth)], *shape) for kind in "WT")
    low, high = torch.tensor(found["low"]), torch.tensor(found["high"])
    # by default this version takes a sum of two vectors for one of images
    module = BoundedModule(Difference(f, g), low[:1], bound_opts={"conv_mode": "matrix"})
    ends = []
    for some in torch.arange(len(low)).split(BATCH):
        ball = PerturbationLpNorm(norm=np.inf, x_L=low[some], x_U=high[some])
        with torch.no_grad():
            lower, upper = module.compute_bounds(x=(BoundedTensor(low[some], ball),), method="CROWN")
        ends.append((lower.numpy(), upper.numpy()))
    np.savez(folder / "out.npz", low=np.vstack([end[0] for end in ends]), high=np.vstack([end[1] for end in ends]))


if __name__ == "__main__":
    main()
