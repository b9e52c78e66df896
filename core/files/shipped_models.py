"""The networks that come with the program, so that a drawing is understood before anything is trained.

Each is a recipe: MNIST, so many generated digits beside it, a configuration with its seed. MNIST was collected in the
USA and hardly knows a crossed 7 or a 1 with a long upstroke; the digits of `core.data.synthetic.builtin_digits` do.

``python -m core.files.shipped_models FOLDER`` (``make models MNIST=FOLDER``) trains them again from the MNIST files in
a folder and says how good they are. docs/models.md holds the metrics.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from types import MappingProxyType

import numpy as np
from numpy.typing import DTypeLike

from core.data.data_sources import load_pair
from core.data.dataset import DataPair, Dataset
from core.data.synthetic.builtin_digits import generate_digits
from core.data.synthetic.digit_shapes import ALLOGRAPHS, RARE_ALLOGRAPHS, Allograph
from core.data.synthetic.handwriting import Hand
from core.errors import DataError
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.network.network import Network
from core.progress import Report, ignore_progress
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import Trainer

FOLDER = Path(__file__).parents[2] / "resources" / "models"

# Other seeds than those of the built-in digits, which must stay unseen.
_SYNTHETIC_SEED = 8


@dataclass(frozen=True, kw_only=True)
class ShippedModel:
    """A network that comes with the program.

    Attributes
    ----------
    title : str
        What the user calls it.
    sentence : str
        What it is good for.
    synthetic : int
        How many generated digits it saw beside the 60,000 of MNIST.
    allographs : tuple of Allograph
        The ways in which these are written.
    hand : Hand
        How much their handwriting varies.
    config : TrainingConfig
        How it was trained.
    dtype : float32 or float16
        How its parameters are stored.
    """

    title: str
    sentence: str
    synthetic: int
    config: TrainingConfig
    allographs: tuple[Allograph, ...] = ALLOGRAPHS
    hand: Hand = field(default_factory=Hand)
    dtype: DTypeLike = np.float32


SHIPPED_MODELS: Mapping[str, ShippedModel] = MappingProxyType(
    {
        "ten": ShippedModel(
            title="10 hidden units",
            sentence="So small that ten images of weights show all it knows.",
            synthetic=30_000,
            config=TrainingConfig(
                hidden=(10,), optimizer="adam", learning_rate=2e-3, schedule="cosine", epochs=60, augmentation="shift"
            ),
        ),
        "wide": ShippedModel(
            title="Wide",
            sentence="128 hidden units in one layer: reads most people's handwriting.",
            synthetic=60_000,
            config=TrainingConfig(
                hidden=(128,),
                optimizer="adam",
                learning_rate=1e-3,
                schedule="cosine",
                weight_decay=1e-3,
                epochs=60,
                augmentation="shift",
            ),
        ),
        "drawing": ShippedModel(
            title="Drawing",
            sentence="The most accurate on drawings: three convolutions, trained with strong augmentation.",
            synthetic=10_000,
            allographs=(*ALLOGRAPHS, *RARE_ALLOGRAPHS),
            # Drawings have thinner pens than MNIST, and a thick one fills an 8 until it looks like a slanted 1.
            hand=Hand(pen=0.11, pen_spread=0.3),
            config=TrainingConfig(
                layers="conv 24 5x5, pool 2, norm, conv 48 3x3, norm, conv 96 3x3, pool 2, norm, "
                "dropout 0.4, 128, norm, 10",
                optimizer="adam",
                learning_rate=2e-3,
                schedule="cosine",
                weight_decay=1e-3,
                batch_size=128,
                epochs=32,
                augmentation="mix",
            ),
            dtype=np.float16,
        ),
    }
)
"""By the name of the file, without its ending."""


def model_path(name: str) -> Path:
    """Return the file of a shipped model, named as in `SHIPPED_MODELS`."""
    return FOLDER / f"{name}.npz"


def load_shipped_model(name: str) -> SavedModel:
    """Load a shipped model, named as in `SHIPPED_MODELS`.

    Raises
    ------
    ModelFileError
        If the program's own file is missing or damaged.
    """
    return load_model(model_path(name))


def training_set(shipped: ShippedModel, mnist: Dataset) -> Dataset:
    """Return MNIST's training set and the generated digits that a model learned from beside it, as one data set."""
    if not shipped.synthetic:
        return mnist
    generated = generate_digits(shipped.synthetic, _SYNTHETIC_SEED, hand=shipped.hand, allographs=shipped.allographs)
    return Dataset(
        np.concatenate([mnist.images, generated.images]),
        np.concatenate([mnist.labels, generated.labels]),
        f"{mnist.name} + {shipped.synthetic:,} synthetic digits",
        synthetic=True,
    )


def train_shipped_model(shipped: ShippedModel, mnist: DataPair, report: Report = ignore_progress) -> SavedModel:
    """Train a shipped model from its recipe; the same data give the same bits on the same computer.

    Parameters
    ----------
    shipped : ShippedModel
        What to train.
    mnist : DataPair
        MNIST; its test set is not looked at.
    report : Report
        Called after every hundredth update.
    """
    data = training_set(shipped, mnist.train)
    trainer = Trainer(Recipe(shipped.config), data)
    state = trainer.initial_state()
    total = trainer.plan.total_updates
    while state.update < total:
        result = trainer.step(state)
        if state.update % 100 == 0:
            report(
                state.update / total, f"{shipped.title}: update {state.update:,} of {total:,}, loss {result.loss:.3f}"
            )
    return SavedModel(
        network=Network(state.parameters),
        config=shipped.config,
        data_name=data.name,
        data_fingerprint=data.fingerprint,
        update=total,
        epoch=trainer.plan.epoch(total),
        note=shipped.sentence,
    )


def main(arguments: Sequence[str]) -> int:
    """Train the named models, or all, from the MNIST in a folder: ``FOLDER [NAME...]``."""
    if not arguments or set(arguments[1:]) - set(SHIPPED_MODELS):
        sys.stderr.write(f"usage: python -m core.files.shipped_models MNIST_FOLDER [{'|'.join(SHIPPED_MODELS)}]...\n")
        return 2
    try:
        mnist = load_pair(Path(arguments[0]))
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name in arguments[1:] or SHIPPED_MODELS:
        shipped = SHIPPED_MODELS[name]
        began = perf_counter()
        model = train_shipped_model(shipped, mnist, _tell)
        save_model(model_path(name), model, dtype=shipped.dtype)
        # Evaluated as it is stored, rounding included.
        accuracy = evaluate(load_shipped_model(name).network, mnist.test).accuracy
        size = model_path(name).stat().st_size / 1e6
        sys.stdout.write(
            f"{name}: {accuracy:.2%} of {mnist.test.name}, {size:.2f} MB, {perf_counter() - began:.0f} s\n"
        )
    return 0


def _tell(fraction: float, text: str) -> None:
    sys.stderr.write(f"\r{fraction:4.0%} {text}   ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
