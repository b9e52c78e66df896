"""The same digits written in every form in which people have them."""

import gzip
import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.data.data_sources import load_pair
from core.data.dataset import Dataset
from core.network.arrays import IMAGE_SIDE

PIXEL_NAMES = [f"pixel{index}" for index in range(784)]


def digits(count: int = 60, start: int = 0) -> Dataset:
    """Return built-in digits, of every class."""
    test = load_pair("builtin").test
    return test.take(np.arange(start, start + count), "digits")


def table(columns: Iterable[np.ndarray], names: Sequence[str] = (), separator: str = ",", end: str = "\n") -> bytes:
    """Return a text table of whole numbers or words."""
    rows = [*([list(names)] if names else []), *np.column_stack(list(columns)).tolist()]
    return "".join(separator.join(map(str, row)) + end for row in rows).encode()


def fractions(data: Dataset, values: np.ndarray, separator: str = ",", point: str = ".") -> bytes:
    """Return a text table of numbers with a point or comma, label first."""
    lines = [
        separator.join([str(label), *(f"{value:.4g}".replace(".", point) for value in row)])
        for label, row in zip(data.labels.tolist(), values.tolist(), strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()


def squares(data: Dataset) -> np.ndarray:
    return data.images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    header = struct.pack(">4B", 0, 0, kind, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype({8: ">u1", 12: ">i4", 13: ">f4"}[kind]).tobytes()


def arff(data: Dataset, classes: Sequence[str] = "0123456789", quote: str = "") -> bytes:
    lines = ["% digits", "@RELATION mnist_784", ""]
    lines += [f"@ATTRIBUTE {quote}pixel{index}{quote} real" for index in range(1, 785)]
    lines += ["@ATTRIBUTE class {" + ",".join(f"{quote}{name}{quote}" for name in classes) + "}", "", "@DATA"]
    for label, row in zip(data.labels.tolist(), data.images.tolist(), strict=True):
        lines.append(",".join([*map(str, row), f"{quote}{classes[label]}{quote}"]))
    return ("\n".join(lines) + "\n").encode()


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


def write_images(folder: Path, data: Dataset, classes: Sequence[str] = "0123456789") -> Path:
    """Write a folder of PNG files for each class."""
    for index, (image, label) in enumerate(zip(squares(data), data.labels.tolist(), strict=True)):
        (folder / classes[label]).mkdir(parents=True, exist_ok=True)
        (folder / classes[label] / f"{index}.png").write_bytes(png(image))
    return folder


def write_idx_pair(
    folder: Path, data: Dataset, name: str, images: np.ndarray | None = None, packed: bool = False
) -> Path:
    """Write images and labels as IDX files called ``name``-images and ``name``-labels."""
    folder.mkdir(parents=True, exist_ok=True)
    pack, ending = (gzip.compress, ".gz") if packed else (bytes, "")
    path = folder / f"{name}-images-idx3-ubyte{ending}"
    path.write_bytes(pack(idx(squares(data) if images is None else images)))
    (folder / f"{name}-labels-idx1-ubyte{ending}").write_bytes(pack(idx(data.labels)))
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
