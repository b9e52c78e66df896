"""All keyboard shortcuts by group: those of the menus, and what keys do in the part that has the focus."""

from collections.abc import Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

Shortcuts = list[tuple[str, str]]
"""What is done, and the keys for it."""

IN_PARTS: dict[str, Shortcuts] = {
    "Everywhere": [
        ("Next part, previous part", "Tab, Shift+Tab"),
        ("Open a menu by its underlined letter", "Alt+letter"),
    ],
    "Timeline": [
        ("One update back, forward", "←, →"),
        ("Ten updates", "Shift+←, Shift+→"),
        ("One epoch", "PgUp, PgDown"),
        ("Start, live", "Home, End"),
        ("Play, pause", "Space"),
    ],
    "Step through": [
        ("Previous stage, next stage", "←, →"),
        ("First stage, last stage", "Home, End"),
        ("Play, pause", "Space"),
        ("Go from cell to cell of an image", "arrow keys"),
    ],
    "Drawing": [
        ("Move the pen", "arrow keys"),
        ("Move it a little", "Shift+arrow keys"),
        ("Put the pen down, lift it", "Space"),
    ],
    "My digits": [("Label the chosen ones", "0 to 9"), ("Delete the chosen ones", "Del")],
    "Weights": [("Go from unit to unit", "arrow keys"), ("Show one large, go back", "Enter, Esc")],
    "Plots": [
        ("Zoom in time, in height", "wheel, Ctrl+wheel"),
        ("Move", "drag"),
        ("Follow the run again", "double-click"),
        ("Go along the curves", "←, →"),
        ("By single updates", "Shift+←, Shift+→"),
        ("Start, end of the curves", "Home, End"),
    ],
    "Runs": [("Rename", "F2"), ("Show or hide the curve", "Space"), ("Forget", "Del")],
    "Evaluate": [("Go from cell to cell", "arrow keys"), ("Show the images of a cell, of all", "Enter, Esc")],
    "Images in a grid": [("Go from image to image", "arrow keys"), ("Put one into the drawing box", "Enter")],
}
"""What works while that part of the window has the focus, and is no entry of a menu."""


def shortcuts_by_group(menus: QMenuBar) -> dict[str, Shortcuts]:
    """Return all shortcuts, those of the menus first, by the title of their menu."""
    groups: dict[str, Shortcuts] = {}
    for entry in menus.actions():
        menu = entry.menu()
        if isinstance(menu, QMenu):
            found = [(_plain(action), _keys(action)) for action in _entries(menu) if action.shortcuts()]
            if found:
                groups[f"{_plain(entry)} menu"] = found
    return groups | IN_PARTS


def _entries(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _entries(inner)
        else:
            yield action


def _plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def _keys(action: QAction) -> str:
    return ", ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts())
