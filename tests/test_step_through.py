"""The walk through an update, stage by stage, with mouse and keys; every stage has its image and nothing moves."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.look.theme import THEMES, applied
from tests.layout import laid_out
from tests.step_through import click, go_to


def test_it_opens_at_the_image_of_the_present_update(open_step_through):
    panel, session = open_step_through()
    assert session.requests == [12]
    assert panel.explanation.update == 12
    assert panel.view.walk.stage.symbol == "x"
    assert panel.view.head.title.text() == "x: the image (784)"
    assert np.array_equal(panel.view.display.ink.values.ravel(), panel.explanation.inputs[0])
    assert "update 13" in panel.view.controls.where.text()


def test_keys_walk_through_every_stage_and_then_finish_the_update(open_step_through, qtbot):
    panel, session = open_step_through()
    titles = [panel.view.head.title.text()]
    for _ in range(len(panel.view.walk.stages) - 1):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
        titles.append(panel.view.head.title.text())
    assert len(set(titles)) == len(panel.view.walk.stages)
    assert session.state.update == 12
    after = panel.explanation.after
    with qtbot.waitSignal(panel.finish_update_requested):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert panel.explanation.before.vector.tobytes() == after.vector.tobytes()
    assert panel.view.walk.place == 0

    QTest.keyClick(panel.view, Qt.Key.Key_End)
    assert panel.view.walk.is_last
    QTest.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.view.walk.place == len(panel.view.walk.stages) - 2
    QTest.keyClick(panel.view, Qt.Key.Key_Home)
    assert panel.view.walk.place == 0
    assert not panel.view.controls.back.isEnabled()


@pytest.mark.parametrize("whole_batch", [False, True])
def test_images_of_all_stages_are_named_in_words(open_step_through, whole_batch):
    panel, _ = open_step_through(hidden=(12, 11))
    panel.view.examples.scope.choose(int(whole_batch))
    for _ in panel.view.walk.stages:
        page, title = panel.view.display.currentWidget(), panel.view.head.title.text()
        assert page.accessibleName() == title
        if page is panel.view.display.tiles:
            names = [part.accessibleName() for part in (page.weight, page.gradient, page.change)]
            assert ["weights" in name and "unit" in name for name in names] == [True] * 3
        QTest.keyClick(panel.view, Qt.Key.Key_Right)


def test_boxes_of_the_chain_can_be_clicked(open_step_through):
    panel, _ = open_step_through()
    for place in (1, 5, 6, 9, len(panel.view.walk.stages) - 1):
        click(panel.view.chain, panel.view.chain.box(place).center())
        assert panel.view.walk.place == place
    assert panel.view.chain.stage_at(-5, -5) is None


def test_play_walks_by_itself_and_space_holds_it(open_step_through, qtbot):
    panel, _ = open_step_through()
    panel.view.controls.speed.setCurrentIndex(3)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.view.walk.place >= 2)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert not panel.view.controls.play.isChecked()
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    panel.hide()
    assert not panel.view.controls.play.isChecked()


def test_play_goes_on_with_the_next_update(open_step_through, qtbot):
    panel, session = open_step_through()
    panel.view.controls.speed.setCurrentIndex(3)
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    QTest.mouseClick(panel.view.controls.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13 and panel.view.walk.place >= 1)
    assert session.state.update == 13


def test_the_chain_frames_what_a_stage_is_made_of_and_the_head_shows_its_link_of_the_chain_rule(open_step_through):
    panel, _ = open_step_through()
    view = panel.view
    go_to(panel, "dW1")
    stages = view.walk.stages
    assert view.chain._sources == (0, [stage.symbol for stage in stages].index("dz₁"))
    assert view.head.chain_rule.isVisible()
    assert view.head.chain_rule.text() == "∂L/∂W₁ = ∂L/∂z₁ · ∂z₁/∂W₁"
    assert not view.head.part.isVisible()
    go_to(panel, "z1")
    assert view.head.chain_rule.text() == ""
    panel.go_to_stage(len(stages) - 1)
    assert view.chain._sources == ([stage.symbol for stage in stages].index("dW₁"),)
    assert not view.head.chain_rule.isVisible()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(
    "settings", [{}, {"hidden": (128,)}, {"hidden": (40, 12, 9), "activation": "sigmoid"}], ids=str
)
@pytest.mark.parametrize("whole_batch", [False, True], ids=["image", "batch"])
def test_every_stage_is_drawn_in_the_smallest_window(open_step_through, settings, theme, whole_batch):
    panel, _ = open_step_through(**settings)
    applied.set_theme(theme)
    panel.resize(460, 480)
    panel.view.examples.scope.choose(int(whole_batch))
    assert (panel.width(), panel.height()) == (460, 480)
    pictures = set()
    for place in range(len(panel.view.walk.stages)):
        panel.go_to_stage(place)
        laid_out(panel)
        pictures.add(bytes(panel.grab().toImage().constBits()))
        assert panel.view.words.formula.height() + panel.view.words.sentence.height() <= panel.view.words.height()
        assert panel.view.display.height() >= 120
        if panel.view.walk.stage.parameter or panel.view.walk.stage.is_update:
            assert panel.view.side.terms.terms is not None
    assert len(pictures) == len(panel.view.walk.stages)


@pytest.mark.parametrize("hidden", [(10,), (16, 12), ()])
def test_nothing_moves_from_stage_to_stage(qtbot, open_step_through, hidden):
    panel, _ = open_step_through(hidden=hidden)
    places = set()
    for place in range(len(panel.view.walk.stages)):
        panel.go_to_stage(place)
        laid_out(panel)
        places.add((panel.view.words.y(), panel.view.body.geometry().getRect(), panel.view.controls.y()))
    assert panel.view.head.part.isVisible()
    assert len(places) == 1


def test_no_tile_is_cut_off_at_its_side(open_step_through):
    panel, _ = open_step_through(hidden=(32,))
    tiles = panel.view.display.tiles
    for width, height in ((860, 720), (500, 400), (1200, 900), (620, 560)):
        panel.go_to_stage(0)
        panel.resize(width, height)
        laid_out(panel)
        go_to(panel, "dW1")
        assert max(tiles.grid.tile_rect(tile).right() for tile in range(32)) <= tiles._scroll.viewport().width()


def test_the_link_of_the_chain_rule_gives_way_to_the_title(open_step_through):
    panel, _ = open_step_through()
    head = panel.view.head
    go_to(panel, "dW1")
    whole, last = "∂L/∂W₁ = ∂L/∂z₁ · ∂z₁/∂W₁", "∂z₁/∂W₁"
    measure = head.chain_rule.fontMetrics().horizontalAdvance
    title = head.title.fontMetrics().horizontalAdvance(head.title.text())
    least = title + head.network.sizeHint().width() + 2 * head.layout().spacing()
    for width, shown in ((whole, whole), (last, last), ("", "")):
        head.resize(least + measure(width), head.height())
        assert head.chain_rule.text() == shown
        assert head.minimumSizeHint().width() < title


def test_a_title_has_the_width_of_what_is_not_shown_beside_it(open_step_through):
    panel, _ = open_step_through()
    head, between = panel.view.head, 3 * panel.view.head.layout().spacing()
    go_to(panel, "z1")
    assert head.chain_rule.text() == ""
    assert head.title.width() + head.network.width() >= head.width() - between
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    laid_out(panel)
    assert head.part.isVisible()
    assert head.part.width() >= head.part.minimumSizeHint().width()
