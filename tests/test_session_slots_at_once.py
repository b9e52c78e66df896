"""Windows that start, look at each other and close at the same moment: each gets the file that is its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from core.data.kept_digits import keep_digits, load_kept_digits
from core.data.my_digits import MyDigits
from core.files.session_slot import SessionSlot
from core.system import file_lock
from tests.at_once import meanwhile

TURNS = 100

LOOKER = """
import sys
from pathlib import Path
from core.files.session_slot import SessionSlot
slot = SessionSlot.take(Path(sys.argv[1]))
print(slot.path.name, flush=True)
while True:
    slot.other_runs()
"""


def test_a_window_that_starts_while_another_looks_takes_the_file_of_the_one_that_has_closed(tmp_path):
    first = SessionSlot.take(tmp_path)
    command = [sys.executable, "-c", LOOKER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as second:
        try:
            assert second.stdout.readline() == "window-2.json\n"
            for _ in range(TURNS):
                first.release()
                first = SessionSlot.take(tmp_path)
                assert first.path.name == "window-1.json"
        finally:
            second.kill()


def test_a_window_that_starts_while_another_deletes_its_last_digit_finds_no_damage(monkeypatch):
    monkeypatch.setattr(file_lock, "LOCK_SECONDS", 300.0)
    digits = MyDigits.empty().added(np.ones(784, np.float32), 5)

    def look() -> None:
        _, damaged = load_kept_digits()
        assert damaged is None

    with meanwhile(look):
        for _ in range(TURNS):
            keep_digits(digits, MyDigits.empty())
            keep_digits(MyDigits.empty(), digits)
