"""Settings worth starting from, each with a sentence that says what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.config import TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A named configuration and what one learns from it."""

    title: str
    sentence: str
    config: TrainingConfig


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "default": Preset(
            "Default",
            "Ten hidden units, tuned: how far so small a network gets.",
            TrainingConfig(hidden=(10,), batch_size=32, learning_rate=0.1, schedule="cosine", epochs=20),
        ),
        "original": Preset(
            "Original recipe",
            "Plain gradient descent on all pictures at once, 500 steps at rate 0.1: the bare mathematics.",
            TrainingConfig(hidden=(10,), batch_size=None, learning_rate=0.1, epochs=500),
        ),
        "wide": Preset(
            "Wide",
            "128 hidden units: more room, and the weight pictures turn into strokes and edges.",
            TrainingConfig(hidden=(128,), batch_size=64, learning_rate=0.1, schedule="cosine", epochs=20),
        ),
    }
)
