"""The timeline beside a run, and what it asks for."""

from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.panels.timeline import TimelinePanel
from tests.layout import laid_out
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4)


def trained(updates, config=CONFIG, name="Run 1"):
    run = Run(Recipe(config), small_pair(), name=name, test_share=0)
    for _ in range(updates):
        run.step()
    return run


def open_timeline(qtbot):
    """The timeline in a window as wide as the narrowest of the program."""
    panel = TimelinePanel()
    qtbot.addWidget(panel)
    panel.resize(1024, panel.sizeHint().height())
    panel.show()
    return laid_out(panel)


def requests_of(panel):
    """Return what the panel asks for from now on, as (signal, value)."""
    asked = []
    panel.update_requested.connect(lambda update: asked.append(("update", update)))
    panel.step_requested.connect(lambda updates: asked.append(("step", updates)))
    panel.live_requested.connect(lambda: asked.append(("live", None)))
    panel.play_requested.connect(lambda speed: asked.append(("play", speed)))
    panel.hold_requested.connect(lambda: asked.append(("hold", None)))
    panel.branch_requested.connect(lambda *values: asked.append(("branch", values)))
    return asked
