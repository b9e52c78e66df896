"""How much height wrapped text takes, and so a page that holds some."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget


def wrapped_height(widget: QWidget, text: str, width: int) -> int:
    """Return the height of a text in a widget's font, wrapped at a width."""
    return widget.fontMetrics().boundingRect(0, 0, width, 10_000, Qt.TextFlag.TextWordWrap, text).height()


def least_height(page: QWidget, width: int | None = None) -> int:
    """Return the height that a page needs at a width, by default its present one.

    Its `minimumSizeHint` alone knows nothing of what takes more lines where it is narrow.
    """
    layout, least = page.layout(), page.minimumSizeHint().height()
    # Layouts of stacked pages know no least height for a width; such a page works it out in its `minimumSizeHint`.
    if layout is None or isinstance(layout, QStackedLayout) or not layout.hasHeightForWidth():
        return least
    return max(least, layout.totalMinimumHeightForWidth(page.width() if width is None else width))
