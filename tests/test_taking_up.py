"""The next start opens where one was: run, timeline, settings, tab, drawing and lesson; two windows do not disturb."""

import shutil

import numpy as np
import pytest

from core.files.run_store import RunStore, runs_folder
from core.files.session_file import load_session
from core.files.session_slot import sessions_folder
from core.system.user_folders import data_folder
from core.training.cuts import Cut
from gui.look.preferences import Preferences
from gui.session.session_signals import SessionState
from tests.kept_windows import open_window, train, vector, write_small_data
from tests.obstinate_disks import as_ordinary_user, tiny_disk
from tests.small_data import small_dataset


@pytest.fixture
def data(tmp_path):
    """Small data, as what was opened last."""
    paths = write_small_data(tmp_path)
    Preferences().data = paths
    return paths


def names(window):
    return [row.name for row in window.runs.runs.rows]


def draw(window):
    window.drawing.canvas._sketch.begin(60, 60, 22)
    for step in range(20):
        window.drawing.canvas._sketch.extend(60 + 6 * step, 60 + 8 * step, 22)
    window.drawing.canvas._sketch.end()


def kept_runs():
    return RunStore(runs_folder()).contents().runs


def test_the_first_start_opens_data_and_keeps_nothing_that_was_not_trained(qtbot, data):
    with open_window(qtbot) as window:
        assert window.session.run.name == "Run 1"
        assert window.session.run.data.name.startswith("mine_train")
        assert window.messages.message is None or "Back where" not in window.messages.message.text
    assert kept_runs() == ()


def test_run_timeline_settings_tab_speed_and_drawing_come_back(qtbot, data):
    with open_window(qtbot) as window:
        first = train(qtbot, window, epochs=1, batch_size=30)
        window.past_runs.describe(first.id, note="the first", is_starred=True)
        second = train(qtbot, window, epochs=2, learning_rate=0.3, optimizer="adam")
        window.session.pause()
        window.time_machine.go_to(7)
        window.show_tab("Runs")
        window.controls.choose_speed(100.0)
        draw(window)
        ink, chosen = window.drawing.canvas.ink(), window.session.config
        qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 7)
        shown = window.time_machine.snapshot.network.parameters.vector.copy()
    with open_window(qtbot) as window:
        run = window.session.run
        assert run.id == second.id
        assert np.array_equal(vector(run), vector(second))
        assert np.array_equal(run.metrics.read().batch_loss, second.metrics.read().batch_loss)
        assert window.session.state is SessionState.FINISHED
        assert window.session.config == chosen
        assert window.settings.config() == chosen
        assert window.tabs.tabText(window.tabs.currentIndex()) == "Runs"
        assert window.session.speed == 100
        assert np.array_equal(window.drawing.canvas.ink(), ink)
        assert window.time_machine.position == 7
        qtbot.waitUntil(lambda: window.time_machine.snapshot and window.time_machine.snapshot.update == 7)
        assert np.array_equal(window.time_machine.snapshot.network.parameters.vector, shown)
        assert names(window) == ["Run 2", "Run 1"]
        said = window.messages.message
        assert said.text == (
            f"Back where you were: Run 2 at update {second.update:,}, shown at update 7, 1 earlier run in the tab "
            "Runs, your drawing."
        )
        row = window.runs.runs.rows[1]
        assert (row.note, row.is_starred) == ("the first", True)
        assert row.run_metrics.updates == first.update
        window.session.reset()
        assert window.session.run.name == "Run 3"
        window.past_runs.bring_back(first.id)
        qtbot.waitUntil(lambda: window.session.run.id == first.id)
        assert np.array_equal(vector(window.session.run), vector(first))
        assert window.session.run.note == "the first"


def test_a_run_that_was_interrupted_goes_on_to_the_last_bit(qtbot, data):
    with open_window(qtbot) as window:
        straight = train(qtbot, window, epochs=3, batch_size=30, optimizer="momentum", seed=4)
        expected = vector(straight)
        window.session.start(window.session.config)
        window.controls.choose_speed(100.0)
        window.actions_.train.trigger()
        stopped = window.session.run
        qtbot.waitUntil(lambda: stopped.update > 10)
    assert not stopped.finished
    with open_window(qtbot) as window:
        run = window.session.run
        assert run.id == stopped.id
        assert run.update == stopped.update
        assert window.session.state is SessionState.PAUSED
        window.controls.choose_speed(None)
        again = train(qtbot, window)
        assert again is run
        assert np.array_equal(vector(again), expected)
        assert np.array_equal(again.metrics.read().batch_loss, straight.metrics.read().batch_loss)


def test_settings_that_were_chosen_and_never_trained_with_come_back(qtbot, data):
    with open_window(qtbot) as window:
        window.session.set_config(window.session.config.with_changes(hidden=(33,), seed=5))
    with open_window(qtbot) as window:
        assert window.session.run.is_untrained
        assert window.session.config.hidden == (33,)
        assert window.settings.config().seed == 5
        assert names(window) == ["Run 1"] or not window.runs.isVisible()


def test_curves_of_earlier_runs_keep_their_colors(qtbot, data):
    with open_window(qtbot) as window:
        runs = [train(qtbot, window, epochs=1, seed=seed) for seed in (1, 2, 3)]
        window.session.reset()
        window.past_runs.show_curve(runs[1].id, False)
        before = {past.id: past.color_index for past in window.past_runs.runs if past.is_shown}
        drawn = {curve.name: len(curve.curves.metrics.batch_loss) for curve in window.plots.plots.past}
    with open_window(qtbot) as window:
        assert {past.id: past.color_index for past in window.past_runs.runs if past.is_shown} == before
        assert {curve.name: len(curve.curves.metrics.batch_loss) for curve in window.plots.plots.past} == drawn


def test_a_lesson_is_open_at_its_step_and_mine_waits(qtbot, data):
    with open_window(qtbot) as window:
        mine = train(qtbot, window, epochs=1)
        lesson = window.lessons._shipped[0]
        window.lessons.show_lesson(lesson)
        window.lesson.next.click()
        window.lesson.next.click()
        place = window.lesson.place
    assert place == 2
    with open_window(qtbot) as window:
        assert window.lesson.lesson.key == lesson.key
        assert window.lesson.place == place
        assert window.past_runs.in_lesson
        assert "the lesson" in window.messages.message.text
        window.lesson.close_lesson()
        assert window.session.run.id == mine.id
        assert np.array_equal(vector(window.session.run), vector(mine))


def test_the_run_of_a_lesson_comes_back_with_it(qtbot, data):
    with open_window(qtbot) as window:
        mine = train(qtbot, window, epochs=1)
        lesson, place = next(
            (lesson, place)
            for lesson in window.lessons._shipped
            for place, step in enumerate(lesson.steps)
            if step.config is not None and step.data != "builtin"
        )
        window.lessons.show_lesson(lesson)
        for _ in range(place):
            window.lesson.next.click()
        window.lesson.set_up.click()
        qtbot.waitUntil(lambda: window.session.run is not mine)
        window.controls.choose_speed(100.0)
        window.actions_.train.trigger()
        of_lesson = window.session.run
        qtbot.waitUntil(lambda: of_lesson.update > 3)
        window.session.pause()
        qtbot.waitUntil(lambda: not window.session.busy)
    with open_window(qtbot) as window:
        assert window.lesson.lesson.key == lesson.key
        assert window.session.run.id == of_lesson.id
        assert np.array_equal(vector(window.session.run), vector(of_lesson))
        assert [past.id for past in window.past_runs.my_runs] == [mine.id]
        window.lesson.close_lesson()
        assert window.session.run.id == mine.id
        [(_, keep)] = window.messages.message.choices
        keep()
    assert {summary.id for summary in kept_runs()} == {mine.id, of_lesson.id}
    with open_window(qtbot) as window:
        assert not window.past_runs.in_lesson
        assert [past.id for past in window.past_runs.runs] == [of_lesson.id]
        window.past_runs.bring_back(of_lesson.id)
        qtbot.waitUntil(lambda: window.session.run.id == of_lesson.id)
        assert np.array_equal(vector(window.session.run), vector(of_lesson))
    assert not (runs_folder() / "lessons" / "window-1").exists()


def test_begin_anew_leaves_everything_but_the_list(qtbot, data):
    with open_window(qtbot) as window:
        train(qtbot, window, epochs=1, hidden=(7,))
        draw(window)
        window.show_tab("Runs")
        window.actions_.begin_anew.trigger()
        assert window.session.run.is_untrained
        assert window.session.config.hidden == (10,)
        assert window.drawing.canvas.is_empty
        assert window.tabs.currentIndex() == 0
    with open_window(qtbot, anew=True) as window:
        assert window.session.run.name == "Run 2"
        assert [past.name for past in window.past_runs.runs] == ["Run 1"]


def test_a_run_that_is_forgotten_is_gone_at_the_next_start_unless_that_is_undone(qtbot, data):
    with open_window(qtbot) as window:
        first, second = (train(qtbot, window, epochs=1, seed=seed) for seed in (1, 2))
        window.session.reset()
        window.past_runs.forget([first.id])
        window.past_runs.forget([second.id])()
    with open_window(qtbot) as window:
        assert [past.id for past in window.past_runs.runs] == [second.id]
        window.past_runs.forget([second.id])()
        assert [past.id for past in window.past_runs.runs] == [second.id]
    assert [summary.id for summary in kept_runs()] == [second.id]
    assert not list((runs_folder() / "removed").iterdir())


def test_a_second_window_works_and_takes_nothing_from_the_first(qtbot, data):
    with open_window(qtbot) as first:
        run = train(qtbot, first, epochs=1)
        with open_window(qtbot) as second:
            assert second.session.run.is_untrained
            qtbot.waitUntil(lambda: not first.sessions._keeper._thread.busy)
            other = train(qtbot, second, epochs=2, seed=9)
        with open_window(qtbot) as second:
            assert second.session.run.id == other.id
            assert run.id in [past.id for past in second.past_runs.runs]
            second.past_runs.bring_back(run.id)
            qtbot.waitUntil(lambda: second.session.run.name == run.name)
            copy = second.session.run
            assert copy.id != run.id
            assert np.array_equal(vector(copy), vector(run))
            second.session.config = second.session.config.with_changes(epochs=3)
            second.session.turn_knob("epochs", 3)
            train(qtbot, second)
        assert first.session.run is run
    with open_window(qtbot) as window:
        assert window.session.run.id == run.id
        assert window.session.run.update == run.update
        assert {past.id for past in window.past_runs.runs} == {other.id, copy.id}


def test_data_that_are_gone_are_said_and_the_run_stays_in_the_list(qtbot, data, tmp_path):
    with open_window(qtbot) as window:
        run = train(qtbot, window, epochs=1)
    (tmp_path / "mine_train.csv").unlink()
    with open_window(qtbot) as window:
        assert window.session.run.id != run.id
        assert "Run 1 could not be taken up where it was" in window.messages.message.text
        assert "mine_train.csv" in window.messages.message.text
        assert [past.id for past in window.past_runs.runs] == [run.id]
        assert [past.data.name for past in window.past_runs.runs] == [run.data.name]


def test_a_run_on_data_put_together_in_the_program_comes_back_with_them(qtbot, data):
    digits = small_dataset(30, 8, "mine")
    with open_window(qtbot) as window:
        window.drawing_controller.taught_runs.add_to_training(digits, 2)
        run = train(qtbot, window, epochs=1)
        assert len(run.data.train) == 660
        window.drawing_controller.taught_runs.add_to_training(digits, 1)
    with open_window(qtbot) as window:
        assert window.session.run.is_untrained
        window.past_runs.bring_back(run.id)
        qtbot.waitUntil(lambda: window.session.run.id == run.id)
        assert window.session.run.data.train.fingerprint == run.data.train.fingerprint
    with open_window(qtbot) as window:
        again = window.session.run
        assert again.id == run.id
        assert (again.data.name, again.data.train.name) == (run.data.name, run.data.train.name)
        assert np.array_equal(vector(again), vector(run))


def test_a_damaged_run_and_a_damaged_session_are_told_in_a_sentence_and_left(qtbot, data):
    with open_window(qtbot) as window:
        run = train(qtbot, window, epochs=1)
    path = runs_folder() / f"{run.id}.npz"
    path.write_bytes(path.read_bytes()[:5000])
    with open_window(qtbot) as window:
        assert f"{run.id}.npz" in window.messages.message.text
        assert path.stat().st_size == 5000
        assert window.session.run.is_untrained
    session = sessions_folder() / "window-1.json"
    session.write_text("{")
    with open_window(qtbot) as window:
        assert "Where you were last time cannot be read" in window.messages.message.text
        assert (sessions_folder() / "window-1.damaged.json").read_text() == "{"


def test_where_nothing_can_be_written_that_is_told_once_and_training_goes_on(qtbot, data):
    runs_folder().mkdir(parents=True)
    told = []
    with open_window(qtbot) as window:
        window.sessions._keeper.failed.connect(told.append)
        runs_folder().chmod(0o500)
        try:
            with as_ordinary_user():
                first = train(qtbot, window, epochs=1)
                train(qtbot, window, seed=3)
                qtbot.waitUntil(lambda: not window.sessions._keeper._thread.busy)
                qtbot.waitUntil(lambda: len(told) > 0)
                assert window.session.state is SessionState.FINISHED
        finally:
            runs_folder().chmod(0o700)
        assert len(told) == 1
        assert "Runs cannot be kept at present" in told[0]
        assert first.id not in [summary.id for summary in kept_runs()]


def test_that_is_told_once_whatever_else_is_kept_and_no_more_once_runs_are_kept_again(qtbot, data):
    data_folder().mkdir(parents=True)
    told, kept = [], []
    with tiny_disk(runs_folder(), 4_000_000) as disk:
        (disk / "full").write_bytes(bytes(shutil.disk_usage(disk).free))
        with open_window(qtbot) as window:
            keeper = window.sessions._keeper
            keeper.failed.connect(told.append)
            keeper.kept.connect(kept.append)
            train(qtbot, window, epochs=1)
            qtbot.waitUntil(lambda: len(told) == 1, timeout=30_000)
            assert window.messages.text == told[0]
            kept.clear()
            window.show_tab("Runs")
            qtbot.waitUntil(lambda: "session" in kept, timeout=30_000)
            train(qtbot, window, seed=3)
            qtbot.waitUntil(lambda: not keeper._thread.busy, timeout=30_000)
            (disk / "full").unlink()
            with qtbot.waitSignal(keeper.recovered, timeout=30_000):
                train(qtbot, window, seed=4)
            assert len(told) == 1
            assert window.messages.text != told[0]


def test_on_a_full_disk_that_is_told_once_training_goes_on_and_the_rest_is_kept(qtbot, data):
    data_folder().parent.mkdir(parents=True, exist_ok=True)
    told = []
    with tiny_disk(data_folder(), 80_000):
        with open_window(qtbot) as window:
            window.sessions._keeper.failed.connect(told.append)
            train(qtbot, window, epochs=1)
            train(qtbot, window, seed=3)
            qtbot.waitUntil(lambda: not window.sessions._keeper._thread.busy and len(told) > 0)
            assert window.session.state is SessionState.FINISHED
        assert len(told) == 1
        assert "No space left" in told[0]
        assert not list(runs_folder().rglob(".*.part"))
        assert load_session(sessions_folder() / "window-1.json").config.seed == 3


def test_a_window_without_a_file_of_its_own_keeps_nothing(qtbot, data):
    from gui.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.opened):
        window.open_first()
    train(qtbot, window, epochs=1)
    window.close()
    assert kept_runs() == ()
    assert not sessions_folder().exists()


def test_what_was_made_by_hand_before_any_training_comes_back(qtbot, data):
    with open_window(qtbot) as window:
        window.session.set_config(window.session.config.with_changes(hidden=(3,), initialization="zeros"))
        window.session.cut(Cut(kind="set", layer=1, unit=0, source=405, value=0.75))
        made = vector(window.session.run)
        assert made.any()
    with open_window(qtbot) as window:
        np.testing.assert_array_equal(vector(window.session.run), made)
