"""What became of a unit over the run: found out in the background once it is asked for, from all training images."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explanation.unit_story import MOMENTS, UnitStory
from core.runs.snapshot import Snapshot
from gui.look.formatting import percent
from gui.session.task_slot import Work
from gui.widgets.still_text import StillText
from gui.widgets.unit.story_plot import StoryPlot
from gui.widgets.unit.unit_view import UnitView
from gui.widgets.work_button import WorkButton

_FIRST = (
    f"Nothing was kept of this while training. Looking back takes up to {MOMENTS} moments of the run, and at each of "
    "them as long as an epoch."
)


class StorySection(QWidget):
    """Shows the story of the unit, once it was looked for; the whole layer is looked at together."""

    story_requested = Signal(int)
    """The story of a layer, counted from 1, is wanted; call `begin` with the work that finds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self._story: UnitStory | None = None
        self._moment = 0
        self.button = WorkButton("Look back over the run", self)
        self.button.button.setToolTip("Go back through the run, with all training images at each moment")
        self.sentence = StillText(4)
        self.plot = StoryPlot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.sentence)
        layout.addWidget(self.plot)
        layout.addStretch(1)
        self.button.pressed.connect(self._on_pressed)
        self.button.done.connect(self._on_found)
        self.button.failed.connect(self.sentence.set_text)
        self.forget()

    def show_unit(self, view: UnitView, snapshot: Snapshot) -> None:
        """Show a unit, of another moment or another one."""
        if self._view is not None and self._view.layer != view.layer:
            self._view = view
            self.forget()
        self._view, self._moment = view, snapshot.update
        self.button.set_ready(True)
        self.plot.mark_moment(snapshot.update)
        self._show()

    def begin(self, work: Work) -> None:
        """Look back."""
        self.button.start(work)

    def forget(self) -> None:
        """Another run has taken the place of the one whose story this was."""
        self.button.abandon()
        self._story = None
        self._show()

    @Slot()
    def _on_pressed(self) -> None:
        if self._view is not None:
            self.story_requested.emit(self._view.layer)

    @Slot(object)
    def _on_found(self, story: UnitStory) -> None:
        if self._view is not None and story.layer == self._view.layer:
            self._story = story
            self._show()

    def _show(self) -> None:
        story, view = self._story, self._view
        if story is None or view is None or view.unit >= story.active.shape[1]:
            self.plot.show_story(None)
            self.sentence.set_text(_FIRST)
            return
        self.plot.show_story(story, view.unit)
        first, last = (percent(float(story.active[place, view.unit]), 0) for place in (0, -1))
        died_at = story.died_at.get(view.unit)
        state = "" if died_at is None else f" Dead since update {died_at:,}: no training image activates it any more."
        where = f" Dashed: the moment shown, update {self._moment:,}." if self._moment < story.updates[-1] else ""
        self.sentence.set_text(
            f"Active for {first} of {story.images:,} training images before the first update, for {last} after update "
            f"{int(story.updates[-1]):,}.{state}{where} {len(story.updates)} moments, all units of the layer: "
            f"{story.seconds:.1f} s."
        )
