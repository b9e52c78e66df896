"""Lessons: files that lead a learner through an experiment in short steps; anybody can write one without code.

A lesson is a TOML file, described with an example in ``docs/lessons.md``. Each step has some text and may say where to
look, which settings and data to set up, which bug to put into the gradient check, and ask a question.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import ConfigError, LessonError
from core.files.checked_fields import Fields
from core.lessons.lesson_text import parse_lesson
from core.lessons.step import LessonStep
from core.lessons.step_file import read_step
from core.system.budget import LESSON, read_whole

logger = logging.getLogger(__name__)

LESSONS_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "lessons"
"""The lessons that come with the program."""

MOST_STEPS = 50
LONGEST_TITLE, LONGEST_SUMMARY = 200, 2_000


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    key : str
        Name of its file without the ending.
    title, summary : str
        What it is called; in one sentence, what one learns.
    order : int
        Its place in the menu.
    steps : tuple of LessonStep
        At least one.
    folder : Path or None
        Where its images are: the folder of its file.
    """

    key: str
    title: str
    summary: str
    order: int
    steps: tuple[LessonStep, ...]
    folder: Path | None = None


def load_lesson(path: Path) -> Lesson:
    """Read a lesson file.

    Raises
    ------
    LessonError
        If it cannot be read or holds what makes no sense: file, place and what was expected.
    """
    raw = read_whole(path, LESSON)
    try:
        return replace(_read_lesson(path.stem, parse_lesson(raw)), folder=path.parent)
    except (LessonError, ConfigError) as error:
        raise LessonError(f"{path.name}: {error}") from error


def load_lessons(folder: Path = LESSONS_FOLDER) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """Read all lessons of a folder, in the order of the menu; a bad file does not stop the others.

    Returns
    -------
    lessons : tuple of Lesson
        Those that could be read.
    problems : tuple of str
        One sentence for each file that could not.
    """
    lessons, problems = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            lessons.append(load_lesson(path))
        except LessonError as error:
            logger.warning("%s", error)
            problems.append(str(error))
    return tuple(sorted(lessons, key=lambda lesson: (lesson.order, lesson.title))), tuple(problems)


def _read_lesson(key: str, values: dict[str, Any]) -> Lesson:
    fields = Fields(values, "", "title", "summary order step", error=LessonError)
    steps = fields.get("step", list) if "step" in fields else []
    if not 0 < len(steps) <= MOST_STEPS:
        raise LessonError(f"it has {len(steps)} steps; expected 1 to {MOST_STEPS}, each beginning with [[step]].")
    return Lesson(
        key=key,
        title=fields.text("title")[:LONGEST_TITLE],
        summary=fields.text("summary")[:LONGEST_SUMMARY],
        order=fields.whole("order", 1_000_000) if "order" in fields else 1_000,
        steps=tuple(read_step(f"step {place}", step) for place, step in enumerate(steps, start=1)),
    )
