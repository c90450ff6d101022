"""The table of rules in docs/mathematics: each rule of the checker, with an audited theorem of Coq or "English"."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([a-z0-9-]+) \| (English|LT\.\w+\.\w+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/mathematics/8-kernel.md").read_text("utf-8"))


def test_every_rule_has_one_row_in_the_order_of_the_checker():
    rules = json.loads((ROOT / "lt_proofs/checker/rules.json").read_text("utf-8"))
    assert [rule for rule, _, _ in ROWS] == list(rules)


def test_every_theorem_of_the_table_is_audited():
    record = json.loads((ROOT / "formal/record.json").read_text("utf-8"))
    audited = {entry["theorem"] for entry in record.values()}
    named = {theorem for _, theorem, _ in ROWS} - {"English"}
    assert named <= audited and len(named) > 10


def test_what_is_english_lacks_something():
    assert all(missing != "nothing" for _, theorem, missing in ROWS if theorem == "English")
