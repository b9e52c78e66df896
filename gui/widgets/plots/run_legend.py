"""One line above the plots: what the band and the lines are, and which color is which past run.

It is always there and always one line high, so that the plots stay where they are when runs come and go. Names that do
not fit are counted, and named in the tooltip.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme, mix
from gui.widgets.painted_widget import PaintedWidget

_MARK = 18.0
_APART = 14.0
_KINDS = {False: "solid", True: "other"}
_SIGNS = {False: "━", True: "╸·"}
_STYLES = {"solid": Qt.PenStyle.SolidLine, "dashed": Qt.PenStyle.DashLine, "other": Qt.PenStyle.DotLine}


@dataclass(frozen=True)
class LegendEntry:
    """A past run: its name, its color by number, whether it was trained on other data, which set its curve is of."""

    name: str
    color_index: int
    is_on_other_data: bool = False
    judged_by: str = "test"
    is_beyond: bool = False
    """Whether its loss ends beyond the axis."""

    @property
    def title(self) -> str:
        """What is written."""
        return f"{self.name} ↑" if self.is_beyond else self.name


@dataclass(frozen=True)
class _Part:
    text: str
    kind: str
    color_index: int = -1


class RunLegend(PaintedWidget):
    """The key of the plots below the metrics of the present run."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("key of the plots")
        self._describe()

    def show_runs(self, entries: Sequence[LegendEntry], note: str = "") -> None:
        """Name these past runs, and end with a note on how they are drawn."""
        self._entries, self._note = tuple(entries), note
        self._redraw()

    def _redraw(self) -> None:
        self._describe()
        self.update()

    def text(self) -> str:
        """Return all that the line says, as plain text."""
        return "; ".join(part.text for part in self._parts())

    def sizeHint(self) -> QSize:
        """Ask for one line of text."""
        return QSize(200, self.fontMetrics().height() + 3)

    def minimumSizeHint(self) -> QSize:
        """Never ask for width."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one line."""
        self.draw(QPainter(self), QRectF(self.rect()), self._theme, is_one_line=True)

    def height_for(self, width: float) -> float:
        """Return how high all of it is at a width, in as many lines as it takes."""
        return self.draw(None, QRectF(0, 0, width, 1e6), self._theme)

    def draw(self, painter: QPainter | None, rect: QRectF, theme: Theme, *, is_one_line: bool = False) -> float:
        """Draw the key into any picture, or where there is no painter only measure it; return its height."""
        metrics = QFontMetricsF(self.font())
        line, x, y = metrics.height() + 3, rect.left(), rect.top()
        parts = self._parts()
        for place, part in enumerate(parts):
            runs_after = sum(later.color_index >= 0 for later in parts[place + 1 :])
            more = metrics.horizontalAdvance(f"+{runs_after} more") + _APART if is_one_line and runs_after else 0.0
            width = (_MARK + 5 if part.kind != "note" else 0.0) + metrics.horizontalAdvance(part.text)
            if x + width + more > rect.right() and x > rect.left():
                if is_one_line:
                    left_out = runs_after + (part.color_index >= 0)
                    if painter is not None and left_out:
                        painter.setPen(QColor(theme.muted))
                        painter.drawText(QRectF(x, y, rect.right() - x, line), _LEFT, f"+{left_out} more")
                    break
                x, y = rect.left(), y + line
            if is_one_line and x + width + more > rect.right():
                # The first has to do with the room there is.
                room = rect.right() - x - more
                text = metrics.elidedText(part.text, Qt.TextElideMode.ElideRight, room - (_MARK + 5))
                part, width = replace(part, text=text), room
            if painter is not None:
                self._draw_part(painter, QRectF(x, y, width, line), part, theme)
            x += width + _APART
        return y + line - rect.top()

    def _draw_part(self, painter: QPainter, room: QRectF, part: _Part, theme: Theme) -> None:
        middle = round(room.center().y())
        mark = QLineF(room.left(), middle, room.left() + _MARK, middle)
        if part.kind == "band":
            painter.fillRect(QRectF(room.left(), middle - 4, _MARK, 9), mix(theme.surface, theme.train, 0.2))
        elif part.kind != "note":
            color = QColor(theme.muted if part.color_index < 0 else theme.runs[part.color_index])
            painter.setPen(QPen(color, 3 if part.color_index >= 0 else 1, _STYLES[part.kind]))
            painter.drawLine(mark)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if part.color_index >= 0 else theme.muted))
        painter.drawText(room.adjusted(_MARK + 5 if part.kind != "note" else 0, 0, 2, 0), _LEFT, part.text)

    def _parts(self) -> list[_Part]:
        if not self._entries:
            return [_Part("how far single batches lie from their mean", "band")]
        names = [_Part(entry.title, _KINDS[entry.is_on_other_data], entry.color_index) for entry in self._entries]
        key = [_Part(self._judged_by(), "solid"), _Part("train", "dashed")]
        key += [_Part("other data", "other")] if any(entry.is_on_other_data for entry in self._entries) else []
        return [*names, *([_Part(self._note, "note")] if self._note else []), *key]

    def _judged_by(self) -> str:
        return " or ".join(dict.fromkeys(entry.judged_by for entry in self._entries)) or "test"

    def _describe(self) -> None:
        rows = [
            f'<span style="color:{self._theme.runs[entry.color_index]}"><b>{_SIGNS[entry.is_on_other_data]}</b></span> '
            f"{escape(entry.title)}"
            for entry in self._entries
        ]
        rows += [escape(self._note)] if self._note else []
        if any(entry.is_beyond for entry in self._entries):
            rows.append("↑ Its loss ends beyond the axis: fit to all, or press log.")
        judged_by = self._judged_by()
        rows.append(
            f"Past runs: {judged_by} unbroken, train dashed. On other data: {judged_by} dash and dot, train dotted."
        )
        self.setToolTip(f"<p>{'<br>'.join(rows)}</p>" if self._entries else "")
        self.setAccessibleDescription(self.text())


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
