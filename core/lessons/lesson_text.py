"""The text of a lesson file turned into values; where that fails, a sentence for somebody who never heard of TOML.

Source: TOML v1.0.0, toml.io/en/v1.0.0.
"""

import re
import tomllib
from typing import Any

from core.errors import LessonError
from core.lessons.toml_excess import refuse_excess

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY_QUOTES = "“”„‟‘’"
_BEFORE, _BEHIND = 40, 20
"""So many letters of a line are shown, around the one that cannot be read."""

BACKSLASH = "write \\\\ for a backslash, or put the text between ''' and ''', where it stands for itself"
"""What to do about a backslash that the parser takes for the start of something else."""

_HINTS = (
    ("Unescaped '\\'", BACKSLASH),
    ("Invalid hex value", BACKSLASH),
    ("Escaped character", BACKSLASH),
    ("Illegal character '\\n'", 'a text in "…" ends on its own line; one of several lines stands between """ and """'),
    ("Cannot overwrite a value", "each word may stand once; each step begins with [[step]], in double brackets"),
    ("Cannot declare", "each word may stand once; each step begins with [[step]], in double brackets"),
    ("Invalid initial character for a key part", "everything between { and } stands on one line"),
    ("Invalid value", 'expected a text in "…", or a number such as 3 or 0.1'),
    ("after a statement", "a line holds one word = value; a number has a point, such as 0.1"),
    ("key/value pair", 'expected word = value; a number has a point, such as 0.1, and a text stands in "…"'),
)
"""What the parser complains of, and what that most likely means in a lesson; the first that fits."""

_ELSE = 'expected word = value, such as look = "plots", or [[step]]'


def parse_lesson(raw: bytes) -> dict[str, Any]:
    """Return the values of a lesson file.

    Parameters
    ----------
    raw : bytes
        What the file holds: UTF-8, with or without the mark that some editors put in front.

    Raises
    ------
    LessonError
        If it is no UTF-8 or no TOML: the line, what stands there, and what was expected.
    """
    try:
        text = raw.decode("utf-8-sig")
        refuse_excess(text)
        # Behind a last line without an end, the parser would tell of no line.
        return tomllib.loads(f"{text}\n")
    except UnicodeDecodeError as error:
        raise LessonError("it is not UTF-8 text; save it as UTF-8.") from error
    except RecursionError as error:
        raise LessonError("its lists stand in lists too often; a lesson needs none that deep.") from error
    except tomllib.TOMLDecodeError as error:
        raise LessonError(_explain(text, str(error))) from error


def _explain(text: str, complaint: str) -> str:
    """Return a sentence on the first place that the parser cannot read."""
    place = _PLACE.search(complaint)
    if place is None or place[1] is None:
        return 'a text or a list has no end; look for a ", a """ or a ] that is missing.'
    number, column = int(place[1]), int(place[2])
    line = text.split("\n")[number - 1].rstrip()
    first, last = max(0, column - _BEFORE), column + _BEHIND
    shown = f"{'…' if first else ''}{line[first:last].strip()}{'…' if last < len(line) else ''}"
    if set(line) & set(_CURLY_QUOTES) and "Invalid value" in complaint:
        hint = 'write straight quotes, "…"; many word processors bend them'
    else:
        hint = next((hint for part, hint in _HINTS if part in complaint), _ELSE)
    return f"line {number} cannot be read: {shown}; {hint}."
