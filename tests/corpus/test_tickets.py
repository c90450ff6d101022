"""Ticket folders kept for what they once showed: accepted, rejected or malformed as their folder says.

``python tests/corpus/test_tickets.py`` writes the refused ones anew, each from an accepted one by one change.
"""

import copy
import hashlib
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATES = {"tickets": "accepted", "tickets_rejected": "rejected", "tickets_malformed": "malformed"}


def statement(**fields):
    """A change of the statement."""
    return lambda parts: parts["statement"].update(fields)


def layer(number, **fields):
    return lambda parts: parts["statement"]["layers"][number].update(fields)


def metadata(part, **fields):
    return lambda parts: parts[part][0].setdefault("__metadata__", {}).update(fields)


def everywhere(change):
    """A change of the statement, with what the masks record made to agree."""

    def both(parts):
        change(parts)
        stated = parts["statement"]
        layers = json.dumps(stated["layers"], sort_keys=True, separators=(",", ":"))
        parts["ticket"][0]["__metadata__"].update(factor=stated["factor"], layers=layers, seed=str(stated["seed"]))

    return both


def flipped(part, name, place, mask):
    def change(parts):
        header, body = parts[part]
        body[header[name]["data_offsets"][0] + place] ^= mask

    return change


def thesis(parts):
    header, body = parts["ticket"]
    header["thesis"] = {"dtype": "U8", "shape": [1], "data_offsets": [len(body), len(body) + 1]}
    body += b"!"


def both(*changes):
    def change(parts):
        for one in changes:
            one(parts)

    return change


def doubled_norm(parts):
    parts["data"]["norms"].append(copy.deepcopy(parts["data"]["norms"][0]))


REFUSED = {
    "tickets_malformed": {
        "a-theorem-in-the-statement": ("ball", statement(theorem="P = NP")),
        "a-theorem-in-the-metadata": ("ball", metadata("ticket", theorem="P = NP")),
        "a-theorem-beside-the-target": ("ball", metadata("target", theorem="P = NP")),
        "a-tensor-that-nothing-uses": ("ball", thesis),
        "a-norm-twice": ("ball", doubled_norm),
        "a-norm-that-nothing-uses": ("ball", lambda parts: parts["data"]["norms"][0].update(of="T2")),
        "negative-tolerance": ("ball", statement(eps="-1/8")),
        "no-tolerance": ("ball", statement(eps="0")),
        "true-for-one": ("ball", lambda parts: parts["statement"]["kept"].__setitem__(3, True)),
        "unknown-law": ("ball", both(statement(law="normal"), metadata("ticket", law="normal"))),
        "no-factor": ("ball", lambda parts: parts["statement"].pop("factor")),
        "one-more-hidden-unit-by-turns": ("ball", everywhere(layer(0, n=49))),
        "a-scale-above-the-limit": ("ball", everywhere(layer(0, scale=129))),
        "a-domain-of-long-rationals": ("ball", statement(domain={"low": "0", "high": f"1/{2**128 + 1}"})),
        "the-first-format": ("ball", metadata("ticket", format="lt_proofs ticket 1")),
    },
    "tickets_rejected": {
        "another-factor": ("ball-with-biases", everywhere(statement(factor="2^3"))),
        "another-factor-in-the-metadata": ("ball-with-biases", metadata("ticket", factor="2^3")),
        "scales-exchanged": (
            "ball-with-a-first-bias", everywhere(both(layer(1, scale=0), layer(2, scale=1))),
        ),
        "a-mask-bit-flipped": ("ball", flipped("ticket", "edges_1", 0, 1)),
        "a-weight-changed": ("ball", flipped("target", "weight_2", 2, 64)),
        "another-seed": ("ball", everywhere(statement(seed=6))),
        "another-law": ("ball", both(statement(law="kaiming"), metadata("ticket", law="kaiming"))),
        "no-constant-input": ("ball-with-biases", statement(constant_inputs=0)),
        "other-widths": ("ball", statement(widths=[2, 3, 1])),
        "a-smaller-bound": ("ball", statement(error_bound="1/4")),
        "one-weight-more-solved": ("unsolved", statement(solved=5)),
    },
}  # fmt: skip


def changed(source, change, folder):
    """Write a ticket with one change; hashes and digest are made right again."""
    from lt_proofs.certificates.certificate import certificate_text, seal

    certificate = json.loads((source / "certificate.json").read_text())
    step = certificate["steps"][0]
    parts = {"statement": step["goal"], "data": step["data"]}
    for part in ("target", "ticket"):
        blob = (source / f"{part}.safetensors").read_bytes()
        end = 8 + int.from_bytes(blob[:8], "little")
        parts[part] = (json.loads(blob[8:end]), bytearray(blob[end:]))
    change(parts)
    folder.mkdir(parents=True)
    for part in ("target", "ticket"):
        header, body = parts[part]
        text = json.dumps(header, separators=(",", ":")).encode()
        blob = len(text).to_bytes(8, "little") + text + bytes(body)
        (folder / f"{part}.safetensors").write_bytes(blob)
        parts["statement"][part] = "sha256:" + hashlib.sha256(blob).hexdigest()
    certificate["statement"] = parts["statement"]
    (folder / "certificate.json").write_text(certificate_text(seal(certificate)))


def test_each_ticket_is_what_its_folder_says():
    from lt_proofs.certificates.checking import run_checker

    for name, state in STATES.items():
        folders = sorted((HERE / name).iterdir())
        assert len(folders) >= 11
        for found in run_checker(folders):
            assert found.state == state, found.report


def test_each_refused_ticket_has_its_attack():
    for name, attacks in REFUSED.items():
        assert {folder.name for folder in (HERE / name).iterdir()} == set(attacks)


if __name__ == "__main__":
    for kind, attacks in REFUSED.items():
        shutil.rmtree(HERE / kind, ignore_errors=True)
        for attack, (source, change) in attacks.items():
            changed(HERE / "tickets" / source, change, HERE / kind / attack)
    sys.exit(0)
