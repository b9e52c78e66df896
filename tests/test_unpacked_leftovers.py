"""The folder into which an archive was unpacked goes with its process, and at the next start if that was killed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core.system.leftovers import clear_own_leftovers, temporary_folder
from tests.program import run_main

ROOT = Path(__file__).parents[1]

HOLD = """
import time
from core.system.leftovers import temporary_folder
with temporary_folder() as folder:
    (folder / "set" / "3").mkdir(parents=True)
    (folder / "set" / "3" / "image.png").write_bytes(b"half")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return a folder that stands for that of the system."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def unpack() -> tuple[subprocess.Popen, Path]:
    """Start a process that has unpacked something and goes on; return where."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return process, Path(process.stdout.readline().strip())


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def test_what_was_unpacked_goes_when_it_is_read(temporary):
    with temporary_folder() as folder:
        assert folder.parent == temporary
        (folder / "image.png").write_bytes(b"whole")
    assert not list(temporary.iterdir())


def test_the_next_start_removes_what_a_killed_process_unpacked_and_nothing_of_one_that_lives(
    temporary, user_folder, qtbot
):
    (living, kept), (dead, left) = unpack(), unpack()
    try:
        kill(dead)
        assert left.is_dir()
        clear_own_leftovers()
        qtbot.waitUntil(lambda: not left.exists(), timeout=30_000)
        assert (kept / "set" / "3" / "image.png").exists()
    finally:
        kill(living)


def test_the_program_does_so_when_it_starts(temporary, user_folder):
    dead, left = unpack()
    kill(dead)
    assert run_main("train", "--train-data", "builtin", "--iterations", "1").returncode == 0
    assert not left.exists()


def test_folders_of_other_names_links_and_files_stay(temporary, user_folder):
    dead, left = unpack()
    kill(dead)
    name = left.name
    left.rename(temporary / "elsewhere")
    others = [f"{name}x", f"my_{name}", "mnist_ann_abcdefgh", "mnist_ann_", "mnist_ann_12-0000000G", f"{name}.txt"]
    for other in others:
        (temporary / other).mkdir()
        os.utime(temporary / other, (1e9, 1e9))
    (temporary / name).symlink_to(temporary / "elsewhere")
    clear_own_leftovers()
    (temporary / name).unlink()
    (temporary / name).write_bytes(b"a file")
    os.utime(temporary / name, (1e9, 1e9))
    clear_own_leftovers()
    assert {path.name for path in temporary.iterdir()} == {name, "elsewhere", *others}
    assert (temporary / "elsewhere" / "set" / "3" / "image.png").exists()
