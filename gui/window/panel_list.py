"""All panels of the window, one a line: which, where, and by which title.

A lesson points at a panel by its key where `core.lessons.look.LOOK` has that too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from gui.panels.drawing import DrawingPanel
from gui.panels.evaluation import EvaluationPanel
from gui.panels.lesson import LessonPanel
from gui.panels.my_digits import MyDigitsPanel
from gui.panels.network import NetworkPanel
from gui.panels.runs import RunsPanel
from gui.panels.samples import SamplesPanel
from gui.panels.settings import SettingsPanel
from gui.panels.step_through import StepThroughPanel
from gui.panels.timeline import TimelinePanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.panels.weights import WeightsPanel
from gui.widgets.panel import Panel


class Column(Enum):
    """Where a panel lies."""

    LEFT = auto()
    TABS = auto()
    RIGHT = auto()
    DRAWING = auto()
    """A page below the canvas."""
    BELOW = auto()


@dataclass(frozen=True)
class PanelSpec:
    """A panel, before the window makes it.

    Attributes
    ----------
    key : str
        Its name.
    factory : callable
        Makes it, without arguments.
    column : Column
        Where it lies; panels of one column stand in the order of the list.
    title : str
        Of its tab or page. Tabs of the same title are one, whose panels stand one above the other.
    tip : str
        Of its page.
    height : int
        In a tab of several, at first, in logical pixels.
    """

    key: str
    factory: Callable[[], Panel]
    column: Column
    title: str = ""
    tip: str = ""
    height: int = 0


PANELS = (
    PanelSpec("lesson", LessonPanel, Column.LEFT),
    PanelSpec("settings", SettingsPanel, Column.LEFT),
    PanelSpec("plots", TrainingPlotsPanel, Column.TABS, "Training", height=470),
    PanelSpec("weights", WeightsPanel, Column.TABS, "Training", height=330),
    PanelSpec("network", NetworkPanel, Column.TABS, "Network"),
    PanelSpec("microscope", StepThroughPanel, Column.TABS, "Step through"),
    PanelSpec("evaluation", EvaluationPanel, Column.TABS, "Evaluate"),
    PanelSpec("runs", RunsPanel, Column.TABS, "Runs"),
    PanelSpec("samples", SamplesPanel, Column.TABS, "Samples"),
    PanelSpec("drawing", DrawingPanel, Column.RIGHT),
    PanelSpec(
        "my_digits", MyDigitsPanel, Column.DRAWING, "My digits", "Collect what you drew, and train or teach with it"
    ),
    PanelSpec("timeline", TimelinePanel, Column.BELOW),
)


def in_column(panels: Sequence[PanelSpec], column: Column) -> list[PanelSpec]:
    """Return the panels that lie in a column, in their order."""
    return [spec for spec in panels if spec.column is column]
