"""What a Linux desktop says of colors, contrast and motion, live: by the portal for settings that desktops share.

Qt itself asks it in GNOME and its kin alone, and of motion nowhere.

Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

from functools import partial

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
NAMESPACE = "org.freedesktop.appearance"

_COLORS, _CONTRAST, _MOTION = "color-scheme", "contrast", "reduced-motion"


class DesktopSettings(QObject):
    """Keeps what the portal last said; where there is none, nothing is asked for."""

    changed = Signal()
    """The desktop asks for something else."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, object] = {}

    @property
    def prefers_dark(self) -> bool:
        """Whether light text on dark ground is wanted."""
        return self._values.get(_COLORS) == 1

    @property
    def prefers_contrast(self) -> bool:
        """Whether high contrast is wanted."""
        return self._values.get(_CONTRAST) == 1

    @property
    def reduces_motion(self) -> bool:
        """Whether motion is to be avoided that need not be."""
        return self._values.get(_MOTION) == 1

    def listen(self, bus: QDBusConnection) -> None:
        """Ask the portal on a bus, and hear of changes from now on; waits for nothing.

        Parameters
        ----------
        bus : QDBusConnection
            The bus of the user's session. Where it is not connected nothing happens.
        """
        if not bus.isConnected():
            return
        bus.connect(SERVICE, PATH, INTERFACE, "SettingChanged", self, SLOT("_on_changed(QDBusMessage)"))
        for key in (_COLORS, _CONTRAST, _MOTION):
            question = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "Read")
            question.setArguments([NAMESPACE, key])
            answer = QDBusPendingCallWatcher(bus.asyncCall(question), self)
            answer.finished.connect(partial(self._on_answer, key, answer))

    def _on_answer(self, key: str, answer: QDBusPendingCallWatcher) -> None:
        if not answer.isError():
            self._keep(key, answer.reply().arguments()[0])
        answer.deleteLater()

    @Slot(QDBusMessage)
    def _on_changed(self, message: QDBusMessage) -> None:
        namespace, key, value = message.arguments()
        if namespace == NAMESPACE:
            self._keep(key, value)

    def _keep(self, key: str, value: object) -> None:
        while isinstance(value, QDBusVariant):
            value = value.variant()
        if self._values.get(key) != value:
            self._values[key] = value
            self.changed.emit()


desktop = DesktopSettings()
"""Of the user whose desktop this is; told by `listen`, once the program has a window there."""
