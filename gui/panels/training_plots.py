"""The panel of a run's curves: loss and accuracy of the training batches and of the test set, as they grow."""

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from core.runs.epoch_scale import EpochScale
from core.training.metrics import Metrics
from gui.files.plots_export import EXPORT_TIP, PlotsExport
from gui.look.follow_font import follow_font
from gui.session.run_curves import RunCurves
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.icon_button import icon_button
from gui.widgets.panel import Panel
from gui.widgets.plots.curve_readout import CurveReadout
from gui.widgets.plots.measure_plot import PastCurves
from gui.widgets.plots.run_legend import LegendEntry, RunLegend
from gui.widgets.plots.run_plots import RunPlots
from gui.widgets.plots.start_card import StartCard
from gui.widgets.segments import Segments

_LEAST_LINES = 12
"""Height of both plots in lines of text: below that, marks of the axes would meet."""

BY_UPDATE, BY_EPOCH = range(2)
LATER_PART = 1
"""Places of two choices."""

READOUT_MILLISECONDS = 100
"""Numbers that change faster than ten times a second cannot be read."""


class TrainingPlotsPanel(Panel, QWidget):
    """Plots of a run, with a readout above them and their own menu."""

    failed = Signal(str)
    """What could not be saved and why, in one sentence."""

    saved = Signal(object)
    """What was saved: a `gui.files.saved_file.SavedFile`."""

    step_chosen = Signal(int)
    """What the user wants to do first: 0 train, 1 draw a digit, 2 open the first lesson."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metrics: Metrics | None = None
        self._moment: int | None = None
        self._pointer: int | None = None
        self._readout_timer = QTimer(self)
        self._readout_timer.setSingleShot(True)
        self._readout_timer.setInterval(READOUT_MILLISECONDS)
        self._readout_timer.timeout.connect(self._on_readout_due)
        self._is_readout_behind = False

        self.plots = RunPlots(self)
        self.plots.setAccessibleName("plots of loss and accuracy")
        self.readout = CurveReadout()
        self.plots.tell = self.readout.text
        self.past_legend = RunLegend()
        self._is_unit_chosen = False
        self._offers_first_steps = True
        self.export = PlotsExport(self.plots, self.readout, self.past_legend, self)
        self.time_unit = Segments(
            "time axis",
            (
                ("update", "Time in updates: one is one gradient step. Every run is drawn by its own updates."),
                (
                    "epoch",
                    "Time in epochs: one is one pass over all training images. Runs of other batch sizes lie side by "
                    "side where they have seen as many.",
                ),
            ),
            show_name=False,
        )
        self.loss_scale = Segments(
            "loss",
            (
                ("linear", "Equal distances are equal differences of loss."),
                ("log", "Equal distances are equal factors: small losses can be told apart."),
            ),
        )
        self.measure_range = Segments(
            "fit to",
            (
                (
                    "all",
                    "The whole of this run, from its start on. Only spikes, and losses far above that of guessing, are "
                    "cut off, unless loss is log.",
                ),
                (
                    "later part",
                    "Where curves can be told apart: from the second epoch on, the steep start leaves the plot at "
                    "its edge.",
                ),
            ),
        )
        self.auto = icon_button(
            "toolbar/fit",
            "Let the view follow the run again. A double click on a plot does the same.",
            "Automatic ranges",
            role="",
        )
        self.export_button = icon_button("toolbar/save", EXPORT_TIP, "Export plots", role="")
        for button in (self.auto, self.export_button):
            button.setEnabled(False)
        self.parts = {"epoch": self.time_unit, "log": self.loss_scale, "range": self.measure_range}
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        choices = FlowLayout(8, 4)
        for widget in (self.time_unit, self.loss_scale, self.measure_range):
            choices.addWidget(widget)
        switches = QHBoxLayout()
        switches.setSpacing(6)
        switches.addLayout(choices, 1)
        switches.addWidget(self.export_button)
        switches.addWidget(self.auto)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(5)
        layout.addLayout(switches)
        layout.addWidget(self.readout)
        layout.addWidget(self.past_legend)
        layout.addWidget(self.plots, 1)
        self.plots.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.start_card = StartCard(self.plots)
        follow_font(self, self._fit_text)
        self.plots.setToolTip("")

    def _fit_text(self) -> None:
        self.plots.setMinimumSize(200, _LEAST_LINES * self.fontMetrics().height())

    def _connect(self) -> None:
        self.time_unit.chosen.connect(self._on_time_unit_clicked)
        self.loss_scale.chosen.connect(self._on_loss_scale_chosen)
        self.measure_range.chosen.connect(self._on_measure_range_chosen)
        self.auto.clicked.connect(self.plots.follow_run)
        self.export_button.clicked.connect(self.ask_and_export)
        self.plots.followed.connect(self._on_followed)
        self.plots.values_written.connect(self._on_values_written)
        self.plots.beyond_changed.connect(self._show_legend)
        self.plots.pointed_at.connect(self._on_pointed_at)
        self.plots.menu_requested.connect(self._on_menu_requested)
        self.export.failed.connect(self.failed)
        self.export.saved.connect(self.saved)
        self.start_card.chosen.connect(self.step_chosen)
        self.measure_range.choose(LATER_PART)

    # --- what is shown

    def set_run(self, run_name: str, epoch_scale: EpochScale) -> None:
        """Show another run from now on; its metrics come through `show_metrics`.

        Parameters
        ----------
        run_name : str
            What the user calls it.
        epoch_scale : EpochScale
            Its epochs by update.
        """
        self.export.run_name = run_name
        self._metrics = None
        self.export_button.setEnabled(False)
        self._moment = None
        self.plots.show_moment(None)
        self.plots.show_markers([])
        self.plots.start_run(RunCurves(epoch_scale))
        self._show_time_unit()
        self._show_readout()

    def set_plan(self, epoch_scale: EpochScale, total_updates: int) -> None:
        """Lay out the time axis for the run as it is planned now, which a turned knob may change.

        Parameters
        ----------
        epoch_scale : EpochScale
            Its epochs by update.
        total_updates : int
            Updates after which it is finished.
        """
        self.plots.curves.epoch_scale = epoch_scale
        self._show_time_unit()
        self.plots.set_total(total_updates)

    def show_metrics(self, metrics: Metrics) -> None:
        """Show how far the run has come; costs the same whatever its length, and nothing while hidden."""
        self._metrics = metrics
        self.export_button.setEnabled(True)
        self._show_start_card()
        if self.isVisible():
            self.plots.curves.follow(metrics)
            # The numbers at the ends of the curves and those above them change together.
            self._is_readout_behind = self._readout_timer.isActive()
            self.plots.redraw(keeps_values=self._is_readout_behind)
            if not self._is_readout_behind:
                self._readout_timer.start()

    def set_run_name(self, run_name: str) -> None:
        """Call the run otherwise."""
        self.export.run_name = run_name

    def set_caption(self, settings: str) -> None:
        """Write the run's settings below its name wherever the plots are exported."""
        self.export.caption = settings

    def set_past_runs(self, runs: Sequence[PastCurves]) -> None:
        """Show the curves of past runs beside those of this one."""
        self.plots.set_past(runs)
        self._show_time_unit()
        self._show_start_card()

    def set_markers(self, markers: Sequence[tuple[int, str]]) -> None:
        """Mark updates at which something happened, such as (500, "learning rate 0.01"), in ascending order."""
        self.plots.show_markers(markers)

    @Slot(object)
    def show_moment(self, update: int | None) -> None:
        """Put the time cursor, and the readout, at an update; None for the newest."""
        self._moment = update
        self.plots.show_moment(update)
        self._show_readout()

    def minimumSizeHint(self) -> QSize:
        """Keep the plots readable, also where the switches take two lines."""
        return QSize(self._column.minimumSize().width(), self._column.minimumHeightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for other room in another width: whoever divides it knew the height for the last one."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for two readable plots."""
        return QSize(560, 380)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while hidden."""
        super().showEvent(event)
        if self._metrics is not None:
            self.plots.curves.follow(self._metrics)
        self.plots.redraw()

    @Slot()
    def _on_readout_due(self) -> None:
        if self._is_readout_behind:
            self.plots.redraw()

    @Slot()
    def _on_values_written(self) -> None:
        self._is_readout_behind = False
        self._show_readout()

    def _show_readout(self) -> None:
        if self._metrics is None:
            self.readout.show_metrics(None)
            return
        shown = self._pointer if self._pointer is not None else self._moment
        if shown is None and self._is_readout_behind:
            # The ends of the curves still say what the newest values were; this comes back with those of now.
            self.plots.redraw()
            return
        metrics = self.plots.metrics_at(self.plots.curves.updates if shown is None else shown)
        self.readout.show_metrics(metrics, are_newest=shown is None)

    def offer_first_steps(self, offered: bool) -> None:
        """Show what to do first as long as there is no curve to look at, or leave that to a lesson."""
        self._offers_first_steps = offered
        self._show_start_card()

    def _show_start_card(self) -> None:
        has_curves = bool(self.plots.past) or (self._metrics is not None and len(self._metrics.batch_loss) > 0)
        self.start_card.setVisible(self._offers_first_steps and self._metrics is not None and not has_curves)

    def _show_time_unit(self) -> None:
        """Lay runs of other batch sizes beside this one by epoch, unless the user has chosen; say so in the legend."""
        if not self._is_unit_chosen:
            with QSignalBlocker(self.time_unit):
                self.time_unit.choose(BY_EPOCH if self.plots.has_other_batches else BY_UPDATE)
        self.plots.set_time_unit(by_epoch=self.time_unit.choice == BY_EPOCH)
        self._show_legend()

    @Slot()
    def _show_legend(self) -> None:
        by_epoch = self.time_unit.choice == BY_EPOCH
        note = ""
        if self.plots.has_other_batches:
            differ = "updates per epoch differ"
            note = f"by epoch: {differ}" if by_epoch else f"{differ}: epoch lays runs side by side"
        newest_first = self.plots.past[::-1]
        self.past_legend.show_runs(
            [
                LegendEntry(
                    run.name,
                    run.color_index,
                    run.is_on_other_data,
                    run.curves.judged_by,
                    run.color_index in self.plots.beyond,
                )
                # The line has room for a few names: what one compares with comes first.
                for run in sorted(newest_first, key=attrgetter("is_on_other_data"))
            ],
            note,
        )

    # --- what the user does

    @Slot(int)
    def _on_time_unit_clicked(self, choice: int) -> None:
        self._is_unit_chosen = True
        self._show_time_unit()

    @Slot(int)
    def _on_loss_scale_chosen(self, choice: int) -> None:
        self.plots.plots["loss"].set_log(choice == 1)
        self.plots.follow_run()

    @Slot(int)
    def _on_measure_range_chosen(self, choice: int) -> None:
        for plot in self.plots.plots.values():
            plot.set_close_up(choice == LATER_PART)
        self.plots.follow_run()

    @Slot(bool)
    def _on_followed(self, followed: bool) -> None:
        self.auto.setEnabled(not followed)

    @Slot(object)
    def _on_pointed_at(self, update: int | None) -> None:
        self._pointer = update
        self._show_readout()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.context_menu().popup(place)

    def context_menu(self) -> QMenu:
        """Return the menu of the plots, new each time."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        auto = menu.addAction("Back to automatic ranges", self.plots.follow_run)
        auto.setEnabled(not self.plots.following)
        menu.addAction("Export plots…", self.ask_and_export).setEnabled(self.export_button.isEnabled())
        return menu

    @Slot()
    def ask_and_export(self) -> None:
        """Let the user save the plots as an image file or their metrics as a table."""
        if self._metrics is not None:
            self.export.ask_and_save(self._metrics)
