"""Where sentences go, however the program was started; needs nothing but the standard library.

From a terminal that is standard error. After a double click there is no terminal, and on Windows ``pythonw`` has not
even the streams: then a message box has to say why no window comes up.

This module has to load under any Python 3, because it also tells users that theirs is too old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from threading import Thread
from typing import TextIO

TITLE = "MNIST_ANN"

_DIALOGS = {
    "zenity": ["--info", "--no-markup", "--title", TITLE, "--text"],
    "kdialog": ["--title", TITLE, "--msgbox"],
    "xmessage": ["-center"],
    "notify-send": [TITLE],
}
"""Programs of Linux desktops that show a sentence, the best first, and what stands before the sentence."""


def prepare_streams() -> None:
    """Make standard output and error safe to write to.

    Under ``pythonw`` both are None. In a console with an old code page, a file name that the page lacks would end the
    program with a UnicodeEncodeError: such letters are written as escapes instead.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Write to standard error; where that cannot be, as on a full disk, nothing more goes there and work goes on."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # Python would try to write the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def refuse(sentence: str) -> None:
    """Write why the window cannot open to standard error, and show it where nobody would read that.

    So on Windows always: the console that a double click opens goes with the program, before anybody has read it.
    """
    tell(sentence + "\n")
    if os.name == "nt" or not has_terminal():
        show_message(sentence)


def show_message(sentence: str) -> None:
    """Show a sentence in a message box of the desktop, without Qt and without waiting; do nothing where none can be."""
    if os.name == "nt":
        import ctypes

        arguments = (None, sentence, TITLE, 0)
        Thread(target=ctypes.windll.user32.MessageBoxW, args=arguments).start()  # type: ignore[attr-defined]
        return
    command = _dialog_command(sentence)
    if command is not None:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _dialog_command(sentence: str) -> list[str] | None:
    if sys.platform == "darwin":
        # The sentence is an argument, so that nothing in it can be taken for AppleScript.
        script = f'display dialog (item 1 of argv) with title "{TITLE}" with icon note buttons {{"OK"}}'
        return ["osascript", "-e", "on run argv", "-e", script, "-e", "end run", sentence]
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    for program, words in _DIALOGS.items():
        path = shutil.which(program)
        if path is not None:
            return [path, *words, sentence]
    return None


def has_terminal() -> bool:
    """Tell whether a person sees standard error; one stream in a terminal means that the others were led elsewhere."""
    return any(map(_is_terminal, (sys.stdin, sys.stdout, sys.stderr)))


def _is_terminal(stream: TextIO | None) -> bool:
    # On Windows the null device, which stands in for streams that are not there, passes for a terminal.
    return stream is not None and stream.isatty() and getattr(stream, "name", "") != os.devnull
