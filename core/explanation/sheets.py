"""Maps that are shown beside a stage, as images: what a kernel is laid on, the kernel, and the products."""

from dataclasses import dataclass

from core.network.arrays import Floats

Frame = tuple[int, int, int, int]
"""Row, column, rows and columns of a part of a map; what lies outside of the map is left out."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Some maps of the same size.

    Attributes
    ----------
    caption : str
        What they are, in symbols.
    name : str
        The same in words.
    maps : float array of shape (maps, rows, columns)
        The numbers.
    frame : Frame or None
        A part that is framed in each of them.
    is_ink : bool
        Whether the numbers are ink from 0 to 1.
    """

    caption: str
    name: str
    maps: Floats
    frame: Frame | None = None
    is_ink: bool = False
