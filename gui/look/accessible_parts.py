"""What screen readers find inside a widget that paints all it shows: a role, a value, and parts with names.

Qt knows the parts of a list or a table, and of what a widget paints itself it knows nothing. A widget that is
`PaintedParts` says what it is and how its parts are called; `_PartsInterface` hands that on, part by part, as a screen
reader asks for them. The interface is Qt's own class with names added: PySide cannot hand on Qt's further interfaces
(values, actions), so that what has a value to be set is made of Qt's classes instead, as the timeline is.
"""

from weakref import ref

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid

from gui.look.left_to_right import LeftToRight

MOST_PARTS = 1_000
"""Widgets of more cells are told by their name and by the cell that the keyboard is at."""


class PaintedParts(LeftToRight):
    """Mixed into a widget: what it is for those who do not see it."""

    accessible_role = QAccessible.Role.List
    part_role = QAccessible.Role.ListItem

    def accessible_value(self) -> str:
        """Return what the widget says as a whole, besides its name; by default its description."""
        return self.accessibleDescription()

    def part_count(self) -> int:
        """Return how many parts there are."""
        return 0

    def part_name(self, part: int) -> str:
        """Return what a part is called and what it says, such as "unit 3: 0.42"."""
        raise NotImplementedError

    def part_rect(self, part: int) -> QRectF:
        """Return where a part is, in the widget's coordinates."""
        raise NotImplementedError

    def current_part(self) -> int | None:
        """Return the part that the keyboard is at, or None."""
        return None

    def tell_current_part(self) -> None:
        """Tell screen readers that the keyboard has come to another part."""
        part = self.current_part()
        if QAccessible.isActive() and part is not None and part < self.part_count():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(part)
            QAccessible.updateAccessibility(event)


class _PartsInterface(QAccessibleWidget):
    """A widget that is `PaintedParts`, as screen readers see it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, widget.accessible_role)
        # Qt keeps what it was given for as long as the widget lives, and Python has to as well.
        self._parts: dict[int, _Part] = {}

    def text(self, kind: QAccessible.Text) -> str:
        """Return name, description or value."""
        widget = self.object()
        if kind == QAccessible.Text.Value:
            return widget.accessible_value()
        if kind == QAccessible.Text.Description:
            # Not every system has a place for values that are words.
            said, value = super().text(kind), widget.accessible_value()
            return said if value in said else f"{said} {value}".strip()
        return super().text(kind)

    def childCount(self) -> int:
        """Count the parts."""
        return self.object().part_count()

    def child(self, index: int) -> QAccessibleInterface | None:
        """Return a part."""
        if not 0 <= index < self.childCount():
            return None
        if index not in self._parts:
            self._parts[index] = _Part(self.object(), index)
            QAccessible.registerAccessibleInterface(self._parts[index])
        return self._parts[index]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """Return the part at a point of the screen."""
        return next((part for part in map(self.child, range(self.childCount())) if part.rect().contains(x, y)), None)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return which part that is; -1 for none of these."""
        return child.index if isinstance(child, _Part) else -1

    def focusChild(self) -> QAccessibleInterface | None:
        """Return the part that the keyboard is at."""
        current = self.object().current_part()
        return self.child(current) if self.object().hasFocus() and current is not None else None


class _Part(QAccessibleInterface):
    """One part: its name, and where it is."""

    def __init__(self, widget: QWidget, index: int) -> None:
        super().__init__()
        self._widget = ref(widget)
        self.index = index

    def isValid(self) -> bool:
        """Tell whether there is still such a part."""
        widget = self._widget()
        return widget is not None and isValid(widget) and self.index < widget.part_count()

    def object(self) -> QObject | None:
        """Return None: a part is no object of its own."""
        return None

    def window(self) -> QWindow | None:
        """Return the window that it lies in."""
        return self._widget().window().windowHandle() if self.isValid() else None

    def parent(self) -> QAccessibleInterface | None:
        """Return the widget's interface."""
        return QAccessible.queryAccessibleInterface(self._widget()) if self.isValid() else None

    def child(self, index: int) -> QAccessibleInterface | None:
        """Return None: parts have no parts."""
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """Return None: parts have no parts."""
        return None

    def childCount(self) -> int:
        """Return 0: parts have no parts."""
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return -1: parts have no parts."""
        return -1

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return self._widget().part_role

    def rect(self) -> QRect:
        """Return where it is on the screen."""
        if not self.isValid():
            return QRect()
        widget = self._widget()
        rect = widget.part_rect(self.index).toAlignedRect()
        return QRect(widget.mapToGlobal(rect.topLeft()), rect.size())

    def text(self, kind: QAccessible.Text) -> str:
        """Return the name, which says all."""
        return self._widget().part_name(self.index) if kind == QAccessible.Text.Name and self.isValid() else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Leave everything as it is."""

    def state(self) -> QAccessible.State:
        """Tell whether it can have the keyboard, has it, and is in view."""
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        widget = self._widget()
        takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        state.focusable = state.selectable = takes_keys
        state.focused = state.selected = takes_keys and widget.hasFocus() and widget.current_part() == self.index
        state.disabled = not widget.isEnabled()
        state.invisible = not widget.isVisible()
        state.offscreen = not widget.visibleRegion().intersects(widget.part_rect(self.index).toAlignedRect())
        return state


def _interface_for(class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if isinstance(thing, PaintedParts):
        return _PartsInterface(thing)
    role = getattr(thing, "accessible_role", None)
    return QAccessibleWidget(thing, role) if role is not None else None


# Once for the program: Qt asks factories in the order in which they came, and cannot be told to forget one.
QAccessible.installFactory(_interface_for)
