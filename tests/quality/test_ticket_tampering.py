"""Tampered tickets, with every digest and hash made right again, are rejected by the mathematics."""

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.networks import digits, prune, save_ticket

Change = Callable[[dict[str, Any], dict[str, Any]], None]


@pytest.fixture
def ticket(tmp_path: Path) -> Path:
    save_ticket(prune(digits.target(), Fraction(1, 50), seed=3), tmp_path / "t")
    return tmp_path / "t"


def tamper(folder: Path, change: Change, metadata: dict[str, str] | None = None) -> None:
    """Apply a change to tensors and statement, then reseal everything."""
    path = folder / "ticket.safetensors"
    tensors = load_file(path)
    with safe_open(path, "np") as file:
        kept = {**file.metadata(), **(metadata or {})}
    certificate = json.loads((folder / "certificate.json").read_text())
    statement = certificate["statement"]
    change(tensors, statement)
    save_file(tensors, path, metadata=kept)
    statement["ticket"] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    certificate["steps"][0]["goal"] = statement
    (folder / "certificate.json").write_text(certificate_text(seal(certificate)))


def tamper_norm(folder: Path, **fields: Any) -> None:
    """Change the first norm of the certificate's data and claim a smaller error for it."""
    certificate = json.loads((folder / "certificate.json").read_text())
    certificate["steps"][0]["data"]["norms"][0].update(fields)
    (folder / "certificate.json").write_text(certificate_text(seal(certificate)))


def verdict(folder: Path) -> tuple[str, str]:
    (examined,) = run_checker([folder / "certificate.json"])
    return examined.state, examined.report.get("reason", "")


def drop_an_edge(tensors: dict[str, Any], statement: dict[str, Any]) -> None:
    edges = tensors["edges_1"]
    row, byte = next(zip(*np.nonzero(edges), strict=True))
    edges[row, byte] &= edges[row, byte] - 1


def drop_an_edge_and_count_it(tensors: dict[str, Any], statement: dict[str, Any]) -> None:
    drop_an_edge(tensors, statement)
    statement["kept"][1] -= 1


def drop_a_unit(tensors: dict[str, Any], statement: dict[str, Any]) -> None:
    units = tensors["units_2"]
    byte = np.flatnonzero(units)[0]
    units[byte] &= units[byte] - 1


def set_to(key: str, value: Any) -> Change:
    return lambda tensors, statement: statement.update({key: value})


def test_the_ticket_itself_is_accepted(ticket: Path) -> None:
    assert verdict(ticket) == ("accepted", "")
    tamper(ticket, lambda tensors, statement: None)
    assert verdict(ticket) == ("accepted", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_an_edge, "the files give"),
        (drop_an_edge_and_count_it, "solved"),
        (drop_a_unit, "the files give"),
        (set_to("eps", "1/100"), "solved"),
        (set_to("seed", 4), "seed"),
        (set_to("error_bound", "1/1000"), "error_bound"),
        (set_to("max_weight_error", "1/60"), "max_weight_error"),
        (set_to("weights", 2367), "weights"),
        (set_to("factor", "2^1"), "factor"),
        (set_to("widths", [64, 32, 11]), "widths"),
        (set_to("constant_inputs", 1), "constant_inputs"),
        (set_to("law", "kaiming"), "law"),
        (set_to("target", "sha256:" + "0" * 64), "target"),
    ],
)
def test_resealed_changes_are_rejected(ticket: Path, change: Change, words: str) -> None:
    tamper(ticket, change)
    state, reason = verdict(ticket)
    assert state == "rejected" and words in reason


def test_another_seed_everywhere_is_rejected(ticket: Path) -> None:
    tamper(ticket, set_to("seed", 4), {"seed": "4"})
    state, reason = verdict(ticket)
    assert state == "rejected" and "the files give" in reason


@pytest.mark.parametrize("key", ["law", "inputs", "layers", "factor"])
def test_what_the_loader_reads_is_what_is_certified(ticket: Path, key: str) -> None:
    tamper(ticket, lambda tensors, statement: None, {key: "3"})
    state, reason = verdict(ticket)
    assert state == "rejected" and "another law, seed, factor or shape" in reason


def test_a_second_sign_behind_a_relu_is_malformed(ticket: Path) -> None:
    tamper(ticket, lambda tensors, statement: statement["layers"][1].update(signs=2))
    assert verdict(ticket)[0] == "malformed"


def test_a_ticket_for_one_sign_only_is_rejected(ticket: Path) -> None:
    tamper(ticket, lambda tensors, statement: statement["layers"][0].update(signs=1))
    state, reason = verdict(ticket)
    assert state == "rejected" and "both signs" in reason


def test_a_larger_domain_needs_a_larger_error(ticket: Path) -> None:
    tamper(ticket, set_to("domain", {"low": "-1/8", "high": "1/8"}))
    assert verdict(ticket)[0] == "accepted"
    tamper(ticket, set_to("domain", {"low": "-1/2", "high": "1/8"}))
    state, reason = verdict(ticket)
    assert state == "rejected" and "error_bound" in reason


@pytest.mark.parametrize(
    "change",
    [
        set_to("layers", []),
        set_to("domain", {"low": "1", "high": "0"}),
        set_to("domain", "everywhere"),
        set_to("eps", "0.01"),
        set_to("seed", 2**64),
        lambda tensors, statement: tensors.pop("edges_2"),
        lambda tensors, statement: tensors.update(units_1=tensors["units_1"][:-1]),
        lambda tensors, statement: statement["layers"][1].update(units=10**9),
        lambda tensors, statement: statement["layers"].pop(),
        lambda tensors, statement: statement["layers"][0].update(radius_1=2**24),
        lambda tensors, statement: statement["layers"][0].update(n=10**4),
        set_to("law", "normal"),
        set_to("weights", 2369),
        set_to("theorem", "P = NP"),
        set_to("eps", "-1/50"),
        set_to("solved", True),
        lambda tensors, statement: tensors.update(thesis=tensors["units_1"]),
        lambda tensors, statement: statement["layers"][1].update(columns=64, rows=5),
    ],
)
def test_nonsense_is_malformed(ticket: Path, change: Change) -> None:
    tamper(ticket, change)
    assert verdict(ticket)[0] == "malformed"


def test_a_missing_or_cut_file_is_malformed(ticket: Path) -> None:
    content = (ticket / "target.safetensors").read_bytes()
    (ticket / "target.safetensors").write_bytes(content[:-1])
    assert verdict(ticket)[0] == "malformed"
    (ticket / "target.safetensors").unlink()
    assert verdict(ticket)[0] == "malformed"


def test_norms_without_their_witness_are_rejected(ticket: Path) -> None:
    norm = json.loads((ticket / "certificate.json").read_text())["steps"][0]["data"]["norms"][0]
    tamper_norm(ticket, bound=norm["bound"] * 99 // 100)
    assert verdict(ticket)[0] == "rejected"
    tamper_norm(ticket, bound=norm["bound"], factor=norm["factor"][:8] + "ffff" + norm["factor"][12:])
    assert verdict(ticket)[0] == "rejected"
    tamper_norm(ticket, factor=norm["factor"][:-8])
    assert verdict(ticket)[0] == "malformed"
    tamper_norm(ticket, factor=norm["factor"], bits=200)
    assert verdict(ticket)[0] == "malformed"
