"""What a window leaves for the next start comes back as it was, or is refused; each window has a file of its own."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.drawing.pen import PenStroke
from core.drawing.sketch import INK_SIDE, PastedImage, Sketch, lay_out
from core.errors import SessionFileError
from core.files.session_file import SessionRecord, load_session, save_session
from core.files.session_slot import SessionSlot, sessions_folder
from core.training.config import TrainingConfig

ROOT = Path(__file__).parents[1]
STROKE = PenStroke(((60.0, 70.5, 22.0), (80.25, 90.0, 22.0)), erases=True)
RECORD = SessionRecord(
    run_id="0" * 32,
    position=1234,
    config=TrainingConfig(hidden=(12, 7), optimizer="adam"),
    speed=100.0,
    tab="Runs",
    lesson="momentum",
    step=3,
    lesson_run="2" * 32,
    lesson_config=TrainingConfig(seed=3),
    source=DataSource(("a.csv", "b.csv"), Adjustment().mirror()),
    curves={"1" * 32: 4},
    marks=(STROKE,),
)


@pytest.fixture
def saved(tmp_path):
    save_session(tmp_path / "window-1.json", RECORD)
    return tmp_path / "window-1.json"


def refusal(path):
    with pytest.raises(SessionFileError) as caught:
        load_session(path)
    return str(caught.value)


def change(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_is_left_is_what_comes_back(saved, tmp_path):
    assert load_session(saved) == RECORD
    least = SessionRecord(config=TrainingConfig())
    save_session(tmp_path / "deep" / "window-2.json", least)
    assert load_session(tmp_path / "deep" / "window-2.json") == least


def test_a_drawing_of_strokes_and_images_leaves_the_same_ink(tmp_path):
    rng = np.random.default_rng(0)
    example = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    pasted = PastedImage(rng.integers(0, 256, (INK_SIDE, INK_SIDE)).astype(np.uint8))
    for marks in ((lay_out(example),), (pasted, PenStroke(((9.0, 9.0, 5.0),)), STROKE)):
        path = tmp_path / "drawing.json"
        save_session(path, SessionRecord(config=TrainingConfig(), marks=marks))
        before, after = Sketch(), Sketch()
        before.restore(marks)
        after.restore(load_session(path).marks)
        assert np.array_equal(before.ink(), after.ink())
        assert not after.can_undo
        assert (before.example is None) == (after.example is None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "else"}, "not what a window"),
        ({"version": 2}, "version 2"),
        ({"extra": 1}, "extra"),
        ({"run": 5}, "run"),
        ({"position": -1}, "position"),
        ({"config": {"hidden": [10**9]}}, "hidden"),
        ({"config": {"optimizer": {}}}, "optimizer"),
        ({"speed": "fast"}, "speed"),
        ({"step": 10**9}, "step"),
        ({"data": {"paths": "a.csv"}}, "paths"),
        ({"data": [1]}, "paths"),
        ({"curves": {"a": 99}}, "colors"),
        ({"marks": [3]}, "a mark of the drawing"),
        ({"marks": [{"places": []}]}, "a stroke of the drawing"),
        ({"marks": [{"places": [[1, 2]]}]}, "a stroke of the drawing"),
        ({"marks": [{"places": [[1, 2, float("nan")]]}]}, "a stroke of the drawing"),
        ({"marks": [{"places": [[1e300, 2, 3]]}]}, "a stroke of the drawing"),
        ({"marks": [{"places": [[1, 2, 0]]}]}, "a stroke of the drawing"),
        ({"marks": [{"ink": "no base64!"}]}, "an image in the drawing"),
        ({"marks": [{"ink": "AAAA"}]}, "an image in the drawing"),
        ({"marks": [{}]}, "an image in the drawing"),
    ],
)
def test_what_makes_no_sense_is_refused(saved, changes, message):
    change(saved, **changes)
    assert message in refusal(saved)
    assert "window-1.json" in refusal(saved)


def test_what_is_no_json_is_refused(saved):
    whole = saved.read_bytes()
    for content in (b"", b"{", b"\xff\xfe", b"[" * 100_000, whole[:-5]):
        saved.write_bytes(content)
        assert "damaged" in refusal(saved)
    saved.unlink()
    assert "could not be read" in refusal(saved)


def test_each_window_has_a_file_of_its_own_and_leaves_it_to_the_next():
    first = SessionSlot.take(sessions_folder())
    assert first.other_runs() is None
    second = SessionSlot.take(sessions_folder())
    assert [slot.path.name for slot in (first, second)] == ["window-1.json", "window-2.json"]
    assert first.other_runs() == frozenset()
    save_session(second.path, RECORD)
    assert first.other_runs() == {RECORD.run_id}
    first.release()
    third = SessionSlot.take(sessions_folder())
    assert third.path == first.path
    for slot in (second, third):
        slot.release()
    assert third.other_runs() is None


def test_the_file_of_a_window_that_died_is_the_next_ones():
    program = (
        "import os\nfrom core.files.session_slot import SessionSlot, sessions_folder\n"
        "slot = SessionSlot.take(sessions_folder())\nprint(slot.path.name, flush=True)\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "window-1.json\n"
    slot = SessionSlot.take(sessions_folder())
    assert slot.path.name == "window-1.json"
    slot.release()


def test_where_nothing_can_be_written_there_is_no_file(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert SessionSlot.take(tmp_path / "file") is None


def test_what_cannot_be_read_is_put_aside_and_nothing_is_written_over(tmp_path):
    slot = SessionSlot.take(tmp_path)
    for name in ("window-1.damaged.json", "window-1.damaged2.json"):
        slot.path.write_text(name)
        assert slot.set_aside() == tmp_path / name
    assert (tmp_path / "window-1.damaged.json").read_text() == "window-1.damaged.json"
    assert slot.set_aside() is None
    slot.release()
