"""On a slow disk a run that trains is kept with less of its past, so that it is kept as often."""

from core.files.run_store import RunStore, runs_folder
from gui.look.preferences import Preferences
from gui.session import run_keeper
from gui.session.session_signals import SessionState
from tests.kept_windows import open_window, write_small_data

PATIENCE = 60_000


def states_kept(run_id):
    return len(RunStore(runs_folder()).load(run_id).states)


def test_where_files_are_written_slowly_they_hold_but_the_newest_state_until_training_pauses(
    qtbot, tmp_path, monkeypatch
):
    Preferences().data = write_small_data(tmp_path)
    monkeypatch.setattr(run_keeper, "SLOW_SECONDS", -1.0)
    monkeypatch.setattr(run_keeper, "KEEP_SECONDS", 0.0)
    with open_window(qtbot) as window:
        window.session.set_config(window.session.config.with_changes(epochs=100_000))
        kept = []
        window.sessions._keeper.kept.connect(kept.append)
        window.actions_.train.trigger()
        qtbot.waitUntil(lambda: window.session.run.id in kept, timeout=PATIENCE)
        run_id = window.session.run.id
        qtbot.waitUntil(lambda: kept.count(run_id) > 2 and window.session.run.update > 500, timeout=PATIENCE)
        assert states_kept(run_id) <= 2
        window.session.pause()
        qtbot.waitUntil(lambda: window.session.state is SessionState.PAUSED, timeout=PATIENCE)
        window.sessions._keeper._thread.wait_for(run_id)
        assert states_kept(run_id) > 2
