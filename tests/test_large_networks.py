"""Very large networks: what they take is told beforehand, what there is no room for is refused, and nothing waits."""

import subprocess
import sys

import numpy as np
import pytest

from core.errors import ConfigError
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.runs.run import Run
from core.runs.run_memory import memory_need, require_memory
from core.system import memory
from core.system.memory import available_memory
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.session import training_session
from gui.session.session_signals import SessionState
from gui.session.task_slot import close_threads
from gui.session.training_session import TrainingSession
from tests.program import MAIN, run_main
from tests.runs_window import window_with_small_data
from tests.small_data import small_pair

HUGE = TrainingConfig(hidden=(4096,) * 8, optimizer="adam")


@pytest.fixture
def little_memory(monkeypatch):
    monkeypatch.setattr("core.runs.run_memory.available_memory", lambda: 2_000_000_000)


@pytest.fixture
def session(qtbot):
    session = TrainingSession(TrainingConfig(batch_size=60, epochs=1))
    session.start(data=small_pair())
    yield session
    close_threads(session)


@pytest.fixture
def slow_to_make(monkeypatch):
    """Have networks of 4 x 100 units made as very large ones are."""
    monkeypatch.setattr(training_session, "MADE_AT_ONCE", 50_000)
    return (100,) * 4


def test_the_need_counts_parameters_optimizer_and_past():
    small, wide = TrainingConfig(), TrainingConfig(hidden=(4096,) * 8)
    assert memory_need(small) < 20_000_000
    assert 3e9 < memory_need(wide) < 5e9
    assert memory_need(HUGE) > 2 * memory_need(wide)
    assert memory_need(wide, in_window=True) > 1.5 * memory_need(wide)


def test_what_there_is_no_room_for_is_refused_with_numbers(little_memory):
    require_memory(TrainingConfig(hidden=(1024, 1024)), in_window=True)
    with pytest.raises(ConfigError, match=r"120,725,514 parameters takes about 10.* GB of memory, and 2 GB"):
        require_memory(HUGE)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process's memory")
def test_a_limit_of_the_process_counts():
    program = (
        "import resource; from core.system.memory import available_memory\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, resource.RLIM_INFINITY)); print(available_memory())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=MAIN.parent, capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 3_000_000_000
    assert available_memory() > 100_000_000


def test_the_limit_of_a_container_counts(tmp_path):
    membership = tmp_path / "membership"
    membership.write_text("1:cpu:/x\n0::/outer/inner\n")
    for folder, most in (("outer", "3000000000"), ("outer/inner", "max")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "memory.max").write_text(f"{most}\n")
        (tmp_path / folder / "memory.current").write_text("1200000000\n")
        (tmp_path / folder / "memory.stat").write_text("anon 5\ninactive_file 200000000\n")
    # What is only kept because there is room does not count.
    assert memory._left_in_groups(tmp_path, membership) == [2_000_000_000]
    assert memory._left_in_groups(tmp_path / "nowhere", membership) == []
    assert memory._left_in_groups(tmp_path, tmp_path / "nowhere") == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process's memory")
def test_the_command_line_refuses_what_does_not_fit(tmp_path):
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, resource.RLIM_INFINITY))

    hidden = ",".join(["4096"] * 8)
    done = run_main("train", "--train-data", "builtin", "--hidden", hidden, "--epochs", 1, "--json", preexec_fn=limit)
    assert done.returncode == 2
    assert done.stderr.startswith("This network of 120,725,514 parameters takes about")
    assert done.stderr.endswith("take fewer or smaller layers.\n")


@pytest.mark.parametrize("fan_out", [10, 70_001])
def test_weights_drawn_in_pieces_are_those_drawn_at_once(fan_out):
    drawn = initialize(fully_connected((784, fan_out)), "relu", "he", np.random.default_rng(3)).weights[0]
    at_once = np.random.default_rng(3).standard_normal((784, fan_out)) * np.sqrt(2 / 784)
    np.testing.assert_array_equal(drawn, at_once.astype(np.float32))


def test_batches_of_several_sizes_share_one_gradient():
    run = Run(Recipe(TrainingConfig(batch_size=64, epochs=1)), small_pair())
    while not run.finished:
        run.step()
    gradients = {id(work.gradient) for work in run._trainer._workspaces.values()}
    assert len(run._trainer._workspaces) == 2
    assert len(gradients) == 1


def test_the_moment_of_a_keyframe_is_shown_without_a_copy():
    run = Run(Recipe(TrainingConfig(batch_size=60, epochs=1)), small_pair())
    first = run.snapshot().network.parameters
    assert first.vector is run.snapshot().network.parameters.vector
    assert not first.vector.flags.writeable
    before = first.vector.copy()
    run.step()
    np.testing.assert_array_equal(first.vector, before)
    assert not np.array_equal(run.snapshot().network.parameters.vector, before)


def test_a_large_network_is_made_in_the_background_and_the_present_run_stays_until_then(qtbot, session, slow_to_make):
    present, told = session.run, []
    session.building.started.connect(told.append)
    with qtbot.waitSignal(session.run_changed):
        session.set_config(session.config.with_changes(hidden=slow_to_make))
        assert session.run is present
    assert told == ["making a network of 109,810 parameters"]
    assert session.run.recipe.config.hidden == slow_to_make
    same = Run(Recipe(session.config), session.run.data)
    np.testing.assert_array_equal(
        session.run.snapshot().network.parameters.vector, same.snapshot().network.parameters.vector
    )


def test_settings_changed_meanwhile_count_and_train_begins_when_it_is_made(qtbot, session, slow_to_make):
    session.set_config(session.config.with_changes(hidden=slow_to_make))
    session.turn_knob("learning_rate", 0.05)
    session.step()
    session.train()
    qtbot.waitUntil(lambda: session.state is SessionState.FINISHED)
    assert session.run.recipe.config.hidden == slow_to_make
    assert session.run.recipe.config.learning_rate == 0.05
    assert session.run.update == session.run.total_updates


def test_making_it_can_be_given_up(qtbot, session, slow_to_make):
    present, before = session.run, session.config
    session.set_config(session.config.with_changes(hidden=slow_to_make))
    with qtbot.waitSignal(session.building.ended):
        session.give_up_building()
    session.give_up_building()
    assert (session.run, session.config) == (present, before)
    session.set_config(before.with_changes(hidden=slow_to_make))
    session.adopt(present)
    qtbot.wait(50)
    assert session.run is present


def test_what_is_refused_leaves_run_and_settings_as_they_were(qtbot, little_memory):
    window = window_with_small_data(qtbot)
    present = window.session.run
    window.settings.layers.edited.emit(HUGE.hidden)
    assert window.session.run is present
    assert window.settings.config() == window.session.config == present.recipe.config
    assert window.messages.message.kind == "error"
    assert "and 2 GB are free; take fewer or smaller" in window.messages.message.text
    window.close()


def test_the_settings_say_what_a_large_network_takes(qtbot):
    window = window_with_small_data(qtbot)
    panel = window.settings
    assert panel.memory.isHidden()
    panel.set_config(TrainingConfig(hidden=(2048, 2048, 2048)))
    assert panel.memory.text() == "This network of 10,020,874 parameters takes about 641 MB of memory."
    window.close()
