"""Back, Play, Forward and Finish: how one walks through the stages of an update."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QWidget

from gui.look.icons import line_icon
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.widgets.brief_button import BriefButton
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.icon_button import icon_button

FINISH = "Finish this update", "Finish"
FINISH_TIP = "Make the update that is shown, and go on with the next"
TRAINING_TIP = "Training goes on. Pause it to make single updates here"
OWN_TIP = "Your drawing is in no batch: the run does not learn from it. Choose an image of the batch to make its update"
ENDED = "The run is finished", "Finished"
ENDED_TIP = "The run has made its last update. The one that is shown would come next, but is not made"

SPEEDS = (("slow", 4000), ("normal", 2000), ("fast", 800), ("very fast", 250))
"""Milliseconds that a stage stays when they are played."""


class StageControls(QWidget):
    """Tells of steps that the user takes, or that Play takes for the user.

    Attributes
    ----------
    has_ended : bool
        Whether the run is finished, so that the update that is shown will not be made.
    """

    back_requested = Signal()
    """To the stage before."""

    forward_requested = Signal()
    """To the next stage; after the last, the update is to be made."""

    finish_requested = Signal()
    """The update is to be made."""

    cancel_requested = Signal()
    """What is being worked out is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # As the chain of stages runs.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._film = QTimer(self)
        self._film.setInterval(SPEEDS[1][1])
        self.back = icon_button("toolbar/previous", "The stage before (Left)", "Back", role="")
        self.play = icon_button("toolbar/train", "", "Play", role="")
        self.play.setCheckable(True)
        self.forward = icon_button("toolbar/next", "The next stage (Right)", "Forward", role="")
        self.speed = QComboBox()
        self.speed.addItems([name for name, _ in SPEEDS])
        self.speed.setCurrentIndex(1)
        self.speed.setToolTip("How fast Play goes")
        self.speed.setAccessibleName("Speed of Play")
        guard_wheel(self.speed)
        self.where = ElidedLabel()
        set_role(self.where, "muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(30)
        self.progress.hide()
        self.cancel = icon_button("toolbar/close", "Cancel what is being worked out", "Cancel", role="")
        self.cancel.hide()
        self.has_ended = False
        self._allowed, self._is_own, self._is_last = True, False, False
        self.finish = BriefButton(*FINISH)
        set_role(self.finish, "primary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.back, self.play, self.forward, self.speed):
            layout.addWidget(widget)
        layout.addWidget(self.where, 1)
        layout.addWidget(self.progress, 1)
        layout.addWidget(self.cancel)
        layout.addWidget(self.finish)
        self.back.clicked.connect(self.back_requested)
        self.forward.clicked.connect(self.forward_requested)
        self.finish.clicked.connect(self.finish_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.play.toggled.connect(self._on_play_toggled)
        self.speed.currentIndexChanged.connect(self._on_speed_chosen)
        self._film.timeout.connect(self.forward_requested)
        self.allow_finish(allowed=True, has_ended=False)
        self._show_play()

    def show_place(self, *, is_first: bool, is_last: bool) -> None:
        """Say what Back and Forward do at this stage."""
        self.back.setEnabled(not is_first)
        self._is_last = is_last
        self._show_forward()

    @property
    def can_finish(self) -> bool:
        """Whether the run can make its update now."""
        return self._allowed

    @property
    def is_training(self) -> bool:
        """Whether updates are being made, so that nobody can make the one that is shown."""
        return not self._allowed and not self.has_ended

    def allow_finish(self, *, allowed: bool, has_ended: bool) -> None:
        """Say whether the update can be made now, and if not, whether that is because the run is finished."""
        self._allowed, self.has_ended = allowed, has_ended
        self._show_finish()

    def show_own(self, is_own: bool) -> None:
        """Say whether the update that is shown is of an image of the user's, so that nobody makes it."""
        self._is_own = is_own
        self._show_finish()

    def _show_finish(self) -> None:
        self.finish.setEnabled(self._allowed and not self._is_own)
        self.finish.set_texts(*(ENDED if self.has_ended else FINISH))
        tip = ENDED_TIP if self.has_ended else FINISH_TIP if self._allowed else TRAINING_TIP
        self.finish.setToolTip(paragraphs(OWN_TIP if self._is_own else tip))
        self._show_forward()

    def _show_forward(self) -> None:
        leads_on = not (self._is_last and (self.has_ended or self._is_own))
        if not leads_on:
            self.stop()
        self.forward.setEnabled(leads_on)
        self.forward.setToolTip("Make the update (Right)" if self._is_last else "The next stage (Right)")

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far something is that takes a while."""
        self.progress.setValue(round(1000 * fraction))
        self.progress.setToolTip(text)
        self.progress.show()
        self.cancel.show()
        self.where.hide()

    def end_progress(self) -> None:
        """Show that nothing is under way."""
        self.progress.hide()
        self.cancel.hide()
        self.where.show()

    def stop(self) -> None:
        """Hold the film."""
        self.play.setChecked(False)

    def _show_play(self) -> None:
        playing = self.play.isChecked()
        self.play.setIcon(line_icon(f"toolbar/{'pause' if playing else 'train'}"))
        self.play.setToolTip("Hold at this stage (Space)" if playing else "Walk through the stages by itself (Space)")

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        self._show_play()
        if playing:
            self._film.start()
        else:
            self._film.stop()

    @Slot(int)
    def _on_speed_chosen(self, place: int) -> None:
        self._film.setInterval(SPEEDS[place][1])
