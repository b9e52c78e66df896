"""Every number that a lesson names is held: a setting, a metric that its run ends with, or a fact worked out here."""

import functools
import os
import re

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.explanation.dream import dream
from core.explanation.unit_worth import find_unit_worth
from core.files.shipped_models import load_shipped_model
from core.lessons.bugs import BUGS
from core.lessons.lesson_data import lesson_data
from core.network.arrays import CLASSES, PIXELS
from core.network.dropout import Dropout
from core.network.gradient_check import backpropagation
from core.network.network import loss_and_gradient
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.runs.run import Run
from core.training.config import FOOLED, TrainingConfig
from core.training.presets import PRESETS
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.widgets.stages.stage_check import SAMPLE
from tests.lesson_runs import (
    ALL_KERNELS,
    CONV_MOVED,
    DENSE_MOVED,
    LESSONS,
    MOST_SECONDS,
    OWN,
    kernels,
    tried,
)


@pytest.mark.timeout(MOST_SECONDS + 60)
@pytest.mark.parametrize("key", LESSONS)
@pytest.mark.parametrize("kernel", [*kernels()])
def test_every_run_ends_as_its_lesson_expects(key, kernel):
    result = tried(key, kernel)
    steps = [number for number, step in enumerate(LESSONS[key].steps, start=1) if step.config]
    assert [setup["step"] for setup in result["setups"]] == steps
    assert result["unexpected"] == []


@pytest.mark.timeout(MOST_SECONDS + 60)
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
    "break-the-convolution": {"4": lambda: rewarded_by_a_broken_pooling() == {4.0}},
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


def rewarded_by_a_broken_pooling():
    """Return by how much the gradients of the biases before the second pooling are too large."""
    data = load_builtin_digits()
    run = Run(Recipe(LESSONS["break-the-convolution"].steps[0].config), data, test_share=0)
    while run.update < 200:
        run.step()
    batch = scaled(data.train.images[:32]), one_hot(data.train.labels[:32])
    network = run.snapshot().network
    broken, right = BUGS["winners_forgotten"].gradient(network, *batch), backpropagation(network, *batch)
    return {round(float(ratio), 3) for ratio in broken.arrays["b2"] / right.arrays["b2"]}


def edge_sums(columns):
    """Return what the kernel made by hand answers to a patch with these columns of ink."""
    kernel = np.array([[-1, 0, 1]] * 3)
    return int((kernel * columns).sum())


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
    return re.findall(r"(?<![\w₀-₉/.])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/])", text.replace("1/m", ""))


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
    unknown = {number for number in found if number not in FACTS.get(key, {}) and not is_held(LESSONS[key], number)}
    assert unknown == set()


@pytest.mark.parametrize(("key", "number"), [(key, number) for key, facts in FACTS.items() for number in facts])
def test_facts_in_lessons_hold(key, number):
    assert any(number in numbers_in(text) for text in texts_of(LESSONS[key])), "the text names it no more"
    assert FACTS[key][number]()
