"""From lines of separated numbers to arrays: fast where the lines are plain, cell by cell where something is wrong.

Lines are plain when they hold nothing but digits, separators and line ends, as every published MNIST file does. Then
pandas decodes a block at once, straight to bytes. Fractions, quotes, blanks and labels that are words take a way that
is three times as long. What neither understands is a mistake, and is looked for cell by cell, to say exactly where.

Rows are counted as editors and spreadsheets count lines: from 1, with the column names and blank lines included.
Columns are counted from 1 too, as they stand in the file.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.readers.csv_dialect import BLANKS, Dialect
from core.data.readers.raw_set import as_bytes, whole_number
from core.errors import DataError
from core.network.arrays import PIXELS

COLUMNS = PIXELS + 1
"""The label, then the pixels."""

EXPECTED_COLUMNS = f"{COLUMNS} columns separated by commas: the label, then {PIXELS} pixels"

_LONGEST_NAME = 60
"""Letters of a column's name that messages show."""


@dataclass(frozen=True)
class CsvTable:
    """What a file's first lines tell of all others.

    Attributes
    ----------
    file_name : str
        Without the folder.
    column_names : tuple of str
        The first row, where it holds names; else empty.
    columns : int
        How many cells a row has.
    text_columns : tuple of int
        Those (from 0) that hold words: labels such as ``seven``.
    label_columns : tuple of int
        Those (from 0) that may hold labels, for messages.
    dialect : Dialect
        How a line is taken apart.
    """

    file_name: str
    column_names: tuple[str, ...] = ()
    columns: int = COLUMNS
    text_columns: tuple[int, ...] = ()
    label_columns: tuple[int, ...] = (0,)
    dialect: Dialect = field(default_factory=Dialect)

    def cell(self, row: int, column: int) -> str:
        """Return where a cell is: file, row, column, and the column's name where it has one; both count from 1."""
        name = f" ({self.column_names[column - 1][:_LONGEST_NAME]})" if self.column_names else ""
        return f"{self.file_name}, row {row}, column {column}{name}"

    @property
    def expected(self) -> str:
        """What a row should be, in words."""
        if self.columns == COLUMNS and self.dialect.separator == ",":
            return EXPECTED_COLUMNS
        return f"{self.columns} columns, as the first row has"


@dataclass(frozen=True, eq=False)
class Rows:
    """Decoded lines.

    Attributes
    ----------
    numbers : uint8 or float32 array of shape (rows, columns)
        uint8 where all are whole numbers from 0 to 255; 0 in columns of words.
    words : dict of int to list of str
        The cells of each column of words.
    """

    numbers: NDArray[Any]
    words: dict[int, list[str]]


def decode_rows(block: bytes, table: CsvTable, first_row: int) -> Rows:
    """Turn whole lines into numbers.

    Parameters
    ----------
    block : bytes
        Lines that end with LF or CRLF; the last line of a file may lack its end.
    table : CsvTable
        The file that the lines come from.
    first_row : int
        Which row of the file the first of them is, counted from 1.

    Raises
    ------
    DataError
        If a row has more or fewer columns, or a cell that should hold a number does not. The sentence names the first
        such row and column.
    """
    rows = _decode_plain(block, table) or _decode_fractions(block, table)
    return rows or _decode_cells(block, table, first_row)


def _decode_plain(block: bytes, table: CsvTable) -> Rows | None:
    """Decode lines of whole numbers from 0 to 255; None where anything at all is unusual."""
    # Imported here: it takes a fifth of a second, which only those need to wait for who open a CSV file.
    import pandas as pd

    dialect = table.dialect
    # pandas takes a lone CR for the end of a line, which no editor counts as one.
    if (
        table.text_columns
        or dialect.separator == BLANKS
        or block.translate(None, b"0123456789\r\n" + dialect.separator.encode())
        or block.count(b"\r") != block.count(b"\r\n")
    ):
        return None
    options: dict[str, Any] = {"header": None, "engine": "c", "na_filter": False, "low_memory": False}
    if dialect.ends_with_separator:
        # What stands after the last separator is no column, and must be nothing.
        block = re.sub(re.escape(dialect.separator.encode()) + rb"(?=\r?(?:\n|\Z))", b"", block)
    try:
        frame = pd.read_csv(BytesIO(block), sep=dialect.separator, dtype=np.uint8, **options)
    except (ValueError, OverflowError):
        return None
    numbers = np.ascontiguousarray(frame.to_numpy())
    return Rows(numbers, {}) if numbers.shape[1] == table.columns else None


def _decode_fractions(block: bytes, table: CsvTable) -> Rows | None:
    """Decode lines of numbers of any kind, quoted or not, and columns of words; None where a cell is neither."""
    import pandas as pd

    dialect = table.dialect
    if block.count(b"\r") != block.count(b"\r\n") or b"_" in block or b"\0" in block:
        return None
    extra = int(dialect.ends_with_separator)
    if not _all_have(block, dialect, table.columns + extra):
        return None
    names = list(range(table.columns + extra))
    types: dict[int, Any] = dict.fromkeys(names, np.float64 if table.columns < PIXELS else np.float32)
    types.update(dict.fromkeys([*table.text_columns, *names[table.columns :]], str))
    try:
        # A number that is too large becomes infinite, and is complained about like any other that does not fit.
        with np.errstate(over="ignore"):
            frame = pd.read_csv(
                BytesIO(block),
                header=None,
                names=names,
                index_col=False,
                sep=r"\s+" if dialect.separator == BLANKS else dialect.separator,
                decimal="," if dialect.decimal_comma else ".",
                dtype=types,
                engine="c",
                na_filter=False,
                skipinitialspace=True,
                low_memory=False,
                on_bad_lines="error",
            )
    except (ValueError, OverflowError, TypeError):
        return None
    if extra:
        if frame[table.columns].str.strip().any():
            return None
        frame = frame.iloc[:, : table.columns]
    words = {column: [str(cell).strip() for cell in frame[column]] for column in table.text_columns}
    for column in table.text_columns:
        frame[column] = np.float32(0)
    numbers = frame.to_numpy()
    if not np.isfinite(numbers).all():
        return None
    return Rows(as_bytes(numbers), words)


def _all_have(block: bytes, dialect: Dialect, cells: int) -> bool:
    """Tell whether lines have that many cells, counted by their separators: what is in quotes may fool it."""
    lines = [line for line in block.split(b"\n") if line.strip()]
    if dialect.separator == BLANKS:
        return all(len(line.split()) == cells for line in lines)
    separator = dialect.separator.encode()
    return all(line.count(separator) == cells - 1 for line in lines)


def _decode_cells(block: bytes, table: CsvTable, first_row: int) -> Rows:
    """Decode cell by cell, with everything that `decode_rows` promises."""
    numbers: list[list[float]] = []
    words: dict[int, list[str]] = {column: [] for column in table.text_columns}
    lines = block.split(b"\n")
    last_row = first_row + len(lines) - 1
    for row, line in enumerate(lines, start=first_row):
        cells = table.dialect.split(line)
        if not cells:
            continue
        if len(cells) < table.columns and row == last_row:
            raise DataError(
                f"{table.file_name} is cut off: it ends in row {row} after column {len(cells)}; "
                f"expected {table.expected}. Fetch the file again, or delete its last row."
            )
        if len(cells) != table.columns:
            raise DataError(
                f"{table.file_name}, row {row}: the row ends after column {len(cells)}; "
                f"expected {table.expected}. Correct or delete the row, then open the file again."
            )
        for column, found in words.items():
            found.append(cells[column].strip())
            cells[column] = "0"
        numbers.append([_cell_value(cell, table, row, column) for column, cell in enumerate(cells, start=1)])
    decoded = as_bytes(np.array(numbers, np.float64).reshape(-1, table.columns))
    return Rows(decoded if decoded.dtype == np.uint8 else decoded.astype(np.float32), words)


def _cell_value(cell: str, table: CsvTable, row: int, column: int) -> float:
    """Return the number in a cell; raise DataError where it is none."""
    try:
        number = float(cell)
    except ValueError:
        number = float("nan")
    if "_" in cell or not np.isfinite(number):
        raise wrong_cell(cell, table, row, column)
    return number


def wrong_cell(cell: str, table: CsvTable, row: int, column: int) -> DataError:
    """Return the sentence for a cell, both counted from 1, that holds neither label nor pixel."""
    what, largest = ("digit", 9) if column - 1 in table.label_columns else ("pixel", 255)
    remedy = "Correct the label or delete its image" if what == "digit" else "Correct the cell or delete the row"
    found = f"{cell.strip()[:20]!r} is not a {what}" if cell.strip() else "the cell is empty"
    return DataError(
        f"{table.cell(row, column)}: {found}; expected a whole number from 0 to {largest}. "
        f"{remedy}, then open the file again."
    )


def are_names(cells: list[str], columns: int) -> bool:
    """Tell a row of column names from a row of data.

    Names all differ from each other, even where they are numbers (0, 1, 2, ... as pandas writes them), which 784
    pixels of 256 values cannot; names of which none is a number may repeat.
    """
    if len(set(cells)) == columns > 256 and sum(whole_number(cell) is not None for cell in cells) >= columns - 3:
        return True
    return not any(map(_is_number, cells))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
