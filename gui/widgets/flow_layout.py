"""Widgets side by side that go on in another line where the width does not hold them all."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Lays out from left to right, and in as many lines as it takes.

    Parameters
    ----------
    across, down : int
        Between two widgets of a line, and between two lines, in logical pixels.
    """

    def __init__(self, across: int, down: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._across, self._down = across, down
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item, as Qt asks for it."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, None where there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Let go of an item."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Ask for no more than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that narrow means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._height(self._lines(width))

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        hints = [item.sizeHint() for item in self._shown]
        width = sum(hint.width() for hint in hints) + self._across * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Ask for the widest widget."""
        least = QSize(0, 0)
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def setGeometry(self, rect: QRect) -> None:
        """Move the widgets to their places, in the middle of the height."""
        super().setGeometry(rect)
        lines = self._lines(rect.width())
        y = rect.top() + (rect.height() - self._height(lines)) // 2
        for line in lines:
            x, height = rect.left(), max(item.sizeHint().height() for item in line)
            for item in line:
                width = min(item.sizeHint().width(), rect.width())
                item.setGeometry(QRect(x, y, width, height))
                x += width + self._across
            y += height + self._down

    @property
    def _shown(self) -> list[QLayoutItem]:
        """The items that are not hidden."""
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Divide the widgets into lines that are no wider than this."""
        lines: list[list[QLayoutItem]] = []
        free = 0
        for item in self._shown:
            wanted = item.sizeHint().width()
            if not lines or wanted > free:
                lines.append([])
                free = width
            lines[-1].append(item)
            free -= wanted + self._across
        return lines

    def _height(self, lines: list[list[QLayoutItem]]) -> int:
        heights = [max(item.sizeHint().height() for item in line) for line in lines]
        return sum(heights) + self._down * max(len(lines) - 1, 0)
