"""Saving what the plots show: as a picture for slides, or as figures for a spreadsheet."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from core.errors import UserError
from core.files.metrics_csv import write_metrics_csv
from core.metrics import Metrics
from gui.files.picture_export import PICTURE_FILTER, save_picture
from gui.look.theme import LIGHT, Theme, scaled_font
from gui.session.background_task import BackgroundTask
from gui.widgets.plots.curve_readout import CurveReadout
from gui.widgets.plots.run_plots import RunPlots

SHOW_PROGRESS_AFTER = 300
"""Milliseconds."""


class PlotsExport(QObject):
    """Asks where to, writes, and tells how it went.

    Parameters
    ----------
    plots, readout : RunPlots and CurveReadout
        What is saved.
    """

    failed = Signal(str)
    """What could not be saved and why, in one sentence."""

    saved = Signal(str)
    """What was saved, in one sentence."""

    def __init__(self, plots: RunPlots, readout: CurveReadout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plots = plots
        self._readout = readout
        self._theme = LIGHT
        self._task: BackgroundTask | None = None
        self._dialog: QProgressDialog | None = None
        self._file_name = ""
        self.run_name = ""
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether figures are being written."""
        return self._task is not None

    def set_theme(self, theme: Theme) -> None:
        """Use these colors in pictures."""
        self._theme = theme

    def ask_and_save_picture(self) -> None:
        """Let the user choose a file and save the picture there."""
        name = f"{self.run_name or 'training'}.png"
        path, _ = QFileDialog.getSaveFileName(self._plots, "Save picture of the plots", name, PICTURE_FILTER)
        if path:
            self.save_picture(Path(path))

    def ask_and_save_figures(self, metrics: Metrics) -> None:
        """Let the user choose a file and save the figures there."""
        name = f"{self.run_name or 'training'}.csv"
        path, _ = QFileDialog.getSaveFileName(self._plots, "Save figures of the run", name, "CSV table (*.csv)")
        if path:
            self.save_figures(Path(path), metrics)

    def save_picture(self, path: Path) -> None:
        """Save the plots as they are seen, with name and readout, as PNG or SVG; the file's ending decides."""
        head = self._readout.heightForWidth(self._plots.width()) + 2 * self._plots.fontMetrics().height()
        size = QSize(self._plots.width() + 16, self._plots.height() + head + 8)
        try:
            save_picture(path, size, self._theme.surface, self._draw)
        except UserError as error:
            self.failed.emit(str(error))
        else:
            self.saved.emit(f"Saved {path.name}.")

    def _draw(self, painter: QPainter, rect: QRectF) -> None:
        plots, font = self._plots, self._plots.font()
        title = QRectF(12, 6, rect.width() - 24, 1.4 * plots.fontMetrics().height())
        painter.setFont(scaled_font(font, 1.1, bold=True))
        painter.setPen(self._theme.text)
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.run_name)
        readout = QRectF(12, title.bottom() + 2, plots.width(), self._readout.heightForWidth(plots.width()))
        self._readout.draw(painter, readout, self._theme)
        painter.setFont(font)
        plots.render(painter, QRectF(8, readout.bottom() + 4, plots.width(), plots.height()), plots.rect())

    def save_figures(self, path: Path, metrics: Metrics) -> None:
        """Save figures as a CSV table, in the background; where it takes long, progress is shown."""
        if self._task is not None:
            return
        epoch_at = self._plots.curves.epoch_scale.epoch
        task = BackgroundTask(lambda report: write_metrics_csv(path, metrics, epoch_at, report), self)
        dialog = QProgressDialog(f"Writing {path.name}", "Cancel", 0, 1000, self._plots)
        dialog.setMinimumDuration(SHOW_PROGRESS_AFTER)
        dialog.setValue(0)
        self._task, self._dialog, self._file_name = task, dialog, path.name
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_succeeded)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_ended)
        dialog.canceled.connect(task.cancel)
        task.start()

    @Slot()
    def close(self) -> None:
        """Give up what is being written; the old file stays."""
        if self._task is not None:
            self._task.cancel()
            self._task.wait()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self._dialog is not None:
            self._dialog.setValue(round(1000 * fraction))

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        self._on_ended()
        self.saved.emit(f"Saved {self._file_name}.")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._on_ended()
        self.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        dialog, self._dialog, self._task = self._dialog, None, None
        if dialog is not None:
            dialog.reset()
            dialog.deleteLater()
