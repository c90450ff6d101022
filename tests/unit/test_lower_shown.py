"""The certificates of packings and masks that are kept are those that the program writes."""

from pathlib import Path

import pytest

from lt_proofs.networks.shown import certificates

KEPT = Path(__file__).resolve().parent.parent / "corpus" / "accept"
TEXTS = certificates()


@pytest.mark.parametrize("name", TEXTS)
def test_the_kept_file_is_written_again(name):
    assert (KEPT / f"lower-{name}.json").read_text("ascii") == TEXTS[name]
