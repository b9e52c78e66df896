"""Whatever can hold a pen: a mouse, a finger, a tablet's pen, the arrow keys, all told alike."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QEventPoint, QFocusEvent, QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtWidgets import QWidget

FIRM = 0.5
"""Pressure of what knows none: in the middle between 0 and 1."""

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STRIDE, _SMALL_STRIDE = 1 / 40, 1 / 280
_KEYBOARD_START = (0.5, 0.25)


class PenInput(QWidget):
    """Turns events into three calls, which a subclass answers: `pen_down`, `pen_moved`, `pen_up`.

    The arrow keys move a cross over the paper (Shift: in small steps), Space puts the pen down there and lifts it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cross: QPointF | None = None
        self._is_down = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paper(self) -> QRectF:
        """Return where on the widget one can draw."""
        return QRectF(self.rect())

    def pen_down(self, position: QPointF, pressure: float, *, erases: bool) -> None:
        """Answer the pen touching the paper; ``position`` on the widget, ``pressure`` from 0 to 1."""
        raise NotImplementedError

    def pen_moved(self, position: QPointF, pressure: float) -> None:
        """Answer the pen moving on the paper."""
        raise NotImplementedError

    def pen_up(self) -> None:
        """Answer the pen leaving the paper."""
        raise NotImplementedError

    @property
    def cross(self) -> QPointF | None:
        """Where on the widget the keyboard's pen is; None while the keys are not used."""
        if self._cross is None:
            return None
        paper = self.paper()
        return paper.topLeft() + QPointF(self._cross.x() * paper.width(), self._cross.y() * paper.height())

    @property
    def is_down(self) -> bool:
        """Whether the pen is on the paper."""
        return self._is_down

    def _put_down(self, position: QPointF, pressure: float = FIRM, *, erases: bool = False) -> None:
        self._is_down = True
        self.pen_down(position, pressure, erases=erases)

    def _move(self, position: QPointF, pressure: float = FIRM) -> None:
        if self._is_down:
            self.pen_moved(position, pressure)

    def _lift(self) -> None:
        if self._is_down:
            self._is_down = False
            self.pen_up()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down; the right button erases."""
        self._cross = None
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._put_down(event.position(), erases=event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw."""
        self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        self._move(event.position())
        self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a tablet's pen; its other end erases."""
        if event.type() == QEvent.Type.TabletPress:
            erases = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._put_down(event.position(), event.pressure(), erases=erases)
        elif event.type() == QEvent.Type.TabletMove:
            self._move(event.position(), event.pressure())
        else:
            self._lift()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Draw with the first finger that touches; claim the pen's keys before a shortcut of the window gets them."""
        if event.type() == QEvent.Type.ShortcutOverride and _moves_pen(event):
            event.accept()
            return True
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        point = event.points()[0] if event.points() else None
        if event.type() == QEvent.Type.TouchCancel or point is None:
            self._lift()
        elif point.state() == QEventPoint.State.Pressed:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._put_down(point.position())
        else:
            self._move(point.position())
            if point.state() == QEventPoint.State.Released:
                self._lift()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross, put the pen down, lift it."""
        if not _moves_pen(event):
            super().keyPressEvent(event)
            return
        if self._cross is None:
            self._cross = QPointF(*_KEYBOARD_START)
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            stride = _SMALL_STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STRIDE
            moved = self._cross + QPointF(*step) * stride
            self._cross = QPointF(min(max(moved.x(), 0.0), 1.0), min(max(moved.y(), 0.0), 1.0))
            self._move(self.cross)
        elif self._is_down:
            self._lift()
        else:
            self._put_down(self.cross)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lift the keyboard's pen and hide its cross."""
        super().focusOutEvent(event)
        if self._cross is not None:
            self._cross = None
            self._lift()
        self.update()


def _moves_pen(event: QKeyEvent) -> bool:
    others = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return (event.key() in _STEPS or event.key() == Qt.Key.Key_Space) and not others
