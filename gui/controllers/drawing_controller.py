"""What is drawn, on its way: to My digits, into training and teaching, and to the diagram of the network."""

from PySide6.QtCore import QObject

from gui.controllers.error_watch import ErrorWatch
from gui.controllers.run_undo import RunUndo
from gui.panels.drawing import DrawingPanel
from gui.panels.message_bar import MessageBar
from gui.panels.my_digits import MyDigitsPanel
from gui.panels.network import NetworkPanel
from gui.session.past_runs import PastRuns
from gui.session.ready_readers import ReadyReaders
from gui.session.taught_runs import TaughtRuns
from gui.session.training_session import TrainingSession


class DrawingController(QObject):
    """Connects the drawing with My digits and the diagram, and what My digits asks for with the session.

    Parameters
    ----------
    drawing, my_digits, network : DrawingPanel, MyDigitsPanel and NetworkPanel
        The panels.
    session : TrainingSession
        Trains with my digits, and takes up networks that were taught.
    past_runs : PastRuns
        Keeps the run before.
    undo : RunUndo
        Offers that run again.
    messages : MessageBar
        Says no more of an image that failed once another is read.
    errors : ErrorWatch
        Tells what could not be done.
    """

    def __init__(
        self,
        drawing: DrawingPanel,
        my_digits: MyDigitsPanel,
        network: NetworkPanel,
        session: TrainingSession,
        past_runs: PastRuns,
        undo: RunUndo,
        messages: MessageBar,
        errors: ErrorWatch,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.taught_runs = TaughtRuns(session, past_runs, self)
        self.ready_readers = ReadyReaders(self)
        self.ready_readers.succeeded.connect(drawing.reader_box.set_readers)
        drawing.image_awaited.connect(messages.forget_error)
        drawing.drawing_prepared.connect(my_digits.set_drawing)
        drawing.drawing_prepared.connect(network.show_drawing)
        drawing.undo_action.triggered.connect(my_digits.undo.undo)
        drawing.redo_action.triggered.connect(my_digits.undo.redo)
        drawing.network_shown.connect(my_digits.show_network)
        my_digits.digit_taken.connect(drawing.clear_action.trigger)
        my_digits.taught.connect(self.taught_runs.adopt)
        my_digits.undo_requested.connect(self.taught_runs.undo)
        my_digits.training_requested.connect(self.taught_runs.add_to_training)
        self.taught_runs.can_undo_changed.connect(my_digits.set_can_undo)
        self.taught_runs.digits_added.connect(undo.post)
        self.taught_runs.failed.connect(errors.tell_failure)
