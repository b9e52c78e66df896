"""What the window remembers from one start to the next."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from gui.look.theme import THEMES

ORGANIZATION = "MNIST_ANN"
APPLICATION = "MNIST_ANN"

TEXT_SIZES = (100, 115, 130, 150)
"""In per cent of the size that the system gives to text."""

_WIDEST = 10_000


def settings_store() -> QSettings:
    """Return the system's store of the user's settings: a file, or on Windows and macOS what these have for that.

    Tests tell Qt to take files everywhere (``QSettings.setDefaultFormat``): these alone can lie elsewhere.
    """
    return QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, ORGANIZATION, APPLICATION)


class Preferences:
    """Values in the system's store for settings; whatever is missing or damaged there has a default.

    Parameters
    ----------
    remembers : bool
        Where False, nothing is ever written, and what is set is forgotten.
    """

    def __init__(self, *, remembers: bool = True) -> None:
        self._settings = settings_store()
        self._remembers = remembers

    @property
    def theme(self) -> str:
        """Return "system" or the name of a theme."""
        name = self._settings.value("theme", "system")
        return name if name in ("system", *THEMES) else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._remember("theme", name)

    @property
    def text_size(self) -> int:
        """Return one of `TEXT_SIZES`."""
        try:
            size = int(self._settings.value("text_size", TEXT_SIZES[0]))
        except (TypeError, ValueError):
            return TEXT_SIZES[0]
        return size if size in TEXT_SIZES else TEXT_SIZES[0]

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._remember("text_size", percent)

    @property
    def reduces_motion(self) -> bool | None:
        """Return whether motion is to be reduced, None where that has never been chosen."""
        value = self._settings.value("reduces_motion")
        return None if value is None else value not in (False, "false")

    @reduces_motion.setter
    def reduces_motion(self, reduced: bool) -> None:
        self._remember("reduces_motion", reduced)

    @property
    def begins_slowly(self) -> bool:
        """Return whether the first run after a start begins slowly, so that it can be watched."""
        return self._settings.value("begins_slowly", "true") not in (False, "false")

    @begins_slowly.setter
    def begins_slowly(self, slowly: bool) -> None:
        self._remember("begins_slowly", slowly)

    @property
    def shows_stage_network(self) -> bool:
        """Return whether the stages of an update are shown in the diagram of the network."""
        return self._settings.value("shows_stage_network", "false") not in (False, "false")

    @shows_stage_network.setter
    def shows_stage_network(self, shown: bool) -> None:
        self._remember("shows_stage_network", shown)

    @property
    def data(self) -> list[str]:
        """Paths of the training and test file last opened, "builtin", or nothing."""
        value = self._settings.value("data", [])
        return [value] if isinstance(value, str) else [path for path in value or [] if isinstance(path, str)]

    @data.setter
    def data(self, paths: list[str]) -> None:
        self._remember("data", paths)

    @property
    def open_lesson(self) -> str:
        """Key of a lesson that comes with the program, or path of a lesson file, that is open; "" for none."""
        return str(self._settings.value("lessons/open", "") or "") if self._remembers else ""

    @open_lesson.setter
    def open_lesson(self, key: str) -> None:
        self._remember("lessons/open", key)

    def lesson_step(self, key: str) -> int:
        """Return the step of a lesson that was read last, from 0."""
        try:
            return int(self._settings.value(f"lessons/step/{_flat(key)}", 0))
        except (TypeError, ValueError):
            return 0

    def set_lesson_step(self, key: str, place: int) -> None:
        """Remember the step of a lesson that is being read."""
        self._remember(f"lessons/step/{_flat(key)}", place)

    def is_lesson_done(self, key: str) -> bool:
        """Return whether a lesson has been read to its end."""
        return str(self._settings.value(f"lessons/done/{_flat(key)}", "")) == "yes"

    def set_lesson_done(self, key: str, is_done: bool = True) -> None:
        """Remember whether a lesson has been read to its end."""
        self._remember(f"lessons/done/{_flat(key)}", "yes" if is_done else "")

    @property
    def recent_data(self) -> str:
        """The data sets that were opened last, as `gui.files.recent_data` writes them down."""
        return str(self._settings.value("recent_data", "") or "")

    @recent_data.setter
    def recent_data(self, text: str) -> None:
        self._remember("recent_data", text)

    def folder(self, kind: str) -> str:
        """Return the folder last used for files of a kind, the user's own where there is none."""
        return str(self._settings.value(f"folder/{kind}", "") or Path.home())

    def remember_folder(self, kind: str, path: Path) -> None:
        """Remember where a file of a kind lies."""
        self._remember(f"folder/{kind}", str(path.parent))

    @property
    def column_widths(self) -> tuple[float, float] | None:
        """Widths of the outer columns beside text of the usual size, in logical pixels; None where none are known.

        Not as wide as they were: in a small window with large text they were left no choice.
        """
        try:
            left, right = map(float, str(self._settings.value("layout/column_widths", "")).split())
        except ValueError:
            return None
        return (left, right) if 0 < left < _WIDEST and 0 < right < _WIDEST else None

    @column_widths.setter
    def column_widths(self, widths: tuple[float, float]) -> None:
        self._remember("layout/column_widths", " ".join(f"{width:.1f}" for width in widths))

    def layout(self, name: str) -> QByteArray:
        """Return a remembered geometry or splitter state, empty where there is none."""
        value = self._settings.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        """Remember a geometry or splitter state."""
        self._remember(f"layout/{name}", state)

    def _remember(self, name: str, value: object) -> None:
        if self._remembers:
            self._settings.setValue(name, value)


def _flat(key: str) -> str:
    """Return a key without the signs by which the store groups its values."""
    return key.replace("/", "|").replace("\\", "|")
