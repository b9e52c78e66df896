"""Settings and their changes in words, as short as a row of a table needs them: "10 ReLU units", "batch 16"."""

from collections.abc import Mapping
from typing import Any

from core.network.layout import Layout
from core.text.number_text import MINUS
from core.training.config import SETTINGS, TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe
from core.training.setting import titled

_MOST_TOLD = 3
"""Turns of one knob that are told one by one."""


def describe_value(name: str, value: object) -> str:
    """Put the value of a setting into words: "0.05", "32", "full", "Adam"."""
    return SETTINGS[name].describe(value)


def describe_changes(changes: Mapping[str, Any]) -> str:
    """Put changed settings into words: "learning rate 0.05, batch size 32"."""
    return ", ".join(f"{_spoken(name)} {describe_value(name, value)}" for name, value in changes.items())


def describe_turn(before: TrainingConfig, changes: Mapping[str, Any]) -> str:
    """Put changed settings into words with what they were: "learning rate 0.1 → 0.05"."""
    return ", ".join(
        f"{_spoken(name)} {titled(name, before)} → {describe_value(name, value)}" for name, value in changes.items()
    )


def describe_cut(cut: Cut, layout: Layout) -> str:
    """Put a cut of a network into words: "unit 3 off", "unit 3 held at 0.5", "map 3 of layer 2 painted"."""
    unit, value = cut.named(layout).removesuffix(" of layer 1"), f"{cut.value:g}".replace("-", MINUS)
    match cut.kind:
        case "off":
            return f"{unit} off"
        case "hold":
            return f"{unit} held at {value}"
        case "paint":
            return f"{unit} painted{' and held' if cut.is_held else ''}"
        case "back":
            return f"{unit} set back"
    what = "bias" if cut.source is None else f"weight of input {cut.source}"
    return f"{unit}: {what} {'held at' if cut.is_held else 'set to'} {value}"


def describe_recipe(recipe: Recipe) -> str:
    """Put all that a recipe says into one line: "10 ReLU units · SGD · learning rate 0.1 → 0.05 at 2,814 · ..."."""
    return " · ".join({**describe_settings(recipe.config), **describe_turns(recipe)}.values())


def describe_settings(config: TrainingConfig) -> dict[str, str]:
    """Put settings into words, by the field of `TrainingConfig` that each piece is about.

    What belongs together is one piece, and what makes no difference is left out: the momentum of plain SGD, the
    activation where there is no hidden layer, the epochs of a run that ends after so many updates.
    """
    words = {}
    for name, declared in SETTINGS.items():
        text = f"{_spoken(name)} {titled(name, config)}" if declared.words is None else declared.words(config)
        if text:
            words["epochs" if name == "updates" else name] = text
    return words


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
        "epochs" if name == "updates" else name: f"{_spoken(name)} {titled(name, recipe.config)}{_describe_way(steps)}"
        for name, steps in turns.items()
    }
    cuts = [(event.update, describe_cut(cut, recipe.config.layout)) for event in recipe.events for cut in event.cuts]
    if len(cuts) > _MOST_TOLD:
        told["cuts"] = f"{len(cuts)} cuts, {cuts[0][0]:,} to {cuts[-1][0]:,}"
    elif cuts:
        told["cuts"] = ", ".join(f"{text} at {update:,}" for update, text in cuts)
    return told


def _describe_way(steps: list[tuple[int, str]]) -> str:
    if len(steps) <= _MOST_TOLD:
        return "".join(f" → {value} at {update:,}" for update, value in steps)
    return f" → … → {steps[-1][1]} in {len(steps)} changes, {steps[0][0]:,} to {steps[-1][0]:,}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")
