"""What lessons say without a number, or in a table, is so."""

import os
import subprocess
import sys

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.explanation.fooling import fooling_curve
from core.explanation.unit_worth import find_unit_worth
from core.lessons.lesson_data import lesson_data
from core.runs.hand_made import score_of, score_of_training, scored_images
from core.runs.run import Run
from core.training.cuts import Cut, float_bytes
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from tests.lesson_runs import (
    CONV_MOVED,
    DENSE_MOVED,
    LESSONS,
    OWN,
    ROOT,
    final_losses,
    kernels,
    moved_accuracies,
    tried,
)


@pytest.mark.parametrize(("step", "shown"), [(0, DENSE_MOVED), (1, CONV_MOVED)])
def test_moved_digits_are_read_as_the_table_says(step, shown):
    assert 100 * np.array(moved_accuracies(step)) == pytest.approx(shown, abs=2.5)


def test_learned_kernels_have_a_blue_and_a_red_side_more_than_first_ones():
    run = Run(Recipe(LESSONS["edge-kernel"].steps[1].config), load_builtin_digits(), test_share=0)
    first = sided(run.snapshot().network)
    while not run.finished:
        run.step()
    assert max(first) < 0.2
    assert sum(share > 0.3 for share in sided(run.snapshot().network)) >= 3


def sided(network):
    """Return, for each kernel, which share of its spread a slope from one side to the other makes."""
    kernels = network.parameters.weights[0][0].reshape(25, -1)
    kernels = kernels - kernels.mean(axis=0)
    slopes = np.stack([np.repeat(np.arange(-2, 3), 5), np.tile(np.arange(-2, 3), 5)]) / np.sqrt(50)
    return ((slopes @ kernels) ** 2).sum(axis=0) / (kernels**2).sum(axis=0)


def test_momentum_is_much_the_same_as_a_tenfold_rate_with_minibatches():
    _, plain, momentum, tenfold, *_ = (
        setup["accuracy"] for setup in [{"accuracy": 0}, *tried("momentum", OWN)["setups"]]
    )
    assert abs(momentum - tenfold) < 0.02 < momentum - plain


def test_the_best_plain_rate_bounces_and_momentum_does_not():
    plain, momentum = (final_losses(LESSONS["momentum"].steps[place]) for place in (4, 5))
    assert (np.diff(plain) > 0).sum() > 20
    assert momentum[-1] < plain[-1] / 2.5
    for rate in (0.5, 1.0, 2.0):
        step = LESSONS["momentum"].steps[4]
        config = step.config.with_changes(learning_rate=rate)
        run = Run(Recipe(config), lesson_data(load_builtin_digits(), step.images), test_share=0)
        while not run.finished:
            run.step()
        assert run.metrics.read().batch_loss[-1] > plain[-1] - 0.02


def test_momentum_turned_up_on_the_way_holds_training_back():
    step = LESSONS["momentum"].steps[6]
    assert step.turns[0].update == 400
    losses = final_losses(step, 700)
    assert losses[600:700].mean() > losses[300:400].mean()


@pytest.mark.parametrize("kernel", [*kernels()])
def test_equal_units_stay_equal_or_part_as_the_lesson_says(kernel):
    """On each kernel: 4 stay equal; 18 part, or stay equal to the end, which the text tells of as well."""
    code = (
        "import numpy as np\n"
        "from core.lessons.lesson import load_lessons\n"
        "from core.training.recipe import Recipe\n"
        "from core.runs.run import Run\n"
        "from core.data.synthetic.builtin_digits import load_builtin_digits\n"
        "lesson = {lesson.key: lesson for lesson in load_lessons()[0]}['all-zero-start']\n"
        "for place in (3, 4):\n"
        "    run = Run(Recipe(lesson.steps[place].config), load_builtin_digits(), test_share=0)\n"
        "    while not run.finished:\n"
        "        run.step()\n"
        "    weights = run.snapshot().network.parameters.weights[0]\n"
        "    print(float(np.ptp(weights, axis=1).max()))\n"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | ({"OPENBLAS_CORETYPE": kernel} if kernel else {})
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    four, eighteen = map(float, done.stdout.split())
    assert four == 0
    if kernel:
        assert eighteen > 0.1


def test_without_its_dearest_unit_some_digits_are_lost_and_training_heals_that():
    run = Run(Recipe(LESSONS["switch-off"].steps[1].config), load_builtin_digits(), test_share=0)
    while run.update < run.total_updates * 5 // 8:
        run.step()
    test = load_builtin_digits().test
    worth = find_unit_worth(run.snapshot().network, test, 1)
    unit = int(worth.accuracies.argmin())
    run.cut(Cut(kind="off", layer=1, unit=unit))
    cut = evaluate(run.snapshot().network, test).accuracy
    while not run.finished:
        run.step()
    assert cut < worth.accuracy - 0.1
    lost = np.sort(worth.correct - worth.without[unit])[::-1]
    assert lost[:4].sum() > 0.8 * lost.clip(0).sum()
    assert 2 <= sum(worth.accuracy_of(unit, digit) < 0.5 for digit in range(10)) <= 5
    assert evaluate(run.snapshot().network, test).accuracy > worth.accuracy - 0.03
    assert not run.snapshot().network.parameters.weights[1][unit].any()


def strokes(unit):
    """Return what the lesson has one paint: an upright stroke between two that count against it, or a ring."""
    weights = np.zeros((28, 28), np.float32)
    if unit == 0:
        weights[5:23, 13:16], weights[5:23, 4:10], weights[5:23, 18:24] = 0.1, -0.1, -0.1
    else:
        rows, columns = np.mgrid[:28, :28] - 13.5
        away = np.hypot(rows, columns / 0.85)
        weights[(away > 6) & (away < 10)], weights[away < 4] = 0.1, -0.2
    return float_bytes(weights.ravel())


def test_what_is_painted_by_hand_scores_as_the_lesson_says_and_training_goes_on_from_it():
    config, data = LESSONS["be-the-optimizer"].steps[1].config, load_builtin_digits()
    run, images = Run(Recipe(config), data, test_share=0), scored_images(config, data.train)

    def score():
        return score_of(run.snapshot().network, images)

    blank = score()
    assert 0.09 < blank.accuracy < 0.11
    run.cut(Cut(kind="paint", layer=1, unit=0, weights=strokes(0)))
    run.cut(Cut(kind="set", layer=2, unit=1, source=0, value=1.0))
    one = score()
    assert 0.17 < one.accuracy < 0.23
    run.cut(Cut(kind="paint", layer=1, unit=1, weights=strokes(1)))
    run.cut(Cut(kind="set", layer=1, unit=1, value=-2.0))
    run.cut(Cut(kind="set", layer=2, unit=0, source=1, value=0.5))
    two = score()
    assert abs(two.accuracy - one.accuracy) < 0.02
    assert two.loss < one.loss - 0.05
    run.advance(run.total_updates, lambda *_: None, "")
    trained, asked = score(), score_of_training(config, data, images)
    assert two.accuracy + 0.1 < trained.accuracy < asked.accuracy
    assert asked.accuracy > 0.5
    assert not run.snapshot().network.parameters.weights[0][:, 2:].any()


def test_a_step_along_the_gradient_fools_and_a_random_one_does_not():
    run = Run(Recipe(LESSONS["fool-it"].steps[1].config), load_builtin_digits(), test_share=0)
    while not run.finished:
        run.step()
    curve = fooling_curve(run.snapshot().network, load_builtin_digits().test, (0, 16))
    assert curve.fooled[1] < curve.fooled[0] - 0.4
    assert curve.random[1] > curve.random[0] - 0.05


def test_training_on_fooled_images_withstands_larger_steps_at_a_price():
    data, plain, fooled = load_builtin_digits(), *(LESSONS["fool-it"].steps[place].config for place in (1, 4))
    assert plain.with_changes(augmentation="fooled-16") == fooled
    curves = []
    for config in (plain, fooled):
        run = Run(Recipe(config), data, test_share=0)
        while not run.finished:
            run.step()
        curves.append(fooling_curve(run.snapshot().network, data.test, (0, 8, 16)).fooled)
    before, after = curves
    assert before[0] - 0.15 < after[0] < before[0]
    assert after[1] > before[1] + 0.07
    assert after[2] > before[2] + 0.2
