"""One line above the plots: which color is which, and the metrics at the pointer or of the newest update."""

from dataclasses import replace

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.formatting import number, percent
from gui.look.theme import Theme, scaled_font
from gui.session.run_curves import PlottedMetrics
from gui.widgets.painted_widget import PaintedWidget

_WIDEST = PlottedMetrics(8_888_888, 888.88, 0.008888, 0.9999, 0.008888, 0.9999, 888_888)

_EXPLANATION = (
    "Loss and accuracy at the pointer, or of the newest update.\n"
    "train: means over the batches around it; the light band shows how far single batches lie from them, about two "
    "thirds inside.\n"
    "test: the last look at the test set. Where images are held out of the training set, validation: the last look at "
    "those; the test set is then looked at once, at the end."
)


class CurveReadout(PaintedWidget):
    """Legend and metrics in one; takes two or three lines of text where one is too short."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metrics: PlottedMetrics | None = None
        self._are_newest = False
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("metrics of the plots")
        self.setToolTip(_EXPLANATION)

    @property
    def metrics(self) -> PlottedMetrics | None:
        """What is shown now."""
        return self._metrics

    def show_metrics(self, metrics: PlottedMetrics | None, *, are_newest: bool = False) -> None:
        """Show the metrics of an update, which need not be named where it is the newest; None before there is a run."""
        if (metrics, are_newest) != (self._metrics, self._are_newest):
            self._metrics, self._are_newest = metrics, are_newest
            self.setAccessibleDescription(self.text())
            self.update()

    def text(self) -> str:
        """Return all that the line says, as plain text."""
        return "; ".join(
            f"{name} {text}".strip() for name, text, _ in _parts(self._metrics, self._theme, self._are_newest)
        )

    def sizeHint(self) -> QSize:
        """Ask for one line of text."""
        return QSize(200, self.heightForWidth(10_000))

    def minimumSizeHint(self) -> QSize:
        """Never ask for width; other lines are there for that."""
        return QSize(80, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        """Say that narrow means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of one line, or of more where the metrics need them."""
        return (1 + self._breaks(width).count(True)) * (self.fontMetrics().height() + 3)

    def _breaks(self, width: float) -> list[bool]:
        """Return which of the three parts begin another line: none, the second, or the second and the third."""
        about, train, test = self._widths()
        return [False, about + train + test > width, train + test > width]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        self._draw(QPainter(self), QRectF(self.rect()), self._theme, self._are_newest)

    def draw(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        """Draw the line into any picture, with the number of the update."""
        self._draw(painter, rect, theme, are_newest=False)

    def _draw(self, painter: QPainter, rect: QRectF, theme: Theme, are_newest: bool) -> None:
        widths, line = self._widths(), self.fontMetrics().height() + 3
        x, y = rect.left(), rect.top()
        parts = _parts(self._metrics, theme, are_newest)
        for (name, text, color), width, breaks in zip(parts, widths, self._breaks(rect.width()), strict=True):
            if breaks:
                x, y = rect.left(), y + line
            self._draw_part(painter, QRectF(x, y, width, line), name, text, color, theme)
            x += width

    def _draw_part(
        self, painter: QPainter, rect: QRectF, name: str, text: str, color: str | None, theme: Theme
    ) -> None:
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if color:
            painter.setPen(QPen(QColor(color), 2))
            middle = round(rect.center().y())
            painter.drawLine(QLineF(rect.left(), middle, rect.left() + 16, middle))
            if name != "train":
                painter.fillRect(QRectF(rect.left() + 5, middle - 3, 6, 6), QColor(color))
            rect = rect.adjusted(22, 0, 0, 0)
            painter.setFont(scaled_font(self.font(), 1, bold=True))
            painter.setPen(QColor(color))
            painter.drawText(rect, flags, name)
            rect = rect.adjusted(self._bold_width(name + " "), 0, 0, 0)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if color else theme.muted))
        painter.drawText(rect, flags, text)

    def _widths(self) -> list[float]:
        """Return the room of each part: that of its widest metrics, so that nothing moves while numbers change."""
        widths = []
        judged_by = "test" if self._metrics is None else self._metrics.judged_by
        for name, text, color in _parts(replace(_WIDEST, judged_by=judged_by), self._theme, False):
            mark = 22 + self._bold_width(name + " ") if color else 0
            widths.append(mark + self.fontMetrics().horizontalAdvance(text) + 16)
        return widths

    def _bold_width(self, text: str) -> float:
        return QFontMetricsF(scaled_font(self.font(), 1, bold=True)).horizontalAdvance(text)


def _parts(metrics: PlottedMetrics | None, theme: Theme, are_newest: bool) -> list[tuple[str, str, str | None]]:
    """Return name, text and color of the three parts of the line."""
    if metrics is None:
        return [("", "no run yet", None), ("train", "", theme.train), ("test", "", theme.test)]
    return [
        ("", "newest values" if are_newest else f"update {metrics.update:,} · epoch {metrics.epoch:,.2f}", None),
        ("train", _pair(metrics.train_loss, metrics.train_accuracy), theme.train),
        (metrics.judged_by, _pair(metrics.test_loss, metrics.test_accuracy) + _when_tested(metrics), theme.test),
    ]


def _when_tested(metrics: PlottedMetrics) -> str:
    """Say of which update the test metrics are, where they are older than the others."""
    return "" if metrics.test_update in (None, metrics.update) else f" at {metrics.test_update:,}"


def _pair(loss: float | None, accuracy: float | None) -> str:
    if loss is None or accuracy is None:
        return "–"
    return f"{number(loss)} · {percent(accuracy)}"
