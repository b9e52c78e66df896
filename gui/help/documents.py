"""The documents that come with the program, and the parts of them that Help shows."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_COLUMNS = 4


@dataclass(frozen=True)
class Word:
    """A line of docs/words.md: our word, what it is called elsewhere, what it means, and where it is in the window."""

    word: str
    elsewhere: str
    meaning: str
    where: str


@dataclass(frozen=True)
class WordList:
    """Docs/words.md: what it says first, and its words by the title of their section."""

    introduction: tuple[str, ...]
    sections: dict[str, tuple[Word, ...]]


def read_sections(path: Path) -> dict[str, str]:
    """Return the Markdown below each heading of the second level by the heading; what comes before them by "".

    A document that is missing says so itself.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {"": f"The document {path.name} is missing: install the program again."}
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    introduction = re.sub(r"^# .+$", "", parts[0], flags=re.MULTILINE)
    return {"": introduction.strip()} | dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))


def read_words() -> WordList:
    """Return the words of docs/words.md."""
    sections = read_sections(DOCS / "words.md")
    introduction = sections.pop("").split("\n\n")
    return WordList(
        tuple(" ".join(paragraph.split()) for paragraph in introduction),
        {title: tuple(_rows(text)) for title, text in sections.items()},
    )


def _rows(table: str) -> list[Word]:
    """Return the rows of a table of four columns, without its two lines of heading."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [Word(*row[:_COLUMNS]) for row in cells[2:]]
