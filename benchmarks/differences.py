"""Certified differences of tickets and their targets: bounds, what an attack finds, ratios, and the checker's work.

    python benchmarks/differences.py                  measure all rows and print them
    python benchmarks/differences.py vdp gcas         only rows whose name begins with one of these
    python benchmarks/differences.py --write          … and keep reports/differences.json after every row

The public networks are read from the folder that LT_PROOFS_NETWORKS names. Every bound is one that the checker has
accepted; it then runs once more, alone, and the processor time and the memory of that run are in the row. Peers bound
the same difference in the same run: `apart` bounds both networks' outputs by the same lines on the same boxes, and
takes the difference of both; `crown` is auto_LiRPA on the two networks as one graph, in the Python that LT_PROOFS_LIRPA
names (auto-lirpa 0.3 of PyPI; benchmarks/lirpa.py says what it needs). They compute in floats and prove nothing, on the
whole box (`undivided`) and on the leaves of our tree, or some of many, where `planes` is our own bound in floats.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import lt_proofs
from lt_proofs.certificates.checking import CHECKER
from lt_proofs.networks import Ball, Box, InputDomain, Layer, Target, digits, load_target, prune
from lt_proofs.networks.compare import Compared, compare_near, compare_on
from lt_proofs.networks.pairs import NetworkPair, pair_of_pruned
from lt_proofs.networks.planes import Places, output_spans
from lt_proofs.networks.splitting import LEAF

PLACE = Path(__file__).parent.parent / "reports" / "differences.json"
LIRPA = Path(__file__).parent / "lirpa.py"
# boxes of a tree on which a peer's bound is computed
MOST_BOXES = 64
ONE = Fraction(1)
# runs a command; prints its exit code, its seconds of the processor and its largest memory in megabytes
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Whole:
    """A whole box: at most so many leaves, a goal for the bound, and what the ratio, or the bound, must not exceed.

    ``prior`` is the largest difference that any search has found before. ``public`` says that the network is a file.
    """

    name: str
    network: str
    box: Sequence[tuple[str, str]]
    leaves: int = 1
    error: str | None = None
    eps: str = "1/100"
    ratio: float | None = None
    bound: float | None = None
    prior: float = 0.0
    seconds: float = 60.0


@dataclass(frozen=True)
class Near:
    """Regions around inputs; ``ratio`` and ``seconds`` are what the median and the checker, per input, must reach."""

    name: str
    network: str
    box: tuple[str, str]
    radius: str
    norm: str
    inputs: Callable[[int], Any]
    ratio: float | None = None
    classes: float | None = None
    seconds: float | None = None


UNIT, SIGNED = [("0", "1")], [("-1", "1")]
# of VNN-COMP, with inputs as the network takes them
ACAS_1 = [("0.6", "0.679857769"), ("-0.5", "0.5"), ("-0.5", "0.5"), ("0.45", "0.5"), ("-0.5", "-0.45")]
ACAS_3 = [
    ("-0.303531156", "-0.298552812"),
    ("-0.009549297", "0.009549297"),
    ("0.493380324", "0.5"),
    ("0.3", "0.5"),
    ("0.3", "0.5"),
]
WHOLE = [
    Whole("test_small, whole box", "test_small", SIGNED, 64, ratio=1.01),
    Whole("lindex, whole box", "lindex", UNIT, 64, "0.21208", ratio=1.01, bound=0.21209, prior=0.21204),
    Whole("tll_8_0, whole box", "tll_8_0", SIGNED, 1024, ratio=1.01),
    Whole("vdp, whole box", "vdp", SIGNED, 2048, "0.2093", ratio=1.1, bound=0.20932, prior=0.19936),
    Whole("cartpole, whole box", "cartpole", SIGNED, 2600, "0.1685", ratio=1.1, bound=0.16859, prior=0.1586),
    Whole("lunarlander, whole box", "lunarlander", SIGNED, 3200, "2.03", bound=2.04, prior=0.5311),
    Whole("drones_ac5, whole box", "drones_ac5", SIGNED, 4600, "6.98", bound=6.99, prior=1.393),
    Whole("gcas, whole box", "gcas", SIGNED, 3200, "1.506", ratio=2.0, bound=1.506, prior=0.896),
    Whole("safenlp_medical, whole box", "safenlp_medical", UNIT, 64, bound=2.03, prior=0.3675),
    Whole("digits, whole box", "digits", UNIT, bound=3.2, prior=0.593),
    Whole("digits, unit ball", "digits", [], bound=0.4556, prior=0.157),
    Whole("mnistfc_256x2, whole box", "mnistfc_256x2", UNIT, bound=542.5, prior=0.309),
    Whole("acasxu_1_1, property 3", "acasxu_1_1", ACAS_3, 64, "0.05", eps="1/10000", bound=0.05, seconds=2),
    Whole("acasxu_1_1, property 1", "acasxu_1_1", ACAS_1, 2048, "0.05", eps="1/100000", bound=0.05),
    Whole("testnetwork2.nnet, a small box", "testnetwork2.nnet", [("-0.01", "0.01")], 64, eps="1/10000"),
]


def enlarged(count: int) -> Any:
    """Return images of digits, enlarged to 28 x 28."""
    images = digits.all_images()[0][:: max(1, 1797 // count)][:count].reshape(-1, 8, 8) / 16
    return np.stack([np.pad(np.kron(image, np.ones((3, 3))), 2).ravel() for image in images]).astype(np.float32)


def uniform(low: float, high: float, inputs: int) -> Callable[[int], Any]:
    """Return a function that draws points of a box, always the same."""
    return lambda count: np.random.default_rng(0).uniform(low, high, (count, inputs)).astype(np.float32)


def all_digits(_: int) -> Any:
    """Return all images of digits."""
    return (digits.all_images()[0] / 16).astype(np.float32)


NEAR = [
    Near("digits, 1,797 images, within 0.01", "digits", ("0", "1"), "1/100", "inf", all_digits, 1.5, 0.99),
    Near("vdp, within 0.05", "vdp", ("-1", "1"), "1/20", "inf", uniform(-1, 1, 3)),
    Near("cartpole, within 0.05", "cartpole", ("-1", "1"), "1/20", "inf", uniform(-1, 1, 4)),
    Near("gcas, within 0.05", "gcas", ("-1", "1"), "1/20", "inf", uniform(-1, 1, 14)),
    Near("lunarlander, within 0.02", "lunarlander", ("-1", "1"), "1/50", "inf", uniform(-1, 1, 8)),
    Near("mnistfc_256x2, within 0.001", "mnistfc_256x2", ("0", "1"), "1/1000", "inf", enlarged, 1.3, None, 1),
    Near("mnistfc_256x2, within 0.005", "mnistfc_256x2", ("0", "1"), "1/200", "inf", enlarged, None, None, 1),
    Near("mnistfc_256x2, within 0.01", "mnistfc_256x2", ("0", "1"), "1/100", "inf", enlarged, None, None, 1),
    Near("784-7x250-10, within 0.0005", "deep", ("0", "1"), "1/2000", "inf", enlarged, None, None, 6),
]
# inputs of a row of regions, and ratios that the median must reach by the share of neurons that may switch
INPUTS, BY_SHARE = 24, ((0.03, 1.3), (0.07, 2.0))


def deep() -> Target:
    """Return a network of widths 784, seven times 250, and 10, with weights as a network has them before training."""
    rng, widths = np.random.default_rng(0), (784, *[250] * 7, 10)
    layers = []
    for a, b in pairwise(widths):
        weight = rng.normal(0, np.sqrt(2 / a), (b, a)).astype(np.float32).astype(np.float64)
        layers.append(Layer(weight, rng.uniform(-0.1, 0.1, b).astype(np.float32).astype(np.float64)))
    return Target.of(layers, [str(k) for k in range(8)])


@cache
def network(name: str) -> Target:
    """Return a network by its name, read as the product reads it."""
    if name in ("digits", "deep"):
        return digits.target() if name == "digits" else deep()
    path = Path(os.environ.get("LT_PROOFS_NETWORKS", ".")) / (name if "." in name else f"{name}.onnx")
    return load_target(path, compare=False)


@cache
def ticket_pair(name: str, eps: str, low: str, high: str) -> NetworkPair:
    """Return a network and its ticket for inputs between the ends, or for the unit ball if they are empty."""
    domain = InputDomain((Fraction(low), Fraction(high))) if low else InputDomain()
    return pair_of_pruned(prune(network(name), Fraction(eps), domain=domain))


def whole_row(case: Whole) -> dict[str, Any]:
    """Measure a bound on a whole box, or on the unit ball."""
    target, signed = network(case.network), any(Fraction(low) < 0 for low, _ in case.box)
    pair = ticket_pair(case.network, case.eps, *((("-1" if signed else "0"), "1") if case.box else ("", "")))
    ends = [*case.box] * (target.widths[0] if len(case.box) == 1 else 1)
    box = Box.of([Fraction(low) for low, _ in ends], [Fraction(high) for _, high in ends]) if ends else None
    domain = Ball.of(ONE) if box is None else box
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        folder, start = Path(place) / "t", time.process_time()
        error = None if case.error is None else Fraction(case.error)
        found = compare_on(pair, domain, leaves=case.leaves, error=error, folder=folder)
        searched = time.process_time() - start
        seconds, memory = checked_again(folder, found)
        tree = json.loads((folder / "certificate.json").read_text())["steps"][0]["data"].get("tree", "ff")
    largest = max(float(found.found), case.prior)
    ratio = float(found.bound) / largest
    peers = {}
    if box is not None:
        leaves = boxes_of(pair.places(box), bytes.fromhex(tree))
        peers = {f"{name}_undivided": value for name, value in peers_on(pair, pair.places(box)).items()}
        peers |= {"boxes": len(leaves.low), **peers_on(pair, leaves)}
    return {
        **about(case.name, target, case.eps),
        "bound": float(found.bound),
        "found": float(found.found),
        "found_before": case.prior or None,
        "ratio": ratio,
        "leaves": found.leaves,
        "by": "norms" if found.by_norms else "planes",
        "search_seconds": searched,
        "checker_seconds": seconds,
        "checker_megabytes": memory,
        **peers,
        **verdicts(
            ratio=(ratio, case.ratio), bound=(float(found.bound), case.bound), seconds=(seconds, case.seconds),
            megabytes=(memory, 500),
        ),
    }  # fmt: skip


def near_row(case: Near) -> dict[str, Any]:
    """Measure bounds near inputs."""
    target = network(case.network)
    pair = ticket_pair(case.network, "1/100", *case.box)
    box, inputs = Box.same(Fraction(case.box[0]), Fraction(case.box[1]), pair.inputs), case.inputs(INPUTS)
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        start = time.process_time()
        found = compare_near(pair, inputs, Fraction(case.radius), case.norm, box, folder=Path(place) / "t")
        searched = time.process_time() - start
        seconds, memory = checked_again(Path(place) / "t", found)
    near = found.regions
    if near is None:
        raise SystemExit("regions are missing")
    reach = float(Fraction(case.radius))
    rows = inputs.astype(np.float64)
    places = replace(pair.places(box), low=np.maximum(rows - reach, 0 if case.box[0] == "0" else -1),
                     high=np.minimum(rows + reach, 1))  # fmt: skip
    share = switching(pair, places)
    median, classes = float(np.median(near.ratios)), near.proved_class / len(inputs)
    by_share = next((most for limit, most in BY_SHARE if share <= limit), None)
    return {
        **about(case.name, target, "1/100"),
        "inputs": len(inputs),
        "switching": share,
        "bound": float(np.median([float(bound) for bound in near.bounds])),
        "found": float(np.median(near.found)),
        "ratio": median,
        "largest_ratio": float(near.ratios.max()),
        "classes_proved": classes,
        "search_seconds": searched,
        "checker_seconds": seconds / len(inputs),
        "checker_megabytes": memory,
        **peers_on(pair, places, each=True),
        **verdicts(
            ratio=(median, case.ratio or by_share), classes=(-classes, case.classes and -case.classes),
            seconds=(seconds / len(inputs), case.seconds), megabytes=(memory, 500),
        ),
    }  # fmt: skip


def about(name: str, target: Target, eps: str) -> dict[str, Any]:
    """Return what a row is about."""
    return {"work": name, "widths": "-".join(map(str, target.widths)), "eps": eps}


def verdicts(**asked: tuple[float, float | None]) -> dict[str, Any]:
    """Return what is asked of figures, and whether all of it is met; the sign of a figure that is to be large is -."""
    gates = {key: abs(most) for key, (_, most) in asked.items() if most is not None}
    met = all(figure <= most for figure, most in asked.values() if most is not None)
    return {"gates": gates, "gates_met": met}


def checked_again(folder: Path, found: Compared) -> tuple[float, float]:
    """Run the checker alone on the files of a folder; return its seconds of the processor, and its largest memory."""
    command = [sys.executable, "-I", "-S", str(CHECKER), "--json"]
    command += [] if found.work is None else ["--work", str(found.work)]
    seconds = memory = 0.0
    for path in sorted(folder.glob("certificate*.json")):
        # a small process starts it: what a child takes includes what its parent had before
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", MEASURED, *command, str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        state, used, most = done.stdout.split()
        if state != "0":
            raise SystemExit(f"the checker does not accept {path.name} again")
        seconds, memory = seconds + float(used), max(memory, float(most))
    return seconds, memory


def boxes_of(places: Places, tree: bytes) -> Places:
    """Return the boxes of the leaves of a tree, or some of many, evenly chosen."""
    waiting, found = [(places.low[0], places.high[0])], []
    for node in tree:
        low, high = waiting.pop()
        if node == LEAF:
            found.append((low, high))
            continue
        above, below = low.copy(), high.copy()
        above[node] = below[node] = (low[node] + high[node]) / 2
        waiting += [(above, high), (low, below)]
    chosen = found[:: -(-len(found) // MOST_BOXES)]
    low, high = (np.array(side) for side in zip(*chosen, strict=True))
    return replace(places, low=low, high=high)


def peers_on(pair: NetworkPair, places: Places, *, each: bool = False) -> dict[str, Any]:
    """Return the peers' bounds on some boxes: the largest, or the median; and ours in floats on the same boxes."""
    part = np.median if each else np.max
    return {
        "planes": float(part(norms_of(*spans(pair.layers, places)))),
        "apart": float(part(apart(pair, places))),
        "crown": crown(pair, places, part),
    }


def spans(layers: Any, places: Places) -> tuple[Any, Any]:
    """Return low and high ends of the outputs' differences."""
    batches = np.array_split(np.arange(len(places.low)), max(1, len(places.low) // 8))
    found = [output_spans(layers, replace(places, low=places.low[rows], high=places.high[rows]))[0] for rows in batches]
    return np.vstack([one.low for one in found]), np.vstack([one.high for one in found])


def norms_of(low: Any, high: Any) -> Any:
    """Return the largest Euclidean norms in boxes of outputs."""
    return np.linalg.norm(np.maximum(-low, high), axis=1)


def apart(pair: NetworkPair, places: Places) -> Any:
    """Return the bounds of the difference from intervals of the outputs of both networks."""
    ends = []
    for which in (0, 2):
        # a network compared with one whose outputs are 0: the difference is the output
        layers = [(layer[which], 0 * layer[which], layer[which]) for layer in pair.layers]
        matrix = layers[-1][0]
        layers[-1] = (0 * matrix, matrix, matrix)
        ends.append(spans(layers, places))
    (low, high), (least, most) = ends
    return np.linalg.norm(np.maximum(most - low, high - least), axis=1)


def crown(pair: NetworkPair, places: Places, part: Callable[[Any], Any]) -> float | None:
    """Return the bound of auto_LiRPA, if LT_PROOFS_LIRPA names a Python that has it."""
    python = os.environ.get("LT_PROOFS_LIRPA")
    if not python:
        return None
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        arrays = {
            f"{kind}{k}": layer[which] for k, layer in enumerate(pair.layers) for kind, which in (("W", 0), ("T", 2))
        }
        constants = np.array([pair.inputs, pair.constants, pair.signs])
        np.savez(Path(place) / "in.npz", low=places.low, high=places.high, shape=constants, **arrays)
        done = subprocess.run([python, LIRPA, place], capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"auto_LiRPA: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        found = np.load(Path(place) / "out.npz")
        return float(part(norms_of(found["low"], found["high"])))


def switching(pair: NetworkPair, places: Places) -> float:
    """Return the median share of hidden neurons whose sign is open in a region."""
    shares = []
    for low, high in zip(places.low, places.high, strict=True):
        one = replace(places, low=low[None], high=high[None])
        _, hidden = output_spans(pair.layers, one)
        # where the sign is known, the line above relu(z) has no lift
        shares.append(np.mean(np.concatenate([(neurons.lift[0] > 0) for neurons in hidden])))
    return float(np.median(shares))


def cases(names: Sequence[str]) -> Iterator[Whole | Near]:
    """Yield the rows that are asked for, as far as their networks are at hand."""
    for case in [*WHOLE, *NEAR]:
        if names and not any(case.name.startswith(name) for name in names):
            continue
        if case.network not in ("digits", "deep") and not os.environ.get("LT_PROOFS_NETWORKS"):
            print(f"{case.name}: left out, LT_PROOFS_NETWORKS names no folder", file=sys.stderr)
            continue
        yield case


def machine() -> dict[str, Any]:
    """Describe the machine and the versions."""
    sys.path.insert(0, str(Path(__file__).parent))
    from conftest import machine as described

    return {**described(), "lt_proofs": lt_proofs.__version__}


def main() -> None:
    """Measure the rows, print them, and keep them with --write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of rows, or their beginnings")
    parser.add_argument("--write", action="store_true", help="keep reports/differences.json")
    asked = parser.parse_args()
    if asked.write and not asked.names:
        PLACE.unlink(missing_ok=True)
    for case in cases(asked.names):
        measured = whole_row(case) if isinstance(case, Whole) else near_row(case)
        row = {key: rounded(value) for key, value in measured.items()}
        print(json.dumps(row), flush=True)
        if asked.write:
            rows = {**kept_rows(), case.name: row}
            order = [one.name for one in (*WHOLE, *NEAR) if one.name in rows]
            report = {
                "date": datetime.now(UTC).isoformat(timespec="seconds"),
                "machine": machine(),
                "rows": [rows[name] for name in order],
            }
            PLACE.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


def kept_rows() -> dict[str, Any]:
    """Return the rows that are kept, by their names."""
    if not PLACE.is_file():
        return {}
    return {row["work"]: row for row in json.loads(PLACE.read_text("utf-8"))["rows"]}


def rounded(value: Any) -> Any:
    """Return a float with six significant digits."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
