"""The canvas: paper to draw a digit on, with a mouse, a finger, a tablet's pen or the arrow keys.

The widget only listens and shows; what the pen does is worked out by `core.drawing.sketch`, in canvas units that do not
depend on the widget's size or the screen's density. Ink is shown in the very pixels that the network's image is made
from.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.drawing.pen import bounding_box, reach
from core.drawing.preparation import Box
from core.drawing.sketch import CANVAS_SIDE, FINENESS, INK_SIDE, Mark, Sketch, lay_out, place_on_canvas
from gui.look.accessible_parts import PaintedParts
from gui.look.announcements import announce
from gui.look.theme import Themed, applied
from gui.widgets.drawing.pen_cursor import ring_cursor
from gui.widgets.drawing.pen_input import PenInput
from gui.widgets.pixel_grid import gray_levels

DEFAULT_PEN_WIDTH = 22.0
"""Diameter of the pen in canvas units: drawn with it, digits are about as bold as MNIST's."""

_FRAME_MS = 16
_ERASER_TO_PEN = 1.6
_COARSE_UP_TO = 1.2


class Canvas(Themed, PaintedParts, PenInput):
    """Paper and pen."""

    accessible_role = QAccessible.Role.Canvas

    drawing_changed = Signal()
    """The ink has changed; comes at most once a frame while drawing."""
    history_changed = Signal()
    """What can be undone, redone or cleared may have changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sketch = Sketch()
        self._pen_width = DEFAULT_PEN_WIDTH
        self._erasing = False
        self._stroke_erases = False
        self._notice = ""
        self._tip_area = QRect()
        self._invited = True
        self._since_told = QElapsedTimer()
        self._since_told.start()
        self._telling = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._telling.timeout.connect(self._on_telling_due)
        raster = self._sketch.raster
        self._image = QImage(raster.data, INK_SIDE, INK_SIDE, raster.strides[0], QImage.Format.Format_Indexed8)

        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(140, 140)
        applied.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("Draw a digit here. Arrow keys move the pen, Space puts it down and lifts it.")

    def sizeHint(self) -> QSize:
        """Return the size at which one canvas unit is one pixel."""
        return QSize(CANVAS_SIDE, CANVAS_SIDE)

    # What the panel asks and sets.

    def ink(self) -> NDArray[np.uint8]:
        """Return the drawing, uint8 of shape (280, 280), 255 for full ink."""
        return self._sketch.ink()

    @property
    def example(self) -> NDArray[np.uint8] | None:
        """What `show_example` put here, as long as nothing has been drawn over it."""
        return self._sketch.example

    @property
    def is_empty(self) -> bool:
        """True where there is no ink on the paper."""
        return self._sketch.is_empty

    @property
    def can_undo(self) -> bool:
        """True where `undo` would change something."""
        return self._sketch.can_undo

    @property
    def can_redo(self) -> bool:
        """True where `redo` would change something."""
        return self._sketch.can_redo

    @Slot()
    def _on_theme_changed(self) -> None:
        self._image.setColorTable(gray_levels(self._theme))
        self._show_cursor()
        self.update()

    def set_pen_width(self, width: float) -> None:
        """Set the pen's diameter, in canvas units."""
        self._pen_width = width
        self._show_cursor()

    def set_erasing(self, erasing: bool) -> None:
        """Let the pen take ink away."""
        self._erasing = erasing
        self._show_cursor()

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self._history_moved(self._sketch.undo())

    @Slot()
    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._history_moved(self._sketch.redo())

    @Slot()
    def clear(self) -> None:
        """Empty the paper; can be undone."""
        self._history_moved(self._sketch.clear())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What has been drawn and not undone, without the stroke in the making."""
        return self._sketch.marks

    def restore(self, marks: tuple[Mark, ...]) -> None:
        """Show a drawing of an earlier start."""
        self._history_moved(self._sketch.restore(marks))

    def replace(self, marks: tuple[Mark, ...]) -> None:
        """Show another drawing; can be undone."""
        self._history_moved(self._sketch.replace(marks))

    def paste(self, ink: NDArray[np.uint8]) -> None:
        """Replace the drawing by an image, uint8 of shape (H, W) with ink high; can be undone."""
        self._history_moved(self._sketch.paste(place_on_canvas(ink)))

    def show_example(self, pixels: NDArray[np.uint8]) -> None:
        """Replace the drawing by an image of a data set, uint8 of shape (28, 28); can be undone."""
        self._history_moved(self._sketch.paste(lay_out(pixels)))

    def set_notice(self, text: str) -> None:
        """Say something on the canvas, such as that an image is being read; "" takes it away."""
        self._notice = text
        self.update()

    def accessible_value(self) -> str:
        """Return whether there is a drawing, where the keyboard's pen is and whether it is down."""
        drawing = "empty" if self.is_empty else "has a drawing"
        return "; ".join(text for text in (drawing, self.place_in_words()) if text)

    def place_in_words(self) -> str:
        """Return where the keyboard's pen is, in per cent of the paper, and whether it is down; "" without one."""
        if self.cross is None:
            return ""
        place, paper = self.cross - self.paper().topLeft(), self.paper().width()
        across, down = (round(100 * part / max(paper, 1)) for part in (place.x(), place.y()))
        return f"{across} % across, {down} % down, pen {'down' if self.is_down else 'up'}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell where the keys have led the pen."""
        before = self.place_in_words()
        super().keyPressEvent(event)
        if self.place_in_words() != before:
            announce(self, self.place_in_words())

    # What the pen does.

    def pen_down(self, position: QPointF, pressure: float, *, erases: bool) -> None:
        """Begin a stroke."""
        self._stroke_erases = erases or self._erasing
        x, y = self._to_canvas(position)
        self._history_moved(self._sketch.begin(x, y, self._width_at(pressure), erases=self._stroke_erases))

    def pen_moved(self, position: QPointF, pressure: float) -> None:
        """Go on with the stroke."""
        self._changed(self._sketch.extend(*self._to_canvas(position), self._width_at(pressure)))

    def pen_up(self) -> None:
        """End the stroke."""
        self._history_moved(self._sketch.end())
        self._tell_now()

    def _width_at(self, pressure: float) -> float:
        """Return the width at a tablet's pressure, 0 to 1: from half the pen's width to one and a half times."""
        return self._pen_width * (0.5 + pressure) * (_ERASER_TO_PEN if self._stroke_erases else 1)

    # Telling and showing.

    def _history_moved(self, box: Box | None) -> None:
        self.history_changed.emit()
        self._changed(box)

    def _changed(self, box: Box | None) -> None:
        if box is None and not self._sketch.tip:
            return
        if self._invited is not self._invites:
            # The words may lie beside the ink that changed.
            self._invited = self._invites
            self.update()
        self.update(self._tip_area if box is None else self._on_screen(box).united(self._tip_area))
        shape = self._sketch.raster.shape
        tip = bounding_box([area for piece in self._sketch.tip if (area := reach(piece, shape, FINENESS))])
        self._tip_area = self._on_screen(tip) if tip else QRect()
        self.update(self._tip_area)
        if not self._telling.isActive():
            self._telling.start(max(0, _FRAME_MS - self._since_told.elapsed()))

    @property
    def _invites(self) -> bool:
        return self._sketch.is_empty and not self._sketch.is_drawing

    def _on_screen(self, box: Box) -> QRect:
        """Return where a box of ink pixels lies on the widget, with what smoothing may add."""
        paper, scale = self.paper(), self.paper().width() / INK_SIDE
        area = QRectF(box.left * scale, box.top * scale, box.width * scale, box.height * scale)
        return area.translated(paper.topLeft()).toAlignedRect().adjusted(-2, -2, 2, 2)

    def _tell_now(self) -> None:
        """Tell of the last change of a stroke without waiting for the next frame."""
        if self._telling.isActive():
            self._telling.stop()
            self._on_telling_due()

    @Slot()
    def _on_telling_due(self) -> None:
        self._since_told.restart()
        self.drawing_changed.emit()

    def _show_cursor(self) -> None:
        """Let the pointer be a ring as wide as the pen or the eraser."""
        width = self._pen_width * (_ERASER_TO_PEN if self._erasing else 1)
        diameter = width * self.paper().width() / CANVAS_SIDE
        self.setCursor(ring_cursor(diameter, self._theme, self.devicePixelRatioF(), erases=self._erasing))

    def paper(self) -> QRectF:
        """Return the largest square in the middle of the widget."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _to_canvas(self, position: QPointF) -> tuple[float, float]:
        paper = self.paper()
        scale = CANVAS_SIDE / max(paper.width(), 1)
        return (position.x() - paper.x()) * scale, (position.y() - paper.y()) * scale

    def _from_canvas(self, place: QPointF) -> QPointF:
        paper = self.paper()
        return paper.topLeft() + place * (paper.width() / CANVAS_SIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the ring that the pointer is."""
        super().resizeEvent(event)
        self._show_cursor()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint paper, ink, and what helps."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paper = self.paper()
        painter.drawImage(paper, self._fitting_image(paper.width() * self.devicePixelRatioF()))
        self._paint_tip(painter)
        if self._notice:
            painter.fillRect(paper, QColor(self._theme.paper))
        if self._notice or self._invites:
            painter.setPen(QColor(self._theme.muted))
            text = self._notice or "Draw a digit here"
            painter.drawText(
                paper.adjusted(6, 6, -6, -6), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text
            )
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(self._theme.link if focused else self._theme.outline), 2 if focused else 1))
        inset = 1 if focused else 0.5
        painter.drawRect(paper.adjusted(inset, inset, -inset, -inset))
        if self.cross is not None:
            self._paint_cross(painter, self.cross)

    def _fitting_image(self, side: float) -> QImage:
        """Return the ink in the resolution that suits a square of ``side`` screen pixels."""
        if side > _COARSE_UP_TO * CANVAS_SIDE:
            return self._image
        # Painting smooths over neighbors only, so that an image made much smaller would get ragged edges.
        coarse = self._sketch.ink()
        image = QImage(coarse.data, CANVAS_SIDE, CANVAS_SIDE, CANVAS_SIDE, QImage.Format.Format_Indexed8)
        image.setColorTable(self._image.colorTable())
        return image.copy()

    def _paint_tip(self, painter: QPainter) -> None:
        """Paint what the stroke would end with, so that the line reaches the pointer and does not follow it."""
        color = self._theme.paper if self._stroke_erases else self._theme.ink
        scale = self.paper().width() / CANVAS_SIDE
        painter.save()
        painter.setClipRect(self.paper())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x0, y0, _), (x1, y1, width) in self._sketch.tip:
            painter.setPen(QPen(QColor(color), width * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(self._from_canvas(QPointF(x0, y0)), self._from_canvas(QPointF(x1, y1)))
        painter.restore()

    def _paint_cross(self, painter: QPainter, center: QPointF) -> None:
        painter.setPen(QPen(QColor(self._theme.test), 2))
        for arm in (QPointF(9, 0), QPointF(0, 9)):
            painter.drawLine(center - arm, center + arm)
