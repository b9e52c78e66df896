"""What a desktop says of colors, contrast and motion reaches the window, at its start and whenever it changes.

The desktop is a portal of these tests on a bus of their own: no test asks that of whoever runs them.
"""

import shutil
import subprocess

import pytest
from PySide6.QtCore import QObject
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant, QDBusVirtualObject
from PySide6.QtGui import QAction, QActionGroup

from gui.look.appearance import Appearance
from gui.look.desktop_settings import INTERFACE, NAMESPACE, PATH, SERVICE, desktop
from gui.look.motion import Motion, reduces_motion
from gui.look.preferences import Preferences
from gui.look.theme import CONTRAST, DARK, LIGHT, applied
from gui.main_window import MainWindow

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no dbus-daemon on this computer")


class Portal(QDBusVirtualObject):
    """Answers and tells as xdg-desktop-portal does."""

    def __init__(self, bus):
        super().__init__()
        self.values = {"color-scheme": 0, "contrast": 0}
        self.bus = bus
        assert bus.registerVirtualObject(PATH, self)
        assert bus.registerService(SERVICE)

    def introspect(self, path):
        return ""

    def handleMessage(self, message, connection):  # noqa: N802
        key = message.arguments()[1]
        if key not in self.values:
            error = "org.freedesktop.portal.Error.NotFound"
            return connection.send(message.createErrorReply(error, "Requested setting not found"))
        return connection.send(message.createReply(QDBusVariant(QDBusVariant(self.values[key]))))

    def set_value(self, key, value, namespace=NAMESPACE):
        """Change a setting, and tell everybody."""
        if namespace == NAMESPACE:
            self.values[key] = value
        signal = QDBusMessage.createSignal(PATH, INTERFACE, "SettingChanged")
        signal.setArguments([namespace, key, QDBusVariant(value)])
        assert self.bus.send(signal)


@pytest.fixture
def bus_address():
    command = ["dbus-daemon", "--session", "--nofork", "--nosyslog", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def portal(qapp, bus_address):
    yield Portal(QDBusConnection.connectToBus(bus_address, "portal"))
    QDBusConnection.disconnectFromBus("portal")


@pytest.fixture
def listen(qtbot, bus_address):
    """What has the program listen to the bus; in the end the desktop asks for nothing any more."""
    yield lambda: desktop.listen(QDBusConnection.connectToBus(bus_address, "program"))
    QDBusConnection.disconnectFromBus("program")
    desktop._values.clear()
    desktop.changed.emit()


@pytest.fixture
def look(qapp):
    """What keeps theme and motion as the user chose; nothing is chosen yet."""
    look = QObject()
    look.appearance = Appearance(QActionGroup(look), Preferences(), look)
    look.reduce_motion = QAction(look, checkable=True)
    look.motion = Motion(look.reduce_motion, Preferences(), look)
    look.appearance.choose("system")
    look.motion.choose(None)
    yield look
    look.deleteLater()


def test_a_desktop_that_wants_dark_or_more_contrast_gets_it_at_the_start_and_whenever_it_changes(qtbot, portal, listen):
    window = MainWindow()
    qtbot.addWidget(window)
    portal.values["color-scheme"] = 1
    assert applied.theme is LIGHT
    listen()
    qtbot.waitUntil(lambda: applied.theme is DARK, timeout=30_000)
    portal.set_value("contrast", 1)
    qtbot.waitUntil(lambda: applied.theme is CONTRAST, timeout=30_000)
    portal.set_value("color-scheme", 2)
    portal.set_value("contrast", 0)
    qtbot.waitUntil(lambda: applied.theme is LIGHT, timeout=30_000)
    window.close()


def test_a_desktop_that_wants_no_motion_gets_none_unless_the_user_chose(qtbot, portal, listen, look):
    listen()
    portal.set_value("reduced-motion", 1)
    qtbot.waitUntil(reduces_motion, timeout=30_000)
    assert look.reduce_motion.isChecked()
    portal.set_value("reduced-motion", 0)
    qtbot.waitUntil(lambda: not reduces_motion(), timeout=30_000)
    look.reduce_motion.trigger()
    portal.set_value("reduced-motion", 1)
    portal.set_value("reduced-motion", 0)
    portal.set_value("color-scheme", 1)
    qtbot.waitUntil(lambda: applied.theme is DARK, timeout=30_000)
    assert reduces_motion()


def test_a_theme_that_was_chosen_stays_whatever_the_desktop_says(qtbot, portal, listen, look):
    # As `main.py --theme light` does: for this once, without remembering it.
    look.appearance.choose("light")
    portal.values["color-scheme"] = 1
    listen()
    qtbot.waitUntil(lambda: desktop.prefers_dark, timeout=30_000)
    portal.set_value("contrast", 1)
    qtbot.waitUntil(lambda: desktop.prefers_contrast, timeout=30_000)
    assert applied.theme is LIGHT


def test_settings_of_one_desktop_alone_are_not_taken_for_those_that_all_share(qtbot, portal, listen, look):
    listen()
    portal.set_value("color-scheme", 1, namespace="org.gnome.desktop.interface")
    portal.set_value("contrast", 1)
    qtbot.waitUntil(lambda: applied.theme is CONTRAST, timeout=30_000)
    assert not desktop.prefers_dark


def test_where_no_portal_answers_the_window_stays_as_it_is(qtbot, listen, look):
    with qtbot.assertNotEmitted(desktop.changed):
        listen()
        desktop.listen(QDBusConnection("no such bus"))
    assert applied.theme is LIGHT
