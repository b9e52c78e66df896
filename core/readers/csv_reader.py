"""Reading digits from a CSV file: one picture a row, its label first, then its 784 pixels from the top left.

This is how MNIST is passed around as CSV (https://www.kaggle.com/datasets/oddrationale/mnist-in-csv): with a first row
of column names ``label,1x1,1x2,...,28x28`` or without, lines ended by LF or CRLF, plain or gzipped.

The file is read in blocks of whole lines, so that memory holds one block and the pictures so far, progress is told
after each block, and a mistake is found at its own row and column (`core.readers.csv_rows`).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.dataset import PIXELS, Dataset
from core.errors import DataError
from core.progress import Report, ignore_progress
from core.readers.csv_rows import COLUMNS, EXPECTED_COLUMNS, CsvTable, decode_rows, split_cells, whole_number
from core.readers.data_file import MAX_PICTURES, DataFile, open_data_file

BLOCK_BYTES = 8 * 1024 * 1024
"""Some 4,000 rows: few enough to be small in memory, enough to make up for what pandas does for each of 785 columns."""

MAX_ROW_BYTES = 1024 * 1024

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ZIP_MAGIC = b"PK\x03\x04"
LABEL_NAMES = frozenset({"label", "labels", "class", "digit", "target", "y"})


def read_csv(path: Path, report: Report = ignore_progress) -> Dataset:
    """Read a CSV file of labelled 28x28 pictures.

    Parameters
    ----------
    path : Path
        A CSV file, plain or gzipped.
    report : Report
        Told of the share of the file that has been read.

    Returns
    -------
    Dataset
        Named after the file.

    Raises
    ------
    DataError
        If the file cannot be read, is not such a file, or a row or cell is wrong; the sentence names the row (counted
        like an editor's lines, from 1 with the column names) and the column (from 1, the label).
    """
    text = f"reading {path.name}"
    report(0.0, text)
    labels, images, count = [], [], 0
    with open_data_file(path) as file:
        table = CsvTable(path.name)
        for row, block in _line_blocks(file):
            if row == 1:
                table, row, block = _read_head(block, table)
            rows = decode_rows(block, table, row)
            labels.append(rows[:, 0].copy())
            images.append(rows[:, 1:])
            count += len(rows)
            if count > MAX_PICTURES:
                raise DataError(f"{path.name} holds more than {MAX_PICTURES:,} rows; split it into smaller files.")
            report(file.fraction, text)
    if not count:
        found = "holds no image" if file.packed_size else "is empty"
        raise DataError(f"{path.name} {found}; expected rows of {EXPECTED_COLUMNS}. Choose another file.")
    return Dataset(np.concatenate(images), np.concatenate(labels), path.name)


def has_label_column(path: Path) -> bool:
    """Tell whether the first row is as long as a labelled picture's: Kaggle's ``test.csv``, for one, has no labels.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    with open_data_file(path) as file:
        _, first_block = next(_line_blocks(file), (1, b""))
        return len(split_cells(first_block.partition(b"\n")[0])) == COLUMNS


def _line_blocks(file: DataFile) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines, each with the number of its first row; the last line may lack its end."""
    row, rest = 1, b""
    while data := file.read(BLOCK_BYTES):
        block = rest + data
        end = block.rfind(b"\n") + 1
        lines, rest = block[:end], block[end:]
        if lines:
            yield row, lines
            row += lines.count(b"\n")
        if len(rest) > MAX_ROW_BYTES:
            raise DataError(
                f"{file.path.name}, row {row} is longer than a million characters; expected {EXPECTED_COLUMNS}. "
                "Choose a CSV file."
            )
    if rest:
        yield row, rest


def _read_head(block: bytes, table: CsvTable) -> tuple[CsvTable, int, bytes]:
    """Look at the start of a file: whether it is CSV, how many columns it has, and whether it names them.

    Returns
    -------
    table : CsvTable
        With the columns' names, where the first row holds names.
    row : int
        The number of the first row of what remains.
    block : bytes
        What remains of the block, without byte order mark and names.
    """
    name = table.file_name
    if block.startswith(ZIP_MAGIC):
        raise DataError(f"{name} is a ZIP archive or a spreadsheet; unpack it, or save it as CSV, and open that file.")
    if b"\0" in block[:4096]:
        raise DataError(f"{name} is not a text file; expected CSV with {EXPECTED_COLUMNS}. Choose another file.")
    text = block.removeprefix(BYTE_ORDER_MARK).lstrip()
    row = 1 + block[: len(block) - len(text)].count(b"\n")
    first_line, line_end, remainder = text.partition(b"\n")
    cells = split_cells(first_line)
    if not cells:
        return table, row, text
    # A short last line is no wrong table but a file that was cut off, which the rows' own check says.
    if len(cells) != COLUMNS and (line_end or len(cells) == 1):
        raise DataError(f"{name}, row {row}: {_wrong_width(cells, first_line)}")
    if not _are_names(cells):
        return table, row, text
    _check_label_is_first(cells, name)
    return CsvTable(name, tuple(cells)), row + 1, remainder


def _wrong_width(cells: list[str], line: bytes) -> str:
    """Say what is wrong with a first row that does not have 785 columns, and what probably happened."""
    found = f"{len(cells)} column{'s' * (len(cells) != 1)}; expected {EXPECTED_COLUMNS}."
    if len(cells) == PIXELS:
        return f"{found} The labels seem to be missing; choose a file that has them."
    for separator, separator_name in ((b";", "semicolons"), (b"\t", "tabs")):
        if line.count(separator) == COLUMNS - 1:
            return f"{found} This file separates them by {separator_name}; save it with commas."
    return f"{found} Choose another file."


def _are_names(cells: list[str]) -> bool:
    """Tell a row of column names from a row of data.

    Names all differ from each other, even where they are numbers (0, 1, 2, ... as pandas writes them), which 784
    pixels of 256 values cannot; names of which none is a number may repeat.
    """
    return len(set(cells)) == COLUMNS or all(whole_number(cell) is None for cell in cells)


def _check_label_is_first(names: list[str], file_name: str) -> None:
    """Refuse files that keep their labels in another column: read as they stand, every label would be a pixel."""
    where = [column for column, name in enumerate(names, start=1) if name.strip().lower() in LABEL_NAMES]
    if where and where[0] != 1:
        raise DataError(
            f"{file_name}, row 1, column {where[0]} ({names[where[0] - 1]}): the labels must be in column 1, before "
            "the pixels. Move the column to the front, then open the file again."
        )
