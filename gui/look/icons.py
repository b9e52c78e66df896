"""Line icons from ``resources/icons``, in the colors of the theme that is on, sharp at any density of the screen."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.look.theme import applied

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


class _LineIcon(QIconEngine):
    """Drawn when it is asked for, since the theme may have changed."""

    def __init__(self, source: str, color: str) -> None:
        super().__init__()
        self._source = source
        self._color = color

    def clone(self) -> QIconEngine:
        return _LineIcon(self._source, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.pixmap(rect.size() * painter.device().devicePixelRatioF(), mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        name = "disabled" if mode == QIcon.Mode.Disabled else self._color
        return _drawn(self._source, getattr(applied.theme, name), size.width(), size.height())


@lru_cache(maxsize=256)
def _drawn(source: str, color: str, width: int, height: int) -> QPixmap:
    side = min(width, height)
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        place = QRectF((width - side) / 2, (height - side) / 2, side, side)
        QSvgRenderer(QByteArray(source.replace("currentColor", color).encode())).render(painter, place)
    return pixmap


def line_icon(name: str, color: str = "text") -> QIcon:
    """Return an icon drawn in a color of the theme that is on, grayed where disabled.

    Parameters
    ----------
    name : str
        Path below ``resources/icons`` without its ending, such as ``"drawing/undo"``; an SVG that is drawn in
        ``currentColor``.
    color : str
        Which of the colors of a `gui.look.theme.Theme`.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    return QIcon(_LineIcon((_FOLDER / f"{name}.svg").read_text(encoding="utf-8"), color))
