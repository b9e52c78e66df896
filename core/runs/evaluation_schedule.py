"""When a run looks at its test set while it trains.

Early on at every power of two, where the curves change fastest; later as often as fits into a share of the time. How
long a look takes depends on the machine, so which updates have test metrics does as well. Training itself does not.
"""

from time import perf_counter

SHARE = 0.1
"""Share of the time that a run may spend looking at the test set."""

EARLY_UPDATES = 512
"""Up to this update every power of two is looked at."""


class EvaluationSchedule:
    """Spaces the looks at the test set.

    Parameters
    ----------
    share : float
        Share of the time that they may take; 0 asks for none.
    """

    def __init__(self, share: float = SHARE) -> None:
        self.share = share
        self._next_look = 0.0

    def is_due(self, update: int) -> bool:
        """Tell whether it is time for a look after so many updates."""
        if not self.share:
            return False
        is_early = update <= EARLY_UPDATES and update & (update - 1) == 0
        return is_early or perf_counter() >= self._next_look

    def looked(self, seconds: float) -> None:
        """Take note of a look that has just ended and took so long."""
        if self.share:
            self._next_look = perf_counter() + seconds * (1 / self.share - 1)
