"""From arrays of any shape in which people keep images and labels to rows of 784 pixels and one label each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.readers.raw_set import WHOLE_UP_TO, LabelValues, Values, as_bytes
from core.errors import DataError
from core.network.arrays import CLASSES, IMAGE_SIDE, PIXELS

_GRAY = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue are (ITU-R BT.601)."""

_SQUARE = (IMAGE_SIDE, IMAGE_SIDE)
_TOLD = 3


def as_images(array: NDArray[Any], name: str) -> tuple[Values, tuple[str, ...]]:
    """Return images as rows of 784 values, and what is worth telling of how they were kept.

    Parameters
    ----------
    array : array of numbers or truth values
        One image a row, (n, 784), (n, 28, 28) or with one or three channels first or last; or one a column, (784, n).
    name : str
        What messages call it.

    Raises
    ------
    DataError
        If this is no array of 28x28 images.
    """
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds no numbers but {array.dtype}; expected pixels. Choose another file.")
    shape, notes = array.shape, []
    if array.ndim == 4 and shape[1:3] == _SQUARE and shape[3] in (1, 3):
        pass
    elif array.ndim == 4 and shape[2:] == _SQUARE and shape[1] in (1, 3):
        array = array.transpose(0, 2, 3, 1)
    elif array.ndim == 3 and shape[1:] == _SQUARE:
        array = array[..., np.newaxis]
    elif array.ndim == 3 and shape[:2] == _SQUARE:
        array = array.transpose(2, 0, 1)[..., np.newaxis]
        notes.append("The images lie along the last axis.")
    elif array.ndim == 2 and shape[1] == PIXELS:
        array = array.reshape(-1, *_SQUARE, 1)
    elif array.ndim == 2 and shape[0] == PIXELS:
        array = array.T.reshape(-1, *_SQUARE, 1)
        notes.append("The images stand in columns.")
    elif shape == _SQUARE:
        array = array.reshape(1, *_SQUARE, 1)
    else:
        size = "x".join(map(str, shape))
        raise DataError(
            f"{name} has the shape {size}; expected images of 28x28 pixels, such as (number of images, 28, 28). "
            "Choose another file."
        )
    if not len(array):
        raise DataError(f"{name} holds no image; at least one is needed.")
    if array.shape[3] == 3:
        if not ((array[..., :1] == array).all()):
            notes.append("The images are in color and were turned to gray.")
            array = (array.astype(np.float32) @ _GRAY)[..., np.newaxis]
        array = array[..., :1]
    return to_values(array.reshape(len(array), PIXELS), name), tuple(notes)


def to_values(array: NDArray[Any], name: str) -> Values:
    """Return pixels as bytes where they all are whole numbers from 0 to 255, else as float32.

    Raises
    ------
    DataError
        If one is infinite or not a number.
    """
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype.kind == "b":
        return array.astype(np.uint8)
    with np.errstate(over="ignore"):
        numbers = array.astype(np.float32)
    if not np.isfinite(numbers).all():
        image = int(np.argmax(~np.isfinite(numbers).all(axis=1)))
        raise DataError(
            f"{name}: image {image + 1:,} has a pixel that is infinite or not a number; expected 0 to 255. "
            "Correct it or leave the image out, then open the file again."
        )
    return as_bytes(numbers)


def as_labels(array: NDArray[Any], name: str) -> LabelValues:
    """Return labels one an image: numbers, words, or rows in which a single 1 marks the class.

    Raises
    ------
    DataError
        If this is no array of labels.
    """
    if array.ndim == 2 and array.shape[1] == CLASSES and array.dtype.kind in "biuf":
        marks = array.astype(np.float32)
        if np.isin(marks, (0, 1)).all() and (marks.sum(axis=1) == 1).all():
            labels: NDArray[np.int64] = marks.argmax(axis=1).astype(np.int64)
            return labels
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim != 1 or not len(array):
        size = "x".join(map(str, array.shape)) or "a single value"
        raise DataError(f"{name} has the shape {size}; expected one label for each image. Choose another file.")
    if array.dtype.kind == "S":
        return np.array([label.decode("utf-8", "replace") for label in array.tolist()], np.str_)
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"{name} holds {array.dtype} in place of labels; expected numbers or words. Choose another file."
        )
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and np.array_equal(array, np.floor(array))):
        wrong = [f"{value:g}" for value in array.tolist() if value != value // 1][:_TOLD]
        raise DataError(
            f"{name} holds {', '.join(wrong)} in place of labels; expected whole numbers. Choose another file."
        )
    largest = max(float(array.max()), -float(array.min()))
    if largest >= WHOLE_UP_TO:
        raise DataError(
            f"{name} holds {largest:g} in place of a label; expected 0 to {CLASSES - 1}. Choose another file."
        )
    return array.astype(np.int64)
