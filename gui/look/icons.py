"""Line icons from ``resources/icons``, in the colors of a theme and sharp at any density of the screen."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.look.theme import Theme

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
_SIDES = (16, 20, 24, 32, 40, 48, 64)


def line_icon(name: str, theme: Theme) -> QIcon:
    """Return an icon drawn in the theme's text color, greyed where disabled.

    Parameters
    ----------
    name : str
        Path below ``resources/icons`` without its ending, such as ``"drawing/undo"``; an SVG that is drawn in
        ``currentColor``.
    theme : Theme
        Gives the colors.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    source = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for mode, color in ((QIcon.Mode.Normal, theme.text), (QIcon.Mode.Disabled, theme.disabled)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
        for side in _SIDES:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as painter:
                renderer.render(painter, QRectF(0, 0, side, side))
            icon.addPixmap(pixmap, mode)
    return icon
