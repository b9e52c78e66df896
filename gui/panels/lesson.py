"""The reading pane of a lesson: one short step at a time, beside the real window that it is about.

It sets nothing up itself. What a step wants is told by signals, and done by whoever owns the run.
"""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.lessons.lesson import Lesson
from core.lessons.step import LessonStep
from gui.look.follow_font import follow_font, keep_font
from gui.look.labels import PlainLabel
from gui.look.markdown import MarkdownLabel
from gui.look.theme import scaled_font, set_role
from gui.look.tooltip import paragraphs
from gui.widgets.fields.choice_button import ChoiceButton
from gui.widgets.icon_button import icon_button
from gui.widgets.panel import Panel
from gui.widgets.scroller import reveal

_LEAST_LINES = 3
"""Of a step that are in view where the window is low; the others can be scrolled to."""

NOT_THAT_ONE = "Not that one. Look again and try another."
LOOK_NAMES = {"microscope": "Step through", "samples": "Samples", "evaluation": "Evaluate", "runs": "Runs"}
"""Where the name of a part of the window reads better otherwise than as "the ..."."""


class LessonPanel(Panel, QWidget):
    """Shows a lesson; hidden while there is none."""

    setup_requested = Signal(object)
    """The user wants what this `core.lessons.step.LessonStep` sets up, apart from its bug."""

    bug_changed = Signal(str)
    """From now on the gradient check is to use this bug, a key of `core.lessons.bugs.BUGS`; "" for none."""

    look_requested = Signal(str)
    """The user wants to see where to look: a name that `core.lessons.look.LOOK` knows."""

    opened = Signal()
    """A lesson is there to be read, or another in its place."""

    step_shown = Signal(object, int)
    """A step of this `core.lessons.lesson.Lesson` is there to be read, counted from 0."""

    next_lesson_requested = Signal()
    """The lesson is at its end, and the user wants the next one."""

    closed = Signal()
    """The user closed the lesson."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.place = 0
        self._bug = ""
        self._next_title = ""
        self._title = PlainLabel()
        self._title.setWordWrap(True)
        keep_font(self._title, lambda usual: scaled_font(usual, 1.15, bold=True))
        self.close_button = icon_button("toolbar/close", "Close the lesson")
        self._count = PlainLabel()
        self._count.setWordWrap(True)
        set_role(self._count, "muted")
        self.text = MarkdownLabel()
        self._question = MarkdownLabel()
        self._choices = QVBoxLayout()
        self._choices.setSpacing(4)
        self._choice_group = QButtonGroup(self)
        self._feedback = MarkdownLabel()
        self.set_up = QPushButton("Set it up")
        set_role(self.set_up, "primary")
        self.look = QPushButton()
        self.back = QPushButton("Back")
        self.next = QPushButton("Next")
        self._lay_out()
        self._connect()
        self.setAccessibleName("lesson")
        self.hide()

    def _lay_out(self) -> None:
        page = QWidget()
        reading = QVBoxLayout(page)
        reading.setContentsMargins(2, 0, 4, 0)
        for widget in (self.text, self._question):
            reading.addWidget(widget)
        reading.addLayout(self._choices)
        reading.addWidget(self._feedback)
        reading.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Text of the lesson")
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        set_role(self._scroll, "reading")
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its room stays, or an answer that needs it would wrap the choices otherwise while they are pointed at.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self._on_range_changed(0, 0)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        deeds, pages = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((deeds, (self.set_up, self.look)), (pages, (self.back, self.next))):
            for widget in widgets:
                row.addWidget(widget, 1)
        # Next stays under the pointer from step to step.
        for widget in (self.set_up, self.look):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 10, 10)
        layout.addLayout(head)
        layout.addWidget(self._count)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(deeds)
        layout.addLayout(pages)
        follow_font(self, self._fit_text)

    @Slot(int, int)
    def _on_range_changed(self, least: int, most: int) -> None:
        self._scroll.verticalScrollBar().setEnabled(most > least)

    def _fit_text(self) -> None:
        self._scroll.setMinimumHeight(_LEAST_LINES * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Ask for some lines of the step, and for all lines of the title in this width."""
        return QSize(super().minimumSizeHint().width(), self.layout().totalMinimumHeightForWidth(self.width()))

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.close_lesson)
        self.set_up.clicked.connect(self._on_set_up_pressed)
        self.look.clicked.connect(self._on_look_pressed)
        self.back.clicked.connect(self._on_back_pressed)
        self.next.clicked.connect(self._on_next_pressed)
        self._choice_group.idClicked.connect(self._on_answered)

    @property
    def step(self) -> LessonStep | None:
        """The step that is shown."""
        return self.lesson.steps[self.place] if self.lesson else None

    def show_lesson(self, lesson: Lesson, place: int = 0, next_title: str = "") -> None:
        """Open a lesson in the place of another.

        Parameters
        ----------
        lesson : Lesson
            What is to be read.
        place : int
            The step to begin at, from 0.
        next_title : str
            The lesson that can follow it; "" for none.
        """
        self._set_bug("")
        self.lesson, self._next_title = lesson, next_title
        self._title.setText(lesson.title)
        for label in (self.text, self._question, self._feedback):
            label.folder = lesson.folder
        self._go_to(min(max(place, 0), len(lesson.steps) - 1))
        self.show()
        self.next.setFocus()
        self.opened.emit()

    @Slot()
    def close_lesson(self) -> None:
        """Close the lesson; a bug that it put into the gradient check goes with it."""
        if self.lesson is not None:
            self._set_bug("")
            self.lesson = None
            self.hide()
            self.closed.emit()

    def _go_to(self, place: int) -> None:
        assert self.lesson is not None
        self.place = place
        step = self.lesson.steps[place]
        self._show_count()
        self.text.setText(step.text)
        self.set_up.setVisible(step.sets_up)
        self.look.setVisible(bool(step.look))
        part, _, thing = step.look.partition(":")
        where = LOOK_NAMES.get(part, f"the {part}") + (f", {thing.replace('_', ' ')}" if thing else "")
        self.look.setText("Look here")
        self.look.setToolTip(f"Show where to look: {where}")
        self.look.setAccessibleDescription(self.look.toolTip())
        self.back.setEnabled(place > 0)
        is_last = place == len(self.lesson.steps) - 1
        self.next.setText(("Next lesson" if self._next_title else "Finish") if is_last else "Next")
        self.next.setToolTip(paragraphs(self._next_title if is_last else ""))
        self._ask(step)
        self._scroll.verticalScrollBar().setValue(0)
        self.step_shown.emit(self.lesson, place)

    def _ask(self, step: LessonStep) -> None:
        for button in self._choice_group.buttons():
            self._choice_group.removeButton(button)
            self._choices.removeWidget(button)
            button.hide()
            button.deleteLater()
        question = step.question
        self._question.setVisible(question is not None)
        self._feedback.clear()
        self._feedback.hide()
        if question is None:
            return
        self._question.setText(f"**{question.text}**")
        for place, choice in enumerate(question.choices):
            button = ChoiceButton(choice)
            self._choice_group.addButton(button, place)
            self._choices.addWidget(button)

    def _set_bug(self, bug: str) -> None:
        if bug != self._bug:
            self._bug = bug
            self._show_count()
            self.bug_changed.emit(bug)

    def _show_count(self) -> None:
        if self.lesson is not None:
            bug = " · bug in the check" if self._bug else ""
            self._count.setText(f"Step {self.place + 1} of {len(self.lesson.steps)}{bug}")

    @Slot(int)
    def _on_answered(self, choice: int) -> None:
        question = self.step.question if self.step else None
        if question is None:
            return
        right, reply = choice in question.answers, question.replies[choice]
        set_role(self._feedback, "" if right else "warning")
        said = f"**Yes.** {reply or question.explanation}" if right else f"**No.** {reply}" if reply else NOT_THAT_ONE
        self._feedback.setText(said)
        self._feedback.show()
        reveal(self._feedback)

    @Slot()
    def _on_set_up_pressed(self) -> None:
        step = self.step
        if step is None:
            return
        self._set_bug(step.bug)
        if step.sets_up_window:
            self.setup_requested.emit(step)
        if step.look:
            self.look_requested.emit(step.look)

    @Slot()
    def _on_look_pressed(self) -> None:
        if self.step is not None:
            self.look_requested.emit(self.step.look)

    @Slot()
    def _on_back_pressed(self) -> None:
        if self.place:
            self._go_to(self.place - 1)

    @Slot()
    def _on_next_pressed(self) -> None:
        if self.lesson is None:
            return
        if self.place + 1 < len(self.lesson.steps):
            self._go_to(self.place + 1)
        elif self._next_title:
            self.next_lesson_requested.emit()
        else:
            self.close_lesson()
