"""Running one command: its result goes to standard output, progress and complaints go to standard error.

Exit codes: 0 done, 2 what was asked for makes no sense, cannot be read, or does not fit the disk or the memory, 130
interrupted by the user, 1 the program itself is at fault.
"""

import argparse
import contextlib
import json
import logging
import math
import os
import sys
from collections.abc import Callable
from typing import Any

from core.errors import UserError
from core.system.logging_setup import describe_internal_error
from core.system.standard_streams import tell
from core.text.terminal_text import plain

logger = logging.getLogger(__name__)

OK, FAULT, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def run_command(arguments: argparse.Namespace) -> int:
    """Run the command that the arguments name, print its outcome, and return the exit code."""
    # Imported one by one, because none needs all that the others do.
    match arguments.command:
        case "train":
            from core.commands.train import train as command
        case "evaluate":
            from core.commands.evaluate import evaluate_model as command
        case "lesson":
            from core.commands.lesson import try_out as command
        case _:
            from core.commands.submission import is_submission

            if is_submission(arguments):
                from core.commands.submission import predict_submission as command
            else:
                from core.commands.predict import predict_images as command

    def work() -> int:
        outcome = command(arguments)
        for sentence in (*outcome.notes, *outcome.complaints):
            complain(sentence)
        printed = {**outcome.result, "notes": outcome.notes}
        text = json.dumps(_finite(printed), allow_nan=False) if arguments.json else plain(outcome.text)
        sys.stdout.write(f"{text}\n" if text else "")
        sys.stdout.flush()
        return BAD_INPUT if outcome.complaints else OK

    return guard(work)


def guard(work: Callable[[], int]) -> int:
    """Run ``work`` and return its exit code; turn what it raises into a sentence and a code of its own."""
    try:
        return work()
    except UserError as error:
        logger.info("refused", exc_info=error)
        complain(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone.
        _drop_output()
        return OK
    except (OSError, MemoryError) as error:
        logger.exception("the system refused")
        complain(describe_internal_error(error))
        _drop_output()
        return BAD_INPUT
    except Exception as error:
        logger.exception("the command failed")
        complain(describe_internal_error(error))
        return FAULT


def _drop_output() -> None:
    """Send what is left of the output nowhere, so that Python does not complain about it at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(sentence: str) -> None:
    """Write a sentence to standard error."""
    tell(f"{plain(sentence)}\n")


def _finite(value: Any) -> Any:
    """Replace what JSON cannot hold, infinity and not-a-number, by null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
