"""A virtual screen with a window manager, and a hand on its mouse and keyboard."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pytest
from PIL import ImageGrab

Found = TypeVar("Found")

TOOLS = ("Xvfb", "openbox", "xdotool")


class Screen:
    """A screen that a test looks at and types into; made by `open_screen`."""

    def __init__(self, display: str) -> None:
        self.display = display

    def look(self) -> np.ndarray:
        """Return a picture of the whole screen: uint8 (H, W, 3)."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def do(self, *words: object) -> str:
        """Let xdotool do something and return what it prints."""
        command = ["xdotool", *map(str, words)]
        environment = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.strip()

    def click(self, x: int, y: int) -> None:
        """Press and release the left button at a place."""
        self.do("mousemove", x, y, "click", 1)

    def drag(self, places: list[tuple[int, int]]) -> None:
        """Draw a stroke through places with the left button down."""
        (x, y), *others = places
        self.do("mousemove", x, y, "mousedown", 1)
        for x, y in others:
            self.do("mousemove", x, y)
            time.sleep(0.01)
        self.do("mouseup", 1)

    def find_window(self, title: str) -> str:
        """Wait for a window to appear and return its number."""
        return self.do("search", "--sync", "--onlyvisible", "--name", title).splitlines()[0]


def wait_for(what: str, look: Callable[[], Found], seconds: float = 30.0) -> Found:
    """Look again and again until something is found, and return it; fail where it does not come."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.1)


@contextlib.contextmanager
def open_screen(width: int = 1600, height: int = 1000) -> Iterator[Screen]:
    """Start a virtual screen with a window manager; skip the test where the programs for it are missing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; make test-window installs them where it may")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    with contextlib.ExitStack() as stack:
        server = _start(stack, command, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, f"Xvfb ended with {server.poll()}"
        screen = Screen(f":{number}")
        _start(stack, ["openbox"], env=os.environ | {"DISPLAY": screen.display})
        yield screen


def _start(stack: contextlib.ExitStack, command: list[str], **options) -> subprocess.Popen[bytes]:
    """Start a program that ends with the stack."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process
