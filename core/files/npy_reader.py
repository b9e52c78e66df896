"""Reading arrays from a file that may have been made to do harm.

``numpy.load`` refuses pickled objects, but still trusts the sizes that a file claims. Here the header of each array is
read first and compared with what is expected; numbers are read only when everything fits, and at most as many as fit.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import math
import tokenize
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelFileError

_LONGEST_HEADER = 10_000
_HEADER_READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_BAD_HEADER = (
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    OverflowError,
    RecursionError,
    MemoryError,
    EOFError,
    UserWarning,
    tokenize.TokenError,
)


@dataclass(frozen=True)
class ArrayHeader:
    """What a .npy file says of itself.

    Attributes
    ----------
    name : str
        What to call the array in messages.
    shape : tuple of int
        None of them negative.
    fortran_order : bool
        Whether the first index runs fastest.
    dtype : numpy.dtype
        Never one that holds Python objects.
    size : int
        Bytes of the header itself.
    """

    name: str
    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[Any]
    size: int

    @property
    def bytes_in_all(self) -> int:
        """Bytes of the whole file: header and elements."""
        return self.size + math.prod(self.shape) * self.dtype.itemsize


def read_header(file: IO[bytes], name: str) -> ArrayHeader:
    """Read the header of a .npy file, leaving ``file`` at the first element.

    Parameters
    ----------
    file : binary file
        At its beginning.
    name : str
        What to call the array in messages.

    Raises
    ------
    ModelFileError
        If it is no .npy file, or holds Python objects.
    """
    try:
        version = np.lib.format.read_magic(file)
        if version not in _HEADER_READERS:
            raise ValueError(f"version {version}")
        shape, fortran_order, dtype = _HEADER_READERS[version](file, max_header_size=_LONGEST_HEADER)
    except _BAD_HEADER as error:
        raise ModelFileError(f"{name} is not a NumPy array, or it is damaged.") from error
    if dtype.hasobject:
        raise ModelFileError(
            f"{name} holds Python objects (pickle), which could run any program when read; it was not opened."
        )
    if min(shape, default=0) < 0:
        raise ModelFileError(f"{name} has the impossible shape {shape}.")
    return ArrayHeader(name, shape, fortran_order, dtype, file.tell())


def read_floats(file: IO[bytes], header: ArrayHeader) -> NDArray[Any]:
    """Read the floating-point numbers that a header announced.

    The caller has compared ``header`` with what is expected, so that its size can be trusted.

    Returns
    -------
    float array of shape ``header.shape``, C-contiguous
        In the file's precision and this machine's byte order.

    Raises
    ------
    ModelFileError
        If the elements are not floating-point numbers of 16, 32 or 64 bits, or some are missing, infinite or not a
        number.
    """
    if header.dtype.kind != "f" or header.dtype.itemsize not in (2, 4, 8):
        raise ModelFileError(f"{header.name} holds {header.dtype}; expected floating-point numbers.")
    array = read_elements(file, header)
    if not np.isfinite(array).all():
        raise ModelFileError(f"{header.name} holds numbers that are infinite or not a number; no network can use them.")
    return array


def read_elements(file: IO[bytes], header: ArrayHeader) -> NDArray[Any]:
    """Read the elements that a header announced, whatever their type.

    Raises
    ------
    ModelFileError
        If some are missing.
    """
    wanted = math.prod(header.shape) * header.dtype.itemsize
    data = file.read(wanted)
    if len(data) < wanted:
        raise ModelFileError(f"{header.name} ends too early: {len(data):,} of {wanted:,} bytes are there.")
    flat = np.frombuffer(data, header.dtype).astype(header.dtype.newbyteorder("="))
    return (
        np.ascontiguousarray(flat.reshape(header.shape[::-1]).T) if header.fortran_order else flat.reshape(header.shape)
    )
