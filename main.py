#!/usr/bin/env python3
"""MNIST_ANN: watch a neural network learn handwritten digits.

``main.py`` opens the window; ``main.py train``, ``evaluate`` and ``predict`` work without one. See ``main.py --help``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.system.launch import ensure_environment, limit_blas_threads, spare_children
from core.system.standard_streams import prepare_streams, refuse

if TYPE_CHECKING:
    import argparse


def main() -> int:
    """Do what the command line says and return the exit code."""
    from core.commands.arguments import parse_arguments
    from core.commands.session import guard, run_command
    from core.system.freed_memory import limit_pools
    from core.system.leftovers import clear_own_leftovers
    from core.system.logging_setup import start_logging

    arguments = parse_arguments(sys.argv[1:])
    limit_pools()
    start_logging()
    clear_own_leftovers()
    if arguments.install_launcher or arguments.remove_launcher:
        return guard(lambda: change_launcher(remove=arguments.remove_launcher))
    if arguments.command is None:
        return guard(lambda: open_window(arguments))
    return run_command(arguments)


def open_window(arguments: argparse.Namespace) -> int:
    """Open the window where that is possible; else say why not and return 2."""
    from gui.preflight import choose_platform, find_obstacle

    if arguments.screenshot and sys.platform.startswith("linux") and choose_platform(os.environ) is None:
        # A picture of the window needs no display. (On Windows, Qt finds no fonts without one.)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    obstacle = find_obstacle()
    if obstacle is not None:
        refuse(obstacle)
        return 2
    from gui.app import run

    return run(
        screenshot=arguments.screenshot,
        after=arguments.after,
        autostart=arguments.autostart,
        tab=arguments.tab,
        size=arguments.size,
        theme=arguments.theme,
        files=arguments.files,
        anew=arguments.anew,
    )


def change_launcher(*, remove: bool) -> int:
    """Put the program into the desktop's menu, or take it out again."""
    from core.system.launcher import install_launcher, remove_launcher, start_command

    if remove:
        path = remove_launcher()
        sys.stdout.write(f"Removed {path}\n" if path else "There is no menu entry of the program.\n")
        return 0
    main_file = Path(__file__).resolve()
    path = install_launcher(start_command(main_file), main_file.parent / "resources" / "icons")
    sys.stdout.write(f"MNIST_ANN is in the menu now: {path}\n")
    return 0


def start() -> int:
    """Get ready what NumPy and Qt need, then do what the command line says."""
    prepare_streams()
    spare_children()
    limit_blas_threads()
    ensure_environment(Path(__file__).resolve())
    return main()


if __name__ == "__main__":
    sys.exit(start())
