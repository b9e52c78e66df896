"""A locked folder is no empty one, whatever version of Python looks into it."""

import sys

import pytest

from core.system.paths import exists, is_file
from tests.obstinate_disks import as_ordinary_user


def test_what_is_there_is_told(tmp_path):
    file = tmp_path / "a"
    file.write_text("a")
    assert is_file(file)
    assert exists(file)
    assert exists(tmp_path)
    assert not is_file(tmp_path)


@pytest.mark.parametrize("name", ["nothing", "file/below", "nul\0nul"])
def test_what_is_not_there_is_told(tmp_path, name):
    (tmp_path / "file").write_text("a")
    assert not exists(tmp_path / name)
    assert not is_file(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_link_that_leads_nowhere_is_nothing(tmp_path):
    for target in ("nothing", "link"):
        (tmp_path / "link").symlink_to(target)
        assert not exists(tmp_path / "link")
        (tmp_path / "link").unlink()


def test_a_locked_folder_is_told_as_locked(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "a").write_text("a")
    folder.chmod(0o000)
    try:
        with as_ordinary_user():
            for look in (exists, is_file):
                with pytest.raises(PermissionError):
                    look(folder / "a")
    finally:
        folder.chmod(0o700)
