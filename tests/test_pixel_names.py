"""Tables whose columns of pixels stand in another order than their names say."""

import gzip

import numpy as np
import pytest
from digit_files import random_dataset

from core.data.readers.csv_cache import read_csv_cached
from core.data.readers.csv_reader import read_table
from core.data.readers.parquet_reader import read_parquet
from core.data.readers.pixel_names import find_pixel_order
from core.network.arrays import PIXELS

DATA = random_dataset(12)
BY_PLACE = [(row, column) for row in range(28) for column in range(28)]

NAMES = {
    "pixel0": [f"pixel{number}" for number in range(PIXELS)],
    "pixel1": [f"pixel{number}" for number in range(1, PIXELS + 1)],
    "numbers": [str(number) for number in range(PIXELS)],
    "x1": [f"x{number}" for number in range(1, PIXELS + 1)],
    "1x1": [f"{row + 1}x{column + 1}" for row, column in BY_PLACE],
    "0x0": [f"{row}x{column}" for row, column in BY_PLACE],
    "r1c1": [f"r{row + 1}c{column + 1}" for row, column in BY_PLACE],
    "pixel_0_0": [f"pixel_{row}_{column}" for row, column in BY_PLACE],
}


def write_sorted(path, names, *, label="label", labels_first=True):
    """A table whose columns of pixels are sorted by name as text."""
    order = sorted(range(PIXELS), key=names.__getitem__)
    lines = [[label, *(names[place] for place in order)]]
    lines += [
        [str(value), *map(str, image[order])] for value, image in zip(DATA.labels.tolist(), DATA.images, strict=True)
    ]
    lines = lines if labels_first else [[*rest, first] for first, *rest in lines]
    text = "".join(",".join(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text, 1) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("kind", NAMES)
def test_pixels_are_read_in_the_order_of_their_names(tmp_path, kind):
    path = write_sorted(tmp_path / "sorted.csv", NAMES[kind])
    raw = read_table(path)
    np.testing.assert_array_equal(raw.values, DATA.images)
    np.testing.assert_array_equal(raw.labels, DATA.labels)
    first, last = NAMES[kind][0], NAMES[kind][-1]
    assert raw.notes == (
        f"The columns of pixels stand in another order than their names, {first} to {last}, and are read by these.",
    )


def test_labels_at_the_end_and_what_is_remembered_of_a_file(tmp_path):
    path = write_sorted(tmp_path / "sorted.csv.gz", NAMES["pixel0"], labels_first=False)
    for _ in range(2):
        raw = read_csv_cached(path, folder=tmp_path / "cache")
        np.testing.assert_array_equal(raw.values, DATA.images)
        assert any("are read by these" in note for note in raw.notes)


def test_a_wrong_cell_is_named_where_it_stands(tmp_path):
    names = NAMES["pixel0"]
    path = write_sorted(tmp_path / "sorted.csv", names)
    order = sorted(range(PIXELS), key=names.__getitem__)
    assert read_table(path).locate(3, 2) == f"sorted.csv, row 5, column {order.index(2) + 2} (pixel2)"


def test_parquet_is_read_so_too(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    import pyarrow.parquet

    names = NAMES["pixel0"]
    table = {names[place]: DATA.images[:, place] for place in sorted(range(PIXELS), key=names.__getitem__)}
    pyarrow.parquet.write_table(arrow.table({"label": DATA.labels, **table}), tmp_path / "sorted.parquet")
    raw = read_parquet(tmp_path / "sorted.parquet")
    np.testing.assert_array_equal(raw.values, DATA.images)
    assert any("are read by these" in note for note in raw.notes)


@pytest.mark.parametrize(
    "names",
    [
        NAMES["pixel0"],
        NAMES["1x1"],
        # Columns before rows: as a file stands it may be right.
        [f"{column}x{row}" for row, column in BY_PLACE],
        [f"a{number}" if number % 2 else f"b{number}" for number in range(PIXELS)],
        [f"pixel{number}" for number in (*range(5, PIXELS), 4, 3, 2, 1, 1)],
        [f"x{column}y{row}" for column, row in BY_PLACE],
        [f"feature {chr(97 + number % 26)}" for number in range(PIXELS)],
        [f"pixel{2 * number}" for number in reversed(range(PIXELS))],
        ["²"] * PIXELS,
    ],
    ids=[
        "in order",
        "1x1 in order",
        "columns first",
        "two kinds",
        "one twice",
        "x and y",
        "words",
        "gaps",
        "odd digit",
    ],
)
def test_names_that_do_not_count_the_pixels_leave_them_as_they_stand(names):
    assert find_pixel_order(names) is None
