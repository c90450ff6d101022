"""Certificates of bounds of the difference of two networks: written, and accepted by the checker (Mathematics 5.47).

The search works with floats, the checker with integers that are rounded upwards, so a stated bound is the search's
with a small margin; where the checker refuses it, the margin grows.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, frexp
from pathlib import Path
from typing import Any

import numpy as np

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import CheckerAnswer, run_checker
from lt_proofs.errors import Unsolved
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import new_folder, write_file
from lt_proofs.networks.domains import Domain
from lt_proofs.networks.limits import COST, DIGIT, LIMITS
from lt_proofs.networks.pairs import NamedFile, NetworkPair
from lt_proofs.networks.regions import Regions
from lt_proofs.networks.splitting import SplitDomain

# the margins that are tried in turn, and the bits of a stated bound
MARGINS, BITS = (2.0**-14, 2.0**-11, 2.0**-8, 2.0**-5), 30
# what the checker's own units may add to any bound, for a margin of 1
UNIT = 2.0**-26
# share of the checker's budget that the regions of one file are expected to take
SHARE = 0.6
NETWORKS = frozenset({"f.safetensors", "g.safetensors", "target.safetensors", "ticket.safetensors"})
INPUTS = frozenset({"inputs.safetensors", "inputs-*.safetensors"})
REPLACEABLE = NETWORKS | INPUTS | {"certificate.json", "certificate-*.json"}
# bytes of the inputs in one file; the checker reads twice as many
INPUT_BYTES = LIMITS["file_bytes"] // 2


@dataclass(frozen=True)
class CertifiedBounds:
    """Bounds and classes that the checker has accepted, one for a domain, one for each region; and what it said."""

    bounds: tuple[Fraction, ...]
    classes: tuple[int | None, ...]
    answers: tuple[CheckerAnswer, ...]


def certify_difference(
    pair: NetworkPair,
    domain: Domain,
    split: SplitDomain,
    folder: Path,
    *,
    norms: Mapping[str, Any] | None = None,
    by_norms: Fraction | None = None,
    work: int | None = None,
    force: bool = False,
) -> CertifiedBounds:
    """Write the certificate of a bound on a domain into a new folder, and have the checker accept it.

    ``norms`` are the data for the bound by chains of norms, if it is to count as well; ``by_norms`` is that bound on
    the whole domain, which is stated as it is if it is the smaller one. ``work`` allows the checker more units than a
    file may cost by default. Raises BadInput for a folder that may not be written, and Unsolved if the checker refuses
    every bound that is tried; nothing is left then.
    """
    alone = by_norms is not None and by_norms <= split.bound
    with new_folder(folder, REPLACEABLE if force else None) as part:
        for file in (pair.f, pair.g):
            write_file(part / file.name, file.content)
        for margin in MARGINS:
            bound = by_norms if alone and by_norms is not None else stated(split.bound, margin)
            data: dict[str, Any] = {} if alone else {"tree": split.tree.hex()}
            data |= _order(pair) | dict(norms or {})
            statement = {**_networks("difference", pair), "domain": domain.data, "bound": rational_text(bound)}
            write_certificate(part / "certificate.json", statement, data)
            (answer,) = run_checker([part / "certificate.json"], work=work)
            if answer.accepted:
                return CertifiedBounds((bound,), (None,), (_moved(answer, folder),))
            if alone or answer.state == "malformed":
                break
        raise Unsolved(f"the checker does not accept the bound {float(bound):.6g}: {answer.report['reason']}")


def certify_regions(
    pair: NetworkPair,
    regions: Regions,
    folder: Path,
    *,
    work: int | None = None,
    force: bool = False,
    known: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CertifiedBounds:
    """Write certificates of bounds near inputs into a new folder, several if one file would cost too much.

    They share the networks; each has some of the rows of inputs.safetensors, or of inputs-1.safetensors, … where one
    file would be too large. ``progress`` is called with (inputs done, inputs in all). ``known`` maps digests of
    certificates to what the checker said of them; those are not examined again, and new answers are added. Raises
    BadInput for a folder that may not be written, and Unsolved if the checker refuses every bound that is tried.
    """
    total, number = len(regions.bounds), 0
    parts: list[CheckerAnswer] = []
    most = max(1, int(SHARE * (work or LIMITS["work"]) / region_work(pair)))
    bounds: list[Fraction] = []
    answers = {} if known is None else known
    with new_folder(folder, REPLACEABLE if force else None) as part:
        for file in (pair.f, pair.g):
            write_file(part / file.name, file.content)
        for inputs, rows in _input_files(regions):
            write_file(part / inputs.name, inputs.content)
            start = rows.start
            while start < rows.stop:
                some = range(start, min(start + most, rows.stop))
                name = "certificate.json" if len(some) == total else f"certificate-{number + 1}.json"
                found, answer = _some_regions(pair, regions, inputs, some, rows.start, part / name, work, answers)
                if answer.state == "malformed" and "more work than" in answer.report["reason"] and len(some) > 1:
                    (part / name).unlink()
                    most = (len(some) + 1) // 2
                    continue
                if not answer.accepted:
                    raise Unsolved(
                        f"the checker does not accept the regions from {start} on: {answer.report['reason']}"
                    )
                bounds += found
                parts.append(_moved(answer, folder))
                start, number = some.stop, number + 1
                if progress is not None:
                    progress(start, total)
    return CertifiedBounds(tuple(bounds), tuple(_classes(regions, range(total))), tuple(parts))


def _input_files(regions: Regions) -> Iterator[tuple[NamedFile, range]]:
    """Yield files of inputs that the checker can read, and the rows that each has."""
    from safetensors.numpy import save

    inputs = np.ascontiguousarray(regions.inputs)
    most = max(1, INPUT_BYTES // inputs[0].nbytes)
    for number, start in enumerate(range(0, len(inputs), most), 1):
        rows = range(start, min(start + most, len(inputs)))
        name = "inputs.safetensors" if len(rows) == len(inputs) else f"inputs-{number}.safetensors"
        yield NamedFile(name, bytes(save({"inputs": inputs[rows.start : rows.stop]}))), rows


def _some_regions(
    pair: NetworkPair,
    regions: Regions,
    inputs: NamedFile,
    rows: range,
    first: int,
    path: Path,
    work: int | None,
    known: dict[str, Any],
) -> tuple[list[Fraction], CheckerAnswer]:
    """Write one certificate with the least margin that the checker accepts; return the bounds and the last answer.

    ``first`` is the row with which the file of inputs begins.
    """
    bounds: list[Fraction] = []
    answer: CheckerAnswer
    for margin in MARGINS:
        bounds = [stated(float(bound), margin) for bound in regions.bounds[rows.start : rows.stop]]
        statement = {
            **_networks("regions", pair),
            "inputs": inputs.data,
            "first": rows.start - first,
            "radius": rational_text(regions.radius),
            "norm": regions.norm,
            "domain": None if regions.box is None else regions.box.data,
            "bounds": [*map(rational_text, bounds)],
            "classes": _classes(regions, rows),
        }
        write_certificate(path, statement, _order(pair))
        answer = _answer(path, work, known)
        if answer.state != "rejected":
            break
    return bounds, answer


def _answer(path: Path, work: int | None, known: dict[str, Any]) -> CheckerAnswer:
    """Return what the checker says of a file, or said of the same file with the same allowance."""
    digest = hashlib.sha256(path.read_bytes() + str(work).encode()).hexdigest()
    if digest not in known:
        (answer,) = run_checker([path], work=work)
        known[digest] = {"state": answer.state, "report": answer.report}
    return CheckerAnswer(os.fspath(path), known[digest]["state"], known[digest]["report"])


def _classes(regions: Regions, rows: range) -> list[int | None]:
    return [int(number) if number >= 0 else None for number in regions.classes[rows.start : rows.stop]]


def _order(pair: NetworkPair) -> dict[str, Any]:
    return {} if pair.order is None else {"order": [list(one) for one in pair.order]}


def _networks(form: str, pair: NetworkPair) -> dict[str, Any]:
    return {"form": form, "f": pair.f.data, "g": pair.g.data}


def write_certificate(path: Path, statement: dict[str, Any], data: dict[str, Any]) -> None:
    """Write the certificate of a statement whose form and rule have the same name, with one step."""
    steps = Steps()
    steps.add(statement["form"], statement, [], data)
    write_file(path, certificate_text(certificate(statement["form"], steps)).encode("ascii"))


def _moved(answer: CheckerAnswer, folder: Path) -> CheckerAnswer:
    """The answer with the name that the file has in the end."""
    name = os.fspath(folder / Path(answer.file).name)
    return CheckerAnswer(name, answer.state, {**answer.report, "file": name})


def stated(bound: float, margin: float) -> Fraction:
    """Return a short rational above the bound, by the margin in proportion.

    >>> stated(0.3, 2.0**-14) > Fraction(3, 10)
    True
    """
    wanted = bound * (1 + margin) + UNIT * margin
    shift = BITS - frexp(wanted)[1]
    return Fraction(ceil(Fraction(wanted) * Fraction(2) ** shift)) / Fraction(2) ** shift


def region_work(pair: NetworkPair) -> int:
    """Return about what the checker spends on one region where few neurons switch."""
    shapes = [first.shape for first, _, _ in pair.layers]
    work: int = sum(rows * columns * (2 * COST["interval"] + 6) for rows, columns in shapes)
    for number, (rows, _) in enumerate(shapes[1:], 1):
        kinds = 2 if number < len(shapes) - 1 else 4  # rows of z and of d, or of d and of two networks' classes
        for inner, columns in shapes[:number]:
            once = COST["scaled"] + columns * 64 // DIGIT // COST["digits"]
            work += kinds * rows * (inner * (once + 12) + columns * (2 * COST["unpacked"] + 3))
    return work
