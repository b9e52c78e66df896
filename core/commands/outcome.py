"""What a command found out, before anybody decides how it is printed."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What a command found out.

    Attributes
    ----------
    result : dict
        What ``--json`` prints.
    text : str
        What is printed otherwise.
    complaints : list of str
        What went wrong without making the rest worthless; the exit code is then 2.
    notes : list of str
        What is to be told of the data; also in what ``--json`` prints, as ``notes``.
    """

    result: dict[str, Any]
    text: str
    complaints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
