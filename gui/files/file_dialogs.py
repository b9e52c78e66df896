"""Asking for files: dialogs that begin where files of the same kind were last, and give new names their ending."""

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.look.preferences import Preferences


def ask_for_file(parent: QWidget, title: str, kind: str, filters: str) -> Path | None:
    """Let the user choose a file to open; None where they do not.

    Parameters
    ----------
    parent : QWidget
        Owner of the dialog.
    title : str
        What is to be opened.
    kind : str
        What the folder is remembered for, such as "models".
    filters : str
        Kinds of file as Qt writes them: ``"Models (*.npz);;All files (*)"``.
    """
    path, _ = QFileDialog.getOpenFileName(parent, title, Preferences().folder(kind), filters)
    return _remembered(kind, path)


def ask_for_files(parent: QWidget, title: str, kind: str, filters: str) -> list[Path]:
    """Let the user choose files as `ask_for_file` does; none where they do not."""
    paths, _ = QFileDialog.getOpenFileNames(parent, title, Preferences().folder(kind), filters)
    return [path for path in (_remembered(kind, name) for name in paths) if path]


def ask_for_folder(parent: QWidget, title: str, kind: str) -> Path | None:
    """Let the user choose a folder; None where they do not."""
    return _remembered(kind, QFileDialog.getExistingDirectory(parent, title, Preferences().folder(kind)))


def ask_where_to_save(parent: QWidget, title: str, kind: str, name: str, filters: str) -> Path | None:
    """Let the user choose where to save, ``name`` being a proposal; None where they do not. See `ask_for_file`.

    A name that has none of the endings in ``filters`` gets that of the kind of file that was chosen.
    """
    proposal = str(Path(Preferences().folder(kind)) / name)
    typed, chosen = QFileDialog.getSaveFileName(parent, title, proposal, filters)
    path = typed and with_ending(typed, filters, chosen)
    # The dialog has asked about the name as it was typed, and not about the one with its ending.
    if (
        path != typed
        and Path(path).exists()
        and not ask_yes_or_no(parent, title, f"{Path(path).name} is there already. Replace it?")
    ):
        return None
    return _remembered(kind, path)


def with_ending(path: str, filters: str, chosen: str = "") -> str:
    """Return a path with an ending that ``filters`` know; where it has none, the ``chosen`` kind's or the first."""
    endings = _endings(filters)
    if not endings or Path(path).suffix.lower() in endings:
        return path
    return path + (_endings(chosen) or endings)[0]


def ask_yes_or_no(parent: QWidget, title: str, question: str) -> bool:
    """Ask a question that may hold names of files, and return whether the answer is yes."""
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
    box = QMessageBox(QMessageBox.Icon.Question, title, "", buttons, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    return box.exec() == QMessageBox.StandardButton.Yes


def _endings(filters: str) -> list[str]:
    return re.findall(r"\*(\.\w+)", filters)


def _remembered(kind: str, path: str) -> Path | None:
    """Return a path that was chosen, and remember its folder; None where none was."""
    if not path:
        return None
    Preferences().remember_folder(kind, Path(path))
    return Path(path)
