"""Where there is less room, rows wrap, labels go above their fields, buttons say less, and pages scroll."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.look.theme import LIGHT, apply_theme
from gui.widgets.brief_button import BriefButton
from gui.widgets.fields.field_rows import FieldRows
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.scroller import Scroller
from tests.layout import laid_out


@pytest.fixture
def flow(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    row = FlowLayout(10, 4)
    for _ in range(3):
        label = QLabel()
        label.setFixedSize(100, 20)
        row.addWidget(label)
    layout.addLayout(row)
    holder.show()
    return laid_out(holder)


def tops(holder):
    return [label.y() for label in holder.findChildren(QLabel)]


@pytest.mark.parametrize(("width", "lines"), [(320, 1), (319, 2), (210, 2), (209, 3), (100, 3)])
def test_a_row_goes_on_in_another_line_where_it_must(flow, width, lines):
    height = 20 * lines + 4 * (lines - 1)
    assert flow.layout().heightForWidth(width) == height
    flow.resize(width, height)
    laid_out(flow)
    assert len(set(tops(flow))) == lines
    labels = flow.findChildren(QLabel)
    assert all(flow.rect().contains(label.geometry()) for label in labels)
    for place, one in enumerate(labels):
        assert not any(one.geometry().intersects(other.geometry()) for other in labels[place + 1 :])


def test_a_row_can_be_as_narrow_as_its_widest_widget(flow):
    assert flow.minimumSizeHint().width() == 100
    assert flow.sizeHint() == QSize(320, 20)


def test_labels_stand_beside_their_fields_or_above_them(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    label, field = QLabel("Schedule"), QLineEdit()
    rows = FieldRows([(label, field)])
    QVBoxLayout(holder).addLayout(rows)
    holder.show()
    laid_out(holder)
    assert label.x() < field.x()
    assert label.geometry().center().y() == pytest.approx(field.geometry().center().y(), abs=1)
    rows.arrange(120, is_wide=True)
    laid_out(holder)
    assert field.x() >= label.x() + 120
    rows.arrange(120, is_wide=False)
    laid_out(holder)
    assert label.x() == field.x()
    assert label.geometry().bottom() < field.y()


def test_a_button_says_less_where_there_is_less_room(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    button = BriefButton("Finish this update", "Finish", holder)
    holder.show()
    for _ in range(2):
        button.resize(button.sizeHint())
        assert button.text() == "Finish this update"
        button.resize(button.minimumSizeHint())
        assert button.text() == "Finish"
    assert button.accessibleName() == "Finish this update"


@pytest.fixture
def page():
    page = QWidget()
    page.setMinimumSize(0, 0)
    QVBoxLayout(page).addWidget(QLabel("above"))
    page.layout().addSpacing(300)
    page.layout().addWidget(QLabel("below"))
    return page


def test_a_page_scrolls_only_where_it_is_too_high(qtbot, page):
    scroller = Scroller(page)
    qtbot.addWidget(scroller)
    scroller.show()
    scroller.resize(300, 500)
    laid_out(scroller)
    assert page.size() == QSize(300, 500)
    assert scroller.verticalScrollBar().maximum() == 0
    scroller.resize(300, 200)
    laid_out(scroller)
    bar = scroller.verticalScrollBar()
    assert page.height() == page.minimumSizeHint().height()
    assert page.width() == 300 - bar.sizeHint().width()
    assert bar.maximum() == page.height() - 200
    assert scroller.minimumSizeHint().width() == page.minimumSizeHint().width() + bar.sizeHint().width()


def test_a_page_that_asks_for_more_gets_it(qtbot, page):
    scroller = Scroller(page)
    qtbot.addWidget(scroller)
    scroller.resize(300, 500)
    scroller.show()
    laid_out(scroller)
    page.layout().addSpacing(400)
    laid_out(scroller)
    assert scroller.verticalScrollBar().maximum() > 0
    assert page.height() == page.minimumSizeHint().height()


def test_a_page_asks_for_less_than_usual_beside_large_text(qtbot, qapp, page):
    scroller = Scroller(page, 450)
    qtbot.addWidget(scroller)
    scroller.show()
    apply_theme(qapp, LIGHT)
    assert scroller.minimumSizeHint().width() == 450
    apply_theme(qapp, LIGHT, 150)
    assert scroller.minimumSizeHint().width() == 200
    apply_theme(qapp, LIGHT)
    assert scroller.minimumSizeHint().width() == 450
