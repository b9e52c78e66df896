"""Where the program keeps what it can make or fetch again: each operating system has a folder for that.

Everything in the cache folder may be deleted at any time; the program then rebuilds it or offers to download it again.
"""

import os
from pathlib import Path

CACHE_VARIABLE = "MNIST_ANN_CACHE"
"""Environment variable that names another cache folder, for computers whose home folders are small or shared."""


def cache_folder() -> Path:
    r"""Return the folder for caches and downloads; it need not exist yet.

    That is ``~/.cache/mnist-ann`` on Linux, ``~/Library/Caches/mnist-ann`` on macOS and
    ``%LOCALAPPDATA%\mnist-ann\Cache`` on Windows, unless the environment variable `CACHE_VARIABLE` names another.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return platformdirs.user_cache_path("mnist-ann", appauthor=False)


def data_folder() -> Path:
    """Return the folder for what the user has made and the program keeps; it need not exist yet."""
    import platformdirs

    return platformdirs.user_data_path("mnist-ann", appauthor=False)


def own_lessons_folder() -> Path:
    """Return the folder for lessons of the user's own; it need not exist yet."""
    return data_folder() / "lessons"


def mnist_folder() -> Path:
    """Return the folder for the MNIST that the program downloads; it need not exist yet."""
    return cache_folder() / "mnist"
