"""Measure the checker alone: seconds of processor time for the certificates that the report holds.

One process for each kind, as a reader starts it on a copied folder: Python without site packages, all files of the
kind at once, starting included. Medians of three.
"""

import json
import os
import subprocess
import sys

import pytest

from lt_proofs.certificates.checking import CHECKER

pytestmark = pytest.mark.timeout(900)

KINDS = {"claims": "certificates", "bounds": "bounds", "ticket": "ticket/certificate.json", "examples": "examples"}
ALL = 10


def seconds(paths):
    """Return the processor seconds of a process that checks these files."""
    before = os.times()
    command = [sys.executable, "-I", "-S", "-B", str(CHECKER), "--json", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = os.times()
    assert {report["state"] for report in json.loads(done.stdout)} == {"accepted"}
    return after.children_user - before.children_user + after.children_system - before.children_system


def test_the_committed_certificates(row, pytestconfig):
    """All of them within ten seconds of one core."""
    totals = [0.0] * 3
    for kind, place in KINDS.items():
        path = pytestconfig.rootpath / "reports" / place
        paths = sorted(path.glob("*.json")) if path.is_dir() else [path]
        raw = [seconds(paths) for _ in totals]
        totals = [total + one for total, one in zip(totals, raw, strict=True)]
        row(f"checker alone, {len(paths)} certificates of {kind}, processor time", raw, "s")
    entry = row("checker alone, all committed certificates, processor time", totals, "s", ALL)
    assert entry["gate_met"]
