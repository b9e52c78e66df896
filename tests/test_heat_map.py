"""A table of numbers as colors: in a narrow place its name stays."""

import numpy as np
import pytest

from gui.widgets.heat_map import HeatMap


@pytest.mark.parametrize("is_ink", [False, True])
def test_the_name_stays_and_what_has_full_color_gives_way(qtbot, is_ink):
    heat_map = HeatMap("W₂, kernel 8", is_square=True, is_ink=is_ink)
    qtbot.addWidget(heat_map)
    heat_map.show_values(np.array([[-0.5, 0.25]], np.float32), limit=0.5)
    widest = heat_map.fontMetrics().horizontalAdvance
    seen = [heat_map._caption_for(room) for room in range(widest("W₂, kernel 8 ±0.5"), widest("W₂") - 1, -1)]
    whole, short = ("W₂, kernel 8", "W₂") if is_ink else ("W₂, kernel 8 ±0.5", "W₂ ±0.5")
    assert seen[0] == whole
    assert seen[-1] == "W₂"
    assert short in seen
    assert not [text for text in seen if "…" in text]
