"""HEIC and AVIF: opened where there is a decoder, otherwise said in one sentence with what to do."""

import io
import sys

import numpy as np
import pytest
from PIL import Image, features

from core.drawing.photos import phone_formats
from core.drawing.photos.phone_formats import phone_format
from core.drawing.photos.photo_files import load_image
from core.errors import ImageError

SHADES = np.full((60, 90, 3), 230, np.uint8)
SHADES[20:40, 40:50] = 20


def saved(kind):
    file = io.BytesIO()
    Image.fromarray(SHADES).save(file, kind, quality=90)
    return file.getvalue()


@pytest.fixture
def heif():
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra “photos” is not installed")
    pillow_heif.register_heif_opener()
    return saved("HEIF")


def test_a_heic_photo_is_opened(heif):
    assert phone_format(heif) == "HEIF"
    assert np.abs(load_image(heif, "photo.heic").astype(int) - SHADES[..., 0]).mean() < 5


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
def test_an_avif_photo_is_opened():
    photo = saved("AVIF")
    assert phone_format(photo) == "AVIF"
    assert np.abs(load_image(photo, "photo.avif").astype(int) - SHADES[..., 0]).mean() < 5


def test_without_a_decoder_the_sentence_says_how_to_get_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    phone_formats._heif_is_ready.cache_clear()
    try:
        with pytest.raises(ImageError, match=r"photo.heic is an HEIC photo.* pip install pillow-heif.* JPEG or PNG"):
            load_image(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo.heic")
    finally:
        phone_formats._heif_is_ready.cache_clear()


def test_a_damaged_heic_photo_is_refused(heif):
    for length in (20, 40, 200, len(heif) // 2):
        with pytest.raises(ImageError, match="damaged"):
            load_image(heif[:length], "photo.heic")


@pytest.mark.parametrize("data", [b"", b"ftyp", b"\0\0\0\x18ftypmp42\0\0\0\0isom", b"\xff\xff\xff\xffftypqt  "])
def test_films_and_other_files_are_no_photos_of_telephones(data):
    assert phone_format(data) is None
