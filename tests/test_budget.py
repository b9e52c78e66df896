"""What a file may cost: refused in one sentence that names the file, the limit and what to do."""

import os
from pathlib import Path

import pytest

from core.errors import DataError, LessonError, RecipeFileError
from core.system.budget import BOMB_RATIO, BOMB_START, DATA, LESSON, RECIPE, Meter, read_whole, size_text


def test_what_is_within_the_budget_passes_and_the_next_byte_or_item_does_not() -> None:
    meter = Meter("digits.csv", DATA)
    meter.file(DATA.file_bytes)
    meter.unpacked(DATA.unpacked_bytes)
    meter.items(DATA.items)
    meter.memory(DATA.memory_bytes)
    for refused, sentence in (
        (lambda: meter.file(DATA.file_bytes + 1), "digits.csv is larger than 4 GB; split it, or take a part of it."),
        (lambda: meter.unpacked(1), "digits.csv unpacks to more than 4 GB; split it, or take a part of it."),
        (lambda: meter.items(1), "digits.csv holds more than 500,000 images; split it, or take a part of it."),
    ):
        with pytest.raises(DataError) as raised:
            refused()
        assert str(raised.value) == sentence
    with pytest.raises(DataError, match=r"digits\.csv would take 500 MB of memory, more than the 400 MB"):
        meter.memory(500_000_000)


def test_a_file_that_unpacks_to_far_more_than_its_size_is_refused_early() -> None:
    meter = Meter("digits.csv.gz", DATA)
    meter.unpacked(BOMB_START, packed=0)
    meter.unpacked(BOMB_RATIO * 10, packed=10)
    with pytest.raises(DataError, match=r"digits\.csv\.gz unpacks to more than 100 times its size"):
        meter.unpacked(1, packed=10)


def test_a_small_file_is_read_whole_and_a_large_one_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "lesson.toml"
    path.write_bytes(b"x" * LESSON.file_bytes)
    assert len(read_whole(path, LESSON)) == LESSON.file_bytes
    path.write_bytes(b"x" * (LESSON.file_bytes + 1))
    with pytest.raises(LessonError, match=r"lesson\.toml is larger than 200 kB"):
        read_whole(path, LESSON)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_what_is_no_file_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, found in ((tmp_path / "pipe", "a pipe"), (Path("/dev/zero"), "a device"), (tmp_path, "a folder")):
        with pytest.raises(RecipeFileError, match=found):
            read_whole(path, RECIPE)
    with pytest.raises(RecipeFileError, match="No such file"):
        read_whole(tmp_path / "missing.json", RECIPE)


def test_sizes_are_written_as_people_write_them() -> None:
    assert [size_text(size) for size in (12, 200_000, 1_500_000, 1_200_000_000)] == [
        "12 bytes",
        "200 kB",
        "1.5 MB",
        "1.2 GB",
    ]
