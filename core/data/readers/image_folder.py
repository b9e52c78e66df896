"""Reading images from folders, one folder a class: ``training/0/12.png``, as mnist_png and many others keep them."""

import io
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.readers.data_file import unreadable
from core.data.readers.raw_set import RawSet
from core.data.readers.roles import role_of_name
from core.drawing.photos.decoding_cost import check_first_bytes
from core.drawing.photos.png_chunks import is_whole_png
from core.errors import DataError
from core.network.arrays import IMAGE_SIDE, PIXELS
from core.progress import Report, ignore_progress
from core.system.budget import DATA, IMAGE_OF_DATA, Meter, read_whole

logger = logging.getLogger(__name__)

PATTERNS = ("*.png", "*.jpg", "*.jpeg", "*.bmp", "*.gif", "*.tif", "*.tiff", "*.webp", "*.pgm")
_ENDINGS = tuple(pattern[1:] for pattern in PATTERNS)
_DECODERS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")

_LOOKED_AT = 200
"""So many entries of a folder are looked at to tell whether it holds images."""


def is_image_name(name: str) -> bool:
    """Tell whether a file's name is that of an image; what systems hide among them, such as ``._12.png``, is none."""
    return name.lower().endswith(_ENDINGS) and not name.startswith(".")


def class_folders(folder: Path) -> list[Path]:
    """Return the folders in a folder that hold images and are called as a class may be, in natural order.

    A single one counts where its name is that of a digit or letter. Raises OSError where the folder cannot be read.
    """
    found = [
        each
        for each in folder.iterdir()
        if not each.name.startswith((".", "__")) and role_of_name(each.name) is None and holds_images(each)
    ]
    if len(found) == 1 and len(found[0].name) > 1:
        return []
    return sorted(found, key=lambda each: natural(each.name))


def read_image_folder(folder: Path, report: Report = ignore_progress) -> RawSet:
    """Read 28x28 images whose folder says what they show.

    Parameters
    ----------
    folder : Path
        Holds a folder for each class.
    report : Report
        Told of the share that has been read.

    Raises
    ------
    DataError
        If a file cannot be read, is no image, or has another size.
    """
    text = f"reading {folder.name}"
    report(0.0, text)
    meter = Meter(folder.name, DATA)
    paths: list[Path] = []
    labels: list[str] = []
    try:
        for each in class_folders(folder):
            names = sorted((entry.name for entry in os.scandir(each) if is_image_name(entry.name)), key=natural)
            meter.items(len(names))
            paths += [each / name for name in names]
            labels += [each.name] * len(names)
    except OSError as error:
        raise unreadable(folder, error) from error
    if not paths:
        raise DataError(f"{folder} holds no folders of images, one for each class; choose another folder.")
    values = np.empty((len(paths), PIXELS), np.uint8)
    for index, path in enumerate(paths):
        if index % 100 == 0:
            report(index / len(paths), text)
        values[index] = read_image(path).reshape(-1)
    report(1.0, text)

    def locate(image: int, pixel: int | None) -> str:
        where = f"{paths[image].parent.name}/{paths[image].name}"
        return where if pixel is None else f"{where}, pixel {pixel + 1}"

    return RawSet(values, np.array(labels, np.str_), folder.name, locate)


def read_image(source: Any, name: str | None = None) -> NDArray[np.uint8]:
    """Return an image of 28x28 pixels in gray, uint8 of shape (28, 28).

    Parameters
    ----------
    source : Path or binary stream
        Where it is.
    name : str, optional
        What messages call it; by default the last two parts of the path.

    Raises
    ------
    DataError
        If it cannot be read, is no image, or has another size.
    """
    # Imported here: only those need to wait for it who open images.
    from PIL import Image, UnidentifiedImageError

    name = name or f"{source.parent.name}/{source.name}"
    data = read_whole(source, IMAGE_OF_DATA) if isinstance(source, Path) else source.read()
    try:
        check_first_bytes(data, name)
        with Image.open(io.BytesIO(data), formats=_DECODERS) as image:
            if image.size != (IMAGE_SIDE, IMAGE_SIDE):
                width, height = image.size
                raise DataError(
                    f"{name} has {width}x{height} pixels; expected {IMAGE_SIDE}x{IMAGE_SIDE}, as all images of a data "
                    "set have. Scale the images to that size, then open the folder again."
                )
            if image.format == "PNG" and not is_whole_png(data):
                raise ValueError("wrong checksums")
            if image.mode.startswith("I"):
                return (np.asarray(image).astype(np.float32) / 257).clip(0, 255).astype(np.uint8)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                # Where nothing is drawn, there is paper.
                drawn = image.convert("RGBA")
                on_paper = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn)
                return np.asarray(on_paper.convert("L"), np.uint8)
            return np.asarray(image.convert("L"), np.uint8)
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is not an image that can be read; remove it, then open the folder again.") from error
    except (DataError, MemoryError):
        raise
    # Decoders raise anything when they meet a damaged file, and what they refuse as far too large.
    except Exception as error:
        logger.info("%s cannot be decoded", name, exc_info=error)
        raise DataError(f"{name} is damaged; remove it, then open the folder again.") from error


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts names as people do: 2.png before 10.png."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]{1,18})", name)
    ]


def holds_images(folder: Path) -> bool:
    """Tell whether images lie in a folder itself; False where it cannot be read."""
    return any(is_image_name(entry.name) for entry in _first_entries(folder))


def _first_entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count == _LOOKED_AT:
                    return
                yield entry
    except OSError:
        # A file, or a folder that may not be read.
        return
