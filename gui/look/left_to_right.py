"""What runs from left to right in every window: numbers, axes, and the English words on buttons and labels."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle

_ALIGNMENT = (Qt.AlignmentFlag.AlignHorizontal_Mask | Qt.AlignmentFlag.AlignVertical_Mask).value


class LeftToRight:
    """Mixed into a widget that paints itself."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def initPainter(self, painter: QPainter) -> None:
        """Let text begin at the left: a painter begins as the application does, not as its widget."""
        super().initPainter(painter)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


class EnglishTexts(QProxyStyle):
    """The style of an application that runs from right to left, as long as its texts are English.

    Places are mirrored; "Branch…" ends with its dots nevertheless, and a sentence with its full stop.
    """

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawItemText(
        self,
        painter: QPainter,
        rectangle: QRect,
        flags: int,
        colors: QPalette,
        enabled: bool,
        text: str,
        role: QPalette.ColorRole = QPalette.ColorRole.NoRole,
    ) -> None:
        """Draw where the mirrored place is, what reads from left to right."""
        # Which side is meant is settled before the direction of the text would settle it otherwise.
        place = QStyle.visualAlignment(QApplication.layoutDirection(), Qt.AlignmentFlag(flags & _ALIGNMENT))
        others = flags & ~(_ALIGNMENT | Qt.TextFlag.TextForceRightToLeft.value)
        flags = others | place.value | Qt.TextFlag.TextForceLeftToRight.value
        super().drawItemText(painter, rectangle, flags, colors, enabled, text, role)
