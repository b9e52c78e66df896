"""A number field keeps both arrows, also at the end of its range."""

import pytest
from PySide6.QtWidgets import QSpinBox, QStyle, QStyleOptionSpinBox

from gui.look.theme import THEMES, apply_theme
from tests.layout import laid_out
from tests.painted import Painted


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("is_enabled", [True, False])
def test_both_arrows_are_seen_at_the_minimum(qtbot, qapp, theme, is_enabled):
    apply_theme(qapp, theme)
    box = QSpinBox()
    box.setRange(0, 9)
    box.setValue(0)
    box.setEnabled(is_enabled)
    qtbot.addWidget(box)
    box.show()
    laid_out(box)
    option = QStyleOptionSpinBox()
    box.initStyleOption(option)
    picture = Painted(box)
    for part in (QStyle.SubControl.SC_SpinBoxUp, QStyle.SubControl.SC_SpinBoxDown):
        rect = box.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, box)
        colors = {
            picture.color(x + 0.5, y + 0.5)
            for x in range(rect.left() + 2, rect.right() - 1)
            for y in range(rect.top() + 2, rect.bottom() - 1)
        }
        assert len(colors) > 1
