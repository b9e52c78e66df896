"""What to do first: a card in the place of plots that have nothing to show yet."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.look.labels import PlainLabel
from gui.look.theme import set_role

_STEPS = (
    ("Train", "Watch the network learn to read digits, slowly at first."),
    ("Draw a digit", "Write one into the box at the right: it is read at once."),
    ("First lesson", "Let a lesson lead you through the first experiment."),
)
_MARGIN = 12
_WIDEST = 560


class StartCard(QFrame):
    """Three buttons in the order in which they are of use; stays in the middle of a widget.

    Parameters
    ----------
    ground : QWidget
        Lies over this one.
    """

    chosen = Signal(int)
    """Which step the user wants to take: 0 train, 1 draw, 2 the first lesson."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground.parentWidget())
        set_role(self, "card")
        self.setAccessibleName("first steps")
        self._ground = ground
        self._title = PlainLabel("What to do first")
        set_role(self._title, "heading")
        self.buttons: list[QPushButton] = []
        self._texts: list[PlainLabel] = []
        rows = QGridLayout()
        rows.setHorizontalSpacing(10)
        rows.setVerticalSpacing(8)
        rows.setColumnStretch(2, 1)
        for place, (name, text) in enumerate(_STEPS):
            number, button, label = PlainLabel(str(place + 1)), QPushButton(name), PlainLabel(text)
            set_role(number, "muted")
            set_role(label, "muted")
            if not place:
                set_role(button, "primary")
            button.setToolTip(text)
            button.clicked.connect(lambda _=False, place=place: self.chosen.emit(place))
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            rows.addWidget(number, place, 0)
            rows.addWidget(button, place, 1)
            rows.addWidget(label, place, 2)
            self.buttons.append(button)
            self._texts.append(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 12, 18, 14)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addLayout(rows)

    def showEvent(self, event: QShowEvent) -> None:
        """Stay in view, whatever around the ground changes its size."""
        super().showEvent(event)
        for widget in (self._ground, *self._around()):
            widget.installEventFilter(self)
        self.place()

    def hideEvent(self, event: QHideEvent) -> None:
        """Watch nothing any more: every event of what is watched would cost time."""
        super().hideEvent(event)
        for widget in (self._ground, *self._around()):
            widget.removeEventFilter(self)

    def _around(self) -> list[QWidget]:
        found, around = [], self.parentWidget()
        while around is not None and not around.isWindow():
            found.append(around)
            around = around.parentWidget()
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the ground."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self.place()
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Make room for text of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.place()

    def place(self) -> None:
        """Take the middle of the ground; sentences that have no room there go into the tooltips of their buttons."""
        # Beside the names of the axes, of which half would be left to be seen.
        beside = _MARGIN + self.fontMetrics().height()
        room = self._ground.geometry().adjusted(beside, _MARGIN, -_MARGIN, -_MARGIN)
        for has_sentences in (True, False):
            for label in self._texts:
                label.setVisible(has_sentences)
            self.layout().activate()
            least = self._buttons_width() + (self.fontMetrics().averageCharWidth() * 22 if has_sentences else 0)
            width = min(room.width(), max(least, _WIDEST) if has_sentences else least)
            size = QSize(width, self.layout().totalHeightForWidth(width) if has_sentences else self.sizeHint().height())
            if size.height() <= room.height() and least <= room.width():
                break
        rect = QRect(QPoint(0, 0), size)
        view = self._in_view()
        rect.moveCenter(view.center())
        # Where there is too little room, over the lines above the plots, which have nothing to say yet either.
        rect.moveBottom(min(rect.bottom(), view.bottom() - 2))
        rect.moveLeft(max(rect.left(), min(room.left(), view.right() - rect.width())))
        self.setGeometry(rect)

    def _in_view(self) -> QRect:
        """Return where the ground is, without what would have to be scrolled to."""
        rect, offset = self._ground.geometry(), QPoint(0, 0)
        for around in self._around():
            rect &= QRect(-offset, around.size())
            offset += around.pos()
        return rect if rect.isValid() else self._ground.geometry()

    def _buttons_width(self) -> int:
        margins = self.layout().contentsMargins()
        widest = max(button.sizeHint().width() for button in self.buttons)
        return margins.left() + margins.right() + widest + self.fontMetrics().horizontalAdvance("3") + 20
