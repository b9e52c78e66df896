"""The canvas listens to mouse, touch, tablet and keys, shows what was drawn, and tells of it once a frame."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QInputDevice,
    QKeySequence,
    QPainter,
    QPointingDevice,
    QShortcut,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.drawing.preparation import find_ink
from core.drawing.sketch import CANVAS_SIDE
from gui.look.theme import LIGHT, THEMES, applied
from gui.panels.drawing import DrawingPanel
from gui.widgets.drawing.canvas import Canvas
from tests.layout import laid_out
from tests.painted import Painted


@pytest.fixture
def canvas(qtbot):
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(280, 280)
    widget.show()
    laid_out(widget)
    return widget


def draw_with_mouse(canvas, places, button=Qt.MouseButton.LeftButton):
    first, *rest = [QPoint(*place) for place in places]
    QTest.mousePress(canvas, button, pos=first)
    for place in rest:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, button, pos=rest[-1] if rest else first)


def test_a_mouse_draws_where_it_goes_without_a_gap(canvas):
    draw_with_mouse(canvas, [(40, 140), (90, 140), (240, 140)])
    ink = canvas.ink()
    assert ink.shape == (280, 280)
    assert ink.dtype == np.uint8
    assert (ink[140, 40:240] == 255).all()
    box = find_ink(ink)
    assert (box.top, box.bottom) == (129, 151)


@pytest.mark.parametrize("size", [(140, 140), (560, 400), (300, 700)])
def test_the_ink_is_the_same_at_any_size_of_the_widget(canvas, size):
    draw_with_mouse(canvas, [(60, 60), (140, 180), (220, 60)])
    expected = canvas.ink().astype(int)
    canvas.clear()
    canvas.resize(*size)
    side = min(size)
    corner = ((size[0] - side) / 2, (size[1] - side) / 2)
    scaled = [
        (round(corner[0] + x * side / 280), round(corner[1] + y * side / 280))
        for x, y in [(60, 60), (140, 180), (220, 60)]
    ]
    draw_with_mouse(canvas, scaled)
    assert np.abs(canvas.ink().astype(int) - expected).mean() < 1


def test_the_invitation_goes_and_comes_back_whole_with_the_ink(canvas, qtbot):
    class PaintedAreas(QObject):
        def __init__(self):
            super().__init__()
            self.areas = []

        def eventFilter(self, watched, event):  # noqa: N802, Qt's name
            if event.type() == QEvent.Type.Paint:
                self.areas.append(event.rect())
            return False

    QApplication.processEvents()
    painted = PaintedAreas()
    canvas.installEventFilter(painted)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.waitUntil(lambda: canvas.rect() in painted.areas)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QApplication.processEvents()
    painted.areas.clear()
    canvas.clear()
    qtbot.waitUntil(lambda: canvas.rect() in painted.areas)


def test_what_is_shown_is_ink_on_paper_of_the_theme(canvas):
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    for theme in THEMES.values():
        applied.set_theme(theme)
        shown = Painted(canvas)
        assert shown.color(140, 140) == theme.ink
        assert shown.color(140, 60) == theme.paper


def test_the_line_reaches_the_pointer_while_the_pen_is_down(canvas):
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 140))
    QTest.mouseMove(canvas, QPoint(240, 140))
    assert Painted(canvas).color(238, 140) == LIGHT.ink
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(240, 140))


def test_an_empty_canvas_invites_to_draw(canvas):
    middle = QRect(60, 120, 160, 40)
    invitation = Painted(canvas).part(middle)
    draw_with_mouse(canvas, [(270, 270)])
    assert Painted(canvas).part(middle) != invitation
    canvas.clear()
    canvas.clearFocus()
    assert Painted(canvas).part(middle) == invitation


def test_many_moves_are_told_once_a_frame(canvas, qtbot):
    told = []
    canvas.drawing_changed.connect(lambda: told.append(canvas.ink()))
    with qtbot.waitSignal(canvas.drawing_changed):
        draw_with_mouse(canvas, [(20 + step, 140) for step in range(200)])
    assert len(told) < 100
    np.testing.assert_array_equal(told[-1], canvas.ink())


def test_history_changes_where_a_stroke_begins_and_where_it_ends(canvas):
    told = []
    canvas.history_changed.connect(lambda: told.append(canvas.can_undo))
    draw_with_mouse(canvas, [(20 + place, 140) for place in range(0, 200, 2)])
    assert told == [False, True]
    canvas.undo()
    canvas.redo()
    canvas.clear()
    assert len(told) == 5


def test_the_right_button_erases(canvas):
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    draw_with_mouse(canvas, [(140, 120), (140, 160)], Qt.MouseButton.RightButton)
    assert canvas.ink()[140, 140] == 0
    assert canvas.ink()[140, 60] == 255


def test_the_eraser_erases_until_it_is_put_away(canvas):
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    canvas.set_erasing(True)
    draw_with_mouse(canvas, [(140, 120), (140, 160)])
    canvas.set_erasing(False)
    draw_with_mouse(canvas, [(60, 200), (240, 200)])
    assert canvas.ink()[140, 140] == 0
    assert canvas.ink()[200, 140] == 255


@pytest.mark.parametrize("width", [8, 44])
def test_the_pen_is_as_wide_as_it_is_set(canvas, width):
    canvas.set_pen_width(width)
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    assert np.count_nonzero(canvas.ink()[:, 140] > 127) == width


def test_a_finger_draws(canvas, qtbot):
    device = QTest.createTouchDevice()
    QTest.touchEvent(canvas, device).press(0, QPoint(40, 140), canvas).commit()
    QTest.touchEvent(canvas, device).move(0, QPoint(240, 140), canvas).commit()
    QTest.touchEvent(canvas, device).release(0, QPoint(240, 140), canvas).commit()
    assert (canvas.ink()[140, 40:240] == 255).all()
    assert canvas.can_undo
    canvas.undo()
    assert not canvas.can_undo, "a touch is one stroke, not also a mouse's"


TABLET = QPointingDevice(
    "tablet",
    1,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Pressure,
    1,
    1,
)
TABLET_ERASER = QPointingDevice(
    "tablet",
    2,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Eraser,
    QInputDevice.Capability.Pressure,
    1,
    1,
)


def draw_with_tablet(canvas, places, device=TABLET):
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(places) - 1), QEvent.Type.TabletRelease]
    for kind, (x, y, pressure) in zip(kinds, [*places, places[-1]], strict=True):
        place = QPointF(x, y)
        event = QTabletEvent(
            kind,
            device,
            place,
            QPointF(canvas.mapToGlobal(place.toPoint())),
            pressure,
            0,
            0,
            0,
            0,
            0,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
        )
        assert QApplication.sendEvent(canvas, event)
        assert event.isAccepted()


def test_a_tablets_pressure_is_the_width(canvas):
    draw_with_tablet(canvas, [(40 + 10 * step, 140, step / 20) for step in range(21)])
    heights = np.count_nonzero(canvas.ink() > 127, axis=0)
    assert heights[60] < heights[140] < heights[220]
    assert heights[140] == pytest.approx(22, abs=1)


def test_a_tablets_other_end_erases(canvas):
    draw_with_tablet(canvas, [(40, 140, 0.5), (240, 140, 0.5)])
    draw_with_tablet(canvas, [(140, 120, 0.5), (140, 160, 0.5)], TABLET_ERASER)
    assert canvas.ink()[140, 140] == 0
    assert canvas.ink()[140, 60] == 255


def test_keys_draw(canvas):
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    for _ in range(10):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    box = find_ink(canvas.ink())
    assert box.height == 92
    assert box.width == 22
    assert (box.left, box.top) == (129, 59)


def test_leaving_the_canvas_lifts_the_keyboards_pen(canvas):
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    canvas.clearFocus()
    before = canvas.ink()
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    np.testing.assert_array_equal(canvas.ink(), before)


@pytest.mark.parametrize("shape", [(20, 20), (300, 900), (5, 1)])
def test_a_pasted_image_replaces_the_drawing_and_can_be_undone(canvas, shape):
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    drawn = canvas.ink()
    image = np.zeros(shape, np.uint8)
    image[: shape[0] // 2 + 1] = 255
    canvas.paste(image)
    box = find_ink(canvas.ink())
    assert max(box.height, box.width) == 196
    assert abs(box.left + box.right - 280) <= 2
    assert abs(box.top + box.bottom - 280) <= 2
    canvas.undo()
    np.testing.assert_array_equal(canvas.ink(), drawn)


def test_a_notice_covers_the_drawing_until_it_is_taken_away(canvas):
    draw_with_mouse(canvas, [(40, 140), (240, 140)])
    canvas.clearFocus()
    drawn = Painted(canvas)
    canvas.set_notice("reading photo.jpg")
    assert Painted(canvas).color(60, 140) == LIGHT.paper
    canvas.set_notice("")
    assert Painted(canvas) == drawn


def test_the_pens_keys_come_before_the_windows_shortcuts(canvas, qtbot):
    shortcuts = []
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right):
        QShortcut(QKeySequence(key), canvas, lambda: shortcuts.append(1), context=Qt.ShortcutContext.WindowShortcut)
    with qtbot.waitActive(canvas):
        canvas.activateWindow()
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert not canvas.is_empty
    assert not shortcuts


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_pointer_is_as_wide_as_the_pen_and_wider_while_erasing(canvas, theme):
    applied.set_theme(theme)
    sides = []
    for width, erases in ((10, False), (40, False), (40, True)):
        canvas.set_pen_width(width)
        canvas.set_erasing(erases)
        ring = canvas.cursor().pixmap()
        sides.append(ring.width() / ring.devicePixelRatio())
        for ground in (theme.paper, theme.ink):
            under = QImage(ring.size(), QImage.Format.Format_RGB32)
            under.fill(QColor(ground))
            with QPainter(under) as painter:
                painter.drawPixmap(under.rect(), ring)
            shades = [under.pixelColor(x, ring.height() // 2).lightness() for x in range(ring.width())]
            assert max(shades) - min(shades) > 100
        assert ring.toImage().pixelColor(ring.rect().center()).alpha() == 0
    scale = canvas.paper().width() / CANVAS_SIDE
    assert sides == pytest.approx([10 * scale + 2, 40 * scale + 2, 64 * scale + 2], abs=0.6)


def test_a_drawing_that_came_back_can_be_cleared(qtbot):
    panel = DrawingPanel()
    qtbot.addWidget(panel)
    panel.canvas.paste(np.full((280, 280), 255, np.uint8))
    marks = panel.canvas.marks
    again = DrawingPanel()
    qtbot.addWidget(again)
    assert not again.clear_action.isEnabled()
    again.canvas.restore(marks)
    assert again.clear_action.isEnabled()
    again.clear_action.trigger()
    assert again.canvas.is_empty
