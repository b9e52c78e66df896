"""From what a hand draws to what a network sees."""

from core.drawing.preparation import Box, Preparation, find_ink, normalize_drawing, prepare

__all__ = ["Box", "Preparation", "find_ink", "normalize_drawing", "prepare"]
