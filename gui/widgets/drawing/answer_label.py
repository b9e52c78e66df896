"""The network's answer, large: one digit where it is sure, two where it is not, nothing where nothing was drawn."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.dataset import DIGITS
from core.explanation.answer import Answer
from gui.look.formatting import probability
from gui.look.theme import scaled_font
from gui.look.tooltip import paragraphs
from gui.widgets.painted_widget import PaintedWidget

_LARGEST = 4.5
_UNLIKE, _UNLIKE_ALL = "unlike any digit", "unlike all classes"
_WHY_IT_ANSWERS = (
    "This drawing is unlike any image that the network learned from. It answers all the same: softmax shares 100 % out "
    "among the ten classes, and none of them means “something else”."
)


class AnswerLabel(PaintedWidget):
    """Three lines that never change their place: what this is, the digit, how probable it is."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._above, self._names, self._below = "", ("",), ""
        self._doubts = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Answer")
        self.show_answer(None)

    @property
    def text(self) -> str:
        """What is shown, as one sentence for those who hear it."""
        return " ".join(line for line in (self._above, *self._names, self._below) if line)

    def show_answer(
        self, answer: Answer | None, digits: int = 1, names: tuple[str, ...] = DIGITS, *, unlike: bool = False
    ) -> None:
        """Show an answer, or make no claim for None.

        Parameters
        ----------
        answer : Answer or None
            What the network says.
        digits : int
            How many digits the drawing seems to show. Where they are more than one, that is said instead of how sure
            the network is: it cannot say so itself.
        names : tuple of str
            What the ten classes are called.
        unlike : bool
            Whether the drawing is unlike all that the network learned from, which it cannot say either.
        """
        if answer is None:
            above, told, below = "", ("",), ""
        elif answer.is_sure:
            above, told, below = "answer", (names[answer.digit],), probability(answer.probability)
        else:
            above, told, below = "not sure:", (f"{names[answer.digit]} or", names[answer.rival]), _two_shares(answer)
        doubt, why = "", ""
        if answer is not None and digits > 1:
            doubt, why = f"{digits} digits?", "The network reads the whole canvas as one digit. Draw one at a time."
        elif answer is not None and unlike:
            doubt, why = _UNLIKE if names == DIGITS else _UNLIKE_ALL, _WHY_IT_ANSWERS
        self._doubts = bool(doubt)
        self._above, self._names, self._below = doubt or above, told, below
        # Names may be too long to be read here.
        self.setToolTip(paragraphs(why, "" if names == DIGITS else " ".join(told)))
        self.setAccessibleDescription(self.text or "Nothing drawn yet.")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for one large digit between two lines."""
        line = self.fontMetrics().height()
        return QSize(self._text_width(), round(2 * line + _LARGEST * line))

    def minimumSizeHint(self) -> QSize:
        """Keep the digit at twice the size of text."""
        line = self.fontMetrics().height()
        return QSize(self._text_width(), 4 * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the three lines."""
        painter = QPainter(self)
        line = self.fontMetrics().height()
        painter.setPen(QColor(self._theme.warning if self._doubts else self._theme.muted))
        painter.drawText(QRectF(0, 0, self.width(), line), Qt.AlignmentFlag.AlignCenter, self._above)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(0, self.height() - line, self.width(), line), Qt.AlignmentFlag.AlignCenter, self._below)
        room = QRectF(0, line, self.width(), self.height() - 2 * line)
        font, lines = self._fitted(room.width() - 4, room.height() / line)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))

    def _fitted(self, width: float, height: float) -> tuple[QFont, list[str]]:
        """Return the answer as it fits, and its font: never smaller than text.

        Two names that are too long for a line get one each, and what is too long even so ends in "…".

        Parameters
        ----------
        width, height : float
            The room: in pixels, and in lines of text.
        """
        for lines in ([" ".join(self._names)], list(self._names)):
            largest = min(_LARGEST, height / len(lines))
            metrics = QFontMetricsF(scaled_font(self.font(), largest, bold=True))
            scale = largest * min(1.0, width / max(1.0, *map(metrics.horizontalAdvance, lines)))
            if scale >= 1:
                # Widths do not grow in exact proportion to the font: what is a fraction of a pixel too wide is whole.
                return scaled_font(self.font(), scale, bold=True), lines
        font = scaled_font(self.font(), 1.0, bold=True)
        return font, [QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]

    def _text_width(self) -> int:
        return max(map(self.fontMetrics().horizontalAdvance, ("58.8 %, 38.8 %", _UNLIKE)))


def _two_shares(answer: Answer) -> str:
    return f"{probability(answer.probability, 0)}, {probability(answer.rival_probability, 0)}"
