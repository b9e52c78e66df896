"""Pictures from elsewhere, whatever their format, as brightness: a photo, a scan, a screenshot, a drawing.

Decoding is left to Pillow. Added here is what a picture may bring with it: a camera held sideways, transparent paper,
16 bits, a palette, many frames, or forty million pixels where a few hundred thousand are plenty.
"""

import io
import logging
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import CancelledError, PictureError
from core.progress import Report, ignore_progress

logger = logging.getLogger(__name__)

# Pillow only warns of pictures up to twice its limit, on standard error; here they are refused in a sentence.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# Formats that a decoder of Pillow reads by itself; EPS, for one, would start another program.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO")

LONGEST_SIDE = 640
"""Pixels to which larger pictures are reduced: a digit that fills a tenth of one still has more than MNIST's 20."""

LARGEST_FILE = 200_000_000
MOST_PIXELS = 80_000_000

MOST_PHOTO_PIXELS = 250_000_000
"""The same for JPEG as cameras save it, which is decoded row by row and reduced on the way: 108 million pixels take
7 MB and a quarter of a second. A progressive JPEG has to be held whole, so it has to be as small as any other picture.
"""

_JPEG_MAGIC = b"\xff\xd8\xff"


def load_picture(source: Path | bytes, name: str | None = None, report: Report = ignore_progress) -> NDArray[np.uint8]:
    """Read a picture as brightness.

    Parameters
    ----------
    source : Path or bytes
        A file, or what one holds. Of an animation, the first frame is taken.
    name : str, optional
        What to call the picture in messages; the file's name where there is one.
    report : Report
        Told how much of it is decoded; may cancel.

    Returns
    -------
    uint8 array of shape (H, W), neither above `LONGEST_SIDE`
        0 is black, 255 is white. Upright; transparent parts look like paper.

    Raises
    ------
    PictureError
        If there is no such file, it is no picture, damaged, or far too large.
    CancelledError
        If ``report`` says so.
    """
    name = name or (source.name if isinstance(source, Path) else "the image")
    data = _read(source, name) if isinstance(source, Path) else source
    if not data:
        raise PictureError(f"{name} is empty; expected an image (PNG, JPEG, GIF, BMP, TIFF or WebP).")
    try:
        with _open(_ReportingBytes(data, name, report)) as image:
            return _to_brightness(image)
    except CancelledError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(
            f"{name} has too many pixels; at most {MOST_PIXELS // 1_000_000} million can be opened, "
            f"{MOST_PHOTO_PIXELS // 1_000_000} million of a camera's JPEG. Make it smaller."
        ) from error
    # Decoders raise anything when they meet a damaged file.
    except Exception as error:
        logger.info("%s cannot be decoded", name, exc_info=error)
        raise PictureError(
            f"{name} is not an image of a kind known here, or it is damaged; expected PNG, JPEG, GIF, BMP, TIFF or "
            "WebP. Save it as one of these."
        ) from error


class _ReportingBytes(io.BytesIO):
    """What a decoder reads from, bit by bit; tells how far it is, and is where it can be cancelled."""

    def __init__(self, data: bytes, name: str, report: Report) -> None:
        super().__init__(data)
        self._size = len(data)
        self._text = f"reading {name}"
        self._report = report

    def read(self, size: int | None = -1) -> bytes:
        self._report(self.tell() / self._size, self._text)
        return super().read(size)


def _open(file: _ReportingBytes) -> Image.Image:
    """Read the head of a picture and refuse it if it has too many pixels, before any is decoded."""
    if file.getvalue().startswith(_JPEG_MAGIC):
        # Past the limit of Pillow's own, which stays as it is for all else.
        image: Image.Image = JpegImageFile(file)
        _require_pixels(image, MOST_PIXELS if "progressive" in image.info else MOST_PHOTO_PIXELS)
        # Decoded at a fraction of its size at once.
        image.draft("L", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    else:
        image = Image.open(file, formats=FORMATS)
    _require_pixels(image, MOST_PIXELS)
    return image


def _require_pixels(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise Image.DecompressionBombError


def _read(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise PictureError(f"There is no image {path}; check its name and where it is.")
        if path.stat().st_size > LARGEST_FILE:
            raise PictureError(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB; make it smaller.")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path} cannot be read: {error.strerror or error}.") from error


def _to_brightness(image: Image.Image) -> NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "F" or upright.mode.startswith("I"):
        return np.asarray(_shrink(_stretch(upright)))
    if upright.has_transparency_data:
        return _lay_on_paper(_shrink(upright.convert("RGBA")))
    return np.asarray(_shrink(upright.convert("RGB" if upright.mode not in ("1", "L") else "L")).convert("L"))


def _shrink(image: Image.Image) -> Image.Image:
    """Reduce to `LONGEST_SIDE` by averaging areas, which keeps thin lines as grey ones."""
    scale = LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


def _stretch(image: Image.Image) -> Image.Image:
    """Bring 16 or 32 bits to 8: the darkest pixel becomes black, the brightest white."""
    values = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    span = high - low if high > low else 1.0
    return Image.fromarray(((values - low) / span * 255).round().astype(np.uint8))


def _lay_on_paper(image: Image.Image) -> NDArray[np.uint8]:
    """Put a picture with transparent parts on paper of a suitable shade.

    Where most of it is opaque, the picture brings its own paper, and what is transparent continues that. Otherwise the
    opaque part is the ink, and paper is what contrasts with it.
    """
    brightness = np.asarray(image.convert("RGB").convert("L"), np.float64)
    opacity = np.asarray(image.getchannel("A"), np.float64) / 255
    opaque = opacity > 0.5
    if opaque.mean() > 0.5:
        paper = float(np.median(brightness[opaque]))
    else:
        ink = float(np.average(brightness, weights=opacity)) if opacity.any() else 0.0
        paper = 255.0 if ink < 128 else 0.0
    mixed = brightness * opacity + paper * (1 - opacity)
    return mixed.round().astype(np.uint8)
