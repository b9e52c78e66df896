"""The whole program on a real screen, by mouse and keyboard: start, train, draw, save, close."""

import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from core.drawing.photos.connected_parts import label_parts
from core.files.model_files import load_model
from tests.program import MAIN, run_json, without_display
from tests.real_window.screen import Screen, open_screen, wait_for

SIZE = (1360, 860)


@pytest.fixture
def screen():
    with open_screen() as opened:
        yield opened


@pytest.fixture
def program(screen, user_folder, tmp_path):
    """The running program, with no settings, no data of its own and no MNIST in reach."""
    environment = without_display(DISPLAY=screen.display, HOME=str(tmp_path), QT_QPA_PLATFORM="xcb")
    command = [sys.executable, MAIN, "--size", f"{SIZE[0]}x{SIZE[1]}", "--theme", "light"]
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def window_place(screen: Screen) -> tuple[int, int, int, int]:
    """Left, top, width and height of the program's window."""
    number = screen.find_window("MNIST_ANN")
    lines = dict(line.split("=") for line in screen.do("getwindowgeometry", "--shell", number).splitlines())
    return int(lines["X"]), int(lines["Y"]), int(lines["WIDTH"]), int(lines["HEIGHT"])


def find_parts(mask: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of the connected parts of a mask, the largest area first."""
    labels, parts = label_parts(mask, np.ones(mask.shape))
    places = []
    for part in sorted(parts, key=lambda part: -part.height * part.width)[:20]:
        rows, columns = np.nonzero(labels == part.label)
        places.append((int(columns.min()), int(rows.min()), part.width, part.height))
    return places


def find_canvas(screen: Screen) -> tuple[int, int, int, int] | None:
    """The white square to draw on: in the right third, the largest that is about square."""
    left, top, width, height = window_place(screen)
    edge = left + width * 2 // 3
    white = (screen.look()[top : top + height, edge : left + width] == 255).all(axis=2)
    for x, y, wide, high in find_parts(white):
        if wide > 120 and 0.9 < wide / high < 1.1:
            return edge + x, top + y, wide, high
    return None


def find_train_button(screen: Screen) -> tuple[int, int] | None:
    """The middle of the one filled button in the window's top left corner."""
    left, top, width, _ = window_place(screen)
    corner = screen.look()[top : top + 90, left : left + width // 4].astype(int)
    colorful = np.ptp(corner, axis=2) > 90
    for x, y, wide, high in find_parts(colorful):
        if 40 < wide < 200 and 18 < high < 60:
            return left + x + wide // 2, top + y + high // 2
    return None


def settle(screen: Screen, seconds: float = 1.0) -> None:
    """Wait until the screen has not changed for a while."""
    last, since = screen.look(), time.monotonic()

    def is_still() -> bool:
        nonlocal last, since
        now = screen.look()
        if not np.array_equal(now, last):
            last, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    wait_for("the window to come to rest", is_still, 60)


def test_start_train_draw_save_close(screen, program, tmp_path):
    # Start. The button is filled once there are data to train on.
    button = wait_for("the Train button", lambda: find_train_button(screen))
    x, y, width, height = wait_for("the canvas", lambda: find_canvas(screen))
    assert program.poll() is None

    # Train, by a click on the button; the window changes all the time while it trains.
    settle(screen)
    before = screen.look()
    screen.click(*button)
    wait_for("training to be seen", lambda: np.count_nonzero((screen.look() != before).any(axis=2)) > 5_000)

    # Draw a 7 while it trains.
    seven = np.array([(0.25, 0.22), (0.75, 0.2), (0.42, 0.82)]) * (width, height) + (x, y)
    strokes = [start + share * (end - start) for start, end in pairwise(seven) for share in np.linspace(0, 1, 15)]
    screen.drag([(round(across), round(down)) for across, down in strokes])
    settle(screen)
    drawn = screen.look()[y : y + height, x : x + width]
    assert 0.02 < (drawn.mean(axis=2) < 128).mean() < 0.5

    # Save, through the dialog.
    model = tmp_path / "seven.npz"
    screen.do("key", "ctrl+s")
    screen.do("windowactivate", "--sync", screen.find_window("Save the model"))
    # The dialog's cursor blinks for ever, so there is no rest to wait for.
    time.sleep(1)
    screen.do("type", "--delay", 20, str(model))
    screen.do("key", "Return")
    wait_for("the saved model", model.exists)
    settle(screen)

    # Close, as the window manager does; the program ends by itself and complains of nothing.
    screen.do("windowactivate", "--sync", screen.find_window("MNIST_ANN"), "key", "--clearmodifiers", "alt+F4")
    assert program.wait(timeout=30) == 0
    assert (tmp_path / "output").read_text(encoding="utf-8", errors="replace") == ""

    # What was saved has learned to read digits, and reads the 7 off the screen.
    saved = load_model(model)
    assert saved.update > 1000
    assert len(saved.metrics.batch_loss) == saved.update
    assert run_json("evaluate", model, "--test-data", "builtin")["accuracy"] > 0.8
    Image.fromarray(drawn[4:-4, 4:-4]).save(tmp_path / "drawn.png")
    assert run_json("predict", model, tmp_path / "drawn.png")["results"][0]["digit"] == 7
