"""What a search left behind is a hint: a forged one proves nothing."""

import json

import pytest

from lt_proofs.certificates.certificate import seal
from lt_proofs.report import searches
from lt_proofs.theory.record import find


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Claim r3, searched, and the file that keeps what was found."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    check(tmp_path / "first")
    (path,) = (tmp_path / "cache").rglob("*.json")
    return tmp_path, path, json.loads(path.read_text())


def check(folder):
    folder.mkdir()
    (result,) = searches.checked_claims([find("r3")], folder, anew=False)
    return result


def weaker(envelope):
    """A statement that the record does not have, concluded by the same steps."""
    steps = json.loads(json.dumps(envelope["steps"]).replace('"1/2"', '"1/3"'))
    return seal({**envelope, "steps": steps, "statement": steps[-1]["goal"]})


FORGERIES = {
    "no proof": lambda hint: hint["found"][0].update(certificate=None),
    "a step left out": lambda hint: hint["found"][0].update(
        certificate=seal({**hint["found"][0]["certificate"], "steps": hint["found"][0]["certificate"]["steps"][1:]})
    ),
    "another statement": lambda hint: hint["found"][0].update(certificate=weaker(hint["found"][0]["certificate"])),
    "a plant's refutation as the proof": lambda hint: hint["found"][0].update(
        certificate=hint["found"][1]["certificate"]
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_hint_proves_nothing(kept, forgery):
    folder, path, hint = kept
    forgery(hint)
    path.write_text(json.dumps(hint))
    assert check(folder / "second").verdict.value != "PROVED"


@pytest.mark.parametrize("text", ["", "{}", '{"found": []}', "[1", '{"found": [1, 2, 3, 4]}'])
def test_a_broken_hint_is_searched_again(kept, text):
    folder, path, _ = kept
    path.write_text(text)
    assert check(folder / "second").verdict.value == "PROVED"
