"""Cuts as values that JSON can hold; weights as base64 of little-endian float32, exact to the bit."""

import base64
import binascii
from typing import Any

from core.errors import UserError
from core.files.checked_fields import Fields
from core.network.layer_kinds import MOST_UNITS
from core.network.layers import MOST_LAYERS, MOST_PARAMETERS
from core.training.cuts import LARGEST, Cut


def cut_values(cut: Cut) -> dict[str, Any]:
    """Return a cut as values that JSON can hold."""
    values: dict[str, Any] = {"kind": cut.kind, "layer": cut.layer, "unit": cut.unit}
    if cut.kind == "set":
        values["source"] = cut.source
    if cut.kind in ("set", "hold"):
        values["value"] = cut.value
    if cut.kind == "paint":
        values["weights"] = base64.b64encode(cut.weights).decode()
    if cut.kind in ("set", "paint"):
        values["held"] = cut.is_held
    if cut.before:
        values["before"] = base64.b64encode(cut.before).decode()
    return values


def read_cut(name: str, values: object, error: type[UserError]) -> Cut:
    """Return the cut that `cut_values` wrote.

    Raises
    ------
    UserError
        Of the type ``error``, or a ConfigError, where it makes no sense.
    """
    if not isinstance(values, dict):
        raise error(f"{name} is no cut.")
    fields = Fields(values, f"{name}.", "kind layer unit", "source value weights held before", error=error)
    value = fields.raw("value")
    if value is not None and not (type(value) in (int, float) and abs(value) <= LARGEST):
        raise fields.wrong("value", f"expected a number from {-LARGEST:.3g} to {LARGEST:.3g}")
    return Cut(
        kind=fields.get("kind", str),
        layer=fields.whole("layer", MOST_LAYERS, 1),
        unit=fields.whole("unit", MOST_UNITS - 1),
        source=fields.whole("source", MOST_PARAMETERS) if "source" in fields else None,
        value=0.0 if value is None else float(value),
        weights=_read_bytes(fields, "weights"),
        is_held="held" in fields and fields.get("held", bool),
        before=_read_bytes(fields, "before"),
    )


def _read_bytes(fields: Fields, name: str) -> bytes:
    if name not in fields:
        return b""
    try:
        return base64.b64decode(fields.get(name, str), validate=True)
    except (binascii.Error, ValueError) as reason:
        raise fields.wrong(name, "expected base64") from reason
