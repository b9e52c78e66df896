"""An opened model says after a restart what its own classes are called, and what is unlike all of them."""

import numpy as np
import pytest

from core.data.dataset import DIGITS
from core.files.model_files import save_model
from core.runs.run_past import Origin
from gui.look.preferences import Preferences
from tests.kept_windows import open_window, write_small_data
from tests.model_files import make_model

CLOTHES = ("shirt", "trousers", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot")

HASH = np.zeros((280, 280), np.uint8)
"""Like no digit, and in one piece."""
for place in (90, 170):
    HASH[place : place + 18, 40:240] = HASH[40:240, place : place + 18] = 255


@pytest.mark.parametrize(("limit", "steps"), [(1e6, 0), (0.0, 0), (1e6, 2)])
def test_its_words_and_its_limit_come_back(qtbot, tmp_path, limit, steps):
    Preferences().data = write_small_data(tmp_path)
    save_model(tmp_path / "clothes.npz", make_model(class_names=CLOTHES, unlike_limit=limit))
    with open_window(qtbot) as window:
        with qtbot.waitSignal(window.session.run_changed):
            window.open_files([tmp_path / "clothes.npz"])
        for _ in range(steps):
            window.session.step()
            qtbot.waitUntil(lambda: not window.session.busy)
    with open_window(qtbot) as window:
        run = window.session.run
        assert run.update == steps
        assert run.origin == Origin(CLOTHES, limit)
        window.drawing.canvas.paste(HASH)
        bars, label = window.drawing.answer_page.bars, window.drawing.answer_label
        if steps:
            qtbot.waitUntil(lambda: window.drawing.reading.probabilities is not None)
            assert bars._names == DIGITS, "it has learned from the data here since"
            window.time_machine.go_to(0)
        qtbot.waitUntil(lambda: bars._names == CLOTHES)
        qtbot.waitUntil(lambda: label.text.startswith("unlike") == (limit == 0.0))
