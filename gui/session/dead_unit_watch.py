"""Watches for hidden units that have died, at the moment that the panels show.

The look at the training set, and the search for the update of each death, are done in the background, once a second at
most while training goes on.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from core.network.relu import ReLU
from core.progress import Report
from core.runs.dead_units import DeadUnit, Unit, find_deaths, find_silent_units
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.validation import learning_set
from gui.session.task_slot import Policy, TaskSlot

REST_MILLISECONDS, LONGEST_REST_MILLISECONDS = 1000, 3000
"""Between two looks, at least and at most."""

REST = 20
"""After a look that took long, training has the processor for this many times as long."""


class DeadUnitWatch(QObject):
    """Tells which units of the shown network are dead, and since when."""

    dead_units_changed = Signal(object)
    """A tuple of `core.runs.dead_units.DeadUnit`: those that are dead at the shown moment."""

    deaths_found = Signal(object)
    """A tuple of all deaths in the run that are known by now, whatever moment is shown; for marks on the timeline."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dead_units: tuple[DeadUnit, ...] = ()
        self._run: Run | None = None
        self._images: NDArray[np.uint8] | None = None
        self._deaths: dict[Unit, int] = {}
        self._waiting: Snapshot | None = None
        self._slot = TaskSlot(Policy.REFUSE, self)
        self._slot.succeeded.connect(self._on_looked)
        self._slot.failed.connect(self._on_ended)
        self._slot.cancelled.connect(self._on_ended)
        self._looking = QElapsedTimer()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._look_if_needed)

    @Slot(object)
    def follow_run(self, run: Run) -> None:
        """Turn to another run."""
        self._slot.cancel()
        self._run, self._waiting, self._deaths = run, None, {}
        self._images = learning_set(run.recipe.config, run.data.train).images
        self._rest.stop()
        self.deaths_found.emit(())
        self._tell(())

    @Slot(object)
    def watch(self, snapshot: Snapshot) -> None:
        """Look at this moment as soon as there is time for it; a newer one takes its place."""
        if self._run is not None and snapshot.run_id == self._run.id:
            self._waiting = snapshot
            if not self._rest.isActive():
                self._look_if_needed()

    @Slot()
    def _look_if_needed(self) -> None:
        run, snapshot, images = self._run, self._waiting, self._images
        if run is None or snapshot is None or images is None or self._slot.busy:
            return
        self._waiting = None
        self._rest.start(REST_MILLISECONDS)
        self._looking.start()
        if not any(isinstance(operation, ReLU) for operation in snapshot.network.operations):
            return
        known = {unit for unit, died_at in self._deaths.items() if died_at <= snapshot.update}

        def look(report: Report) -> tuple[Snapshot, frozenset[Unit], tuple[DeadUnit, ...]]:
            silent = find_silent_units(snapshot.network, images)
            return snapshot, silent, find_deaths(run, snapshot.update, silent - known, images, report)

        self._slot.start(look)

    @Slot(object)
    def _on_looked(self, found: tuple[Snapshot, frozenset[Unit], tuple[DeadUnit, ...]]) -> None:
        snapshot, silent, deaths = found
        if self._run is not None and snapshot.run_id == self._run.id:
            # One that answers after its death had only fainted, as momentum or lower layers may wake it.
            self._deaths = {
                unit: died_at for unit, died_at in self._deaths.items() if unit in silent or died_at > snapshot.update
            }
            self._deaths |= {Unit(death.layer, death.unit): death.died_at for death in deaths}
            if deaths:
                self.deaths_found.emit(_as_dead_units(self._deaths, self._deaths))
            self._tell(_as_dead_units(self._deaths, silent))
        self._on_ended()

    @Slot()
    def _on_ended(self) -> None:
        rest = min(REST * self._looking.elapsed(), LONGEST_REST_MILLISECONDS)
        if rest > max(REST_MILLISECONDS, self._rest.remainingTime()):
            self._rest.start(rest)
        if not self._rest.isActive():
            self._look_if_needed()

    def _tell(self, dead_units: tuple[DeadUnit, ...]) -> None:
        if dead_units != self.dead_units:
            self.dead_units = dead_units
            self.dead_units_changed.emit(dead_units)


def _as_dead_units(deaths: Mapping[Unit, int], units: Iterable[Unit]) -> tuple[DeadUnit, ...]:
    return tuple(DeadUnit(unit.layer, unit.unit, deaths[unit]) for unit in sorted(units))
