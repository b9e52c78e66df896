"""Valid files of every kind that the program reads, and edits that damage them: for fuzzing, by bench and by tests.

Whatever is done to a file, reading it gives a right result or a `UserError` with one sentence.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.data.data_sources import load_pair
from core.data.dataset import Dataset
from core.data.my_digits import MyDigits, load_digits, save_digits
from core.drawing.pen import PenStroke
from core.drawing.photos.photo_files import LONGEST_SIDE, load_image
from core.drawing.photos.png_chunks import SIGNATURE
from core.drawing.sketch import lay_out
from core.errors import UserError
from core.files.model_files import save_model
from core.files.notebook_files import PARTS, export_notebook, load_any_model
from core.files.project_file import Contents, LessonResult, is_lesson_file, open_project, save_project
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.files.run_file import load_run, read_summary, save_run
from core.files.saved_model import SavedModel
from core.files.session_file import SessionRecord, load_session, save_session
from core.files.stored_data import load_data, save_data
from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.digit_files import csv_bytes, csv_rows, idx_images, idx_labels, random_dataset, write
from tests.small_data import small_pair

TOKENS = (
    *(b"\0", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xfe"),
    *(b"9" * 30, b"9" * 5_000, b"-1", b"0.5", b"1e999", b"nan", b"inf", b"0x" + b"f" * 300, b"", b"true", b"null"),
    *(b"[" * 2_000, b"{" * 50, b"]", b"}", b'"', b"'''", b'"""', b"\\", b",", b";", b"\t", b" ", b"\n", b"\r", b"="),
    *(b"a.b.c.d.e.f" * 20, b"[[step]]\n", b"<img src=x>", b"../../x", b"PK\3\4", b"\x1f\x8b", b"\x93NUMPY"),
    *(b".", b"\x89PNG", b"\xef\xbb\xbf"),
)
"""What often breaks a reader where something else is expected."""


@dataclass(frozen=True)
class Edit:
    """One change of a file.

    Attributes
    ----------
    action : str
        One of `ACTIONS`.
    place : float
        Where in the file, 0 to 1.
    length : int
        Of how many bytes, where that matters.
    token : bytes
        What is put there, where that matters.
    """

    action: str
    place: float
    length: int
    token: bytes


def _flip(data: bytes, at: int, edit: Edit) -> bytes:
    return data[:at] + bytes(byte ^ (1 << edit.length % 8) for byte in data[at : at + 1]) + data[at + 1 :]


ACTIONS: dict[str, Callable[[bytes, int, Edit], bytes]] = {
    "flip": _flip,
    "set": lambda data, at, edit: data[:at] + edit.token + data[at + len(edit.token) :],
    "insert": lambda data, at, edit: data[:at] + edit.token + data[at:],
    "delete": lambda data, at, edit: data[:at] + data[at + edit.length :],
    "cut": lambda data, at, edit: data[:at],
    "repeat": lambda data, at, edit: data[:at] + data[at : at + edit.length] * 20 + data[at + edit.length :],
    "move": lambda data, at, edit: data[at:] + data[:at],
}


def damaged(data: bytes, edits: list[Edit]) -> bytes:
    """Return a file's content with all edits made."""
    for edit in edits:
        data = ACTIONS[edit.action](data, int(edit.place * len(data)), edit)
    return data


def random_edits(rng: random.Random) -> list[Edit]:
    """Return one to four edits."""
    return [
        Edit(rng.choice(list(ACTIONS)), rng.random() ** rng.choice((1, 1, 3)), rng.randint(1, 40), rng.choice(TOKENS))
        for _ in range(rng.choice((1, 1, 1, 2, 3, 4)))
    ]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    name : str
        What it is called in the table.
    write : callable
        Puts valid files of it into a folder.
    read : callable
        Reads them from the folder; raises where what was read makes no sense.
    target : str
        Which of the files is damaged.
    unpack, pack : callable or None
        What is within the file's own packing, and back, so that what is packed can be damaged too.
    """

    name: str
    write: Callable[[Path], None]
    read: Callable[[Path], object]
    target: str
    unpack: Callable[[bytes], bytes] | None = None
    pack: Callable[[bytes], bytes] | None = None


def try_case(kind: Kind, folder: Path, whole: bytes, edits: list[Edit], *, inside: bool) -> str:
    """Read a damaged file; return "read" or "refused". Anything else that is raised is a fault."""
    if inside and kind.unpack is not None and kind.pack is not None:
        content = kind.pack(damaged(kind.unpack(whole), edits))
    else:
        content = damaged(whole, edits)
    (folder / kind.target).write_bytes(content)
    try:
        kind.read(folder)
    except UserError as error:
        sentence = str(error)
    else:
        return "read"
    assert sentence.strip(), "an empty sentence"
    assert "Traceback" not in sentence, sentence
    return "refused"


# Data

_DATA = random_dataset(30)
_TEST = random_dataset(12, 1)


def _table(separator: str = ",") -> bytes:
    return csv_bytes(csv_rows(_DATA)).replace(b",", separator.encode())


def _write_idx(ending: str) -> Callable[[Path], None]:
    def write_pair(folder: Path) -> None:
        for role, data in (("train", _DATA), ("t10k", _TEST)):
            write(folder / f"{role}-images-idx3-ubyte{ending}", idx_images(data))
            write(folder / f"{role}-labels-idx1-ubyte{ending}", idx_labels(data))

    return write_pair


def _arff() -> bytes:
    names = "".join(f"@attribute pixel{number} numeric\n" for number in range(784))
    rows = "".join(",".join([*row[1:], row[0]]) + "\n" for row in csv_rows(_DATA))
    return f"@relation digits\n{names}@attribute class {{0,1,2,3,4,5,6,7,8,9}}\n@data\n{rows}".encode()


def _zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.namelist()[0])


def _write_npz(folder: Path) -> None:
    parts = {f"x_{role}": data.images.reshape(-1, 28, 28) for role, data in (("train", _DATA), ("test", _TEST))}
    np.savez(folder / "mnist.npz", **parts, y_train=_DATA.labels, y_test=_TEST.labels)


def _write_npy(folder: Path) -> None:
    np.save(folder / "x_train.npy", _DATA.images.reshape(-1, 28, 28))
    np.save(folder / "y_train.npy", _DATA.labels)


def _write_image_folder(folder: Path) -> None:
    for place, (label, image) in enumerate(zip(_DATA.labels, _DATA.images, strict=True)):
        path = folder / "training" / str(label) / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.reshape(28, 28)).save(path)


def _write_cache(folder: Path) -> None:
    from core.data.readers.csv_cache import read_csv_cached

    write(folder / "digits.csv", _table())
    read_csv_cached(folder / "digits.csv", folder=folder / "cache")
    [entry] = (folder / "cache").iterdir()
    # Damaged under a fixed name, and put in its place for each reading.
    entry.rename(folder / "entry")
    (folder / "name").write_text(entry.name)


def _read_cache(folder: Path) -> None:
    from core.data.readers.csv_cache import read_csv_cached

    (folder / "cache" / (folder / "name").read_text()).write_bytes((folder / "entry").read_bytes())
    found = read_csv_cached(folder / "digits.csv", folder=folder / "cache")
    labels = found.labels if isinstance(found, Dataset) else np.asarray(found.labels)
    images = found.images if isinstance(found, Dataset) else found.values
    assert np.array_equal(images, _DATA.images), "the cache gives other images"
    assert np.array_equal(labels, _DATA.labels), "the cache gives other labels"


# Files of the program


def _run(layers: str = "") -> Run:
    recipe = Recipe(TrainingConfig(batch_size=60, epochs=1, layers=layers))
    run = Run(recipe, small_pair(300, 50), name="Run 1", test_share=0)
    while not run.finished:
        run.step()
    return run


def _write_model(folder: Path, layers: str = "") -> None:
    run = _run(layers)
    save_model(folder / "model.npz", SavedModel.from_snapshot(run.snapshot(), run.data, run.metrics.read()))


def _read_model(folder: Path) -> None:
    assert np.isfinite(load_any_model(next(folder.glob("*.npz"))).network.parameters.vector).all()


def _write_notebook(folder: Path) -> None:
    export_notebook(folder / "net", _run().snapshot().network)


def _write_recipe(folder: Path) -> None:
    run = _run()
    save_recipe(folder / "run.json", recipe_file_of(run, run.snapshot()))


def _write_run(folder: Path) -> None:
    run = _run()
    save_run(folder / "run.npz", RunRecord.of(run, run.checkpoint()))


def _read_run(folder: Path) -> None:
    record = load_run(folder / "run.npz")
    assert read_summary(folder / "run.npz") == record.summary
    for state in record.states:
        assert np.isfinite(state.parameters.vector).all()


def _write_project(folder: Path) -> None:
    run = _run()
    contents = Contents(
        session=SessionRecord(run_id=run.id, config=run.recipe.config, marks=(PenStroke(((9, 9, 5), (90, 90, 5))),)),
        lessons={"momentum": LessonResult(1, False)},
        digits=MyDigits(_DATA.images, _DATA.labels),
        network=SavedModel.from_snapshot(run.snapshot(), run.data),
        own_lessons={"mine.toml": b'title = "Mine"'},
    )
    save_project(folder / "lab.mnistann", contents, [lambda: RunRecord.of(run, run.checkpoint())])


def _read_project(folder: Path) -> None:
    with open_project(folder / "lab.mnistann") as project:
        assert project.contents.digits.labels.max(initial=0) <= 9
        for name in project.contents.own_lessons:
            assert is_lesson_file(name), name
        for run_id in project.run_ids:
            for state in project.load_run(run_id).states:
                assert np.isfinite(state.parameters.vector).all()


def _write_kept_data(folder: Path) -> None:
    save_data(folder / "data.npz", small_pair(60, 20))


def _write_session(folder: Path) -> None:
    marks = (PenStroke(((60.0, 70.5, 22.0), (80.25, 90.0, 22.0))), lay_out(np.zeros((28, 28), np.uint8)))
    source = DataSource(("a.csv",), Adjustment())
    record = SessionRecord(config=TrainingConfig(), position=3, source=source, curves={"a": 1}, marks=marks)
    save_session(folder / "window-1.json", record)


def _write_digits(name: str) -> Callable[[Path], None]:
    return lambda folder: save_digits(MyDigits(_DATA.images, _DATA.labels), folder / name)


# Images


def _write_image(form: str, **options: object) -> Callable[[Path], None]:
    def write_one(folder: Path) -> None:
        shades = np.full((90, 120), 220, np.uint8)
        shades[20:70, 50:64] = np.random.default_rng(0).integers(0, 60, (50, 14))
        image = Image.fromarray(shades)
        (image if form != "JPEG" else image.convert("RGB")).save(folder / "image", form, **options)

    return write_one


def _read_image(folder: Path) -> None:
    shades = load_image(folder / "image")
    assert shades.dtype == np.uint8
    assert max(shades.shape) <= LONGEST_SIDE


def _png_content(data: bytes) -> bytes:
    """Return the chunks' contents, unpacked, behind each other: only the pixels are of interest."""
    place, pixels = len(SIGNATURE), b""
    while place < len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name == b"IDAT":
            pixels += data[place + 8 : place + 8 + length]
        place += 12 + length
    return data[16:29] + zlib.decompress(pixels)


def _png_of(content: bytes) -> bytes:
    """Return a PNG with right checksums of a header of 13 bytes and rows."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    pixels = chunk(b"IDAT", zlib.compress(content[13:]))
    return SIGNATURE + chunk(b"IHDR", content[:13]) + pixels + chunk(b"IEND", b"")


def _kinds() -> list[Kind]:
    gz = {"unpack": gzip.decompress, "pack": lambda data: gzip.compress(data, 1)}
    zipped = {"unpack": _unzipped, "pack": lambda data: _zipped("a.csv", data)}
    png = {"unpack": _png_content, "pack": _png_of}
    forms = {"PNG": {}, "JPEG": {}, "GIF": {}, "BMP": {}, "WEBP": {"lossless": True}, "PPM": {}, "ICO": {}}
    forms["TIFF"] = {"compression": "tiff_adobe_deflate"}
    images, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
    return [
        _one_file("CSV", "a.csv", _table(), load_pair),
        _one_file("CSV, tabs", "a.tsv", _table("\t"), load_pair),
        _one_file("CSV, gz", "a.csv.gz", gzip.compress(_table()), load_pair, **gz),
        _one_file("CSV, zip", "a.zip", _zipped("a.csv", _table()), load_pair, **zipped),
        _one_file("ARFF", "a.arff", _arff(), load_pair),
        Kind("IDX images", _write_idx(""), load_pair, images),
        Kind("IDX labels", _write_idx(""), load_pair, labels),
        Kind("IDX, gz", _write_idx(".gz"), load_pair, f"{images}.gz", **gz),
        Kind("npz of data", _write_npz, lambda folder: load_pair(folder / "mnist.npz"), "mnist.npz"),
        Kind("npy of data", _write_npy, lambda folder: load_pair(folder / "x_train.npy"), "x_train.npy"),
        Kind("image folder", _write_image_folder, load_pair, "training/3/3.png", **png),
        Kind("cache entry", _write_cache, _read_cache, "entry"),
        Kind("model", _write_model, _read_model, "model.npz"),
        Kind("layers", lambda folder: _write_model(folder, "conv 2 5x5, norm, pool 4, 10"), _read_model, "model.npz"),
        Kind("notebook files", _write_notebook, lambda folder: load_any_model(folder / "net"), f"net_{PARTS[0]}.npy"),
        Kind("kept run", _write_run, _read_run, "run.npz"),
        Kind("project", _write_project, _read_project, "lab.mnistann"),
        Kind("kept data", _write_kept_data, lambda folder: load_data(folder / "data.npz"), "data.npz"),
        Kind("session", _write_session, lambda folder: load_session(folder / "window-1.json"), "window-1.json"),
        Kind("recipe", _write_recipe, lambda folder: load_recipe(folder / "run.json"), "run.json"),
        _one_file("lesson", "a.toml", min(LESSONS_FOLDER.glob("*.toml")).read_bytes(), load_lesson),
        Kind("my digits, CSV", _write_digits("a.csv"), lambda folder: load_digits(folder / "a.csv"), "a.csv"),
        Kind("my digits, PNG", _write_digits("a.png"), lambda folder: load_digits(folder / "a.png"), "a.png", **png),
        *(
            Kind(f"{form} image", _write_image(form, **options), _read_image, "image", **(png if form == "PNG" else {}))
            for form, options in forms.items()
        ),
    ]


def _one_file(name: str, file_name: str, content: bytes, read: Callable[[Path], object], **packing: Any) -> Kind:
    """Return a kind of which there is one file."""
    return Kind(
        name,
        lambda folder: _put(folder / file_name, content),
        lambda folder: read(folder / file_name),
        file_name,
        **packing,
    )


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


KINDS = {kind.name: kind for kind in _kinds()}
