"""Tests reach no folder of the user's, on whichever system they run."""

import sys
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from tests.conftest import move_to


@pytest.mark.parametrize(
    ("platform", "system", "folder"),
    [
        ("linux", Unix, PurePosixPath("/tmp/test")),
        ("darwin", MacOS, PurePosixPath("/tmp/test")),
        ("win32", Windows, PureWindowsPath("C:/Temp/test")),
    ],
)
def test_every_folder_of_the_program_lies_elsewhere(platform, system, folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    move_to(folder, monkeypatch)
    folders = system("mnist-ann", appauthor=False)
    for one in (folders.user_data_dir, folders.user_cache_dir, folders.user_log_dir, folders.user_config_dir):
        assert type(folder)(one).is_relative_to(folder)
