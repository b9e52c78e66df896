"""A full disk, a locked folder and a lack of memory are told in a sentence, on the command line and in the window."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from core.commands.session import BAD_INPUT, guard
from core.system.system_errors import NO_MEMORY, describe_system_error
from gui.session.background_task import BackgroundTask
from tests.program import MAIN


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), "The disk is full where /x/y was to be written"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "The disk is full (No space left on device); free",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "/x may not be read or written (Read-only file system)"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "/x may not be read or written (Permission denied)"),
        (OSError(errno.EIO, "Input/output error", "/x"), "/x could not be read or written (Input/output error); check"),
        (OSError("odd"), "A file could not be read or written (odd)"),
        (MemoryError(), NO_MEMORY),
    ],
)
def test_what_the_system_refuses_is_said_with_what_to_do(capsys, error, sentence):
    assert describe_system_error(error).startswith(sentence)

    def work() -> int:
        raise error

    assert guard(work) == BAD_INPUT
    assert capsys.readouterr().err == f"{describe_system_error(error)}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_output_that_no_disk_has_room_for_is_no_fault_of_the_program(user_folder):
    arguments = ["predict", "resources/models/ten.npz", "resources/icons/mnist_ann_256.png", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, MAIN, *arguments], cwd=MAIN.parent, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == BAD_INPUT
    assert done.stderr.splitlines()[-1].startswith("The disk is full")


def test_work_in_the_background_tells_what_the_system_refuses(qtbot):
    def work(report) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x")

    task = BackgroundTask(work)
    with qtbot.waitSignal(task.failed) as failed:
        task.start()
    assert failed.args[0].startswith("The disk is full where /x was to be written")
