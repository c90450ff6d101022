"""Files and folders appear whole or not at all, and links are never followed."""

import os

import pytest

from lt_proofs.errors import BadInput
from lt_proofs.files import check_folder, new_folder, write_file


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "x.json"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x.json"]


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    write_file(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left on device"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x.json"]


def test_links_and_folders_are_not_written_through(tmp_path):
    (tmp_path / "aim").write_bytes(b"precious")
    (tmp_path / "link").symlink_to(tmp_path / "aim")
    for name in ("link", "."):
        with pytest.raises(BadInput, match="neither a link nor a folder"):
            write_file(tmp_path / name, b"new")
    assert (tmp_path / "aim").read_bytes() == b"precious"
    with pytest.raises(BadInput, match="No such file or directory"):
        write_file(tmp_path / "missing" / "x", b"new")


def test_a_folder_appears_when_the_block_ends_well(tmp_path):
    with new_folder(tmp_path / "ticket") as folder:
        (folder / "a").write_bytes(b"1")
        assert not (tmp_path / "ticket").exists()
    assert names(tmp_path) == ["ticket"]
    assert names(tmp_path / "ticket") == ["a"]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_interrupted_folder_leaves_nothing(tmp_path, interruption):
    with pytest.raises(interruption), new_folder(tmp_path / "ticket") as folder:
        (folder / "a").write_bytes(b"1")
        raise interruption
    assert names(tmp_path) == []


def test_an_existing_folder_is_replaced_only_if_all_of_it_is_known(tmp_path):
    place = tmp_path / "ticket"
    place.mkdir()
    (place / "a").write_bytes(b"old")
    with pytest.raises(BadInput, match="exists already"), new_folder(place):
        pass
    with new_folder(place, frozenset({"a"})) as folder:
        (folder / "a").write_bytes(b"new")
    assert (place / "a").read_bytes() == b"new"
    (place / "notes.txt").write_bytes(b"precious")
    with pytest.raises(BadInput, match=r"'notes\.txt', which would be lost"), new_folder(place, frozenset({"a"})):
        pass
    assert (place / "notes.txt").read_bytes() == b"precious"
    assert names(tmp_path) == ["ticket"]


def test_a_link_in_the_way_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(BadInput, match="it is no folder"), new_folder(tmp_path / "link", frozenset()):
        pass
    (tmp_path / "real" / "a").symlink_to(tmp_path / "link")
    with pytest.raises(BadInput, match="would be lost"), new_folder(tmp_path / "real", frozenset({"a"})):
        pass


def test_an_empty_folder_is_a_fine_place(tmp_path):
    (tmp_path / "ticket").mkdir()
    with new_folder(tmp_path / "ticket") as folder:
        (folder / "a").write_bytes(b"1")
        assert names(tmp_path / "ticket") == []
    assert names(tmp_path / "ticket") == ["a"]
    assert names(tmp_path) == ["ticket"]


@pytest.mark.parametrize("older", [False, True])
def test_a_folder_in_which_somebody_works_stays(tmp_path, monkeypatch, older):
    place = tmp_path / "ticket"
    place.mkdir()
    (place / "a").write_bytes(b"old") if older else None
    before = place.stat().st_ino
    monkeypatch.chdir(place)
    with new_folder(place, frozenset({"a", "b/", "b/*"})) as folder:
        (folder / "a").write_bytes(b"new")
        (folder / "b").mkdir()
        (folder / "b" / "c").write_bytes(b"1")
    assert place.stat().st_ino == before
    assert names(place) == ["a", "b"]
    assert (place / "a").read_bytes() == b"new"
    with pytest.raises(BadInput, match="exists already"), new_folder(place):
        pass


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_the_last_step_brings_the_old_content_back(tmp_path, monkeypatch, inside, failure):
    place = tmp_path / "ticket"
    place.mkdir()
    for name in "ab":
        (place / name).write_bytes(b"old")
    if inside:
        monkeypatch.chdir(place)
    renames = []
    rename = type(place).rename

    def failing(self, aim):
        renames.append(aim)
        # inside: two old files step aside, one new one is moved, the second fails; else the new folder's move fails
        if len(renames) == (4 if inside else 2):
            raise failure
        return rename(self, aim)

    monkeypatch.setattr(type(place), "rename", failing)
    expected = BadInput if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected), new_folder(place, frozenset({"a", "b"})) as folder:
        for name in "ab":
            (folder / name).write_bytes(b"new")
    assert names(place) == ["a", "b"]
    assert {path.read_bytes() for path in place.iterdir()} == {b"old"}
    assert names(tmp_path) == ["ticket"]


def test_a_place_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    check_folder(tmp_path / "empty")
    check_folder(tmp_path / "new")
    for name, words in {"file": "no folder", "link": "no folder", "missing/new": "parent folder", ".": "empty"}.items():
        with pytest.raises(BadInput, match=words):
            check_folder(tmp_path / name)
    with pytest.raises(BadInput, match="--coq: "):
        check_folder(tmp_path / "file", argument="--coq")
