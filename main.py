#!/usr/bin/env python3
"""MNIST_ANN: watch a neural network learn handwritten digits.

``main.py`` opens the window; ``main.py train``, ``evaluate`` and ``predict`` work without one. See ``main.py --help``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.system.launch import ensure_environment, limit_blas_threads

if TYPE_CHECKING:
    import argparse


def main() -> int:
    """Do what the command line says and return the exit code."""
    from core.commands.arguments import parse_arguments
    from core.commands.session import guard, run_command
    from core.system.logging_setup import start_logging

    arguments = parse_arguments(sys.argv[1:])
    start_logging()
    if arguments.command is None:
        return guard(lambda: open_window(arguments))
    return run_command(arguments)


def open_window(arguments: argparse.Namespace) -> int:
    """Open the window where that is possible; else say why not and return 2."""
    from gui.preflight import choose_platform, find_obstacle

    if arguments.screenshot and choose_platform(os.environ) is None:
        # A picture of the window needs no display.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    obstacle = find_obstacle()
    if obstacle is not None:
        sys.stderr.write(f"{obstacle}\n")
        return 2
    from gui.app import run

    return run(
        screenshot=arguments.screenshot,
        after=arguments.after,
        autostart=arguments.autostart,
        tab=arguments.tab,
        size=arguments.size,
        theme=arguments.theme,
    )


if __name__ == "__main__":
    limit_blas_threads()
    ensure_environment(Path(__file__).resolve())
    sys.exit(main())
