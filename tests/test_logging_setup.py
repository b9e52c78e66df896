"""Every traceback reaches the log file, and none the user."""

import subprocess
import sys

import pytest

from core.system.memory import peak_memory
from tests.program import MAIN


def run_script(script: str) -> subprocess.CompletedProcess[str]:
    """Run a program that has started its log."""
    start = "from core.system.logging_setup import log_path, start_logging\nstart_logging()\nstart_logging()\n"
    command = [sys.executable, "-c", start + script]
    return subprocess.run(command, cwd=MAIN.parent, capture_output=True, text=True)


def read_log(folder) -> str:
    return next(folder.rglob("mnist_ann.log")).read_text(encoding="utf-8")


def test_an_uncaught_exception_is_one_sentence_here_and_a_traceback_there(user_folder):
    done = run_script("raise LookupError('lost é')")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Something went wrong inside the program (LookupError: lost é). "
        f"Details are in {next(user_folder.rglob('mnist_ann.log'))}."
    ]
    log = read_log(user_folder)
    assert log.count("Traceback (most recent call last)") == 1
    assert "LookupError: lost é" in log


def test_an_exception_in_a_thread_is_logged_with_the_threads_name(user_folder):
    done = run_script("import threading\nthreading.Thread(target=lambda: 1 / 0, name='painter').start()")
    assert "Traceback" not in done.stderr
    assert "[painter] uncaught exception" in read_log(user_folder)
    assert "ZeroDivisionError" in read_log(user_folder)


def test_warnings_are_logged_and_not_shown(user_folder):
    done = run_script("import warnings\nwarnings.warn('mind the gap')")
    assert done.stderr == ""
    assert "mind the gap" in read_log(user_folder)


def test_where_no_log_can_be_written_no_traceback_is_shown_either(user_folder, monkeypatch):
    (user_folder / "file").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(user_folder / "file"))
    error = "(ZeroDivisionError, ZeroDivisionError('by hand'), None)"
    done = run_script(f"import logging\nlogging.warning('broke', exc_info={error})\nraise LookupError")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_process_that_dies_leaves_the_stack_of_every_thread(user_folder):
    done = run_script(
        "import ctypes, threading\n"
        "def wait_for_nothing(): threading.Event().wait()\n"
        "threading.Thread(target=wait_for_nothing, daemon=True).start()\n"
        "def read_nowhere(): ctypes.string_at(0)\n"
        "read_nowhere()"
    )
    assert done.returncode != 0
    log = read_log(user_folder)
    assert "in read_nowhere" in log
    assert "in wait_for_nothing" in log


def test_the_stacks_reach_the_log_that_is_written_after_a_change_of_files(user_folder):
    run_script(
        "import ctypes, logging\n"
        "for i in range(12_000): logging.getLogger('x').info('a line of some length in the file, number %d', i)\n"
        "ctypes.string_at(0)"
    )
    assert next(user_folder.rglob("mnist_ann.log.1")).exists()
    assert "Current thread" in read_log(user_folder)


def test_ctrl_c_is_no_fault_of_the_program(user_folder):
    run_script("raise KeyboardInterrupt")
    assert "Traceback" not in read_log(user_folder)


def test_the_log_does_not_grow_without_bound(user_folder):
    run_script(
        "import logging\nfor i in range(60_000): logging.getLogger('x').info('a line of some length, number %d', i)"
    )
    files = list(user_folder.rglob("mnist_ann.log*"))
    assert len(files) == 3
    assert all(file.stat().st_size <= 1_000_000 for file in files)


def test_without_a_place_for_the_log_the_program_works(user_folder, monkeypatch):
    blocked = user_folder / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    if sys.platform != "linux":
        pytest.skip("the place of the log is set through XDG_STATE_HOME")
    done = run_script("print('works')")
    assert (done.stdout, done.returncode) == ("works\n", 0)


def test_peak_memory_counts_what_was_freed_again():
    script = (
        "from core.system.memory import peak_memory\n"
        "before = peak_memory(); block = bytearray(200_000_000); del block; print(before, peak_memory())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=MAIN.parent, capture_output=True, text=True, check=True)
    before, after = map(float, done.stdout.split())
    assert 2 < before < 100
    assert after - before == pytest.approx(200, rel=0.05)


def test_peak_memory_of_a_small_child_is_not_that_of_its_parent():
    block = bytearray(300_000_000)
    script = "from core.system.memory import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", script], cwd=MAIN.parent, capture_output=True, text=True, check=True)
    assert peak_memory() > 300
    assert float(done.stdout) < 100
    del block
