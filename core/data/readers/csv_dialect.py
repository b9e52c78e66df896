"""How a text file of numbers is written: its encoding, line ends, separator, decimal comma, a separator at line ends.

All of it is told from the first lines. `TextBlocks` then yields the file as blocks of whole lines in UTF-8 that end
with LF, and `Dialect` says how to take a line apart.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.data.readers.data_file import DataFile
from core.errors import DataError
from core.system.budget import TEXT_LINES, Meter

BLOCK_BYTES = 8 * 1024 * 1024
"""Some 4,000 rows: few enough to be small in memory, enough to make up for what pandas does for each of 785 columns."""

MAX_ROW_BYTES = 1024 * 1024

_LONGEST_REMARK = 1000

BLANKS = " "
"""The separator of files whose numbers are lined up with blanks."""

_SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(rb"""\s*"?sep=(.)"?\s*""", re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Dialect:
    """How a line is taken apart.

    Attributes
    ----------
    separator : str
        What stands between cells; `BLANKS` for any number of them.
    decimal_comma : bool
        Whether one and a half is ``1,5``.
    ends_with_separator : bool
        Whether each line has one separator more, after its last cell.
    """

    separator: str = ","
    decimal_comma: bool = False
    ends_with_separator: bool = False

    def split(self, line: bytes) -> list[str]:
        """Return the cells of one line, without quotes; none for a blank line, the whole line where it is no CSV."""
        text = line.decode("utf-8", errors="replace").strip("\r\n" if self.separator == "\t" else None)
        if self.separator == BLANKS:
            return [cell.strip('"') for cell in text.split()]
        try:
            cells = next(csv.reader([text], delimiter=self.separator, skipinitialspace=True), [])
        except csv.Error:
            return [text]
        if self.ends_with_separator and len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        if self.decimal_comma:
            cells = [cell.replace(",", ".") for cell in cells]
        return [] if cells == [""] or not text.strip() else cells


class TextBlocks:
    """A text file as blocks of whole lines, each with the number of its first row; the last line may lack its end.

    Parameters
    ----------
    file : DataFile
        Read from its start.
    expected : str
        What a row should be, for the message about one that never ends.
    """

    def __init__(self, file: DataFile, expected: str) -> None:
        self._file = file
        self._expected = expected
        self._meter = Meter(file.path.name, TEXT_LINES)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        row, rest = 1, b""
        for data in self._decoded():
            block = rest + data if rest else data
            end = block.rfind(b"\n") + 1
            lines, rest = block[:end], block[end:]
            if lines:
                count = lines.count(b"\n")
                self._meter.items(count)
                yield row, lines
                row += count
            if len(rest) > MAX_ROW_BYTES:
                raise DataError(
                    f"{self._file.path.name}, row {row} is longer than a million characters; "
                    f"expected {self._expected}. Choose a CSV file."
                )
        if rest:
            yield row, rest

    def _decoded(self) -> Iterator[bytes]:
        """Yield the text as UTF-8 with lines that end with LF, or with CR and LF."""
        first = self._file.read(BLOCK_BYTES)
        encoding, mark = _encoding(first)
        first = first[mark:]
        if encoding == "utf-8":
            has_lone_cr = b"\n" not in first and b"\r" in first
            data = first.replace(b"\r", b"\n") if has_lone_cr else first
            # A block of text goes before the next is read.
            del first
            yield data
            while data := self._file.read(BLOCK_BYTES):
                yield data.replace(b"\r", b"\n") if has_lone_cr else data
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(first)
            has_lone_cr = "\n" not in text and "\r" in text
            while True:
                yield (text.replace("\r", "\n") if has_lone_cr else text).encode()
                data = self._file.read(BLOCK_BYTES)
                text = decoder.decode(data, final=not data)
                if not data:
                    break
        except UnicodeError as error:
            raise DataError(
                f"{self._file.path.name} is damaged: it is {encoding.upper()} text that ends or breaks within a "
                "character. Save it as UTF-8, or fetch it again."
            ) from error


def _encoding(start: bytes) -> tuple[str, int]:
    """Return the encoding of a text that begins so, and how long its byte order mark is."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding, len(mark)
    # Digits and commas without a mark: every other byte is zero.
    if len(start) > 3 and start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le", 0
    if len(start) > 3 and start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be", 0
    return "utf-8", 0


def to_utf8(head: bytes) -> bytes:
    """Return the start of a text file as UTF-8, without byte order mark; as it is where it is none."""
    encoding, mark = _encoding(head)
    return head[mark:] if encoding == "utf-8" else head[mark:].decode(encoding, errors="ignore").encode()


def find_dialect(block: bytes) -> tuple[Dialect, int]:
    """Return how the lines of a file's first block are written, and how many lines come before its table.

    Those are blank ones, remarks after ``#``, and the ``sep=;`` that spreadsheets write.
    """
    skipped = 0
    separator = None
    lines = [line.strip(b"\r") for line in block.split(b"\n", 8)[:8]]
    while skipped < len(lines) - 1:
        match = _SEPARATOR_LINE.fullmatch(lines[skipped])
        if match and separator is None:
            separator = match[1].decode("latin-1")
        elif lines[skipped].strip() and not _is_remark(lines[skipped]):
            break
        skipped += 1
    # Names may hold anything; the rows after them are numbers.
    sample = lines[skipped : skipped + 2]
    line = sample[-1] if len(sample) > 1 and sample[-1].strip() else sample[0] if sample else b""
    if separator not in _SEPARATORS:
        separator = _find_separator(line)
    commas = rb"\d,\d" if separator != "," else rb'"-?\d+,\d+"'
    dialect = Dialect(separator, decimal_comma=re.search(commas, line) is not None)
    # A tab at the end is no blank to be stripped: it may be the separator in question.
    end = line.rstrip(b"\r" if separator == "\t" else b" \t\r")
    if separator != BLANKS and end.endswith(separator.encode()):
        dialect = replace(dialect, ends_with_separator=True)
    return dialect, skipped


def _is_remark(line: bytes) -> bool:
    """Tell a remark before the table from column names after ``#``, as NumPy writes them."""
    return line.lstrip().startswith((b"#", b"%")) and len(line) < _LONGEST_REMARK


def _find_separator(line: bytes) -> str:
    """Return what separates most cells of a line: with decimal commas, semicolons or tabs come before commas."""
    counts = {separator: line.count(separator.encode()) for separator in _SEPARATORS}
    for separator in (";", "\t", "|"):
        if counts[separator] and counts[separator] >= counts[","] / 2:
            return separator
    if not counts[","] and len(line.split()) > 1:
        return BLANKS
    # Pairs such as "0,5 0,25" have one comma fewer than blanks, or as many.
    if line.count(b" ") and counts[","] and not re.search(rb",\s", line.strip()) and len(line.split()) > 100:
        return BLANKS
    return ","
