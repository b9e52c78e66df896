"""Whoever gets the program gets the licenses of what is in it, computed from what is installed."""

import re
import tomllib

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from core.system import licenses
from core.system.licenses import PACKAGES, components, packages, read_texts
from core.version import VERSION
from gui.help.help_window import DOCUMENTS
from gui.main_window import MainWindow
from tests.program import MAIN


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    return window


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_is_asked_for_is_told_of():
    with (MAIN.parent / "pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["project"]["dependencies"]
    names = {canonical(re.match(r"[\w.-]+", line)[0]) for line in asked}
    assert names == set(map(canonical, PACKAGES))
    assert names < set(map(canonical, packages()))


def test_each_has_a_version_and_the_text_of_its_license():
    found = {canonical(component.name): component for component in components()}
    for name in (*PACKAGES, "shiboken6", "python-dateutil"):
        component = found[canonical(name)]
        assert component.version, name
        assert len(read_texts(component)) > 300, name
    assert {"numpy", "python"} <= set(found)


def test_qt_comes_with_the_lgpl_and_the_gpl_that_it_adds_to():
    (qt,) = [component for component in components() if component.name.lower().startswith("pyside6")]
    assert "LGPL-3.0" in qt.license
    text = read_texts(qt)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text


def test_libraries_of_the_system_in_a_bundle_are_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(licenses, "FOLDER", tmp_path)
    (tmp_path / "system").mkdir()
    (tmp_path / "system" / "libxcb1.txt").write_text("a license of Debian's")
    (tmp_path / "system" / "Python.txt").write_text("that of Python")
    found = {component.name: read_texts(component) for component in components()}
    assert found["libxcb1"] == "a license of Debian's"
    assert found["Python"] == "that of Python"


def test_help_lists_them_and_opens_their_texts(window):
    window.actions_.documents.trigger()
    documents = window.help.help.documents
    documents.setSource(QUrl("licenses.html"))
    text = documents.toPlainText()
    assert "LGPL, version 3" in text
    listed = [component.name for component in components()]
    assert all(name in text for name in listed)
    documents.setSource(QUrl(f"license-{listed.index('numpy')}.html"))
    assert "NumPy Developers" in documents.toPlainText()
    documents.setSource(QUrl("license-9999.html"))
    assert "NumPy" not in documents.toPlainText()


def test_about_leads_to_them_and_copies_what_a_report_needs(window):
    window.actions_.about.trigger()
    (box,) = window.findChildren(QMessageBox)
    buttons = {button.text().replace("&", ""): button for button in box.buttons()}
    assert "LGPL" in box.text()
    buttons["Copy details"].click()
    copied = QGuiApplication.clipboard().text()
    assert f"MNIST_ANN {VERSION}" in copied
    assert "Qt " in copied
    buttons["Licenses"].click()
    assert window.help.help.pages.currentIndex() == DOCUMENTS
    assert "Licenses of what" in window.help.help.documents.toPlainText()
