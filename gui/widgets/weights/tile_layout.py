"""How many equal tiles stand side by side, and how large: arithmetic for `gui.widgets.weights.tile_grid`."""

from dataclasses import dataclass
from math import ceil

_LEAST_GAP = 4.0
"""Logical pixels between two tiles; less looks like one image."""

_WIDEST_GAP = 4
"""The widest gap between two tiles side by side, where there is more room than they need, is a tile by this."""

_ZOOMS = (*(half / 2 for half in range(2, 12)), *(float(zoom) for zoom in range(6, 65)))
"""Screen pixels per pixel of the image: whole ones, and halves, whose regular pattern looks even as well."""


@dataclass(frozen=True)
class TileLayout:
    """Tiles in rows from left to right and top to bottom.

    Attributes
    ----------
    count : int
        Tiles.
    columns : int
        Tiles in a full row.
    zoom : float
        Logical pixels of the screen per pixel of the image.
    tile_width, tile_height : int
        Pixels of a tile.
    across, down : int
        Pixels of the image from a tile to the next one beside and below it.
    """

    count: int
    columns: int
    zoom: float
    tile_width: int
    tile_height: int
    across: int
    down: int

    @property
    def rows(self) -> int:
        """Rows, the last of which may not be full."""
        return ceil(self.count / self.columns)

    @property
    def width(self) -> float:
        """Logical pixels that a full row needs, without the gap after the last tile."""
        return ((self.columns - 1) * self.across + self.tile_width) * self.zoom

    @property
    def height(self) -> float:
        """Logical pixels that all rows need, without the gap below the last one."""
        return ((self.rows - 1) * self.down + self.tile_height) * self.zoom

    def tile_at(self, x: float, y: float) -> int | None:
        """Return the tile at a point, None where there is none."""
        column, row = int(x // (self.across * self.zoom)), int(y // (self.down * self.zoom))
        tile = row * self.columns + column
        return tile if 0 <= column < self.columns and row >= 0 and tile < self.count else None

    def corner(self, tile: int) -> tuple[float, float]:
        """Return x and y of a tile's top left corner."""
        row, column = divmod(tile, self.columns)
        return column * self.across * self.zoom, row * self.down * self.zoom

    def neighbor(self, tile: int, across: int, down: int) -> int:
        """Return the tile so many steps away, or the nearest to there that exists."""
        moved = tile + across + down * self.columns
        if down and not 0 <= moved < self.count:
            return tile
        return min(max(moved, 0), self.count - 1)


def fitting_layout(
    count: int, tile: tuple[int, int], width: float, height: float, ratio: float = 1.0, least: float = 0.0
) -> TileLayout:
    """Return the layout with the largest tiles that fit, or the smallest that can be read where none do.

    Parameters
    ----------
    count : int
        Tiles, at least one.
    tile : tuple of int
        Width and height of one, in pixels.
    width, height : float
        Room in logical pixels.
    ratio : float
        Screen pixels per logical pixel.
    least : float
        How large a tile must be to be told from others, in logical pixels; those that do not fit are scrolled to.
    """
    best = None
    zooms = _zooms(ratio)
    readable = [zoom for zoom in zooms if least <= tile[0] * zoom <= width]
    for zoom in readable or zooms:
        layout = layout_at(count, tile, width, zoom)
        if best is not None and (layout.height > height or layout.width > width):
            break
        best = layout
    assert best is not None
    return best


def layout_at(count: int, tile: tuple[int, int], width: float, zoom: float) -> TileLayout:
    """Return as many tiles of this zoom side by side as fit, at least one, and no more rows than they need.

    Room that is left over goes between them.
    """
    (wide, high), gap = tile, ceil(_LEAST_GAP / zoom)
    columns = min(count, max(1, int((width / zoom + gap) // (wide + gap))))
    columns = ceil(count / ceil(count / columns))
    spare = int((width / zoom - wide) // (columns - 1)) - wide if columns > 1 else gap
    return TileLayout(count, columns, zoom, wide, high, wide + max(gap, min(spare, wide // _WIDEST_GAP)), high + gap)


def next_zoom(zoom: float, step: int, ratio: float = 1.0) -> float:
    """Return the next larger (step 1) or smaller (step -1) zoom that looks even, or the same at the ends."""
    zooms = _zooms(ratio)
    place = min(range(len(zooms)), key=lambda index: abs(zooms[index] - zoom))
    return zooms[min(max(place + step, 0), len(zooms) - 1)]


def _zooms(ratio: float) -> list[float]:
    return [zoom / ratio for zoom in _ZOOMS if zoom / ratio >= 1 or zoom == _ZOOMS[-1]]
