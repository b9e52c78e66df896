"""The real window with the tab Runs in front, where runs are trained and left."""

from gui.look.theme import LIGHT
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.small_data import small_pair


def window_with_small_data(qtbot) -> MainWindow:
    """Show the window with small data, short runs and the tab Runs in front."""
    window = MainWindow()
    window.appearance.choose("light")
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(window.session.config.with_changes(epochs=1, batch_size=30))
    assert window.show_tab("runs")
    return window


def train(qtbot, window, **changes):
    """Train a run to its end, from scratch with changed settings where there are any."""
    if changes:
        window.session.set_config(window.session.config.with_changes(**changes))
    window.actions_.train.trigger()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)
    return window.session.run


def rows(window):
    return {row.name: row for row in window.runs.runs.rows}


def order(window):
    return [row.name for row in window.runs.runs.rows]


def choose(window, run):
    window.runs.table.choose(run.id)


def vector(run):
    return run.snapshot().network.parameters.vector


def curves(window):
    """Colors in which past runs are drawn, by their names."""
    names = {past.color_index: past.name for past in window.past_runs.runs}
    return {names[run.color_index]: LIGHT.runs[run.color_index] for run in window.plots.plots.past}


def legend(window):
    """What the drawn curves of past runs are called."""
    return [run.name for run in window.plots.plots.past]
