"""The panel My digits, and digits to label in it."""

import numpy as np

from core.drawing.preparation import prepare
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from gui.panels.my_digits import MyDigitsPanel
from gui.session.task_slot import close_threads
from tests.layout import laid_out


def bar(arm):
    """An upright bar with an arm to the right at its top."""
    drawing = np.zeros((280, 280), np.uint8)
    drawing[60:220, 100:120] = 255
    drawing[60:80, 100 : 100 + arm] = 255
    return prepare(drawing)


def always(digit):
    parameters = Parameters.zeros(fully_connected((784, 10)))
    parameters.biases[0][digit] = 5
    return Network(parameters.frozen())


def add_panel(qtbot):
    """Show a panel that knows what was kept; what it has under way ends with the test."""
    widget = MyDigitsPanel()
    qtbot.addWidget(widget, before_close_func=close_threads)
    widget.resize(300, 280)
    widget.show()
    laid_out(widget)
    wait_for_kept(qtbot, widget)
    return widget


def wait_for_kept(qtbot, panel):
    """Wait until the panel knows what was kept."""
    qtbot.waitUntil(panel.grid.isEnabled)


def take(panel, label, arm=80):
    panel.set_drawing(bar(arm))
    panel.labels.buttons[label].click()
