"""MNIST_ANN as an installed program: the files of its folder, and the command that starts them."""

import sys
from pathlib import Path


def run() -> int:
    """Do what ``main.py`` does, with the words of this command line."""
    # Inside, the program calls its parts core and gui, as in a checkout.
    sys.path.insert(0, str(Path(__file__).parent))
    from main import start

    return start()
