"""What may stand on the command line.

Words and numbers are only taken apart here. Whether they make sense is for `core.training.config.TrainingConfig` and
the readers to say, in the same sentences that the window shows.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.data.readers.formats import names_text
from core.system.paths import exists
from core.system.program_name import program_name
from core.training.config import SETTINGS
from core.training.presets import PRESETS
from core.training.setting import Choices, LayerList, Number, Setting, Whole
from core.version import VERSION

DATA_HELP = f"{names_text()}, or 'builtin'; twice where images and labels lie apart"
_OPEN = "open"
"""The command that stands before the names of files where none is written."""

MODEL_HELP = "a saved .npz file, or the common prefix of the four .npy files of the original notebook"


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Take the command line apart.

    Returns
    -------
    argparse.Namespace
        ``command`` is "train", "evaluate", "predict", "lesson", or None for the window; the rest is named as the
        options are.

    Raises
    ------
    SystemExit
        With code 2 and a sentence on standard error where the arguments make no sense; with 0 after ``--help``.
    """
    parser = argparse.ArgumentParser(
        prog=program_name(),
        description="Watch a neural network learn handwritten digits. Without a command, the window opens, with the "
        "files named: data, a network, a recipe, a project, a lesson or an image.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"MNIST_ANN {VERSION}")
    _add_window_options(parser)
    commands = parser.add_subparsers(dest="command", metavar="{train,evaluate,predict,lesson} or FILE...")
    _add_train(commands.add_parser("train", help="train a network without a window", allow_abbrev=False))
    _add_evaluate(commands.add_parser("evaluate", help="measure a network on a test set", allow_abbrev=False))
    _add_predict(commands.add_parser("predict", help="read digits from images", allow_abbrev=False))
    _add_lesson(commands.add_parser("lesson", help="read a lesson file, and try it out", allow_abbrev=False))
    opened = commands.add_parser(_OPEN, prog=program_name(), allow_abbrev=False)
    opened.add_argument("files", type=_existing, nargs="+", metavar="FILE")
    parser.set_defaults(files=[])
    parsed, unknown = parser.parse_known_args(_with_command(arguments, parser, tuple(commands.choices)))
    if unknown:
        # The command's own usage names what it knows; that of the whole program does not.
        commands.choices.get(parsed.command, parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    parsed.command = None if parsed.command == _OPEN else parsed.command
    return parsed


def _with_command(arguments: Sequence[str], parser: argparse.ArgumentParser, commands: Sequence[str]) -> list[str]:
    """Put `_OPEN` before words that are neither options nor values of options, unless the first is a command."""
    takes_value = {word for action in parser._actions if action.nargs is None for word in action.option_strings}
    options: list[str] = []
    files: list[str] = []
    words = iter(arguments)
    for word in words:
        if word.startswith("-"):
            options += [word, next(words, "")] if word in takes_value else [word]
        elif not files and word in commands:
            return list(arguments)
        else:
            files.append(word)
    return [*options, _OPEN, *files] if files else list(arguments)


def _existing(text: str) -> Path:
    path = _path(text)
    try:
        found = exists(path)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text[:200]!r} cannot be opened ({error.strerror or error})") from error
    if not found:
        raise argparse.ArgumentTypeError(f"there is neither a command nor a file {text!r}")
    return path.absolute()


def _path(text: str) -> Path:
    return Path(_named(text))


def _named(text: str) -> str:
    """Refuse an empty name, as of a variable that a script did not set: it would stand for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a file, and it is empty")
    return text


def _add_window_options(parser: argparse.ArgumentParser) -> None:
    window = parser.add_argument_group("the window")
    window.add_argument("--screenshot", type=_path, metavar="FILE", help="save the window as a PNG, then exit")
    window.add_argument(
        "--after", type=_seconds, default=1.0, metavar="SECONDS", help="wait before the image is taken (1)"
    )
    window.add_argument("--autostart", action="store_true", help="begin to train at once")
    window.add_argument("--anew", action="store_true", help="begin without what was left at the end of the program")
    window.add_argument("--tab", metavar="NAME", help="the tab to show first, by its title")
    window.add_argument("--size", type=_size, metavar="WxH", help="size of the window, such as 1440x900")
    launcher = window.add_mutually_exclusive_group()
    launcher.add_argument("--install-launcher", action="store_true", help="put the program into the desktop's menu")
    launcher.add_argument("--remove-launcher", action="store_true", help="take it out of the menu again")
    window.add_argument("--theme", choices=("light", "dark", "contrast"), help="instead of the system's")


def _add_train(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("data")
    data.add_argument(
        "--train-data",
        action=_Source,
        metavar="F",
        help=f"{DATA_HELP}; by default MNIST if it is here, else builtin",
    )
    data.add_argument(
        "--test-data",
        action=_Source,
        metavar="F",
        help="likewise; by default what belongs to the training data",
    )
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--preset", choices=tuple(PRESETS), default="default", help="settings to start from")
    length = recipe.add_mutually_exclusive_group()
    for name, declared in SETTINGS.items():
        option = f"--{(declared.option or name).replace('_', '-')}"
        (length if name in ("epochs", "updates") else recipe).add_argument(
            option, default=argparse.SUPPRESS, dest=name, help=declared.help, **_takes(declared)
        )
    parser.add_argument("--out", type=_path, metavar="M.npz", help="save the trained network there")
    _add_json(parser)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=_path, metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--test-data",
        action=_Source,
        metavar="F",
        help=f"{DATA_HELP}; by default MNIST if it is here, else builtin",
    )
    parser.add_argument(
        "--without",
        type=_units,
        default=(),
        metavar="L:J[,L:J...]",
        help="switch off unit J, counted from 0, of hidden layer L, counted from 1",
    )
    parser.add_argument(
        "--fool",
        type=_gray_levels,
        metavar="G",
        help="change every pixel by G gray levels, of 255, in the direction that raises its image's loss",
    )
    _add_json(parser)


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=_path, metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "images",
        type=_path,
        nargs="+",
        metavar="IMAGE",
        help="an image of one digit, dark on light or light on dark; a folder of them; or, with --out, a file of many",
    )
    parser.add_argument(
        "--out", type=_path, metavar="FILE.csv", help="read a whole file such as Kaggle's test.csv: ImageId,Label"
    )
    _add_json(parser)


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=_named, metavar="FILE", help="a lesson file, or the name of one that comes with the program"
    )
    parser.add_argument(
        "--try", dest="try_", action="store_true", help="train every set-up, and say what each ends with"
    )
    parser.add_argument("--train-data", action=_Source, metavar="F", help=f"{DATA_HELP}; by default builtin")
    parser.add_argument(
        "--test-data",
        action=_Source,
        metavar="F",
        help="likewise; by default what belongs to the training data",
    )
    _add_json(parser)


class _Source(argparse.Action):
    """Keeps one source as it is, and two, images and labels that lie apart, as a list."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        try:
            _named(str(values))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from error
        before = getattr(namespace, self.dest)
        together = [*(before if isinstance(before, list) else [before]), values]
        setattr(namespace, self.dest, values if before is None else together)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")


def _layers(text: str) -> tuple[int, ...]:
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        return tuple(int(units) for units in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected numbers of units such as 128,64, or 'none'") from None


def _layer_list(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a list of layers such as 'conv 8 5x5, pool 2, 10'")
    return text


def _takes(setting: Setting) -> dict[str, Any]:
    """Return how argparse takes a setting's value apart."""
    match setting:
        case Choices():
            return {"choices": tuple(choice.value for choice in setting.choices)}
        case Number():
            return {"type": float, "metavar": "X"}
        case Whole(none="full"):
            return {"type": _number_or_full, "metavar": "N|full"}
        case Whole():
            return {"type": int, "metavar": "N"}
        case LayerList():
            return {"type": _layer_list, "metavar": "LAYERS"}
    return {"type": _layers, "metavar": "N[,N...]"}


def _number_or_full(text: str) -> int | None:
    if text.strip().lower() == "full":
        return None
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number, or 'full'") from None


def _units(text: str) -> tuple[tuple[int, int], ...]:
    units = []
    for pair in text.split(","):
        layer, colon, unit = pair.strip().partition(":")
        if not (colon and layer.isascii() and layer.isdigit() and unit.isascii() and unit.isdigit()):
            raise argparse.ArgumentTypeError(f"{text!r}: expected layers with units, such as 1:3 or 1:3,1:7")
        units.append((int(layer), int(unit)))
    return tuple(units)


def _gray_levels(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 255):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number of gray levels from 0 to 255")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected width and height such as 1440x900") from None
    if not (0 < width <= 16_384 and 0 < height <= 16_384):
        raise argparse.ArgumentTypeError(f"{text!r}: expected sides from 1 to 16384")
    return width, height


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number of seconds, 0 or more")
    return seconds
