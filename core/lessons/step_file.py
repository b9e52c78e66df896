"""A step of a lesson file, checked word by word."""

import difflib
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from core.errors import ConfigError, LessonError
from core.files.checked_fields import Fields
from core.lessons.bugs import BUGS
from core.lessons.lesson_text import BACKSLASH
from core.lessons.look import look_problem
from core.lessons.step import (
    BUILTIN_DATA,
    FULL_SPEED,
    MEASURES,
    OPEN_DATA,
    TABS,
    LessonStep,
    Question,
)
from core.text.formula import FormulaError, set_formulas
from core.training.config import LIVE_KNOBS, SETTINGS, TrainingConfig
from core.training.presets import PRESETS
from core.training.recipe import KnobEvent, Recipe

MOST_CHOICES, MOST_IMAGES, MOST_TURNS, MOST_MOVED, FASTEST = 6, 1_000_000, 20, 10, 100_000
FULL_BATCH = "full"
"""Stands for ``batch_size = None`` in files: TOML has no word for nothing."""

_OF_A_QUESTION = ("choices", "answer", "explanation", "replies")
_OF_A_RUN = ("data", "images", "shuffled", "moved", "turns", "expect")
_WORDS = ("look", "tab", "speed", "preset", "config", *_OF_A_RUN, "image", "bug", "question", *_OF_A_QUESTION)
_SETTINGS = tuple(SETTINGS)
_LOST_BACKSLASH = re.compile(r"\$[^$\n]*\t[^$\n]*\$|\$[^$\n]*\n(?:abla|eq|u)\b[^$\n]*\$")
"""A tab within a formula was \\theta or the like, and a line that ends in one and goes on with "abla" was \\nabla."""

_USUAL_NAMES = {alias: name for name, declared in SETTINGS.items() for alias in declared.aliases}
"""What people call settings elsewhere."""


def read_step(name: str, values: object) -> LessonStep:
    """Return a step of a lesson.

    Parameters
    ----------
    name : str
        What it is called in messages, such as "step 2".
    values : object
        What the file holds for it.

    Raises
    ------
    LessonError
        If something makes no sense: the word, and what was expected.
    """
    if not isinstance(values, dict):
        raise LessonError(f"{name} is no group of values; begin it with [[step]].")
    fields = Fields(values, f"{name}: ", "text", " ".join(_WORDS), error=LessonError)
    for key, known in (("data", (OPEN_DATA, BUILTIN_DATA)), ("bug", tuple(BUGS)), ("tab", TABS)):
        if key in fields and fields.text(key) not in known:
            raise fields.wrong(key, f"choose one of {', '.join(known)}")
    if "look" in fields and (problem := look_problem(fields.text("look"))):
        raise fields.wrong("look", problem)
    _check_texts(name, values)
    config = _read_config(name, fields)
    for key in _OF_A_RUN:
        if key in fields and config is None:
            raise LessonError(f"{name}: {key} needs settings to begin a run with; add preset or [step.config].")
    images = fields.whole("images", MOST_IMAGES, 1) if "images" in fields else None
    if config is not None and images is not None:
        try:
            config.images_left(images)
        except ConfigError as error:
            raise LessonError(f"{name}: config: {error}") from error
    return LessonStep(
        text=fields.text("text"),
        look=fields.text("look"),
        config=config,
        turns=_read_turns(name, fields, config),
        data=fields.text("data", OPEN_DATA),
        images=images,
        shuffled=bool(fields.get("shuffled", bool)) if "shuffled" in fields else False,
        moved=fields.whole("moved", MOST_MOVED, 0) if "moved" in fields else 0,
        image=fields.whole("image", MOST_IMAGES, 1) - 1 if "image" in fields else None,
        speed=_read_speed(fields),
        tab=fields.text("tab"),
        bug=fields.text("bug"),
        question=_read_question(name, fields),
        expect=_read_expect(name, fields),
    )


def _check_texts(name: str, values: Mapping[str, Any]) -> None:
    """Raise LessonError where a text holds what it cannot mean to, or a formula that cannot be set."""
    texts = [(key, values.get(key)) for key in ("text", "question", "explanation")]
    for key in ("choices", "replies"):
        several = values.get(key)
        texts += [(key, text) for text in several] if isinstance(several, list) else []
    for key, text in texts:
        if not isinstance(text, str):
            continue
        if any(sign < " " and sign not in "\n\t" for sign in text) or _LOST_BACKSLASH.search(text):
            # \\beta begins with the sign for a backspace, \\frac with that for a new page, \\rho with a return.
            raise LessonError(f"{name}: {key} holds a sign that cannot be shown; {BACKSLASH}.")
        try:
            set_formulas(text, str)
        except FormulaError as error:
            raise LessonError(f"{name}: {key}: a formula between $ and $ cannot be set: {error}.") from error


def _read_config(name: str, fields: Fields) -> TrainingConfig | None:
    if "preset" not in fields and "config" not in fields:
        return None
    base = TrainingConfig()
    if "preset" in fields:
        if fields.text("preset") not in PRESETS:
            raise fields.wrong("preset", f"choose one of {', '.join(PRESETS)}")
        base = PRESETS[fields.text("preset")].config
    changes: Mapping[str, Any] = fields.get("config", dict) if "config" in fields else {}
    for word in ("text", *_WORDS):
        if word in changes:
            raise LessonError(f"{name}: {word} stands below [step.config], as if it were a setting; put it above.")
    try:
        return base.with_changes(**_settings(f"{name}: config: ", changes))
    except (ConfigError, TypeError) as error:
        raise LessonError(f"{name}: config: {error}") from error


def _settings(place: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as `TrainingConfig` takes them; raise LessonError for one that there is not."""
    for word in changes:
        if word not in _SETTINGS:
            meant = _USUAL_NAMES.get(word.lower()) or next(iter(difflib.get_close_matches(word, _SETTINGS, 1)), None)
            hint = f"did you mean {meant}? The settings are" if meant else "the settings are"
            raise LessonError(f"{place}there is no setting {word[:60]!r}; {hint} {', '.join(_SETTINGS)}.")
    if isinstance(size := changes.get("batch_size"), str) and size != FULL_BATCH:
        raise LessonError(f'{place}batch_size is {size[:60]!r}; expected a number of images, or "full".')
    return {key: None if key == "batch_size" and value == FULL_BATCH else value for key, value in changes.items()}


def _read_turns(name: str, fields: Fields, config: TrainingConfig | None) -> tuple[KnobEvent, ...]:
    if "turns" not in fields or config is None:
        return ()
    expected = "expected a list such as [{ update = 400, momentum = 0.99 }]"
    turns = fields.get("turns", list)
    if not 0 < len(turns) <= MOST_TURNS or not all(isinstance(turn, dict) for turn in turns):
        raise fields.wrong("turns", expected)
    events = []
    for turn in turns:
        update, changes = turn.get("update"), {key: value for key, value in turn.items() if key != "update"}
        if type(update) is not int or not 0 <= update < 100_000_000 or not changes:
            raise fields.wrong("turns", expected)
        if fixed := sorted(set(changes) & set(_SETTINGS) - LIVE_KNOBS):
            raise LessonError(
                f"{name}: turns: {fixed[0]} cannot change within a run; these can: {', '.join(sorted(LIVE_KNOBS))}."
            )
        events.append(KnobEvent(update, _settings(f"{name}: turns: ", changes)))
    try:
        return Recipe(config, tuple(events)).events
    except (ConfigError, TypeError) as error:
        raise LessonError(f"{name}: turns: {error}") from error


def _read_speed(fields: Fields) -> float | str | None:
    if "speed" not in fields:
        return None
    speed = fields.raw("speed")
    if speed == FULL_SPEED:
        return FULL_SPEED
    if type(speed) not in (int, float) or not 1 <= speed <= FASTEST:
        raise fields.wrong("speed", f'expected updates a second, from 1 to {FASTEST:,}, or "{FULL_SPEED}"')
    return float(speed)


def _read_expect(name: str, fields: Fields) -> dict[str, tuple[float, float]]:
    if "expect" not in fields:
        return {}
    ranges = {}
    for key, pair in fields.get("expect", dict).items():
        if key.removeprefix("mnist_") not in MEASURES:
            raise LessonError(
                f"{name}: expect: there is no {key[:60]!r}; choose from {', '.join(MEASURES)}, "
                f"with mnist_ before it for MNIST."
            )
        if not isinstance(pair, list) or len(pair) != 2 or not all(map(_is_number, pair)) or pair[0] > pair[1]:
            raise LessonError(f"{name}: expect: {key} needs the lowest and the highest value, such as [0.84, 0.88].")
        ranges[key] = (float(pair[0]), float(pair[1]))
    return ranges


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) < 1e12 and isfinite(value)  # type: ignore[arg-type]


def _read_question(name: str, fields: Fields) -> Question | None:
    if "question" not in fields:
        for key in _OF_A_QUESTION:
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
    replies = fields.get("replies", list) if "replies" in fields else [""] * len(choices)
    if len(replies) != len(choices) or not all(isinstance(reply, str) for reply in replies):
        raise fields.wrong("replies", f'expected a text for each of the {len(choices)} choices, or "" for one without')
    return Question(
        text=fields.text("question"),
        choices=tuple(choices),
        answers=_read_answers(fields, len(choices)),
        explanation=fields.text("explanation"),
        replies=tuple(reply.strip() for reply in replies),
    )


def _read_answers(fields: Fields, choices: int) -> frozenset[int]:
    """Return the places of the right answers from 0; the file names one, or a list of several, from 1."""
    if not isinstance(fields.raw("answer"), list):
        return frozenset({fields.whole("answer", choices, 1) - 1})
    answers = fields.get("answer", list)
    if not answers or not all(type(answer) is int and 1 <= answer <= choices for answer in answers):
        raise fields.wrong("answer", f"expected a whole number from 1 to {choices}, or a list of them")
    return frozenset(answer - 1 for answer in answers)
