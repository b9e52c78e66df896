"""What a lesson can point at: the parts of the window, and in them single controls and stages of an update.

A name is that of a part, such as "plots", or of something in it: "plots:log", "settings:momentum", "microscope:dW1".
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.explanation.chain import STAGES
from core.training.config import SETTINGS

LOOK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "controls": ("train", "pause", "step", "reset", "speed", "preset", "data"),
        "settings": tuple(SETTINGS),
        "plots": ("epoch", "log", "range"),
        "weights": (),
        "network": ("hand",),
        "runs": (),
        "samples": (),
        "microscope": ("terms", "check", "sample", "predict", "batch", "network"),
        "evaluation": (),
        "drawing": (),
        "timeline": ("film", "live", "branch"),
    }
)
"""What can be pointed at in each part of the window; in the microscope, the stages of an update as well."""

_LETTERS = {letter for stages in STAGES.values() for letter in stages.letters}
STAGE = re.compile(f"x|p|loss|update|(?:{'|'.join(map(re.escape, sorted(_LETTERS)))})[0-9]")
"""Names of the stages of an update, as the chain above it shows them, with plain digits."""


def look_problem(name: str) -> str:
    """Return what was expected where a lesson cannot point at ``name``; "" where it can."""
    part, colon, thing = name.partition(":")
    if part not in LOOK:
        return f"choose one of {', '.join(LOOK)}"
    if not colon or thing in LOOK[part] or (part == "microscope" and STAGE.fullmatch(thing)):
        return ""
    if not LOOK[part]:
        return f'{part} has no parts to point at; write "{part}"'
    stages = "; or a stage of the update, such as dW1" if part == "microscope" else ""
    return f'after "{part}:" choose one of {", ".join(LOOK[part])}{stages}'
