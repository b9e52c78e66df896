"""Drawings that are no digits: what a network that knows digits alone should not be trusted with.

Letters and signs that no digit looks like, little drawings, scribbles and shapes of random strokes, and digits that are
turned, mirrored, taken apart or heaped. `core.files.unlike` learns from them to tell digits from the rest.

A drawing is a list of strokes about one unit high, bent by the same hand that writes the digits; it is drawn and
prepared as they are.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.data.synthetic.digit_shapes import ALLOGRAPHS, Allograph, parse_strokes
from core.data.synthetic.handwriting import Hand, write
from core.drawing.preparation import normalize_drawing
from core.drawing.strokes import render_strokes
from core.network.arrays import IMAGE_SIDE, PIXELS
from core.progress import Report, ignore_progress

Rng = np.random.Generator
Strokes = list[NDArray[np.float64]]

_DIGIT_SIDE, _SHEET_SIDE = 44, 64
# Mirrored or on their side, the others look like digits again.
_TURNED, _MIRRORED = (2, 3, 4, 5, 7), (4, 6, 7, 9)

# Name, then the strokes as `core.data.synthetic.digit_shapes` writes them.
_GLYPHS = """
A: 5,100 50,0* 95,100 / 22,62 78,62
A round: 10,100 12,30 50,0 88,30 90,100 / 10,58 90,58
C: 88,18 50,0 8,50 50,100 90,82
E: 85,0 15,0* 15,100* 85,100 / 15,48 70,48
E round: 80,12 45,0 25,25 50,45 20,70 45,100 85,88
F: 85,0 15,0* 15,100 / 15,45 70,45
H: 12,0 12,100 / 88,0 88,100 / 12,50 88,50
K: 15,0 15,100 / 85,0 15,55* 88,100
M: 5,100 12,0* 50,70* 88,0* 95,100
M round: 5,100 10,20 28,5 48,40* 50,100* 52,40 72,5 92,25 95,100
N: 12,100 12,0* 88,100* 88,0
P: 15,100 15,0* 60,2 85,25 60,50 15,52
R: 15,100 15,0* 60,2 82,25 55,48 15,50* 85,100
T: 5,3 95,3 / 50,3 50,100
U: 12,0 12,65 50,100 88,65 88,0
V: 8,0 50,100* 92,0
W: 2,0 25,100* 50,25* 75,100* 98,0
W round: 3,10 10,85 32,95 50,40* 68,95 90,85 97,10
X: 8,0 92,100 / 92,0 8,100
Y: 8,0 50,50 / 92,0 50,50* 50,100
a: 80,30 45,10 12,50 40,95 80,55* 80,15 80,85 98,95
d: 75,55 45,42 15,70 40,98 75,75* 78,0 78,98
e: 12,52 88,48 80,15 45,2 10,45 40,98 90,80
f: 80,8 55,5 48,40 48,100 / 18,42 82,42
h: 18,0 18,100* 22,60 55,42 78,60 78,100
k: 18,0 18,100 / 72,42 20,70* 78,100
m: 5,100 5,25* 12,40 30,25 45,45 45,100* 50,45 72,25 92,45 92,100
n: 15,100 15,30* 25,45 55,25 82,45 82,100
p: 18,5 18,100 / 18,20 55,2 85,28 55,55 18,50
r: 25,100 25,25* 40,40 75,25
t: 50,0 50,80 70,98 88,88 / 20,30 82,30
u: 15,25 18,80 45,98 80,70* 80,25 82,98
w: 3,20 25,95* 50,40* 75,95* 97,20
x: 15,20 85,100 / 85,20 15,100
r russian: 10,100 10,0* 80,0
zh: 50,0 50,100 / 5,0 50,50* 5,100 / 95,0 50,50* 95,100
i short: 12,10 12,100* 88,10* 88,100 / 35,-12 50,-5 65,-12
f russian: 50,-10 50,110 / 50,20 12,30 12,65 50,78 88,65 88,30 50,20
sh: 8,0 8,100* 92,100* 92,0 / 50,0 50,100
pi: 5,8 95,8 / 28,8 25,100 / 72,8 75,100
omega: 15,100 35,100 12,60 25,15 50,0 75,15 88,60 65,100 85,100
sigma: 88,0 12,0* 55,48* 12,100* 88,100
alpha: 95,10 60,90 25,95 10,50 30,12 60,30 92,98
hash: 32,0 26,100 / 72,0 66,100 / 2,34 98,32 / 2,68 98,66
at: 68,40 45,32 35,58 55,68 68,42* 70,65 92,55 85,15 50,0 8,40 25,90 70,98
ampersand: 92,100 25,25 40,2 60,20 15,65 30,98 60,92 88,55
percent: 90,0 10,100 / 25,5 12,20 25,35 38,20 25,5 / 75,65 62,80 75,95 88,80 75,65
question: 15,22 45,0 82,22 50,52 48,75 / 48,98
exclamation: 50,0 50,70 / 50,98
plus: 50,5 50,95 / 5,50 95,50
times: 12,12 88,88 / 88,12 12,88
minus: 2,50 98,50
equals: 5,35 95,35 / 5,65 95,65
divide: 5,50 95,50 / 50,15 / 50,85
dollar: 85,18 50,5 18,28 50,50 82,72 48,95 12,80 / 50,-12 50,112
euro: 88,15 50,2 15,50 50,98 88,85 / 2,40 62,40 / 2,58 60,58
brace: 70,0 45,12 45,42 25,50 45,58 45,88 70,100
asterisk: 50,0 50,100 / 5,25 95,75 / 95,25 5,75
tick: 5,60 35,98* 95,0
arrow: 2,50 98,50 / 65,20 98,50* 65,80
arrow up: 50,100 50,2 / 20,35 50,2* 80,35
bolt: 65,0 25,55* 75,45* 35,100
star: 20,100 50,0* 80,100* 2,38* 98,38* 20,100
heart: 50,100* 5,45 10,10 35,5 50,30* 65,5 92,10 95,45 50,100
house: 10,100 10,40* 50,0* 90,40* 90,100* 10,100 / 40,100 40,65* 60,65* 60,100
house simple: 10,100 10,40* 50,0* 90,40* 90,100* 10,100
Nikolaus: 10,100 10,40* 90,40* 10,100* 90,100* 10,40* 50,0* 90,40* 90,100
tree: 50,100 50,60 / 50,60 15,50 12,20 50,0 88,20 85,50 50,60
flower: 50,50 40,20 50,5 60,20 50,50* 80,40 95,50 80,60 50,50* 60,80 50,95 40,80 50,50* 20,60 5,50 20,40 50,50
fish: 5,50 45,20 95,70 / 5,50 45,80 95,30 / 25,45
cat: 15,95 10,10* 35,30* 65,30* 90,10* 85,95* 15,95 / 35,55 / 65,55
sun: 50,30 32,38 30,60 50,70 70,60 68,38 50,30 / 50,0 50,15 / 50,85 50,100 / 0,50 15,50 / 85,50 100,50 \
/ 15,15 25,25 / 85,15 75,25 / 15,85 25,75 / 85,85 75,75
stick man: 50,30 38,22 38,8 50,0 62,8 62,22 50,30* 50,65* 25,100 / 50,65 75,100 / 15,45 85,45
smiley: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,35 / 67,35 / 25,62 50,80 75,62
smiley eyes: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,28 33,42 / 67,28 67,42 / 22,60 50,82 78,60
smiley nose: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,33 / 67,33 / 50,42 50,58 / 28,70 50,82 72,70
smiley round eyes: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,28 27,36 33,42 39,36 33,28 \
/ 67,28 61,36 67,42 73,36 67,28 / 25,65 50,80 75,65
sad: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,35 / 67,35 / 27,78 50,62 73,78
astonished: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,35 / 67,35 / 50,62 42,70 50,80 58,70 50,62
straight face: 50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,35 / 67,35 / 28,70 72,70
smile without a face: 25,15 / 75,15 / 5,55 50,90 95,55
target: 50,0 10,15 0,50 15,88 50,100 88,85 100,50 85,12 50,0 / 50,30 33,38 30,60 50,70 70,60 68,38 50,30
circle with a dot: 50,0 12,15 0,50 15,88 50,100 88,85 100,50 85,12 50,0 / 50,50
circle with a cross: 50,0 12,15 0,50 15,88 50,100 88,85 100,50 85,12 50,0 / 50,0 50,100 / 0,50 100,50
square: 5,5 95,5* 95,95* 5,95* 5,5
square crossed: 5,5 95,5* 95,95* 5,95* 5,5 / 5,5 95,95 / 95,5 5,95
triangle: 50,2 96,95* 4,95* 50,2
triangle down: 50,98 96,5* 4,5* 50,98
diamond: 50,0 92,50* 50,100* 8,50* 50,0
window: 5,5 95,5* 95,95* 5,95* 5,5 / 50,5 50,95 / 5,50 95,50
hourglass: 10,2 90,2* 10,98* 90,98* 10,2
bow: 2,10 98,90* 98,10* 2,90* 2,10
zigzag: 2,20 20,85* 38,20* 56,85* 74,20* 92,85
wave: 0,55 17,35 33,65 50,35 67,65 83,35 100,55
waves: 0,35 25,20 50,35 75,50 100,35 / 0,75 25,60 50,75 75,90 100,75
spiral: 50,50 58,52 52,62 38,52 48,32 72,42 70,75 30,78 18,35 50,8 92,35 92,80 50,102
stairs: 2,98 2,68* 34,68* 34,35* 66,35* 66,3* 98,3
"""


def _read_glyphs() -> tuple[Allograph, ...]:
    lines = (line.split(":", 1) for line in _GLYPHS.strip().splitlines())
    return tuple(Allograph(-1, name, 1.0, parse_strokes(strokes)) for name, strokes in lines)


GLYPHS = _read_glyphs()


def generate_other_drawings(count: int, seed: int, report: Report = ignore_progress) -> NDArray[np.uint8]:
    """Generate drawings that are no digits; takes about half a millisecond each.

    Parameters
    ----------
    count : int
        How many; a larger count begins with the same drawings.
    seed : int
        0 or more.
    report : Report
        Called for every hundred.

    Returns
    -------
    uint8 array of shape (count, 784)
        Prepared as MNIST was.
    """
    images = np.empty((count, PIXELS), np.uint8)
    names = list(_FAMILIES)
    shares = np.array([share for share, _ in _FAMILIES.values()])
    for index in range(count):
        if index % 100 == 0:
            report(index / count, f"drawing {index:,} of {count:,}")
        rng = np.random.default_rng([seed, index])
        _, draw = _FAMILIES[names[rng.choice(len(names), p=shares / shares.sum())]]
        images[index] = np.rint(255 * draw(rng))
    return images


def _draw(strokes: Strokes, pen: float) -> NDArray[np.float32]:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    zoom = _DIGIT_SIDE / max((high - low).max(), 0.05)
    margin = (_SHEET_SIDE - (high - low) * zoom) / 2
    sheet = render_strokes([(stroke - low) * zoom + margin for stroke in strokes], pen * _DIGIT_SIDE, _SHEET_SIDE)
    return normalize_drawing(sheet)


def _pen(rng: Rng) -> float:
    return float(0.1 * np.exp(0.5 * np.clip(rng.standard_normal(), -1.8, 1.8)))


def _glyph(rng: Rng) -> NDArray[np.float32]:
    strokes, _ = write(GLYPHS[rng.integers(len(GLYPHS))], Hand(slant=0.05), rng)
    return _draw(strokes, _pen(rng))


def _several_glyphs(rng: Rng) -> NDArray[np.float32]:
    """Write a few letters or digits side by side, or one above the other."""
    strokes: Strokes = []
    allographs = GLYPHS + ALLOGRAPHS if rng.random() < 0.5 else ALLOGRAPHS
    down = rng.random() < 0.25
    for place in range(int(rng.integers(2, 5))):
        written, _ = write(allographs[rng.integers(len(allographs))], Hand(), rng)
        shift = np.array((0.0, 1.15) if down else (rng.uniform(0.7, 1.0), 0.0)) * place
        strokes += [stroke + shift for stroke in written]
    return _draw(strokes, 2 * _pen(rng))


def _spline(rng: Rng, points: int) -> NDArray[np.float64]:
    allograph = Allograph(-1, "", 1.0, (rng.uniform(0, 1, (points, 2)),))
    return write(allograph, Hand(), rng)[0][0]


def _scribble(rng: Rng) -> NDArray[np.float32]:
    return _draw([_spline(rng, int(rng.integers(7, 40)))], _pen(rng) * rng.uniform(0.5, 1))


def _random_strokes(rng: Rng) -> NDArray[np.float32]:
    """Draw curves and straight pieces that hang together by chance."""
    strokes = []
    for _ in range(int(rng.integers(2, 6))):
        if rng.random() < 0.5:
            strokes.append(rng.uniform(0, 1, (int(rng.integers(2, 4)), 2)))
        else:
            strokes.append(_spline(rng, int(rng.integers(3, 6))))
    return _draw(strokes, _pen(rng))


def _polygon(rng: Rng) -> NDArray[np.float32]:
    corners = rng.uniform(0, 1, (int(rng.integers(5, 9)), 2))
    return _draw([np.concatenate([corners, corners[:1]])], _pen(rng))


def _turns(rng: Rng) -> NDArray[np.float32]:
    """Draw a coil, a spiral, or a zigzag."""
    turns = rng.uniform(2, 7)
    t = np.linspace(0, 1, 160)
    angle = 2 * np.pi * turns * t + rng.uniform(0, 7)
    kind = rng.integers(3)
    if kind == 0:
        radius = rng.uniform(0.1, 0.4)
        path = np.column_stack([t + radius * np.cos(angle), rng.uniform(0.2, 0.6) * np.sin(angle)])
    elif kind == 1:
        path = (rng.uniform(0, 0.3) + t)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    else:
        path = np.column_stack([t, rng.uniform(0.3, 1) * np.abs((turns * t) % 2 - 1)])
    turn = rng.uniform(0, 2 * np.pi)
    path = path @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return _draw([path + rng.normal(0, 0.01, path.shape)], _pen(rng) * rng.uniform(0.5, 1.1))


def _face(rng: Rng) -> NDArray[np.float32]:
    """Draw a face: an outline, two eyes, most times a nose and a mouth, each somewhat elsewhere."""
    circle = np.linspace(0, 2 * np.pi, 40) + rng.uniform(0, 7)
    tall = rng.uniform(0.8, 1.25)
    strokes = [0.5 * np.column_stack([np.cos(circle), tall * np.sin(circle)])]
    apart, high, size = rng.uniform(0.12, 0.25), -rng.uniform(0.08, 0.25), rng.uniform(0, 0.08)
    eye = size * np.column_stack([np.cos(circle), np.sin(circle)])
    strokes += [np.array([[side * apart, high]]) + eye for side in (-1, 1)]
    smile = np.linspace(-1, 1, 12)
    width, bow = rng.uniform(0.12, 0.32), rng.uniform(-0.15, 0.3)
    strokes.append(np.column_stack([width * smile, rng.uniform(0.12, 0.3) + bow * (0.5 - smile**2)]))
    if rng.random() < 0.3:
        strokes.append(np.array([[0.0, -0.05], [rng.normal(0, 0.03), rng.uniform(0.0, 0.12)]]))
    strokes = [stroke + rng.normal(0, 0.02, 2) for stroke in strokes]
    return _draw(strokes, _pen(rng) * rng.uniform(0.4, 1))


def _blot(rng: Rng) -> NDArray[np.float32]:
    """Draw a dot, a disc, a bar or a few dots."""
    strokes = [rng.uniform(0, 1, (int(rng.integers(1, 3)), 2)) for _ in range(int(rng.integers(1, 5)))]
    if len(strokes) == 1 and rng.random() < 0.5:
        strokes = [np.array([[0.5, 0.5], 0.5 + rng.normal(0, 0.15, 2)])]
        return _draw(strokes, rng.uniform(0.3, 0.8))
    if rng.random() < 0.3:
        # Lines that lie: those that stand are ones.
        strokes = [np.array([[0, 0], [1, rng.uniform(-0.35, 0.35)]])]
    return _draw(strokes, rng.uniform(0.1, 0.4))


def _noise(rng: Rng) -> NDArray[np.float32]:
    """Make noise of any grain, all over or in specks."""
    side = int(rng.choice([4, 7, 14, 28, 28]))
    shades = np.kron(rng.random((side, side)), np.ones((IMAGE_SIDE // side,) * 2))
    floor = rng.uniform(0, 0.95)
    shades = np.where(shades > floor, (shades - floor) / (1 - floor) if rng.random() < 0.5 else 1, 0)
    ink = (255 * shades).astype(np.uint8)
    ink[0, 0] = 255
    return normalize_drawing(ink)


def _digit(rng: Rng, digits: tuple[int, ...] | None = None) -> Strokes:
    allographs = [allograph for allograph in ALLOGRAPHS if digits is None or allograph.digit in digits]
    shares = np.array([allograph.share for allograph in allographs])
    return write(allographs[rng.choice(len(allographs), p=shares / shares.sum())], Hand(), rng)[0]


def _turned_digit(rng: Rng) -> NDArray[np.float32]:
    strokes = _digit(rng, _TURNED)
    sign = 1 if rng.random() < 0.5 else -1
    return _draw([sign * np.column_stack([stroke[:, 1], -stroke[:, 0]]) for stroke in strokes], _pen(rng))


def _mirrored_digit(rng: Rng) -> NDArray[np.float32]:
    return _draw([stroke * (-1, 1) for stroke in _digit(rng, _MIRRORED)], _pen(rng))


def _heap(rng: Rng) -> NDArray[np.float32]:
    """Draw two digits, one over the other, or pieces of them."""
    first, second = _digit(rng), _digit(rng)
    shift, turn = rng.normal(0, 0.35, 2), rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.5:
        turn = 0.0
    else:
        first = [stroke[: max(2, len(stroke) // 2)] for stroke in first]
        second = [stroke[len(stroke) // 3 :] for stroke in second]
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return _draw(first + [(stroke - 0.5) @ rotation + 0.5 + shift for stroke in second], _pen(rng))


def _printed_over(rng: Rng) -> NDArray[np.float32]:
    """Draw a digit on lines, among squares or in a box, all of it taken for ink."""
    strokes = _digit(rng)
    low, high = rng.uniform(-0.9, -0.1, 2), 1 + rng.uniform(0.1, 0.9, 2)
    kind = rng.integers(4)
    if kind == 0:
        corners = np.array([low, (high[0], low[1]), high, (low[0], high[1]), low])
        strokes.append(corners)
    else:
        pitch = rng.uniform(0.3, 0.9)
        ys = np.arange(low[1], high[1], pitch) if kind != 3 else [1 + rng.uniform(0.05, 0.3)]
        strokes += [np.array([(low[0], y), (high[0], y)]) for y in ys]
        if kind == 2:
            strokes += [np.array([(x, low[1]), (x, high[1])]) for x in np.arange(low[0], high[0], pitch)]
    return _draw(strokes, _pen(rng) * rng.uniform(0.5, 1))


_FAMILIES: dict[str, tuple[float, Callable[[Rng], NDArray[np.float32]]]] = {
    "glyph": (16, _glyph),
    "several": (2, _several_glyphs),
    "scribble": (2, _scribble),
    "random strokes": (3, _random_strokes),
    "polygon": (1, _polygon),
    "turns": (2, _turns),
    "face": (2, _face),
    "blot": (2, _blot),
    "noise": (1, _noise),
    "turned digit": (1.5, _turned_digit),
    "mirrored digit": (1.5, _mirrored_digit),
    "heap": (2, _heap),
    "printed over": (1.5, _printed_over),
}
