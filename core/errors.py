"""What can go wrong through no fault of the program, said in one sentence that a user can act on.

The text of every error here is shown to the user as it stands: which file, which row and column, what was expected,
what to do.
"""

_LONGEST = 60


def quoted(value: object) -> str:
    """Return a value that makes no sense as messages show it: with quotes where it is a text, and not all of a book."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class UserError(Exception):
    """Something the user can mend; ``str(error)`` is one clear sentence."""


class ConfigError(UserError):
    """A training configuration holds a value that makes no sense."""


class DataError(UserError):
    """A data file cannot be read, or does not hold 28x28 images with labels from 0 to 9."""


class DownloadError(DataError):
    """A download failed on every mirror."""


class DivergedError(UserError):
    """Training diverged: the loss exploded or is no number any more.

    Attributes
    ----------
    update : int
        The update whose batch was answered so.
    """

    def __init__(self, sentence: str, update: int) -> None:
        super().__init__(sentence)
        self.update = update


class ModelFileError(UserError):
    """A model file cannot be read or written, or does not hold what a network needs."""


class RecipeFileError(UserError):
    """A recipe file cannot be read or written, or does not fit the data."""


class RunFileError(UserError):
    """A kept run cannot be read or written, or does not hold what a run needs."""


class SessionFileError(UserError):
    """What a window left for the next start cannot be read or written."""


class ProjectFileError(UserError):
    """A project cannot be read or written, or holds what no project has."""


class LessonError(UserError):
    """A lesson file holds something that the program does not understand."""


class ImageError(UserError):
    """An image file cannot be read or written, or holds nothing that could be a digit."""


class CancelledError(Exception):
    """The user cancelled; raised by a progress callback to unwind whatever was under way."""
