"""Settings worth starting from, each with a sentence that says what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.training.config import TrainingConfig
from core.training.optimizers import OPTIMIZERS


@dataclass(frozen=True)
class Preset:
    """A named configuration and what one learns from it."""

    title: str
    sentence: str
    config: TrainingConfig


DEFAULT_PRESET = "default"
"""The key of the one that the program begins with."""

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "default": Preset(
            "Default",
            "Ten hidden units, small batches, a learning rate that falls almost to 0: how far so small a network gets.",
            TrainingConfig(
                hidden=(10,), batch_size=16, learning_rate=0.1, schedule="cosine", weight_decay=2e-4, epochs=25
            ),
        ),
        "original": Preset(
            "Original recipe",
            "Plain gradient descent, full batch, 500 updates at learning rate 0.1: the bare mathematics.",
            TrainingConfig(hidden=(10,), batch_size=None, learning_rate=0.1, epochs=500),
        ),
        "wide": Preset(
            "Wide",
            "128 hidden units, and every image shifted by up to a pixel (augmentation) against overfitting.",
            TrainingConfig(
                hidden=(128,), batch_size=32, learning_rate=0.2, schedule="cosine", epochs=20, augmentation="shift"
            ),
        ),
        "convolution": Preset(
            "Convolution",
            "Small kernels look at every place: fewer parameters than Default, and a fifth of its mistakes.",
            TrainingConfig(
                layers="conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10",
                optimizer="momentum",
                batch_size=32,
                learning_rate=0.03,
                schedule="cosine",
                epochs=5,
            ),
        ),
        "lenet": Preset(
            "LeNet",
            "LeCun's network of 1998, with ReLU and max pooling, on distorted images (augmentation).",
            TrainingConfig(
                layers="conv 6 5x5 same, pool 2, conv 16 5x5, pool 2, 120, 84, 10",
                optimizer="adam",
                batch_size=32,
                learning_rate=0.001,
                schedule="cosine",
                epochs=30,
                augmentation="distort",
            ),
        ),
    }
)


def fitting_rate(config: TrainingConfig, preset: TrainingConfig) -> float:
    """Return the learning rate that fits the optimizer of settings whose own rate was chosen for that of a preset."""
    if (config.optimizer, config.momentum) == (preset.optimizer, preset.momentum):
        return preset.learning_rate
    of_sgd = OPTIMIZERS[preset.optimizer].rate_of_sgd(preset.learning_rate, preset.momentum)
    return OPTIMIZERS[config.optimizer].fitting_rate(of_sgd, config.momentum)
