"""What another window does meanwhile, over and over."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def meanwhile(work: Callable[[], object], pause: float = 0.002) -> Iterator[None]:
    """Do something over and over on a thread of its own, and raise what it raised.

    Parameters
    ----------
    work : callable
        What is done.
    pause : float
        Seconds between two turns, in which others get their own.
    """
    ended, errors = Event(), []

    def go_on() -> None:
        try:
            while not ended.wait(pause):
                work()
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    thread = Thread(target=go_on)
    interval = sys.getswitchinterval()
    # Threads change places in the middle of everything.
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        sys.setswitchinterval(interval)
    for error in errors:
        raise error
