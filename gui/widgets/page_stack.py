"""Pages with tabs for a narrow column, where changing the page must not move anything else."""

from PySide6.QtWidgets import QSizePolicy, QTabWidget, QWidget


class PageStack(QTabWidget):
    """Tabs whose height is what the layout gives them, whichever page is in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.tabBar().setAccessibleName("Pages")
        self.tabBar().setStyleSheet("QTabBar::tab { padding: 6px 9px; }")

    def add_page(self, page: QWidget, title: str, tip: str) -> None:
        """Put a page behind the others, and keep room for the highest of all."""
        self.setTabToolTip(self.addTab(page, title), tip)
        self.setMinimumHeight(self.minimumSizeHint().height())

    def hasHeightForWidth(self) -> bool:
        """Say no: text that wraps on one page would otherwise change the height of all."""
        return False
