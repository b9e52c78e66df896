"""Named values from a file that a person may have written, each checked as it is taken out."""

import math
import sys
from collections.abc import Mapping
from typing import Any

from core.errors import UserError, quoted

_KINDS = {dict: "a group of values", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}
_SHA256_DIGITS = 64


def check_version(version: object, newest: int, error: type[UserError], what: str = "format") -> None:
    """Refuse the version of a file's format that makes no sense, or that only a newer program can read.

    Parameters
    ----------
    version : object
        What the file gives as its version.
    newest : int
        The newest version that this program reads; all before it are read as well.
    error : type
        The `UserError` that is raised.
    what : str
        What has that version: ``"format"``, ``"recipe format"``.

    Raises
    ------
    UserError
        Of the type ``error``.
    """
    if type(version) is not int or version < 1:
        raise error(f"the version {quoted(version)} makes no sense.")
    if version > newest:
        raise error(
            f"it was saved by a newer version of the program ({what} {version}; this one reads {newest}). "
            "Update the program to open it."
        )


class Fields:
    """One group of values.

    Parameters
    ----------
    values : mapping
        What the file holds.
    prefix : str
        Stands before the names in messages, such as ``"data."`` or ``"step 2: "``.
    required, optional : str
        Names that must be there and that may be there, separated by spaces.
    error : type
        The `UserError` that is raised.

    Raises
    ------
    UserError
        Of the type ``error``, here where a name is missing or unknown, below where a value makes no sense; its text
        names the value and what was expected.
    """

    def __init__(
        self, values: Mapping[str, Any], prefix: str, required: str, optional: str = "", *, error: type[UserError]
    ) -> None:
        self._values = values
        self._prefix = prefix
        self._error = error
        known = required.split() + optional.split()
        for name in required.split():
            if name not in values:
                raise error(f"{prefix}{name} is missing.")
        if unknown := sorted(set(values) - set(known)):
            place, colon, group = prefix.rpartition(": ")
            raise error(
                f"{place}{colon}it holds {group}{unknown[0]}, which this version does not know; "
                f"it knows {', '.join(known)}."
            )

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        """Return a value of any type, or None."""
        return self._values.get(name)

    def get(self, name: str, kind: type) -> Any:
        """Return a value of exactly one type."""
        value = self._values[name]
        if type(value) is not kind:
            raise self.wrong(name, f"expected {_KINDS[kind]}")
        return value

    def text(self, name: str, default: str = "") -> str:
        """Return a text without the white space around it; one that is required must not be empty."""
        if name not in self._values:
            return default
        value = str(self.get(name, str)).strip()
        if not value:
            raise self.wrong(name, "expected some text")
        return value

    def whole(self, name: str, most: int, least: int = 0) -> int:
        """Return a whole number from ``least`` to ``most``."""
        value: int = self.get(name, int)
        if not least <= value <= most:
            raise self.wrong(name, f"expected a whole number from {least:,} to {most:,}")
        return value

    def number(self, name: str, most: float) -> float:
        """Return a finite number from 0 to ``most``; infinity sets no limit."""
        value = self._values[name]
        # Compared before it becomes a float: a whole number may be too large for one.
        largest = min(most, sys.float_info.max)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
            raise self.wrong(
                name, f"expected a number from 0 to {most:g}" if most < math.inf else "expected a number, 0 or more"
            )
        return float(value)

    def sha256(self, name: str) -> str:
        """Return 64 hexadecimal digits."""
        value: str = self.get(name, str)
        if len(value) != _SHA256_DIGITS or set(value) - set("0123456789abcdef"):
            raise self.wrong(name, f"expected {_SHA256_DIGITS} hexadecimal digits")
        return value

    def wrong(self, name: str, expected: str) -> UserError:
        """Return the error that says what a value is and what was expected."""
        return self._error(f"{self._prefix}{name} is {str(self._values[name])[:60]!r}; {expected}.")
