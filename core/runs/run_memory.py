"""What a run will take of the memory, asked before it is made.

All that is large can be counted beforehand. It is as long as the parameters: weights and biases, what the optimizer
remembers of each, the keyframes of the past, the gradient, and in the window the moments that are shown and replayed.
Or it is what the passes of a network with maps take for the images that are worked on at once.
"""

from core.errors import ConfigError
from core.runs.keyframes import FEWEST, KEYFRAME_BUDGET
from core.system.budget import MB, size_text
from core.system.memory import available_memory
from core.training.config import TrainingConfig
from core.training.optimizers import OPTIMIZERS
from core.training.trainer import CHUNK

WORTH_SAYING = 300 * MB
"""Less than this is not worth a word, nor a look at how much there is."""

_RESERVE = 0.9
"""Share of what is free that a run may take."""

_FLOAT = 4


def memory_need(config: TrainingConfig, *, in_window: bool = False) -> int:
    """Return about how many bytes a run with these settings takes at most.

    Parameters
    ----------
    config : TrainingConfig
        Its settings.
    in_window : bool
        Whether the run is looked at in the window, which holds moments of it and replays others.
    """
    layout = config.layout
    vector = _FLOAT * layout.size
    state = vector * (1 + OPTIMIZERS[config.optimizer].slots)
    keyframes = max(min(KEYFRAME_BUDGET, 512 * state), (FEWEST + 1) * state)
    # The gradient, its sum over the chunks of a large batch, and what the optimizer needs for a moment.
    training = state + keyframes + 3 * vector
    if layout.has_maps:
        # For a batch, the smaller one at the end of an epoch, and a look at the test set; the window replays as well.
        training += (6 if in_window else 3) * layout.chunk(CHUNK) * layout.image_bytes
    # The newest moment, the one shown and the one before; a state that is replayed, its last, its start and a gradient.
    shown = 3 * vector + 3 * state + vector
    return training + shown if in_window else training


def require_memory(config: TrainingConfig, *, in_window: bool = False) -> None:
    """Refuse settings for which there is not enough memory.

    Raises
    ------
    ConfigError
        If a run with them would take more than is free: what it takes, what there is, and what to do.
    """
    need = memory_need(config, in_window=in_window)
    if need < WORTH_SAYING:
        return
    free = available_memory()
    if need > _RESERVE * free:
        raise ConfigError(
            f"{describe_need(config, in_window=in_window)}, and {size_text(free)} are free; "
            "take fewer or smaller layers."
        )


def describe_need(config: TrainingConfig, *, in_window: bool = False) -> str:
    """Return what a run with these settings takes, without a full stop."""
    count = config.layout.size
    need = size_text(memory_need(config, in_window=in_window))
    return f"This network of {count:,} parameters takes about {need} of memory"
