"""Arrays, folders of images, Parquet files and archives are read as the digits that they hold, and their sets found."""

import gzip
import io
import sys
import tarfile

import numpy as np
import pytest

from core.data.data_sources import load_files, load_pair, load_test
from core.errors import DataError
from tests.data_forms import PIXEL_NAMES, digits, idx, png, squares, table, write_idx_pair, write_images, zipped

TRAIN, TEST = digits(60), digits(60, 60)
FASHION = ["T - shirt / top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


def in_order(data):
    """Return each image with its label, sorted: folders keep images by class."""
    return sorted(zip(data.labels.tolist(), map(bytes, data.images), strict=True))


def assert_pair(pair):
    assert in_order(pair.train) == in_order(TRAIN)
    assert in_order(pair.test) == in_order(TEST)
    assert pair.notes == ()


def assert_held_out(pair, data=TRAIN):
    assert len(pair.test) == 10
    assert sorted(in_order(pair.train) + in_order(pair.test)) == in_order(data)


def keras(path):
    np.savez_compressed(
        path, x_train=squares(TRAIN), y_train=TRAIN.labels, x_test=squares(TEST), y_test=TEST.labels
    )  # fmt: skip
    return path


def npy_files(folder):
    for name, data in (("train", TRAIN), ("test", TEST)):
        np.save(folder / f"x_{name}.npy", squares(data))
        np.save(folder / f"y_{name}.npy", data.labels.astype(np.int64))
    return folder


def mnist_png(folder):
    write_images(folder / "mnist_png" / "training", TRAIN)
    write_images(folder / "mnist_png" / "testing", TEST)
    (folder / "mnist_png" / "training" / "3" / "Thumbs.db").write_bytes(b"no image")
    (folder / "mnist_png" / ".DS_Store").write_bytes(b"no image")
    return folder / "mnist_png"


def torchvision(name):
    def write(folder):
        write_idx_pair(folder / name / "raw", TRAIN, "train")
        write_idx_pair(folder / name / "raw", TEST, "t10k", packed=True)
        return folder

    return write


def emnist(folder):
    for name, data in (("train", TRAIN), ("test", TEST)):
        write_idx_pair(folder / "EMNIST" / "raw", data, f"emnist-digits-{name}")
        write_idx_pair(folder / "EMNIST" / "raw", data, f"emnist-letters-{name}")
    return folder


def qmnist(folder):
    raw = folder / "QMNIST" / "raw"
    for name, data in (("train", TRAIN), ("test", TEST)):
        write_idx_pair(raw, data, f"qmnist-{name}")
        (raw / f"qmnist-{name}-labels-idx1-ubyte").unlink()
        extended = np.column_stack([data.labels, np.full((len(data), 7), 9)])
        (raw / f"qmnist-{name}-labels-idx2-int").write_bytes(idx(extended, 12))
    return folder


def zip_of_images(folder):
    members = {
        path.relative_to(mnist_png(folder)).as_posix(): path.read_bytes()
        for path in sorted(mnist_png(folder).rglob("*.png"))
    }
    return zipped(folder / "digits.zip", {"__MACOSX/training/0/._1.png": b"no image", **members})


def tar_of_images(folder):
    with tarfile.open(folder / "mnist_png.tar.gz", "w:gz") as archive:
        archive.add(mnist_png(folder), "mnist_png")
    return folder / "mnist_png.tar.gz"


def zip_of_idx(folder):
    source = torchvision("MNIST")(folder / "source")
    return zipped(folder / "torch.zip", {path.name: path.read_bytes() for path in source.rglob("*ubyte*")})


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: keras(folder / "mnist.npz"),
        npy_files,
        mnist_png,
        torchvision("MNIST"),
        torchvision("FashionMNIST"),
        torchvision("KMNIST"),
        emnist,
        qmnist,
        zip_of_images,
        tar_of_images,
        zip_of_idx,
        lambda folder: zipped(folder / "keras.zip", {"mnist.npz": keras(folder / "mnist.npz").read_bytes()}),
    ],
)
def test_both_sets_are_found(tmp_path, write):
    source = write(tmp_path)
    assert_pair(load_pair(source))
    assert in_order(load_test(source)) == in_order(TEST)


def test_kaggles_archive_opens_though_its_test_set_has_no_labels(tmp_path):
    path = zipped(
        tmp_path / "digit-recognizer.zip",
        {
            "train.csv": table((TRAIN.labels, TRAIN.images), ["label", *PIXEL_NAMES]),
            "test.csv": table((TEST.images,), PIXEL_NAMES),
            "sample_submission.csv": b"ImageId,Label\n1,0\n2,0\n",
        },
    )
    pair = load_pair(path)
    assert_held_out(pair)
    assert pair.name == "digit-recognizer.zip"


def test_an_archive_in_an_archive(tmp_path):
    inner = zipped(tmp_path / "a.zip", {"train.csv": table((TRAIN.labels, TRAIN.images))}).read_bytes()
    assert_held_out(load_pair(zipped(tmp_path / "outer.zip", {"train.csv.zip": inner})))


@pytest.mark.parametrize(
    ("arrays", "notes"),
    [
        ({"images": squares(TRAIN), "labels": TRAIN.labels}, ()),
        ({"X": squares(TRAIN)[..., None], "y": np.eye(10)[TRAIN.labels]}, ()),
        ({"data": TRAIN.images.astype(float), "target": TRAIN.labels.astype(str)}, ()),
        ({"x": np.moveaxis(squares(TRAIN), 0, 2), "y": TRAIN.labels}, ("The images lie along the last axis.",)),
        ({"x": TRAIN.images.T, "y": TRAIN.labels}, ("The images stand in columns.",)),
        ({"arr_0": squares(TRAIN), "arr_1": TRAIN.labels}, ()),
        ({"images": np.asfortranarray(TRAIN.images), "labels": TRAIN.labels}, ()),
        ({"images": np.repeat(squares(TRAIN)[..., None], 3, 3), "labels": TRAIN.labels}, ()),
    ],
)  # fmt: skip
def test_archives_of_arrays_with_other_names_and_shapes(tmp_path, arrays, notes):
    np.savez(tmp_path / "a.npz", **arrays)
    pair = load_pair(tmp_path / "a.npz")
    assert_held_out(pair)
    assert pair.notes == notes


def test_arrays_of_python_objects_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=np.array([None]), y_train=TRAIN.labels)
    with pytest.raises(DataError, match="may run code as they are opened"):
        load_pair(tmp_path / "a.npz")


def test_floating_point_idx_files_are_read(tmp_path):
    path = write_idx_pair(tmp_path, TRAIN, "train")
    path.write_bytes(idx(squares(TRAIN) / 255, 13))
    found = load_test(path)
    assert in_order(found) == in_order(TRAIN)
    assert found.notes == ("The pixels are fractions from 0 to 1; scaled to 0 to 255.",)


def test_images_and_labels_that_lie_apart_are_chosen_together(tmp_path):
    path = write_idx_pair(tmp_path / "a", TRAIN, "train")
    (tmp_path / "b").mkdir()
    labels = (tmp_path / "a" / "train-labels-idx1-ubyte").rename(tmp_path / "b" / "train-labels-idx1-ubyte")
    for chosen in ([path, labels], [labels, path]):
        assert_held_out(load_files(chosen))
        assert in_order(load_test(chosen)) == in_order(TRAIN)
    with pytest.raises(DataError, match="needs a file of labels beside it, such as train-labels-idx1-ubyte"):
        load_pair(path)


def test_four_files_chosen_together_are_two_sets(tmp_path):
    images = [write_idx_pair(tmp_path, data, name) for data, name in ((TEST, "t10k"), (TRAIN, "train"))]
    labels = [path.with_name(path.name.replace("images-idx3", "labels-idx1")) for path in images]
    assert_pair(load_files([*labels, *images]))


def test_text_tables_of_images_and_labels_apart(tmp_path):
    (tmp_path / "train_images.csv").write_bytes(table((TRAIN.images,)))
    (tmp_path / "train_labels.csv").write_bytes(table((TRAIN.labels,), ["label"]))
    assert_held_out(load_pair(tmp_path))


def test_folders_called_as_classes_name_them(tmp_path):
    data = load_pair(write_images(tmp_path / "notMNIST", TRAIN, "ABCDEFGHIJ"))
    assert data.class_names == tuple("ABCDEFGHIJ")


def test_images_of_another_size_are_named(tmp_path):
    write_images(tmp_path / "digits", TRAIN)
    (tmp_path / "digits" / "4" / "large.png").write_bytes(png(np.zeros((64, 64), np.uint8)))
    with pytest.raises(DataError, match=r"4/large.png has 64x64 pixels; expected 28x28"):
        load_pair(tmp_path / "digits")


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"readme.md": b"nothing"}, "holds no file that could be data"),
        ({"../train.csv": b"1,2"}, "holds no file that could be data"),
        ({"xl/workbook.xml": b"<x/>"}, "is a spreadsheet"),
        ({"archive/data.pkl": b"x"}, "saved by PyTorch"),
        ({"train.csv": b"1,2,3\n"}, "train.csv, row 1: 3 columns"),
    ],
)
def test_archives_that_hold_no_data_are_named(tmp_path, members, sentence):
    with pytest.raises(DataError, match=sentence):
        load_pair(zipped(tmp_path / "a.zip", members))


def test_a_damaged_archive_is_refused(tmp_path):
    path = zip_of_images(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DataError, match="is damaged"):
        load_pair(path)


def parquet(path, data, names=None):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    import json

    import pyarrow.parquet

    cells = [{"bytes": png(image), "path": None} for image in squares(data)]
    built = arrow.table({"image": cells, "label": data.labels.tolist()})
    if names:
        feature = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        built = built.replace_schema_metadata({"huggingface": json.dumps(feature)})
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(built, path)


def test_hugging_faces_folder(tmp_path):
    parquet(tmp_path / "mnist" / "train-00000-of-00001.parquet", TRAIN)
    parquet(tmp_path / "mnist" / "test-00000-of-00001.parquet", TEST)
    assert_pair(load_pair(tmp_path))


def test_parquet_names_its_classes(tmp_path):
    parquet(tmp_path / "train.parquet", TRAIN, FASHION)
    assert load_pair(tmp_path / "train.parquet").class_names[:2] == ("T-shirt", "Trouser")
    parquet(tmp_path / "other.parquet", TRAIN, ["a name of a class", *"bcdefghij"])
    assert load_pair(tmp_path / "other.parquet").class_names[:2] == ("a name of a c…", "b")


def test_parquet_of_pixel_columns(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    import pyarrow.parquet

    columns = {name: TRAIN.images[:, index] for index, name in enumerate(PIXEL_NAMES)}
    pyarrow.parquet.write_table(arrow.table({**columns, "class": TRAIN.labels.astype(str)}), tmp_path / "a.parquet")
    assert_held_out(load_pair(tmp_path / "a.parquet"))


def test_without_pyarrow_a_sentence_tells_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(100))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"a.parquet is a Parquet file, which takes pyarrow .* uv sync --extra parquet"):
        load_pair(tmp_path / "a.parquet")


def test_a_packed_npy_file(tmp_path):
    stream = io.BytesIO()
    np.save(stream, squares(TRAIN))
    (tmp_path / "images.npy.gz").write_bytes(gzip.compress(stream.getvalue()))
    np.save(tmp_path / "labels.npy", TRAIN.labels)
    assert_held_out(load_pair(tmp_path / "images.npy.gz"))
