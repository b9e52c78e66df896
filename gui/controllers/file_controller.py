"""Everything that comes from files or goes to them: data, models and recipes, and what of it reaches the session."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.data.data_sources import BUILTIN
from core.data.dataset import DataPair
from core.data.readers.formats import dialog_filter
from core.data.readers.numpy_reader import is_npz_of_data
from core.files.recipe_check import RepeatVerdict
from core.files.saved_model import SavedModel
from core.runs.run import Run
from core.runs.run_past import Origin
from gui.actions import Actions
from gui.files.data_loading import UNCHANGED, DataLoader, LoadRequest
from gui.files.file_dialogs import ask_for_files, ask_for_folder
from gui.files.model_storage import ModelStorage
from gui.files.recent_data import RecentData, from_json, to_json, with_newest
from gui.files.recipe_storage import RecipeStorage
from gui.look.labels import as_caption
from gui.look.preferences import Preferences
from gui.look.tooltip import paragraphs
from gui.panels.message_bar import Message, MessageBar
from gui.panels.status_line import StatusLine
from gui.session.past_runs import PastRuns
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession

_NOTEBOOK_ARRAY = re.compile(r".*_[Wb]\d\.npy", re.IGNORECASE)


class FileController(QObject):
    """Opens and saves; the dialogs, the work in the background, and the words on what came of it.

    Parameters
    ----------
    actions : Actions
        Where the user asks for it.
    session : TrainingSession
        Gets opened models and repeated runs.
    past_runs : PastRuns
        Knows where the data in use came from.
    time_machine : TimeMachine
        Shows what is saved.
    messages : MessageBar
        Tells how it went.
    status : StatusLine
        Shows how far a load is.
    preferences : Preferences
        Remembers the data that were open.
    window : QWidget
        Owner of the dialogs.
    """

    data_opened = Signal(object)
    """A `core.data.dataset.DataPair` to be used from now on, other than what is in use."""

    data_described = Signal(str, tuple)
    """What was found in the data that are used now, and the choices that go with it, as `Message.choices`."""

    samples_requested = Signal()
    """The user wants to look at the data of which something was said."""

    run_opened = Signal(str)
    """A model or a repeated run has become the present run; a sentence about it."""

    def __init__(
        self,
        actions: Actions,
        session: TrainingSession,
        past_runs: PastRuns,
        time_machine: TimeMachine,
        messages: MessageBar,
        status: StatusLine,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._past_runs = past_runs
        self._time_machine = time_machine
        self._messages = messages
        self._preferences = preferences
        self._window = window
        self._refused: LoadRequest | None = None
        self._recent = from_json(preferences.recent_data)
        self._recent_actions = actions.recent_data
        self.loader = DataLoader(self)
        self.models = ModelStorage(window)
        self.recipes = RecipeStorage(window)
        self._connect_actions(actions)
        self._connect_work(status)

    def _connect_actions(self, actions: Actions) -> None:
        actions.open_data.triggered.connect(self._on_open_data)
        for action in actions.recent_data:
            action.triggered.connect(self._on_recent)
        self._show_recent()
        actions.open_folder.triggered.connect(self._on_open_folder)
        actions.download.triggered.connect(self.loader.download)
        actions.builtin.triggered.connect(self.loader.load_builtin)
        actions.open_model.triggered.connect(self.models.ask_and_open)
        actions.save_model.triggered.connect(self._on_save_model)
        actions.export_notebook.triggered.connect(self._on_export_notebook)
        actions.open_recipe.triggered.connect(self._on_open_recipe)
        actions.save_recipe.triggered.connect(self._on_save_recipe)

    def _connect_work(self, status: StatusLine) -> None:
        for slot in (self.loader, self.recipes.repeating):
            status.follow(slot)
            slot.started.connect(self._messages.forget_error)
        self.loader.loaded.connect(self._on_data_loaded)
        self.loader.failed.connect(self._on_load_failed)
        self.loader.cancelled.connect(self._load_something)
        self.models.opened.connect(self._on_model_opened)
        self.recipes.repeated.connect(self._on_recipe_repeated)
        for storage in (self.models, self.recipes):
            storage.stored.connect(self._messages.tell_saved)
            storage.failed.connect(self._on_failed)

    def open_first(self) -> None:
        """Bring in the first data: what was open last, else the MNIST found here, else the built-in digits."""
        paths = self._preferences.data
        recent = next((each for each in self._recent if list(each.paths) == paths), None)
        if recent and recent.is_there:
            self._open_recent(recent)
        elif paths == [BUILTIN] or (paths and all(map(os.path.exists, paths))):
            self.loader.open_paths(paths)
        else:
            self.loader.load_default()

    def open_files(self, paths: list[str]) -> None:
        """Open models and recipes by their ending, anything else as data."""
        first = Path(paths[0])
        if _is_model(first):
            self.models.open(first)
        elif first.suffix.lower() == ".json" and self._session.run:
            self.recipes.open(first, self._session.run.data)
        else:
            self.loader.open_paths(paths)

    @Slot()
    def _on_open_data(self) -> None:
        paths = ask_for_files(self._window, "Open training data, or training and test data", "data", dialog_filter())
        if paths:
            self.open_files([str(path) for path in paths])

    @Slot()
    def _on_open_folder(self) -> None:
        folder = ask_for_folder(self._window, "Open a folder of digits", "data")
        if folder:
            self.loader.open_paths([str(folder)])

    @Slot(object, list)
    def _on_data_loaded(self, data: DataPair, paths: list[str]) -> None:
        self._preferences.data = paths
        self._remember(data, tuple(paths))
        if self._past_runs.has_open(data):
            self._messages.say(Message(f"{data.name}: in use already, so the run stays as it is.", passing=True))
            return
        # Why the data that were asked for are not these has to stay readable.
        is_told = self._messages.message is None or self._messages.message.kind != "error"
        if is_told:
            self._tell_of_data(data)
        self.data_opened.emit(data)
        if is_told and data.notes and not data.synthetic:
            # Last, so that the undo to the run before these is offered beside what was found.
            choices = (("Look at them", self.samples_requested.emit),)
            self.data_described.emit(f"{data.name}: {' '.join(data.notes)}", choices)

    def _tell_of_data(self, data: DataPair) -> None:
        if data.synthetic:
            self._messages.say(
                Message(
                    "These digits are synthetic: the program generated them. MNIST has 70,000 handwritten ones.",
                    choices=(("Download MNIST (11 MB)", self.loader.download), ("Open files…", self._on_open_data)),
                )
            )
        else:
            self._messages.dismiss()

    def _remember(self, data: DataPair, paths: tuple[str, ...]) -> None:
        """Keep data that were opened one click away; the built-in ones are so anyway."""
        if not data.synthetic:
            adjustment = self.loader.request.adjustment if self.loader.request else UNCHANGED
            self._recent = with_newest(self._recent, RecentData(data.name, paths, adjustment))
            self._preferences.recent_data = to_json(self._recent)
        self._show_recent()

    def _show_recent(self) -> None:
        for action, entry in zip_longest(self._recent_actions, self._recent):
            action.setVisible(entry is not None)
            if entry is not None:
                action.setText(as_caption(entry.caption))
                action.setToolTip(paragraphs(*entry.where.splitlines()))

    @Slot()
    def _on_recent(self) -> None:
        place = self._recent_actions.index(self.sender())
        if place < len(self._recent):
            self._open_recent(self._recent[place])

    def _open_recent(self, entry: RecentData) -> None:
        if entry.paths:
            self.loader.open_paths(list(entry.paths), entry.adjustment)
        else:
            self.loader.load_default(entry.adjustment)

    @property
    def known_sources(self) -> tuple[tuple[str, DataSource], ...]:
        """Names and places of the data that were opened last."""
        return tuple((recent.name, DataSource(recent.paths, recent.adjustment)) for recent in self._recent)

    def request_of(self, data: DataPair) -> LoadRequest | None:
        """Return what loads data that are in use from their files; None where they were put together from others."""
        load = self._past_runs.source_of(data)
        if isinstance(load, DataSource) and not isinstance(load, LoadRequest):
            return LoadRequest.of(load)
        return load if isinstance(load, LoadRequest) else None

    @Slot(str)
    def change_images(self, what: str) -> None:
        """Turn, mirror or invert all images of the data in use, on top of what was done to them by hand."""
        changes = {"turn": Adjustment.turn, "mirror": Adjustment.mirror, "invert": Adjustment.invert}
        self._adjust(changes[what])

    @Slot(object)
    def name_classes(self, names: tuple[str, ...]) -> None:
        """Call the ten classes of the data in use by other names."""
        self._adjust(lambda adjustment: replace(adjustment, class_names=names))

    def _adjust(self, change: Callable[[Adjustment], Adjustment]) -> None:
        request = self.request_of(self._session.run.data) if self._session.run else None
        if request is not None:
            self.loader.adjust(request, change)

    @Slot(str)
    def _on_load_failed(self, sentence: str) -> None:
        self._refused = self.loader.request
        self._load_something()
        self._messages.say(Message(sentence, "error", choices=(("Try again", self._on_try_again),)))

    @Slot()
    def _on_try_again(self) -> None:
        if self._refused is not None:
            self.loader.retry(self._refused)

    @Slot()
    def _load_something(self) -> None:
        """Load the built-in digits where there are no data at all; once, should they be what could not be loaded."""
        if self._session.run is None and (self.loader.request is None or self.loader.request.paths != (BUILTIN,)):
            self.loader.load_builtin()

    @Slot()
    def _on_save_model(self) -> None:
        snapshot, run = self._time_machine.snapshot, self._time_machine.run
        if snapshot and run:
            self.models.ask_and_save(snapshot, run)

    @Slot()
    def _on_export_notebook(self) -> None:
        snapshot, run = self._time_machine.snapshot, self._time_machine.run
        if snapshot and run:
            self.models.ask_and_export(snapshot, run)

    @Slot(object, str)
    def _on_model_opened(self, model: SavedModel, name: str) -> None:
        if self._session.run is None:
            self._on_failed("Wait until the data are loaded, then open the model again.")
            return
        run = Run.from_network(model.network, model.config, self._session.run.data, name=name)
        run.origin = Origin(model.class_names, model.unlike_limit)
        self._session.adopt(run)
        self.run_opened.emit(f"{name} is open: draw a digit to try it, or press Train to continue its training.")

    @Slot()
    def _on_open_recipe(self) -> None:
        if self._session.run:
            self.recipes.ask_and_open(self._session.run.data)

    @Slot()
    def _on_save_recipe(self) -> None:
        snapshot, run = self._time_machine.snapshot, self._time_machine.run
        if snapshot and run:
            self.recipes.ask_and_save(snapshot, run)

    @Slot(object, object)
    def _on_recipe_repeated(self, run: Run, verdict: RepeatVerdict) -> None:
        self._session.adopt(run)
        self.run_opened.emit(verdict.sentence)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._messages.say(Message(sentence, "error"))


def _is_model(path: Path) -> bool:
    """Tell a model from data: of an archive of arrays by their names, of a single array by its own."""
    suffix = path.suffix.lower()
    return (suffix == ".npz" and not is_npz_of_data(path)) or _NOTEBOOK_ARRAY.fullmatch(path.name) is not None
