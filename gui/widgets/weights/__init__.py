"""Weights as images: tiles, colors, units."""
