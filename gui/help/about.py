"""What the program is, its version, and its log file."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from core.system.logging_setup import log_path
from core.version import VERSION
from gui.help.versions import versions


def show_about(parent: QWidget, show_licenses: Callable[[], None]) -> None:
    """Open a few lines on what the program is and what it runs on, which a bug report wants to know.

    Parameters
    ----------
    parent : QWidget
        The program's window.
    show_licenses : callable
        Shows the licenses of what the program is made with.
    """
    box = QMessageBox(parent)
    box.setWindowTitle("About MNIST_ANN")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(
        f"<h3>MNIST_ANN {VERSION}</h3><p>Watch a neural network learn handwritten digits, from first principles. "
        "Forward pass, backward pass and gradient descent are written out in NumPy; you see every number.</p>"
        "<p>MIT license. Qt is used under the LGPL, version 3.</p>"
        f"<p>{escape(', '.join(versions()[1:]))}.</p>"
    )
    licenses = box.addButton("Licenses", QMessageBox.ButtonRole.ActionRole)
    licenses.clicked.connect(show_licenses)
    copy = box.addButton("Copy details", QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(_copy_details)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _copy_details() -> None:
    QGuiApplication.clipboard().setText("\n".join(versions()))


def open_log() -> None:
    """Open the log file in the program that the system uses for text."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path())))
