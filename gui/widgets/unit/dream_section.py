"""The image that a unit wants most, step by step from a blank one or from the drawing."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QSlider, QVBoxLayout, QWidget

from core.explanation.dream import UnitDream, dream_of_unit
from core.network.arrays import IMAGE_SIDE
from core.network.receptive_field import receptive_field
from core.progress import Report
from gui.look.follow_font import follow_font
from gui.look.formatting import number
from gui.session.paced_look import PacedLook
from gui.widgets.digit_image import DigitImage
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.still_text import StillText
from gui.widgets.unit.unit_view import UnitView

_LEAST_ZOOM = 6


class DreamSection(QWidget):
    """Dreams in the background, again and again as the network moves; not while hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self._pixels: NDArray[np.float32] | None = None
        self._dream: UnitDream | None = None
        self._dreamed: tuple[UnitView, bool] | None = None
        self.look = PacedLook(self)
        self.sentence = StillText(4)
        self.from_drawing = QCheckBox("from my drawing")
        self.from_drawing.setToolTip("Begin with the drawing instead of a blank image")
        self.from_drawing.setEnabled(False)
        self.image = DigitImage(" ")
        self.image.setAccessibleName("the image that the unit wants most")
        self.image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.steps = QSlider(Qt.Orientation.Horizontal)
        self.steps.setAccessibleName("Step of the dream")
        self.steps.setToolTip("From the first image to the last")
        self.steps.setEnabled(False)
        guard_wheel(self.steps)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.sentence)
        layout.addWidget(self.from_drawing, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.image)
        layout.addWidget(self.steps)
        layout.addStretch(1)
        follow_font(self, self._fit_text)
        self.look.found.connect(self._on_found)
        self.look.failed.connect(self.sentence.set_text)
        self.steps.valueChanged.connect(self._show_step)
        self.from_drawing.toggled.connect(self._begin_anew)
        self._forget()

    def _fit_text(self) -> None:
        self.image.setMinimumHeight(_LEAST_ZOOM * IMAGE_SIDE + 2 + self.fontMetrics().height() + 4)

    def show_unit(self, view: UnitView) -> None:
        """Show a unit, of another moment or another one."""
        before, self._view = self._view, view
        if before is not None and before.target == view.target:
            if before.network is not view.network:
                self._request(at_once=False)
        else:
            self._begin_anew()

    def show_drawing(self, pixels: NDArray[np.float32] | None) -> None:
        """Begin with this drawing, where a drawing is to begin with: float32 of shape (784,), or None."""
        self._pixels = pixels
        self.from_drawing.setEnabled(pixels is not None)
        if self.from_drawing.isChecked():
            self._request(at_once=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        if self._dreamed is None or self._dreamed[0] is not self._view or self.from_drawing.isChecked():
            self._request(at_once=True)

    @Slot()
    def _begin_anew(self) -> None:
        self._forget()
        self._request(at_once=True)

    def _request(self, *, at_once: bool) -> None:
        view = self._view
        if view is None or not self.isVisible():
            return
        start = self._pixels if self.from_drawing.isChecked() else None

        def work(report: Report) -> tuple[UnitView, UnitDream]:
            return view, dream_of_unit(view.network, *view.target, start, report=report)

        self.look.request(work, at_once=at_once)

    @Slot(object)
    def _on_found(self, found: tuple[UnitView, UnitDream]) -> None:
        view, dream = found
        if self._view is None or view.target != self._view.target:
            return
        is_new = self._dream is None
        self._dreamed, self._dream = (view, self.from_drawing.isChecked()), dream
        last = len(dream.images) - 1
        self.steps.setRange(0, last)
        self.steps.setEnabled(True)
        if is_new:
            self.steps.setValue(last)
        layer = view.its_layer
        rows, columns = layer.map_shape or (1, 1)
        # Of a map it is the place in the middle that is excited.
        self.image.mark_field(receptive_field(layer, rows // 2 * columns + columns // 2))
        framed = " The frame is what the map sees at the place in the middle." if layer.map_shape else ""
        first, most = (number(float(dream.pre_activations[step])) for step in (0, -1))
        begins = "your drawing" if self.from_drawing.isChecked() and self._pixels is not None else "a blank image"
        self.sentence.set_text(
            f"Gradient ascent on the pixels, within paper and ink: from {begins}, z = {first}, "
            f"to the image that excites the {layer.noun} most, z = {most}.{framed}"
        )
        self._show_step()

    @Slot()
    def _show_step(self) -> None:
        if self._dream is not None:
            step = self.steps.value()
            self.image.show_image(self._dream.images[step])
            self.image.set_caption(f"step {step}: z = {number(float(self._dream.pre_activations[step]))}")

    def _forget(self) -> None:
        self.look.forget()
        self._dream, self._dreamed = None, None
        self.steps.setEnabled(False)
        self.image.show_image(None)
        self.image.set_caption(" ")
        self.sentence.set_text("Looking for the image that excites the unit most …")
