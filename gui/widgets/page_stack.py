"""Pages with tabs for a narrow column, where changing the page must not move anything else."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTabWidget, QWidget

from gui.look.follow_font import follow_font
from gui.look.theme import text_scale
from gui.widgets.text_room import least_height


class PageStack(QTabWidget):
    """Tabs whose height is what the layout gives them, whichever page is in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.tabBar().setAccessibleName("Pages")
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        # Narrower than elsewhere, and likewise the narrower the larger the titles are.
        self.tabBar().setStyleSheet(f"QTabBar::tab {{ padding: 6px {round(9 / text_scale(self.font()))}px; }}")

    def add_page(self, page: QWidget, title: str, tip: str) -> None:
        """Put a page behind the others."""
        self.setTabToolTip(self.addTab(page, title), tip)
        self.keep_room()

    def keep_room(self) -> None:
        """Keep room for the highest of all pages, in this width and with text of this size."""
        pages = [self.widget(place) for place in range(self.count())]
        for page in pages:
            page.resize(self.width(), page.height())
        around = self.minimumSizeHint().height() - max(page.minimumSizeHint().height() for page in pages)
        self.setMinimumHeight(around + max(map(least_height, pages)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep other room where text wraps otherwise."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.keep_room()

    def event(self, event: QEvent) -> bool:
        """Make room where the page in view has got more to say than there was room kept for."""
        if event.type() == QEvent.Type.LayoutRequest and self.currentWidget() is not None:
            missing = least_height(self.currentWidget()) - self.currentWidget().height()
            if missing > 0:
                self.setMinimumHeight(self.height() + missing)
        return super().event(event)

    def hasHeightForWidth(self) -> bool:
        """Say no: text that wraps on one page would otherwise change the height of all."""
        return False
