"""Every number that a lesson names is held: a setting, a metric that its run ends with, or a fact worked out here.

The runs are made on the kernels of OpenBLAS that this processor can run. Which is the machine's own decides the last
digits, and at high rates or symmetric starts the whole run, so a text may only name what holds on all of them. The
machine's own kernel is always tried; the others where MNIST_ANN_ALL_KERNELS is set, as in CI.
"""

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.explanation.dream import dream
from core.explanation.fooling import fooling_curve
from core.explanation.unit_worth import find_unit_worth
from core.files.shipped_models import load_shipped_model
from core.lessons.lesson import load_lessons
from core.lessons.lesson_data import lesson_data
from core.network.arrays import CLASSES, PIXELS
from core.network.dropout import Dropout
from core.network.network import loss_and_gradient
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.runs.hand_made import score_of, score_of_training, scored_images
from core.runs.run import Run
from core.training.config import FOOLED, TrainingConfig
from core.training.cuts import Cut, float_bytes
from core.training.evaluation import evaluate
from core.training.presets import PRESETS
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.widgets.stages.stage_check import SAMPLE

ROOT = Path(__file__).parents[1]
LESSONS = {lesson.key: lesson for lesson in load_lessons()[0]}
OWN, OTHERS = "", ("SkylakeX", "Haswell", "Zen")
NEEDS = {"SkylakeX": "avx512f", "Haswell": "avx2", "Zen": "avx2"}
"""What a processor must have for a kernel; it would end with an illegal instruction otherwise."""

ALL_KERNELS = "MNIST_ANN_ALL_KERNELS"


def kernels():
    for kernel in (OWN, *OTHERS):
        reasons = []
        if kernel and not os.environ.get(ALL_KERNELS):
            reasons.append(f"{ALL_KERNELS} is not set")
        cpuinfo = Path("/proc/cpuinfo")
        if kernel and not (cpuinfo.exists() and NEEDS[kernel] in cpuinfo.read_text()):
            reasons.append(f"this processor has no {NEEDS[kernel]}")
        marks = [pytest.mark.skip(reason=reasons[0])] if reasons else []
        yield pytest.param(kernel, marks=marks, id=kernel or "own")


@functools.cache
def tried(key, kernel, data=""):
    """Return what ``main.py lesson KEY --try --json`` prints, made with a kernel."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    if kernel:
        environment["OPENBLAS_CORETYPE"] = kernel
    arguments = ["lesson", key, "--try", "--json", *(["--train-data", data] if data else [])]
    done = subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("key", LESSONS)
@pytest.mark.parametrize("kernel", [*kernels()])
def test_every_run_ends_as_its_lesson_expects(key, kernel):
    result = tried(key, kernel)
    steps = [number for number, step in enumerate(LESSONS[key].steps, start=1) if step.config]
    assert [setup["step"] for setup in result["setups"]] == steps
    assert result["unexpected"] == []


@pytest.mark.skipif(not os.environ.get(ALL_KERNELS), reason=f"takes minutes: {ALL_KERNELS} is not set")
@pytest.mark.parametrize("key", LESSONS)
def test_every_run_ends_on_mnist_as_its_lesson_expects(shared_folder, key):
    assert tried(key, OWN, str(shared_folder / "mnist"))["unexpected"] == []


# What the texts name that is no setting and no end of a run, worked out.


def parameters_of(config):
    return Run(Recipe(config), load_builtin_digits(), test_share=0).snapshot().network.parameters.vector.size


def changed_by_first_update():
    run = Run(Recipe(PRESETS["original"].config), load_builtin_digits(), test_share=0)
    before = run.snapshot().network.parameters.vector
    run.step()
    return float((run.snapshot().network.parameters.vector != before).mean())


@functools.cache
def angles(update):
    """Return the mean angle between gradients of 64 images and the exact one, in degrees."""
    data = load_builtin_digits().train
    run = Run(Recipe(LESSONS["full-batch-or-minibatch"].steps[2].config), load_builtin_digits(), test_share=0)
    while run.update < update:
        run.step()
    network, rng = run.snapshot().network, np.random.default_rng(0)

    def gradient(rows):
        return loss_and_gradient(network, scaled(data.images[rows]), one_hot(data.labels[rows])).gradient.vector

    exact = gradient(np.arange(len(data)))
    found = []
    for _ in range(20):
        one = gradient(rng.choice(len(data), 64, replace=False))
        found.append(np.degrees(np.arccos(one @ exact / np.linalg.norm(one) / np.linalg.norm(exact))))
    return float(np.mean(found))


def final_losses(step, until=None, images=None):
    run = Run(Recipe(step.config, step.turns), lesson_data(load_builtin_digits(), step.images), test_share=0)
    while not run.finished and (until is None or run.update < until):
        run.step()
    return run.metrics.read().batch_loss


DENSE_MOVED, CONV_MOVED = (93, 89, 70, 45, 29), (96, 96, 91, 80, 60)
"""What the lesson on moved digits names: accuracies in per cent, moved by 0 to 4 pixels."""

FACTS = {
    "original-recipe": {
        "784": lambda: PIXELS == 784,
        "7,960": lambda: parameters_of(PRESETS["original"].config) == 7960 and changed_by_first_update() > 0.8,
        "2.303": lambda: round(np.log(CLASSES), 3) == 2.303,
        "0": lambda: True,
        "100": lambda: True,
        "64": lambda: TrainingConfig().batch_size == 64,
        "0.5": lambda: jumps(0.5) and not jumps(0.1),
    },
    "learning-rate": {"0.001": lambda: 0.0001 * 10 == 0.001, "0.01": lambda: 0.1 / 10 == 0.01, "0.1": lambda: True},
    "all-zero-start": {"0": lambda: True, "0.5": lambda: True},
    "dead-relus": {"0": lambda: True},
    "full-batch-or-minibatch": {
        "40": lambda: 35 < angles(0) < 50,
        "60": lambda: 50 < angles(1252) < 65,
        "1": lambda: True,
    },
    "momentum": {
        "1": lambda: True,
        "10": lambda: round(1 / (1 - 0.9), 9) == 10,
        "100": lambda: round(1 / (1 - 0.99), 9) == 100,
        "2": lambda: True,
        "0.98": lambda: round(0.99**2, 2) == 0.98,
        "0.97": lambda: round(0.99**3, 2) == 0.97,
        "0.9": lambda: round(0.99**10, 1) == 0.9,
        "0.2": lambda: True,
        "0.06": lambda: True,
    },
    "overfitting": {},
    "switch-off": {"128": lambda: missed_of_wide() < 0.02},
    "be-the-optimizer": {
        "0": lambda: True,
        "1": lambda: True,
        "0.2": lambda: True,
        "2": lambda: True,
        "0.5": lambda: True,
        "10": lambda: CLASSES == 10,
        "2.303": lambda: round(np.log(CLASSES), 3) == 2.303,
        "3,190": lambda: parameters_of(LESSONS["be-the-optimizer"].steps[1].config) == 3190,
    },
    "fool-it": {"784": lambda: PIXELS == 784, "16": lambda: FOOLED["fooled-16"] == 16},
    "dream": {"7": lambda: is_sure_of_its_dream(7)},
    "dropout": {
        "1": lambda: True,
        "0": lambda: True,
        "0.8": lambda: round(1 - 0.2, 9) == 0.8,
        "1.25": lambda: masks_of("dropout", 3) == {0.0, 1.25},
        "200": lambda: "200" in LESSONS["overfitting"].title,
    },
    "edge-kernel": {
        "1": lambda: True,
        "0": lambda: edge_sums([0, 0, 0]) == edge_sums([1, 1, 1]) == 0,
        "3": lambda: edge_sums([0, 0, 1]) == 3 and edge_sums([1, 0, 0]) == -3,
        "24": lambda: LESSONS["edge-kernel"].steps[1].config.layout.shapes[2][1:] == (24, 24),
        "576": lambda: 24 * 24 == 576,
        "28": lambda: PIXELS == 28 * 28,
        "23": lambda: 28 - 5 == 23,
        "4": lambda: 28 - 24 == 4,
        "9": lambda: 3 * 3 == 9,
        "72": lambda: 576 / 8 == 72,
    },
    "shuffled-pixels": {
        "2,202": lambda: parameters_of(LESSONS["shuffled-pixels"].steps[3].config) == 2202,
        "25,450": lambda: parameters_of(LESSONS["shuffled-pixels"].steps[0].config) == 25450,
        "25": lambda: 5 * 5 == 25,
        "10": lambda: CLASSES == 10,
        "50": lambda: True,
    },
    "moved-digits": {
        **{str(number): lambda: True for number in (*range(5), *DENSE_MOVED, *CONV_MOVED)},
        "256": lambda: LESSONS["moved-digits"].steps[1].config.layout.shapes[-2] == (256,),
    },
    "batch-norm": {
        "0": lambda: True,
        "1": lambda: True,
        "5": lambda: True,
        "10": lambda: CLASSES == 10,
        "2.30": lambda: round(np.log(CLASSES), 2) == 2.30,
        "0.25": lambda: 0.5 * (1 - 0.5) == 0.25,
    },
    "break-it": {"40": lambda: SAMPLE == 40, "0": lambda: True, "1": lambda: True, "2": lambda: True},
}
"""By lesson: numbers in its texts, and whether they hold."""


def masks_of(key, place):
    """Return what the masks of a lesson's dropout let through."""
    step = LESSONS[key].steps[place - 1]
    trainer = Trainer(Recipe(step.config), lesson_data(load_builtin_digits(), step.images).train)
    (chunk,) = trainer.passes(trainer.initial_state())
    masks = next(
        work.kept
        for operation, work in zip(step.config.layout.operations, chunk.passes.operations, strict=True)
        if isinstance(operation, Dropout)
    )
    return {round(float(number), 6) for number in np.unique(masks)}


def edge_sums(columns):
    """Return what the kernel made by hand answers to a patch with these columns of ink."""
    kernel = np.array([[-1, 0, 1]] * 3)
    return int((kernel * columns).sum())


@functools.cache
def moved_accuracies(step):
    """Return how many test images a network of the lesson on moved digits reads, moved by 0 to 4 pixels."""
    data = load_builtin_digits()
    run = Run(Recipe(LESSONS["moved-digits"].steps[step].config), data, test_share=0)
    while not run.finished:
        run.step()
    network = run.snapshot().network
    return [evaluate(network, lesson_data(data, moved=moved).test).accuracy for moved in range(5)]


def missed_of_wide():
    """Return how many answers the 128 units of "Wide" lose at most with one of them."""
    worth = find_unit_worth(load_shipped_model("wide").network, load_builtin_digits().test, 1)
    return worth.accuracy - worth.accuracies.min()


def is_sure_of_its_dream(digit):
    run = Run(Recipe(LESSONS["dream"].steps[1].config), load_builtin_digits(), test_share=0)
    while not run.finished:
        run.step()
    return dream(run.snapshot().network, digit).probabilities[-1] > 0.99


def jumps(rate):
    config = PRESETS["original"].config.with_changes(learning_rate=rate, updates=60)
    run = Run(Recipe(config), load_builtin_digits(), test_share=0)
    while not run.finished:
        run.step()
    return bool((np.diff(run.metrics.read().batch_loss) > 0).any())


def texts_of(lesson):
    for step in lesson.steps:
        yield step.text
        if step.question:
            yield from (step.question.text, step.question.explanation, *step.question.choices, *step.question.replies)


def numbers_in(text):
    # Symbols with an index, such as W₁, dW1 or 1/m, hold no number that could be wrong.
    return re.findall(r"(?<![\w₀-₉/.])\d[\d,]*(?:\.\d+)?(?![\w/])", text.replace("1/m", ""))


def value(text):
    return float(text.replace(",", ""))


def is_held(lesson, text):
    """Return whether a number is a setting of the lesson, or what one of its runs is expected to end with."""
    wanted = value(text)
    for step in lesson.steps:
        if step.config is not None:
            settings = step.config.to_dict()
            known = [*settings.pop("hidden"), step.images, step.moved, *settings.values()]
            known += [value(number) for number in re.findall(r"\d+(?:\.\d+)?", step.config.layers)]
            known += [change for turn in step.turns for change in (turn.update, *turn.changes.values())]
            if any(type(number) in (int, float) and number == wanted for number in known):
                return True
        if step.speed == wanted:
            return True
        for key, (low, high) in step.expect.items():
            if low <= wanted <= high or ("accuracy" in key and low <= wanted / 100 <= high):
                return True
    return False


@pytest.mark.parametrize("key", LESSONS)
def test_every_number_of_a_lesson_is_held(key):
    found = {number for text in texts_of(LESSONS[key]) for number in numbers_in(text)}
    unknown = {number for number in found if number not in FACTS[key] and not is_held(LESSONS[key], number)}
    assert unknown == set()


@pytest.mark.parametrize(("key", "number"), [(key, number) for key, facts in FACTS.items() for number in facts])
def test_facts_in_lessons_hold(key, number):
    assert any(number in numbers_in(text) for text in texts_of(LESSONS[key])), "the text names it no more"
    assert FACTS[key][number]()


# What the texts say without a number, or in a table.


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


def test_without_its_dearest_unit_one_digit_is_lost_and_training_heals_that():
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
    assert min(worth.accuracy_of(unit, digit) - worth.accuracy_of(None, digit) for digit in range(10)) < -0.6
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
