"""Pictures for slides and papers: whatever can be painted becomes a PNG or an SVG file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from core.errors import ImageError
from core.system.atomic_file import save_file

PICTURE_FILTER = "PNG image (*.png);;SVG drawing (*.svg)"
_PNG_SCALE = 2


def paint_picture(path: Path, size: QSize, background: str, draw: Callable[[QPainter, QRectF], None]) -> bytes:
    """Return what the file of a picture holds.

    Parameters
    ----------
    path : Path
        Ends in ``.svg`` for a drawing that stays sharp at any size; anything else becomes a PNG of twice the size.
    size : QSize
        Logical pixels.
    background : str
        "#rrggbb" of what is not painted on.
    draw : callable
        ``draw(painter, rect)`` paints.
    """
    return _svg(size, background, draw) if path.suffix.lower() == ".svg" else _png(size, background, draw)


def write_picture(path: Path, picture: bytes) -> None:
    """Write the file of a picture, whole or not at all; any thread may do so.

    Raises
    ------
    ImageError
        If the file cannot be written; an old one stays as it was.
    """
    with save_file(path, ImageError) as file:
        file.write(picture)


def _png(size: QSize, background: str, draw: Callable[[QPainter, QRectF], None]) -> bytes:
    image = QImage(size * _PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PNG_SCALE)
    image.fill(QColor(background))
    with QPainter(image) as painter:
        draw(painter, QRectF(0, 0, size.width(), size.height()))
    return png_bytes(image)


def png_bytes(image: QImage) -> bytes:
    """Return an image as the content of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return data.data()


def _svg(size: QSize, background: str, draw: Callable[[QPainter, QRectF], None]) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    with QPainter(generator) as painter:
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(background))
        draw(painter, QRectF(0, 0, size.width(), size.height()))
    return data.data()
