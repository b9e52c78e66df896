"""What a killed process left half written or unpacked goes at the next save or start; nothing else does."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.system.atomic_file import atomic_write
from core.system.leftovers import clear_leftovers, partial_path
from core.system.user_folders import cache_folder, data_folder
from tests.program import run_main

ROOT = Path(__file__).parents[1]

HOLD = """
import sys, time
from pathlib import Path
from core.system.atomic_file import atomic_write
with atomic_write(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("began", flush=True)
    time.sleep(60)
"""


def begin(path: Path) -> subprocess.Popen:
    """Start a process that has begun to write a file and goes on."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "began\n"
    return process


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_killed_save_goes_and_one_that_lives_stays(tmp_path):
    path = tmp_path / "model [1].npz"
    living, dead = begin(path), begin(path)
    try:
        dead.kill()
        dead.communicate()
        assert len(names(tmp_path)) == 2
        with atomic_write(path) as file:
            file.write(b"whole")
        left = names(tmp_path) - {path.name}
        assert len(left) == 1
        assert f".{living.pid}-" in left.pop()
    finally:
        living.kill()
        living.communicate()
    clear_leftovers(tmp_path)
    assert names(tmp_path) == {path.name}
    assert path.read_bytes() == b"whole"


def test_saving_another_file_touches_no_leftover(tmp_path):
    dead = begin(tmp_path / "model.npz")
    dead.kill()
    dead.communicate()
    with atomic_write(tmp_path / "other.npz") as file:
        file.write(b"whole")
    assert len(names(tmp_path)) == 2


def test_a_number_that_another_process_has_by_now_does_not_keep_a_leftover(tmp_path):
    leftover = partial_path(tmp_path / "model.npz")
    leftover.write_bytes(b"half")
    clear_leftovers(tmp_path)
    assert leftover.exists()
    # Written before this process was started: by another one of its number.
    os.utime(leftover, (1e9, 1e9))
    clear_leftovers(tmp_path)
    assert not leftover.exists()


def test_what_another_computer_writes_stays_while_it_is_written_to(tmp_path):
    own = partial_path(tmp_path / "model.npz")
    who = re.search(r"-(....)....\.part", own.name)[1]
    foreign = own.with_name(own.name.replace(f"-{who}", "-ffff" if who != "ffff" else "-0000"))
    foreign.write_bytes(b"half")
    clear_leftovers(tmp_path)
    assert foreign.exists()
    os.utime(foreign, (time.time() - 4000,) * 2)
    clear_leftovers(tmp_path)
    assert not foreign.exists()


LOOK_ALIKES = (
    *("model.part", ".model.part", "model.npz.1-00000000.part", ".model.npz.xyz.part"),
    *(".00000000.part", ".a.00000000.par", ".a.1-00000000.part.txt", ".a.-00000000.part", ".a.1-0000000G.part"),
)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_files_of_other_names_are_never_touched(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"mine")
    os.utime(path, (1e9, 1e9))
    clear_leftovers(tmp_path)
    assert path.exists()


def test_links_and_folders_of_such_a_name_are_never_touched(tmp_path):
    target = tmp_path / "mine.txt"
    target.write_bytes(b"mine")
    os.utime(target, (1e9, 1e9))
    (tmp_path / ".a.00000000.part").symlink_to(target)
    (tmp_path / ".b.00000000.part").mkdir()
    clear_leftovers(tmp_path)
    assert len(names(tmp_path)) == 3


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    clear_leftovers(tmp_path / "nowhere")


def test_the_next_start_clears_the_folders_of_the_program_and_no_others(tmp_path, user_folder):
    folders = [cache_folder(), cache_folder() / "csv", data_folder(), data_folder() / "runs", tmp_path]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        dead = begin(folder / "model.npz")
        dead.kill()
        dead.communicate()
        assert len(list(folder.glob(".model*.part"))) == 1
    done = run_main("evaluate", "nowhere.npz")
    assert done.returncode == 2
    assert [len(list(folder.glob(".model*.part"))) for folder in folders] == [0, 0, 0, 0, 1]


def test_the_next_start_leaves_every_other_file_in_the_folders_of_the_program(user_folder):
    folders = [cache_folder(), cache_folder() / "csv", data_folder(), data_folder() / "runs", data_folder() / "lessons"]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name in LOOK_ALIKES:
            (folder / name).write_bytes(b"mine")
            os.utime(folder / name, (1e9, 1e9))
    assert run_main("evaluate", "nowhere.npz").returncode == 2
    for folder in folders:
        assert names(folder) >= set(LOOK_ALIKES)
