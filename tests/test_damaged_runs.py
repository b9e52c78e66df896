"""A kept run that cannot be read is told of once, stays as it is, and is removed from the tab Runs, not for good."""

import json

import pytest

from core.files.damaged_runs import TOLD, DamagedRun, not_told_yet
from core.files.run_store import runs_folder
from gui.look.preferences import Preferences
from tests.kept_windows import open_window, train, write_small_data
from tests.obstinate_disks import as_ordinary_user


def damaged_run(folder, name="a.npz", content=b"damaged"):
    path = folder / name
    path.write_bytes(content)
    status = path.stat()
    return DamagedRun(path, f"{name}: it is damaged.", status.st_mtime_ns, status.st_size)


def test_each_file_is_told_of_once_and_again_when_it_has_changed(tmp_path):
    first = damaged_run(tmp_path)
    assert not_told_yet(tmp_path, [first]) == (first,)
    assert not_told_yet(tmp_path, [first]) == ()
    second, changed = damaged_run(tmp_path, "b.npz"), damaged_run(tmp_path, content=b"damaged otherwise")
    assert not_told_yet(tmp_path, [changed, second]) == (changed, second)
    assert not_told_yet(tmp_path, []) == ()
    assert not_told_yet(tmp_path, [second]) == (second,), "it was gone in between"


@pytest.mark.parametrize("told", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_what_was_told_may_be_damaged_too(tmp_path, told):
    (tmp_path / TOLD).write_bytes(told)
    run = damaged_run(tmp_path)
    assert not_told_yet(tmp_path, [run]) == (run,)
    assert not_told_yet(tmp_path, [run]) == ()


def test_nothing_is_written_where_nothing_is_damaged(tmp_path):
    assert not_told_yet(tmp_path / "nowhere", []) == ()
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_to_has_it_told_again(tmp_path):
    run = damaged_run(tmp_path)
    tmp_path.chmod(0o555)
    with as_ordinary_user():
        assert not_told_yet(tmp_path, [run]) == not_told_yet(tmp_path, [run]) == (run,)
    tmp_path.chmod(0o755)


@pytest.fixture
def damaged(qtbot, tmp_path):
    """Return the file of a run that was kept and is damaged now."""
    Preferences().data = write_small_data(tmp_path)
    with open_window(qtbot) as window:
        first = train(qtbot, window, epochs=1)
        train(qtbot, window, epochs=1, seed=5)
    path = runs_folder() / f"{first.id}.npz"
    path.write_bytes(path.read_bytes()[:5000])
    return path


def test_the_window_tells_of_it_once_and_removes_it_when_asked(qtbot, damaged):
    with open_window(qtbot) as window:
        said = window.messages.message.text
        assert damaged.name in said
        assert "the tab Runs removes it" in said
    with open_window(qtbot) as window:
        message = window.messages.message
        assert message is None or damaged.name not in message.text
        assert damaged.stat().st_size == 5000
        window.show_tab("Runs")
        assert window.runs._damaged_button.isVisible()
        assert damaged.name in window.runs.damaged_action.toolTip()
        window.runs._damaged_button.click()
        qtbot.waitUntil(lambda: not damaged.exists())
        assert not window.runs._damaged_button.isVisible()
        window.messages.message.choices[0][1]()
        qtbot.waitUntil(damaged.exists)
        assert damaged.stat().st_size == 5000
        assert window.runs._damaged_button.isVisible()
        window.runs._damaged_button.click()
    assert not list(runs_folder().rglob(damaged.name))
    with open_window(qtbot) as window:
        window.show_tab("Runs")
        assert not window.runs._damaged_button.isVisible()
    assert json.loads((runs_folder() / TOLD).read_bytes()) == {}


def test_without_damaged_files_there_is_no_button(qtbot, tmp_path):
    Preferences().data = write_small_data(tmp_path)
    with open_window(qtbot) as window:
        window.show_tab("Runs")
        assert not window.runs._damaged_button.isVisible()
