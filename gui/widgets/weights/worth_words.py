"""What a unit is worth, in words: the accuracy without it, and the digit that suffers most."""

from core.explanation.unit_worth import UnitWorth
from gui.look.formatting import percent


def describe_worth(worth: UnitWorth | None, unit: int, update: int) -> str:
    """Return what a unit was worth after an update; "" where that was not found out."""
    if worth is None or unit >= len(worth.without):
        return ""
    digits = range(len(worth.images))
    lost = [worth.accuracy_of(None, digit) - worth.accuracy_of(unit, digit) for digit in digits]
    most = max(digits, key=lost.__getitem__)
    share = percent(float(worth.accuracies[unit]))
    told = f"at update {update:,} without it {share} right, not {percent(worth.accuracy)}"
    if lost[most] <= 0:
        return told
    return f"{told} ({most}: {percent(worth.accuracy_of(None, most))} → {percent(worth.accuracy_of(unit, most))})"
