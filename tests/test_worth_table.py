"""The table of what units are worth: each cell an accuracy, and none where there are no images to answer."""

import numpy as np
from PySide6.QtCore import Qt

from core.explanation.unit_worth import UnitWorth
from gui.widgets.unit.worth_model import NONE, WorthModel

IMAGES = np.array([10, 0, 20, 0, 0, 0, 0, 0, 0, 0])


def test_digits_without_images_have_no_accuracy(qapp):
    without = np.zeros((2, 10), np.int64)
    without[1, [0, 2]] = 5, 20
    model = WorthModel()
    model.show(UnitWorth(1, IMAGES, IMAGES, without))
    shown = [[model.index(unit, column).data() for column in range(5)] for unit in range(2)]
    assert shown == [[0, "0", "0", NONE, "0"], [1, "83.3", "50", NONE, "100"]]
    assert model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) == "There are no images of 1"
    assert model.index(0, 3).data(Qt.ItemDataRole.BackgroundRole) is None
