"""A text that would do harm if it were taken for HTML, and a walk over all that a window shows of it."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QWidget

HOSTILE = "<img src=x.png><h1>R&D &amp;"
"""May also be the name of a file. With a device in the place of x.png it would end a program that takes it for HTML."""

_TAG = re.compile(r"<(img|h1)\b")
_MNEMONIC = "R&D"


def harm_done(root: QWidget) -> list[str]:
    """Return where `HOSTILE`, or any text that Qt would guess about, is shown as anything but plain text."""
    harm = []
    for widget in (root, *root.findChildren(QWidget)):
        where = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        if isinstance(widget, QLabel):
            text = QLabel.text(widget)
            if widget.textFormat() is Qt.TextFormat.AutoText:
                harm.append(f"{where} guesses about {text!r}")
            elif widget.textFormat() is not Qt.TextFormat.PlainText and _TAG.search(text):
                harm.append(f"{where} shows as HTML {text!r}")
        tips = [widget.toolTip(), widget.statusTip(), widget.whatsThis()]
        if isinstance(widget, QAbstractItemView | QComboBox):
            tips += [str(index.data(Qt.ItemDataRole.ToolTipRole) or "") for index in _indexes(widget)]
        if isinstance(widget, QAbstractButton) and "<h1>" in widget.text() and not widget.shortcut().isEmpty():
            harm.append(f"{where} underlines a letter of {widget.text()!r}")
        harm += [f"{where} has the tip {tip!r}" for tip in tips if _TAG.search(tip)]
    for action in root.findChildren(QAction):
        if _TAG.search(action.toolTip()):
            harm.append(f"an action has the tip {action.toolTip()!r}")
        if _MNEMONIC in action.text():
            harm.append(f"an action underlines a letter of {action.text()!r}")
    return harm


def texts_shown(root: QWidget) -> list[str]:
    """Return all that labels, buttons, actions and items of a window say, to tell that a text got there at all."""
    texts = [label.text() for label in root.findChildren(QLabel)]
    texts += [button.text().replace("&&", "&") for button in root.findChildren(QAbstractButton)]
    texts += [action.text().replace("&&", "&") for action in root.findChildren(QAction)]
    for view in (*root.findChildren(QAbstractItemView), *root.findChildren(QComboBox)):
        texts += [str(index.data() or "") for index in _indexes(view)]
    return texts


def _indexes(view: QAbstractItemView | QComboBox) -> Iterator[QModelIndex]:
    model = view.model()
    if model is not None:
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
        for row in range(min(model.rowCount(QModelIndex()), 50)):
            yield from (model.index(row, column) for column in range(columns))
