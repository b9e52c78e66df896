"""The window with small data, at the size that most screens have."""

from gui.look.preferences import TEXT_SIZES
from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.small_data import small_pair

LARGER = TEXT_SIZES[1:]


def show_window(qtbot):
    """Show a window with small data until the test has ended."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    yield laid_out(window)
    window.close()
