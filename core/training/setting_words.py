"""Settings and their changes in words, as short as a row of a table needs them: "10 ReLU units", "batch 16"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.text.number_text import counted
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "learning_rate": "learning rate",
        "weight_decay": "weight decay",
        "batch_size": "batch size",
    }
)
"""Settings whose names read better with a space."""

TITLES: Mapping[str, str] = MappingProxyType({"relu": "ReLU", "sgd": "SGD", "adam": "Adam"})
"""Choices that are names."""

_WEIGHTS = {"auto": "auto", "he": "He", "xavier": "Xavier", "zeros": "all zero"}
_AUGMENTATIONS = {"none": "no augmentation", "shift": "augmentation shift", "distort": "augmentation distort"}
_USUAL_MOMENTUM = TrainingConfig().momentum
_MOST_TOLD = 3
"""Turns of one knob that are told one by one."""


def describe_value(name: str, value: object) -> str:
    """Put the value of a setting into words: "0.05", "32", "full", "Adam"."""
    if name == "batch_size" and value is None:
        return "full"
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value:,}" if isinstance(value, int) else TITLES.get(str(value), str(value))


def describe_changes(changes: Mapping[str, Any]) -> str:
    """Put changed settings into words: "learning rate 0.05, batch size 32"."""
    return ", ".join(f"{NAMES.get(name, name)} {describe_value(name, value)}" for name, value in changes.items())


def describe_turn(before: TrainingConfig, changes: Mapping[str, Any]) -> str:
    """Put changed settings into words with what they were: "learning rate 0.1 → 0.05"."""
    return ", ".join(
        f"{NAMES.get(name, name)} {describe_value(name, getattr(before, name))} → {describe_value(name, value)}"
        for name, value in changes.items()
    )


def describe_cut(cut: Cut) -> str:
    """Put a cut into words: "unit 3 off", "unit 3 held at 0.5", "unit 3 of layer 2 painted"."""
    unit = f"unit {cut.unit}" if cut.layer == 1 else cut.name
    match cut.kind:
        case "off":
            return f"{unit} off"
        case "hold":
            return f"{unit} held at {cut.value:g}"
        case "paint":
            return f"{unit} painted{' and held' if cut.is_held else ''}"
        case "back":
            return f"{unit} set back"
    what = "bias" if cut.source is None else f"weight of input {cut.source}"
    return f"{unit}: {what} {'held at' if cut.is_held else 'set to'} {cut.value:g}"


def describe_recipe(recipe: Recipe) -> str:
    """Put all that a recipe says into one line: "10 ReLU units · SGD · learning rate 0.1 → 0.05 at 2,814 · ..."."""
    return " · ".join({**describe_settings(recipe.config), **describe_turns(recipe)}.values())


def describe_settings(config: TrainingConfig) -> dict[str, str]:
    """Put settings into words, by the field of `TrainingConfig` that each piece is about.

    What belongs together is one piece, and what makes no difference is left out: the momentum of plain SGD, the
    activation where there is no hidden layer, the epochs of a run that ends after so many updates.
    """
    return {
        "hidden": _describe_layers(config),
        "initialization": f"initialization {_WEIGHTS[config.initialization]}",
        "optimizer": _describe_optimizer(config),
        "learning_rate": f"learning rate {config.learning_rate:g}",
        "schedule": f"{config.schedule} schedule",
        "weight_decay": f"weight decay {config.weight_decay:g}" if config.weight_decay else "no weight decay",
        "batch_size": "full batch" if config.batch_size is None else f"batch {config.batch_size:,}",
        "epochs": counted(config.epochs, "epoch") if config.updates is None else counted(config.updates, "update"),
        "augmentation": _AUGMENTATIONS[config.augmentation],
        **({"validation": f"{config.validation:,} held out for validation"} if config.validation else {}),
        "seed": f"seed {config.seed}",
    }


def describe_turns(recipe: Recipe) -> dict[str, str]:
    """Put into words what was changed on the way, by the knob: "learning rate 0.1 → 0.05 at 2,814".

    The keys are those of `describe_settings`, "momentum" and "cuts". Of a knob that was turned often only the first and
    the last value are told.
    """
    turns: dict[str, list[tuple[int, str]]] = {}
    for event in recipe.events:
        for name, value in event.changes.items():
            turns.setdefault(name, []).append((event.update, describe_value(name, value)))
    told = {
        "epochs" if name == "updates" else name: NAMES.get(name, name)
        + f" {describe_value(name, getattr(recipe.config, name))}{_describe_way(steps)}"
        for name, steps in turns.items()
    }
    cuts = [(event.update, describe_cut(cut)) for event in recipe.events for cut in event.cuts]
    if len(cuts) > _MOST_TOLD:
        told["cuts"] = f"{len(cuts)} cuts, {cuts[0][0]:,} to {cuts[-1][0]:,}"
    elif cuts:
        told["cuts"] = ", ".join(f"{text} at {update:,}" for update, text in cuts)
    return told


def _describe_way(steps: list[tuple[int, str]]) -> str:
    if len(steps) <= _MOST_TOLD:
        return "".join(f" → {value} at {update:,}" for update, value in steps)
    return f" → … → {steps[-1][1]} in {len(steps)} changes, {steps[0][0]:,} to {steps[-1][0]:,}"


def _describe_layers(config: TrainingConfig) -> str:
    if not config.hidden:
        return "no hidden layer"
    units = "-".join(map(str, config.hidden))
    return f"{units} {TITLES.get(config.activation, config.activation)} unit{'' if config.hidden == (1,) else 's'}"


def _describe_optimizer(config: TrainingConfig) -> str:
    if config.optimizer == "momentum":
        return f"momentum {config.momentum:g}"
    is_usual = config.optimizer == "sgd" or config.momentum == _USUAL_MOMENTUM
    return TITLES[config.optimizer] + ("" if is_usual else f" with momentum {config.momentum:g}")
