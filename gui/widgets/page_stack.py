"""Pages with tabs for a narrow column, where changing the page must not move anything else."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QTabWidget, QWidget

from gui.look.follow_font import follow_font
from gui.look.theme import text_scale
from gui.widgets.scroller import Scroller
from gui.widgets.text_room import least_height

_PADDING = 8
"""On both sides of a title beside text of the usual size, in logical pixels."""

_LINES = 15.5
"""Of text of the usual size: pages that need more are scrolled where there is no more room. Of larger text a little
less, which leaves the drawing box its size."""


class _TextScroller(Scroller):
    """Scrolls a page whose text takes more lines where it is narrow."""

    def page_height(self, width: int) -> int:
        """Return the least height of the page at a width."""
        return least_height(self._page, width)


class PageStack(QTabWidget):
    """Tabs whose height is what the layout gives them, whichever page is in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[QWidget] = []
        self._room = 0
        self.setDocumentMode(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setAccessibleName("Pages on the drawing")
        self.tabBar().setAccessibleName("Pages on the drawing")
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        # Narrower than elsewhere, and likewise the narrower the larger the titles are.
        self.tabBar().setStyleSheet(f"QTabBar::tab {{ padding: 6px {round(_PADDING / text_scale(self.font()))}px; }}")

    def add_page(self, page: QWidget, title: str, tip: str) -> None:
        """Put a page behind the others."""
        self._pages.append(page)
        self.setTabToolTip(self.addTab(_TextScroller(page), title), tip)
        self.keep_room()

    @property
    def page(self) -> QWidget:
        """The page in view."""
        return self._pages[self.currentIndex()]

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.setCurrentIndex(self._pages.index(page))

    def keep_room(self) -> None:
        """Keep room for the highest of all pages, in this width and with text of this size, as far as that is usual."""
        self._room = max(map(self._height_of, self._pages))
        self._ask_for_room()

    def _height_of(self, page: QWidget) -> int:
        """Return the least height of a page in this width; its scroller gave it less where there is a scroll bar."""
        size = page.size()
        page.resize(self.width(), page.height())
        height = least_height(page)
        page.resize(size)
        return height

    def _ask_for_room(self) -> None:
        """Ask for the room that is kept, or for more where the page in view has got more to say than was foreseen."""
        around = self.minimumSizeHint().height() - max(
            self.widget(i).minimumSizeHint().height() for i in range(self.count())
        )
        lines = _LINES / text_scale(self.font()) ** 0.3
        wanted = max(self._room, least_height(self.page))
        self.setMinimumHeight(around + min(wanted, round(lines * self.fontMetrics().lineSpacing())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep other room where text wraps otherwise."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.keep_room()

    def event(self, event: QEvent) -> bool:
        """Notice when the page in view asks for another height."""
        if event.type() == QEvent.Type.LayoutRequest and self.count():
            self._ask_for_room()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the widest page beside a scroll bar, and of all titles where text has its usual size.

        Larger titles would take room from the other columns; they are gone through by arrows.
        """
        hint, bar = super().minimumSizeHint(), self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        widest = max((page.minimumSizeHint().width() for page in self._pages), default=0) + bar
        if text_scale(self.font()) == 1:
            # Measured here: the tabs themselves hear of another font later.
            texts = [self.fontMetrics().horizontalAdvance(self.tabText(place)) for place in range(self.count())]
            widest = max(widest, sum(texts) + (2 * _PADDING + 2) * len(texts) + 2)
        return QSize(max(hint.width(), widest), hint.height())

    def hasHeightForWidth(self) -> bool:
        """Say no: text that wraps on one page would otherwise change the height of all."""
        return False
