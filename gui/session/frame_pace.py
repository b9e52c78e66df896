"""How often a window looks at a run that trains: often enough to be lively, and seldom enough not to slow it down.

Python runs one thread at a time, so at full speed whatever the window does is taken from training, and a panel that
costs more is shown less often. At a pace that leaves training idle time nothing is taken from it.
"""

from time import thread_time

FRAME_MILLISECONDS = 40
"""From one look at the run to the next while training keeps to a pace."""

FLAT_OUT_MILLISECONDS, LONGEST_MILLISECONDS = 160, 600
"""The same at full speed: at least, and at most."""

SHARE = 0.04
"""Of one processor that the thread of the window may take at full speed, as far as that lies between the two."""


class FramePace:
    """Finds the time to the next look by what the window has done since the last.

    What counts is the time of the processor: a machine that others keep busy does not make a panel dearer.
    """

    def __init__(self) -> None:
        self._spent = thread_time()

    def begin(self) -> None:
        """Count from now on; called, as all of this, in the thread of the window."""
        self._spent = thread_time()

    def milliseconds(self, *, flat_out: bool) -> int:
        """Return the time to the next look, counted from this one."""
        spent, self._spent = thread_time() - self._spent, thread_time()
        if not flat_out:
            return FRAME_MILLISECONDS
        return min(max(round(1000 * spent / SHARE), FLAT_OUT_MILLISECONDS), LONGEST_MILLISECONDS)
