"""CSV files that cannot be read: each mistake is named with its file, row and column, and what to do."""

import gzip
import random
from pathlib import Path

import pytest

from core.data.readers import csv_dialect
from core.data.readers.csv_reader import read_csv
from core.data.readers.csv_rows import CsvTable, decode_rows
from core.errors import DataError
from tests.digit_files import (
    COLUMN_NAMES,
    SMALL_BLOCK,
    as_ordinary_user,
    csv_bytes,
    csv_rows,
    random_dataset,
    write,
    write_csv,
)

PIXEL_ADVICE = "expected a whole number from 0 to 255. Correct the cell or delete the row, then open the file again."
LABEL_ADVICE = "expected a whole number from 0 to 9. Correct the label or delete its image, then open the file again."
COLUMNS = "expected 785 columns separated by commas: the label, then 784 pixels."


def message(path) -> str:
    with pytest.raises(DataError) as caught:
        read_csv(path)
    return str(caught.value)


def rows_with(row: int, column: int, cell: str, size: int = 6) -> list[list[str]]:
    """Rows of which one cell, both counted from 1, holds something else."""
    rows = csv_rows(random_dataset(size))
    rows[row - 1][column - 1] = cell
    return rows


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("256", "'256' is not a pixel"),
        ("-1", "'-1' is not a pixel"),
        ("1.5", "'1.5' is not a pixel"),
        ("1000", "'1000' is not a pixel"),
        ("99999999999999999999", "'1e+20' is not a pixel"),
        ("five", "'five' is not a pixel"),
        ("True", "'True' is not a pixel"),
        ("1_0", "'1_0' is not a pixel"),
        ("0x10", "'0x10' is not a pixel"),
        ("nan", "'nan' is not a pixel"),
        ("inf", "'inf' is not a pixel"),
        ("NaN", "'NaN' is not a pixel"),
        ("a\0b", r"'a\x00b' is not a pixel"),
        ("12 34", "'12 34' is not a pixel"),
        ("x" * 100, f"'{'x' * 20}' is not a pixel"),
        ("", "the cell is empty"),
        (" ", "the cell is empty"),
    ],
)
def test_a_wrong_pixel_is_named_by_row_and_column(tmp_path, cell, found):
    path = write(tmp_path / "a.csv", csv_bytes(rows_with(4, 407, cell)))
    assert message(path) == f"a.csv, row 5, column 407 (15x14): {found}; {PIXEL_ADVICE}"
    path = write(tmp_path / "b.csv", csv_bytes(rows_with(4, 407, cell), header=False))
    assert message(path) == f"b.csv, row 4, column 407: {found}; {PIXEL_ADVICE}"


def test_column_names_are_those_of_the_file():
    assert COLUMN_NAMES[406] == "15x14"


@pytest.mark.parametrize("cell", ["10", "255", "-1", "1.5", "seven", "256"])
def test_a_wrong_label_is_named_by_row_and_column(tmp_path, cell):
    path = write(tmp_path / "a.csv", csv_bytes(rows_with(2, 1, cell)))
    assert message(path) == f"a.csv, row 3, column 1 (label): {cell!r} is not a digit; {LABEL_ADVICE}"


def test_a_wrong_label_in_the_first_row_is_no_column_name(tmp_path):
    path = write(tmp_path / "a.csv", csv_bytes(rows_with(1, 1, "seven"), header=False))
    assert message(path) == f"a.csv, row 1, column 1: 'seven' is not a digit; {LABEL_ADVICE}"


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path):
    text = csv_bytes(rows_with(3, 2, "256"), line_end="\r\n").replace(b"\r\n", b"\r\n\r\n")
    assert message(write(tmp_path / "a.csv", text)).startswith("a.csv, row 7, column 2 (1x1): '256'")
    assert text.splitlines()[6].split(b",")[1] == b"256"


def test_a_mistake_far_down_is_found_in_its_own_row(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_dialect, "BLOCK_BYTES", SMALL_BLOCK)
    text = csv_bytes(rows_with(1_111, 785, "300", size=1_200))
    assert len(text) > 4 * SMALL_BLOCK
    assert message(write(tmp_path / "a.csv.gz", text)).startswith("a.csv.gz, row 1112, column 785 (28x28): '300'")


def test_of_several_mistakes_the_first_is_named(tmp_path):
    rows = rows_with(3, 10, "x")
    rows[2][11] = rows[4][0] = "y"
    assert message(write(tmp_path / "a.csv", csv_bytes(rows))).startswith("a.csv, row 4, column 10 (1x9): 'x'")


@pytest.mark.parametrize(
    ("change", "last_column"),
    [
        (lambda row: row[:-1], 784),
        (lambda row: row[:1], 1),
        (lambda row: [*row, "0"], 786),
        (lambda row: [*row, ""], 786),
    ],
    ids=["short", "label alone", "long", "comma at the end"],
)
def test_a_short_or_long_row_is_named(tmp_path, change, last_column):
    rows = csv_rows(random_dataset(5))
    rows[2] = change(rows[2])
    assert message(write(tmp_path / "a.csv", csv_bytes(rows))) == (
        f"a.csv, row 4: the row ends after column {last_column}; {COLUMNS[:-1]}. "
        "Correct or delete the row, then open the file again."
    )


def test_a_short_and_a_long_row_do_not_make_up_for_each_other(tmp_path):
    rows = csv_rows(random_dataset(5))
    rows[2].append(rows[3].pop())
    assert "row 4: the row ends after column 786" in message(write(tmp_path / "a.csv", csv_bytes(rows)))


def test_both_ways_of_decoding_agree_on_damaged_lines():
    """A blank after a comma sends the same lines the slow way."""
    text = csv_bytes(csv_rows(random_dataset(3)), header=False)
    random_ = random.Random(0)
    refused = 0
    for _ in range(400):
        damaged = bytearray(text)
        for _ in range(random_.choice([1, 1, 2])):
            position = random_.randrange(len(damaged) - 1)
            damaged[position : position + random_.choice([0, 1])] = random_.choice([b"", b"1", b"9", b",", b"\n", b"-"])
        outcomes = []
        for lines in (bytes(damaged), bytes(damaged).replace(b",", b", ")):
            try:
                outcomes.append(decode_rows(lines, CsvTable("a.csv"), 1).numbers.tolist())
            except DataError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]
        refused += isinstance(outcomes[0], str)
    assert 50 < refused < 350


def test_a_file_cut_off_within_a_row_says_so(tmp_path):
    text = csv_bytes(csv_rows(random_dataset(5)))
    kept = text[: text.rindex(b",")]
    assert message(write(tmp_path / "a.csv", kept)) == (
        f"a.csv is cut off: it ends in row 6 after column 784; {COLUMNS[:-1]}. "
        "Fetch the file again, or delete its last row."
    )
    only_row = b",".join(text.splitlines()[1].split(b",")[:300])
    assert message(write(tmp_path / "b.csv", only_row)).startswith(
        "b.csv is cut off: it ends in row 1 after column 300"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"1,2,3\n4,5,6\n", f"3 columns; {COLUMNS} Choose another file."),
        (b"hello\n", f"1 column; {COLUMNS} Choose another file."),
        (",".join(["", "", "", *COLUMN_NAMES]).encode() + b"\n", f"788 columns; {COLUMNS} Choose another file."),
        (
            ",".join(["0"] * 65).encode() + b"\n",
            f"65 columns; {COLUMNS} These seem to be images of 8x8 pixels, and the program reads 28x28; "
            "choose a data set of that size, or save the images anew so.",
        ),
        (
            ",".join(["0"] * (3 * 784 + 1)).encode() + b"\n",
            f"2353 columns; {COLUMNS} These seem to be images in color; save them in gray, one number a pixel.",
        ),
    ],
)
def test_a_table_of_another_width_is_refused_at_its_first_row(tmp_path, text, found):
    assert message(write(tmp_path / "a.csv", text)) == f"a.csv, row 1: {found}"


def test_an_empty_file_is_refused(tmp_path):
    assert (
        message(write(tmp_path / "a.csv", b""))
        == f"a.csv is empty; expected rows of {COLUMNS[9:]} Choose another file."
    )


@pytest.mark.parametrize("text", [b"\n\r\n \n", b"\xef\xbb\xbf", csv_bytes([])])
def test_a_file_without_rows_is_refused(tmp_path, text):
    assert message(write(tmp_path / "a.csv", text)).startswith("a.csv holds no image; expected rows of 785 columns")


def test_binary_files_are_refused(tmp_path):
    noise = random.Random(0).randbytes(3_000_000)
    assert message(write(tmp_path / "a.csv", noise)).startswith(
        "a.csv is not a text file; expected CSV with 785 columns"
    )


def test_a_text_without_line_ends_is_refused_early(tmp_path):
    reports = []
    path = write(tmp_path / "a.csv.gz", b"7" * 20_000_000)
    with pytest.raises(DataError, match=r"^a.csv.gz, row 1 is longer than a million characters; expected 785 columns"):
        read_csv(path, lambda fraction, text: reports.append(fraction))
    assert reports == [0.0]


def test_a_line_that_no_csv_reader_takes_is_refused(tmp_path):
    assert "row 1: 1 column" in message(write(tmp_path / "a.csv", b"1" * 200_000 + b"\n"))


def test_damaged_gzip_files_are_refused(tmp_path):
    whole = gzip.compress(csv_bytes(csv_rows(random_dataset(50))))
    cut_off = tmp_path / "a.csv.gz"
    cut_off.write_bytes(whole[: len(whole) // 2])
    assert message(cut_off) == "a.csv.gz ends too early: the gzip data are incomplete. Fetch the file again."
    for position in (len(whole) // 2, len(whole) - 6):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        path = tmp_path / "b.csv.gz"
        path.write_bytes(damaged)
        assert message(path).startswith("b.csv.gz")


def test_a_wrong_checksum_is_named_as_damage(tmp_path):
    damaged = bytearray(gzip.compress(csv_bytes(csv_rows(random_dataset(50)))))
    damaged[-6] ^= 0xFF
    (tmp_path / "b.csv.gz").write_bytes(damaged)
    assert message(tmp_path / "b.csv.gz") == (
        "b.csv.gz is damaged: its gzip data cannot be unpacked. Fetch the file again."
    )


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    path = tmp_path / "absent.csv"
    assert message(path) == f"There is no file or folder {path}; check its name and where it is."


def test_a_path_through_a_file_is_a_missing_file(tmp_path):
    path = write_csv(tmp_path / "a.csv", random_dataset(2)) / "b.csv"
    assert message(path) == f"There is no file or folder {path}; check its name and where it is."


def test_a_link_to_itself_cannot_be_read(tmp_path):
    path = tmp_path / "loop.csv"
    path.symlink_to(path)
    assert message(path).startswith(f"{path} cannot be read (Too many levels of symbolic links); ")


def test_a_folder_is_no_file(tmp_path):
    assert message(tmp_path) == f"{tmp_path} is a folder; expected a file."


def test_a_device_is_no_file():
    if not Path("/dev/zero").exists():
        pytest.skip("this operating system has no /dev/zero")
    assert message(Path("/dev/zero")) == "/dev/zero is a device or a pipe; expected a file on disk."


def test_a_file_without_permission_is_named(tmp_path):
    path = write_csv(tmp_path / "a.csv", random_dataset(2))
    path.chmod(0)
    with as_ordinary_user():
        text = message(path)
    assert text == f"{path} may not be read; give yourself permission to read it, or choose another."
