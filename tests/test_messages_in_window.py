"""Messages stand where they cover nothing, and what lies beside them can be read, in a small window too."""

import pytest

from gui.main_window import MainWindow
from gui.panels.message_bar import Message
from tests.layout import laid_out
from tests.small_data import small_pair

URGENT = Message(
    "Training diverged at update 1,204: the loss is 1.2e+04, where guessing costs 2.3. The network is back at update "
    "1,203, from where it can go on with other settings. A smaller learning rate may help.",
    "error",
    (("Show update 1,104", lambda: None),),
)
LONG = Message(
    "Saved the model at update 12,345 as Run 1 from 2,814 learning rate 0.05 update 12345.npz in the folder of models.",
    choices=(("Show in folder", lambda: None),),
)


@pytest.fixture(params=[(1024, 640), (1440, 900)], ids=lambda size: f"{size[0]}x{size[1]}")
def window(qtbot, request):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(*request.param)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.messages.dismiss()
    laid_out(window)
    yield window
    window.close()


def in_window(window, widget):
    return widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))


@pytest.mark.parametrize("large", [False, True], ids=["columns", "large drawing"])
def test_an_urgent_message_covers_nothing(window, large):
    window.drawing.large_action.setChecked(large)
    laid_out(window)
    before = window.columns.height(), in_window(window, window.timeline)
    window.messages.say(URGENT)
    laid_out(window)
    message = in_window(window, window.messages)
    assert window.rect().contains(message)
    for part in (window.columns, window.timeline, window.status):
        assert not message.intersects(in_window(window, part))
    assert in_window(window, window.timeline) == before[1]
    if large:
        assert window.rect().contains(in_window(window, window.drawing._pen_bar))
        assert not message.intersects(in_window(window, window.drawing._pen_bar))
    window.messages.dismiss()
    laid_out(window)
    assert (window.columns.height(), in_window(window, window.timeline)) == before


def test_a_long_message_is_written_out_in_two_lines_and_moves_nothing(window):
    before = window.columns.geometry(), window.timeline.geometry(), window.status.geometry()
    window.messages.say(LONG)
    laid_out(window)
    assert window.messages._text.text() == LONG.text
    assert window.messages.height() == window.status.height()
    assert window.messages._text.heightForWidth(window.messages._text.width()) <= window.messages._text.height()
    assert (window.columns.geometry(), window.timeline.geometry(), window.status.geometry()) == before


def test_what_does_not_fit_into_two_lines_ends_in_dots(window):
    window.messages.say(Message(" ".join([LONG.text] * 4)))
    laid_out(window)
    shown = window.messages._text
    assert shown.text().endswith("…")
    assert shown.heightForWidth(shown.width()) <= shown.height()
    assert LONG.text in shown.toolTip()


def test_beside_a_message_the_line_tells_how_good_the_run_is(qtbot, window):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy)
    window.messages.say(LONG)
    laid_out(window)
    line = window.status._text
    assert not line.is_cut
    assert line.text().startswith("Paused")
    assert "test" in line.text()
    window.messages.dismiss()
    laid_out(window)
    assert window.status._progress.isVisible()
    assert "epoch" in line.text()
