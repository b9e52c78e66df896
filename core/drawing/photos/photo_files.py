"""Images from elsewhere, whatever their format, as brightness: a photo, a scan, a screenshot, a drawing.

Decoding is left to Pillow. Added here is what an image may bring with it: a camera held sideways, transparent paper,
16 bits, a palette, many frames, or forty million pixels where a few hundred thousand are plenty.
"""

import io
import logging
import warnings
from pathlib import Path
from time import thread_time

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from core.drawing.photos.decoding_cost import JPEG_MAGIC, check_first_bytes, check_opened, too_many_pixels
from core.drawing.photos.phone_formats import phone_format, require_decoder
from core.drawing.photos.png_chunks import is_whole_png
from core.errors import CancelledError, ImageError
from core.progress import Report, ignore_progress
from core.system.budget import DECODING_SECONDS, IMAGE, read_whole
from core.system.paths import exists

logger = logging.getLogger(__name__)

# Pillow only warns of images up to twice its limit, on standard error; here they are refused in a sentence.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# Formats that a decoder of Pillow reads by itself, besides those of `core.drawing.photos.phone_formats`; EPS, for one,
# would start another program.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO")

LONGEST_SIDE = 640
"""Pixels to which larger images are reduced: a digit that fills a tenth of one still has more than MNIST's 20."""

_PIECE_PIXELS = 4_000_000
"""Of so many at once, other forms are made."""


def load_image(source: Path | bytes, name: str | None = None, report: Report = ignore_progress) -> NDArray[np.uint8]:
    """Read an image as brightness.

    Parameters
    ----------
    source : Path or bytes
        A file, or what one holds. Of an animation, the first frame is taken.
    name : str, optional
        What to call the image in messages; the file's name where there is one.
    report : Report
        Told how much of it is decoded; may cancel.

    Returns
    -------
    uint8 array of shape (H, W), neither above `LONGEST_SIDE`
        0 is black, 255 is white. Upright; transparent parts look like paper.

    Raises
    ------
    ImageError
        If there is no such file, it is no image, damaged, or far too large.
    """
    name = name or (source.name if isinstance(source, Path) else "the image")
    data = _read(source) if isinstance(source, Path) else source
    if not data:
        raise ImageError(f"{name} is empty; expected an image (PNG, JPEG, GIF, BMP, TIFF or WebP).")
    try:
        with _open(_ReportingBytes(data, name, report), name) as image:
            return _to_brightness(image)
    except (CancelledError, ImageError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels(name) from error
    # Decoders raise anything when they meet a damaged file.
    except Exception as error:
        logger.info("%s cannot be decoded", name, exc_info=error)
        raise ImageError(
            f"{name} is not an image of a kind known here, or it is damaged; expected PNG, JPEG, GIF, BMP, TIFF or "
            "WebP. Save it as one of these."
        ) from error


class _ReportingBytes(io.BytesIO):
    """What a decoder reads from, bit by bit; tells how far it is, and is where it is cancelled or takes too long."""

    def __init__(self, data: bytes, name: str, report: Report) -> None:
        super().__init__(data)
        self._size = len(data)
        self._text = f"reading {name}"
        self._name = name
        self._report = report
        self._began = thread_time()

    def read(self, size: int | None = -1) -> bytes:
        if thread_time() - self._began > DECODING_SECONDS:
            raise ImageError(f"{self._name} takes too long to decode; save it anew as a plain PNG or JPEG.")
        self._report(self.tell() / self._size, self._text)
        return super().read(size)


def _read(path: Path) -> bytes:
    try:
        if not exists(path):
            raise ImageError(f"There is no image {path}; check its name and where it is.")
    except OSError as error:
        raise ImageError(f"{path} could not be read: {error.strerror or error}.") from error
    return read_whole(path, IMAGE)


def _open(file: _ReportingBytes, name: str) -> Image.Image:
    """Read the head of an image and refuse it if it would cost too much, before any is decoded."""
    data = file.getvalue()
    check_first_bytes(data, name)
    if data.startswith(JPEG_MAGIC):
        # Past the limit of Pillow's own, which stays as it is for all else.
        image: Image.Image = JpegImageFile(file)
    elif kind := phone_format(data):
        require_decoder(kind, name)
        image = Image.open(file, formats=(kind,))
    else:
        image = Image.open(file, formats=FORMATS)
    check_opened(image, data, name, 2 * LONGEST_SIDE)
    if image.format == "PNG" and not is_whole_png(data):
        raise ImageError(f"{name} is damaged or incomplete: its checksums are wrong. Fetch or save it again.")
    return image


def _to_brightness(image: Image.Image) -> NDArray[np.uint8]:
    image.load()
    is_wide = image.mode == "F" or image.mode.startswith("I")
    # Large images are made small first, in pieces: of each further step there would be a copy of the whole.
    kind = "F" if is_wide else "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    upright = _turn_upright(_shrink(_reduce(image, kind)), image.getexif().get(ExifTags.Base.Orientation, 1))
    if is_wide:
        return _stretch(upright)
    return _lay_on_paper(upright) if kind == "RGBA" else np.asarray(upright.convert("L"))


def _reduce(image: Image.Image, kind: str) -> Image.Image:
    """Return an image in another mode and, by averaging squares, at most four times as long as `LONGEST_SIDE`."""
    factor = max(1, max(image.size) // (2 * LONGEST_SIDE))
    if factor == 1:
        return _converted(image, kind)
    width, height = (-(-side // factor) for side in image.size)
    small = Image.new(kind, (width, height))
    rows = max(1, _PIECE_PIXELS // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        piece = image.crop((0, top, image.width, min(top + rows, image.height)))
        squares = (min(factor, piece.width), min(factor, piece.height))
        small.paste(_converted(piece, kind).reduce(squares), (0, top // factor))
    return small


def _converted(image: Image.Image, kind: str) -> Image.Image:
    if kind == "F":
        return Image.fromarray(np.nan_to_num(np.asarray(image, np.float32), posinf=0.0, neginf=0.0))
    return image.convert(kind)


def _turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    image.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(image)


def _shrink(image: Image.Image) -> Image.Image:
    """Reduce to `LONGEST_SIDE` by averaging areas, which keeps thin lines as gray ones."""
    scale = LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _stretch(image: Image.Image) -> NDArray[np.uint8]:
    """Bring 16 or 32 bits to 8: the darkest pixel becomes black, the brightest white."""
    values = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    span = high - low if high > low else 1.0
    return ((values - low) / span * 255).round().astype(np.uint8)


def _lay_on_paper(image: Image.Image) -> NDArray[np.uint8]:
    """Put an image with transparent parts on paper of a suitable shade.

    Where most of it is opaque, the image brings its own paper, and what is transparent continues that. Otherwise the
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
