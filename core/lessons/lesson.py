"""Lessons: files that lead a learner through an experiment in short steps; anybody can write one without code.

A lesson is a TOML file, described with an example in ``docs/lessons.md``. Each step has some text and may say where to
look, which settings and data to set up, which bug to put into the gradient check, and ask a question.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.config import TrainingConfig
from core.dataset import DataPair
from core.errors import ConfigError, LessonError
from core.files.checked_fields import Fields
from core.lessons.bugs import BUGS
from core.lessons.lesson_text import parse_lesson
from core.presets import PRESETS
from core.system.budget import LESSON, read_whole

logger = logging.getLogger(__name__)

LESSONS_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "lessons"
"""The lessons that come with the program."""

LOOK_TARGETS: tuple[str, ...] = (
    "controls",
    "settings",
    "plots",
    "weights",
    "runs",
    "samples",
    "microscope",
    "evaluation",
    "drawing",
    "timeline",
)
"""Parts of the window that a step can point at."""

BUILTIN_DATA, OPEN_DATA = "builtin", "open"
MOST_STEPS, MOST_CHOICES, MOST_IMAGES = 50, 6, 1_000_000
_STEP_WORDS = ("look", "preset", "config", "data", "images", "bug", "question", "choices", "answer", "explanation")
FULL_BATCH = "full"
"""Stands for ``batch_size = None`` in files: TOML has no word for nothing."""


@dataclass(frozen=True)
class Question:
    """What a step asks.

    Attributes
    ----------
    text : str
        The question.
    choices : tuple of str
        Possible answers.
    answer : int
        The place of the right one, from 0.
    explanation : str
        Why; told once an answer was given.
    """

    text: str
    choices: tuple[str, ...]
    answer: int
    explanation: str


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """One page of a lesson.

    Attributes
    ----------
    text : str
        Markdown.
    look : str
        One of `LOOK_TARGETS`, or "".
    config : TrainingConfig or None
        Settings to begin a new run with.
    data : {"open", "builtin"}
        The data that are open, or the built-in digits.
    images : int or None
        Use only the first so many training pictures.
    bug : str
        A key of `core.lessons.bugs.BUGS` for the gradient check, or "".
    question : Question or None
        To be answered before going on.
    """

    text: str
    look: str = ""
    config: TrainingConfig | None = None
    data: str = OPEN_DATA
    images: int | None = None
    bug: str = ""
    question: Question | None = None

    @property
    def sets_up(self) -> bool:
        """Whether there is anything to set up."""
        return self.config is not None or bool(self.bug)


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


def lesson_data(data: DataPair, images: int | None) -> DataPair:
    """Return data with only the first ``images`` training pictures; None, or more than there are, takes all."""
    if images is None or images >= len(data.train):
        return data
    train = data.train.take(np.arange(images), f"{data.train.name}, first {images:,}")
    return DataPair(train, data.test, data.name)


def _read_lesson(key: str, values: dict[str, Any]) -> Lesson:
    fields = Fields(values, "", "title", "summary order step", error=LessonError)
    steps = fields.get("step", list) if "step" in fields else []
    if not 0 < len(steps) <= MOST_STEPS:
        raise LessonError(f"it has {len(steps)} steps; expected 1 to {MOST_STEPS}, each beginning with [[step]].")
    return Lesson(
        key=key,
        title=fields.text("title"),
        summary=fields.text("summary"),
        order=fields.whole("order", 1_000_000) if "order" in fields else 1_000,
        steps=tuple(_read_step(f"step {place}", step) for place, step in enumerate(steps, start=1)),
    )


def _read_step(name: str, values: object) -> LessonStep:
    if not isinstance(values, dict):
        raise LessonError(f"{name} is no group of values; begin it with [[step]].")
    fields = Fields(values, f"{name}: ", "text", " ".join(_STEP_WORDS), error=LessonError)
    for key, known in (("look", LOOK_TARGETS), ("data", (OPEN_DATA, BUILTIN_DATA)), ("bug", tuple(BUGS))):
        if key in fields and fields.text(key) not in known:
            raise fields.wrong(key, f"choose one of {', '.join(known)}")
    config = _read_config(name, fields)
    for key in ("data", "images"):
        if key in fields and config is None:
            raise LessonError(f"{name}: {key} needs settings to begin a run with; add preset or [step.config].")
    return LessonStep(
        text=fields.text("text"),
        look=fields.text("look"),
        config=config,
        data=fields.text("data", OPEN_DATA),
        images=fields.whole("images", MOST_IMAGES, 1) if "images" in fields else None,
        bug=fields.text("bug"),
        question=_read_question(name, fields),
    )


def _read_config(name: str, fields: Fields) -> TrainingConfig | None:
    if "preset" not in fields and "config" not in fields:
        return None
    base = TrainingConfig()
    if "preset" in fields:
        if fields.text("preset") not in PRESETS:
            raise fields.wrong("preset", f"choose one of {', '.join(PRESETS)}")
        base = PRESETS[fields.text("preset")].config
    changes: Mapping[str, Any] = fields.get("config", dict) if "config" in fields else {}
    for word in ("text", *_STEP_WORDS):
        if word in changes:
            raise LessonError(f"{name}: {word} stands below [step.config], as if it were a setting; put it above.")
    if isinstance(size := changes.get("batch_size"), str) and size != FULL_BATCH:
        raise LessonError(f'{name}: config: batch_size is {size[:60]!r}; expected a number of pictures, or "full".')
    changes = {key: None if key == "batch_size" and value == FULL_BATCH else value for key, value in changes.items()}
    try:
        return TrainingConfig.from_dict(base.to_dict() | changes)
    except (ConfigError, TypeError) as error:
        raise LessonError(f"{name}: config: {error}") from error


def _read_question(name: str, fields: Fields) -> Question | None:
    if "question" not in fields:
        for key in ("choices", "answer", "explanation"):
            if key in fields:
                raise LessonError(f"{name}: {key} belongs to a question; add question.")
        return None
    for key in ("choices", "answer", "explanation"):
        if key not in fields:
            raise LessonError(f"{name}: question needs {key}.")
    choices = fields.get("choices", list)
    if not 2 <= len(choices) <= MOST_CHOICES or not all(
        isinstance(choice, str) and choice.strip() for choice in choices
    ):
        raise fields.wrong("choices", f"expected 2 to {MOST_CHOICES} texts")
    answer = fields.whole("answer", len(choices), 1)
    return Question(fields.text("question"), tuple(choices), answer - 1, fields.text("explanation"))
