"""Reading digits from a table in a text file: one image a row, its label and its 784 pixels from the top left.

This is how MNIST is passed around as CSV (https://www.kaggle.com/datasets/oddrationale/mnist-in-csv), with a first row
of column names ``label,1x1,1x2,...,28x28`` or without. People save such files in many ways: see
`core.data.readers.csv_dialect` for how lines are written, `core.data.readers.csv_layout` for what the columns hold.

The file is read in blocks of whole lines, so that memory holds one block and the images so far, progress is told
after each block, and a mistake is found at its own row and column (`core.data.readers.csv_rows`).
"""

import math
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.readers.csv_dialect import Dialect, TextBlocks, find_dialect, to_utf8
from core.data.readers.csv_layout import EDGE, Column, find_layout
from core.data.readers.csv_rows import EXPECTED_COLUMNS, CsvTable, Rows, are_names, decode_rows
from core.data.readers.data_file import open_data_file, read_head
from core.data.readers.pixel_names import find_pixel_order, order_note
from core.data.readers.raw_set import WHOLE_UP_TO, LabelValues, Locate, RawSet, as_bytes, as_digits, whole_number
from core.errors import DataError
from core.network.arrays import CLASSES, PIXELS
from core.progress import Report, ignore_progress
from core.system.budget import DATA, Meter

MARKED = PIXELS + CLASSES
"""Pixels, and ten columns of which a 1 marks the class."""

WIDTHS = (*range(PIXELS, PIXELS + 3), MARKED)
"""Pixels alone, with labels, with row numbers too, and with ten columns that mark the class."""

MAX_LABEL_COLUMNS = 2
"""A table of so many columns holds labels alone, perhaps after row numbers."""

_SAMPLE_ROWS = 20

_TRUTH_VALUES = (
    (b"False", b"0"),
    (b"True", b"1"),
    (b"FALSE", b"0"),
    (b"TRUE", b"1"),
    (b"false", b"0"),
    (b"true", b"1"),
)
"""As pandas, spreadsheets and R, and JSON write them."""

ReadStart = Callable[[bytes, str], tuple[CsvTable, int, bytes]]
"""From a file's first block and name to what all rows have in common, the first row's number, and the rows."""


def read_csv(path: Path, report: Report = ignore_progress) -> Dataset:
    """Read a CSV file of labeled 28x28 images as it stands, such as this program writes: nothing in it is judged.

    Raises
    ------
    DataError
        As `read_table` raises it, or if a pixel is no whole number from 0 to 255 or a label none from 0 to 9.
    """
    return as_digits(read_table(path, report))


def read_table(path: Path, report: Report = ignore_progress, read_start: ReadStart | None = None) -> RawSet:
    """Read a table of 28x28 images, of labels, or of both.

    Parameters
    ----------
    path : Path
        A text file, plain or gzipped.
    report : Report
        Told of the share of the file that has been read.
    read_start : callable, optional
        Tells columns from the first block, for formats that name them in another way; by default `read_csv_start`.

    Returns
    -------
    RawSet
        Named after the file.

    Raises
    ------
    DataError
        If the file cannot be read, is not such a file, or a row or cell is wrong; the sentence names the row (counted
        like an editor's lines, from 1 with the column names) and the column (from 1).
    """
    read_start = read_start or read_csv_start
    text = f"reading {path.name}"
    report(0.0, text)
    meter, held = Meter(path.name, DATA), 0
    blocks: list[Rows] = []
    with open_data_file(path) as file:
        table = CsvTable(path.name)
        for row, block in TextBlocks(file, EXPECTED_COLUMNS):
            block = _without_truth_values(block)
            if row == 1:
                table, row, block = read_start(block, path.name)
            rows = decode_rows(block, table, row)
            meter.items(len(rows.numbers))
            held += rows.numbers.nbytes
            meter.memory(held)
            if len(rows.numbers):
                blocks.append(rows)
            report(file.fraction, text)
    if not blocks:
        found = "holds no image" if file.packed_size else "is empty"
        raise DataError(f"{path.name} {found}; expected rows of {EXPECTED_COLUMNS}. Choose another file.")
    return _gather(blocks, table, path, read_start)


def _without_truth_values(block: bytes) -> bytes:
    """Return whole lines with 0 and 1 for False and True where these are pixels, as arrays of bool are written.

    One to a line may be a label or a name, and stays as it is.
    """
    if not any(word in block for word, _ in _TRUTH_VALUES):
        return block
    first, line_end, rest = block.partition(b"\n")
    return _numbered(first) + line_end + _numbered(rest)


def _numbered(lines: bytes) -> bytes:
    if sum(lines.count(word) for word, _ in _TRUTH_VALUES) <= 2 * (lines.count(b"\n") + 1):
        return lines
    for word, digit in _TRUTH_VALUES:
        lines = lines.replace(word, digit)
    return lines


def is_unlabeled(path: Path) -> bool:
    """Tell whether a file's first row is one of pixels alone, or of row numbers and pixels: Kaggle's ``test.csv``.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    head = to_utf8(read_head(path))
    if b"\0" in head:
        return False
    dialect, skipped = find_dialect(head)
    lines = head.split(b"\n")[skipped:]
    return len(dialect.split(lines[0])) == PIXELS if lines else False


def looks_like_table(head: bytes) -> bool:
    """Tell whether a file that begins so is a text file with rows long enough for images."""
    text = to_utf8(head)
    if b"\0" in text[:4096] or text.lstrip()[:1] in (b"{", b"[", b"<"):
        return False
    dialect, skipped = find_dialect(text.replace(b"\r", b"\n") if b"\n" not in text else text)
    lines = text.splitlines()[skipped:]
    return bool(lines) and len(dialect.split(lines[0])) in WIDTHS


def read_csv_start(block: bytes, name: str) -> tuple[CsvTable, int, bytes]:
    """Look at the first block of a file: how it is written, how many columns it has, and whether it names them.

    Returns
    -------
    table : CsvTable
        What all rows have in common.
    row : int
        The number of the first row of what remains.
    block : bytes
        What remains of the block, without names and what comes before them.

    Raises
    ------
    DataError
        If this is no table of images or labels.
    """
    if b"\0" in block[:4096]:
        raise DataError(f"{name} is not a text file; expected CSV with {EXPECTED_COLUMNS}. Choose another file.")
    dialect, skipped = find_dialect(block)
    remainder = block
    for _ in range(skipped):
        remainder = remainder.partition(b"\n")[2]
    row = 1 + skipped
    first_line, line_end, after = remainder.partition(b"\n")
    cells = dialect.split(first_line)
    if not cells:
        return CsvTable(name, dialect=dialect), row, remainder
    columns = len(cells)
    if columns not in WIDTHS and (line_end or columns == 1) and columns > MAX_LABEL_COLUMNS:
        rows = remainder.count(b"\n") + (not remainder.endswith(b"\n"))
        raise DataError(f"{name}, row {row}: {_wrong_width(columns, rows)}")
    if columns <= MAX_LABEL_COLUMNS and not _may_be_labels(dialect, remainder):
        raise DataError(f"{name}, row {row}: {_wrong_width(columns, 0)}")
    if columns not in WIDTHS and columns > MAX_LABEL_COLUMNS:
        # A short last line is no wrong table but a file that was cut off, which the rows' own check says.
        return CsvTable(name, dialect=dialect), row, remainder
    names: tuple[str, ...] = ()
    if are_names(cells, columns):
        names, row, remainder = tuple(cells), row + 1, after
    text_columns = _text_columns(dialect, remainder, columns)
    layout_columns = _label_columns(names, columns)
    return CsvTable(name, names, columns, text_columns, layout_columns, dialect), row, remainder


def _wrong_width(columns: int, rows: int) -> str:
    """Say what is wrong with a first row that has no width that fits, in a block of so many rows."""
    found = f"{columns} column{'s' * (columns != 1)}; expected {EXPECTED_COLUMNS}."
    if rows in WIDTHS and columns > EDGE:
        return f"{found} There are {rows} rows: the images seem to stand in columns; exchange rows and columns."
    for pixels in (columns - 1, columns):
        side = math.isqrt(max(pixels, 0))
        if side * side == pixels and 8 <= side != 28:
            return (
                f"{found} These seem to be images of {side}x{side} pixels, and the program reads 28x28; "
                "choose a data set of that size, or save the images anew so."
            )
    if columns == 3 * PIXELS + 1 or columns == 3 * PIXELS:
        return f"{found} These seem to be images in color; save them in gray, one number a pixel."
    return f"{found} Choose another file."


def _may_be_labels(dialect: Dialect, block: bytes) -> bool:
    """Tell whether the first lines, of one or two cells, hold labels: short cells, and more than a row of them."""
    rows = [dialect.split(line) for line in block.split(b"\n", _SAMPLE_ROWS)[:_SAMPLE_ROWS]]
    cells = [row[-1] for row in rows if row]
    return (
        len(cells) > 1
        and all(len(cell) <= 40 for cell in cells)
        and sum(whole_number(cell) is not None for cell in cells) >= len(cells) - 1
    )


def _label_columns(names: tuple[str, ...], columns: int) -> tuple[int, ...]:
    """Return which column messages about a cell should call the label: the named one, else the first."""
    if columns in (PIXELS, MARKED):
        return ()
    try:
        return (find_layout(columns, names, {}, "").label or 0,) if names else (0,)
    except (DataError, ValueError):
        return (0,)


def _text_columns(dialect: Dialect, block: bytes, columns: int) -> tuple[int, ...]:
    """Return the columns at the edges in which most of the first rows hold words."""
    if columns in (PIXELS, MARKED):
        return ()
    lines = block.split(b"\n", _SAMPLE_ROWS)[:_SAMPLE_ROWS]
    rows = [cells for cells in (dialect.split(line) for line in lines) if len(cells) == columns]
    edges = sorted({*range(min(EDGE, columns)), *range(max(columns - EDGE, 0), columns)})
    return tuple(
        column for column in edges if rows and 2 * sum(not _is_number(row[column]) for row in rows) > len(rows)
    )


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        # An empty cell is a mistake and no word.
        return not cell.strip()


def _gather(blocks: list[Rows], table: CsvTable, path: Path, read_start: ReadStart) -> RawSet:
    """Put the blocks together and tell labels from pixels."""
    columns = table.columns
    edges = {
        column: _column(blocks, column)
        for column in sorted({*range(min(EDGE, columns)), *range(max(columns - EDGE, 0), columns)})
    }
    if columns <= MAX_LABEL_COLUMNS:
        return RawSet(
            None, as_labels(edges[columns - 1]), path.name, _locator(path, table, read_start, columns - 1, [])
        )
    if columns == MARKED:
        return _marked(blocks, table, path, read_start)
    layout = find_layout(columns, table.column_names, edges, path.name)
    pixels, order_notes = _in_order_of_names(layout.others(columns), table)
    labels = None if layout.label is None else as_labels(_label_cells(edges, blocks, layout.label))
    # Each block goes as soon as its pixels have been copied, so that memory holds them once.
    values = _pixels(blocks, pixels)
    return RawSet(
        values,
        labels,
        path.name,
        _locator(path, table, read_start, layout.label, pixels),
        notes=(*layout.notes, *order_notes),
    )


def _in_order_of_names(pixels: list[int], table: CsvTable) -> tuple[list[int], tuple[str, ...]]:
    """Return columns of pixels in the order that their names say, and what is told of that where it is another."""
    names = [table.column_names[column] for column in pixels] if table.column_names else []
    order = find_pixel_order(names) if names else None
    if order is None:
        return pixels, ()
    return [pixels[place] for place in order], (order_note(names, order),)


def _marked(blocks: list[Rows], table: CsvTable, path: Path, read_start: ReadStart) -> RawSet:
    """Return images whose class is marked in the first or the last ten columns."""
    for start, pixels in ((0, range(CLASSES, MARKED)), (PIXELS, range(PIXELS))):
        marks = np.concatenate([block.numbers[:, start : start + CLASSES] for block in blocks])
        if np.isin(marks, (0, 1)).all() and (marks.sum(axis=1) == 1).all():
            columns, order_notes = _in_order_of_names(list(pixels), table)
            locate = _locator(path, table, read_start, start, columns)
            labels = marks.argmax(axis=1).astype(np.int64)
            note = f"A 1 in the {'first' if start == 0 else 'last'} ten columns marks the class."
            return RawSet(_pixels(blocks, columns), labels, path.name, locate, notes=(note, *order_notes))
    raise DataError(
        f"{path.name} has {MARKED} columns, but neither the first ten nor the last ten mark a class by a single 1. "
        "Save one column of labels, then the pixels."
    )


def _label_cells(edges: dict[int, Column], blocks: list[Rows], column: int) -> Column:
    return edges[column] if column in edges else _column(blocks, column)


def _column(blocks: list[Rows], column: int) -> Column:
    """Return all cells of a column, numbers or words."""
    if column in blocks[0].words:
        return [word for block in blocks for word in block.words[column]]
    return np.concatenate([block.numbers[:, column].astype(np.float64) for block in blocks])


def _pixels(blocks: list[Rows], columns: list[int]) -> NDArray[Any]:
    """Return the pixels of all blocks, which are used up."""
    dtype = np.uint8 if all(block.numbers.dtype == np.uint8 for block in blocks) else np.float32
    whole = range(columns[0], columns[0] + len(columns))
    taken: slice | list[int] = slice(whole.start, whole.stop) if columns == list(whole) else columns
    values = np.empty((sum(len(block.numbers) for block in blocks), len(columns)), dtype)
    done = 0
    while blocks:
        numbers = blocks.pop(0).numbers
        values[done : done + len(numbers)] = numbers[:, taken]
        done += len(numbers)
    # A single label that is no byte makes its block one of fractions, whatever the pixels are.
    return values if dtype == np.uint8 else as_bytes(values)


def as_labels(cells: Column) -> LabelValues:
    """Return labels as whole numbers where they all are; else as words."""
    if isinstance(cells, np.ndarray):
        whole = np.clip(cells, -WHOLE_UP_TO, WHOLE_UP_TO).astype(np.int64)
        return whole if np.array_equal(whole, cells) else np.array([f"{cell:g}" for cell in cells], np.str_)
    words = [_unquoted(cell) for cell in cells]
    numbers = [whole_number(word) for word in words]
    return np.array(words, np.str_) if None in numbers else np.array(numbers, np.int64)


def _unquoted(word: str) -> str:
    """Return a word without quotes, and without what Python writes around a text of bytes (``b'7'``)."""
    return (word[1:] if word[:2] in ("b'", 'b"') else word).strip("'\"")


def _locator(path: Path, table: CsvTable, read_start: ReadStart, label: int | None, pixels: list[int]) -> Locate:
    """Return what names the cell of an image's pixel or label: the file is read once more to find its row."""

    def locate(image: int, pixel: int | None) -> str:
        column = (label or 0) if pixel is None else pixels[pixel]
        with closing(_data_rows(path, read_start)) as rows:
            for count, row in enumerate(rows):
                if count == image:
                    return table.cell(row, column + 1)
        return path.name

    return locate


def _data_rows(path: Path, read_start: ReadStart) -> Generator[int, None, None]:
    """Yield the number of each row that is neither names nor blank."""
    with open_data_file(path) as file:
        for row, block in TextBlocks(file, EXPECTED_COLUMNS):
            if row == 1:
                _, row, block = read_start(block, path.name)
            for number, line in enumerate(block.split(b"\n"), start=row):
                if line.strip():
                    yield number
