"""The data sets that were opened last: how to open each again, with what was done to it by hand."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.adjustment import Adjustment
from core.data.data_sources import BUILTIN

MOST = 6
"""So many are remembered."""

_NAME_LENGTH = 60


@dataclass(frozen=True)
class RecentData:
    """A data set that was opened.

    Attributes
    ----------
    name : str
        What it was called.
    paths : tuple of str
        What opens it again; none for the MNIST that the program found or fetched by itself.
    adjustment : Adjustment
        What was done to it by hand.
    """

    name: str
    paths: tuple[str, ...]
    adjustment: Adjustment

    @property
    def caption(self) -> str:
        """Return what a menu calls it; where its name is not that of its files, with how many these are."""
        more = f", {len(self.paths)} files" if len(self.paths) > 1 and "+" not in self.name else ""
        name = f"{self.name}{more}"
        return name if len(name) <= _NAME_LENGTH else f"…{name[-_NAME_LENGTH:]}"

    @property
    def where(self) -> str:
        """Return where it lies, for a tooltip."""
        return "\n".join(self.paths) or "MNIST as it lies on this computer"

    @property
    def is_there(self) -> bool:
        """Whether its files still exist."""
        return all(path == BUILTIN or Path(path).exists() for path in self.paths)


def with_newest(entries: list[RecentData], newest: RecentData) -> list[RecentData]:
    """Return the entries with the newest first, once."""
    return [newest, *(entry for entry in entries if entry.paths != newest.paths)][:MOST]


def to_json(entries: list[RecentData]) -> str:
    """Return entries as text for the preferences."""
    return json.dumps(
        [{"name": each.name, "paths": list(each.paths), "adjustment": each.adjustment.to_dict()} for each in entries]
    )


def from_json(text: object) -> list[RecentData]:
    """Return what `to_json` made; whatever is damaged is left out."""
    try:
        values = json.loads(text) if isinstance(text, str) and text else []
    except (ValueError, RecursionError):
        return []
    entries = [_entry(value) for value in values] if isinstance(values, list) else []
    return [entry for entry in entries if entry is not None][:MOST]


def _entry(value: Any) -> RecentData | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    paths = value.get("paths")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return None
    return RecentData(value["name"], tuple(paths), Adjustment.from_dict(value.get("adjustment")))
