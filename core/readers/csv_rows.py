"""From lines of comma-separated numbers to bytes: fast where the lines are plain, cell by cell where they are not.

Lines are plain when they hold nothing but digits, commas and line ends, as every published MNIST file does. Then pandas
decodes a block at once, straight to bytes, and refuses what does not fit. Whatever is not plain (blanks, quotes,
``1.0``, any mistake) goes to the slow path, which understands more and can say exactly which cell is wrong.

Rows are counted as editors and spreadsheets count lines: from 1, with the column names and blank lines included.
Columns are counted from 1 too, so the label is column 1.
"""

import csv
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from core.dataset import CLASSES, PIXELS
from core.errors import DataError

COLUMNS = PIXELS + 1
"""The label, then the pixels."""

EXPECTED_COLUMNS = f"{COLUMNS} columns separated by commas: the label, then {PIXELS} pixels"


@dataclass(frozen=True)
class CsvTable:
    """What messages about a cell need to know of its file.

    Attributes
    ----------
    file_name : str
        Without the folder.
    column_names : tuple of str
        The first row, where it holds names; else empty.
    """

    file_name: str
    column_names: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> str:
        """Return where a cell is: file, row, column, and the column's name where it has one; both count from 1."""
        name = f" ({self.column_names[column - 1]})" if self.column_names else ""
        return f"{self.file_name}, row {row}, column {column}{name}"


def decode_rows(block: bytes, table: CsvTable, first_row: int) -> NDArray[np.uint8]:
    """Turn whole lines into rows of bytes.

    Parameters
    ----------
    block : bytes
        Lines that end with LF or CRLF; the last line of a file may lack its end.
    table : CsvTable
        The file that the lines come from.
    first_row : int
        Which row of the file the first of them is, counted from 1.

    Returns
    -------
    uint8 array of shape (rows, 785)
        The label, 0 to 9, then the pixels; blank lines are left out.

    Raises
    ------
    DataError
        If a row has more or fewer columns, or a cell holds anything but a whole number in its range. The sentence
        names the first such row and column.
    """
    rows = _decode_plain(block)
    return _decode_cells(block, table, first_row) if rows is None else rows


def _decode_plain(block: bytes) -> NDArray[np.uint8] | None:
    """Decode lines that are plain and right; None where anything at all is unusual."""
    # Imported here: it takes a fifth of a second, which only those need to wait for who open a CSV file.
    import pandas as pd

    # pandas takes a lone CR for the end of a line, which no editor counts as one.
    if block.translate(None, b"0123456789,\r\n") or block.count(b"\r") != block.count(b"\r\n"):
        return None
    try:
        table = pd.read_csv(BytesIO(block), header=None, dtype=np.uint8, engine="c", na_filter=False, low_memory=False)
    except (ValueError, OverflowError):
        return None
    rows = np.ascontiguousarray(table.to_numpy())
    return rows if rows.shape[1] == COLUMNS and rows[:, 0].max() < CLASSES else None


def _decode_cells(block: bytes, table: CsvTable, first_row: int) -> NDArray[np.uint8]:
    """Decode cell by cell, with everything that `decode_rows` promises."""
    rows = bytearray()
    lines = block.split(b"\n")
    last_row = first_row + len(lines) - 1
    for row, line in enumerate(lines, start=first_row):
        cells = split_cells(line)
        if not cells:
            continue
        if len(cells) < COLUMNS and row == last_row:
            raise DataError(
                f"{table.file_name} is cut off: it ends in row {row} after column {len(cells)}; "
                f"expected {EXPECTED_COLUMNS}. Fetch the file again, or delete its last row."
            )
        if len(cells) != COLUMNS:
            raise DataError(
                f"{table.file_name}, row {row}: the row ends after column {len(cells)}; "
                f"expected {EXPECTED_COLUMNS}. Correct or delete the row, then open the file again."
            )
        rows.extend(_cell_value(cell, table, row, column) for column, cell in enumerate(cells, start=1))
    return np.frombuffer(rows, np.uint8).reshape(-1, COLUMNS)


def split_cells(line: bytes) -> list[str]:
    """Return the cells of one line, without quotes; none for a blank line, the whole line where it is no CSV at all."""
    text = line.decode("utf-8", errors="replace").strip()
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return [text]


def whole_number(cell: str) -> int | None:
    """Return the whole number that a cell holds, be it written ``7``, ``7.0`` or ``7e0``; None if it is none."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return int(number) if number.is_integer() and "_" not in cell else None


def _cell_value(cell: str, table: CsvTable, row: int, column: int) -> int:
    """Return the label or pixel in a cell; raise DataError where it is none."""
    number = whole_number(cell)
    what, largest = ("digit", CLASSES - 1) if column == 1 else ("pixel", 255)
    if number is None or not 0 <= number <= largest:
        found = f"{cell.strip()[:20]!r} is not a {what}" if cell.strip() else "the cell is empty"
        raise DataError(
            f"{table.cell(row, column)}: {found}; expected a whole number from 0 to {largest}. "
            "Correct the cell or delete the row, then open the file again."
        )
    return number
