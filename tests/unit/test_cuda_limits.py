"""Limits of the kernels on a GPU: derived from counts, recorded as they are derived, and never shown as measured."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

from lt_proofs.report import gpus, recordings

ROOT = Path(__file__).parent.parent.parent
RECORD = ROOT / "reports" / "ptxas.json"
needs_tools = pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is None or shutil.which("cc") is None,
    reason="the extra [cuda] or a C compiler is missing",
)


@pytest.fixture(scope="module")
def tool():
    paths = [str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "machine")]
    sys.path[:0] = paths
    import limits

    yield limits
    for path in paths:
        sys.path.remove(path)


def recorded():
    return json.loads(RECORD.read_text())


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("add.s64 %rd1, %rd2, %rd3", "integer", 2),
        ("add.s32 %r1, %r2, 1", "integer", 1),
        ("mul.wide.s32 %rd1, %r1, %r2", "integer", 1),
        ("min.s64 %rd1, %rd2, %rd3", "integer", 4),
        ("@%p1 bra $L__BB0_2", "other", 1),
        ("ld.global.u64 %rd1, [%rd2]", "global", 1),
        ("ld.param.u64 %rd1, [k_param_0]", "shared", 0),
        ("atom.shared.min.s64 %rd1, [%rd2], %rd3", "shared", 1),
        ("popc.b64 %r1, %rd1", "bit counts", 3),
        ("fma.rn.f64 %fd1, %fd2, %fd3, %fd4", "float64", 1),
    ],
)
def test_instructions_are_counted_by_the_unit_that_does_them(tool, text, unit, number):
    assert tool.issued(text)[:2] == (unit, number)


def test_units_are_busy_for_what_they_are_asked(tool):
    total = dict.fromkeys((*tool.WAITS, "wide", "turns", "sectors"), 0.0) | {"integer": 80.0, "other": 20.0, "turns": 7}
    clocks = tool.busy_clocks(total)
    assert clocks["issue"] == 25 and clocks["integer"] == 40 and clocks["shared memory"] == 7


def test_warps_are_resident_as_registers_memory_and_launches_allow(tool):
    many = {"threads": 128, "registers": 52, "shared": 43_056}
    assert tool.resident_warps("closest_in_blocks", many) == 20
    assert tool.resident_warps("x", {"threads": 64, "registers": 128, "shared": 0}) == 16
    assert tool.resident_warps("match_masks", {"threads": 64, "registers": 32, "shared": 0}) == 4


def test_the_record_has_every_work_and_no_aim_is_out_of_reach_of_half_the_limit(tool):
    from gpu_works import WORKS

    rows = {row["work"]: row for row in recorded()["limits"]}
    assert list(rows) == [work.name for work in WORKS]
    for work in WORKS:
        row = rows[work.name]
        assert row["reach_per_second"] == work.reach and row["half_meets_reach"] in (None, True)
        assert 0 < row["one_by_one"] <= row["limit_per_second"] == 2 * row["half"]
        assert 0 < row["lanes_busy"] <= 1 and row["instructions"] >= row["integer"] >= row["of_64_bits"]
    assert "not measured" in recorded()["card"]["how"]


@needs_tools
@pytest.mark.skipif(importlib.util.find_spec("nvidia") is None, reason="the extra [cuda] is not installed")
def test_the_record_is_what_is_derived(tool, monkeypatch):
    import gpu_works
    import ptxas

    if ptxas.toolchain() != recorded()["toolchain"]:
        pytest.skip("recorded with other compilers")
    resources = {row["kernel"]: row for row in recorded()["rows"] if row["architecture"] == tool.NAME}
    monkeypatch.setattr(gpu_works, "WORKS", gpu_works.WORKS[:1])
    monkeypatch.setattr(tool, "SIZES", tool.SIZES[:1])
    (row,) = tool.rows(resources)
    assert row == recorded()["limits"][0], "python benchmarks/ptxas.py --write"


def test_the_report_says_what_is_derived_and_what_was_measured(tmp_path):
    (tmp_path / "ptxas.json").write_text(RECORD.read_text())
    (tmp_path / "gpu.json").write_text(json.dumps({"status": "no GPU was available", "rows": []}))
    (table,) = recordings.recordings(tmp_path)[0]["tables"][:1]
    assert "derived" in " ".join(table["columns"]) and table["name"].startswith("Derived for")
    assert {row[-1] for row in table["rows"]} == {gpus.NOT_MEASURED}
    best = next(row["work"] for row in recorded()["limits"] if "best" in row["work"])
    rows = [{"work": best, "items_per_second": 1.234e7}]
    for status, last in (("measured", "12,000,000"), ("not finished", gpus.NOT_MEASURED)):
        (tmp_path / "gpu.json").write_text(json.dumps({"status": status, "rows": rows}))
        (table,) = recordings.recordings(tmp_path)[0]["tables"][:1]
        assert next(row[-1] for row in table["rows"] if row[0] == best) == last


@pytest.mark.parametrize("limits", [None, [], {"card": 1}, {"card": {}, "limits": [1, {"work": "w", "half": "x"}]}])
def test_limits_of_any_shape_are_read(limits):
    assert all(table["rows"] == [["w", "", "", "", "", gpus.NOT_MEASURED]] for table in gpus.tables(limits, limits))
