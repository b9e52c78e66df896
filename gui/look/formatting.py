"""How numbers are written on screen: by the rules that the sentences of `core` follow too."""

from core.text.number_text import MINUS, NO_BREAK_SPACE, number, percent, probability

__all__ = ["MINUS", "NO_BREAK_SPACE", "number", "percent", "probability"]
