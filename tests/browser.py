"""The report in headless Chromium under axe-core: ``python tests/browser.py report.html --axe axe.min.js``.

axe-core comes from npm (``npm install axe-core``). Every page is looked at on a phone and on a desk, light and dark,
with everything unfolded. Exit code 0: no violation, nothing wider than the page; 1: some; 2: no Chromium or no axe.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VIEWS = {"phone": (390, 844), "desk": (1280, 900)}
SCRIPT = """
window.addEventListener("load", async () => {
  document.querySelectorAll("details").forEach(d => d.open = true);
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const told = {axe: found.testEngine.version, rules: found.passes.length, wider: wide,
    width: document.documentElement.clientWidth,
    violations: found.violations.map(v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 160)])};
  document.body.textContent = "AUDIT" + JSON.stringify(told) + "END";
});
"""


def browser() -> str | None:
    """The first Chromium on this machine."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def axe_file() -> Path | None:
    """Where LT_PROOFS_AXE says that axe-core is."""
    place = os.environ.get("LT_PROOFS_AXE")
    return Path(place) if place and Path(place).is_file() else None


def audit(page: str, axe: Path, width: int, height: int, *, dark: bool) -> dict:
    """What axe finds in the page; the script that looks is put where the page's own policy allows none."""
    opened = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    scheme = "all" if dark else "not all"
    opened = opened.replace("(prefers-color-scheme: dark)", scheme)
    script = f"<script>{axe.read_text('utf-8')}</script><script>{SCRIPT}</script>"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "page.html"
        place.write_text(opened.replace("</body>", f"{script}</body>"), "utf-8")
        command = [
            browser() or "", "--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={width},{height}",
            f"--user-data-dir={folder}/profile", "--timeout=120000", "--virtual-time-budget=600000", "--dump-dom",
            place.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    told = re.search(r"AUDIT(\{.*\})END", done.stdout, re.DOTALL)
    if told is None:
        raise RuntimeError(f"no audit came back: {done.stderr[-300:]}")
    return json.loads(unescape(told.group(1)))


def audits(page: str, axe: Path) -> dict[str, dict]:
    """The page in every view, light and dark."""
    return {
        f"{name}, {'dark' if dark else 'light'}": audit(page, axe, *size, dark=dark)
        for name, size in VIEWS.items()
        for dark in (False, True)
    }


def main() -> int:
    """Audit a page and print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--axe", type=Path, default=axe_file())
    options = parser.parse_args()
    if browser() is None or options.axe is None:
        sys.stderr.write("Chromium or axe-core is missing: give --axe FILE or set LT_PROOFS_AXE\n")
        return 2
    found = audits(options.page.read_text("utf-8"), options.axe)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return int(any(view["violations"] or view["wider"] > 0 for view in found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
