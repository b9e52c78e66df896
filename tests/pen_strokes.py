"""Strokes as a hand draws them on the canvas, to measure how well drawings are recognized."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.drawing.sketch import Sketch


def render_pen_strokes(strokes: Sequence[NDArray[np.floating]], width: float) -> NDArray[np.uint8]:
    """Draw strokes as if a hand had drawn them on the canvas.

    Parameters
    ----------
    strokes : sequence of float arrays of shape (p, 2)
        The places that the pen reported, x first, in units of the canvas (0 to 280).
    width : float
        Diameter of the pen, in the same units.

    Returns
    -------
    uint8 array of shape (280, 280)
        0 is paper, 255 is full ink.
    """
    sketch = Sketch()
    for stroke in strokes:
        for index, (x, y) in enumerate(np.asarray(stroke, float).tolist()):
            move = sketch.extend if index else sketch.begin
            move(x, y, width)
        sketch.end()
    return sketch.ink()
