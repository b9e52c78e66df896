"""How far all lessons are, taken along in a project: what comes in adds to what was reached here."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from core.files.project_file import LessonResult
from core.lessons.lesson import Lesson
from gui.controllers.lesson_progress import LessonProgress

Lessons = Iterable[tuple[Lesson, Path | None]]
"""Lessons with their files; None for one that comes with the program."""


def lesson_results(lessons: Lessons, progress: LessonProgress) -> dict[str, LessonResult]:
    """Return what was reached in each lesson that was begun, by its key or the name of its file."""
    results = ((_name(lesson, path), progress.result(lesson, path)) for lesson, path in lessons)
    return {name: result for name, result in results if result != LessonResult(0, False)}


def add_results(
    lessons: Lessons, progress: LessonProgress, results: Mapping[str, LessonResult]
) -> Callable[[], None] | None:
    """Note what was reached elsewhere where that is further; return what takes it back, None where nothing is."""
    before: list[tuple[Lesson, Path | None, LessonResult]] = []
    for lesson, path in lessons:
        here, there = progress.result(lesson, path), results.get(_name(lesson, path))
        if there is None:
            continue
        step = min(max(here.step, there.step), len(lesson.steps) - 1)
        both = LessonResult(step, here.is_done or there.is_done)
        if both != here:
            before.append((lesson, path, here))
            progress.set_result(lesson, path, both)

    def take_back() -> None:
        for lesson, path, result in before:
            progress.set_result(lesson, path, result)

    return take_back if before else None


def _name(lesson: Lesson, path: Path | None) -> str:
    return lesson.key if path is None else path.name
