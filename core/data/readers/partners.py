"""Images and labels that come in files of their own: which file is which, and which of them belong together.

``train-images-idx3-ubyte`` belongs to ``train-labels-idx1-ubyte``, ``x_train.npy`` to ``y_train.npy``: names of a pair
differ in one word, and in what IDX names tell of dimensions and type.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from core.data.readers.data_file import unreadable
from core.errors import DataError

Part = Literal["images", "labels"]

WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("images", ("labels",)),
    ("image", ("label",)),
    ("imgs", ("labels",)),
    ("x", ("y",)),
    ("data", ("labels", "target", "targets")),
    ("features", ("labels", "targets")),
    ("pixels", ("labels",)),
)
"""A word in the name of a file of images, and those that may stand in its place in the name of its labels."""

_IDX = re.compile(r"(?<=[-_])idx[123](-(ubyte|int|byte))?")


def part_of_name(name: str) -> Part | None:
    """Tell from a file's name whether it holds images or labels; None where it does not say."""
    plain = canonical_name(name)
    for images, labels in WORDS:
        if _find(images, plain):
            return "images"
        if any(_find(word, plain) for word in labels):
            return "labels"
    return None


def partner_names(name: str) -> list[str]:
    """Return the canonical names that the partner of a file of images or labels may have, the likeliest first."""
    plain = canonical_name(name)
    names = []
    for images, labels in WORDS:
        exchanged = [(images, word) for word in labels] + [(word, images) for word in labels]
        for found, other in exchanged:
            match = _find(found, plain)
            if match:
                names.append(plain[: match.start()] + other + plain[match.end() :])
    return names


def find_partner(path: Path) -> Path | None:
    """Return the partner of a file, which lies in the same folder; a plain file before a packed one.

    The name that is expected is taken before one that only resembles it, one with the same dots and dashes before one
    that differs in them.

    Raises
    ------
    DataError
        If the folder cannot be read.
    """
    wanted = partner_names(path.name)
    try:
        files = [each for each in path.parent.iterdir() if each.is_file() and each != path]
    except OSError as error:
        raise unreadable(path.parent, error) from error
    for name in wanted:
        fitting = [each for each in files if canonical_name(each.name) == name]
        if fitting:
            return min(fitting, key=lambda each: (*_differences(each.name, path.name), len(each.name)))
    return None


def missing_partner(path: Path, part: Part, where: str) -> DataError:
    """Return the sentence for a file that holds only one part and whose partner is nowhere to be found.

    ``where`` is the folder or archive in which it was looked for.
    """
    other = "labels" if part == "images" else "images"
    names = partner_names(path.name)
    if names:
        named = f"a file of {other} beside it, such as {expected_partner(path.name)}"
    else:
        named = f"{other} beside it, in a file whose name differs in a word, such as {other} for {part}"
    return DataError(
        f"{path.name} holds {part} alone and needs {named}; {where} does not hold it. "
        f"Put it there, or choose both files together."
    )


def expected_partner(name: str) -> str:
    """Return how the partner of a file is most likely called, with its case and ending."""
    for images, labels in WORDS:
        for found, other in [(images, labels[0]), *((word, images) for word in labels)]:
            match = re.search(rf"(?<![a-z]){found}(?![a-z])", name, re.IGNORECASE)
            if match:
                text = name[: match.start()] + other + name[match.end() :]
                digits = ("1", "3") if other in ("images", "image") else ("3", "1")
                return re.sub(rf"(?<=idx){digits[0]}", digits[1], text, count=1).removesuffix(".gz")
    return name


def canonical_name(name: str) -> str:
    """Return a name without what may differ between the files of a pair: case, packing, dots, IDX's numbers."""
    plain = name.lower().removesuffix(".gz").replace(".idx", "-idx")
    return _IDX.sub("", plain)


def group_parts(paths: Sequence[Path]) -> list[tuple[Path, Path | None]]:
    """Put files that were chosen together into sets: each with its labels, where those were chosen too.

    Names tell which belong together; one file of images and one of labels do so whatever they are called.
    """
    labels = [path for path in paths if part_of_name(path.name) == "labels"]
    images = [path for path in paths if path not in labels]
    if not labels or not images:
        return [(path, None) for path in paths]
    if len(images) == len(labels) == 1 and _ending(images[0]) == _ending(labels[0]):
        return [(images[0], labels[0])]
    groups: list[tuple[Path, Path | None]] = []
    for path in images:
        names = partner_names(path.name)
        fitting = [each for each in labels if canonical_name(each.name) in names]
        groups.append((path, fitting[0] if fitting else None))
    paired = [answers for _, answers in groups]
    return groups + [(path, None) for path in labels if path not in paired]


def _ending(path: Path) -> str:
    """Return what kind a name tells: its last suffix, before .gz; IDX files have none."""
    plain = Path(path.name.lower().removesuffix(".gz").replace(".idx", "-idx"))
    return plain.suffix


def _find(word: str, name: str) -> re.Match[str] | None:
    return re.search(rf"(?<![a-z]){word}(?![a-z])", name)


def _differences(name: str, partner: str) -> tuple[bool, bool]:
    """Return whether a name is another than its partner lets expect, and whether its dots and dashes differ."""
    return name.removesuffix(".gz") != expected_partner(partner), _separators(name) != _separators(partner)


def _separators(name: str) -> str:
    return re.sub(r"[^-._]", "", name.lower().removesuffix(".gz"))
