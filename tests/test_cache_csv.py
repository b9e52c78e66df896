"""The cache of decoded CSV files: used when the file is unchanged, and never otherwise."""

import os
import stat
from pathlib import Path

import pytest

from core.data.readers.csv_cache import MAX_ENTRIES, read_csv_cached
from core.data.readers.raw_set import as_digits
from core.errors import CancelledError, DataError
from tests.at_once import meanwhile
from tests.digit_files import as_ordinary_user, assert_same, random_dataset, write, write_csv

DIGITS = random_dataset(40)
OTHERS = random_dataset(40, seed=1)


class Reading:
    """Counts how often a file is decoded: only then is there progress between the start and the end."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.decoded = 0

    def __call__(self, path):
        self.reports = []
        raw = read_csv_cached(path, lambda fraction, text: self.reports.append(fraction), self.folder)
        # Decoding reports its start; what is remembered only reports its end.
        self.decoded += self.reports[0] == 0
        return as_digits(raw)


@pytest.fixture
def read(tmp_path) -> Reading:
    return Reading(tmp_path / "cache")


@pytest.fixture
def path(tmp_path):
    return write_csv(tmp_path / "digits.csv", DIGITS)


def test_the_second_reading_is_from_the_cache_and_equal(read, path):
    first, second = read(path), read(path)
    assert read.decoded == 1
    assert_same(first, DIGITS)
    assert_same(second, DIGITS)
    assert (first.name, second.name) == ("digits.csv", "digits.csv")
    assert not second.images.flags.writeable
    assert second.images.flags.c_contiguous


def test_the_same_file_by_another_path_is_remembered(read, path, monkeypatch):
    read(path)
    monkeypatch.chdir(path.parent)
    assert_same(read(Path("digits.csv")), DIGITS)
    assert read.decoded == 1


def test_files_of_the_same_name_are_kept_apart(read, path, tmp_path):
    other = write_csv(tmp_path / "other" / "digits.csv", OTHERS)
    assert_same(read(path), DIGITS)
    assert_same(read(other), OTHERS)
    assert_same(read(path), DIGITS)
    assert read.decoded == 2


def test_a_changed_file_is_decoded_anew(read, path):
    read(path)
    write_csv(path, random_dataset(41))
    assert len(read(path)) == 41
    assert read.decoded == 2


def test_an_edit_that_keeps_size_and_time_is_noticed(read, path):
    read(path)
    before = path.stat()
    content = path.read_bytes()
    position = content.rindex(b"\n", 0, -1) + 1
    path.write_bytes(content[:position] + b"0" + content[position + 1 :])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert DIGITS.labels[-1] == 9
    assert read(path).labels[-1] == 0
    assert read.decoded == 2


def test_an_edit_between_the_samples_of_a_large_file_is_noticed(read, tmp_path):
    path = write_csv(tmp_path / "large.csv", random_dataset(1_200))
    read(path)
    before = path.stat()
    content = bytearray(path.read_bytes())
    row = content.index(b"\n", 10_000) + 1
    content[row : row + 1] = b"5"
    path.write_bytes(content)
    assert path.stat().st_size == before.st_size
    index = bytes(content[:row]).count(b"\n") - 1
    assert read(path).labels[index] == 5
    assert read.decoded == 2


def test_a_file_that_was_replaced_by_a_wrong_one_is_refused(read, path):
    read(path)
    write(path, b"1,2,3\n")
    with pytest.raises(DataError, match="row 1: 3 columns"):
        read(path)


def test_a_file_that_was_deleted_is_missing(read, path):
    read(path)
    path.unlink()
    with pytest.raises(DataError, match="There is no file"):
        read(path)


def damage_checksum(content: bytes) -> bytes:
    return content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]


@pytest.mark.parametrize(
    "damage",
    [
        damage_checksum,
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: content[:20],
        lambda content: b"",
        lambda content: b"\n" + content,
        lambda content: b"[1, 2]\n" + content,
        lambda content: b"[" * 60_000 + b"\n" + content,
        lambda content: b'{"stamp": ' + b"9" * 5_000 + b"}\n" + content,
        lambda content: b"\xff\xfe" * 100,
        lambda content: content.partition(b"\n")[0] + b"\n",
    ],
)
def test_a_damaged_entry_is_silently_written_anew(read, path, damage):
    read(path)
    [entry] = read.folder.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert_same(read(path), DIGITS)
    assert_same(read(path), DIGITS)
    assert read.decoded == 2


def test_only_the_files_last_used_are_remembered(read, tmp_path):
    paths = [write_csv(tmp_path / f"{index}.csv", random_dataset(3, index)) for index in range(MAX_ENTRIES + 1)]
    for age, path in enumerate(paths[:MAX_ENTRIES]):
        read(path)
        for entry in read.folder.iterdir():
            if entry.stat().st_mtime > 2e6:
                os.utime(entry, (1e6 + age, 1e6 + age))
    read(paths[0])
    read(paths[MAX_ENTRIES])
    assert len(list(read.folder.iterdir())) == MAX_ENTRIES
    read.decoded = 0
    read(paths[0])
    assert read.decoded == 0
    read(paths[1])
    assert read.decoded == 1


def test_what_a_killed_process_left_half_written_goes(read, tmp_path):
    read.folder.mkdir()
    for index in range(6):
        leftover = read.folder / f".old.{index:08x}.part"
        leftover.write_bytes(b"half")
        os.utime(leftover, (1e6, 1e6))
    for index in range(MAX_ENTRIES):
        read(write_csv(tmp_path / f"{index}.csv", random_dataset(3, index)))
    assert not list(read.folder.glob("*.part"))


def test_only_files_of_the_cache_are_ever_touched(read, tmp_path):
    foreign = [
        write(read.folder / name, b"mine") for name in ("notes.txt", "a.digits", "0123.part", "0" * 31 + ".digits")
    ]
    (read.folder / ("f" * 32 + ".digits")).mkdir()
    (read.folder / "folder").mkdir()
    kept = write(tmp_path / "kept.txt", b"mine")
    (read.folder / ("e" * 32 + ".digits")).symlink_to(kept)
    for path in (*foreign, kept):
        os.utime(path, (1e6, 1e6))
    for index in range(MAX_ENTRIES + 2):
        read(write_csv(tmp_path / f"{index}.csv", random_dataset(3, index)))
    assert all(path.read_bytes() == b"mine" for path in (*foreign, kept))
    entries = [path for path in read.folder.glob("?" * 32 + ".digits") if path.is_file() and not path.is_symlink()]
    assert len(entries) == MAX_ENTRIES
    assert len(list(read.folder.iterdir())) == MAX_ENTRIES + len(foreign) + 3


def test_an_entry_that_is_a_link_is_neither_read_nor_written_through(read, path, tmp_path):
    read(path)
    [entry] = read.folder.iterdir()
    elsewhere = entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(elsewhere)
    content = elsewhere.read_bytes()
    elsewhere.write_bytes(content + b"mine")
    assert_same(read(path), DIGITS)
    assert read.decoded == 2
    assert elsewhere.read_bytes() == content + b"mine"
    assert not entry.is_symlink()
    assert_same(read(path), DIGITS)
    assert read.decoded == 2


def test_an_entry_that_is_a_pipe_is_passed_over(read, path):
    read(path)
    [entry] = read.folder.iterdir()
    entry.unlink()
    os.mkfifo(entry)
    assert_same(read(path), DIGITS)


def test_a_folder_that_cannot_be_made_is_only_logged(path, tmp_path, caplog):
    occupied = write(tmp_path / "occupied", b"a file where the folder should be")
    assert_same(as_digits(read_csv_cached(path, folder=occupied / "csv")), DIGITS)
    assert "digits.csv cannot be remembered" in caplog.text


def test_a_folder_that_cannot_be_written_is_only_logged(path, tmp_path, caplog):
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    with as_ordinary_user():
        assert_same(as_digits(read_csv_cached(path, folder=folder)), DIGITS)
    assert "digits.csv cannot be remembered" in caplog.text
    assert not list(folder.iterdir())


def test_a_cancelled_reading_leaves_no_entry(read, path):
    def cancel(fraction: float, text: str) -> None:
        if fraction == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        read_csv_cached(path, cancel, read.folder)
    assert not read.folder.exists()


def test_the_users_cache_folder_is_where_entries_go(path, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_ANN_CACHE", str(tmp_path / "mine"))
    read_csv_cached(path)
    assert len(list((tmp_path / "mine" / "csv").iterdir())) == 1


def test_an_entry_that_another_process_forgets_meanwhile_keeps_none_from_being_forgotten(read, tmp_path, caplog):
    files = [write_csv(tmp_path / f"{index}.csv", random_dataset(3, seed=index)) for index in range(3 * MAX_ENTRIES)]
    extra = [read.folder / f"{index:032x}.digits" for index in range(200)]
    read(files[0])

    def come_and_go() -> None:
        for entry in extra:
            entry.touch()
        for entry in extra:
            entry.unlink(missing_ok=True)

    with meanwhile(come_and_go, pause=0):
        for path in files * 3:
            read(path)
    read(files[0])
    assert "cannot be remembered" not in caplog.text
    assert len(list(read.folder.iterdir())) <= MAX_ENTRIES
