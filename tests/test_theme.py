"""Both themes are readable, tell their colors apart for every eye, and reach widgets that are already on screen."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from core.runs.run_history import COLORS
from gui.look.icons import line_icon
from gui.look.lettering import lettering
from gui.look.style_sheet import style_sheet
from gui.look.theme import (
    CONTRAST,
    DARK,
    LIGHT,
    THEMES,
    apply_theme,
    mix,
    named_colors,
    palette,
    scaled_font,
    set_role,
    system_theme,
)
from gui.widgets.confusion_matrix import FULL_RIGHT, FULL_WRONG
from gui.widgets.digit_image import DigitImage
from gui.widgets.icon_button import icon_button
from gui.widgets.stages.stage_terms import FULL
from tests.color_vision import COLOR_BLINDNESS, ciede2000, contrast, seen_as, seen_difference
from tests.layout import laid_out
from tests.painted import Painted

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)

LEAST_TEXT, LEAST_MARK = {"contrast": 7.0}, {"contrast": 4.5}
"""Contrasts by theme, where they are not the usual 4.5 and 3."""

APART = 10
"""Differences of colors that are told apart at a glance, in units of CIEDE2000."""


def least_text(theme):
    return LEAST_TEXT.get(theme.name, 4.5)


def least_mark(theme):
    return LEAST_MARK.get(theme.name, 3.0)


# Pairs of the table that Sharma, Wu and Dalal (2005) published to test implementations with.
@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_that_were_published(first, second, difference):
    assert ciede2000(first, second) == pytest.approx(difference, abs=1e-4)
    assert ciede2000(second, first) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_grays_look_the_same_to_every_eye(eye):
    for gray in ("#000000", "#777777", "#ffffff"):
        np.testing.assert_allclose(seen_as(gray, eye), seen_as(gray, "none"), atol=0.01)


def test_color_blind_eyes_confuse_what_they_are_known_to():
    assert seen_difference("#a65e00", "#6f8a00", "none") > 2 * seen_difference("#a65e00", "#6f8a00", "deuteranopia")
    assert seen_difference("#0000ff", "#007a7a", "none") > 15


@EVERY_THEME
def test_text_is_readable_wherever_it_stands(theme):
    for ground in (theme.window, theme.surface, theme.raised):
        for text in (theme.text, theme.muted, theme.link):
            assert contrast(text, ground) >= least_text(theme), (text, ground)
    for ground in (theme.window, theme.surface):
        for text in (theme.train, theme.test, theme.success, theme.warning, theme.error):
            assert contrast(text, ground) >= least_text(theme), (text, ground)
        for mark in (theme.disabled, theme.outline, theme.accent, *theme.runs):
            assert contrast(mark, ground) >= least_mark(theme), (mark, ground)
    assert contrast(theme.on_accent, theme.accent) >= least_text(theme)
    assert contrast(theme.ink, theme.paper) >= 12


@EVERY_THEME
def test_numbers_are_readable_on_the_colors_that_stand_for_them(theme):
    fills = [mix(theme.surface, theme.positive, FULL_RIGHT), mix(theme.surface, theme.negative, FULL_WRONG)]
    fills += [mix(theme.surface, end, FULL) for end in (theme.positive, theme.negative)]
    fills += [mix(theme.surface, theme.accent, 0.2)]
    for fill in fills:
        assert contrast(theme.text, fill) >= 4.5, fill.name()
    for sign in (theme.success, theme.warning, theme.error):
        assert contrast(sign, theme.raised) >= 4.5


def test_letters_are_readable_on_any_color():
    for level in range(0, 256, 15):
        for ground in (QColor(level, level, level), QColor(level, 255 - level, 128), QColor(255 - level, level, 40)):
            assert contrast(lettering(ground), ground) >= 4.5


GRAPHICS = (
    ("outline", "window"),
    ("outline", "surface"),
    ("outline", "raised"),
    ("accent", "window"),
    ("accent", "surface"),
    ("accent", "raised"),
    ("focus", "window"),
    ("focus", "surface"),
    ("focus", "raised"),
    ("link", "track"),
    ("muted", "window"),
    ("muted", "surface"),
)
"""What has to be found by its color alone, on what it stands: frames, grooves, scroll bars, marks, focus rings."""


@EVERY_THEME
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_controls_are_found_wherever_they_stand(theme, mark, ground):
    colors = named_colors(theme)
    least = 3 if ground in ("accent", "track") else least_mark(theme)
    assert contrast(colors[mark], colors[ground]) >= least


@EVERY_THEME
def test_the_primary_button_is_readable_under_the_pointer(theme):
    colors = named_colors(theme)
    assert contrast(colors["on_accent"], colors["accent_hover"]) >= least_text(theme)
    # The ring of the keyboard lies between the fill and the window, and stands out from the one by its shape.
    assert contrast(colors["text"], colors["window"]) >= 7
    assert contrast(colors["text"], colors["accent"]) >= 2.5


@EVERY_THEME
def test_the_style_sheet_frames_no_control_in_a_color_that_only_decorates(theme):
    """Scroll bars, grooves and the marks of chosen buttons stand on these grounds and have no other sign."""
    sheet = style_sheet(named_colors(theme), 1.0)
    parts = ("QScrollBar::handle", "QScrollBar::handle:hover", "QSlider::groove", "QProgressBar::chunk")
    found = dict(re.findall(r"(Q\w+::[\w:-]+) \{ background: (#\w+);", sheet))
    assert found.keys() >= set(parts)
    for part in parts:
        for ground in (theme.window, theme.surface):
            assert contrast(found[part], ground) >= least_mark(theme), (part, ground)


@EVERY_THEME
def test_the_ends_of_the_diverging_scale_stand_out_from_its_middle(theme):
    assert contrast(theme.positive, theme.neutral) >= least_text(theme)
    assert contrast(theme.negative, theme.neutral) >= least_text(theme)


@EVERY_THEME
@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_opposites_stay_apart_for_color_blind_eyes(theme, eye):
    assert seen_difference(theme.train, theme.test, eye) >= 2 * APART
    assert seen_difference(theme.positive, theme.negative, eye) >= 2 * APART


@EVERY_THEME
@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_runs_are_told_apart_by_every_eye(theme, eye):
    colors = (theme.train, theme.test, *theme.runs)
    assert len(theme.runs) == COLORS
    for place, first in enumerate(colors):
        for second in colors[place + 1 :]:
            assert seen_difference(first, second, eye) >= APART, (first, second)


@EVERY_THEME
@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_the_runs_that_come_first_are_told_apart_most_easily(theme, eye):
    for first, second in combinations(theme.runs[:4], 2):
        assert seen_difference(first, second, eye) >= 2 * APART, (first, second)


def test_an_applied_theme_reaches_widgets_already_shown(qtbot, qapp):
    label = QLabel("7,960 parameters")
    qtbot.addWidget(label)
    label.show()
    for theme in (LIGHT, DARK, CONTRAST, LIGHT):
        apply_theme(qapp, theme)
        assert label.palette().color(QPalette.ColorRole.WindowText).name() == theme.text
        assert Painted(label).color(0, 0) == theme.window


class StyleCount(QObject):
    """Counts how often a widget gets its style anew."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def test_a_theme_styles_a_widget_as_often_however_deep_it_lies(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    window = around = QWidget()
    qtbot.addWidget(window)
    labels = []
    for _ in range(10):
        around = QWidget(around)
        labels.append(QLabel("deep", around))
    window.show()
    counts = [StyleCount(label) for label in labels]
    apply_theme(qapp, DARK)
    assert [count.count for count in counts] == [2] * len(labels)
    assert labels[-1].palette().color(QPalette.ColorRole.WindowText).name() == DARK.text


def test_themes_that_come_and_go_leave_nothing_behind(qtbot, qapp):
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["SGD", "Adam"])
    box.show()

    def objects_after(changes):
        for _ in range(changes):
            apply_theme(qapp, DARK)
            apply_theme(qapp, LIGHT)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(box.findChildren(QObject))

    assert objects_after(2) == objects_after(4)


def test_a_role_changes_the_look_at_once(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    button = QPushButton("Train")
    qtbot.addWidget(button)
    button.resize(120, 40)
    plain = Painted(button).color(20, 8)
    set_role(button, "primary")
    assert plain == LIGHT.surface
    assert Painted(button).color(20, 8) == LIGHT.accent


def test_icons_and_what_paints_itself_follow_the_theme_wherever_they_were_made(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    button, image = icon_button("toolbar/minus", "Less"), DigitImage()
    for widget in (button, image):
        qtbot.addWidget(widget)
        widget.resize(60, 60)
        widget.show()
        laid_out(widget)
    copy = button.icon()
    for theme in (DARK, CONTRAST, LIGHT):
        apply_theme(qapp, theme)
        for icon in (button.icon(), copy, line_icon("toolbar/minus")):
            for mode, color in ((QIcon.Mode.Normal, theme.text), (QIcon.Mode.Disabled, theme.disabled)):
                drawn = icon.pixmap(QSize(32, 32), 2.0, mode).toImage()
                assert (drawn.width(), drawn.devicePixelRatio()) == (64, 2.0)
                assert drawn.pixelColor(32, 32).name() == color
        assert Painted(image).color(30, 20) == theme.paper


@EVERY_THEME
def test_disabled_text_differs_from_enabled(theme):
    colors = palette(theme)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        assert colors.color(QPalette.ColorGroup.Disabled, role).name() == theme.disabled
        assert colors.color(QPalette.ColorGroup.Active, role).name() == theme.text


@EVERY_THEME
def test_the_arrows_of_the_file_dialog_stand_out_from_their_buttons(qapp, qtbot, theme):
    apply_theme(qapp, theme)
    dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    laid_out(dialog)
    for name in ("backButton", "toParentButton"):
        picture = dialog.findChild(QAbstractButton, name).icon().pixmap(32).toImage()
        inked = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
        shade = max(inked, key=QColor.alpha)
        assert shade.alpha() == 255
        assert contrast(shade, theme.surface) >= 3


def test_the_system_decides_and_light_is_the_answer_where_it_does_not(qapp):
    apply_theme(qapp, DARK)
    qapp.styleHints().unsetColorScheme()
    hints = qapp.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark
    is_strong = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    assert system_theme() is (CONTRAST if is_strong else DARK if dark else LIGHT)


def test_fonts_scale_in_points_and_in_pixels():
    points, pixels = QFont(), QFont()
    points.setPointSizeF(10)
    pixels.setPixelSize(12)
    assert scaled_font(points, 1.5).pointSizeF() == 15
    assert scaled_font(pixels, 1.5, bold=True).pixelSize() == 18
    assert scaled_font(pixels, 1.5, bold=True).bold()


def test_mixing_goes_from_the_first_color_to_the_second():
    assert mix("#000000", "#ffffff", 0).name() == "#000000"
    assert mix("#000000", "#ffffff", 1).name() == "#ffffff"
    assert mix("#000000", "#ff0000", 0.5).name() == "#800000"


def test_the_style_sheet_styles_only_what_the_program_has():
    gui = Path(style_sheet.__code__.co_filename).parents[1]
    code = "".join(path.read_text(encoding="utf-8") for path in gui.rglob("*.py") if path.name != "style_sheet.py")
    within_others = {"QAbstractItemView", "QListView", "QTreeView", "QTextEdit", "QScrollBar", "QToolTip"}
    styled = set(re.findall(r"\bQ[A-Z]\w+", style_sheet(named_colors(LIGHT), 1.0))) - within_others
    assert styled - set(re.findall(r"\bQ[A-Z]\w+", code)) == set()
