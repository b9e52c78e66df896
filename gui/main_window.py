"""The window: puts the panels together and leads data one way, from the session to the panels.

Panels never talk to each other. What the user does in one arrives here as a signal and goes on to the session, the
data loader or the model files; what these tell comes back here and goes on to the panels.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from core.data.dataset import DataPair
from core.files.run_store import RunStore, runs_folder
from core.files.session_slot import SessionSlot
from core.runs.run import Run
from core.training.presets import DEFAULT_PRESET, PRESETS
from gui.actions import Actions
from gui.controllers.announcer import Announcer
from gui.controllers.calibration_links import CalibrationLinks
from gui.controllers.change_feed import ChangeFeed
from gui.controllers.column_widths import ColumnWidths
from gui.controllers.drawing_controller import DrawingController
from gui.controllers.error_watch import ErrorWatch
from gui.controllers.file_controller import FileController
from gui.controllers.first_run import FirstRun
from gui.controllers.first_steps import FirstSteps
from gui.controllers.hand_made import HandMade
from gui.controllers.help_controller import HelpController
from gui.controllers.large_drawing import LargeDrawing
from gui.controllers.lesson_controller import LessonController
from gui.controllers.lesson_room import LessonRoom
from gui.controllers.microscope_feed import MicroscopeFeed
from gui.controllers.network_links import NetworkLinks
from gui.controllers.next_steps import NextSteps
from gui.controllers.opener import Opener
from gui.controllers.project_controller import ProjectController
from gui.controllers.run_display import RunDisplay
from gui.controllers.run_undo import RunUndo
from gui.controllers.runs_controller import RunsController
from gui.controllers.session_controller import SessionController
from gui.controllers.settings_controller import SettingsController
from gui.controllers.surgery import Surgery
from gui.controllers.trouble_watch import TroubleWatch
from gui.look.accessible import Descriptions
from gui.look.appearance import Appearance
from gui.look.enter_key import EnterKey
from gui.look.full_screen import FullScreen
from gui.look.motion import Motion
from gui.look.preferences import Preferences
from gui.look.tab_choice import TabChoice
from gui.look.text_size import TextSize
from gui.look.theme import applied
from gui.panels.control_bar import ControlBar
from gui.panels.message_bar import MessageBar
from gui.panels.status_line import StatusLine
from gui.session.memory_release import MemoryRelease
from gui.session.past_runs import PastRuns
from gui.session.run_keeper import RunKeeper
from gui.session.session_signals import SessionState
from gui.session.task_slot import close_threads
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from gui.window.menu_bar import fill_data_menu, fill_menu_bar
from gui.window.panel_list import PANELS, Column, in_column
from gui.window.window_layout import LEFT, RIGHT, make_columns, make_left, make_pages, make_tabs, make_whole

TRAINING = "Training"


class MainWindow(QMainWindow):
    """The program's one window.

    Parameters
    ----------
    preferences : Preferences, optional
        What it remembers from one start to the next; by default all there is to remember.
    slot : SessionSlot, optional
        Where it keeps where it stands; without it, neither that nor runs are kept.
    """

    opened = Signal()
    """The first data are there, and what was left at the end of the program before has come back."""

    def __init__(self, preferences: Preferences | None = None, slot: SessionSlot | None = None) -> None:
        super().__init__()
        self.setWindowTitle("MNIST_ANN")
        self.setAcceptDrops(True)
        self.preferences = preferences or Preferences()
        self.session = TrainingSession(PRESETS[DEFAULT_PRESET].config, self)
        self.past_runs = PastRuns(self.session, self)
        self.time_machine = TimeMachine(self)
        self.memory_release = MemoryRelease(self.session, self)
        self._shown_data: DataPair | None = None
        self.actions_ = Actions(self)
        self.appearance = Appearance(self.actions_.themes, self.preferences, self)
        self.full_screen = FullScreen(self.actions_.full_screen, self)
        self.enter_key = EnterKey(self)
        text_actions = (self.actions_.larger_text, self.actions_.smaller_text, self.actions_.normal_text)
        self.text_size = TextSize(self.actions_.text_sizes, *text_actions, self.preferences, self)
        self.motion = Motion(self.actions_.reduce_motion, self.preferences, self)
        data_menu = QMenu(self)
        fill_data_menu(data_menu, self.actions_)
        self.controls = ControlBar(self.actions_, data_menu)
        self.messages = MessageBar()
        self.errors = ErrorWatch(self.messages, self)
        self.run_undo = RunUndo(self.session, self.past_runs, self.actions_.back, self.messages, self)
        self.panels = panels = {spec.key: spec.factory() for spec in PANELS}
        self.settings, self.plots, self.weights = panels["settings"], panels["plots"], panels["weights"]
        self.step_through, self.evaluation, self.runs = panels["microscope"], panels["evaluation"], panels["runs"]
        self.samples, self.drawing, self.my_digits = panels["samples"], panels["drawing"], panels["my_digits"]
        self.timeline, self.lesson, self.network = panels["timeline"], panels["lesson"], panels["network"]
        self.lesson.hide()
        session, past_runs, time_machine, messages = self.session, self.past_runs, self.time_machine, self.messages
        self.settings_controller = SettingsController(
            session, self.settings, self.controls, messages, self.run_undo, self
        )
        drawn_for = (self.drawing, self.my_digits, self.network, self.session, self.past_runs)
        self.drawing_controller = DrawingController(*drawn_for, self.run_undo, self.messages, self.errors, self)
        self.status = StatusLine()
        self.files = FileController(
            self.actions_, session, past_runs, time_machine, messages, self.status, self.preferences, self
        )
        shown = tuple(panels.values())
        self.display = RunDisplay(
            session, time_machine, self.timeline, self.plots, self.status, self.weights, self.network, shown, self
        )
        self.trouble = TroubleWatch(self.session, self.time_machine, self.display, self.messages, self)
        self.next_steps = NextSteps(self.session, self.past_runs, self.run_undo, self.messages, self)
        self.first_run = FirstRun(self.session, self.controls, self.status, self.preferences, self)
        self.runs_controller = RunsController(
            session, past_runs, self.plots, self.runs, self.files.recipes, self.status, self
        )
        self.microscope = MicroscopeFeed(
            self.step_through, self.drawing, time_machine, session, self.preferences, self.show_tab, self
        )
        self._lay_out()
        self.change_feed = ChangeFeed(self.network, self.time_machine, self.session, self)
        self.network_links = NetworkLinks(self.network, self.weights, self.step_through, self.show_tab, self)
        self.calibration_links = CalibrationLinks(self.evaluation, self.drawing, self.my_digits, self)
        self.surgery = Surgery(self.network, self.weights, self.drawing, self.session, self.time_machine, self)
        self.surgery.failed.connect(self.errors.tell_failure)
        self.hand_made = HandMade(self.network.hand, self.surgery, session, time_machine, self.actions_.train, self)
        self.tab_choice = TabChoice(self.tabs, self)
        self.large_drawing = LargeDrawing(self.drawing.large_action, self.columns, self.tabs, self.column_widths, self)
        self.tab_choice.chosen.connect(self.large_drawing.close)
        lessons_menu = fill_menu_bar(self.menuBar(), self.actions_, self.drawing.actions(), self.tab_choice.actions)
        self.help = HelpController(self.actions_, self.menuBar(), self.tabs, self)
        places, explainer = panels | {"controls": self.controls}, self.step_through.explainer
        self.lessons = LessonController(
            self.lesson, session, past_runs, explainer, places, self.tabs, self.preferences, self
        )
        self.lessons.fill_menu(lessons_menu)
        self.projects: ProjectController | None = None
        self.sessions = self._make_sessions(slot) if slot else None
        for action in (self.actions_.open_project, self.actions_.save_project):
            action.setEnabled(self.projects is not None)
        self.opener = Opener(self.drawing, self.files, self.lessons, self.projects, self.errors)
        self.first_steps = FirstSteps(self.plots, self.actions_.train, self.drawing, self.lessons, self)
        self._connect_actions()
        self._connect_panels()
        self._connect_session()
        self.announcer = Announcer(self.session, self.messages, self.drawing, self)
        # The bar stands below the timeline, whenever it was made.
        self.setTabOrder(self.timeline.live, self.messages.first_stop)
        self.descriptions = Descriptions(self)
        self._restore()
        self._on_state_changed(self.session.state)

    def _make_sessions(self, slot: SessionSlot) -> SessionController:
        session, past_runs, time_machine = self.session, self.past_runs, self.time_machine
        tabs, canvas, messages, status = self.tabs, self.drawing.canvas, self.messages, self.status
        stores = RunStore(runs_folder()), RunStore(runs_folder() / "lessons" / slot.path.stem)
        keeper = RunKeeper(session, past_runs, *stores, lambda: slot.other_runs() is not None, self)
        sessions = SessionController(
            session,
            past_runs,
            time_machine,
            keeper,
            slot,
            self.files,
            self.lessons,
            tabs,
            canvas,
            self.controls,
            messages,
            status,
            self,
        )
        sessions.opened.connect(self.opened)
        self.projects = ProjectController(
            self.actions_,
            session,
            past_runs,
            time_machine,
            keeper,
            sessions,
            self.files,
            self.lessons,
            self.my_digits,
            canvas,
            tabs,
            messages,
            status,
            self,
        )
        self.actions_.begin_anew.triggered.connect(sessions.begin_anew)
        self.runs_controller.show_store(keeper)
        return sessions

    def _lay_out(self) -> None:
        pages = make_pages(PANELS, self.panels)
        self.tabs, self.training_tab = make_tabs(pages), pages[TRAINING]
        for spec in in_column(PANELS, Column.DRAWING):
            self.drawing.add_page(self.panels[spec.key], spec.title, spec.tip)
        self.left = make_left([self.panels[spec.key] for spec in in_column(PANELS, Column.LEFT)])
        self.columns = make_columns(self.left, self.tabs, self.drawing)
        self.lesson_room = LessonRoom(self.lesson, self.left, self.columns)
        self.column_widths = ColumnWidths(self.columns, (LEFT, RIGHT), self.lesson_room)

        room = QWidget()
        room.setFixedHeight(0)
        below = (self.panels[spec.key] for spec in in_column(PANELS, Column.BELOW))
        whole = make_whole(self.controls, self.columns, (room, *below, self.status))
        self.messages.stand_over(self.status, self.timeline, self.status.reserve, room.setFixedHeight)
        self.setCentralWidget(whole)
        self.setMinimumSize(1024, 640)
        # With its frame, on a small screen too.
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize() * 0.95))

    def _connect_actions(self) -> None:
        actions = self.actions_
        # Before training begins: it begins slowly the first time.
        actions.train.triggered.connect(self.first_run.begin)
        actions.train.triggered.connect(self.session.train)
        actions.pause.triggered.connect(self.session.pause)
        actions.step.triggered.connect(self.session.step)
        actions.reset.triggered.connect(self.session.reset)
        actions.export_plots.triggered.connect(self._on_export_plots)
        actions.quit.triggered.connect(self.close)
        self.text_size.changed.connect(self._on_text_size_changed)

    def _connect_panels(self) -> None:
        for panel in self.panels.values():
            for signal, slot in (("failed", self.errors.tell_failure), ("saved", self.messages.tell_saved)):
                if hasattr(panel, signal):
                    getattr(panel, signal).connect(slot)
        self.controls.speed_changed.connect(self.session.set_speed)
        for part in (self.evaluation, self.samples):
            part.image_chosen.connect(self.microscope.label_sample)
        self.evaluation.image_chosen.connect(self.drawing.explain_example)
        self.samples.image_chosen.connect(self.drawing.show_example)
        self.lesson.opened.connect(self.large_drawing.close)
        self.lesson.opened.connect(self.lesson_room.open)
        self.lesson.opened.connect(partial(self.plots.offer_first_steps, False))
        self.lesson.closed.connect(self.lesson_room.close)
        self.lesson.closed.connect(partial(self.plots.offer_first_steps, True))
        self.lessons.message_posted.connect(self.messages.say)
        self.lessons.speed_requested.connect(self.controls.choose_speed)
        self.lessons.image_requested.connect(self.drawing.show_example)
        self.lessons.knobs_turned.connect(self.settings.set_config)
        self.next_steps.knobs_turned.connect(self.settings.set_config)
        self.network.unit.effect.train_on_requested.connect(self.next_steps.train_on)

    def _connect_session(self) -> None:
        self.session.run_changed.connect(self._on_run_changed)
        self.session.state_changed.connect(self._on_state_changed)
        for part in (self.session, self.display, self.runs_controller, self.lessons):
            part.failed.connect(self.errors.tell_failure)
        looks = applied.changed, self.text_size.changed, self.tabs.currentChanged
        self.memory_release.watch(self.time_machine.position_changed, self.drawing.drawing_prepared, *looks)
        self.display.message_posted.connect(self.messages.say)
        self.display.message_withdrawn.connect(self.messages.take_back)
        self.runs_controller.export.succeeded.connect(self.messages.tell_saved)
        self.runs_controller.message_posted.connect(self.messages.say)
        self.runs_controller.renamed.connect(self._on_run_renamed)
        self.files.data_opened.connect(self._on_data_opened)
        self.files.samples_requested.connect(partial(self.show_tab, "Samples"))
        self.samples.change_requested.connect(self.files.change_images)
        self.samples.class_names_requested.connect(self.files.name_classes)
        self.files.run_opened.connect(self.run_undo.post)
        self.files.data_described.connect(self.run_undo.post)

    @Slot(object)
    def _on_data_opened(self, data: DataPair) -> None:
        self.past_runs.open_data(data, self.files.loader.request)

    @Slot()
    def _on_export_plots(self) -> None:
        # A plot that is hidden is not brought up to date, and what is exported is what is seen.
        self.show_tab(TRAINING)
        self.plots.ask_and_export()

    def _show_data(self, data: DataPair) -> None:
        """Show the data of the run everywhere, unless they are there already."""
        if data is self._shown_data:
            return
        self._shown_data = data
        self.samples.allow_change(self.files.request_of(data) is not None)
        for panel in (self.controls, *self.panels.values()):
            panel.show_data(data)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._show_data(run.data)
        self.drawing.reader_box.set_run(run.name, is_untrained=run.is_untrained, origin=run.origin)
        self._on_state_changed(self.session.state)

    @Slot()
    def _on_run_renamed(self) -> None:
        if self.session.run is not None:
            self.drawing.reader_box.set_run_name(self.session.run.name)

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        if state is SessionState.RUNNING:
            self.messages.forget_passing()
        self.actions_.follow(self.session.run, state)
        self.settings.set_running(state in (SessionState.RUNNING, SessionState.PAUSING))

    def open_first(self, *, anew: bool = False, restores_tab: bool = True) -> None:
        """Bring in what the window begins with: the networks that come with the program, and what was left, or data.

        Parameters
        ----------
        anew : bool
            Take up nothing that was left, but for the list of runs.
        restores_tab : bool
            Whether the tab that was left in front comes to the front.
        """
        self.drawing_controller.ready_readers.load()
        if self.sessions is not None:
            self.sessions.open_first(anew=anew, restores_tab=restores_tab)
            return
        self.files.loader.ended.connect(self.opened, Qt.ConnectionType.SingleShotConnection)
        self.files.open_first()
        self.lessons.resume()

    def show_tab(self, title: str) -> bool:
        """Bring a tab to the front by its title, whatever the case; return whether there is one."""
        for index in range(self.tabs.count()):
            if self.tabs.tabText(index).lower() == title.lower():
                self.tabs.setCurrentIndex(index)
                self.large_drawing.close()
                return True
        return False

    @Slot(int)
    def _on_text_size_changed(self, percent: int) -> None:
        with self.column_widths.fitted():
            self.appearance.set_text_size(percent)
            self.drawing.fit_text()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what is dropped on the window: files, and images from other programs."""
        if self.opener.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.opener.open(event.mimeData())

    def open_files(self, paths: list[Path]) -> None:
        """Open files as if they had been dropped on the window."""
        self.opener.open_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout and end every thread."""
        if self.sessions is not None:
            self.sessions.end()
        self._remember()
        close_threads(self)
        self.errors.close()
        self.announcer.close()
        if self.sessions is not None:
            self.sessions.release()
        super().closeEvent(event)

    def _remember(self) -> None:
        self.lesson_room.close()
        self.large_drawing.close()
        self.preferences.set_layout("window", self.saveGeometry())
        self.preferences.column_widths = self.column_widths.usual
        self.preferences.set_layout("training", self.training_tab.saveState())

    def _restore(self) -> None:
        # Pages that have not been shown yet follow theme and text like those that have, or they would be laid out anew
        # when they are shown, and the columns with them.
        for widget in self.findChildren(QWidget):
            widget.ensurePolished()
        self.appearance.choose(self.preferences.theme)
        self.text_size.choose(self.preferences.text_size)
        self.motion.choose(self.preferences.reduces_motion)
        self.restoreGeometry(self.preferences.layout("window"))
        # Without a frame from the start, a window shows no way to close it.
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self.column_widths.usual = self.preferences.column_widths or self.column_widths.usual
        self.training_tab.restoreState(self.preferences.layout("training"))
