"""The ways in which people write the ten digits, as the paths that their pens take.

Nobody writes exactly these shapes: `core.data.synthetic.handwriting` bends, slants and stretches them, so what counts
here is which parts there are and how they meet.

Europeans cross their 7, write 1 with an upstroke as long as the stem, and curl the tail of 9; Americans write 1 as a
bar and 9 with a straight stem. MNIST, collected in the USA, holds few of the former. The shares are a compromise
between the two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Allograph:
    """One way to write a digit (an allograph).

    Attributes
    ----------
    digit : int
        0 to 9.
    name : str
        What sets it apart from the others.
    share : float
        How often it is written, relative to the other ways to write the digit.
    strokes : tuple of float64 arrays of shape (p, 2)
        The path of the pen, stroke by stroke: points (x, y) in a box about one unit high, x to the right and y down.
        The pen moves through them on a smooth curve; a point given twice is a corner.
    """

    digit: int
    name: str
    share: float
    strokes: tuple[NDArray[np.float64], ...]


# A line is an allograph: digit, share, name, then x,y of every point in hundredths of the digit's height. A star marks
# a corner, a slash lifts the pen.
_TABLE = """
0    5 closed:                           52,0 20,14 6,50 20,87 50,100 80,86 94,50 80,14 50,1
0    1 clockwise from the left:          25,10 55,0 88,25 93,60 70,95 40,100 10,75 8,35 30,6
0    3 overlapping at the top:           52,0 20,14 6,50 20,87 50,100 80,86 94,50 80,14 60,2 40,4 28,12
0  1.5 with a tail across the top:       75,4 50,2 20,14 6,50 20,87 50,100 80,86 94,50 82,20 60,6 42,14 50,22
0  1.5 open at the top:                  40,3 16,20 6,50 20,87 50,100 80,86 94,50 85,20 66,6
0  0.4 open on the left:                 20,6 55,0 90,25 92,65 65,97 28,95 6,70
0  1.5 pointed:                          85,0* 35,20 6,60 20,95 55,92 90,50 95,15 80,2
0  0.8 slashed across:                   52,0 20,14 6,50 20,87 50,100 80,86 94,50 80,14 50,1 / 100,2 0,100
0  0.8 slashed within:                   52,0 20,14 6,50 20,87 50,100 80,86 94,50 80,14 50,1 / 78,20 24,82
0  0.4 slashed steeply:                  52,0 20,14 6,50 20,87 50,100 80,86 94,50 80,14 50,1 / 62,-6 40,106

1   10 bar:                              50,0 50,50 50,100
1    2 bar with a short upstroke:        32,16 50,0* 50,50 50,100
1    3 with an upstroke:                 18,30 50,0* 50,50 50,100
1  4.5 with a long upstroke:             8,50 30,27 55,0* 55,50 55,100
1  2.4 with an upstroke from the line:   10,75 35,40 58,0* 60,50 60,100
1  1.5 with a flag:                      15,34 35,27 55,0* 55,50 54,100
1  1.6 with upstroke and foot:           22,26 50,0* 50,100 / 18,100 82,100
1  0.6 with long upstroke and foot:      10,45 50,0* 50,100 / 15,100 85,100
1  0.8 with a foot:                      50,0 50,100 / 25,100 78,100
1  0.3 with head and foot:               50,0 50,100 / 25,100 78,100 / 30,0 55,0
1  0.5 with upstroke and a long foot:    30,20 52,0* 52,100 / 0,100 50,98 105,96

2    5 with a corner:                    10,20 35,0 75,10 75,40 40,75 5,100* 50,97 95,95
2    2 with a hook and a corner:         12,30 10,12 40,0 72,12 68,42 35,75 5,100* 90,98
2  3.5 with a loop:                      15,20 40,0 75,12 70,45 40,80 12,98 5,88 20,78 50,90 95,98
2    2 with a big loop:                  10,15 40,0 70,15 62,50 35,85 8,98 0,82 18,68 45,85 70,100 100,88
2  1.6 like a Z:                         8,6 45,4 82,4* 45,50 6,98* 50,98 92,96
2    1 with a flat top:                  8,4 50,2 78,10 74,38 40,72 6,98* 92,96
2    2 like a swan:                      14,22 35,2 68,10 66,40 38,72 14,92 30,98 60,95 95,90
2  1.5 with a wave:                      10,20 38,0 75,14 68,48 30,80 3,98* 28,86 62,98 95,90
2  0.8 with a falling tail:              20,15 50,0 75,18 60,50 25,78 5,85* 45,85 90,102
2    3 with a loop and a long tail:      10,15 32,0 62,10 58,45 32,82 8,95 2,80 20,72 50,86 85,95 120,90
2    2 with a corner and a long tail:    5,15 30,0 62,10 60,40 32,72 0,95* 40,88 80,90 120,82
2  1.5 with a straight back:             5,20 30,0 65,15 55,55 30,98* 65,95 105,92
2  1.2 with a narrow head:               22,10 42,0 56,20 45,60 25,95* 60,92 95,95
2  0.8 with a base that swings back:     30,10 55,0 66,25 42,58 5,72* 35,82 65,98 100,95
2    2 with a round head and a loop:     30,40 15,20 40,0 75,15 70,55 42,92 15,98 12,82 40,78 70,92 100,98

3    5 round:                            15,10 50,0 80,20 65,42 38,48* 72,52 88,75 60,98 10,93
3    3 round with a notch:               12,14 45,0 78,14 70,36 35,50* 75,55 88,78 55,100 5,88
3  1.5 with a small head:                20,8 50,0 68,14 55,32 35,40* 78,48 92,75 60,100 5,90
3  1.5 with a small bowl:                10,15 50,0 88,14 72,42 40,56* 70,62 75,82 50,98 8,98
3  1.5 leaning:                          30,10 65,0 90,14 70,38 45,46* 70,55 68,80 40,97 0,95
3    2 with a loop:                      15,12 50,0 80,18 65,42 40,52 30,46 42,40 72,52 86,76 55,100 8,90
3    2 flat-topped:                      10,3 45,3 82,2* 60,22 40,40* 75,45 90,70 60,98 8,93
3    1 flat-topped and rounded:          10,5 50,2 80,6 68,25 42,42 70,46 88,72 55,98 8,94
3  0.6 with a flat base:                 12,6 50,0 80,18 66,42 40,46* 78,55 86,85 60,95 5,97
3    1 flat-topped with a big bowl:      14,2 74,4* 40,34* 80,42 94,70 60,100 2,90
3    2 rounded:                          15,8 50,0 78,20 62,42 48,48 68,54 86,76 60,98 12,95
3  1.2 with curled ends:                 12,25 20,5 55,0 78,20 62,42 40,48* 72,54 84,78 50,100 12,92 10,75

4    5 open:                             12,5 8,35 6,58* 50,56 92,52 / 72,2 70,50 66,100
4    4 open and rounded:                 15,5 4,38 12,56 40,56 75,46 / 80,2 74,50 66,100
4  2.5 open and short:                   30,0 18,30 2,60* 50,60 100,58 / 62,30 60,65 55,100
4    2 closed:                           65,0 35,35 2,68* 50,68 98,68 / 65,0 65,50 65,100
4  1.2 closed in one stroke:             70,100 70,50 70,0* 35,35 3,65* 50,66 100,66
4    2 in one stroke:                    15,5 8,30 8,50* 40,50 78,42* 82,2* 76,50 70,100
4  1.5 rounded in one stroke:            12,5 6,38 25,52 60,42 80,5* 74,50 68,100
4  1.5 with a closing top:               45,2 20,25 4,50* 40,52 75,48 / 68,5 68,50 60,100
4    1 with a loop:                      25,0 8,40 20,60 60,50 85,20 80,15 65,50 50,100
4  1.5 with a crossing bar:              30,2 2,55* 95,55 / 60,25 55,100

5    4 with a separate top:              28,4 24,22 20,45* 55,40 84,65 60,95 8,94 / 28,4 60,4 92,2
5    4 in one stroke:                    92,2 60,3 28,4* 20,44* 55,40 82,65 58,95 6,94
5  3.5 rounded:                          88,3 55,3 30,10 22,38 50,44 76,66 52,95 6,95
5    2 like an S:                        88,6 55,2 24,16 35,40 62,56 70,78 42,97 4,92
5  1.6 with a top apart:                 25,12 20,48* 58,44 82,68 58,97 8,94 / 34,2 65,2 95,-2
5    2 with a big bowl:                  82,2 25,4* 18,38* 60,34 88,62 65,97 25,100 5,85
5  1.5 with a small bowl:                100,0 45,6* 30,50* 55,50 65,72 45,95 2,100
5  1.5 with a rounded back:              24,3 20,25 22,42 50,42 78,65 55,95 10,92 / 22,5 85,2
5  1.5 with a long top:                  20,10 14,45* 42,42 60,65 40,95 0,95 / 20,10 60,6 110,0
5  1.5 upright:                          75,0 15,2* 12,50* 50,44 80,60 80,85 45,100 5,95

6    5 curved:                           70,0 35,25 12,60 20,92 55,100 84,80 70,56 40,58 16,78
6    3 with a straight stem:             55,0 30,40 14,75 30,98 62,96 80,74 60,58 30,68 16,84
6    2 with a curled top:                82,12 62,0 30,20 12,60 22,92 55,100 85,78 68,54 38,58 16,74
6    2 with a small loop:                50,0 25,40 18,80 38,100 68,90 65,68 42,66 22,84
6  1.5 with a loop across the stem:      60,0 28,35 15,72 35,98 70,90 78,64 50,54 20,62 2,76
6    1 with an open loop:                65,0 30,28 10,68 30,98 70,95 85,72 65,56 42,62
6  1.2 lying back:                       30,0 12,35 12,75 35,100 75,92 88,65 65,48 35,56 15,75
6  1.5 with a big bowl:                  55,0 20,25 6,65 25,97 65,98 90,68 65,42 30,48 10,68
6  2.5 with a loop low on the right:     42,0 18,38 8,75 28,100 68,97 92,72 75,48 50,60 42,85
6    2 with a round loop on the right:   35,0 15,30 6,65 20,95 55,100 85,80 85,50 60,42 38,60 32,88
6  1.5 with a flat loop:                 85,0 40,28 8,68 22,95 60,98 95,80 88,60 50,62 15,80

7    6 plain:                            6,6 45,5 88,3* 66,45 45,100
7    3 with a curved stem:               8,6 85,4* 60,35 45,70 42,100
7  2.5 with a hook:                      6,24 10,6* 50,6 88,3* 62,50 45,100
7  2.5 rounded:                          5,12 35,3 75,4 80,20 60,60 48,100
7    2 with a hook and a wave:           0,30 12,6* 45,14 90,2* 62,45 40,100
7  1.5 wide with a low start:            0,40 15,10 50,10 95,2 80,40 62,100
7    1 with a sagging top:               5,4 30,14 60,12 90,0* 66,50 50,100
7  1.5 steep:                            10,5 75,5* 72,50 68,100
7  2.4 crossed:                          6,6 45,5 88,3* 66,45 45,100 / 30,52 90,50
7  0.8 crossed with a hook:              5,26 10,5* 88,3* 62,50 42,100 / 25,50 85,52
7  0.8 crossed and curved:               6,10 40,2 85,6* 55,45 45,100 / 20,54 80,46
7  1.6 crossed and steep:                5,4 45,5 82,3* 62,50 52,100 / 12,60 50,58 100,56
7  0.5 folded:                           5,2 50,12 80,28* 50,60 15,100
7  0.4 crossed with a foot:              6,6 88,3* 45,100 / 30,50 90,50 / 25,100 70,100

8    6 in one stroke:                    72,10 48,0 22,20 48,46 80,74 50,100 18,78 48,50 78,22 64,5
8    3 from the upper right:             85,8 50,2 20,20 50,48 72,76 42,100 14,80 45,50 88,10
8    2 of two circles:              50,0 22,12 22,34 50,46 78,34 78,12 50,0 / 50,46 16,60 16,86 50,100 84,86 84,60 50,46
8  1.5 with an open top:                 75,6 42,2 20,18 48,42 78,72 50,100 18,80 45,50 82,22
8  1.5 from the left:                    20,12 35,36 70,60 78,85 48,100 20,85 35,58 72,30 75,8 48,0 22,10
8  1.5 from the middle:                  52,46 22,28 30,5 60,0 80,20 52,48 18,70 30,96 65,97 82,75 50,45
8    1 with a narrow waist:              70,8 45,0 30,18 48,50 62,80 45,100 30,82 52,50 68,20 62,5
8  1.5 with a small head:                72,12 52,0 36,14 52,36 84,68 55,100 14,80 42,45 74,18 66,6
8  1.5 with a small bowl:                82,14 50,0 16,22 45,54 66,80 46,100 28,84 48,56 84,24 70,4
8  1.2 with two arms:                    15,2 25,30 55,50 80,72 60,98 25,95 20,70 50,42 80,4
8  1.2 with an open head:                80,22 62,2 28,10 30,34 62,50 82,75 55,100 18,88 25,60 62,42 85,36
8    1 with a gap at the top:            35,6 20,25 50,46 82,72 55,100 18,85 35,55 75,35 82,12 70,0
8  1.2 like a delta:                     75,10 45,0 25,15 45,38 78,65 55,98 20,85 25,60 50,45
8  0.8 with two arms, from the right:    78,2 45,34 20,70 50,100 80,72 58,45 28,18 16,2

9    5 with a straight stem:             80,12 50,0 16,20 30,46 60,42 82,12* 76,50 70,100
9    4 round with a stem:                76,22 62,2 30,4 14,28 32,48 62,40 78,20 74,55 62,100
9    3 with a bent stem:                 78,16 50,0 15,20 25,46 58,44 80,20 84,50 70,82 45,100
9  1.6 curled:                           78,16 50,0 16,18 25,42 56,42 80,20 84,55 75,88 45,100 14,90
9  1.2 strongly curled:                  78,18 50,2 15,18 25,44 56,44 80,18* 84,60 74,92 40,100 5,94
9  1.6 like a g:                         74,12 45,0 16,16 28,40 56,40 76,16* 84,50 88,92* 50,95 8,90
9    1 like a round g:                   70,10 40,0 15,16 30,38 62,34 72,12 78,40 90,75 72,98 35,98 5,84
9  1.5 from circle and stem:             72,10 42,0 14,22 38,46 72,30 70,8 / 78,2 76,50 72,100
9    1 with a big head:                  82,20 50,0 10,20 15,50 50,58 82,30 82,65 65,100
9  1.2 from the middle:                  72,42 35,46 18,25 40,2 72,8 78,40 72,70 60,100
9    1 with a small head:                70,8 45,2 28,20 42,36 70,20 62,55 48,100
9    2 open at the top:                  85,5 50,2 18,22 28,46 60,42 82,14 74,55 62,100
9  1.5 leaning:                          85,10 60,0 28,16 20,36 42,44 75,28 92,4 70,45 40,100
"""

# Rarer ways, seen where people draw with a pen on a tablet. They stand apart because the built-in digits, whose bits
# recipes name, are written in the ways above alone.
_RARE_TABLE = """
1  0.7 with a flag apart from the stem:  10,30 34,10 58,16 / 70,0 68,50 64,100
1  0.5 with an arched flag:              10,38 28,12 62,6 / 68,0 68,50 66,100

2    1 straight, with a small loop:      62,0 62,40 42,82 10,98 2,92 35,92 85,98

4  0.8 bowed, with a short stem:         30,0 16,35 2,58 18,76 45,80 70,74 / 62,40 42,48 27,76 22,100
4  0.8 round, with a gap:                40,0 18,8 8,40 5,68 48,64 / 72,16 70,60 72,100
4  0.8 with a short arm and a gap:       2,0 3,20* 46,21 / 60,24 57,60 55,100

5  1.2 without a stem:                   14,42 45,28 78,50 75,82 40,100 3,88 / 24,8 70,-4
5  1.2 with a hook for a stem:           14,32 12,46* 40,34 76,48 76,80 42,100 3,92 / 24,10 70,-2
5  0.8 with the stem below the middle:   2,4 45,4 80,0 / 47,4 40,40* 66,42 80,68 62,95 6,98

8    1 of two open curves:               5,28 18,38 48,34 62,14 48,0 38,1 / 18,62 3,88 32,100 66,92 72,60 40,38
8    1 with a large lower curve:         16,6 4,26 28,38 58,24 44,0 / 12,70 4,96 40,100 74,90 70,52 40,40
8    1 from the middle, with a hook:     25,62 58,84 54,98 22,100 4,90 14,74 44,38 42,8 28,0 14,6
8    1 from the middle, open above:      10,47 42,64 68,84 40,100 5,92 5,72 22,50 54,38 58,14 36,2 14,4
8  0.4 from the middle, straight-backed: 40,40 68,60 62,86 20,100 2,76 8,32 28,14 22,0
8  0.6 from the middle, folded:          24,36 48,66 70,94 48,100 6,64 8,46 36,28 60,12 54,0
"""


def _read_allograph(line: str) -> Allograph:
    """Read one line of the table."""
    head, path = line.split(":")
    digit, share, name = head.split(maxsplit=2)
    return Allograph(int(digit), name, float(share), parse_strokes(path))


def parse_strokes(path: str) -> tuple[NDArray[np.float64], ...]:
    """Read strokes as the table has them: x,y of every point in hundredths, a star at corners, slashes between."""
    return tuple(_read_stroke(stroke) for stroke in path.split("/"))


def _read_stroke(text: str) -> NDArray[np.float64]:
    """Read the points of one stroke, a corner as two equal points."""
    points: list[list[float]] = []
    for word in text.split():
        x, y = word.rstrip("*").split(",")
        points += [[int(x) / 100, int(y) / 100]] * (2 if word.endswith("*") else 1)
    return np.array(points)


def _read_table(table: str) -> tuple[Allograph, ...]:
    return tuple(_read_allograph(line) for line in table.splitlines() if line)


ALLOGRAPHS = _read_table(_TABLE)
"""The ways in which the built-in digits are written, by digit."""

RARE_ALLOGRAPHS = _read_table(_RARE_TABLE)
"""Rarer ways, which the most accurate of the shipped models learns beside the others; by digit."""
