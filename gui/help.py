"""The Help menu: shortcuts, what the program is, where its log lies."""

import platform
from collections.abc import Iterable

import numpy as np
import PySide6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMessageBox, QVBoxLayout, QWidget

from core.system.logging_setup import log_path
from gui.widgets.scroller import Scroller

KEYS = (
    ("From part to part", "Tab"),
    ("Timeline: one update, ten, an epoch", "←→, Shift+←→, PgUp PgDown"),
    ("Timeline: start, live, film", "Home, End, Space"),
    ("Weight pictures: walk, enlarge", "arrows, Enter"),
)
"""What works while a part of the window has the keyboard, and is no action of a menu."""


def show_shortcuts(parent: QWidget, actions: Iterable[QAction]) -> None:
    """Open a list of all keyboard shortcuts."""
    shortcuts = [
        (action.text().replace("&", "").rstrip("…"), action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        for action in actions
        if not action.shortcut().isEmpty()
    ]
    rows = "".join(
        f"<tr><td style='padding: 2px 24px 2px 0'>{what}</td><td style='padding: 2px 0'><b>{keys}</b></td></tr>"
        for what, keys in (*shortcuts, *KEYS)
    )
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keyboard shortcuts")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
    buttons.accepted.connect(dialog.accept)
    layout = QVBoxLayout(dialog)
    # With large text, the list may be higher than the screen.
    layout.addWidget(_scrolled(QLabel(f"<table>{rows}</table>")))
    layout.addWidget(buttons)
    dialog.resize(dialog.sizeHint().boundedTo(parent.size()))
    dialog.open()


def _scrolled(label: QLabel) -> Scroller:
    scroller = Scroller(label)
    scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    scroller.setAccessibleName("Keyboard shortcuts")
    return scroller


def show_about(parent: QWidget) -> None:
    """Open a few lines on what the program is."""
    _show(
        parent,
        "About MNIST_ANN",
        "<h3>MNIST_ANN</h3><p>Watch a neural network learn handwritten digits, from the first principles up. "
        "Forward pass, backward pass and gradient descent are written out in NumPy; you see every number.</p>"
        f"<p>Python {platform.python_version()}, NumPy {np.__version__}, Qt {PySide6.__version__}. MIT licence.</p>",
    )


def open_log() -> None:
    """Open the log file in the program that the system uses for text."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path())))


def _show(parent: QWidget, title: str, text: str) -> None:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
