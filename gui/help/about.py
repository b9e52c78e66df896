"""What the program is, its version, and its log file."""

from html import escape

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from core.system.logging_setup import log_path
from core.version import VERSION
from gui.help.versions import versions


def show_about(parent: QWidget) -> None:
    """Open a few lines on what the program is."""
    box = QMessageBox(parent)
    box.setWindowTitle("About MNIST_ANN")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(
        f"<h3>MNIST_ANN {VERSION}</h3><p>Watch a neural network learn handwritten digits, from first principles. "
        "Forward pass, backward pass and gradient descent are written out in NumPy; you see every number.</p>"
        f"<p>{escape(', '.join(versions()[1:]))}. MIT license.</p>"
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def open_log() -> None:
    """Open the log file in the program that the system uses for text."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path())))
