"""The lessons that come with the program are all there, and training does what they say it does."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import DivergedError
from core.lessons.bugs import BUGS
from core.lessons.lesson import LESSONS_FOLDER, load_lessons
from core.lessons.lesson_data import lesson_data
from core.runs.run import Run
from core.training.evaluation import evaluate
from core.training.presets import PRESETS
from core.training.recipe import Recipe
from tests.small_data import small_pair


@pytest.fixture(scope="module")
def lessons():
    lessons, problems = load_lessons()
    assert problems == ()
    return {lesson.key: lesson for lesson in lessons}


def test_every_lesson_says_what_it_is_about_sets_something_up_and_asks(lessons):
    for lesson in lessons.values():
        assert lesson.summary
        assert any(step.sets_up for step in lesson.steps)
        assert any(step.question for step in lesson.steps)


def test_every_shipped_lesson_file_is_listed_once():
    assert len(list(LESSONS_FOLDER.glob("*.toml"))) == len(load_lessons()[0])


def test_steps_are_short(lessons):
    for lesson in lessons.values():
        for step in lesson.steps:
            assert len(step.text.split()) <= 90, (lesson.key, step.text)


def test_the_original_recipe_is_the_preset(lessons):
    assert lessons["original-recipe"].steps[1].config == PRESETS["original"].config


def test_breaking_it_covers_every_bug_and_every_answer_is_the_bug(lessons):
    steps = [step for key in ("break-it", "break-the-convolution") for step in lessons[key].steps if step.bug]
    assert {step.bug for step in steps} == set(BUGS)
    for step in steps:
        assert [step.question.choices[answer] for answer in step.question.answers] == [BUGS[step.bug].title]


def test_four_equal_sigmoid_units_stay_equal_as_the_lesson_says(lessons):
    config = lessons["all-zero-start"].steps[3].config
    run = Run(Recipe(config), small_pair(), test_share=0)
    while not run.finished:
        run.step()
    weights = run.snapshot().network.parameters.weights[0]
    assert np.abs(weights).max() > 0.001
    assert np.array_equal(weights, np.repeat(weights[:, :1], weights.shape[1], axis=1))


def test_a_zero_start_with_relu_learns_output_biases_alone_as_the_lesson_says(lessons):
    run = Run(Recipe(lessons["all-zero-start"].steps[1].config), small_pair(), test_share=0)
    while not run.finished:
        run.step()
    parameters = run.snapshot().network.parameters
    assert not any(array.any() for array in (*parameters.weights, parameters.biases[0]))
    assert parameters.biases[1].any()


def finished(step):
    """Train as a step asks on the built-in digits; return the run."""
    run = Run(Recipe(step.config, step.turns), lesson_data(load_builtin_digits(), step.images), test_share=0)
    while not run.finished:
        run.step()
    return run


def test_learning_rates_do_what_the_lesson_says(lessons):
    small, right, large, huge = lessons["learning-rate"].steps[1:5]
    losses = [finished(step).metrics.read().batch_loss for step in (small, right, large)]
    assert losses[0][:50].mean() - 0.2 < losses[0][-50:].mean() < losses[0][:50].mean()
    assert losses[1][-50:].mean() < 0.5
    assert losses[2].max() > 10
    assert losses[2][-50:].mean() == pytest.approx(2.3, abs=0.05)
    with pytest.raises(DivergedError, match=r"at update 1: the loss is 1,\d\d\d, "):
        finished(huge)


def test_minibatches_get_further_than_full_batches_as_the_lesson_says(lessons):
    full, minibatch = (finished(step) for step in lessons["full-batch-or-minibatch"].steps[1:3])
    assert minibatch.metrics.read().batch_loss[-50:].mean() < 0.5 < full.metrics.read().batch_loss.min()


def test_few_images_are_learned_by_heart_and_distortion_helps_as_the_lesson_says(lessons):
    plain, distorted = (lessons["overfitting"].steps[place] for place in (1, 3))
    data = load_builtin_digits()
    run = Run(Recipe(plain.config), lesson_data(data, plain.images), test_share=0)
    while run.update < 128:
        run.step()
    early = evaluate(run.snapshot().network, data.test).loss
    while not run.finished:
        run.step()
    end = evaluate(run.snapshot().network, data.test)
    assert evaluate(run.snapshot().network, run.data.train).accuracy == 1
    assert end.loss > early + 0.1
    assert end.accuracy < 0.8
    assert evaluate(finished(distorted).snapshot().network, data.test).accuracy > end.accuracy + 0.08
