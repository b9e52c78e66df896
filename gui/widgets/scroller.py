"""Lets a page scroll where the window is too low for it, or too narrow; where it is not, nothing shows of that."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.look.theme import text_scale

_LEAST = 80
"""Height that a page may be left with, in logical pixels."""

_BESIDE = 4
"""Above or below what is scrolled to, in logical pixels."""


def reveal(widget: QWidget) -> None:
    """Scroll whatever holds a widget until it is in view; what was shown or hidden just now finds its place before."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, _BESIDE)
        around = around.parentWidget()


class Scroller(QScrollArea):
    """Holds a page, which is never narrower nor lower than it asks to be at least.

    Parameters
    ----------
    page : QWidget
        Its `minimumSizeHint` decides when scrolling begins.
    width : int
        What to ask for at least beside text of the usual size, in logical pixels. Less is asked for the larger text is:
        whatever lies beside needs the room then.
    """

    def __init__(self, page: QWidget, width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._usual_width = width
        self._asked = QSize()
        self.setWidget(page)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Ask for what the page asks for."""
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the page, beside the scroll bar where there is one, and for little height."""
        least = self._page.minimumSizeHint()
        bar = self._bar() if least.height() > self.height() else 0
        usual = round(self._usual_width / text_scale(self.font()) ** 2)
        return QSize(max(least.width() + bar, usual), min(least.height(), _LEAST))

    def page_height(self, width: int) -> int:
        """Return the least height of the page at a width."""
        return self._page.minimumSizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the page asks for another size."""
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        least, room = self._page.minimumSizeHint(), self.maximumViewportSize()
        width = max(room.width(), least.width())
        if self.page_height(width) > room.height():
            width = max(room.width() - self._bar(), least.width())
        self._page.resize(width, max(room.height(), self.page_height(width)))
        if self.minimumSizeHint() != self._asked:
            self._asked = self.minimumSizeHint()
            self.updateGeometry()

    def _bar(self) -> int:
        return self.verticalScrollBar().sizeHint().width()
