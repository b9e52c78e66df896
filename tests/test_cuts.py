"""Surgery: a cut is part of the recipe, training leaves alone what is held, and everything replays bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import CancelledError, ConfigError, DivergedError
from core.explanation.chain import Chain
from core.explanation.update import explain_update
from core.files.recipe_check import Sameness, repeat
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.network.fully_connected import fully_connected
from core.network.network import forward
from core.network.prediction import scaled
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.runs.timeline import cut_marks
from core.training.config import TrainingConfig
from core.training.cuts import Cut, cut_network, float_bytes, floats, require_unit, without_units
from core.training.optimizers import OPTIMIZERS
from core.training.recipe import KnobEvent, Recipe
from core.training.setting_words import describe_recipe
from core.training.trainer import Trainer
from tests.small_data import small_pair
from tests.test_evidence import image, network_of

CONFIGS = {
    "sgd": TrainingConfig(hidden=(8,), batch_size=40, epochs=4, weight_decay=1e-2),
    "momentum": TrainingConfig(hidden=(8, 6), batch_size=40, epochs=4, optimizer="momentum", weight_decay=1e-2),
    "adam": TrainingConfig(
        hidden=(8,), batch_size=40, epochs=4, optimizer="adam", learning_rate=0.01, activation="tanh"
    ),
}
PAINTED = float_bytes(np.linspace(-0.1, 0.1, 784).astype(np.float32))
CUTS = {
    "off": Cut(kind="off", layer=1, unit=3),
    "hold": Cut(kind="hold", layer=1, unit=3, value=0.5),
    "set": Cut(kind="set", layer=1, unit=3, source=400, value=0.25, is_held=True),
    "bias": Cut(kind="set", layer=2, unit=5, value=-0.5, is_held=True),
    "paint": Cut(kind="paint", layer=1, unit=3, weights=PAINTED, is_held=True),
}
BACK = Cut(kind="back", layer=1, unit=3)


@pytest.fixture(scope="module")
def data():
    return small_pair()


def new_run(data, config="momentum"):
    return Run(Recipe(CONFIGS[config]), data, name="Run 1", test_share=0)


def run_to(run, update):
    while run.update < update:
        run.step()
    return run


def parameters(run):
    return run.snapshot().network.parameters


def vector(run):
    return parameters(run).vector


@pytest.mark.parametrize("config", list(CONFIGS))
@pytest.mark.parametrize("name", list(CUTS))
def test_what_is_held_stays_to_the_last_bit_and_all_else_goes_on_learning(data, config, name):
    cut = CUTS[name]
    run, free = (run_to(new_run(data, config), 10) for _ in range(2))
    run.cut(cut)
    held = cut.held(parameters(run).layout)
    others = np.setdiff1d(np.arange(vector(run).size), held)
    at_once = vector(run)[held].copy()
    run_to(run, 30)
    run_to(free, 30)
    assert np.array_equal(vector(run)[held], at_once)
    assert not np.array_equal(vector(run)[others], vector(free)[others])
    assert not run._state.slots[:, held].any()


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize(
    "cut",
    [
        Cut(kind="off", layer=2, unit=4),
        Cut(kind="hold", layer=2, unit=4, value=0.5),
        Cut(kind="set", layer=3, unit=7, source=4, value=2.0, is_held=True),
    ],
    ids=lambda cut: cut.kind,
)
def test_every_optimizer_and_weight_decay_leave_alone_what_is_held_in_a_later_layer(data, optimizer, cut):
    config = TrainingConfig(
        hidden=(8, 6), batch_size=40, epochs=4, optimizer=optimizer, learning_rate=0.01, weight_decay=0.05
    )
    run = run_to(Run(Recipe(config), data, name="Run 1", test_share=0), 10)
    run.cut(cut)
    held = cut.held(parameters(run).layout)
    at_once = vector(run)[held].copy()
    run_to(run, 20)
    # Another optimizer takes over, with nothing remembered and more decay.
    run.turn_knob(optimizer=next(other for other in OPTIMIZERS if other != optimizer), weight_decay=0.2)
    run_to(run, 40)
    assert np.array_equal(vector(run)[held], at_once)
    run.cut(Cut(kind="back", layer=cut.layer, unit=cut.unit))
    run_to(run, 45)
    assert not np.array_equal(vector(run)[held], at_once)


def test_a_unit_that_is_off_says_nothing_and_one_that_is_held_the_same_to_all(data):
    images = scaled(data.test.images)
    run = run_to(new_run(data, "adam"), 10)
    before = run.snapshot().network
    run.cut(Cut(kind="off", layer=1, unit=2))
    passed, without = forward(before, images), run.snapshot().network
    expected = passed.logits - passed.operations[1].output[:, [2]] * before.parameters.weights[1][2]
    assert forward(without, images).logits == pytest.approx(expected, abs=1e-5)
    run.cut(Cut(kind="hold", layer=1, unit=4, value=-0.75))
    run_to(run, 20)
    assert forward(run.snapshot().network, images).operations[1].output[:, 4] == pytest.approx(-0.75, abs=1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_several_units_are_switched_off_for_every_nonlinearity(activation):
    network = network_of((12, 9), activation, dtype=np.float32)
    cut = without_units(network, [(1, 0), (2, 3)])
    passed = forward(network, image(dtype=np.float32)[None])
    first = passed.operations[1].output.copy()
    first[:, 0] = 0
    second = network.parameters
    hidden = first @ second.weights[1] + second.biases[1]
    reached = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    a = reached[activation](hidden)
    a[:, 3] = 0
    assert forward(cut, image(dtype=np.float32)[None]).logits == pytest.approx(
        a @ second.weights[2] + second.biases[2], abs=1e-5
    )


def test_without_cuts_not_a_bit_differs_and_taken_back_cuts_were_never_made(data):
    plain, undone = run_to(new_run(data), 25), run_to(new_run(data), 12)
    recipe = undone.recipe
    undone.cut(CUTS["off"])
    undone.cut(CUTS["bias"])
    undone.take_back(recipe)
    run_to(undone, 25)
    assert np.array_equal(vector(plain), vector(undone))
    set_back = run_to(new_run(data), 12)
    set_back.cut(CUTS["paint"])
    set_back.cut(BACK)
    assert set_back.recipe.events == ()
    assert np.array_equal(vector(run_to(set_back, 25)), vector(plain))


def test_an_event_that_changes_nothing_divides_no_stretch_of_training(data):
    """A number set to what it is: the batches, rates and what the optimizer remembers go on as without."""
    plain, run = run_to(new_run(data, "adam"), 30), run_to(new_run(data, "adam"), 7)
    value = float(parameters(run).weights[0][400, 3])
    run.cut(Cut(kind="set", layer=1, unit=3, source=400, value=value))
    assert len(run.recipe.events) == 1
    assert np.array_equal(vector(run_to(run, 30)), vector(plain))


@pytest.mark.parametrize("config", list(CONFIGS))
def test_every_moment_replays_bit_for_bit_before_at_and_after_cuts(data, config):
    run = new_run(data, config)
    seen = {}
    while run.update < 40:
        if run.update == 8:
            run.cut(CUTS["off"])
        if run.update == 15:
            run.cut(Cut(kind="paint", layer=1, unit=0, weights=PAINTED))
            run.cut(CUTS["bias"])
        if run.update == 16:
            run.cut(BACK)
            run.turn_knob(learning_rate=0.02)
        seen[run.update] = vector(run).copy()
        run.step()
    replay = run.replay()
    for update in (39, 8, 7, 9, 15, 16, 17, 30, 0):
        assert np.array_equal(run.snapshot_of(replay.state_at(update)).network.parameters.vector, seen[update])
    again = run_to(Run(run.recipe, data, name="again", test_share=0), 40)
    assert np.array_equal(vector(again), vector(run))


def test_back_gives_what_was_there_and_lets_training_change_it_again(data):
    run = run_to(new_run(data, "adam"), 10)
    original = parameters(run).weights[1][3].copy()
    run.cut(CUTS["off"])
    run_to(run, 20)
    assert not parameters(run).weights[1][3].any()
    run.cut(BACK)
    assert np.array_equal(parameters(run).weights[1][3], original)
    run_to(run, 22)
    assert not np.array_equal(parameters(run).weights[1][3], original)
    # Released with nothing remembered, Adam's first step is that of one gradient alone.
    assert len(run.recipe.cuts_in_force(run.update)) == 0


def test_cuts_of_one_unit_are_set_back_together_and_the_last_first(data):
    run = run_to(new_run(data), 5)
    original = vector(run).copy()
    run.cut(Cut(kind="set", layer=1, unit=3, source=400, value=7.0, is_held=True))
    run.step()
    run.cut(Cut(kind="paint", layer=1, unit=3, weights=PAINTED, is_held=True))
    run.cut(BACK)
    incoming = CUTS["paint"].written(parameters(run).layout)
    now, there = vector(run)[incoming], original[incoming]
    assert now[400] == there[400]
    assert floats(PAINTED)[400] != now[400]


def test_strokes_at_one_moment_are_one_cut_and_each_can_be_taken_back(data):
    run = run_to(new_run(data), 5)
    recipes = []
    for value in (0.1, 0.2, 0.3):
        recipes.append(run.recipe)
        run.cut(Cut(kind="paint", layer=1, unit=3, weights=float_bytes(np.full(784, value, np.float32))))
    assert len(run.recipe.cuts) == 1
    run.take_back(recipes[2])
    assert parameters(run).weights[0][:, 3] == pytest.approx(0.2)
    run.take_back(recipes[0])
    assert run.recipe.cuts == ()


@pytest.mark.parametrize("update", [0, 5])
def test_settings_turned_since_a_cut_stay_when_it_is_taken_back(data, update):
    run = run_to(new_run(data), update)
    recipe, before = run.recipe, vector(run).copy()
    run.cut(CUTS["off"])
    run.turn_knob(learning_rate=0.125)
    run.take_back(recipe)
    assert run.recipe.cuts == ()
    assert run.recipe.config_at(update).learning_rate == 0.125
    assert np.array_equal(vector(run), before)


def test_a_branch_takes_the_cuts_of_its_past_along_and_has_its_own(data):
    run = run_to(new_run(data), 10)
    run.cut(CUTS["off"])
    run_to(run, 20)
    branch, earlier = run.branch(15, "branch"), run.branch(9, "earlier")
    assert branch.recipe.cuts == run.recipe.cuts
    assert earlier.recipe.cuts == ()
    assert np.array_equal(vector(run_to(branch, 20)), vector(run))
    earlier.cut(CUTS["hold"])
    assert run.recipe.cuts != earlier.recipe.cuts
    at_the_cut = run.branch(10, "at the cut")
    assert not parameters(at_the_cut).weights[1][3].any()


def test_a_cancelled_update_leaves_the_run_uncut_so_that_a_cut_can_still_be_taken_back(data):
    def cancel(fraction, text):
        raise CancelledError

    config = replace(CONFIGS["sgd"], batch_size=None, hidden=(8,))
    run = Run(Recipe(config), data, name="Run 1", test_share=0)
    run_to(run, 2)
    recipe, before = run.recipe, vector(run).copy()
    run.cut(CUTS["off"])
    with pytest.raises(CancelledError):
        run.step(cancel)
    run.take_back(recipe)
    assert np.array_equal(vector(run), before)


def test_a_cut_that_makes_training_diverge_is_gone_with_it(data):
    for update in (0, 6):
        run = run_to(new_run(data, "sgd"), update)
        run.cut(Cut(kind="set", layer=2, unit=4, value=1e6))
        with pytest.raises(DivergedError):
            run.step()
        assert run.recipe.cuts == ()
        run_to(run, 12)


def test_a_finished_run_can_be_cut_too(data):
    run = new_run(data, "sgd")
    run_to(run, run.total_updates)
    run.cut(CUTS["off"])
    assert run.finished
    assert not parameters(run).weights[1][3].any()


@pytest.mark.parametrize("name", list(CUTS))
def test_a_recipe_file_holds_cuts_and_repeats_the_run(data, name, tmp_path):
    run = run_to(new_run(data), 10)
    run.cut(CUTS[name])
    run_to(run, 20)
    save_recipe(tmp_path / "run.json", recipe_file_of(run, run.snapshot()))
    loaded = load_recipe(tmp_path / "run.json")
    assert loaded.recipe == run.recipe
    assert repeat(loaded, data)[1].sameness is Sameness.IDENTICAL


def test_a_kept_run_goes_on_from_its_cuts(data):
    run = run_to(new_run(data), 10)
    run.cut(CUTS["off"])
    kept = RunRecord.of(run, run.checkpoint()).to_run(data)
    assert np.array_equal(vector(kept), vector(run))
    assert np.array_equal(vector(run_to(kept, 20)), vector(run_to(run, 20)))


def test_cuts_are_told_in_words_and_marked_on_the_timeline(data):
    run = run_to(new_run(data), 10)
    run.cut(CUTS["off"])
    run_to(run, 12)
    run.cut(Cut(kind="set", layer=2, unit=5, source=1, value=0.25))
    assert "unit 3 off at 10, unit 5 of layer 2: weight of input 1 set to 0.25 at 12" in describe_recipe(run.recipe)
    first, second = cut_marks(run.recipe)
    assert (first.update, first.kind, first.unit, first.text) == (10, "cut", (0, 3), "unit 3 off")
    assert second.unit == (1, 5)
    for _ in range(3):
        run.step()
        run.cut(Cut(kind="set", layer=1, unit=1, value=0.5))
    assert "5 cuts, 10 to 15" in describe_recipe(run.recipe)


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (Cut(kind="off", layer=4, unit=0), "no hidden layer 4: it has 2 hidden layers"),
        (Cut(kind="off", layer=3, unit=0), "no hidden layer 3"),
        (Cut(kind="off", layer=1, unit=8), "no unit 8; expected 0 to 7"),
        (Cut(kind="set", layer=4, unit=0), "no layer 4: it has 3 layers"),
        (Cut(kind="set", layer=1, unit=0, source=784), "no input 784; expected 0 to 783"),
        (Cut(kind="hold", layer=1, unit=0, value=-1), "held at -1: its activations are 0 or more"),
        (Cut(kind="paint", layer=2, unit=0, weights=PAINTED), "8 weights, and 784 are painted"),
        (Cut(kind="off", layer=1, unit=0, before=PAINTED), "changes 6 numbers and is set back to 784"),
    ],
)
def test_a_cut_of_what_is_not_there_is_refused(cut, sentence, data):
    with pytest.raises(ConfigError, match=sentence):
        Recipe(CONFIGS["momentum"], (KnobEvent(3, {}, (cut,)),))
    with pytest.raises(ConfigError, match=sentence):
        cut_network(network_of((8, 6), dtype=np.float32), [cut])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e39, 10**400])
def test_what_a_float32_cannot_hold_is_refused(value):
    with pytest.raises(ConfigError, match="cannot take the value"):
        Cut(kind="set", layer=1, unit=0, value=value)
    with np.errstate(over="ignore"), pytest.raises(ConfigError, match="no finite numbers"):
        Cut(kind="paint", layer=1, unit=0, weights=float_bytes(np.full(784, min(value, 1e39), np.float64)))


def test_no_unit_can_be_set_back_that_was_not_cut_or_does_not_say_what_was_there(data):
    run = run_to(new_run(data), 3)
    with pytest.raises(ConfigError, match=r"nothing to set back: unit 3 of layer 1 was not cut"):
        run.cut(BACK)
    bare = Recipe(CONFIGS["sgd"], (KnobEvent(1, {}, (CUTS["off"],)),))
    run = run_to(Run(bare, data, name="bare", test_share=0), 3)
    with pytest.raises(ConfigError, match="does not say what was there"):
        run.cut(BACK)


@pytest.mark.parametrize(("layer", "unit"), [(0, 0), (-1, 0), (2, 0), (1, -1), (1, 10)])
def test_units_count_from_0_and_layers_from_1(layer, unit):
    with pytest.raises(ConfigError, match=r"This network has no hidden layer|Layer 1 of this network has no unit"):
        require_unit(layer, unit, fully_connected((784, 10, 10)))


@pytest.mark.parametrize("config", list(CONFIGS))
def test_the_microscope_shows_the_update_that_training_makes_of_a_cut_network(data, config):
    run = run_to(new_run(data, config), 10)
    run.cut(CUTS["off"])
    trainer = Trainer(run.recipe, data.train)
    explanation = explain_update(trainer, run.replay().state_at(10))
    assert np.array_equal(explanation.before.vector, vector(run))
    run.step()
    assert np.array_equal(explanation.after.vector, vector(run))
    assert explanation.held.tolist() == CUTS["off"].held(parameters(run).layout).tolist()
    stages = Chain(explanation).updates
    held = {stage.index(cell) for stage in stages for cell in cells_of_unit(stage)} & set(explanation.held.tolist())
    assert held
    for stage in stages:
        for cell in cells_of_unit(stage):
            terms = stage.terms(cell, None)
            assert terms.total == pytest.approx(terms.value, rel=1e-5, abs=1e-6)
            if stage.index(cell) in held:
                assert stage.values(None)[cell] == 0
                assert "held by hand" in stage.sentence(cell, None, terms)


def cells_of_unit(stage):
    """Cells about unit 3 of the first layer, in the stages of updates, and one of another unit."""
    shape = stage.values(None).shape
    if len(shape) == 1:
        return [(3,), (4,)]
    return [(400, 3), (400, 4)] if shape[0] == 784 else [(3, 2), (4, 2)]
