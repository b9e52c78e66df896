"""One page of a lesson: what is read, what is set up, where to look, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent

BUILTIN_DATA, OPEN_DATA = "builtin", "open"

TABS: tuple[str, ...] = ("Training", "Network", "Step through", "Evaluate", "Runs", "Samples")
"""Tabs of the window that a step can bring to the front."""

FULL_SPEED = "max"
"""Stands in lesson files for as fast as the machine goes."""

MEASURES: tuple[str, ...] = (
    "accuracy",
    "loss",
    "train_accuracy",
    "train_loss",
    "dead_units",
    "updates",
    "diverged_at",
)
"""What a step can say of the end of its run, see `core.lessons.trial.SetUpTrial`; for MNIST with "mnist_" before it."""


@dataclass(frozen=True)
class Question:
    """What a step asks.

    Attributes
    ----------
    text : str
        The question.
    choices : tuple of str
        Possible answers.
    answers : frozenset of int
        The places of those that are right, from 0; at least one.
    explanation : str
        Why; told once a right answer was given.
    replies : tuple of str
        What is said of each choice, "" where nothing of its own is; as many as ``choices``.
    """

    text: str
    choices: tuple[str, ...]
    answers: frozenset[int]
    explanation: str
    replies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """One page of a lesson.

    Attributes
    ----------
    text : str
        Markdown, with formulas between dollar signs: see `core.text.formula`.
    look : str
        Where to look: a name that `core.lessons.look.LOOK` knows, or "".
    config : TrainingConfig or None
        Settings to begin a new run with.
    turns : tuple of KnobEvent
        Settings that change on the way.
    data : {"open", "builtin"}
        The data that are open, or the built-in digits.
    images : int or None
        Use only the first so many training images.
    shuffled : bool
        Whether the pixels of all images change places, in all in the same way.
    moved : int
        By how many pixels the test images move to the right.
    image : int or None
        Test image to show in the drawing box, counted from 0.
    speed : float or str or None
        Updates a second, `FULL_SPEED`, or None to leave the speed as it is.
    tab : str
        One of `TABS` to bring to the front, or "".
    bug : str
        A key of `core.lessons.bugs.BUGS` for the gradient check, or "".
    question : Question or None
        To be answered.
    expect : mapping of str to pair of float
        Lowest and highest metric that the run of this step may end with, by the names in `MEASURES`.
    """

    text: str
    look: str = ""
    config: TrainingConfig | None = None
    turns: tuple[KnobEvent, ...] = ()
    data: str = OPEN_DATA
    images: int | None = None
    shuffled: bool = False
    moved: int = 0
    image: int | None = None
    speed: float | str | None = None
    tab: str = ""
    bug: str = ""
    question: Question | None = None
    expect: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def sets_up(self) -> bool:
        """Whether there is anything to set up."""
        return self.sets_up_window or bool(self.bug)

    @property
    def sets_up_window(self) -> bool:
        """Whether there is anything to set up apart from the bug."""
        return self.config is not None or bool(self.tab) or self.speed is not None or self.image is not None
