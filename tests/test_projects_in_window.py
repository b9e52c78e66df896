"""A project brings all work to another computer, takes nothing from what is there, and can be taken out again."""

import numpy as np
import pytest

from core.drawing.pen import PenStroke
from core.files.run_store import RunStore, runs_folder
from core.system.user_folders import own_lessons_folder
from tests.conftest import move_to
from tests.digit_files import random_dataset
from tests.kept_windows import open_window, train, vector, write_small_data

LESSON = 'title = "Mine"\n[[step]]\ntext = "Look."\n[[step]]\ntext = "Look again."\n'
STROKE = (PenStroke(((60.0, 60.0, 22.0), (140.0, 200.0, 22.0))),)


@pytest.fixture
def data(tmp_path):
    return write_small_data(tmp_path)


def open_data(qtbot, window, paths) -> None:
    with qtbot.waitSignal(window.files.data_opened):
        window.files.open_files(list(paths))


def collect(window, count: int, seed: int) -> None:
    digits = random_dataset(count, seed)
    for image, label in zip(digits.images, digits.labels, strict=True):
        window.my_digits._become(window.my_digits.digits.added((image / 255).astype(np.float32), int(label)))


def save(qtbot, window, path) -> None:
    with qtbot.waitSignal(window.projects.saving.succeeded):
        window.projects.save(path)


def open_project(qtbot, window, path) -> None:
    with qtbot.waitSignal(window.projects.opening.succeeded):
        window.open_files([path])


def names(window) -> list[str]:
    return sorted(past.name for past in window.past_runs.runs)


def press(window, text: str) -> None:
    next(handler for label, handler in window.messages.message.choices if label == text)()


@pytest.fixture
def project(qtbot, data, tmp_path, monkeypatch):
    """A project of two runs with all that goes with them, and another user's empty folders after that."""
    path = tmp_path / "lab.mnistann"
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        train(qtbot, window, hidden=(4,), epochs=2)
        run = train(qtbot, window, hidden=(6,), epochs=2)
        collect(window, 3, seed=5)
        window.drawing.canvas.replace(STROKE)
        own_lessons_folder().mkdir(parents=True)
        (own_lessons_folder() / "mine.toml").write_text(LESSON, encoding="utf-8")
        window.lessons.own.refresh()
        [(lesson, file)] = window.lessons.own.lessons
        window.lessons.show_lesson(lesson, file)
        window.lesson.next.click()
        window.lessons.leave()
        save(qtbot, window, path)
    move_to(tmp_path / "other", monkeypatch)
    return path, run


def test_all_of_it_is_there_where_the_data_are(qtbot, data, project):
    path, run = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        mine = train(qtbot, window, hidden=(3,), epochs=1)
        collect(window, 2, seed=8)
        open_project(qtbot, window, path)
        assert window.session.run.id == run.id
        assert window.session.run.update == run.update
        assert vector(window.session.run).tobytes() == vector(run).tobytes()
        assert mine.name in names(window)
        assert len(window.past_runs.runs) == 2
        assert len(window.my_digits.digits) == 5
        assert window.drawing.canvas.marks == STROKE
        [(lesson, file)] = window.lessons.own.lessons
        assert (lesson.title, window.lessons._progress.result(lesson, file).is_done) == ("Mine", True)
        assert "lab.mnistann is open" in window.messages.message.text
        straight = next(past for past in window.past_runs.runs if past.id != mine.id)
        window.past_runs.bring_back(straight.id)
        qtbot.waitUntil(lambda: window.session.run.id == straight.id)
        assert len(window.session.run.metrics.read().batch_loss) == straight.update


def test_it_can_be_taken_out_again(qtbot, data, project):
    path, _ = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        mine = train(qtbot, window, hidden=(3,), epochs=1)
        collect(window, 2, seed=8)
        before = names(window)
        open_project(qtbot, window, path)
        press(window, "Take it out again")
        qtbot.waitUntil(lambda: window.session.run.id == mine.id)
        assert vector(window.session.run).tobytes() == vector(mine).tobytes()
        assert names(window) == before
        assert len(window.my_digits.digits) == 2
        assert window.drawing.canvas.marks == ()
        assert not list(own_lessons_folder().iterdir())
    assert [summary.id for summary in RunStore(runs_folder()).contents().runs] == [mine.id]


def test_no_color_stands_for_two_runs(qtbot, data, project):
    path, _ = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        for units in (2, 3):
            train(qtbot, window, hidden=(units,), epochs=1)
        open_project(qtbot, window, path)
        colors = [past.color_index for past in window.past_runs.runs if past.color_index is not None]
        assert len(colors) >= 2
        assert len(set(colors)) == len(colors)


def test_opened_a_second_time_it_adds_nothing(qtbot, data, project):
    path, run = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        open_project(qtbot, window, path)
        there = names(window)
        open_project(qtbot, window, path)
        assert names(window) == there
        assert window.session.run.id == run.id
        assert len(window.my_digits.digits) == 3
        assert len(RunStore(runs_folder()).contents().runs) == 2


def test_where_all_of_it_is_here_there_is_nothing_to_take_out(qtbot, data, tmp_path):
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        train(qtbot, window, hidden=(4,), epochs=1)
        save(qtbot, window, tmp_path / "here.mnistann")
        open_project(qtbot, window, tmp_path / "here.mnistann")
        assert "All of it was here already." in window.messages.message.text
        assert not window.messages.message.choices


def test_a_run_that_went_on_here_is_not_replaced(qtbot, data, project):
    path, run = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        open_project(qtbot, window, path)
        longer = train(qtbot, window, epochs=3)
        assert longer.update > run.update
        open_project(qtbot, window, path)
        updates = sorted(past.update for past in (*window.past_runs.runs, window.session.run) if past.name == run.name)
        assert updates == [run.update, longer.update]


def test_where_the_data_are_missing_the_network_is_there_and_the_runs_wait(qtbot, data, project):
    path, run = project
    with open_window(qtbot) as window:
        open_project(qtbot, window, path)
        message = window.messages.message.text
        assert "are not here: open them" in message
        assert vector(window.session.run).tobytes() == vector(run).tobytes()
        assert len(window.past_runs.runs) >= 2
        assert run.id in {past.id for past in window.past_runs.runs}
        open_data(qtbot, window, data)
        window.past_runs.bring_back(run.id)
        qtbot.waitUntil(lambda: window.session.run.id == run.id)
        assert vector(window.session.run).tobytes() == vector(run).tobytes()


def test_what_came_in_is_there_at_the_next_start(qtbot, data, project):
    path, run = project
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        open_project(qtbot, window, path)
    with open_window(qtbot) as window:
        assert window.session.run.id == run.id
        assert len(window.past_runs.runs) == 1
        assert len(window.my_digits.digits) == 3


def test_a_damaged_one_is_refused_in_a_sentence_and_leaves_nothing(qtbot, project):
    path, _ = project
    content = bytearray(path.read_bytes())
    # Within the states of the run that is last in the file, so that all before it has been read.
    place = content.rfind(b"states.npy", 0, content.rfind(b"PK\x05\x06") - 2_000)
    content[place + 400] ^= 255
    path.write_bytes(content)
    with open_window(qtbot) as window:
        with qtbot.waitSignal(window.projects.opening.failed):
            window.open_files([path])
        assert window.messages.message.text.startswith("lab.mnistann: ")
        assert len(window.past_runs.runs) == 0
        assert len(window.my_digits.digits) == 0
    assert not RunStore(runs_folder()).contents().runs
    assert not own_lessons_folder().exists()


def test_a_run_that_trains_is_saved_as_it_is(qtbot, data, tmp_path):
    with open_window(qtbot) as window:
        open_data(qtbot, window, data)
        window.session.set_config(window.session.config.with_changes(epochs=500))
        window.session.train()
        qtbot.waitUntil(lambda: window.session.run.update > 3)
        save(qtbot, window, tmp_path / "lab.mnistann")
        assert window.session.busy
        window.session.pause()
        qtbot.waitUntil(lambda: not window.session.busy)
    assert (tmp_path / "lab.mnistann").stat().st_size > 10_000


def test_where_nothing_can_be_kept_projects_are_not_offered(qtbot, tmp_path):
    from gui.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)
    assert not window.actions_.save_project.isEnabled()
    assert not window.actions_.open_project.isEnabled()
    window.open_files([tmp_path / "lab.mnistann"])
    assert "lab.mnistann was not opened" in window.messages.message.text
