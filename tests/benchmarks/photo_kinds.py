"""Kinds of photo that people take of a digit: on lined paper, in a printed box, on a blackboard and others."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.benchmarks.photos import PENS, Chance, Scene, Strokes, cells, frame, punch, rule, take_photo, underline

RULINGS = ((150, 170, 205), (165, 165, 170), (190, 205, 225), (200, 160, 165), (140, 165, 150))
DARK_RULINGS = ((95, 95, 100), (80, 100, 150), (110, 110, 115))


def _plain(chance: Chance, strokes: Strokes) -> Scene:
    tone = chance.uniform(190, 250)
    warm = chance.uniform(0.85, 1.0)
    return Scene(
        chance,
        strokes,
        aspect=float(chance.choice([0.75, 4 / 3, 1.0, 0.5625])),
        paper=(tone, tone * (0.5 + 0.5 * warm), tone * warm),
        ink=PENS[str(chance.choice(list(PENS), p=[0.35, 0.3, 0.1, 0.15, 0.1]))],
        digit_side=chance.uniform(0.2, 0.6),
        pen=chance.uniform(0.03, 0.11),
        place=(chance.uniform(0.42, 0.58), chance.uniform(0.42, 0.58)),
        noise=chance.uniform(1, 7),
        blur=chance.uniform(0.2, 2.0),
        side=int(
            chance.choice([300, 480, 640, 900, 1200, 1600, 2400, 4000], p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.06, 0.04])
        ),
        gradient=chance.uniform(0.02, 0.3),
    )


def _with(scene: Scene, *print_on: Callable[[Scene, Image.Image], None], **changes: object) -> Scene:
    scene.print_on += print_on
    for name, value in changes.items():
        setattr(scene, name, value)
    return scene


def _lined(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    pitch = chance.uniform(0.028, 0.07)
    color = RULINGS[int(chance.integers(len(RULINGS)))]
    line = rule(pitch, color, chance.uniform(0.0015, 0.003), margin=chance.random() < 0.5)
    return _with(scene, line, digit_side=chance.choice([chance.uniform(1.0, 2.6) * pitch, chance.uniform(0.15, 0.5)]))


def _squared(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    pitch = chance.uniform(0.022, 0.055)
    colors = DARK_RULINGS if chance.random() < 0.4 else RULINGS
    line = rule(pitch, colors[int(chance.integers(len(colors)))], chance.uniform(0.0015, 0.003), squares=True)
    side = chance.choice([chance.uniform(2, 4) * pitch, chance.uniform(0.15, 0.5)])
    ink = PENS["blue"] if scene.ink == PENS["pencil"] else scene.ink
    return _with(scene, line, digit_side=side, ink=ink, pen=chance.uniform(0.05, 0.11))


def _holes(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    inside = int(chance.integers(20, 110))
    count = int(chance.choice([2, 4, 11, 16]))
    radius = chance.uniform(0.012, 0.03) if count < 5 else chance.uniform(0.008, 0.018)
    holes = punch(count, radius, (inside, inside, inside))
    lines = [rule(0.045, RULINGS[0], 0.002)] if chance.random() < 0.3 else []
    return _with(scene, *lines, holes, place=(chance.uniform(0.5, 0.62), chance.uniform(0.45, 0.6)))


def _box(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    shade = int(chance.integers(0, 120))
    color = (shade, shade, shade) if chance.random() < 0.6 else (60, 90, 150)
    boxes = frame(int(chance.choice([1, 1, 3, 6])), chance.uniform(0.08, 0.4), color, chance.uniform(0.002, 0.008))
    return _with(scene, boxes, digit_side=chance.uniform(0.15, 0.45))


def _cells(chance: Chance, strokes: Strokes) -> Scene:
    shade = int(chance.integers(0, 140))
    scene = _plain(chance, strokes)
    return _with(
        scene, cells((shade, shade, shade), chance.uniform(0.002, 0.006)), digit_side=chance.uniform(0.07, 0.3)
    )


def _underlined(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    return _with(scene, underline(scene.ink, scene.pen * chance.uniform(0.6, 1.1)), digit_side=chance.uniform(0.2, 0.5))


def _on_table(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    tone = chance.uniform(190, 235)
    table = chance.uniform(40, 130) if chance.random() < 0.75 else chance.uniform(225, 250)
    if table > 200:
        tone = chance.uniform(170, 205)
    tint = chance.uniform(0.7, 1, 3)
    return _with(
        scene,
        paper=(tone, tone * 0.99, tone * 0.96),
        table=tuple(table * tint / tint.max()),
        covers=chance.uniform(0.2, 0.6),
        tilt=20.0,
        slope=0.04,
        grain=chance.uniform(0, 12),
        digit_side=chance.uniform(0.25, 0.6),
        pen=chance.uniform(0.05, 0.11),
    )


def _shadow(chance: Chance, strokes: Strokes) -> Scene:
    return _with(_plain(chance, strokes), shadow=chance.uniform(0.3, 0.6), gradient=chance.uniform(0.1, 0.5))


def _perspective_view(chance: Chance, strokes: Strokes) -> Scene:
    scene = _plain(chance, strokes)
    lines = [rule(0.05, RULINGS[1], 0.002)] if chance.random() < 0.3 else []
    return _with(scene, *lines, slope=0.12, tilt=10.0, covers=chance.choice([None, 0.75]))


def _small(chance: Chance, strokes: Strokes) -> Scene:
    place = (chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8))
    scene = _plain(chance, strokes)
    return _with(
        scene,
        digit_side=chance.uniform(0.045, 0.1),
        pen=chance.uniform(0.06, 0.11),
        place=place,
        side=max(scene.side, 900),
    )


def _blackboard(chance: Chance, strokes: Strokes) -> Scene:
    tone = chance.uniform(25, 80)
    paper = (tone, tone * chance.uniform(1, 1.3), tone)
    chalk = int(chance.integers(170, 250))
    return _with(_plain(chance, strokes), paper=paper, ink=(chalk, chalk, chalk - 10), pen=chance.uniform(0.05, 0.11))


def _pale(chance: Chance, strokes: Strokes) -> Scene:
    """Red pencil and other weak ink under a colored lamp."""
    scene = _plain(chance, strokes)
    cast = chance.uniform(0.55, 1, 3)
    paper = tuple(np.array(scene.paper) * cast / cast.max())
    ink = tuple(int(p * chance.uniform(0.4, 0.65)) for p in paper)
    if chance.random() < 0.5:
        ink = tuple(int(v) for v in np.array((200, 75, 80)) * cast / cast.max())
    return _with(scene, paper=paper, ink=ink, pen=chance.uniform(0.05, 0.11), noise=chance.uniform(1, 4))


KINDS: dict[str, Callable[[Chance, Strokes], Scene]] = {
    "plain paper": _plain,
    "lined": _lined,
    "squared": _squared,
    "punched holes": _holes,
    "printed box": _box,
    "underline": _underlined,
    "sheet on a table": _on_table,
    "shadow": _shadow,
    "perspective": _perspective_view,
    "table cells": _cells,
    "small on a large page": _small,
    "blackboard": _blackboard,
    "pale and colored": _pale,
}


def make_photo(kind: str, strokes: Strokes, seed: int, largest: int = 4000) -> bytes:
    """Return a photo of one digit as a JPEG file, no side longer than ``largest``; the same seed, the same photo."""
    chance = np.random.default_rng([seed, list(KINDS).index(kind)])
    scene = KINDS[kind](chance, strokes)
    scene.side = min(scene.side, largest)
    return take_photo(scene)
