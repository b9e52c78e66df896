"""Items of a list or a table whose text gives way in steps: a shorter one stands for a text that does not fit."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

Shorter = Callable[[str], Iterable[str]]
"""Returns what may stand for a text, the longest first; the last ends in "…" where it does not fit either."""


class GivingWay(QStyledItemDelegate):
    """Draws items as usual, but with the longest of their texts that fits.

    Parameters
    ----------
    shorter : Callable
        What may stand for a text that does not fit.
    parent : QObject
        The view.
    """

    def __init__(self, shorter: Shorter, parent: QObject) -> None:
        super().__init__(parent)
        self._shorter = shorter

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Choose the text."""
        super().initStyleOption(option, index)
        style = option.widget.style()
        text_rect = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, option.widget)
        # As Qt's own drawing leaves it free on both sides of the text.
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, option, option.widget) + 1
        room = text_rect.width() - 2 * margin
        for text in (option.text, *self._shorter(option.text)):
            option.text = text
            if option.fontMetrics.horizontalAdvance(text) <= room:
                break
