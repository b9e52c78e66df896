"""HEIC and AVIF, as telephones save photos: opened where there is a decoder, otherwise named with what to do.

Pillow reads AVIF where it was built with it, as its wheels are. HEIC needs pillow-heif, which is an extra: it brings
decoders of several megabytes for a patented format.
"""

from functools import lru_cache

from PIL import features

from core.errors import ImageError

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIF"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}
_INSTALL = {
    "HEIF": "install the program with its extra “photos”, or add it by: pip install pillow-heif",
    "AVIF": "update Pillow by: pip install --upgrade pillow",
}
_NAMES = {"HEIF": "HEIC", "AVIF": "AVIF"}


def phone_format(data: bytes) -> str | None:
    """Return "HEIF" or "AVIF" where a file says by its first bytes that it is one, otherwise None.

    Both are kinds of the ISO base media file format (ISO/IEC 14496-12): a box "ftyp" names a brand, and others that the
    file goes by as well.
    """
    if data[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(data[:4], "big"), 64)
    brands = [data[8:12], *(data[start : start + 4] for start in range(16, length, 4))]
    kinds = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return "AVIF" if "AVIF" in kinds else "HEIF" if kinds else None


def require_decoder(kind: str, name: str) -> None:
    """Get the decoder of "HEIF" or "AVIF" ready.

    Raises
    ------
    ImageError
        If it is not installed; the sentence says how to, or how to do without.
    """
    if not (_heif_is_ready() if kind == "HEIF" else features.check("avif")):
        raise ImageError(
            f"{name} is an {_NAMES[kind]} photo, for which a decoder is missing: {_INSTALL[kind]}. "
            "Or save the photo as JPEG or PNG."
        )


@lru_cache(maxsize=1)
def _heif_is_ready() -> bool:
    try:
        import pillow_heif
    except ImportError:
        return False
    # The main image is all that is wanted of a file.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return True
