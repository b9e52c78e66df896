"""What no lesson holds and what would keep the parser of TOML busy for minutes: found before it is parsed.

A name such as ``a.a.a...`` of 25,000 parts is a file of 50 kB that takes the parser 17 s and 2.4 GB, as it keeps a
table of every beginning of every name. A number of a thousand digits is read, and then cannot be written in a message.
"""

import re

from core.errors import LessonError
from core.system.budget import LESSON

LONGEST_NUMBER = 40
"""Digits; a seed has ten, and no number of a lesson is longer."""

# Each ends where the text ends, or the search for an end would begin anew at every quote.
_TEXTS_AND_REMARKS = re.compile(
    r'''"""(?:\\.|[^\\])*?(?:"""|\Z)|"(?:\\[^\n]|[^"\\\n])*+"?'''
    r"""|'''.*?(?:'''|\Z)|'[^'\n]*+'?|\#[^\n]*+""",
    re.DOTALL,
)
_LONG_NAME = re.compile(rf"(?<![\w-])(?:[\w-]++\s*+\.\s*+){{{LESSON.items}}}")
_LONG_NUMBER = re.compile(rf"(?<![\w.-])[+-]?[0-9][0-9A-Fa-fxob_]{{{LONGEST_NUMBER}}}")


def refuse_excess(text: str) -> None:
    """Raise LessonError where names are joined or numbers are written as in no lesson.

    Parameters
    ----------
    text : str
        What the file holds; need not be TOML.
    """
    # What stands in quotes may have any number of points. Line ends stay, for the number of the line.
    bare = _TEXTS_AND_REMARKS.sub(lambda found: "_" + "\n" * found[0].count("\n"), text)
    if found := _LONG_NAME.search(bare):
        excess = f"more than {LESSON.items} {LESSON.item}; a lesson has two, as in [step.config]"
    elif found := _LONG_NUMBER.search(bare):
        excess = f"a number of more than {LONGEST_NUMBER} digits; write a shorter one"
    else:
        return
    raise LessonError(f"line {_line(bare, found)} has {excess}.")


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
