"""What the user can ask for by menu, button and shortcut, each defined once."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from core.run import Run
from gui.files.plots_export import EXPORT_TIP
from gui.look.icons import line_icon
from gui.look.theme import Theme
from gui.preferences import TEXT_SIZES

SAVE_RECIPE = "Write down all that decides this run, to repeat it elsewhere."
NO_RECIPE = "This run went on from an opened model, which no recipe can repeat; save the model instead."


class Actions:
    """The window's actions; it connects them and says when each can be used.

    Parameters
    ----------
    parent : QObject
        Owner of the actions, the main window.
    """

    def __init__(self, parent: QObject) -> None:
        self._parent = parent
        self.train = self._make("Train", "F5", "Train until the run is finished. A finished run starts over.")
        self.pause = self._make("Pause", "F6", "Stop after the update that is being made; Train goes on from there.")
        self.step = self._make("Step", "F7", "Make one update: one batch forward, one gradient, one small change.")
        self.reset = self._make("Reset", "Ctrl+R", "Back to a network with fresh random weights and no training.")

        self.back = self._make(
            "Back to the run before", "Ctrl+Shift+R", "Bring back the run that was left last, with all its past."
        )

        self.open_data = self._make("Open CSV or IDX files…", "Ctrl+O", "Train on your own file of digits.")
        self.open_folder = self._make("Open folder…", "Ctrl+Shift+O", "A folder that holds CSV or IDX files.")
        self.download = self._make(
            "Download MNIST…", None, "Fetch the 70,000 handwritten digits of MNIST, once: 11 MB."
        )
        self.builtin = self._make("Built-in digits (synthetic)", None, "Digits drawn by the program itself.")

        self.open_model = self._make("Open model…", "Ctrl+Shift+M", "Load a saved network and try it.")
        self.save_model = self._make("Save model…", QKeySequence.StandardKey.Save, "Save the network that is shown.")
        self.export_notebook = self._make(
            "Export as NumPy files…", None, "Four .npy files, W1, b1, W2 and b2, as the original notebook saves them."
        )
        self.open_recipe = self._make(
            "Open recipe…", None, "Repeat a run from its recipe and see whether it comes out alike."
        )
        self.save_recipe = self._make("Save recipe…", None, SAVE_RECIPE)
        self.export_plots = self._make("Export plots…", "Ctrl+Shift+E", EXPORT_TIP)
        self.quit = self._make("Quit", QKeySequence.StandardKey.Quit, "")

        self.themes = QActionGroup(parent)
        for text, name in (("Follow the system", "system"), ("Light", "light"), ("Dark", "dark")):
            self._add_choice(self.themes, text, name)
        self.larger_text = self._make("Larger text", "Ctrl++", "")
        # Where plus needs Shift, it shares its key with the equals sign.
        self.larger_text.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.smaller_text = self._make("Smaller text", "Ctrl+-", "")
        self.normal_text = self._make("Normal text", "Ctrl+0", "")
        self.text_sizes = QActionGroup(parent)
        for percent in TEXT_SIZES:
            self._add_choice(self.text_sizes, f"{percent} %", percent)
        self.full_screen = self._make("Full screen", "F11", "")
        self.full_screen.setCheckable(True)
        self.shortcuts = self._make("Keyboard shortcuts", "F1", "")
        self.open_log = self._make("Show the log file", None, "")
        self.about = self._make("About MNIST_ANN", None, "")

    def allow_save_recipe(self, run: Run | None) -> None:
        """Say whether there is a recipe to be saved, and why not."""
        self.save_recipe.setEnabled(run is not None and run.is_repeatable)
        self.save_recipe.setToolTip(SAVE_RECIPE if run is None or run.is_repeatable else NO_RECIPE)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colors."""
        for action, name in (
            (self.pause, "pause"),
            (self.step, "step"),
            (self.reset, "reset"),
            (self.open_data, "open"),
            (self.save_model, "save"),
        ):
            action.setIcon(line_icon(f"toolbar/{name}", theme))
        # This one stands on the filled button.
        self.train.setIcon(line_icon("toolbar/train", replace(theme, text=theme.on_accent)))

    def _make(self, text: str, shortcut: str | QKeySequence.StandardKey | None, tip: str) -> QAction:
        action = QAction(text, self._parent)
        if shortcut is not None:
            action.setShortcut(QKeySequence(shortcut))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = f"{tip} ({keys})" if tip and keys else tip
        action.setToolTip(tip or text.rstrip("…"))
        return action

    def _add_choice(self, group: QActionGroup, text: str, value: object) -> None:
        action = group.addAction(text)
        action.setCheckable(True)
        action.setData(value)
