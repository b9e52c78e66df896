"""How the diagram of a network is painted, on screen and for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from core.explanation.signal_flow import SignalFlow
from core.network.arrays import IMAGE_SIDE, PIXELS
from core.text.number_text import counted
from gui.look.formatting import MINUS, number, probability
from gui.look.theme import Theme, mix, scaled_font
from gui.widgets.digit_image import gray_image
from gui.widgets.network.network_layout import BAR, NetworkLayout
from gui.widgets.network.network_parts import Connection, Line, Unit, ends

_WIDEST, _LEVELS = 7.0, 64
_WIDEST_NAME = 110.0
_LEAST_BAR = 12.0
"""Of a digit beside its value; with less room the value is left out, and told when the digit is pointed at."""
_NUMBER_SHARE = 0.45
"""Of a tile's height that its number may take."""
_LONGEST_VALUE = f"{MINUS}0.00088 "
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawing:
    """All that a diagram shows.

    Attributes
    ----------
    flow : SignalFlow
        The numbers.
    pixels : float32 array of shape (784,) or None
        The image.
    names : sequence of str
        What the ten classes are called.
    layout : NetworkLayout
        Where things stand.
    shown : sequence of int64 arrays
        The units that are shown, layer by layer.
    lines : sequence of Line
        The weakest first.
    tiles : sequence of sequences of QImage
        Those of the units that are shown, hidden layer by hidden layer; none where units have no image.
    full_line, full_unit : float
        What has full strength.
    pointed : Unit or Connection or None
        What is under the pointer: the lines that have nothing to do with it fade.
    frames : sequence of (QRectF or None, str)
        What is framed, and by which color of the theme.
    """

    flow: SignalFlow
    pixels: NDArray[np.float32] | None
    names: Sequence[str]
    layout: NetworkLayout
    shown: Sequence[NDArray[np.int64]]
    lines: Sequence[Line]
    tiles: Sequence[Sequence[QImage]]
    full_line: float
    full_unit: float
    pointed: Unit | Connection | None
    frames: Sequence[tuple[QRectF | None, str]]


def words_room(metrics: QFontMetricsF, names: Sequence[str]) -> tuple[float, float]:
    """Return the widths that the names of the digits and their values take."""
    widest = max(map(metrics.horizontalAdvance, names))
    return min(widest, _WIDEST_NAME) + 6, metrics.horizontalAdvance(_LONGEST_VALUE)


def paint_network(painter: QPainter, theme: Theme, drawing: Drawing) -> None:
    """Paint lines, the image, units and digits, in the painter's font."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in drawing.lines:
        painter.setPen(_pen(line, theme, drawing))
        painter.drawLine(line.line)
    # Nothing else is slanted, and upright edges take several times as long to paint smoothly.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _draw_image(painter, theme, drawing)
    for layer in range(len(drawing.shown) - 1):
        for place, unit in enumerate(drawing.shown[layer].tolist()):
            _draw_unit(painter, theme, drawing, layer, place, unit)
    _draw_digits(painter, theme, drawing)
    _draw_heads(painter, theme, drawing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect, color in drawing.frames:
        if rect is not None:
            painter.setPen(QPen(QColor(getattr(theme, color)), 2))
            painter.drawRect(rect.adjusted(-2, -2, 2, 2))


def _pen(line: Line, theme: Theme, drawing: Drawing) -> QPen:
    level, pointed = round(_LEVELS * min(1.0, abs(line.value) / drawing.full_line)), drawing.pointed
    touches = line.connection == pointed or (isinstance(pointed, Unit) and pointed in ends(line.connection))
    is_faint = not touches and pointed is not None
    return _line_pen(theme, line.value > 0, level, is_faint, line.connection == pointed)


@lru_cache(maxsize=8 * _LEVELS)
def _line_pen(theme: Theme, is_positive: bool, level: int, is_faint: bool, is_pointed: bool) -> QPen:
    """Return the pen for a line of one of `_LEVELS` strengths.

    Its color is mixed with the ground and not translucent: that would take four times as long to paint.
    """
    strength = level / _LEVELS
    color = theme.positive if is_positive else theme.negative
    mixed = mix(theme.surface, color, 0.12 if is_faint else 0.35 + 0.6 * strength)
    return QPen(mixed, 0.6 + (_WIDEST - 0.6) * strength + (1.5 if is_pointed else 0))


def _signed(theme: Theme, value: float) -> QColor:
    return QColor(theme.positive if value > 0 else theme.negative)


def _draw_image(painter: QPainter, theme: Theme, drawing: Drawing) -> None:
    pixels = np.zeros(PIXELS, np.float32) if drawing.pixels is None else drawing.pixels
    levels = np.rint(pixels * 255).astype(np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(drawing.layout.image, gray_image(levels, theme))
    painter.setPen(QPen(QColor(theme.outline), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(drawing.layout.image)


def _draw_unit(painter: QPainter, theme: Theme, drawing: Drawing, layer: int, place: int, unit: int) -> None:
    rect, value = drawing.layout.units[layer][place], float(drawing.flow.units[layer][unit])
    is_known = not isnan(value)
    value = value if is_known else 0.0
    strength, color = min(1.0, abs(value) / drawing.full_unit), _signed(theme, value)
    if drawing.tiles[layer]:
        painter.drawImage(rect, drawing.tiles[layer][place])
    else:
        painter.fillRect(rect, mix(theme.surface, color.name(), 0.75 * strength))
    is_off = drawing.flow.view in ("signal", "stage") and value == 0
    if is_off:
        painter.fillRect(rect, _veil(theme, 150))
    painter.setPen(QPen(QColor(theme.border if is_off else theme.outline), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    painter.fillRect(QRectF(rect.right() + 2, rect.top(), BAR, rect.height()), mix(theme.surface, theme.text, 0.09))
    full = strength * rect.height()
    painter.fillRect(QRectF(rect.right() + 2, rect.bottom() - full, BAR, full), color)
    usual = painter.font()
    painter.setFont(
        scaled_font(usual, max(0.6, min(1.0, _NUMBER_SHARE * rect.height() / painter.fontMetrics().height())))
    )
    metrics = painter.fontMetrics()
    room = QRectF(rect.left(), rect.top(), metrics.horizontalAdvance(str(unit)) + 4, metrics.height() - 2)
    painter.fillRect(room, _veil(theme, 215))
    painter.setPen(QColor(theme.muted))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, str(unit))
    painter.setFont(usual)


def _veil(theme: Theme, alpha: int) -> QColor:
    veil = QColor(theme.surface)
    veil.setAlpha(alpha)
    return veil


def _draw_digits(painter: QPainter, theme: Theme, drawing: Drawing) -> None:
    values, metrics = drawing.flow.units[-1], QFontMetricsF(painter.font())
    names, room = words_room(metrics, drawing.names)
    if drawing.layout.units[-1][0].width() < 3 + names + _LEAST_BAR + room:
        room = 0.0
    is_probability = drawing.flow.view == "signal"
    is_known = not np.isnan(values).any()
    limit = 1.0 if is_probability else max(float(np.abs(values).max()), 1e-30) if is_known else 1.0
    winner = int(values.argmax()) if is_probability else -1
    for digit, (rect, value) in enumerate(zip(drawing.layout.units[-1], values.tolist(), strict=True)):
        painter.setPen(QColor(theme.text if digit == winner else theme.muted))
        name = metrics.elidedText(drawing.names[digit], Qt.TextElideMode.ElideRight, names)
        left = QRectF(rect.left() + 3, rect.top(), names, rect.height())
        painter.drawText(left, _MIDDLE | Qt.AlignmentFlag.AlignLeft, name)
        right = QRectF(rect.right() - room, rect.top(), room, rect.height())
        text = "" if not (is_known and room) else probability(value) if is_probability else number(value, 2)
        painter.drawText(right, _MIDDLE | Qt.AlignmentFlag.AlignRight, text)
        height = min(rect.height(), metrics.height())
        track = QRectF(left.right(), rect.center().y() - height / 2, right.left() - left.right(), height)
        painter.fillRect(track, mix(theme.surface, theme.text, 0.09))
        color = QColor(theme.accent) if digit == winner else mix(theme.surface, theme.text, 0.45)
        share = min(1.0, abs(value) / limit) if is_known else 0.0
        bar = QRectF(track.left(), track.top(), share * track.width(), height)
        painter.fillRect(bar, color if is_probability else _signed(theme, value))


def _draw_heads(painter: QPainter, theme: Theme, drawing: Drawing) -> None:
    metrics = QFontMetricsF(painter.font())
    texts = ["image", *(_head(drawing, layer) for layer in range(len(drawing.shown) - 1)), "output"]
    painter.setPen(QColor(theme.muted))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    for rect, text in zip(drawing.layout.heads, texts, strict=True):
        name, *counts = text.split("\n")
        lines = [metrics.elidedText(_fitting(metrics, name, rect.width()), Qt.TextElideMode.ElideRight, rect.width())]
        lines += [
            line
            for count in counts
            if metrics.horizontalAdvance(line := _fitting(metrics, count, rect.width())) <= rect.width()
        ]
        painter.drawText(rect, flags, "\n".join(lines))


def _fitting(metrics: QFontMetricsF, line: str, width: float) -> str:
    """Return a line of a head, shorter where there is no room: "hidden 2" or "2", "5 of 16" or "5/16"."""
    shorter = line.removeprefix("hidden ").replace(" of ", "/").split(" ")[0]
    return line if metrics.horizontalAdvance(line) <= width else shorter


def _head(drawing: Drawing, layer: int) -> str:
    shown, units = len(drawing.shown[layer]), len(drawing.flow.units[layer])
    name = "hidden layer" if len(drawing.shown) == 2 else f"hidden {layer + 1}"
    noun = drawing.flow.layers[layer].noun
    return f"{name}\n{counted(units, noun)}" if shown == units else f"{name}\n{shown} of {units:,}"
