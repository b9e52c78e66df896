"""Keyframes: states of a run kept on the way, from which any update can be reached again by replaying a few.

They share a memory budget. When it is spent, every second keyframe is dropped and the distance between new ones
doubles, so that they always lie evenly over the run, however long it becomes. A run of few, slow updates, such as full
batch, keeps all of them and never has to make one again; one of many starts with some distance between them, because
memory that was never used before makes a keyframe as dear as half an update.
"""

from bisect import bisect_right

from core.training.trainer import TrainingState

KEYFRAME_BUDGET = 64 * 2**20
"""Bytes that the keyframes of one run may take."""

FEWEST = 4
"""So many are kept whatever they cost, and every second of one more: a very large network too has three at least."""

ENOUGH = 512
"""A run of more updates than this does not keep them all."""

WIDEST_START = 256
"""Updates between keyframes at the start of a long run: few enough to be made again in no time."""


class Keyframes:
    """States of one run in the order of their updates; the first is always that of update 0.

    One thread adds, any thread looks up: a list that others may be reading only grows, and thinning makes a new one.

    Attributes
    ----------
    interval : int
        Updates from one keyframe to the next.
    nbytes : int
        Memory that the kept states take.
    """

    def __init__(self, budget: int = KEYFRAME_BUDGET, fewest: int = FEWEST) -> None:
        self.budget = budget
        self._fewest = fewest
        self.interval = 1
        self.nbytes = 0
        self._states: list[TrainingState] = []

    @classmethod
    def of_run(cls, first: TrainingState, updates: int) -> "Keyframes":
        """Return keyframes that begin with the first state of a run which is to make so many updates."""
        keyframes = cls()
        while keyframes.interval < WIDEST_START and updates > ENOUGH * keyframes.interval:
            keyframes.interval *= 2
        keyframes.offer(first)
        return keyframes

    def __len__(self) -> int:
        return len(self._states)

    @property
    def updates(self) -> tuple[int, ...]:
        """The updates of the kept states, ascending."""
        return tuple(state.update for state in self._states)

    @property
    def states(self) -> tuple[TrainingState, ...]:
        """The kept states, ascending; none of them ever changes."""
        return tuple(self._states)

    def offer(self, state: TrainingState) -> None:
        """Keep a copy of a state if its turn has come."""
        if state.update % self.interval:
            return
        self._states.append(state.frozen())
        self.nbytes += state.nbytes
        while self.nbytes > self.budget and self.thin():
            pass

    def thin(self) -> bool:
        """Drop every second state and keep new ones at twice the distance; return False where they are too few."""
        if len(self._states) <= self._fewest:
            return False
        self.interval *= 2
        self._keep([kept for kept in self._states if kept.update % self.interval == 0])
        return True

    def before(self, update: int) -> TrainingState:
        """Return the last kept state at or before an update; not to be changed."""
        states = self._states
        return states[bisect_right(states, update, key=lambda state: state.update) - 1]

    def until(self, update: int) -> "Keyframes":
        """Return keyframes of their own that share the states up to an update."""
        past = Keyframes(self.budget, self._fewest)
        past.interval = self.interval
        past._keep([state for state in self._states if state.update <= update])
        return past

    def _keep(self, states: list[TrainingState]) -> None:
        self._states = states
        self.nbytes = sum(state.nbytes for state in states)
