"""What a set is for, by a word in its name: ``train`` for training sets; ``test``, ``t10k``, ``val`` otherwise."""

import re
from pathlib import PurePath
from typing import Literal

Role = Literal["train", "test"]

ROLE_WORDS: dict[Role, tuple[str, ...]] = {"train": ("train",), "test": ("test", "t10k", "valid", "val")}

_WORD = re.compile(r"(?<![a-z])(train|test|t10k|valid|val(?![a-z]))", re.IGNORECASE)


def role_of_name(name: str) -> Role | None:
    """Return the role that a name tells by the first such word in it."""
    match = _WORD.search(name)
    if match is None:
        return None
    return "train" if match[1].lower() in ROLE_WORDS["train"] else "test"


def role_of_path(path: PurePath) -> Role | None:
    """Return the role that a path tells: its own name before those of the folders that it is in."""
    for name in reversed(path.parts):
        role = role_of_name(name)
        if role is not None:
            return role
    return None


def replace_role(name: str, word: str) -> str:
    """Return a name with another word in place of the one that tells its role."""
    return _WORD.sub(word, name, count=1)
