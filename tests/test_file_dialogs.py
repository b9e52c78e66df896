"""Dialogs begin where files of the same kind were last, and names get the ending that they lack."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from gui.files.file_dialogs import ask_for_file, ask_for_folder, ask_where_to_save, with_ending

PICTURES = "PNG image (*.png);;SVG drawing (*.svg)"


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def answer(monkeypatch):
    """Let the next dialogs be answered with a path and a kind of file; returns where each dialog began."""
    began: list[Path] = []

    def set_answer(path: Path | str, chosen: str = "") -> list[Path]:
        def reply(_, __, place, *___):
            began.append(Path(place))
            return str(path), chosen

        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, reply)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *arguments: reply(*arguments)[0])
        return began

    return set_answer


@pytest.mark.parametrize(
    ("typed", "filters", "chosen", "expected"),
    [
        ("a.png", PICTURES, "SVG drawing (*.svg)", "a.png"),
        ("a.SVG", PICTURES, "", "a.SVG"),
        ("a", PICTURES, "SVG drawing (*.svg)", "a.svg"),
        ("a", PICTURES, "", "a.png"),
        ("run 1.5", PICTURES, "PNG image (*.png)", "run 1.5.png"),
        ("network", "Prefix of four files (*)", "Prefix of four files (*)", "network"),
        ("a", "Models (*.npz *_W1.npy);;All files (*)", "All files (*)", "a.npz"),
    ],
)
def test_a_name_gets_the_ending_of_what_was_chosen(typed, filters, chosen, expected):
    assert with_ending(typed, filters, chosen) == expected


def test_each_kind_of_file_has_a_folder_that_is_remembered(parent, answer, tmp_path):
    began = answer(tmp_path / "one" / "a.npz")
    assert ask_for_file(parent, "Open", "models", "Models (*.npz)") == tmp_path / "one" / "a.npz"
    answer(tmp_path / "two" / "b.json")
    assert ask_where_to_save(parent, "Save", "recipes", "r.json", "Recipe (*.json)") == tmp_path / "two" / "b.json"
    answer("")
    assert ask_for_file(parent, "Open", "models", "Models (*.npz)") is None
    assert ask_where_to_save(parent, "Save", "recipes", "r.json", "Recipe (*.json)") is None
    assert ask_for_folder(parent, "Open", "data") is None
    home = Path.home()
    assert began == [home, home / "r.json", tmp_path / "one", tmp_path / "two" / "r.json", home]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_file_that_only_its_ending_names_is_not_replaced_unasked(parent, answer, tmp_path, allowed):
    (tmp_path / "a.npz").write_bytes(b"old")
    answer(tmp_path / "a", "Model (*.npz)")
    asked = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        asked.append((box.text(), box.textFormat()))
        box.button(QMessageBox.StandardButton.Yes if allowed else QMessageBox.StandardButton.No).click()

    QTimer.singleShot(0, click)
    chosen = ask_where_to_save(parent, "Save", "models", "network.npz", "Model (*.npz)")
    assert chosen == (tmp_path / "a.npz" if allowed else None)
    # A name may hold what looks like HTML.
    assert asked == [("a.npz is there already. Replace it?", Qt.TextFormat.PlainText)]
