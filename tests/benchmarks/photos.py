"""Photos of handwritten digits, made from pen strokes: sheets, light and a camera of every kind, from a seed.

A sheet is painted (paper, rulings, holes, boxes), the digit is written on it with a pen, the sheet is laid on a table
and seen from an angle, light falls on it, and a camera adds blur, noise, a color cast and JPEG. Nothing here knows how
`core.drawing.photos` reads a photo.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Strokes = list[NDArray[np.float64]]
Chance = np.random.Generator

PENS = {
    "black": (25, 25, 30),
    "blue": (30, 45, 140),
    "red": (185, 35, 40),
    "pencil": (85, 85, 90),
    "green": (20, 95, 55),
}


@dataclass
class Scene:
    """What there is before the camera; lengths are shares of the sheet's height."""

    chance: Chance
    strokes: Strokes
    aspect: float = 0.75
    paper: tuple[float, float, float] = (236, 234, 228)
    ink: tuple[int, int, int] = PENS["black"]
    digit_side: float = 0.45
    pen: float = 0.05
    """Width of the pen, as a share of the digit's longer side."""
    place: tuple[float, float] = (0.5, 0.5)
    tilt: float = 2.0
    """Degrees by which the sheet may be turned."""
    slope: float = 0.02
    """By how much of the image each corner may be off."""
    covers: float | None = None
    """Share of the photo that the sheet covers; None where it is all one sees."""
    table: tuple[float, float, float] = (90, 70, 55)
    grain: float = 6.0
    shadow: float = 0.0
    gradient: float = 0.15
    noise: float = 3.0
    blur: float = 0.6
    side: int = 1000
    print_on: list[Callable[["Scene", Image.Image], None]] = field(default_factory=list)

    def digit_box(self, height: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the digit on a sheet of this height, in pixels."""
        size = np.concatenate(self.strokes).max(axis=0) * self.digit_side * height
        x = self.place[0] * self.aspect * height - size[0] / 2
        y = self.place[1] * height - size[1] / 2
        return x, y, x + size[0], y + size[1]


def rule(pitch: float, color: tuple[int, int, int], width: float, *, squares: bool = False, margin: bool = False):
    """Rule the whole sheet."""

    def paint(scene: Scene, sheet: Image.Image) -> None:
        draw = ImageDraw.Draw(sheet)
        line = max(1, round(width * sheet.height))
        first = scene.chance.uniform(0.3, 1) * pitch * sheet.height
        for y in np.arange(first, sheet.height, pitch * sheet.height):
            draw.line([(0, y), (sheet.width, y)], fill=color, width=line)
        if squares:
            for x in np.arange(scene.chance.uniform(0.3, 1) * pitch * sheet.height, sheet.width, pitch * sheet.height):
                draw.line([(x, 0), (x, sheet.height)], fill=color, width=line)
        if margin:
            x = scene.chance.uniform(0.08, 0.16) * sheet.width
            draw.line([(x, 0), (x, sheet.height)], fill=(205, 110, 115), width=line)

    return paint


def punch(count: int, radius: float, inside: tuple[int, int, int]):
    """Punch holes along the left or the upper edge."""

    def paint(scene: Scene, sheet: Image.Image) -> None:
        draw, r = ImageDraw.Draw(sheet), radius * sheet.height
        along_top = scene.chance.random() < 0.25
        span = sheet.width if along_top else sheet.height
        off = scene.chance.uniform(1.6, 3) * r
        for at in span * (np.arange(count) + scene.chance.uniform(0.3, 0.7)) / count:
            x, y = (at, off) if along_top else (off, at)
            draw.ellipse([x - r, y - r, x + r, y + r], fill=inside)

    return paint


def frame(columns: int, gap: float, color: tuple[int, int, int], width: float):
    """Print a box around the digit, or a row of boxes of which it stands in one."""

    def paint(scene: Scene, sheet: Image.Image) -> None:
        draw, line = ImageDraw.Draw(sheet), max(1, round(width * sheet.height))
        left, top, right, bottom = scene.digit_box(sheet.height)
        pad = gap * scene.digit_side * sheet.height + line
        half = max(right - left, 0.6 * (bottom - top)) / 2 + pad
        middle = (left + right) / 2
        here = int(scene.chance.integers(columns))
        for column in range(columns):
            x = middle + (column - here) * 2 * half
            draw.rectangle([x - half, top - pad, x + half, bottom + pad], outline=color, width=line)

    return paint


def cells(color: tuple[int, int, int], width: float):
    """Print a table over most of the sheet, one of whose cells holds the digit."""

    def paint(scene: Scene, sheet: Image.Image) -> None:
        draw, line = ImageDraw.Draw(sheet), max(1, round(width * sheet.height))
        left, top, right, bottom = scene.digit_box(sheet.height)
        pad = scene.chance.uniform(0.12, 0.4) * scene.digit_side * sheet.height + line
        high, wide = bottom - top + 2 * pad, (right - left + 2 * pad) * scene.chance.uniform(1, 1.8)
        rows = np.arange(top - pad - 8 * high, sheet.height, high)
        columns = np.arange((left + right) / 2 - wide / 2 - 8 * wide, sheet.width, wide)
        edge = 0.04 * sheet.width
        rows, columns = rows[rows > edge], columns[columns > edge]
        rows, columns = rows[rows < sheet.height - edge], columns[columns < sheet.width - edge]
        if not len(rows) or not len(columns):
            return
        for y in rows:
            draw.line([(columns[0], y), (columns[-1], y)], fill=color, width=line)
        for x in columns:
            draw.line([(x, rows[0]), (x, rows[-1])], fill=color, width=line)

    return paint


def underline(color: tuple[int, int, int], width: float):
    """Draw a line below the digit by hand, wider than it."""

    def paint(scene: Scene, sheet: Image.Image) -> None:
        left, _, right, bottom = scene.digit_box(sheet.height)
        size = scene.digit_side * sheet.height
        y = bottom + scene.chance.uniform(0.06, 0.22) * size
        ends = [left - scene.chance.uniform(0.05, 0.4) * size, right + scene.chance.uniform(0.05, 0.4) * size]
        x = np.linspace(*ends, 12)
        bow = y + 0.015 * size * np.sin(np.linspace(0, 3, 12)) + scene.chance.normal(0, 0.02) * (x - x[0])
        draw = ImageDraw.Draw(sheet)
        draw.line(list(zip(x, bow, strict=True)), fill=color, width=max(1, round(width * size)), joint="curve")

    return paint


def take_photo(scene: Scene, quality: int | None = None) -> bytes:
    """Return the photo as a JPEG file."""
    chance = scene.chance
    height = round(scene.side if scene.aspect <= 1 else scene.side / scene.aspect)
    width = round(height * scene.aspect)
    sheet = _paint_sheet(scene, height, width)
    photo = _lay_down(scene, sheet)
    photo = _light(scene, photo)
    if scene.blur:
        photo = photo.filter(ImageFilter.GaussianBlur(scene.blur * scene.side / 1000))
    shades = np.asarray(photo, np.float32)
    shades = shades * chance.uniform(0.9, 1.05, 3).astype(np.float32)
    gray = chance.normal(0, 1, shades.shape[:2]).astype(np.float32)[..., None]
    colored = chance.normal(0, 1, shades.shape).astype(np.float32)
    shades += scene.noise * (0.8 * gray + 0.6 * colored)
    file = io.BytesIO()
    Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8)).save(
        file, "JPEG", quality=quality or int(chance.integers(45, 95))
    )
    return file.getvalue()


def _paint_sheet(scene: Scene, height: int, width: int) -> Image.Image:
    sheet = Image.new("RGB", (width, height), tuple(int(shade) for shade in scene.paper))
    for paint in scene.print_on:
        paint(scene, sheet)
    side = scene.digit_side * height
    left, top, _, _ = scene.digit_box(height)
    # Twice as fine, then averaged: smooth edges.
    mask = Image.new("L", (2 * width, 2 * height))
    draw = ImageDraw.Draw(mask)
    pen = max(2.0, 2 * scene.pen * side)
    for stroke in scene.strokes:
        places = 2 * (_smooth(stroke) * side + (left, top))
        for (x, y), press in zip(places, _pressure(scene.chance, len(places)), strict=True):
            r = pen * press / 2
            draw.ellipse([x - r, y - r, x + r, y + r], fill=255)
    mask = mask.resize((width, height), Image.Resampling.BOX)
    if scene.ink == PENS["pencil"]:
        rough = scene.chance.uniform(0.6, 1, (height, width))
        mask = Image.fromarray((np.asarray(mask) * rough).astype(np.uint8))
    sheet.paste(Image.new("RGB", sheet.size, scene.ink), mask=mask)
    return sheet


def _smooth(stroke: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places along a stroke so close that dots make a line of them."""
    if len(stroke) < 2:
        return stroke
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    fine = np.linspace(0, along[-1], max(2, int(along[-1] / 0.006)))
    return np.column_stack([np.interp(fine, along, stroke[:, axis]) for axis in (0, 1)])


def _pressure(chance: Chance, count: int) -> NDArray[np.float64]:
    knots = chance.uniform(0.82, 1.12, max(2, count // 40))
    return np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(knots)), knots)


def _lay_down(scene: Scene, sheet: Image.Image) -> Image.Image:
    """Turn the sheet, see it from an angle, and put it on a table where it does not fill the photo."""
    chance, (width, height) = scene.chance, sheet.size
    scale = 1.0 if scene.covers is None else float(np.sqrt(scene.covers))
    angle = np.deg2rad(chance.uniform(-scene.tilt, scene.tilt))
    # Where nothing but the sheet is seen, it reaches beyond the photo's edges on all sides.
    reach = scale if scene.covers is not None else 1.0
    corners = np.array([(-1, -1), (-1, 1), (1, 1), (1, -1)], float) * (width / 2 * reach, height / 2 * reach)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([width / 2, height / 2])
    if scene.covers is not None:
        slack = (1 - scale) / 2
        middle = middle + chance.uniform(-0.7, 0.7, 2) * slack * np.array([width, height])
    seen = corners @ turn.T + middle + chance.uniform(-scene.slope, scene.slope, (4, 2)) * min(width, height)
    factors = _perspective(seen, np.array([(0, 0), (0, height), (width, height), (width, 0)], float))
    if scene.covers is None:
        # Mirrored paper continues the sheet without an edge.
        return _warp_beyond(sheet, factors)
    laid = sheet.convert("RGBA").transform(
        (width, height), Image.Transform.PERSPECTIVE, factors, Image.Resampling.BICUBIC
    )
    table = _table(scene, width, height)
    opacity = laid.getchannel("A")
    # The sheet's own shadow on the table.
    fallen = Image.fromarray((np.asarray(opacity) * 0.45).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.008 * height)
    )
    shift = round(0.006 * height)
    table.paste(Image.new("RGB", table.size), (shift, shift), mask=fallen)
    table.paste(laid.convert("RGB"), mask=opacity)
    return table


def _warp_beyond(sheet: Image.Image, factors: list[float]) -> Image.Image:
    width, height = sheet.size
    a = np.asarray(sheet)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    scale = factors[6] * x + factors[7] * y + 1
    u = (factors[0] * x + factors[1] * y + factors[2]) / scale
    v = (factors[3] * x + factors[4] * y + factors[5]) / scale
    u, v = np.clip(u, 0, width - 1.001), np.clip(v, 0, height - 1.001)
    left, top = u.astype(np.intp), v.astype(np.intp)
    p, q = (u - left)[..., None], (v - top)[..., None]
    upper = a[top, left] * (1 - p) + a[top, left + 1] * p
    lower = a[top + 1, left] * (1 - p) + a[top + 1, left + 1] * p
    return Image.fromarray(np.clip(upper * (1 - q) + lower * q, 0, 255).astype(np.uint8))


def _perspective(seen: NDArray[np.float64], flat: NDArray[np.float64]) -> list[float]:
    """Return the eight factors that take a place in the photo to its place on the sheet."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values)).tolist()


def _table(scene: Scene, width: int, height: int) -> Image.Image:
    """Return a table top: one color with blotches, and with the grain of wood where there is any."""
    chance = scene.chance
    blotches = chance.normal(0, 1, (6, 6))
    rough = np.asarray(Image.fromarray(blotches.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))
    wood = chance.normal(0, 1, (height // 4, 3)).astype(np.float32)
    lines = np.asarray(Image.fromarray(wood).resize((width, height), Image.Resampling.BICUBIC))
    if chance.random() < 0.5:
        lines = np.asarray(Image.fromarray(wood.T.copy()).resize((width, height), Image.Resampling.BICUBIC))
    shades = np.array(scene.table) + (0.8 * scene.grain * rough + scene.grain * lines)[..., None]
    return Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))


def _light(scene: Scene, photo: Image.Image) -> Image.Image:
    chance, (width, height) = scene.chance, photo.size
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    direction = chance.uniform(0, 2 * np.pi)
    light = 1 - scene.gradient * (0.5 + 0.5 * (np.cos(direction) * x + np.sin(direction) * y))
    light -= 0.3 * scene.gradient * (x**2 + y**2)
    if scene.shadow:
        mask = Image.new("L", (width, height))
        reach = max(width, height)
        at = chance.uniform(0.15, 0.85, 2) * (width, height)
        turn = chance.uniform(0, 2 * np.pi)
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        bend = across * reach * chance.uniform(-0.15, 0.15)
        edge = [at - 2 * reach * along, at + bend, at + 2 * reach * along]
        far = [edge[2] + 3 * reach * across, edge[0] + 3 * reach * across]
        ImageDraw.Draw(mask).polygon([tuple(place) for place in edge + far], fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(chance.uniform(0.005, 0.04) * reach))
        light *= 1 - scene.shadow * np.asarray(mask, np.float32) / 255
    return Image.fromarray(np.clip(np.asarray(photo, np.float32) * light[..., None], 0, 255).astype(np.uint8))
