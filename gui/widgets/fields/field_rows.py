"""Labels with their fields: side by side, or each label above its field where a column is narrow."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

BETWEEN = 4
"""Between a label and the field beside it, in logical pixels."""


class FieldRows(QGridLayout):
    """One label and its field a row.

    Parameters
    ----------
    rows : sequence of (QWidget, QWidget)
        Label and field.
    """

    def __init__(self, rows: Sequence[tuple[QWidget, QWidget]]) -> None:
        super().__init__()
        self._rows = rows
        self._is_wide: bool | None = None
        self.setHorizontalSpacing(BETWEEN)
        self.setVerticalSpacing(3)
        self.setColumnStretch(1, 1)
        self.arrange(0, is_wide=True)

    def arrange(self, label_width: int, *, is_wide: bool) -> None:
        """Lay out side by side, with so many pixels for the labels, or one below the other."""
        self.setColumnMinimumWidth(0, label_width if is_wide else 0)
        if is_wide is self._is_wide:
            return
        self._is_wide = is_wide
        for row, (label, field) in enumerate(self._rows):
            self.removeWidget(label)
            self.removeWidget(field)
            if is_wide:
                self.addWidget(label, row, 0)
                self.addWidget(field, row, 1)
            else:
                self.addWidget(label, 2 * row, 0, 1, 2)
                self.addWidget(field, 2 * row + 1, 0, 1, 2)
