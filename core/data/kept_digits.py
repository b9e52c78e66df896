"""My digits from one start of the program to the next: one file, which any number of windows add to.

Each window knows what the file held when it looked last. It writes what it has changed since into what the file holds
now, so that nobody's digits are written over and what was deleted in one window does not come back through another. A
lock makes windows wait for each other; the system drops it with the process that holds it, so that none is left behind.
"""

import logging
from contextlib import AbstractContextManager
from pathlib import Path

from core.data.my_digits import MyDigits, load_digits, save_digits
from core.errors import DataError
from core.system.atomic_file import make_folder
from core.system.file_lock import file_lock
from core.system.paths import exists, is_file, names_beside
from core.system.user_folders import data_folder

logger = logging.getLogger(__name__)


def my_digits_file() -> Path:
    """Return where the collection is kept from one start of the program to the next; it need not exist yet."""
    return data_folder() / "my_digits.csv"


def load_kept_digits() -> tuple[MyDigits, Path | None]:
    """Return the collection as `keep_digits` left it; empty where there is none.

    Returns
    -------
    digits : MyDigits
        The collection.
    damaged : Path or None
        Where a collection that could not be read has been put aside, or the next digit would overwrite what may still
        be mended.

    Raises
    ------
    DataError
        If there is a collection that can neither be read nor be put aside.
    """
    path = my_digits_file()
    if not exists(path):
        return MyDigits.empty(), None
    with _locked(path):
        # Another window may have deleted its last digit meanwhile.
        return _load(path) if exists(path) else (MyDigits.empty(), None)


def keep_digits(digits: MyDigits, before: MyDigits) -> MyDigits:
    """Keep the collection for the next start of the program, with what other windows have kept meanwhile.

    Parameters
    ----------
    digits : MyDigits
        What this window has made of it.
    before : MyDigits
        What this window knew to be kept.

    Returns
    -------
    MyDigits
        What is kept now: ``digits`` itself where no other window has changed anything.

    Raises
    ------
    DataError
        If it cannot be written, or would hold too many digits; what was kept stays so.
    """
    path = my_digits_file()
    make_folder(path.parent, DataError)
    with _locked(path):
        if is_file(path):
            theirs, damaged = _load(path)
            merged = digits if damaged else digits.merged(before, theirs)
        else:
            merged = digits.merged(before, MyDigits.empty())
        if len(merged) or (exists(path) and not is_file(path)):
            save_digits(merged, path)
        else:
            # A file without a digit is none that can be read again.
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise DataError(f"{path} could not be saved: {error.strerror or error}.") from error
    return merged


def _load(path: Path) -> tuple[MyDigits, Path | None]:
    try:
        return load_digits(path), None
    except DataError as error:
        aside = next(name for name in names_beside(path, ".damaged") if not name.is_file())
        try:
            path.replace(aside)
        except OSError:
            raise error from None
        logger.warning("%s It has become %s.", error, aside)
        return MyDigits.empty(), aside


def _locked(path: Path) -> AbstractContextManager[None]:
    return file_lock(path.with_name(f"{path.name}.lock"), path.name, DataError)
