"""The conclusion of each form of judgement as one displayed formula, in TeX that becomes sound MathML."""

from __future__ import annotations

from collections.abc import Callable

from lt_proofs.terms import Judgement, Symbol
from lt_proofs.terms.tex import tex

PROBABILITY = r"\operatorname{P}"
NEAR_SUMS = r"\max_{z \in W} \min_{S} \left|z - \sum_{i \in S} X_{i}\right|"
TARGET = r"W_{l} \sigma\left(\cdots \sigma\left(W_{1} x\right)\right)"


def _inequality(j: Judgement) -> str:
    return tex(j["conclusion"])


def _flow(j: Judgement) -> str:
    p, q, r = map(tex, j["profile"])
    moved = rf"\left|1 - \left(1 + \frac{{w_{{y + X}}}}{{w_{{y}}}}\right)^{{-{tex(j['power'])}}}\right|"
    return rf"E \int_{{y \in K,\ y + X \in W \setminus K}} w_{{y}} {moved} \ge {p} + {q} m + {r} m^{{2}}"


def _pairs(radius: str, bound: str, size: str) -> str:
    pairs = rf"(y,\ z) \in A \times A^{{c}} \mid \left|y - z\right| \le {radius}"
    return rf"{size}\left\{{{pairs}\right\}} \ge {bound}"


def _grid_cut(j: Judgement) -> str:
    radius = tex(j["radii"][0]) if len(j["radii"]) == 1 else "r"
    return _pairs(radius, tex(j["bound"]), r"\operatorname{number}")


def _cut(j: Judgement) -> str:
    return _pairs(tex(j["radius"]), tex(j["bound"]), r"\operatorname{area}")


def _contraction(j: Judgement) -> str:
    v = tex(Symbol(j["variable"]))
    factor = rf"\left({tex(j['factor'])}\right)"
    return rf"\operatorname{{E}} g(V) \le {factor}\, g({v}), \quad g({v}) = {tex(j['potential'])}"


def _drift(j: Judgement) -> str:
    covered = r"\left|K \cup \left(\left(K + X\right) \cap W\right)\right|"
    return rf"\operatorname{{E}} \frac{{{covered}}}{{\left|W\right|}} \ge {tex(Symbol('v') + j['gain'])}"


def _chain(j: Judgement) -> str:
    return rf"{PROBABILITY}\left(K_{{n}} \ne \mathrm{{window}}\right) \le {tex(j['bound'])}"


def _cover(j: Judgement) -> str:
    sure = rf"{PROBABILITY}\left({NEAR_SUMS} \le {tex(j['tolerance'])}\right) \ge {tex(1 - j['failure'])}"
    return rf"n \ge {tex(j['samples'])} \quad \Rightarrow \quad {sure}"


def _layer(j: Judgement) -> str:
    near = rf"\left|W x - G(x)\right| \le {tex(j['tolerance'])} \left|x\right|"
    return rf"n \ge {tex(j['units'])} \quad \Rightarrow \quad {near}"


def _composition(j: Judgement) -> str:
    copy = r"G_{l}\left(\sigma\left(\cdots \sigma\left(G_{1}\left(x\right)\right)\right)\right)"
    return rf"\left|{TARGET} - {copy}\right| < {tex(j['bound'])}"


def _network(j: Judgement) -> str:
    near = rf"\max_{{\left|x\right| \le 1}} \left|f(x) - g(x)\right| < {tex(j['error'])}"
    return rf"n_{{i}} \ge {tex(j['units'])} \quad \Rightarrow \quad {near}"


def _propagation(j: Judgement) -> str:
    return rf"S = {tex(j['error'])}, \quad G = {tex(j['growth'])}"


def _packing(j: Judgement) -> str:
    return rf"\operatorname{{number}} \ge {tex(j['count'])}"


def _diameter(j: Judgement) -> str:
    return rf"\left\|W - W'\right\| \le {tex(j['diameter'])}"


def _volume(j: Judgement) -> str:
    return rf"\operatorname{{vol}} A \le {tex(j['share'])} \operatorname{{vol}} B"


def _counting(j: Judgement) -> str:
    return tex(j["bits"] >= j["bound"])


def _bits(j: Judgement) -> str:
    return rf"\operatorname{{number}} \le 2^{{{tex(j['bits'])}}}"


def _matrices(j: Judgement) -> str:
    return rf"\min_{{i \ne j}} \left\|W_{{i}} - W_{{j}}\right\| > {tex(j['separation'])}"


# forms without an entry are shown by their sentence alone
DISPLAYED: dict[str, Callable[[Judgement], str]] = {
    "inequality": _inequality,
    "flow": _flow,
    "grid-cut": _grid_cut,
    "cut": _cut,
    "contraction": _contraction,
    "drift": _drift,
    "grid-drift": _drift,
    "chain": _chain,
    "cover": _cover,
    "layer": _layer,
    "composition": _composition,
    "network": _network,
    "propagation": _propagation,
    "packing": _packing,
    "diameter": _diameter,
    "volume": _volume,
    "counting": _counting,
    "units": _bits,
    "columns": _bits,
    "pruning": _inequality,
    "two-layer": _inequality,
    "matrices": _matrices,
}
