"""IDX pairs: every naming in which they are published, and every mistake by its sentence."""

import struct
import tracemalloc

import pytest

from core.data.readers.idx_reader import read_idx
from core.errors import CancelledError, DataError
from tests.digit_files import (
    as_ordinary_user,
    assert_same,
    idx_images,
    idx_labels,
    random_dataset,
    write,
    write_idx,
)

DIGITS = random_dataset(30)
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def message(path) -> str:
    with pytest.raises(DataError) as caught:
        read_idx(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (IMAGES, LABELS),
        (f"{IMAGES}.gz", f"{LABELS}.gz"),
        (IMAGES, f"{LABELS}.gz"),
        (f"{IMAGES}.gz", LABELS),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels-idx1-ubyte"),
        ("TRAIN-IMAGES-IDX3-UBYTE", "train-labels-idx1-ubyte"),
        ("digits_images_idx3", "digits_labels_idx1"),
    ],
)
def test_either_file_of_a_pair_opens_it(tmp_path, images, labels):
    write_idx(tmp_path, DIGITS, images=images, labels=labels)
    for name in (images, labels):
        dataset = read_idx(tmp_path / name)
        assert_same(dataset, DIGITS)
        assert dataset.name == images


def test_the_plain_partner_is_taken_before_the_gzipped(tmp_path):
    path = write_idx(tmp_path, DIGITS, images=IMAGES, labels=LABELS)
    write(tmp_path / f"{LABELS}.gz", b"something else")
    assert_same(read_idx(path), DIGITS)


def test_real_mnist_is_read(shared_folder):
    test = read_idx(shared_folder / "mnist" / "t10k-labels-idx1-ubyte.gz")
    assert len(test) == 10_000
    assert test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert round(float(test.images.mean()), 2) == 33.79


def test_progress_and_cancel(tmp_path):
    path = write_idx(tmp_path, random_dataset(4_000), images=f"{IMAGES}.gz", labels=f"{LABELS}.gz")
    reports = []
    read_idx(path, lambda fraction, text: reports.append(fraction))
    assert reports == sorted(reports)
    assert (reports[0], reports[-1]) == (0, 1)

    def cancel(fraction: float, text: str) -> None:
        if fraction > 0.2:
            raise CancelledError

    with pytest.raises(CancelledError):
        read_idx(path, cancel)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "is empty; expected an IDX file. Fetch it again, or choose another."),
        (
            b"label,1x1,1x2\n1,2,3\n",
            "is not an IDX file: it starts with the bytes 6c 61 62 65, expected 00 00 08 03. "
            "Fetch it again, or choose another.",
        ),
        (
            b"\1" + idx_images(DIGITS)[1:],
            "is not an IDX file: it starts with the bytes 01 00 08 03, expected 00 00 08 03. "
            "Fetch it again, or choose another.",
        ),
        (
            b"\0\0\x07" + idx_images(DIGITS)[3:],
            "is not an IDX file: it starts with the bytes 00 00 07 03, expected 00 00 08 03. "
            "Fetch it again, or choose another.",
        ),
        (
            idx_labels(DIGITS),
            "has 1 dimension; expected 3, as images have. Check that images and labels are not exchanged.",
        ),
        (idx_images(DIGITS)[:9], "ends within its header, after 9 bytes. Fetch the file again."),
        (b"\0\0", "is not an IDX file: it starts with the bytes 00 00, expected 00 00 08 03."),
        (
            idx_images(DIGITS)[:-5],
            "should hold 23,520 bytes after its header (30x28x28), but holds only 23,515. Fetch the file again.",
        ),
        (
            idx_images(DIGITS) + b"\0",
            "should hold 23,520 bytes after its header (30x28x28), but holds more. Fetch the file again.",
        ),
        (
            struct.pack(">4B3I", 0, 0, 8, 3, 10, 32, 32) + bytes(10 * 32 * 32),
            "holds images of 32x32 pixels; expected 28x28. Choose another file.",
        ),
        (
            struct.pack(">4B3I", 0, 0, 8, 3, 2**32 - 1, 28, 28),
            "holds more than 500,000 images; split it, or take a part of it.",
        ),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_wrong_files_of_images(tmp_path, content, found, suffix):
    write(tmp_path / LABELS, idx_labels(DIGITS))
    path = write(tmp_path / f"{IMAGES}{suffix}", content)
    assert message(path).startswith(f"{path.name} {found}")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            idx_images(DIGITS),
            "has 3 dimensions; expected 1, as labels have. Check that images and labels are not exchanged.",
        ),
        (
            idx_labels(DIGITS)[:-1],
            "should hold 30 bytes after its header (30), but holds only 29. Fetch the file again.",
        ),
    ],
)
def test_wrong_files_of_labels(tmp_path, content, found):
    path = write(tmp_path / IMAGES, idx_images(DIGITS))
    write(tmp_path / LABELS, content)
    assert message(path) == f"{LABELS} {found}"


def test_images_and_labels_of_different_number(tmp_path):
    path = write(tmp_path / IMAGES, idx_images(DIGITS))
    write(tmp_path / LABELS, idx_labels(random_dataset(29)))
    assert message(path) == (
        f"{IMAGES} holds 30 images, but {LABELS} 29 labels; expected as many. Choose files that belong together."
    )


def test_a_label_above_nine_is_named_by_its_image(tmp_path):
    path = write(tmp_path / IMAGES, idx_images(DIGITS))
    labels = bytearray(idx_labels(DIGITS))
    labels[8 + 6] = 26
    write(tmp_path / LABELS, labels)
    advice = "expected a whole number from 0 to 9. Correct the label or delete its image, then open the file again."
    assert message(path) == f"{LABELS}, image 7: '26' is not a digit; {advice}"


def test_no_image_at_all(tmp_path):
    write(tmp_path / LABELS, struct.pack(">4BI", 0, 0, 8, 1, 0))
    path = write(tmp_path / IMAGES, struct.pack(">4B3I", 0, 0, 8, 3, 0, 28, 28))
    expected = "expected at least one image. Choose another file."
    assert message(path) == f"{IMAGES} holds nothing after its header; {expected}"


def test_a_missing_partner_is_named(tmp_path):
    path = write(tmp_path / f"{IMAGES}.gz", idx_images(DIGITS))
    assert message(path) == (
        f"{IMAGES}.gz holds images alone and needs a file of labels beside it, such as {LABELS}; "
        f"{tmp_path} does not hold it. Put it there, or choose both files together."
    )


def test_a_name_that_only_resembles_the_partners_is_not_taken_for_it(tmp_path):
    path = write(tmp_path / IMAGES, idx_images(DIGITS))
    write(tmp_path / LABELS.replace("-idx1", "_idx1"), idx_labels(DIGITS))
    assert "needs a file of labels beside it" in message(path)


def test_a_name_that_tells_no_partner(tmp_path):
    path = write(tmp_path / "digits.bin", idx_images(DIGITS))
    assert message(path) == (
        "digits.bin holds images alone and needs labels beside it, in a file whose name differs in a word, such as "
        f"labels for images; {tmp_path} does not hold it. Put it there, or choose both files together."
    )


def test_a_missing_folder(tmp_path):
    path = tmp_path / "absent" / IMAGES
    assert message(path) == f"There is no file or folder {path}; check its name and where it is."


def test_a_pair_without_permission(tmp_path):
    path = write_idx(tmp_path, DIGITS, images=IMAGES, labels=LABELS)
    path.chmod(0)
    with as_ordinary_user():
        text = message(path)
    assert "may not be read; give yourself permission" in text


def test_a_header_is_not_believed_before_the_length_confirms_it(tmp_path):
    """A header that claims 1.5 GB costs no memory, nor does a file that holds more than its header says."""
    write(tmp_path / LABELS, idx_labels(DIGITS))
    claim = struct.pack(">4B3I", 0, 0, 8, 3, 500_000, 28, 28)
    few = struct.pack(">4B3I", 0, 0, 8, 3, 30, 28, 28)
    contents = [
        (IMAGES, claim + bytes(1_000)),
        (f"{IMAGES}.gz", claim + bytes(1_000)),
        (f"{IMAGES}.gz", few + bytes(10**8)),
    ]
    for name, content in contents:
        path = write(tmp_path / name, content)
        tracemalloc.start()
        assert "Fetch the file again." in message(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
        tracemalloc.stop()
        path.unlink()
