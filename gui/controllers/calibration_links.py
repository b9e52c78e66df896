"""The temperature of Evaluate, at which the drawing's answer is shown too; and my digits, which are measured there."""

from PySide6.QtCore import QObject, Slot

from gui.panels.drawing import DrawingPanel
from gui.panels.evaluation import EvaluationPanel
from gui.panels.my_digits import MyDigitsPanel


class CalibrationLinks(QObject):
    """Connects the page Calibration with the panels that it concerns.

    Parameters
    ----------
    evaluation, drawing, my_digits : EvaluationPanel, DrawingPanel and MyDigitsPanel
        The panels.
    """

    def __init__(
        self,
        evaluation: EvaluationPanel,
        drawing: DrawingPanel,
        my_digits: MyDigitsPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._temperature = evaluation.calibration.temperature
        evaluation.calibration.temperature_changed.connect(drawing.answer_page.set_temperature)
        drawing.answer_page.temperature_back_requested.connect(self._on_back_requested)
        my_digits.digits_changed.connect(evaluation.calibration.set_own_digits)

    @Slot()
    def _on_back_requested(self) -> None:
        self._temperature.set_temperature(1.0)
