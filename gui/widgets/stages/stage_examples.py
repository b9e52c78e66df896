"""Which image of the batch is followed through the network: a strip of small images, or the batch as a whole."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QToolTip, QWidget

from core.explanation.update import UpdateExplanation
from core.network.arrays import IMAGE_SIDE
from gui.look.accessible_parts import PaintedParts
from gui.look.formatting import percent
from gui.look.theme import LIGHT, Theme
from gui.widgets.digit_image import gray_image
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.segments import Segments

_PITCH = IMAGE_SIDE + 6


class ExampleChooser(QWidget):
    """One image of the batch, chosen by thumbnail or number, or all of them."""

    example_chosen = Signal(object)
    """Place of an image in the batch, from 0; None for the batch as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._example: int | None = 0
        self._last_image = 0
        self.scope = Segments(
            "Look at",
            (
                ("Image", "Follow one image of the batch through the network"),
                ("Batch", "Look at all images of the batch at once"),
            ),
            show_name=False,
        )
        self.number = QSpinBox()
        self.number.setMinimum(1)
        self.number.setAccessibleName("Which image of the batch")
        self.number.setKeyboardTracking(False)
        guard_wheel(self.number)
        self.strip = ThumbnailStrip()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.scope)
        layout.addWidget(self.number)
        layout.addWidget(self.strip, 1)
        self.scope.chosen.connect(self._on_scope_chosen)
        self.number.valueChanged.connect(self._on_number_changed)
        self.strip.chosen.connect(self._on_image_chosen)

    def show_batch(self, explanation: UpdateExplanation, example: int | None) -> None:
        """Show the images of a batch, one of them chosen, or None of them."""
        self._example = example
        if example is not None:
            self._last_image = example
        self.scope.blockSignals(True)
        self.scope.choose(0 if example is not None else 1)
        self.scope.blockSignals(False)
        self.number.blockSignals(True)
        self.number.setMaximum(explanation.batch_size)
        self.number.setToolTip(f"Which of the {explanation.batch_size:,} images of the batch")
        self.number.setValue(min(self._last_image, explanation.batch_size - 1) + 1)
        self.number.blockSignals(False)
        self.number.setEnabled(example is not None)
        self.strip.show_batch(explanation, example)

    def set_theme(self, theme: Theme) -> None:
        """Apply the theme."""
        self.strip.set_theme(theme)

    @Slot(int)
    def _on_scope_chosen(self, place: int) -> None:
        self.example_chosen.emit(None if place else self.number.value() - 1)

    @Slot(int)
    def _on_number_changed(self, number: int) -> None:
        self.example_chosen.emit(number - 1)

    @Slot(int)
    def _on_image_chosen(self, example: int) -> None:
        self.example_chosen.emit(example)


class ThumbnailStrip(PaintedParts, QWidget):
    """Images in a row that scrolls with the wheel; those that the network misreads are underlined."""

    chosen = Signal(int)
    """Place of the image in the batch that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._explanation: UpdateExplanation | None = None
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

    def set_theme(self, theme: Theme) -> None:
        """Apply the theme."""
        self._theme = theme
        self._images.clear()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one row."""
        return QSize(6 * _PITCH, IMAGE_SIDE + 8)

    def minimumSizeHint(self) -> QSize:
        """Keep two images in view."""
        return QSize(2 * _PITCH, IMAGE_SIDE + 8)

    def part_count(self) -> int:
        """Return how many images are kept in full."""
        return len(self._explanation.inputs) if self._explanation else 0

    def part_name(self, part: int) -> str:
        """Return label and prediction of an image."""
        return self._describe(part + (self._explanation.first if self._explanation else 0))

    def part_rect(self, part: int) -> QRectF:
        """Return where an image stands."""
        return self.rect_of(part + (self._explanation.first if self._explanation else 0))

    def current_part(self) -> int | None:
        """Return the image that is followed."""
        return None if self._example is None or self._explanation is None else self._example - self._explanation.first

    def accessible_value(self) -> str:
        """Return the image that is followed."""
        if self._explanation is None:
            return "no batch yet"
        return "the batch as a whole" if self._example is None else self._describe(self._example)

    def rect_of(self, example: int) -> QRectF:
        """Return where an image of the batch stands, in view or not."""
        first = self._explanation.first if self._explanation else 0
        return QRectF((example - first) * _PITCH + 3 - self._offset, 3, IMAGE_SIDE, IMAGE_SIDE)

    def _example_at(self, x: float) -> int | None:
        if self._explanation is None:
            return None
        place = int((x + self._offset) // _PITCH)
        return self._explanation.first + place if 0 <= place < len(self._explanation.inputs) else None

    def _limit(self) -> float:
        count = len(self._explanation.inputs) if self._explanation else 0
        return max(0.0, count * _PITCH - self.width())

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

    def event(self, event: QEvent) -> bool:
        """Tell label and answer of the image under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            example = self._example_at(event.pos().x())
            QToolTip.showText(event.globalPos(), "" if example is None else self._describe(example), self)
            return True
        return super().event(event)

    def _describe(self, example: int) -> str:
        assert self._explanation is not None
        row = self._explanation.row(example)
        probabilities = self._explanation.probabilities[row]
        answer = int(probabilities.argmax())
        return (
            f"Image {example + 1} of the batch, labeled {self._explanation.labels[row]}; "
            f"predicted {answer} ({percent(float(probabilities[answer]))})"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the images in view."""
        explanation = self._explanation
        if explanation is None:
            return
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(explanation.inputs)):
            example = explanation.first + row
            rect = self.rect_of(example)
            if rect.right() < 0 or rect.left() > self.width():
                continue
            if row not in self._images:
                pixels = np.rint(explanation.inputs[row].clip(0, 1) * 255).astype(np.uint8)
                self._images[row] = gray_image(pixels.reshape(IMAGE_SIDE, IMAGE_SIDE), theme)
            painter.drawImage(rect, self._images[row])
            is_wrong = explanation.probabilities[row].argmax() != explanation.labels[row]
            if is_wrong:
                painter.fillRect(QRectF(rect.left(), rect.bottom() + 2, rect.width(), 2), QColor(theme.error))
            is_chosen = example == self._example
            painter.setPen(QPen(QColor(theme.link if is_chosen else theme.border), 2 if is_chosen else 1))
            painter.drawRect(rect.adjusted(-1, -1, 1, 1))
