"""A small table beside the pointer: the values of all curves there, where there are more than one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gui.look.formatting import number, percent
from gui.look.labels import RichLabel
from gui.look.theme import Themed, set_role
from gui.session.run_curves import Measure, PlottedMetrics

_AWAY = 14
"""Pixels from the pointer, so that it hides nothing of what is pointed at."""

_LONGEST_NAME = 32
"""Characters; of a longer name, the end is left out."""


@dataclass(frozen=True)
class HoverRow:
    """One run at the pointer.

    Attributes
    ----------
    name, color, sign : str
        What the run is called, "#rrggbb" of its curves, and a piece of them; "" for the present one, which has two.
    metrics : PlottedMetrics
        What is known of it there.
    """

    name: str
    color: str
    sign: str
    metrics: PlottedMetrics


class HoverTable(Themed, RichLabel):
    """Stays inside of its parent and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMargin(2)
        set_role(self, "card")
        self.hide()

    def show_rows(self, measure: Measure, rows: Sequence[HoverRow], pointer: QPoint) -> None:
        """Show a measure of these runs beside the pointer, which is given in the coordinates of the screen."""
        theme = self._theme
        judged_by = " / ".join(dict.fromkeys(row.metrics.judged_by for row in rows))
        head = _table_row((theme.muted, theme.train, theme.test), (measure, "train", judged_by))
        lines = [head, *(self._line(measure, row) for row in rows)]
        self.setText(f'<table cellspacing="0" cellpadding="1">{"".join(lines)}</table>')
        self.adjustSize()
        room, at = self.parentWidget().size(), self.parentWidget().mapFromGlobal(pointer)
        x, y = at.x() + _AWAY, at.y() + _AWAY
        if x + self.width() > room.width():
            x = at.x() - _AWAY - self.width()
        self.move(max(0, min(x, room.width() - self.width())), max(0, min(y, room.height() - self.height())))
        self.show()
        self.raise_()

    def _line(self, measure: Measure, row: HoverRow) -> str:
        metrics, theme = row.metrics, self._theme
        if measure == "loss":
            values = ["–" if loss is None else number(loss) for loss in (metrics.train_loss, metrics.test_loss)]
        else:
            shares = (metrics.train_accuracy, metrics.test_accuracy)
            values = ["–" if share is None else percent(share) for share in shares]
        name = row.name if len(row.name) <= _LONGEST_NAME else row.name[: _LONGEST_NAME - 1] + "…"
        if not row.color:
            return _table_row((theme.text, theme.train, theme.test), (f"<b>{escape(name)}</b>", *values))
        # Not all colors that can be told apart as lines can be read as text.
        named = f'<b><span style="color:{row.color}">{row.sign}</span> {escape(name)}</b>'
        return _table_row((theme.text,) * 3, (named, *values))


def _table_row(colors: Sequence[str], texts: Sequence[str]) -> str:
    cells = zip(colors, texts, strict=True)
    return (
        "<tr>" + "".join(f'<td style="color:{color}; padding-right:8px">{text}</td>' for color, text in cells) + "</tr>"
    )
