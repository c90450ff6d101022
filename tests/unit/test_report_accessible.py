"""axe-core in headless Chromium finds nothing wrong with the report, where both are there."""

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("browser", ROOT / "tests" / "browser.py")
browser = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(browser)
REPORT = Path(os.environ.get("LT_PROOFS_REPORTS", ROOT / "reports")) / "report.html"

pytestmark = pytest.mark.skipif(
    browser.browser() is None or browser.axe_file() is None, reason="needs Chromium and LT_PROOFS_AXE=…/axe.min.js"
)


@pytest.mark.parametrize(("view", "dark"), [("phone", True), ("desk", False)])
def test_axe_finds_nothing(view, dark):
    found = browser.audit(REPORT.read_text("utf-8"), browser.axe_file(), *browser.VIEWS[view], dark=dark)
    assert found["violations"] == []
    assert found["wider"] <= 0
    assert found["rules"] > 30
