"""The style sheet: what palettes cannot say, such as rounded corners, padding and focus rings.

Lengths are in logical pixels, which Qt scales with the screen, or in heights of a line of text (em). Text has the size
of the application's font; icons and the small marks on controls (arrows, check marks) grow with it. The marks are
pictograms of one gray that stands out from all themes; those on the accent are light or dark, as text there is.
"""

from collections.abc import Mapping
from pathlib import Path
from string import Template

_MARKS = Path(__file__).resolve().parents[2] / "resources" / "icons" / "controls"

_LENGTHS = {"icon": 16, "small_icon": 12, "indicator": 14, "chevron": 12, "spin_chevron": 11}
_LENGTHS |= {"spin_button": 18, "drop_down": 20, "menu_room": 18}
"""What grows with the text, by the names that the template uses, in logical pixels beside text of the usual size."""

_TEMPLATE = Template("""
QToolTip {
    background: $raised; color: $text; border: 1px solid $outline; padding: 4px 6px;
}
QLabel:disabled { color: $disabled; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="error"] { color: $error; }
QLabel[role="value"] { font-weight: 600; color: $link; }
QLabel[role="muted"]:disabled, QLabel[role="value"]:disabled { color: $disabled; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 6px; }

QPushButton, QToolButton {
    background: $surface; color: $text; border: 1px solid $outline; border-radius: 5px; padding: 4px 11px;
}
QPushButton { min-height: 1.3em; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QFileDialog {
    backward-icon: url("$marks/chevron-left.svg"); forward-icon: url("$marks/chevron-right.svg");
    filedialog-parent-directory-icon: url("$marks/chevron-up.svg");
}
QPushButton, QToolButton { icon-size: $icon; }
QToolButton[role="stepper"] { icon-size: $small_icon; }
QToolButton { padding: 4px 6px; }
QPushButton:hover, QToolButton:hover { background: $raised; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: $raised; border-color: $link;
}
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 3px 10px; }
QToolButton:focus { padding: 3px 5px; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: $window; border-color: $border; }
QPushButton[role="primary"], QToolButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QToolButton[role="lit"]:checked { background: transparent; color: $link; border-color: $link; font-weight: 600; }
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled {
    background: $raised; color: $disabled; border-color: $raised;
}
QToolButton[role="flat"] { background: transparent; border-color: transparent; }
QToolButton[role="flat"]:hover { background: $raised; }
QToolButton[role="flat"]:focus { border-color: $focus; }
QToolButton[role="flat"]:disabled { background: transparent; border-color: transparent; }
QToolButton[role="segment"] { border-radius: 4px; border-color: $border; padding: 2px 5px; color: $muted; }
QToolButton[role="segment"]:checked {
    background: $accent; border-color: $accent; color: $on_accent;
}
QToolButton[role="segment"]:focus { border: 2px solid $focus; padding: 1px 4px; }
QToolButton[role="segment"]:checked:focus { border-color: $text; }
QToolButton[role="segment"]:disabled { color: $disabled; }
QToolButton[role="segment"]:checked:disabled { background: $raised; border-color: $raised; color: $disabled; }
QToolButton::menu-indicator { image: none; }
QToolButton[popupMode="2"] { padding-right: $menu_room; }
QToolButton[popupMode="2"]::menu-indicator {
    image: url("$marks/chevron-down.svg"); width: $chevron; height: $chevron;
    subcontrol-origin: padding; subcontrol-position: center right; right: 4px;
}

QLineEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: $surface; color: $text; border: 1px solid $outline; border-radius: 5px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QAbstractSpinBox, QComboBox { padding: 2px 6px; min-height: 1.3em; }
QLineEdit:focus, QTextEdit:focus { border: 2px solid $focus; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid $focus; padding: 1px 5px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: $window; border-color: $border;
}
QLineEdit[role="invalid"] { border: 2px solid $error; padding: 1px 5px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; padding: 0; background: transparent; min-height: 0; }
QAbstractSpinBox { qproperty-alignment: "AlignRight | AlignVCenter"; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: $spin_button; border: none; background: transparent; margin: 2px;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $raised; border-radius: 3px; }
QAbstractSpinBox::up-arrow { image: url("$marks/chevron-up.svg"); width: $spin_chevron; height: $spin_chevron; }
QAbstractSpinBox::down-arrow { image: url("$marks/chevron-down.svg"); width: $spin_chevron; height: $spin_chevron; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: url("$marks/chevron-up-off.svg"); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: url("$marks/chevron-down-off.svg"); }
QComboBox { padding-right: 1px; combobox-popup: 0; }
QComboBox:focus { padding-right: 0; }
QComboBox::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; width: $drop_down; border: none;
    background: transparent;
}
QComboBox::down-arrow { image: url("$marks/chevron-down.svg"); width: $chevron; height: $chevron; }
QComboBox::down-arrow:disabled { image: none; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $outline; outline: none; padding: 2px;
    selection-background-color: $accent; selection-color: $on_accent;
}

QCheckBox { spacing: 7px; padding: 2px; border: 2px solid transparent; }
QCheckBox:focus { border: 2px solid $focus; border-radius: 5px; }
QCheckBox:disabled { color: $disabled; }
QCheckBox::indicator, QMenu::indicator, QTableView::indicator {
    width: $indicator; height: $indicator; background: $surface; border: 1px solid $outline; border-radius: 3px;
}
QMenu::indicator:exclusive { border-radius: $radius; }
QCheckBox::indicator:hover, QTableView::indicator:hover { background: $raised; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QMenu::indicator:non-exclusive:checked {
    background: $accent; border-color: $accent; image: url("$marks/check-$mark.svg");
}
QMenu::indicator:exclusive:checked {
    background: $accent; border-color: $accent; image: url("$marks/dot-$mark.svg");
}
QCheckBox::indicator:disabled, QTableView::indicator:disabled {
    background: $window; border-color: $border;
}
QCheckBox::indicator:checked:disabled, QTableView::indicator:checked:disabled {
    background: $raised; image: url("$marks/check-grey.svg");
}

QSlider:horizontal { min-height: 20px; }
QSlider::groove { background: $outline; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::groove:disabled, QSlider::sub-page:disabled {
    background: $faint_outline;
}
QSlider::handle {
    background: $surface; border: 2px solid $accent; border-radius: 7px; width: 10px; height: 10px;
}
QSlider::handle:horizontal { margin: -5px 0; }
QSlider::handle:hover { background: $raised; border-color: $link; }
QSlider::handle:focus { background: $focus; border-color: $focus; }
QSlider::handle:disabled { background: $window; border-color: $faint_outline; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 3px solid transparent;
    padding: 6px $beside_title;
}
QTabBar::tab:hover { color: $text; background: $raised; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $link; border-bottom-color: $focus; }
QTabBar::tab:disabled { color: $disabled; }
QTabBar::scroller { width: $scroller; }
QTabBar QToolButton { background: $window; border: none; padding: 0; }
QTabBar QToolButton::left-arrow { image: url("$marks/chevron-left.svg"); width: $chevron; height: $chevron; }
QTabBar QToolButton::right-arrow { image: url("$marks/chevron-right.svg"); width: $chevron; height: $chevron; }

QMenuBar { background: $window; border-bottom: 1px solid $border; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 4px; }
QMenuBar::item:selected { background: $raised; color: $text; }
QMenu { background: $surface; color: $text; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QMenu::indicator { margin-left: 6px; }
QMenu::icon { padding-left: 6px; }
QMenu::right-arrow { image: url("$marks/chevron-right.svg"); width: $chevron; height: $chevron; margin-right: 4px; }

QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $outline; }

QScrollArea { border: none; }
QScrollArea[role="reading"] { border: 1px solid transparent; }
QScrollArea[role="reading"]:focus { border-color: $focus; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $outline; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0; height: 0;
}

QProgressBar {
    background: $track; color: $text; border: none; border-radius: 4px; text-align: center; min-height: 8px;
}
QProgressBar::chunk { background: $link; border-radius: 4px; }

QAbstractItemView {
    background: $surface; alternate-background-color: $window; border: 1px solid $border; border-radius: 5px;
    selection-background-color: $accent; selection-color: $on_accent; outline: none;
}
QListView::item, QTreeView::item { padding: 2px 4px; min-height: 1.3em; }
QAbstractItemView:focus { border-color: $focus; }
QHeaderView::section {
    background: $window; color: $muted; border: none; border-bottom: 1px solid $border; padding: 4px 6px;
}
""")


def style_sheet(colors: Mapping[str, str], scale: float) -> str:
    """Return the style sheet of the whole program.

    Parameters
    ----------
    colors : mapping of str to str
        ``"#rrggbb"`` by the names that the template uses: those of `gui.look.theme.Theme` and its derived shades.
    scale : float
        How large text is, 1 for the system's size.
    """
    lengths = {name: f"{round(scale * length)}px" for name, length in _LENGTHS.items()}
    # Half of a mark with its frame; Qt draws a square where it is more.
    lengths["radius"] = f"{round(scale * _LENGTHS['indicator']) // 2 + 1}px"
    # The larger the titles of tabs, the less room there is around them: all fit into a narrow column.
    lengths["scroller"] = f"{round(22 * scale)}px"
    lengths["beside_title"] = f"{round(8 / scale**3)}px"
    return _TEMPLATE.substitute(colors, **lengths, marks=_MARKS.as_posix())
