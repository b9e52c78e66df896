"""A stage in words: its title, its formula with the numbers in it, and one plain sentence."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.explanation.stage import StageText
from gui.look.follow_font import follow_font, keep_font
from gui.look.labels import PlainLabel
from gui.look.theme import scaled_font, set_role
from gui.widgets.text_room import wrapped_height

_WIDE = 50
"""From this many lines of text in width on, words are larger, to be read from afar."""


class StageWords(QWidget):
    """Room for the longest words of all stages, so that nothing moves from stage to stage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: Sequence[StageText] = ()
        self.formula, self.sentence = PlainLabel(), PlainLabel()
        for label in (self.formula, self.sentence):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setCursor(Qt.CursorShape.WhatsThisCursor)
        set_role(self.sentence, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.formula)
        layout.addWidget(self.sentence, 1)
        keep_font(self.formula, self._font_of_formula)
        keep_font(self.sentence, self._font_of_sentence)
        for label in (self.formula, self.sentence):
            follow_font(label, self._reserve)

    def reserve_for(self, texts: Sequence[StageText]) -> None:
        """Keep enough height for each of these."""
        self._texts = texts
        self._reserve()

    def show_text(self, text: StageText) -> None:
        """Show a stage's words; when the formula is pointed at, what its symbols mean."""
        self.formula.setText(text.formula)
        self.formula.setToolTip(f"{text.formula}\n\n{text.legend}")
        self.formula.setAccessibleDescription(text.legend)
        self.sentence.setText(text.sentence)
        if self._texts and self._height_of(text) > self.minimumHeight():
            self.reserve_for([*self._texts, text])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit fonts and height to the width."""
        super().resizeEvent(event)
        self.formula.setFont(self._font_of_formula(self.font()))
        self.sentence.setFont(self._font_of_sentence(self.font()))
        self._reserve()

    def _font_of_formula(self, usual: QFont) -> QFont:
        return scaled_font(usual, 1.2 if self._is_wide(usual) else 1.0)

    def _font_of_sentence(self, usual: QFont) -> QFont:
        return scaled_font(usual, 1.1 if self._is_wide(usual) else 1.0)

    def _is_wide(self, usual: QFont) -> bool:
        return self.width() > _WIDE * QFontMetrics(usual).height()

    def _reserve(self) -> None:
        if self._texts:
            self.setFixedHeight(max(map(self._height_of, self._texts)))

    def _height_of(self, text: StageText) -> int:
        return 4 + self._height(self.formula, text.formula) + self._height(self.sentence, text.sentence)

    def _height(self, label: QLabel, text: str) -> int:
        return wrapped_height(label, text, max(self.width(), 200))
