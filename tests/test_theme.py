"""Both themes are readable, tell their colors apart for every eye, and reach widgets that are already on screen."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from core.runs.run_history import COLORS
from gui.look.style_sheet import style_sheet
from gui.look.theme import DARK, LIGHT, apply_theme, mix, named_colors, palette, scaled_font, set_role, system_theme
from tests.layout import laid_out
from tests.painted import Painted

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)

# Machado, Oliveira, Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency".
COLOR_BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3),
}


def linear(color):
    srgb = np.array(QColor(color).getRgbF()[:3])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    high, low = sorted((float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (first, second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    """CIE 1976 L*a*b* of a linear sRGB color under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    ratio = xyz / [0.9505, 1.0, 1.089]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen_difference(first, second, eye):
    seen = [lab(np.clip(np.array(COLOR_BLINDNESS[eye]) @ linear(color), 0, 1)) for color in (first, second)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@THEMES
def test_text_is_readable_wherever_it_stands(theme):
    for ground in (theme.window, theme.surface, theme.raised):
        for text in (theme.text, theme.muted, theme.link):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for ground in (theme.window, theme.surface):
        for text in (theme.train, theme.test, theme.success, theme.warning, theme.error):
            assert contrast(text, ground) >= 4.5, (text, ground)
        for text in (theme.disabled, theme.outline, theme.accent, *theme.runs):
            assert contrast(text, ground) >= 3, (text, ground)
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.ink, theme.paper) >= 12


GRAPHICS = (
    ("outline", "window"),
    ("outline", "surface"),
    ("outline", "raised"),
    ("accent", "window"),
    ("accent", "surface"),
    ("link", "raised"),
    ("link", "track"),
    ("muted", "window"),
)
"""What has to be found by its color alone, on what it stands: frames, grooves, scroll bars, marks, focus rings."""


@THEMES
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_controls_are_found_wherever_they_stand(theme, mark, ground):
    colors = named_colors(theme)
    assert contrast(colors[mark], colors[ground]) >= 3


@THEMES
def test_the_primary_button_is_readable_under_the_pointer(theme):
    colors = named_colors(theme)
    assert contrast(colors["on_accent"], colors["accent_hover"]) >= 4.5


@THEMES
def test_the_style_sheet_frames_no_control_in_a_color_that_only_decorates(theme):
    """Scroll bars, grooves and the marks of chosen buttons stand on these grounds and have no other sign."""
    sheet = style_sheet(named_colors(theme), 1.0)
    found = dict(re.findall(r"(QScrollBar::handle|QSlider::groove) \{ background: (#\w+);", sheet))
    assert set(found) == {"QScrollBar::handle", "QSlider::groove"}
    for color in found.values():
        assert contrast(color, theme.window) >= 3
        assert contrast(color, theme.surface) >= 3


@THEMES
def test_the_ends_of_the_diverging_scale_stand_out_from_its_middle(theme):
    assert contrast(theme.positive, theme.neutral) >= 4.5
    assert contrast(theme.negative, theme.neutral) >= 4.5


@THEMES
@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_opposites_stay_apart_for_color_blind_eyes(theme, eye):
    assert seen_difference(theme.train, theme.test, eye) >= 25
    assert seen_difference(theme.positive, theme.negative, eye) >= 25


@THEMES
@pytest.mark.parametrize("eye", COLOR_BLINDNESS)
def test_runs_are_told_apart_by_every_eye(theme, eye):
    colors = (theme.train, theme.test, *theme.runs)
    assert len(theme.runs) == COLORS
    for place, first in enumerate(colors):
        for second in colors[place + 1 :]:
            assert seen_difference(first, second, eye) >= 17, (first, second)


def test_an_applied_theme_reaches_widgets_already_shown(qtbot, qapp):
    label = QLabel("7,960 parameters")
    qtbot.addWidget(label)
    label.show()
    for theme in (LIGHT, DARK, LIGHT):
        apply_theme(qapp, theme)
        assert label.palette().color(QPalette.ColorRole.WindowText).name() == theme.text
        assert Painted(label).color(0, 0) == theme.window


class StyleCount(QObject):
    """Counts how often a widget is dressed anew."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def test_a_theme_dresses_a_widget_as_often_however_deep_it_lies(qtbot, qapp):
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


@THEMES
def test_disabled_text_differs_from_enabled(theme):
    colors = palette(theme)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        assert colors.color(QPalette.ColorGroup.Disabled, role).name() == theme.disabled
        assert colors.color(QPalette.ColorGroup.Active, role).name() == theme.text


@THEMES
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
    dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert system_theme() is (DARK if dark else LIGHT)


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
