"""The tab "Runs": what was changed from run to run, how good each became, and which one to go on with.

It only shows and asks; the runs are kept elsewhere.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.files.damaged_runs import DamagedRun
from core.runs.run_metrics import RunMetrics
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.panel import Panel
from gui.widgets.runs.run_row import RunRow
from gui.widgets.runs.run_table import RunTable
from gui.widgets.runs.run_table_model import SORT_BY, RunTableModel

REFRESH_MILLISECONDS = 250
"""Metrics of a run that trains are renewed this often: several in a row that change faster cannot be compared."""

EMPTY = (
    "Every run gets a row here, with what was changed in it and how good it became. For a second one, press Reset, "
    "change a setting and train again: the previous run stays in the list."
)
CHOOSE = "Choose a previous run."
IS_PRESENT = "This is the present run."
RETURN = "Continue this run where it stopped, with its network and its whole timeline."
MAKE_AGAIN = "Its network is no longer in memory: it is recomputed from its recipe, update by update."
IS_LOST = "Its network is no longer in memory, and no recipe leads to it, because it continued an opened model."
LOAD_AGAIN = "Continue this run where it stopped; its data are no longer in memory and are loaded again."
SETTINGS = "Begin a new run with the settings that this one began with. What was changed on the way is not repeated."
RECIPE = "Save all that decides this run (settings, changes, seed), to repeat it elsewhere."
NO_RECIPE = "It continues an opened model, which no recipe can repeat."
RECIPE_NEEDS_NETWORK = "Its network is no longer in memory, and a recipe holds its result: bring it back first."
RECIPE_NEEDS_DATA = "Its data are no longer in memory, and a recipe holds what was read of them: bring it back first."
RECIPE_IN_MENU = "This is the present run: the menu File saves its recipe, up to the moment that is shown."
STAR = "Mark this run. Where the disk gets scarce, marked runs give up their networks last."
NOTE = "Write something down about this run; it is kept with the run."
FORGET = "Remove this run, its curve and its file. Undo brings it back."
FORGET_ALL = "Remove all previous runs, their curves and their files. Undo brings them back."
DAMAGED = "Remove the files among the kept runs that cannot be read. Undo brings them back."
MOST_REASONS = 5
NONE_LEFT = "There is no previous run yet."
RENAME = "Give this run another name."
CURVE = "Show its curve in the tab Training, or hide it."
EXPORT = "Save this table as a CSV file, and beside it the curves of all its runs as another, for a spreadsheet."
NO_METRICS = "No run has made an update yet."


class RunsPanel(Panel, QWidget):
    """The table of runs, what they have in common above it, and what can be done with the chosen one below."""

    shown = Signal()
    """It comes into view, and nothing in it is up to date."""

    curve_toggled = Signal(str, bool)
    """The user wants to see the curve of a run in the plots, or not. Runs are told by their ids."""

    renamed = Signal(str, str)
    """The user calls a run otherwise."""

    return_requested = Signal(str)
    """The user wants to go on with a run that was left."""

    settings_requested = Signal(str)
    """The user wants a new run with the settings of this one."""

    recipe_requested = Signal(str)
    """The user wants to save the recipe of a run."""

    star_toggled = Signal(str)
    """The user marks a run, or takes the mark away."""

    note_requested = Signal(str)
    """The user wants to write something down about a run."""

    folder_requested = Signal()
    """The user wants to see the files of the runs."""

    damaged_removal_requested = Signal()
    """The user wants the files removed that cannot be read."""

    forget_requested = Signal(str)
    """The user wants a run dropped."""

    forget_all_requested = Signal()
    """The user wants all runs dropped that were left."""

    export_requested = Signal()
    """The user wants the table and the curves as a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sum_up: Callable[[], RunMetrics] | None = None
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MILLISECONDS)
        self._refresh.timeout.connect(self._on_refresh_due)
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self.summary, "muted")
        self.runs = RunTableModel(self)
        self.table = RunTable(self.runs)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.show_runs(())

    def _make_actions(self) -> None:
        self.return_action = QAction("Bring back", self)
        self.settings_action = QAction("Use its settings", self)
        self.recipe_action = QAction("Save recipe…", self)
        self.forget_action = QAction("Forget run", self)
        self.forget_all_action = QAction("Forget all", self)
        self.export_action = QAction("Export…", self)
        self.folder_action = QAction("Open folder", self)
        self.folder_action.setVisible(False)
        self.damaged_action = QAction("Remove damaged files", self)
        # Checked and not renamed: with a longer text the buttons beside it would move under the pointer.
        self.star_action = QAction("Star", self)
        self.star_action.setCheckable(True)
        self.note_action = QAction("Note…", self)
        self.rename_action = QAction("Rename run", self)
        self.curve_action = QAction("Show or hide the curve of a run", self)
        # As they stand on buttons; Qt would leave out the dots that say that a question follows.
        self.forget_action.setIconText("Forget")
        self.recipe_action.setIconText(self.recipe_action.text())
        self.export_action.setIconText(self.export_action.text())
        self.note_action.setIconText(self.note_action.text())
        for action, keys in ((self.rename_action, "F2"), (self.curve_action, "Space"), (self.forget_action, "Del")):
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.table.addAction(action)
        self._of_a_run = (
            (self.return_action, self.return_requested),
            (self.settings_action, self.settings_requested),
            (self.recipe_action, self.recipe_requested),
            (self.star_action, self.star_toggled),
            (self.note_action, self.note_requested),
            (self.forget_action, self.forget_requested),
        )

    def _lay_out(self) -> None:
        head, deeds = QHBoxLayout(), QHBoxLayout()
        of_a_run = FlowLayout(4, 4)
        head.addWidget(self.summary, 1)
        head.addWidget(_button(self.export_action), 0, Qt.AlignmentFlag.AlignTop)
        for action, _ in self._of_a_run:
            of_a_run.addWidget(_button(action))
        deeds.addLayout(of_a_run, 1)
        self._folder_button = _button(self.folder_action)
        self._folder_button.hide()
        for_all = FlowLayout(4, 4)
        for_all.addWidget(_button(self.forget_all_action))
        for_all.addWidget(self._folder_button)
        self._damaged_button = _button(self.damaged_action)
        self._damaged_button.hide()
        for_all.addWidget(self._damaged_button)
        deeds.addLayout(for_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addLayout(deeds)

    def _connect(self) -> None:
        self.runs.curve_toggled.connect(self.curve_toggled)
        # Once the entry is closed: new rows would otherwise take it away, and the keyboard would go to another part.
        self.runs.renamed.connect(self.renamed, Qt.ConnectionType.QueuedConnection)
        self.table.chosen.connect(self._show_state)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.rename_action.triggered.connect(self.table.rename)
        self.curve_action.triggered.connect(self.table.toggle_curve)
        for action, _ in self._of_a_run:
            action.triggered.connect(self._on_triggered)
        self.forget_all_action.triggered.connect(self._on_forget_all_triggered)
        self.export_action.triggered.connect(self.export_requested)
        self.folder_action.triggered.connect(self.folder_requested)
        self.damaged_action.triggered.connect(self._on_damaged_triggered)

    # --- what is shown

    def show_runs(self, rows: Sequence[RunRow], common: Sequence[str] = (), usual: Sequence[str] = ()) -> None:
        """Show these runs.

        Parameters
        ----------
        rows : sequence of RunRow
            The newest first.
        common : sequence of str
            What of their settings is the same in all.
        usual : sequence of str
            What holds for each of which nothing else is said.
        """
        self._refresh.stop()
        self._sum_up = None
        self.runs.show_rows(rows)
        self._show_state()
        same = f"Same in all: {', '.join(common) or 'nothing'}."
        most = f" Where nothing else is said: {', '.join(usual)}." if usual else ""
        self.summary.setText(same + most if len(rows) > 1 else EMPTY)

    def show_storage(self, where: str) -> None:
        """Say where runs are kept, and how much room they take."""
        self.folder_action.setVisible(True)
        self._folder_button.show()
        self.folder_action.setToolTip(paragraphs(where))

    @Slot(object)
    def show_damaged(self, damaged: Sequence[DamagedRun]) -> None:
        """Offer to remove files of runs that cannot be read, where there are any."""
        self._damaged_button.setVisible(bool(damaged))
        reasons = [run.reason for run in damaged[:MOST_REASONS]]
        more = [f"and {len(damaged) - MOST_REASONS:,} more"] if len(damaged) > MOST_REASONS else []
        self.damaged_action.setToolTip(paragraphs(DAMAGED, *reasons, *more))

    def follow_present(self, sum_up: Callable[[], RunMetrics]) -> None:
        """Renew the metrics of the present run before long; what sums them up is called when it is time."""
        if self.isVisible():
            self._sum_up = sum_up
            if not self._refresh.isActive():
                self._refresh.start()

    def minimumSizeHint(self) -> QSize:
        """Ask for the height that the lines above and the buttons below the table need in this width."""
        return QSize(super().minimumSizeHint().width(), self.layout().minimumHeightForWidth(self.width()))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what came while hidden."""
        super().showEvent(event)
        self.shown.emit()

    def context_menu(self) -> QMenu:
        """Return the menu of the chosen run, new each time."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in (self.rename_action, self.curve_action):
            menu.addAction(action)
        menu.addSeparator()
        for action, _ in self._of_a_run:
            menu.addAction(action)
        menu.addSeparator()
        sorting = menu.addMenu("Sort by")
        sorting.addAction("newest first", self._on_sorting_chosen)
        for column, text in SORT_BY.items():
            sorting.addAction(text, self._on_sorting_chosen).setData(column)
        return menu

    @Slot()
    def _show_state(self) -> None:
        """Say what can be done, and why not."""
        row, rows = self.table.row, self.runs.rows
        deeds = [action for action, _ in self._of_a_run]
        back = RETURN
        if row is not None and not (row.is_kept and row.has_data):
            back = LOAD_AGAIN if row.is_kept else MAKE_AGAIN
        tips = [back, SETTINGS, RECIPE, STAR, NOTE, FORGET]
        self.star_action.setChecked(row is not None and row.is_starred)
        for action, tip, reason in zip(deeds, tips, _reasons_against(row), strict=True):
            _allow(action, tip, reason)
        _allow(self.forget_all_action, FORGET_ALL, "" if len(rows) > 1 else NONE_LEFT)
        _allow(self.export_action, EXPORT, "" if any(other.run_metrics.updates for other in rows) else NO_METRICS)
        _allow(self.rename_action, RENAME, "" if row else CHOOSE)
        _allow(self.curve_action, CURVE, row.disabled_reason if row else CHOOSE)

    # --- what the user does

    @Slot()
    def _on_triggered(self) -> None:
        row = self.table.row
        self._take_keyboard()
        for action, wanted in self._of_a_run:
            if row is not None and action is self.sender():
                wanted.emit(row.run_id)

    @Slot()
    def _on_forget_all_triggered(self) -> None:
        self._take_keyboard()
        self.forget_all_requested.emit()

    @Slot()
    def _on_damaged_triggered(self) -> None:
        self._take_keyboard()
        self.damaged_removal_requested.emit()

    def _take_keyboard(self) -> None:
        """Bring the keyboard back to the table: from a button that goes gray it would go on to the next one."""
        self.table.setFocus()

    @Slot()
    def _on_sorting_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.table.sort_by(action.data())

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.context_menu().popup(self.table.viewport().mapToGlobal(place))

    @Slot()
    def _on_refresh_due(self) -> None:
        if self._sum_up is not None and self.isVisible():
            self.runs.show_metrics(self._sum_up())
            self._show_state()


def _reasons_against(row: RunRow | None) -> tuple[str, ...]:
    """Return why a run cannot be brought back, begun anew, saved, starred, noted and forgotten; "" where it can."""
    if row is None:
        return (CHOOSE,) * 6
    if row.is_present:
        return IS_PRESENT, IS_PRESENT, RECIPE_IN_MENU, "", "", IS_PRESENT
    lost = "" if row.is_kept or row.is_repeatable else IS_LOST
    return lost, "", _reason_against_recipe(row), "", "", ""


def _reason_against_recipe(row: RunRow) -> str:
    if not row.is_repeatable:
        return NO_RECIPE
    if not row.is_kept:
        return RECIPE_NEEDS_NETWORK
    return "" if row.has_data else RECIPE_NEEDS_DATA


def _allow(action: QAction, tip: str, reason: str) -> None:
    action.setEnabled(not reason)
    action.setToolTip(paragraphs(reason or tip))


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
