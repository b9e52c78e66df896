"""What the plots show reaches a file, as a picture or as a table, or one sentence says why not."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from core.runs.epoch_scale import EpochScale
from gui.files.plots_export import EXPORT_FILTER
from gui.look.theme import LIGHT
from gui.session.task_slot import close_threads
from tests.training_plots import open_plots, past_run, run_of


@pytest.fixture
def panel(qtbot):
    return open_plots(qtbot)


def test_pictures_are_saved_as_png_and_svg(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(2000))
    png, svg = tmp_path / "plots.png", tmp_path / "plots.svg"
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(png)
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(svg)
    image = QImage(str(png))
    assert image.width() > 2 * panel.plots.width()
    colors = {
        image.pixelColor(column, row).name()
        for column in range(0, image.width(), 2)
        for row in range(0, image.height(), 2)
    }
    assert {LIGHT.train, LIGHT.test, LIGHT.surface} <= colors
    root = ElementTree.parse(svg).getroot()
    assert root.tag.endswith("svg")
    written = " ".join("".join(element.itertext()) for element in root.iter())
    assert "Run 1" in written
    assert "accuracy" in written
    drawn = svg.read_text().lower()
    assert LIGHT.train in drawn
    assert LIGHT.test in drawn


def test_a_picture_names_the_past_runs_that_are_in_it(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(500))
    panel.set_past_runs([past_run("an earlier one", 400, 100, color_index=0)])
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(tmp_path / "plots.svg")
    root = ElementTree.parse(tmp_path / "plots.svg").getroot()
    assert "an earlier one" in " ".join("".join(element.itertext()) for element in root.iter())


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("a.png", 0, "a.png"),
        ("a.svg", 0, "a.svg"),
        ("a.csv", 0, "a.csv"),
        ("a", 0, "a.png"),
        ("a", 1, "a.svg"),
        ("epochs 1.5", 2, "epochs 1.5.csv"),
    ],
)
def test_one_dialog_exports_all_kinds_of_files(panel, tmp_path, qtbot, monkeypatch, typed, kind, written):
    assert not panel.export_button.isEnabled()
    panel.set_run("Run 1 from 2,814: rate 1/2", EpochScale.steady(100))
    panel.show_metrics(run_of(300))
    asked = []

    def answer(parent, title, suggestion, filters):
        asked.append((suggestion, filters))
        return str(tmp_path / typed), filters.split(";;")[kind]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.waitSignal(panel.saved):
        QTest.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    assert [file.name for file in tmp_path.iterdir()] == [written]
    begun = (tmp_path / written).read_bytes()[:200]
    assert {"png": b"PNG", "svg": b"<svg", "csv": b"batch_loss"}[written[-3:]] in begun
    assert asked[0] == (str(Path.home() / "Run 1 from 2,814 rate 1 2 plots.png"), EXPORT_FILTER)
    (tmp_path / written).unlink()
    with qtbot.waitSignal(panel.saved):
        panel.ask_and_export()
    assert Path(asked[1][0]).parent == tmp_path


def test_nothing_is_exported_where_nothing_is_chosen(panel, monkeypatch):
    panel.show_metrics(run_of(300))
    told = []
    panel.saved.connect(told.append)
    panel.failed.connect(told.append)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    panel.ask_and_export()
    assert told == []


def test_of_two_tables_at_once_the_second_is_refused(panel, tmp_path, qtbot):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    panel.export.save_table(tmp_path / "one.csv", metrics)
    with qtbot.waitSignal(panel.failed) as failed:
        panel.export.save_table(tmp_path / "two.csv", metrics)
    assert failed.args == ["one.csv is still being written; export again when it is done."]
    qtbot.waitUntil(lambda: (tmp_path / "one.csv").exists())
    close_threads(panel)


def test_a_picture_that_cannot_be_written_is_one_sentence(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(100))
    with qtbot.waitSignal(panel.failed) as failed:
        panel.export.save_picture(tmp_path / "nowhere" / "plots.png")
    assert "plots.png could not be saved: No such file" in failed.args[0]


def test_metrics_are_saved_in_the_background(panel, tmp_path, qtbot):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    path = tmp_path / "run.csv"
    with qtbot.waitSignal(panel.saved):
        panel.export.save_table(path, metrics)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3001
    assert float(rows[3000]["batch_loss"]) == pytest.approx(float(metrics.batch_loss[-1]), rel=1e-5)
    assert float(rows[3000]["epoch"]) == 30
    with qtbot.waitSignal(panel.failed):
        panel.export.save_table(tmp_path / "nowhere" / "run.csv", metrics)
