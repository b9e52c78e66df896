"""How the window looks: sets of colors, light, dark and of high contrast, and how they reach every widget.

Qt's "Fusion" style looks alike on every system; a palette and a style sheet of our own refine it. A widget that wants
another look than its kind says so by the property ``role``, set with `set_role`:

    QLabel        "heading", "muted", "warning", "error", "value" (a number that matters)
    QPushButton   "primary" (the one that matters most in its group), "flat" (no frame until pointed at)
    QToolButton   "segment" (one of several choices in a row, checkable), "stepper" (a small plus or minus),
                  "lit" (says that something is on)
    QFrame        "card" (a surface with a thin border)
    QScrollArea   "reading" (a text that the keyboard scrolls)

Text reaches a contrast of 4.5 : 1 on every surface it stands on, marks and borders of controls 3 : 1 (WCAG 2.2, level
AA), and pairs of colors that mean different things stay apart for color-blind eyes. In the theme of high contrast text
reaches 7 : 1 (level AAA) and marks 4.5 : 1. Tests hold all of this.
"""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractItemDelegate, QApplication, QComboBox, QWidget

from gui.look.desktop_settings import desktop
from gui.look.left_to_right import EnglishTexts
from gui.look.style_sheet import style_sheet


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colors by what they are for, each as ``"#rrggbb"``.

    Attributes
    ----------
    name : str
        "light", "dark" or "contrast".
    window, surface, raised : str
        Behind everything; behind content such as plots, lists and entries; behind what is pointed at or pressed.
    text, muted, disabled : str
        What is read first, what explains it, what cannot be used now.
    border, outline : str
        Lines between areas, which only decorate; frames of controls, which must be found.
    accent, on_accent : str
        Fill of the primary button, of chosen items and of the focus ring; text on that fill.
    link : str
        The accent as text.
    train, test : str
        Curves and metrics of the training batches and of the test set.
    positive, neutral, negative : str
        The diverging scale of signed numbers: largest positive, zero, largest negative.
    success, warning, error : str
        As text and marks.
    paper, ink : str
        The two ends of the gray scale in which digits are shown.
    runs : tuple of str
        Past runs and branches in the plots, by their place; told apart from each other, from ``train`` and from
        ``test`` by color-blind eyes too: found by search, at least 12.5 apart (CIEDE2000) for every eye. Those
        nearest to ``train`` come last.
    """

    name: str
    window: str
    surface: str
    raised: str
    text: str
    muted: str
    disabled: str
    border: str
    outline: str
    accent: str
    on_accent: str
    link: str
    train: str
    test: str
    positive: str
    neutral: str
    negative: str
    success: str
    warning: str
    error: str
    paper: str
    ink: str
    runs: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what it stands on."""
        return QColor(self.window).lightness() < 128


LIGHT = Theme(
    name="light",
    window="#f1f3f6",
    surface="#ffffff",
    raised="#e3e8ef",
    text="#19202a",
    muted="#4f5966",
    disabled="#7c8592",
    border="#d3d9e1",
    outline="#78828f",
    accent="#1b5dc1",
    on_accent="#ffffff",
    link="#1553b0",
    train="#0067a6",
    test="#b54708",
    positive="#0a4fa8",
    neutral="#ffffff",
    negative="#c2301c",
    success="#166b3c",
    warning="#845200",
    error="#b3261e",
    paper="#ffffff",
    ink="#10141a",
    runs=("#880000", "#2299aa", "#0000cc", "#998855", "#8877ff", "#aa6677", "#443366", "#662233"),
)

DARK = Theme(
    name="dark",
    window="#14181e",
    surface="#1d232b",
    raised="#252d38",
    text="#e9ecf1",
    muted="#aab4c1",
    disabled="#7d8794",
    border="#343d49",
    outline="#747f8e",
    accent="#3574d4",
    on_accent="#ffffff",
    link="#8fb8ff",
    train="#5bb5f0",
    test="#f5a04a",
    positive="#62adff",
    neutral="#1a1f26",
    negative="#ff7d5e",
    success="#62d293",
    warning="#f2ba3d",
    error="#ff8f85",
    paper="#0c0f13",
    ink="#f3f5f8",
    runs=("#00ffee", "#9922ff", "#557700", "#ffee00", "#ff3366", "#449977", "#bb77aa", "#cceebb"),
)


CONTRAST = Theme(
    name="contrast",
    window="#000000",
    surface="#000000",
    raised="#2b2b2b",
    text="#ffffff",
    muted="#e8e8e8",
    disabled="#a6a6a6",
    border="#666666",
    outline="#d0d0d0",
    accent="#3a9cff",
    on_accent="#000000",
    link="#9ee7ff",
    train="#6cc8ff",
    test="#ffb366",
    positive="#66b3ff",
    neutral="#000000",
    negative="#ff8c73",
    success="#6ee7a0",
    warning="#ffd24d",
    error="#ffa39b",
    paper="#000000",
    ink="#ffffff",
    runs=("#ccffcc", "#bb44ff", "#ff0000", "#33aa88", "#eeff00", "#9988bb", "#ff5577", "#558855"),
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}
"""By name."""


class AppliedTheme(QObject):
    """The theme that is on. Whoever paints asks for it then; whoever keeps what was painted listens."""

    changed = Signal()
    """Another theme is on."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Have all that asks paint in the colors of a theme."""
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()


applied = AppliedTheme()


class Themed:
    """Painted in the colors of the theme that is on; to be named among the bases of a class."""

    @property
    def _theme(self) -> Theme:
        return applied.theme


def system_theme() -> Theme:
    """Return the theme that the system asks for; light where it does not say."""
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast or desktop.prefers_contrast:
        return CONTRAST
    # An earlier choice of the user's, made by `apply_theme`, would otherwise answer in the system's place.
    hints.unsetColorScheme()
    scheme = hints.colorScheme()
    is_dark = desktop.prefers_dark if scheme == Qt.ColorScheme.Unknown else scheme == Qt.ColorScheme.Dark
    return DARK if is_dark else LIGHT


def apply_theme(app: QApplication, theme: Theme, percent: int = 100) -> None:
    """Apply a theme to every widget of the program; may be called again at any time.

    Parameters
    ----------
    app : QApplication
        The one application.
    theme : Theme
        The theme. Where it differs from the system's, title bars and native dialogs follow it too, where the
        system lets them.
    percent : int
        How large text is, in per cent of the system's size.
    """
    scheme = Qt.ColorScheme.Dark if theme.is_dark else Qt.ColorScheme.Light
    if app.styleHints().colorScheme() not in (scheme, Qt.ColorScheme.Unknown):
        app.styleHints().setColorScheme(scheme)
    font = system_font() if percent == 100 else scaled_font(system_font(), percent / 100)
    if app.font() != font:
        app.setFont(font)
    # Over another style sheet, Qt styles every widget once for each widget around it, which takes four times as long
    # as to take that sheet away and put this one on. Nothing is painted between. Only now: without a sheet, some
    # widgets would keep the font that was.
    app.setStyleSheet("")
    if app.isRightToLeft() and not isinstance(app.style(), EnglishTexts):
        app.setStyle(EnglishTexts())
    elif app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(named_colors(theme), percent / 100))
    applied.set_theme(theme)
    _delete_old_delegates(app)


def _delete_old_delegates(app: QApplication) -> None:
    """Delete what Qt leaves behind where the list of a combo box looks otherwise without a style sheet."""
    for widget in app.allWidgets():
        if isinstance(widget, QComboBox):
            for delegate in widget.findChildren(QAbstractItemDelegate):
                if delegate is not widget.itemDelegate():
                    delegate.deleteLater()


def named_colors(theme: Theme) -> dict[str, str]:
    """Return the theme's colors and the shades made of them, by the names that the style sheet uses."""
    colors = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    is_lettered_dark = QColor(theme.on_accent).lightness() < 128
    return colors | {
        "focus": theme.link,
        # Away from the text on it.
        "accent_hover": mix(theme.accent, "#ffffff" if is_lettered_dark else "#000000", 0.15).name(),
        "mark": "dark" if is_lettered_dark else "light",
        "track": mix(theme.window, theme.text, 0.12).name(),
        "faint_outline": mix(theme.window, theme.text, 0.3).name(),
    }


def palette(theme: Theme) -> QPalette:
    """Return the theme as Qt's own palette, for whatever paints without the style sheet."""
    result = QPalette()
    role = QPalette.ColorRole
    for color_role, color in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.Light: theme.surface,
        role.Midlight: theme.raised,
        role.Mid: theme.border,
        role.Dark: theme.outline,
        role.Shadow: theme.border,
    }.items():
        result.setColor(color_role, QColor(color))
    for color_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, color_role, QColor(theme.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.raised))
    return result


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the looks named above, and show it at once."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def system_font() -> QFont:
    """Return the font in which the system would have text written."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)


def text_scale(font: QFont) -> float:
    """Return how large a font is beside the system's; lengths that go with text grow by this."""
    system = system_font()
    if font.pointSizeF() > 0 and system.pointSizeF() > 0:
        return font.pointSizeF() / system.pointSizeF()
    return QFontMetricsF(font).height() / QFontMetricsF(system).height()


def scaled_font(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Return ``font`` at ``factor`` times its size, whatever unit that is given in."""
    scaled = QFont(font)
    if font.pointSizeF() > 0:
        scaled.setPointSizeF(font.pointSizeF() * factor)
    else:
        scaled.setPixelSize(max(1, round(font.pixelSize() * factor)))
    scaled.setBold(bold)
    return scaled


@lru_cache(maxsize=1024)
def mix(first: str, second: str, share: float) -> QColor:
    """Return the color that lies the given share (0 to 1) of the way from ``first`` to ``second``."""
    a, b = QColor(first), QColor(second)
    return QColor.fromRgbF(
        *(x + share * (y - x) for x, y in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True)),
    )
