"""Where data came from, and what was done to them by hand: enough to load the same data again."""

from dataclasses import dataclass

from core.data.adjustment import Adjustment
from core.data.data_sources import load_default, load_files
from core.data.dataset import DataPair
from core.progress import Report, ignore_progress

_UNCHANGED = Adjustment()


@dataclass(frozen=True)
class DataSource:
    """Files of data, the word "builtin", or what the program finds by itself.

    Attributes
    ----------
    paths : tuple of str
        Paths of files or folders that belong together, the word "builtin", or nothing where the program looks for
        MNIST itself.
    adjustment : Adjustment
        What is done to all images by hand.
    """

    paths: tuple[str, ...] = ()
    adjustment: Adjustment = _UNCHANGED

    def __call__(self, report: Report = ignore_progress) -> DataPair:
        """Load the data, and adjust them.

        Raises
        ------
        DataError
            If they are missing or cannot be used.
        """
        loaded = load_files(self.paths, report) if self.paths else load_default(report)
        return self.adjustment.apply(loaded)
