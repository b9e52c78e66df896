"""``python -m mnist_ann``."""

import sys

from mnist_ann import run

sys.exit(run())
