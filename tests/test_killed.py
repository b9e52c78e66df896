"""Killed at random moments while it trains, saves, collects digits and writes settings, the program loses nothing.

No time is asserted: whatever the program said to be written has to be on the disk, be readable, and come back.
"""

import os
import random
import signal
import subprocess
import sys

import pytest

from core.files.session_file import load_session
from tests.killed_windows import ROOT, damaged_files, kill_once, user_environment, wait_until_open

KILLS = 10


@pytest.mark.skipif(sys.platform != "linux", reason="the user's folders are led elsewhere by XDG's variables")
def test_ten_kills_damage_no_file_and_what_was_written_comes_back(tmp_path):
    rng = random.Random(1)
    for number in range(KILLS):
        found = kill_once(tmp_path, number, rng, longest=2.0)
        assert found.damaged == []
        assert found.wrong == []
        assert found.left == []
        assert found.lost_updates <= 0


@pytest.mark.skipif(sys.platform != "linux", reason="the user's folders are led elsewhere by XDG's variables")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_at_a_log_out_the_run_is_written_to_its_last_update(tmp_path, sign):
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "tests.busy_window", str(log), "3"]
    environment = user_environment(tmp_path)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            wait_until_open(log, process)
            os.kill(process.pid, sign)
            _, complaint = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 0, complaint.decode()
    assert b"Traceback" not in complaint
    assert damaged_files(tmp_path) == []
    [path] = tmp_path.rglob("sessions/window-1.json")
    assert load_session(path).tab
