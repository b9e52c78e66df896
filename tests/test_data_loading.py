"""Loading in the background: outcomes arrive once, the newest request counts, cancel and close end the thread."""

import pytest

from gui.files.data_loading import DataLoader
from gui.session.task_slot import close_threads
from tests.small_data import small_dataset


@pytest.fixture
def loader(qtbot):
    loader = DataLoader()
    yield loader
    close_threads(loader)


@pytest.fixture
def csv_file(tmp_path):
    data = small_dataset(30, seed=3)
    rows = [",".join(map(str, [label, *image])) for label, image in zip(data.labels, data.images, strict=True)]
    path = tmp_path / "digits.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_opens_a_file_and_tells_how_to_open_it_again(qtbot, loader, csv_file):
    with qtbot.waitSignals([loader.loaded, loader.ended]):
        loader.open_paths([str(csv_file)])
    arrived = []
    loader.loaded.connect(lambda data, paths: arrived.append((len(data.train) + len(data.test), paths)))
    loader.open_paths([str(csv_file)])
    qtbot.waitUntil(lambda: arrived == [(30, [str(csv_file)])])


def test_a_bad_file_gives_its_sentence_and_no_data(qtbot, loader, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("1,2,3\n")
    arrived = []
    loader.loaded.connect(lambda *arguments: arrived.append(arguments))
    with qtbot.waitSignal(loader.failed) as blocker:
        loader.open_paths([str(bad)])
    assert "bad.csv" in blocker.args[0]
    assert arrived == []
    assert not loader.busy


def test_the_newest_request_counts(qtbot, loader, csv_file):
    arrived = []
    loader.loaded.connect(lambda data, paths: arrived.append(paths))
    loader.open_paths(["builtin"])
    loader.open_paths([str(csv_file)])
    qtbot.waitUntil(lambda: not loader.busy and arrived != [])
    assert arrived == [[str(csv_file)]]


def test_cancel_ends_a_load_without_data(qtbot, loader):
    arrived = []
    loader.loaded.connect(lambda *arguments: arrived.append(arguments))
    with qtbot.waitSignal(loader.ended):
        loader.open_paths(["builtin"])
        loader.cancel()
    assert arrived == []


def test_closing_while_loading_ends_the_thread(loader):
    loader.open_paths(["builtin"])
    close_threads(loader)
