"""Which image is followed through the network: the user's own, one of the batch, or the batch as a whole."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSpinBox, QStackedWidget, QWidget

from core.explanation.update import OwnImage, UpdateExplanation
from core.network.arrays import CLASSES, IMAGE_SIDE, Floats
from gui.look.formatting import percent
from gui.widgets.digit_image import gray_image
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.segments import Segments

_PITCH, _GAP = IMAGE_SIDE + 6, 6


OWN = -1
"""In place of an image of the batch: the user's own, which is the first of the strip."""

_IMAGE, _BATCH, _DRAWING = range(3)
_NO_OWN = "Draw a digit, or double-click an image in Samples, to follow it through the network"


class ExampleChooser(QWidget):
    """One image of the batch, chosen by thumbnail or number, the user's own with a label of choice, or all of them."""

    example_chosen = Signal(object)
    """Place of an image in the batch, from 0; `OWN` for the user's; None for the batch as a whole."""

    label_chosen = Signal(object)
    """What the user's own image is to show: a digit, or None for what the network reads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._example: int | None = 0
        self._last_image = 0
        self.scope = Segments(
            "Look at",
            (
                ("Image", "Follow one image of the batch through the network"),
                ("Batch", "Look at all images of the batch at once"),
                ("Drawing", _NO_OWN),
            ),
            show_name=False,
        )
        self.number = QSpinBox()
        self.number.setMinimum(1)
        self.number.setAccessibleName("Which image of the batch")
        self.number.setKeyboardTracking(False)
        guard_wheel(self.number)
        self.label = QComboBox()
        self.label.addItem("as read", None)
        for digit in range(CLASSES):
            self.label.addItem(f"label {digit}", digit)
        self.label.setAccessibleName("Label of the drawing")
        self.label.setToolTip("What if its label were another? Loss and gradient follow; as read: the network's answer")
        guard_wheel(self.label)
        self._which = QStackedWidget()
        self._which.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for widget in (self.number, self.label):
            self._which.addWidget(widget)
        self.strip = ThumbnailStrip()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.scope)
        layout.addWidget(self._which)
        layout.addWidget(self.strip, 1)
        self.scope.chosen.connect(self._on_scope_chosen)
        self.number.valueChanged.connect(self._on_number_changed)
        self.label.activated.connect(self._on_label_activated)
        self.strip.chosen.connect(self._on_image_chosen)
        self.show_own(None, None)

    def show_batch(self, explanation: UpdateExplanation, example: int | None) -> None:
        """Show the images of a batch, one of them chosen, `OWN` or None of them."""
        self._example = example
        if example is not None and example != OWN:
            self._last_image = example
        self.scope.blockSignals(True)
        self.scope.choose(_BATCH if example is None else _DRAWING if example == OWN else _IMAGE)
        self.scope.blockSignals(False)
        self.number.blockSignals(True)
        self.number.setMaximum(explanation.batch_size)
        self.number.setToolTip(f"Which of the {explanation.batch_size:,} images of the batch")
        self.number.setValue(min(self._last_image, explanation.batch_size - 1) + 1)
        self.number.blockSignals(False)
        self.number.setEnabled(example is not None)
        self._which.setCurrentWidget(self.label if example == OWN else self.number)
        for number, name in enumerate(explanation.class_names):
            self.label.setItemText(number + 1, f"label {name}")
        self.strip.show_batch(explanation, example)

    def show_own(self, own: OwnImage | None, explanation: UpdateExplanation | None) -> None:
        """Show an image of the user's, and what is known of it, before those of the batch; None shows none."""
        button = self.scope.button(_DRAWING)
        button.setEnabled(own is not None)
        button.setToolTip(_NO_OWN if own is None else "Follow your drawing through the network: it is in no batch")
        self.label.setCurrentIndex(self.label.findData(own.label if own else None))
        self.strip.show_own(own, explanation)

    @Slot(int)
    def _on_scope_chosen(self, place: int) -> None:
        self.example_chosen.emit((self.number.value() - 1, None, OWN)[place])

    @Slot(int)
    def _on_number_changed(self, number: int) -> None:
        self.example_chosen.emit(number - 1)

    @Slot(int)
    def _on_label_activated(self, place: int) -> None:
        self.label_chosen.emit(self.label.itemData(place))

    @Slot(int)
    def _on_image_chosen(self, example: int) -> None:
        self.example_chosen.emit(example)


class ThumbnailStrip(PaintedWidget):
    """Images in a row that scrolls with the wheel, the user's first; those that the network misreads are underlined."""

    chosen = Signal(int)
    """Place of the image in the batch that was clicked; `OWN` for the user's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation: UpdateExplanation | None = None
        self._own: OwnImage | None = None
        self._own_explanation: UpdateExplanation | None = None
        self._images: dict[int, QImage] = {}
        self._example: int | None = None
        self._offset = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("images of the batch")

    def show_batch(self, explanation: UpdateExplanation, example: int | None) -> None:
        """Show the images that are kept in full, one of them chosen, or None of them."""
        if explanation is not self._explanation:
            self._explanation = explanation
            self._images.clear()
        if example != self._example or not self._images:
            self._example = example
            self._bring_into_view()
        self.update()

    def show_own(self, own: OwnImage | None, explanation: UpdateExplanation | None) -> None:
        """Show an image of the user's before the others, and tell how it is read where that is known."""
        self._own, self._own_explanation = own, explanation
        self._images.pop(OWN, None)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one row."""
        return QSize(6 * _PITCH, IMAGE_SIDE + 8)

    def minimumSizeHint(self) -> QSize:
        """Keep two images in view."""
        return QSize(2 * _PITCH, IMAGE_SIDE + 8)

    def part_count(self) -> int:
        """Return how many images are kept in full, the user's own included."""
        return len(self._explanation.inputs) + self._lead if self._explanation else 0

    def part_name(self, part: int) -> str:
        """Return label and prediction of an image."""
        return self._describe(self._example_of(part))

    def part_rect(self, part: int) -> QRectF:
        """Return where an image stands."""
        return self.rect_of(self._example_of(part))

    def current_part(self) -> int | None:
        """Return the image that is followed."""
        return None if self._example is None or self._explanation is None else self._part_of(self._example)

    def accessible_value(self) -> str:
        """Return the image that is followed."""
        if self._explanation is None:
            return "no batch yet"
        return "the batch as a whole" if self._example is None else self._describe(self._example)

    @property
    def _lead(self) -> int:
        """How many images stand before those of the batch."""
        return int(self._own is not None)

    def _part_of(self, example: int) -> int:
        return 0 if example == OWN else example - (self._explanation.first if self._explanation else 0) + self._lead

    def _example_of(self, part: int) -> int:
        return OWN if part < self._lead else part - self._lead + (self._explanation.first if self._explanation else 0)

    def rect_of(self, example: int) -> QRectF:
        """Return where an image of the batch, or the user's, stands, in view or not."""
        gap = _GAP if self._lead and example != OWN else 0
        return QRectF(self._part_of(example) * _PITCH + gap + 3 - self._offset, 3, IMAGE_SIDE, IMAGE_SIDE)

    def _example_at(self, x: float) -> int | None:
        across = x + self._offset
        part = int((across if self._lead and across < _PITCH else across - _GAP * self._lead) // _PITCH)
        return self._example_of(part) if 0 <= part < self.part_count() else None

    def _limit(self) -> float:
        return max(0.0, self.part_count() * _PITCH + _GAP * self._lead - self.width())

    def _bring_into_view(self) -> None:
        if self._example is not None:
            rect = self.rect_of(self._example)
            if rect.left() < 0:
                self._offset += rect.left() - 3
            elif rect.right() > self.width():
                self._offset += rect.right() + 3 - self.width()
        self._offset = min(max(self._offset, 0.0), self._limit())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the image under the pointer."""
        example = self._example_at(event.position().x())
        if example is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(example)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, whichever way the wheel turns."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._offset = min(max(self._offset - delta / 120 * 3 * _PITCH, 0.0), self._limit())
        event.accept()
        self.update()

    def tip_at(self, place: QPoint) -> str:
        """Tell label and answer of the image under the pointer."""
        example = self._example_at(place.x())
        return "" if example is None else self._describe(example)

    def _redraw(self) -> None:
        self._images.clear()
        self.update()

    def _describe(self, example: int) -> str:
        assert self._explanation is not None
        explanation = self._own_explanation if example == OWN else self._explanation
        name = "Your drawing, in no batch of the run" if example == OWN else f"Image {example + 1} of the batch"
        if explanation is None:
            return f"{name}: click it to step through it"
        row = 0 if example == OWN else explanation.row(example)
        probabilities = explanation.probabilities[row]
        answer, names = int(probabilities.argmax()), explanation.class_names
        return (
            f"{name}, labeled {names[explanation.labels[row]]}; "
            f"predicted {names[answer]} ({percent(float(probabilities[answer]))})"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the images in view."""
        explanation = self._explanation
        if explanation is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._own is not None:
                self._draw(painter, OWN, self._own.pixels, self._own_explanation, 0)
                line = self.rect_of(OWN).right() + (_PITCH - IMAGE_SIDE + _GAP) / 2
                painter.setPen(QPen(QColor(self._theme.border), 1))
                painter.drawLine(QPointF(line, 2), QPointF(line, self.height() - 2))
            for row, pixels in enumerate(explanation.inputs):
                self._draw(painter, explanation.first + row, pixels, explanation, row)

    def _draw(
        self, painter: QPainter, example: int, pixels: Floats, explanation: UpdateExplanation | None, row: int
    ) -> None:
        rect, theme = self.rect_of(example), self._theme
        if rect.right() < 0 or rect.left() > self.width():
            return
        if example not in self._images:
            levels = np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)
            self._images[example] = gray_image(levels.reshape(IMAGE_SIDE, IMAGE_SIDE), theme)
        painter.drawImage(rect, self._images[example])
        if explanation is not None and explanation.probabilities[row].argmax() != explanation.labels[row]:
            painter.fillRect(QRectF(rect.left(), rect.bottom() + 2, rect.width(), 2), QColor(theme.error))
        is_chosen = example == self._example
        painter.setPen(QPen(QColor(theme.link if is_chosen else theme.border), 2 if is_chosen else 1))
        painter.drawRect(rect.adjusted(-1, -1, 1, 1))
