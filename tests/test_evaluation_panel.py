"""The tab "Evaluate" shows metrics and images of the moment shown, and nothing of data that are gone."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate, hardest
from core.training.recipe import Recipe
from gui.panels.evaluation import EvaluationPanel
from gui.session.task_slot import close_threads
from gui.widgets.confusion_words import HEADING, TOTAL
from gui.widgets.sample_grid import PROBABILITIES
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def data():
    return small_pair()


@pytest.fixture
def run(data):
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=2)), data)
    while not run.finished:
        run.step()
    return run


@pytest.fixture
def panel(qtbot, data):
    panel = EvaluationPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 460)
    panel.show_data(data)
    yield panel
    close_threads(panel)


def test_every_cell_counts_what_evaluation_counts(qtbot, panel, run, data):
    panel.show()
    panel.show_snapshot(run.snapshot())
    qtbot.waitUntil(lambda: panel.metrics.text() != "")
    expected = evaluate(run.snapshot().network, data.test)
    assert f"update {run.update:,}:" in panel.metrics.text()
    for row in range(10):
        for column in range(10):
            assert f": {expected.confusion[row, column]:,} of " in panel.matrix.describe(row, column)
            assert panel.matrix.cell_at(panel.matrix.cell_rect(row, column).center()) == (row, column)


def test_the_newest_moment_counts(qtbot, panel, run):
    panel.show()
    states = run.replay()
    for update in (1, 5, 9):
        panel.show_snapshot(run.snapshot_of(states.state_at(update)))
    qtbot.waitUntil(lambda: panel.metrics.text().startswith("update 9:"))


def test_hidden_it_does_nothing_and_catches_up(qtbot, panel, run):
    panel.show_snapshot(run.snapshot())
    qtbot.wait(100)
    assert panel.metrics.text() == ""
    panel.show()
    qtbot.waitUntil(lambda: panel.metrics.text() != "")


def test_what_was_found_on_another_run_says_so_until_this_one_is_judged(qtbot, panel, run, data):
    panel.show()
    for page, name in ((panel.metrics, "update"), (panel.calibration.sentence, "Update")):
        if page is not panel.metrics:
            panel.pages.choose(1)
        panel.show_snapshot(run.snapshot())
        qtbot.waitUntil(lambda page=page, name=name: page.text().startswith(f"{name} {run.update}"), timeout=30_000)
        said = page.text()
        panel.show_snapshot(Run(Recipe(TrainingConfig(batch_size=20, seed=1)), data).snapshot())
        assert page.text() == f"{'Another' if name == 'Update' else 'another'} run, update{said.removeprefix(name)}"
        qtbot.waitUntil(lambda page=page, name=name: page.text().startswith(f"{name} 0"), timeout=30_000)


def test_other_data_take_the_old_metrics_away(qtbot, panel, run):
    panel.show()
    panel.show_snapshot(run.snapshot())
    qtbot.waitUntil(lambda: panel.metrics.text() != "")
    panel.show_data(small_pair())
    assert panel.metrics.text() == ""
    assert panel.matrix.describe(0, 0) == ""
    assert panel.caption.text() == ""
    assert panel.images.samples.rowCount() == 0


# The images behind the cells.


@pytest.fixture
def moments(run):
    """Snapshots by update: of a network that knows little, and of what it becomes."""
    states = run.replay()
    return {update: run.snapshot_of(states.state_at(update)) for update in (3, 6, 20)}


@pytest.fixture
def shown(qtbot, panel, moments):
    """The panel with the images of update 6."""
    panel.show()
    go_to(qtbot, panel, moments[6])
    return panel


def go_to(qtbot, panel, snapshot):
    panel.show_snapshot(snapshot)
    qtbot.waitUntil(lambda: panel.metrics.text().startswith(f"update {snapshot.update}:"))
    laid_out(panel)


def rows_of(panel):
    return panel.images.samples.rows.tolist()


def click(panel, row, column):
    laid_out(panel)
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=panel.matrix.cell_rect(row, column).center())


def largest_mistake(network, data):
    counts = evaluate(network, data.test).confusion.copy()
    np.fill_diagonal(counts, 0)
    return tuple(int(place) for place in np.unravel_index(counts.argmax(), counts.shape))


def test_before_a_choice_the_hardest_of_all_are_shown(shown, moments, data):
    found = evaluate(moments[6].network, data.test)
    assert rows_of(shown) == hardest(found, data.test.labels).tolist()
    first = shown.images.samples.index(0).data(PROBABILITIES)
    np.testing.assert_array_equal(first, found.probabilities[rows_of(shown)[0]])
    assert shown.caption.text().startswith("The hardest of all 100 images.")
    assert not shown.all_button.isEnabled()


def test_a_clicked_mistake_shows_its_images_the_surest_first(shown, moments, data):
    row, column = largest_mistake(moments[6].network, data)
    click(shown, row, column)
    found = evaluate(moments[6].network, data.test)
    expected = hardest(found, data.test.labels, row, column).tolist()
    assert len(expected) > 1
    assert rows_of(shown) == expected
    assert shown.caption.text().startswith(f"{row} read as {column}: {len(expected)} of ")


def test_headings_and_shares_show_whole_rows_and_columns(shown, moments, data):
    found = evaluate(moments[6].network, data.test)
    for place in (HEADING, TOTAL):
        click(shown, 4, place)
        assert rows_of(shown) == hardest(found, data.test.labels, true=4).tolist()
        click(shown, place, 4)
        assert rows_of(shown) == hardest(found, data.test.labels, answered=4).tolist()


def test_by_keyboard_from_a_cell_to_its_images_and_on_to_the_drawing_box(qtbot, shown, moments, data):
    row, column = largest_mistake(moments[6].network, data)
    shown.matrix.setFocus()
    for _ in range(row):
        QTest.keyClick(shown.matrix, Qt.Key.Key_Down)
    for _ in range(column):
        QTest.keyClick(shown.matrix, Qt.Key.Key_Right)
    QTest.keyClick(shown.matrix, Qt.Key.Key_Return)
    assert shown.caption.text().startswith(f"{row} read as {column}: ")
    shown.images.setFocus()
    QTest.keyClick(shown.images, Qt.Key.Key_Home)
    QTest.keyClick(shown.images, Qt.Key.Key_Right)
    with qtbot.waitSignal(shown.image_chosen) as told:
        QTest.keyClick(shown.images, Qt.Key.Key_Return)
    np.testing.assert_array_equal(told.args[0].reshape(-1), data.test.images[rows_of(shown)[1]])


def test_a_double_click_tells_of_the_image(qtbot, shown, data):
    place = shown.images.visualRect(shown.images.samples.index(2)).center()
    with qtbot.waitSignal(shown.image_chosen) as told:
        QTest.mouseClick(shown.images.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(shown.images.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args[0].shape == (28, 28)
    np.testing.assert_array_equal(told.args[0].reshape(-1), data.test.images[rows_of(shown)[2]])


def test_the_button_and_escape_go_back_to_all(shown):
    everything = rows_of(shown)
    click(shown, 4, 4)
    assert rows_of(shown) != everything
    QTest.mouseClick(shown.all_button, Qt.MouseButton.LeftButton)
    assert rows_of(shown) == everything
    click(shown, 4, 4)
    QTest.keyClick(shown.matrix, Qt.Key.Key_Escape)
    assert rows_of(shown) == everything
    assert not shown.all_button.isEnabled()


def test_the_choice_stays_and_its_images_follow_the_moment(qtbot, shown, moments, data):
    click(shown, 4, HEADING)
    for update in (20, 3, 6):
        before = rows_of(shown)
        go_to(qtbot, shown, moments[update])
        found = evaluate(moments[update].network, data.test)
        assert rows_of(shown) == hardest(found, data.test.labels, true=4).tolist() != before
        assert shown.matrix.chosen == (4, HEADING)


def test_cells_may_empty_and_fill_again(qtbot, shown, run, moments, data, qtmodeltester):
    row, column = largest_mistake(moments[6].network, data)
    click(shown, row, column)
    shown.images.setCurrentIndex(shown.images.samples.index(0))
    go_to(qtbot, shown, run.snapshot())
    assert shown.matrix.describe(row, column).startswith(f"{row} read as {column}: 0 of ")
    assert rows_of(shown) == []
    assert not shown.images.currentIndex().isValid()
    qtmodeltester.check(shown.images.samples, force_py=True)
    go_to(qtbot, shown, moments[6])
    assert len(rows_of(shown)) > 1


def test_the_scroll_place_and_the_image_chosen_last_through_moments(qtbot, shown, moments):
    images, bar = shown.images, shown.images.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    middle = images.indexAt(images.viewport().rect().center())
    QTest.mouseClick(images.viewport(), Qt.MouseButton.LeftButton, pos=images.visualRect(middle).center())
    image, place = rows_of(shown)[middle.row()], bar.value()
    assert place > 0
    moved = []
    for update in (20, 3, 6):
        go_to(qtbot, shown, moments[update])
        # Longer than Qt waits before it goes to what was clicked.
        qtbot.wait(QApplication.doubleClickInterval() + 100)
        assert bar.value() == place
        row = images.currentIndex().row()
        assert rows_of(shown)[row] == image
        assert [index.row() for index in images.selectedIndexes()] == [row]
        moved.append(row)
    assert len(set(moved)) > 1


def test_keys_bring_what_they_go_to_into_view(shown):
    view = shown.images
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_End)
    laid_out(view)
    last = view.samples.index(view.samples.rowCount() - 1)
    assert view.currentIndex() == last
    assert view.viewport().rect().contains(view.visualRect(last))


def test_the_scroll_place_lasts_where_the_number_of_images_changes(qtbot, shown, moments, data):
    bar = shown.images.verticalScrollBar()
    fewest = np.min([evaluate(moment.network, data.test).confusion.sum(axis=0) for moment in moments.values()], axis=0)
    click(shown, HEADING, int(fewest.argmax()))
    shown.resize(300, 460)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(20)
    lengths = set()
    for update in (20, 3, 6):
        go_to(qtbot, shown, moments[update])
        assert bar.value() == 20
        lengths.add(len(rows_of(shown)))
    assert len(lengths) > 1


def test_images_keep_to_their_tiles_in_a_larger_font(shown):
    font = shown.font()
    before = shown.images.visualRect(shown.images.samples.index(40)).size()
    font.setPointSizeF(font.pointSizeF() * 2)
    shown.setFont(font)
    laid_out(shown)
    after = shown.images.visualRect(shown.images.samples.index(40)).size()
    assert after == shown.images.tile_size()
    assert after.height() > before.height()


def test_another_choice_starts_at_its_hardest_image(shown):
    bar = shown.images.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    click(shown, TOTAL, 4)
    laid_out(shown)
    assert bar.value() == 0
    assert not shown.images.selectedIndexes()


def test_a_network_that_overflows_breaks_nothing(qtbot, shown, moments, data):
    nothing = Network(Parameters(np.full(784 * 10 + 10, np.nan, np.float32), fully_connected((784, 10))))
    go_to(qtbot, shown, Snapshot(nothing, 99, 1.0, moments[6].run_id, TrainingConfig(hidden=())))
    assert "loss –" in shown.metrics.text()
    for cell in ((TOTAL, TOTAL), (4, 0), (4, 4), (HEADING, 0), (HEADING, 7)):
        click(shown, *cell)
        shown.grab()
    assert rows_of(shown) == []
    click(shown, HEADING, 0)
    assert len(rows_of(shown)) == len(data.test)
    assert "predicted 0 (–)" in shown.images.samples.index(0).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize(("width", "height", "beside"), [(860, 700, True), (460, 480, False), (700, 760, False)])
def test_the_images_lie_beside_the_matrix_where_there_is_room_and_below_it_otherwise(shown, width, height, beside):
    shown.resize(width, height)
    laid_out(shown)
    matrix, images = (widget.mapTo(shown, widget.rect().topLeft()) for widget in (shown.matrix, shown.images))
    assert (images.x() >= shown.matrix.width()) is beside
    assert (images.y() >= matrix.y() + shown.matrix.height()) is not beside
    assert shown.images.height() >= shown.images.tile_size().height()


def test_captions_of_any_choice_leave_everything_where_it_is(shown):
    places = set()
    for cell in ((TOTAL, TOTAL), (4, 4), (4, 5), (4, HEADING), (HEADING, 4)):
        click(shown, *cell)
        laid_out(shown)
        places.add((shown.images.mapTo(shown, shown.images.rect().topLeft()).toTuple(), shown.images.height()))
    assert len(places) == 1
