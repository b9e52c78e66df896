"""Letters on a ground of any color: black or white, whichever can be read."""

from PySide6.QtGui import QColor

_EVEN = 0.179
"""Luminance of the ground on which black and white stand out equally, at 4.58 : 1."""


def lettering(ground: QColor) -> QColor:
    """Return black or white, whichever stands out more from a color; at least 4.5 : 1 (WCAG 2.2)."""
    return QColor("#000000" if _luminance(ground) > _EVEN else "#ffffff")


def _luminance(color: QColor) -> float:
    """Return the relative luminance of an sRGB color, 0 to 1."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3])
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
