"""Reading digits that NumPy saved: Keras' ``mnist.npz`` and archives like it, and .npy files of images and of labels.

Nothing in these files is executed: arrays of Python objects, which hold code, are refused. What a header claims is
checked against the budget before it is believed.
"""

import ast
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.data.readers.array_shapes import as_images, as_labels
from core.data.readers.data_file import open_data_file, unreadable
from core.data.readers.partners import part_of_name, partner_names
from core.data.readers.raw_set import RawSet, join, locate_in
from core.data.readers.roles import Role, role_of_name
from core.errors import DataError
from core.progress import Report, ignore_progress, part_of
from core.system.budget import ARCHIVE, DATA, Meter, require_file
from core.system.zip_directory import BAD_ZIP, check_directory

MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000
_MAX_DIMENSIONS = 32
_MAX_MEMBERS = 64
_NOT_UNPACKED: tuple[type[Exception], ...] = (*BAD_ZIP, OSError)
_SAVE = "Save plain numbers: numpy.savez(file, images=..., labels=...)."
_BLOCK = 4 * 1024 * 1024
_LARGE = 1_000_000
"""Arrays of more numbers are pixels, and no labels, which stay as they are."""


def read_npz(path: Path, role: Role | None, report: Report = ignore_progress) -> RawSet | None:
    """Read a set from an archive of arrays such as Keras' ``mnist.npz`` (x_train, y_train, x_test, y_test).

    Parameters
    ----------
    path : Path
        The archive.
    role : "train", "test" or None
        Which of its sets, where its names tell them apart.

    Returns
    -------
    RawSet or None
        None where the archive tells its sets apart and holds none of that role.

    Raises
    ------
    DataError
        If it cannot be read, or holds no images.
    """
    report(0.0, f"reading {path.name}")
    with _opened(path) as archive:
        images, labels = _members(archive, path.name, role)
        if images is None:
            if _roles(archive):
                return None
            raise DataError(
                f"{path.name} holds no images; its arrays are {', '.join(map(_plain, archive.namelist()))[:80]}. "
                "Expected names such as x_train and y_train, or images and labels."
            )
        found = _image_set(_read_member(archive, images, path, part_of(report, 0.0, 0.95)), path, images)
        if labels is None:
            return found
        array = _read_member(archive, labels, path, part_of(report, 0.95, 1.0))
    name = f"{path.name}, {_plain(labels)}"
    return join(found, RawSet(None, as_labels(array, name), name, locate_in(name)))


def npz_roles(path: Path) -> frozenset[Role]:
    """Return the roles of the sets that an archive tells apart by name; none where it holds one set, or is damaged."""
    try:
        with _opened(path) as archive:
            return _roles(archive)
    except DataError:
        return frozenset()


def is_npz_of_data(path: Path) -> bool:
    """Tell whether an archive holds images, and not a model."""
    try:
        with _opened(path) as archive:
            names = [_plain(name) for name in archive.namelist()]
    except DataError:
        return False
    return any(part_of_name(name) == "images" for name in names)


def read_npy(path: Path, report: Report = ignore_progress) -> RawSet:
    """Read one .npy file, plain or gzipped: images or labels, whichever its shape says.

    Raises
    ------
    DataError
        If it cannot be read, or holds neither.
    """
    report(0.0, f"reading {path.name}")
    with open_data_file(path) as file:
        array = _read_array(cast(BinaryIO, file), path.name, report, lambda: file.fraction)
    if part_of_name(path.name) == "labels" or array.ndim == 1 or (array.ndim == 2 and 1 in array.shape):
        return RawSet(None, as_labels(array, path.name), path.name, locate_in(path.name))
    return _image_set(array, path, None)


def is_npz_head(head: bytes) -> bool:
    """Tell whether a file that begins so is an archive that NumPy saved: a ZIP archive whose first member is .npy."""
    if not head.startswith(b"PK\x03\x04") or len(head) < 30:
        return False
    length = struct.unpack("<H", head[26:28])[0]
    return head[30 : 30 + length].endswith(b".npy")


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        require_file(path, DATA)
        with path.open("rb") as file:
            check_directory(file, Meter(path.name, ARCHIVE))
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise unreadable(path, error) from error
    except BAD_ZIP as error:
        raise DataError(f"{path.name} is damaged: it is no whole archive. Fetch the file again.") from error
    if len(archive.namelist()) > _MAX_MEMBERS:
        archive.close()
        raise DataError(f"{path.name} holds {len(archive.namelist()):,} arrays; expected two to four.")
    return archive


def _plain(member: str) -> str:
    return member.removesuffix(".npy")


def _roles(archive: zipfile.ZipFile) -> frozenset[Role]:
    names = [_plain(name) for name in archive.namelist()]
    found = {role_of_name(name) for name in names if part_of_name(name) == "images"}
    return frozenset(role for role in found if role is not None)


def _members(archive: zipfile.ZipFile, file_name: str, role: Role | None) -> tuple[str | None, str | None]:
    """Return the names of the arrays of images and of labels of a role."""
    names = archive.namelist()
    images = [name for name in names if part_of_name(_plain(name)) == "images"]
    if not images and "arr_0.npy" in names:
        # What savez calls arrays without names: images first, then labels.
        return "arr_0.npy", "arr_1.npy" if "arr_1.npy" in names else None
    fitting = [name for name in images if role_of_name(_plain(name)) in (role, None)]
    if role is None:
        fitting = images
    fitting.sort(key=lambda name: role_of_name(_plain(name)) != role)
    if not fitting:
        return None, None
    chosen = fitting[0]
    wanted = partner_names(_plain(chosen))
    labels = [name for name in names if _plain(name).lower() in wanted]
    return chosen, labels[0] if labels else None


def _read_member(archive: zipfile.ZipFile, member: str, path: Path, report: Report) -> NDArray[Any]:
    name = f"{path.name}, {_plain(member)}"
    try:
        info = archive.getinfo(member)
        if info.flag_bits & 1:
            raise DataError(f"{path.name} is encrypted; save it without a password.")
        with archive.open(member) as file:
            size = max(info.file_size, 1)
            return _read_array(cast(BinaryIO, file), name, report, lambda: min(file.tell() / size, 1.0))
    except _NOT_UNPACKED as error:
        raise DataError(
            f"{path.name} is damaged: {_plain(member)} cannot be unpacked. Fetch the file again."
        ) from error


def _read_array(file: BinaryIO, name: str, report: Report, fraction: Callable[[], float]) -> NDArray[Any]:
    """Return the array that a stream in NumPy's format holds."""
    dtype, shape, fortran = _read_header(file, name)
    count = int(np.prod(shape, dtype=object)) if shape else 1
    meter = Meter(name, DATA)
    expected = count * dtype.itemsize
    if dtype.kind in "fiu" and dtype.itemsize == 8 and count > _LARGE:
        # As people save what they divided by 255: half the bytes say as much of a pixel.
        meter.memory(4 * count)
        array = _read_halved(file, dtype, count, name, report, fraction)
        return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)
    meter.memory(expected * (1 if dtype.itemsize == 1 else 2))
    data = bytearray()
    while block := file.read(min(_BLOCK, expected + 1 - len(data))):
        data += block
        report(fraction(), f"reading {name}")
    if len(data) != expected:
        raise DataError(f"{name} is shorter or longer than its header says. Fetch the file again.")
    array = np.frombuffer(data, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _read_halved(
    file: BinaryIO, dtype: np.dtype[Any], count: int, name: str, report: Report, fraction: Callable[[], float]
) -> NDArray[np.float32]:
    """Return numbers of eight bytes in four each, without ever holding more than a block of them."""
    array = np.empty(count, np.float32)
    done, rest = 0, b""
    while block := file.read(_BLOCK):
        data = rest + block
        whole = len(data) // dtype.itemsize
        if done + whole > count:
            break
        with np.errstate(over="ignore"):
            array[done : done + whole] = np.frombuffer(data, dtype, whole)
        done, rest = done + whole, data[whole * dtype.itemsize :]
        report(fraction(), f"reading {name}")
    if done != count or rest or block:
        raise DataError(f"{name} is shorter or longer than its header says. Fetch the file again.")
    return array


def _read_header(file: BinaryIO, name: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    start = file.read(8)
    if len(start) < 8 or not start.startswith(MAGIC):
        raise DataError(f"{name} is not an array that NumPy saved. Choose another file.")
    length_size = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(length_size), "little")
    if length > _MAX_HEADER:
        raise DataError(f"{name} has a header of {length:,} bytes, which is far too long. Choose another file.")
    try:
        header = ast.literal_eval(file.read(length).decode("latin-1"))
        dtype = np.dtype(header["descr"])
        shape = tuple(int(size) for size in header["shape"])
        fortran = bool(header["fortran_order"])
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError) as error:
        raise DataError(f"{name} has a damaged header. Fetch the file again.") from error
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which may run code as they are opened, and is not read. {_SAVE}")
    if dtype.names or dtype.subdtype or not dtype.itemsize:
        raise DataError(f"{name} holds records ({str(dtype)[:60]}); expected plain numbers or words. {_SAVE}")
    if len(shape) > _MAX_DIMENSIONS or any(size < 0 for size in shape):
        raise DataError(f"{name} has a damaged header. Fetch the file again.")
    return dtype, shape, fortran


def _image_set(array: NDArray[Any], path: Path, member: str | None) -> RawSet:
    name = path.name if member is None else f"{path.name}, {_plain(member)}"
    values, notes = as_images(array, name)
    return RawSet(values, None, path.name, locate_in(name), notes=notes)
