"""A recipe as values that JSON can hold: in a file of its own, and in that of a kept run."""

from typing import Any

from core.errors import UserError
from core.files.checked_fields import Fields
from core.files.cut_values import cut_values, read_cut
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe

MOST_UPDATES = 1_000_000_000


def recipe_values(recipe: Recipe) -> dict[str, Any]:
    """Return the settings as ``config`` and the changes on the way as ``events``."""
    return {
        "config": recipe.config.to_dict(),
        "events": [_event_values(event) for event in recipe.events],
    }


def recipe_version(recipe: Recipe) -> int:
    """Return the first version of recipes that can hold this one: cuts came with the second, layers with the third."""
    return 3 if recipe.config.layers else 2 if recipe.cuts else 1


def _event_values(event: KnobEvent) -> dict[str, Any]:
    values = {"update": event.update, "changes": dict(event.changes)}
    return values | ({"cuts": [cut_values(cut) for cut in event.cuts]} if event.cuts else {})


def read_recipe_values(fields: Fields, error: type[UserError]) -> Recipe:
    """Return the recipe that `recipe_values` wrote among these fields.

    Raises
    ------
    UserError
        Of the type ``error``, or a ConfigError, where it makes no sense.
    """
    try:
        config = TrainingConfig.from_dict(fields.get("config", dict))
    except (TypeError, OverflowError) as reason:
        raise error(f"config makes no sense: {reason}.") from reason
    events = enumerate(fields.get("events", list))
    return Recipe(config, tuple(_read_event(place, event, error) for place, event in events))


def _read_event(place: int, event: object, error: type[UserError]) -> KnobEvent:
    name = f"events[{place}]"
    if not isinstance(event, dict):
        raise error(f"{name} is no change of settings.")
    fields = Fields(event, f"{name}.", "update changes", "cuts", error=error)
    cuts = enumerate(fields.get("cuts", list) if "cuts" in fields else ())
    return KnobEvent(
        fields.whole("update", MOST_UPDATES),
        fields.get("changes", dict),
        tuple(read_cut(f"{name}.cuts[{number}]", cut, error) for number, cut in cuts),
    )
