"""Reading digits from ARFF, the format of Weka and OpenML: attributes named one a line, then rows as in CSV.

See https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/. OpenML's ``mnist_784`` has the class last,
with its values listed: ``@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}``.
"""

import csv
import re
from dataclasses import replace
from pathlib import Path

from core.data.readers.csv_dialect import Dialect
from core.data.readers.csv_reader import WIDTHS, read_table
from core.data.readers.csv_rows import CsvTable
from core.data.readers.raw_set import RawSet
from core.errors import DataError
from core.progress import Report, ignore_progress

_ATTRIBUTE = re.compile(r"""@attribute\s+(?P<name>'[^']*'|"[^"]*"|\S+)\s+(?P<type>.+)""", re.IGNORECASE)


def is_arff_head(head: bytes) -> bool:
    """Tell whether a file that begins so is ARFF: after comments comes ``@relation``."""
    for line in head.removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip() and not line.lstrip().startswith(b"%"):
            return line.strip().lower().startswith(b"@relation")
    return False


def read_arff(path: Path, report: Report = ignore_progress) -> RawSet:
    """Read a file of labeled 28x28 images.

    Raises
    ------
    DataError
        As `core.data.readers.csv_reader.read_table` raises it, or if the attributes are not those of such images.
    """
    nominal: list[str] = []

    def read_start(block: bytes, name: str) -> tuple[CsvTable, int, bytes]:
        table, values, row, rest = _read_header(block, name)
        nominal[:] = values
        return table, row, rest

    raw = read_table(path, report, read_start)
    return replace(raw, class_names=tuple(nominal)) if raw.labels is not None and raw.labels.dtype.kind == "U" else raw


def _read_header(block: bytes, name: str) -> tuple[CsvTable, list[str], int, bytes]:
    """Return what the attributes say, the class's values, the number of the first row of data, and what follows."""
    names: list[str] = []
    words: list[int] = []
    values: list[str] = []
    row, rest = 1, block
    while rest:
        line, _, rest = rest.partition(b"\n")
        text = line.decode("utf-8", errors="replace").strip()
        row += 1
        if text.lower().startswith("@data"):
            break
        match = _ATTRIBUTE.match(text)
        if match:
            if match["type"].startswith("{"):
                words.append(len(names))
                values = next(csv.reader([match["type"].strip("{} \t").replace("'", '"')], skipinitialspace=True), [])
            names.append(match["name"].strip("'\""))
    else:
        raise DataError(f"{name} is cut off: it ends before its line @data. Fetch the file again.")
    if len(names) not in WIDTHS:
        raise DataError(
            f"{name} has {len(names)} attributes; expected 785: 784 pixels of a 28x28 image, and its class. "
            "Choose another file."
        )
    if rest.lstrip().startswith(b"{"):
        raise DataError(f"{name} is a sparse ARFF file, which is not read; save it as CSV or as a dense ARFF file.")
    edges = tuple(column for column in words if column in (0, 1, len(names) - 2, len(names) - 1))
    table = CsvTable(name, tuple(names), len(names), edges, edges or (len(names) - 1,), Dialect())
    return table, [value.strip() for value in values], row, rest
