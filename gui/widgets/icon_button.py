"""Buttons of an icon alone."""

from PySide6.QtWidgets import QToolButton

from gui.look.icons import line_icon
from gui.look.theme import set_role


def icon_button(icon: str, tip: str, name: str = "", *, role: str = "flat") -> QToolButton:
    """Return a button that shows an icon and is called what its tooltip says, unless it has a name.

    Parameters
    ----------
    icon : str
        As `gui.look.icons.line_icon` takes it.
    tip, name : str
        What it does, and in a word or two.
    role : str
        The look of the button, one of those in `gui.look.theme`; "" for that of any.
    """
    button = QToolButton()
    button.setIcon(line_icon(icon))
    button.setToolTip(tip)
    button.setAccessibleName(name or tip)
    if role:
        set_role(button, role)
    return button
