"""How the program looks in tests: one font and one style on every machine, whatever the test before put on.

DejaVu Sans has every character that the program writes, so no other font steps in for one. It has a size in points, so
that ``QT_FONT_DPI=120 pytest`` tries all tests with larger text.
"""

import os
from collections.abc import Callable
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILY, POINTS = "DejaVu Sans", 9

_OF_THE_DESKTOP = ("QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS")


def hide_desktop() -> None:
    """Keep the desktop's screen, fonts, style and scale from this process and its children; before Qt is imported."""
    for variable in _OF_THE_DESKTOP:
        os.environ.pop(variable, None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Fontconfig finds fonts on Linux, Qt's own search where there is none.
    os.environ |= {"FONTCONFIG_FILE": str(FONTS / "fonts.conf"), "QT_QPA_FONTDIR": str(FONTS)}


def pin_look(app) -> Callable[[], None]:
    """Give the application the font and style of tests, and return what gives them back after a test."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QFont, QFontDatabase

    from gui.look.theme import LIGHT, applied

    font = QFont(FAMILY, POINTS)
    # Hinting makes widths of whole pixels, which ones depends on the machine.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for file in sorted(FONTS.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    # Offscreen, macOS still names its own.
    QFontDatabase.systemFont = staticmethod(lambda kind: QFont(font))
    app.setStyle("Fusion")
    palette = app.palette()
    app.setFont(font)

    def give_back() -> None:
        if app.styleSheet():
            app.setStyleSheet("")
        if app.style().name().lower() != "fusion":
            app.setStyle("Fusion")
        if app.font() != font:
            app.setFont(font)
        if app.palette() != palette:
            app.setPalette(palette)
        applied.set_theme(LIGHT)
        app.styleHints().unsetColorScheme()
        app.setProperty("reduces_motion", False)
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    return give_back
