"""Underlined letters for the entries of menus, so that each can be chosen by its letter once its menu is open."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu


class Mnemonics(QObject):
    """Gives every entry of a menu a letter of its own whenever the menu opens, since entries come, go and are renamed.

    Parameters
    ----------
    menu : QMenu
        Owns this object.
    """

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        menu.aboutToShow.connect(self.underline)

    @Slot()
    def underline(self) -> None:
        """Underline a letter in each entry that has none."""
        entries = [action for action in self._menu.actions() if not action.isSeparator()]
        taken = {letter for action in entries if (letter := mnemonic(action.text()))}
        for action in entries:
            text = action.text()
            place = None if mnemonic(text) else _free_letter(text, taken)
            if place is not None:
                taken.add(text[place].lower())
                action.setText(f"{text[:place]}&{text[place:]}")


def mnemonic(text: str) -> str:
    """Return the letter after the single "&" of a menu's entry, in lower case; "" where there is none."""
    _, found, after = text.replace("&&", "").partition("&")
    return after[:1].lower() if found else ""


def _free_letter(text: str, taken: set[str]) -> int | None:
    """Return where a letter stands that no other entry has: the first of a word if possible."""
    starts = [place for place in range(len(text)) if place == 0 or text[place - 1] == " "]
    for place in (*starts, *range(len(text))):
        if text[place].isalnum() and text[place].lower() not in taken:
            return place
    return None
