"""Carries out what the card in the empty plots offers: train, draw a digit, open the first lesson."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.lessons.lesson import LESSONS_FOLDER, load_lessons
from gui.controllers.lesson_controller import LessonController
from gui.panels.drawing import DrawingPanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.widgets.spotlight import Spotlight


class FirstSteps(QObject):
    """Connects the card with what it leads to.

    Parameters
    ----------
    plots : TrainingPlotsPanel
        Has the card.
    train : QAction
        Trains.
    drawing : DrawingPanel
        Where a digit is drawn.
    lessons : LessonController
        Opens a lesson.
    window : QWidget
        Owner.
    """

    def __init__(
        self,
        plots: TrainingPlotsPanel,
        train: QAction,
        drawing: DrawingPanel,
        lessons: LessonController,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._train = train
        self._drawing = drawing
        self._lessons = lessons
        self._spotlight = Spotlight(window)
        plots.step_chosen.connect(self._on_step_chosen)

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        if step == 0:
            self._train.trigger()
        elif step == 1:
            self._drawing.canvas.setFocus()
            self._spotlight.point_at(self._drawing.canvas)
        else:
            lessons, _ = load_lessons(LESSONS_FOLDER)
            self._lessons.show_lesson(lessons[0])
