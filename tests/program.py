"""Running the program as a user does: a process of its own, with its output and its exit code."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAIN = Path(__file__).parents[1] / "main.py"


def run_main(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run main.py to its end."""
    command = [sys.executable, str(MAIN), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


@contextmanager
def started_main(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start main.py with pipes to read from, and end it with the block, whatever becomes of the test.

    Ctrl+C reaches it: a shell has what it starts in the background ignore SIGINT, which children inherit.
    """
    command = [sys.executable, str(MAIN), *map(str, arguments)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()


def run_json(*arguments: object, **options: Any) -> dict[str, Any]:
    """Run a command with --json that has to succeed, and return what it prints last."""
    done = run_main(*arguments, "--json", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def refusal(*arguments: object, **options: Any) -> str:
    """Run a command that has to be refused with exit code 2, and return its last line of complaint."""
    done = run_main(*arguments, **options)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def without_display(**changes: str) -> dict[str, str]:
    """Return the environment of a machine with no display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in hidden} | changes
