"""Whether a file is there, with the reason where that cannot be told; and names beside one.

Up to Python 3.13 `Path.exists` and its kind raise PermissionError where a folder on the way may not be looked into.
From 3.14 on they say that nothing is there, and users would be told so of a file that lies before their eyes.
"""

import errno
import itertools
import stat
from collections.abc import Iterator
from pathlib import Path

_NOTHING_THERE = {errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP}
_NOTHING_THERE_ON_WINDOWS = {21, 123, 1921}


def exists(path: Path) -> bool:
    """Return whether there is anything of this name.

    Raises
    ------
    OSError
        If that cannot be told, as where a folder on the way is locked.
    """
    return _mode(path) is not None


def is_file(path: Path) -> bool:
    """Return whether there is a file of this name; raises as `exists` does."""
    mode = _mode(path)
    return mode is not None and stat.S_ISREG(mode)


def names_beside(path: Path, addition: str) -> Iterator[Path]:
    """Yield names beside a file's own, numbered from the second on: ``run.damaged.csv``, ``run.damaged2.csv``, ..."""
    numbers = itertools.chain([""], itertools.count(2))
    return (path.with_name(f"{path.stem}{addition}{number}{path.suffix}") for number in numbers)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in _NOTHING_THERE or getattr(error, "winerror", None) in _NOTHING_THERE_ON_WINDOWS:
            return None
        raise
    except ValueError:
        # A name that no system has, such as one with a zero in it.
        return None
