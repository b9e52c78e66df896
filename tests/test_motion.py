"""Motion that need not be is left out for whoever wants it so, or whose system says so."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gui.look.motion import reduces_motion, system_reduces_motion
from gui.look.preferences import Preferences
from gui.main_window import MainWindow
from gui.widgets.spotlight import MILLISECONDS, Spotlight
from tests.layout import laid_out


@pytest.fixture
def spotlight(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    target = QLabel("target", window)
    target.resize(200, 100)
    window.resize(300, 200)
    window.show()
    spotlight = Spotlight(laid_out(window))
    spotlight.target = target
    yield spotlight
    spotlight.leave()


@pytest.mark.parametrize("reduced", [False, True])
def test_a_frame_fades_unless_motion_is_reduced(qapp, spotlight, reduced):
    qapp.setProperty("reduces_motion", reduced)
    spotlight.point_at(spotlight.target)
    glow = spotlight._glow
    glow.pause()
    brightness = []
    for share in (0.1, 0.5, 0.8, 0.99):
        glow.setCurrentTime(round(share * MILLISECONDS))
        brightness.append(glow.currentValue())
    assert brightness[:2] == [1.0, 1.0]
    assert (brightness[2:] == [1.0, 1.0]) is reduced


def test_the_choice_takes_effect_at_once_and_is_remembered(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    blinking = QApplication.cursorFlashTime()
    assert reduces_motion() == system_reduces_motion()
    assert Preferences().reduces_motion is None
    window.actions_.reduce_motion.trigger()
    assert reduces_motion()
    assert QApplication.cursorFlashTime() == 0
    assert Preferences().reduces_motion is True
    window.actions_.reduce_motion.trigger()
    assert not reduces_motion()
    assert QApplication.cursorFlashTime() == blinking
    assert Preferences().reduces_motion is False
    window.close()
