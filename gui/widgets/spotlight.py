"""Draws the eye to a part of the window: a frame around it that glows and fades, or where motion is reduced, goes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QVariantAnimation, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.look.motion import reduces_motion
from gui.look.theme import applied

MILLISECONDS = 1800
_STEADY_UNTIL = 0.6
"""Share of that time after which the frame fades, unless motion is reduced."""

_WIDTH = 3.0
_BESIDE, _SMALL = 3, 60


class Spotlight(QWidget):
    """A frame over one widget at a time, deaf to the mouse.

    Parameters
    ----------
    window : QWidget
        Whatever it may point at lies in here.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._target: QWidget | None = None
        self._part: Callable[[], QRect] | None = None
        self._color = QColor()
        self._glow = QVariantAnimation(self)
        self._glow.setStartValue(1.0)
        self._glow.setDuration(MILLISECONDS)
        self._glow.valueChanged.connect(self.update)
        self._glow.finished.connect(self._on_finished)
        self.hide()

    def point_at(self, target: QWidget, part: Callable[[], QRect] | None = None) -> None:
        """Frame a widget for a moment, or the part of it that ``part`` returns in its coordinates."""
        self.leave()
        self._target, self._part, self._color = target, part, QColor(applied.theme.link)
        target.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()
        is_steady = reduces_motion()
        self._glow.setKeyValueAt(_STEADY_UNTIL, 1.0)
        self._glow.setEndValue(1.0 if is_steady else 0.0)
        self._glow.start()

    def leave(self) -> None:
        """Point at nothing any more."""
        self._glow.stop()
        if self._target is not None:
            self._target.removeEventFilter(self)
            self._target = None
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay on the target while it moves."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._cover()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, as bright as the moment wants it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(float(self._glow.currentValue() or 0.0))
        painter.setPen(QPen(self._color, _WIDTH))
        inset = _WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)

    def _cover(self) -> None:
        if self._target is not None:
            self.setGeometry(self._in_view(self._target))

    def _in_view(self, target: QWidget) -> QRect:
        """Return where a widget is in the window, without what has been scrolled out of view."""
        window, around = self.parentWidget(), target
        part = self._part() if self._part is not None else target.rect()
        # A frame needs some room beside what is as small as a button.
        part = part.adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE) if part.height() < _SMALL else part
        rect = part.translated(target.mapTo(window, QPoint(0, 0)))
        around = target.parentWidget() if part.height() < _SMALL else target
        while around is not window:
            rect &= QRect(around.mapTo(window, QPoint(0, 0)), around.size())
            around = around.parentWidget()
        return rect

    @Slot()
    def _on_finished(self) -> None:
        self.leave()
