"""What has been saved and where: one way to say so, and the folder that it lies in."""

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


@dataclass(frozen=True)
class SavedFile:
    """A file that has just been written.

    Attributes
    ----------
    what : str
        What it holds, as it goes on after "Saved": "the model at update 1,250".
    path : Path
        Where it is.
    """

    what: str
    path: Path

    @property
    def sentence(self) -> str:
        """One sentence for the user."""
        return f"Saved {self.what} as {self.path.name}."

    def show_in_folder(self) -> None:
        """Open the folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path.parent)))


def proposed_name(text: str, ending: str) -> str:
    """Return a file name made of a text, such as a run's name, without what a file's name may not hold."""
    return (re.sub(r"[^\w.,-]+", " ", text).strip(" .") or "run") + ending
