"""What ``predict`` is to read: a folder stands for the images in it."""

from collections.abc import Sequence
from pathlib import Path

from core.data.readers.image_folder import is_image_name, natural
from core.errors import ImageError

PHOTO_ENDINGS = (".heic", ".heif", ".avif")
"""Kinds of photos that a data set is never made of."""


def image_paths(paths: Sequence[Path]) -> list[Path]:
    """Return the files to be read, in order: those that are named, and those in folders that are named.

    Raises
    ------
    ImageError
        If a folder cannot be read, or holds no image.
    """
    found: list[Path] = []
    for path in paths:
        found += _images_in(path) if path.is_dir() else [path]
    return found


def _may_be_photo(name: str) -> bool:
    return is_image_name(name) or (name.lower().endswith(PHOTO_ENDINGS) and not name.startswith("."))


def _images_in(folder: Path) -> list[Path]:
    try:
        images = [path for path in folder.iterdir() if _may_be_photo(path.name) and path.is_file()]
        below = any(is_image_name(path.name) for path in folder.glob("*/*"))
    except OSError as error:
        raise ImageError(f"The folder {folder} cannot be read ({error.strerror or error}).") from error
    if not images and below:
        raise ImageError(f"The folder {folder} holds images only in the folders in it; name one of those.")
    if not images:
        raise ImageError(f"The folder {folder} holds no image; name another, or a file.")
    return sorted(images, key=lambda path: natural(path.name))
