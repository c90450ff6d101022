"""Where caches lie, and what of them is deleted."""

import os
from pathlib import Path

import pytest

from lt_proofs import caches


def test_the_user_s_choice_holds_if_it_is_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert caches.caches_root() == tmp_path
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert caches.caches_root() != Path("relative")
    assert caches.caches_root().is_absolute()


@pytest.mark.parametrize(
    ("system", "place"), [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")]
)
def test_each_platform_has_its_place(monkeypatch, tmp_path, system, place):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(caches.sys, "platform", system)
    monkeypatch.setattr(caches.Path, "home", lambda: tmp_path)
    assert caches.caches_root() == tmp_path / place


def test_a_folder_below_a_file_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    assert not caches.usable(tmp_path / "file" / "folder")
    assert caches.usable(tmp_path / "new" / "folder")
    assert not list((tmp_path / "new" / "folder").iterdir())


def test_a_temporary_folder_that_others_can_fill_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(caches.tempfile, "tempdir", str(tmp_path))
    folder = caches.private_temporary_folder()
    assert folder is not None
    assert folder == caches.private_temporary_folder()
    assert folder.stat().st_mode & 0o077 == 0
    folder.chmod(0o770)
    assert caches.private_temporary_folder() is None
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    assert caches.private_temporary_folder() is None


def test_the_folders_used_last_are_kept(tmp_path):
    for age in range(6):
        folder = tmp_path / f"kernels-{age}"
        folder.mkdir()
        (folder / "code").write_text("")
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "kernels-file").write_text("no folder")
    (tmp_path / "other").mkdir()
    (tmp_path / "kernels-link").symlink_to(tmp_path / "other")
    caches.drop_all_but_newest(tmp_path, "kernels-*", 2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["kernels-0", "kernels-1", "kernels-file", "kernels-link", "other"]
