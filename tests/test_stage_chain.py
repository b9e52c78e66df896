"""A chain of stages that is too long for its width says so, and its arrows lead to what is out of view."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from gui.look.theme import LIGHT
from gui.widgets.stages.stage_chain import StageChain
from tests.layout import laid_out
from tests.painted import Painted

FORWARD = ["x", "z₁", "a₁", "z₂", "a₂", "z₃", "a₃", "z₄", "p", "loss"]
BACK = ["dz₄", "dW₄", "db₄", "da₃", "mask₃", "dz₃", "dW₃", "db₃", "da₂", "mask₂", "dz₂", "dW₂", "db₂", "da₁", "mask₁"]
NAMES = [*FORWARD, *BACK, "dz₁", "dW₁", "db₁", "W₁"]
TURN = len(FORWARD)


@pytest.fixture
def chain(qtbot):
    chain = StageChain()
    qtbot.addWidget(chain)
    chain.set_stages(NAMES, NAMES, TURN)
    chain.stage_chosen.connect(chain.set_current)
    chain.show()
    return laid_out(chain)


def wide_enough(chain):
    """Return a width at which every stage is in view, whatever the font."""
    return round(2 * max(sum(chain._widths(chain._row(is_back))) for is_back in (False, True)))


def edges(chain):
    """Return the places at the left and right edge of both rows."""
    for is_back in (False, True):
        y = round(chain.box(len(NAMES) - 1 if is_back else 0).center().y())
        for x in (3, chain.width() - 4):
            yield QPoint(x, y)


def goes_on(chain):
    """Return for each edge whether there is an arrow to be clicked; boxes begin one pixel further in."""
    return [chain.stage_at(0 if place.x() < 9 else chain.width(), place.y()) is not None for place in edges(chain)]


def test_arrows_stand_where_a_row_goes_on_and_nowhere_else(chain):
    chain.resize(200, chain.sizeHint().height())
    chain.set_current(0)
    assert goes_on(chain) == [False, True, True, False]
    corner = QRect(0, 0, 12, chain.height() // 2)
    plain = Painted(chain, corner)
    chain.set_current(len(NAMES) - 1)
    assert goes_on(chain) == [True, False, False, True]
    assert Painted(chain, corner) != plain


def test_the_arrows_lead_through_all_stages_of_a_row(qtbot, chain):
    chain.resize(300, chain.sizeHint().height())
    chain.set_current(TURN)
    seen = []
    while not seen or chain.box(len(NAMES) - 1).left() < 0:
        place = list(edges(chain))[2]
        with qtbot.waitSignal(chain.stage_chosen) as chosen:
            qtbot.mouseClick(chain, Qt.MouseButton.LeftButton, pos=place)
        seen.append(chosen.args[0])
        assert 0 <= chain.box(seen[-1]).left() < chain.box(seen[-1]).right() <= chain.width()
    assert seen == sorted(set(seen))
    assert seen[0] > TURN


def test_stages_that_the_present_one_is_made_of_are_framed(chain):
    chain.resize(wide_enough(chain), chain.sizeHint().height())
    chain.set_current(TURN + 2)
    plain = Painted(chain)
    chain.set_current(TURN + 2, (1, TURN))
    framed = Painted(chain)
    for stage in range(len(NAMES)):
        box = chain.box(stage)
        assert (plain.part(box) != framed.part(box)) == (stage in (1, TURN)), stage
        # The frame is drawn in the color of text, along the edge, where no name reaches.
        edge = [framed.color(box.left() + 8, box.top() + depth / 2) for depth in range(5)]
        assert (LIGHT.text in edge) == (stage in (1, TURN)), stage


def test_a_chain_with_room_has_no_arrows(chain):
    chain.resize(wide_enough(chain), chain.sizeHint().height())
    assert not any(goes_on(chain))
    assert all(
        chain.stage_at(chain.box(stage).center().x(), chain.box(stage).center().y()) == stage
        for stage in range(len(NAMES))
    )
