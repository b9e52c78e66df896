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
        bare = [action for action in entries if not mnemonic(action.text())]
        for action, place in zip(bare, _letters_of_their_own([action.text() for action in bare], taken), strict=True):
            if place is not None:
                text = action.text()
                action.setText(f"{text[:place]}&{text[place:]}")


def mnemonic(text: str) -> str:
    """Return the letter after the single "&" of a menu's entry, in lower case; "" where there is none."""
    _, found, after = text.replace("&&", "").partition("&")
    return after[:1].lower() if found else ""


def _letters_of_their_own(texts: list[str], taken: set[str]) -> list[int | None]:
    """Return where in each text its letter stands, for as many texts as can have one: the first of a word if possible.

    Where every letter of a text is gone, the text that has one of them moves on to another, if it has one
    (Kuhn 1955, "The Hungarian method for the assignment problem").
    """
    choices = [_choices(text, taken) for text in texts]
    owners: dict[str, int] = {}

    def find(text: int, seen: set[str]) -> bool:
        free = [letter for letter in choices[text] if letter not in owners]
        for letter in free or choices[text]:
            if letter not in seen:
                seen.add(letter)
                if letter not in owners or find(owners[letter], seen):
                    owners[letter] = text
                    return True
        return False

    for text in range(len(texts)):
        find(text, set())
    letters = {text: letter for letter, text in owners.items()}
    return [choices[text].get(letters.get(text, "")) for text in range(len(texts))]


def _choices(text: str, taken: set[str]) -> dict[str, int]:
    """Return the letters that a text may have and where each stands, those that begin a word first."""
    starts = [place for place in range(len(text)) if place == 0 or text[place - 1] == " "]
    choices: dict[str, int] = {}
    for place in (*starts, *range(len(text))):
        if text[place].isalnum() and text[place].lower() not in taken:
            choices.setdefault(text[place].lower(), place)
    return choices
