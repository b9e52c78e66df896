"""How far a learner has come: which lessons are done, where the others stand, and which one is open."""

from pathlib import Path

from core.files.project_file import LessonResult
from core.lessons.lesson import Lesson
from gui.look.preferences import Preferences


class LessonProgress:
    """Remembers steps from one start to the next.

    Parameters
    ----------
    preferences : Preferences
        Where that is kept.
    """

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def reach(self, lesson: Lesson, place: int, path: Path | None) -> None:
        """Note that a step, counted from 0, is being read; the last one makes the lesson done.

        ``path`` is the lesson's file, or None for one that comes with the program.
        """
        key = lesson_key(lesson, path)
        self._preferences.set_lesson_step(key, place)
        if place == len(lesson.steps) - 1:
            self._preferences.set_lesson_done(key)
        self._preferences.open_lesson = key

    def leave(self) -> None:
        """Note that no lesson is open."""
        self._preferences.open_lesson = ""

    @property
    def left_open(self) -> str:
        """Key of a lesson that comes with the program, or path of a file, that was open last; "" for none."""
        return self._preferences.open_lesson

    def step(self, lesson: Lesson, path: Path | None) -> int:
        """Return the step to go on at, from 0."""
        place = self._preferences.lesson_step(lesson_key(lesson, path))
        return place if 0 <= place < len(lesson.steps) else 0

    def result(self, lesson: Lesson, path: Path | None) -> LessonResult:
        """Return how far a lesson is."""
        return LessonResult(self.step(lesson, path), self._preferences.is_lesson_done(lesson_key(lesson, path)))

    def set_result(self, lesson: Lesson, path: Path | None, result: LessonResult) -> None:
        """Note how far a lesson is."""
        key = lesson_key(lesson, path)
        self._preferences.set_lesson_step(key, result.step)
        self._preferences.set_lesson_done(key, result.is_done)

    def title(self, lesson: Lesson, path: Path | None) -> str:
        """Return a lesson's title, with a tick if it is done, or how far it is."""
        if self._preferences.is_lesson_done(lesson_key(lesson, path)):
            return f"✓ {lesson.title}"
        place = self.step(lesson, path)
        return f"{lesson.title}, step {place + 1} of {len(lesson.steps)}" if place else lesson.title


def lesson_key(lesson: Lesson, path: Path | None) -> str:
    """Return what a lesson is remembered by: the key of one that comes with the program, the path of a file."""
    return lesson.key if path is None else str(path.absolute())
