"""Lessons of the user's own, as they go into a project: files of their folder, within what a lesson may cost."""

import contextlib
from pathlib import Path

from core.errors import LessonError
from core.files.project_file import MOST_LESSONS, is_lesson_file
from core.system.budget import LESSON, LESSON_IMAGE, read_whole


def read_own_lessons(folder: Path) -> dict[str, bytes]:
    """Return the lessons of a folder, and the images that lie beside them, by file name; what is too large stays.

    Raises
    ------
    LessonError
        If a file cannot be read.
    """
    try:
        files = sorted(path for path in folder.iterdir() if is_lesson_file(path.name) and path.is_file())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LessonError(f"{folder} cannot be read: {error.strerror or error}.") from error
    found = {}
    for path in files[:MOST_LESSONS]:
        budget = LESSON if path.suffix.lower() == ".toml" else LESSON_IMAGE
        with contextlib.suppress(FileNotFoundError):
            # One that is deleted meanwhile is no lesson any more.
            if path.stat().st_size <= budget.file_bytes:
                found[path.name] = read_whole(path, budget)
    return found
