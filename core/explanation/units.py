"""The units of a layer, as people call them: what the numbers of a stage run over."""

from dataclasses import dataclass

from core.network.arrays import IMAGE_SIDE


@dataclass(frozen=True)
class Units:
    """The pixels, the units of a hidden layer, or the digits.

    Attributes
    ----------
    layer : int
        0 for the pixels.
    size : int
        How many they are.
    kind : str
        What one of them is called: "pixel", "unit" or "digit".
    is_one_of_several : bool
        Whether there are other hidden layers, so that a unit's layer has to be told.
    """

    layer: int
    size: int
    kind: str
    is_one_of_several: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Each in short, for a column of a table."""
        return tuple(self.name(unit) if self.kind == "pixel" else str(unit) for unit in range(self.size))

    def name(self, unit: int) -> str:
        """Return what people call one of them: "row 14, column 9", "unit 3", "unit 3 of layer 2" or "digit 5"."""
        if self.kind == "pixel":
            row, column = divmod(unit, IMAGE_SIDE)
            return f"row {row}, column {column}"
        return f"{self.kind} {unit}" + (f" of layer {self.layer}" if self.is_one_of_several else "")
