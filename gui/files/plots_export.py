"""Saving what the plots show: as a picture for slides, or as metrics for a spreadsheet."""

from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QProgressDialog

from core.files.metrics_csv import write_metrics_csv
from core.progress import Report
from core.training.metrics import Metrics
from gui.files.file_dialogs import ask_where_to_save
from gui.files.picture_export import PICTURE_FILTER, paint_picture, write_picture
from gui.files.saved_file import SavedFile, proposed_name
from gui.look.labels import PlainLabel
from gui.look.theme import LIGHT, scaled_font
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.plots.curve_readout import CurveReadout
from gui.widgets.plots.run_legend import RunLegend
from gui.widgets.plots.run_plots import RunPlots

SHOW_PROGRESS_AFTER = 300
"""Milliseconds."""

EXPORT_TIP = "Save the plots as an image (PNG, SVG), or all their metrics as a table (CSV)."
EXPORT_FILTER = f"{PICTURE_FILTER};;CSV table of all metrics (*.csv)"


_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class PlotsExport(QObject):
    """Asks where to, writes, and tells how it went.

    Pictures are light, whatever the theme of the window: they go on slides and paper.

    Parameters
    ----------
    plots, readout, legend : RunPlots, CurveReadout and RunLegend
        What is saved.
    """

    failed = Signal(str)
    """What could not be saved and why, in one sentence."""

    saved = Signal(object)
    """What was saved: a `gui.files.saved_file.SavedFile`."""

    def __init__(
        self, plots: RunPlots, readout: CurveReadout, legend: RunLegend, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._plots = plots
        self._readout = readout
        self._legend = legend
        self._pictures = TaskSlot(Policy.IN_TURN, self, writes=True)
        self._pictures.succeeded.connect(self.saved)
        self._tables = TaskSlot(Policy.REFUSE, self)
        self._tables.progressed.connect(self._on_progressed)
        self._tables.succeeded.connect(self.saved)
        self._tables.ended.connect(self._on_ended)
        for work in (self._pictures, self._tables):
            work.failed.connect(self.failed)
        self._dialog: QProgressDialog | None = None
        self._path = Path()
        self.run_name = ""
        self.caption = ""
        """Settings of the run, in words."""

    def ask_and_save(self, metrics: Metrics) -> None:
        """Let the user choose a file and what it is to be, a picture of the plots or a table of these metrics."""
        name = proposed_name(f"{self.run_name} plots", ".png")
        path = ask_where_to_save(self._plots, "Export plots", "exports", name, EXPORT_FILTER)
        if path:
            self.save(path, metrics)

    def save(self, path: Path, metrics: Metrics) -> None:
        """Save a table where the name of the file ends in .csv, else a picture."""
        if path.suffix.lower() == ".csv":
            self.save_table(path, metrics)
        else:
            self.save_picture(path)

    def save_picture(self, path: Path) -> None:
        """Save the view of the plots with the run's name and settings, as PNG or SVG; the file's ending decides."""
        plots = self._plots
        size = QSize(plots.width() + 16, round(self._head()) + plots.height() + 8)
        shown = plots.theme
        plots.set_theme(LIGHT)
        picture = paint_picture(path, size, LIGHT.surface, self._draw)
        plots.set_theme(shown)

        def work(report: Report) -> SavedFile:
            write_picture(path, picture)
            return SavedFile("the plots", path)

        self._pictures.start(work)

    def _draw(self, painter: QPainter, rect: QRectF) -> None:
        plots, font, width = self._plots, self._plots.font(), self._plots.width()
        title = QRectF(12, 6, width, 1.4 * plots.fontMetrics().height())
        painter.setFont(scaled_font(font, 1.1, bold=True))
        painter.setPen(QColor(LIGHT.text))
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.run_name)
        caption = QRectF(12, title.bottom(), width, self._caption_height())
        painter.setFont(font)
        painter.setPen(QColor(LIGHT.muted))
        painter.drawText(caption, _WRAPPED, self.caption)
        readout = QRectF(12, caption.bottom() + 4, width, self._readout.heightForWidth(width))
        self._readout.draw(painter, readout, LIGHT)
        legend = QRectF(12, readout.bottom(), width, self._legend.height_for(width))
        self._legend.draw(painter, legend, LIGHT)
        painter.setFont(font)
        plots.render(painter, QRectF(8, self._head(), width, plots.height()), plots.rect())

    def _head(self) -> float:
        """Return the height of all that stands above the plots."""
        width = self._plots.width()
        title, readout = 1.4 * self._plots.fontMetrics().height(), self._readout.heightForWidth(width)
        return 6 + title + self._caption_height() + 4 + readout + self._legend.height_for(width) + 4

    def _caption_height(self) -> float:
        if not self.caption:
            return 0.0
        room = QRectF(0, 0, self._plots.width(), 1e4)
        return QFontMetricsF(self._plots.font()).boundingRect(room, int(_WRAPPED), self.caption).height()

    def save_table(self, path: Path, metrics: Metrics) -> None:
        """Save metrics as a CSV table, in the background; where it takes long, progress is shown."""
        if self._tables.busy:
            self.failed.emit(f"{self._path.name} is still being written; export again when it is done.")
            return
        epoch_at = self._plots.curves.epoch_scale.epoch

        def work(report: Report) -> SavedFile:
            write_metrics_csv(path, metrics, epoch_at, report)
            return SavedFile("the metrics", path)

        self._path = path
        self._dialog = dialog = QProgressDialog("", "Cancel", 0, 1000, self._plots)
        dialog.setLabel(PlainLabel(f"Writing {path.name}"))
        dialog.setMinimumDuration(SHOW_PROGRESS_AFTER)
        dialog.setValue(0)
        dialog.canceled.connect(self._tables.cancel)
        self._tables.start(work)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self._dialog is not None:
            self._dialog.setValue(round(1000 * fraction))

    @Slot()
    def _on_ended(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reset()
            dialog.deleteLater()
