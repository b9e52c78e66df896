"""``main.py predict MODEL test.csv --out submission.csv``: a whole file of images read, and the answers for Kaggle.

The competition "Digit Recognizer" (https://www.kaggle.com/competitions/digit-recognizer) gives images without labels,
and wants a file of two columns back, ``ImageId`` from 1 on and ``Label``.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np

from core.commands.outcome import Outcome
from core.commands.progress_line import ProgressLine
from core.data.data_sources import load_images
from core.data.readers.formats import is_data_file
from core.errors import DataError
from core.files.notebook_files import load_any_model
from core.network.arrays import CLASSES
from core.network.prediction import predict
from core.system.atomic_file import save_file

HEADING = "ImageId,Label"


def is_submission(arguments: argparse.Namespace) -> bool:
    """Tell whether ``predict`` is asked to read a file of data, and not images one by one."""
    return arguments.out is not None or (len(arguments.images) == 1 and is_data_file(arguments.images[0]))


def predict_submission(arguments: argparse.Namespace) -> Outcome:
    """Read all images of a file, and write the answers as Kaggle wants them.

    Returns
    -------
    Outcome
        ``file``, ``out``, how many ``images``, and the ``counts`` of each answer.

    Raises
    ------
    UserError
        If the model or the images cannot be read, or the answers cannot be written.
    """
    if len(arguments.images) != 1:
        raise DataError("--out takes one file of images, such as Kaggle's test.csv; name no other.")
    source: Path = arguments.images[0]
    if arguments.out is None:
        raise DataError(
            f"{source.name} is a file of many images; say where their labels are to be written: --out submission.csv"
        )
    out: Path = arguments.out
    _check_destination(out, source)
    network = load_any_model(arguments.model).network
    with ProgressLine() as report:
        images = load_images(source, report)
        answers = predict(network, images.pixels).argmax(axis=1)
    text = "".join(f"{number},{answer}\n" for number, answer in enumerate(answers.tolist(), start=1))
    with save_file(out, DataError) as file:
        file.write(f"{HEADING}\n{text}".encode("ascii"))
    result: dict[str, Any] = {
        "file": str(source),
        "out": str(out),
        "images": len(answers),
        "counts": np.bincount(answers, minlength=CLASSES).tolist(),
    }
    return Outcome(result, f"{len(answers):,} images read; labels written to {out}", notes=list(images.notes))


def _check_destination(out: Path, source: Path) -> None:
    """Find out beforehand what would keep the answers from being written."""
    if out.is_dir():
        raise DataError(f"{out} is a folder; name a file for the labels, such as submission.csv.")
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise DataError(f"There is no folder {out.parent} that may be written to; name another for the labels.")
    if out.exists() and source.exists() and out.samefile(source):
        raise DataError(f"{out} holds the images; name another file for their labels.")
