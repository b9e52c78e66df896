"""Weights as pictures: tiles, colors, units."""
