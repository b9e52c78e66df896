"""The images that excite a unit most and least, and the digits that it fires for."""

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from core.data.dataset import DataPair, Dataset
from core.explanation.unit_response import UnitResponse, find_unit_response
from core.network.arrays import IMAGE_SIDE
from core.network.receptive_field import receptive_field
from core.progress import Report, part_of
from gui.look.follow_font import follow_font
from gui.look.formatting import number, percent
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.session.paced_look import PacedLook
from gui.widgets.digit_image import DigitImage
from gui.widgets.still_text import StillText
from gui.widgets.unit.unit_view import UnitView
from gui.widgets.weights.unit_bars import UnitBars

COUNT = 5
"""Images that are shown, of each kind."""
_ROWS = ("training, most", "training, least", "test, most", "test, least")


@dataclass(frozen=True, eq=False)
class _Found:
    """What a unit answers to both sets, at the moment that was asked for."""

    view: UnitView
    sets: tuple[Dataset, Dataset]
    responses: tuple[UnitResponse, UnitResponse]


class ImagesSection(QWidget):
    """Looks in the background, again and again as the network moves; not while hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self._data: DataPair | None = None
        self._found: _Found | None = None
        self.look = PacedLook(self)
        self.sentence = StillText(3)
        self.images = [[DigitImage(" ") for _ in range(COUNT)] for _ in _ROWS]
        self.active = UnitBars("active for this share of each class")
        self.mean = UnitBars("mean activation by class")
        self._lay_out()
        self.look.found.connect(self._on_found)
        self.look.failed.connect(self.sentence.set_text)
        self._forget()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        for row, (name, images) in enumerate(zip(_ROWS, self.images, strict=True)):
            label = PlainLabel(name)
            set_role(label, "muted")
            grid.addWidget(label, 2 * row, 0, 1, COUNT)
            for column, image in enumerate(images):
                image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                image.setAccessibleName(f"{name}: image {column + 1}")
                grid.addWidget(image, 2 * row + 1, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.sentence)
        layout.addWidget(self.active)
        layout.addWidget(self.mean)
        layout.addLayout(grid)
        layout.addStretch(1)
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        for image in self._all_images():
            image.setMinimumHeight(2 * IMAGE_SIDE + 2 + self.fontMetrics().height() + 4)

    def _all_images(self) -> list[DigitImage]:
        return [image for row in self.images for image in row]

    def show_unit(self, view: UnitView) -> None:
        """Show a unit, of another moment or another one."""
        is_other = self._view is None or self._view.target != view.target
        if not is_other and self._view is not None and self._view.network is view.network:
            return
        self._view = view
        if is_other:
            self._forget()
        self._request(at_once=is_other)

    def show_data(self, data: DataPair) -> None:
        """Look among these images."""
        self._data = data
        self._forget()
        self._request(at_once=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        if self._view is not None and (self._found is None or self._found.view is not self._view):
            self._request(at_once=True)

    def _request(self, *, at_once: bool) -> None:
        view, data = self._view, self._data
        if view is None or data is None or not self.isVisible():
            return
        sets = data.train, data.test

        def work(report: Report) -> _Found:
            train, test = (
                find_unit_response(view.network, dataset, *view.target, COUNT, part_of(report, *part))
                for dataset, part in zip(sets, ((0.0, 0.85), (0.85, 1.0)), strict=True)
            )
            return _Found(view, sets, (train, test))

        self.look.request(work, at_once=at_once)

    @Slot(object)
    def _on_found(self, found: _Found) -> None:
        view = self._view
        if view is None or found.view.target != view.target:
            return
        self._found = found
        train, _ = found.responses
        rows = [places for each in found.responses for places in (each.most, each.least)]
        for row, places in enumerate(rows):
            dataset, response = found.sets[row // 2], found.responses[row // 2]
            for image, place in zip(self.images[row], (*places.tolist(), *[None] * (COUNT - len(places))), strict=True):
                image.show_image(None if place is None else dataset.images[place])
                image.mark_field(
                    None if place is None else receptive_field(view.its_layer, int(response.places[place]))
                )
                caption = " "
                if place is not None:
                    name = dataset.class_names[dataset.labels[place]]
                    caption = f"{name}: {number(float(response.pre_activations[place]), 2)}"
                image.set_caption(caption)
        self.active.show_values(train.active)
        self.mean.show_values(train.mean, signed=bool(train.mean.min() < 0))
        most = int(train.active.argmax())
        name = found.sets[0].class_names[most]
        fires = f"Active for {percent(train.active_share, 0)} of the training images"
        often = f", most often for {name} ({percent(float(train.active[most]), 0)})" if train.active_share else ""
        z = "the largest z; framed: what the map sees there" if view.its_layer.map_shape else "the pre-activation z"
        self.sentence.set_text(f"{fires}{often}. Below each image: what it shows, and {z}.")

    def _forget(self) -> None:
        self.look.forget()
        self._found = None
        for image in self._all_images():
            image.show_image(None)
            image.mark_field(None)
            image.set_caption(" ")
        self.active.show_nothing(10)
        self.mean.show_nothing(10)
        self.sentence.set_text("Showing the unit all images …")
