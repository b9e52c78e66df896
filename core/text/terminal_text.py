r"""Text for a terminal: what stands in files may hold codes that move, hide or overwrite the lines of a terminal.

Such codes are written out instead: the one that most of them begin with becomes ``\x1b``.
"""

from unicodedata import category


def plain(text: str) -> str:
    """Return a text in which control and format characters, other than line ends and tabs, are written out."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    is_code = category(letter) in ("Cc", "Cf") and letter not in "\n\t"
    return letter.encode("unicode_escape").decode() if is_code else letter
