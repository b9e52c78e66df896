"""The update that is shown is the update that training makes, to the last bit; its parts add up."""

import numpy as np
import pytest
from small_data import small_dataset

from core.errors import CancelledError
from core.explanation.chain import Chain
from core.explanation.update import batch_loss, explain_update
from core.network.network import Network, loss_and_gradient
from core.network.softmax_loss import one_hot
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from tests.stages import all_stages, layers_of, stage_of

DATA = small_dataset(2 * CHUNK + 90, 3)

CONFIGS = {
    "sgd": TrainingConfig(batch_size=64),
    "momentum": TrainingConfig(optimizer="momentum", learning_rate=0.03, hidden=(12, 7)),
    "adam": TrainingConfig(optimizer="adam", learning_rate=0.003, schedule="cosine", activation="tanh"),
    "weight decay": TrainingConfig(weight_decay=0.01, activation="sigmoid", learning_rate=0.5),
    "full batch": TrainingConfig(batch_size=None, updates=50),
    "large batch": TrainingConfig(batch_size=CHUNK + 1, optimizer="momentum"),
    "one image": TrainingConfig(batch_size=1, learning_rate=0.01),
    "shifted": TrainingConfig(augmentation="shift", hidden=(9, 8, 7)),
    "distorted": TrainingConfig(augmentation="distort"),
    "fooled": TrainingConfig(augmentation="fooled-32", batch_size=CHUNK + 1),
    "no hidden layer": TrainingConfig(hidden=()),
}
EVERY_CONFIG = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())


def trained(config, updates=7):
    trainer = Trainer(Recipe(config), DATA)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    return trainer, state


@EVERY_CONFIG
@pytest.mark.parametrize("updates", [0, 7])
def test_update_shown_is_the_update_made(config, updates):
    trainer, state = trained(config, updates)
    untouched = state.copy()
    explanation = explain_update(Trainer(Recipe(config), DATA), state, example=0)
    assert np.array_equal(state.parameters.vector, untouched.parameters.vector)
    assert np.array_equal(state.slots, untouched.slots)

    gradient, result = trainer.gradient(state)
    assert explanation.gradient.vector.tobytes() == gradient.vector.tobytes()
    trainer.step(state)
    assert explanation.after.vector.tobytes() == state.parameters.vector.tobytes()
    assert explanation.slots_after.tobytes() == state.slots.tobytes()
    assert (explanation.loss, explanation.accuracy) == result
    assert explanation.change.vector.any()


def test_a_turned_knob_and_a_new_optimizer_are_followed():
    recipe = Recipe(TrainingConfig(optimizer="sgd")).with_event(4, optimizer="momentum", learning_rate=0.02)
    trainer = Trainer(recipe, DATA)
    state = trainer.initial_state()
    for _ in range(4):
        trainer.step(state)
    explanation = explain_update(Trainer(recipe, DATA), state)
    trainer.step(state)
    assert explanation.config.optimizer == "momentum"
    assert explanation.learning_rate == 0.02
    assert explanation.optimizer_count == 0
    assert not explanation.slots_before.any()
    assert explanation.slots_before.shape == (1, state.parameters.vector.size)
    assert explanation.after.vector.tobytes() == state.parameters.vector.tobytes()


@EVERY_CONFIG
def test_parts_of_all_images_add_up_to_the_batch_gradient(config):
    trainer, state = trained(config)
    size = len(trainer.batch_indices(state.update))
    layers = len(state.parameters.weights)
    sums = [0.0] * (2 * layers)
    first = 0
    while first < size:
        explanation = explain_update(trainer, state, first)
        assert explanation.first == first
        for example in range(explanation.first, explanation.last + 1):
            for layer in range(layers):
                weights, biases = stage_of(explanation, f"dW{layer + 1}"), stage_of(explanation, f"db{layer + 1}")
                sums[layer] += weights.values(example).astype(np.float64)
                sums[layers + layer] += biases.values(example).astype(np.float64)
        first = explanation.last + 1
    scale = np.abs(explanation.gradient.vector).max()
    for layer in range(layers):
        np.testing.assert_allclose(sums[layer], explanation.gradient.weights[layer], rtol=1e-4, atol=1e-6 * scale)
        np.testing.assert_allclose(
            sums[layers + layer], explanation.gradient.biases[layer], rtol=1e-4, atol=1e-6 * scale
        )


@EVERY_CONFIG
def test_stages_follow_from_each_other_exactly(config):
    trainer, state = trained(config)
    explanation = explain_update(trainer, state)
    returned = passed = layers_of(explanation)
    for layer, arriving in enumerate(layers_of(explanation).activation_gradients):
        assert np.array_equal(arriving * returned.derivatives[layer], returned.sum_gradients[layer])
    np.testing.assert_array_equal(
        returned.sum_gradients[-1],
        (explanation.probabilities - explanation.targets) * np.float32(1 / explanation.batch_size),
    )
    assert passed.activations[0] is explanation.inputs


def test_losses_of_the_images_have_the_batch_loss_as_their_mean():
    trainer, state = trained(CONFIGS["full batch"])
    explanation = explain_update(trainer, state)
    assert explanation.losses.shape == (len(DATA),)
    assert explanation.losses.mean() == pytest.approx(explanation.loss, rel=1e-5)
    image = stage_of(explanation, "loss").values(1000)
    assert image.tolist() == [explanation.losses[1000]]


def test_loss_after_is_that_of_the_new_network_on_the_same_images():
    trainer, state = trained(CONFIGS["sgd"])
    explanation = explain_update(trainer, state)
    network = Network(explanation.after.astype(np.float64))
    loss_sum, *_ = loss_and_gradient(network, explanation.inputs.astype(float), explanation.targets.astype(float))
    assert explanation.loss_after == pytest.approx(loss_sum / 64, rel=1e-4)
    assert batch_loss(trainer, explanation.before, state.update) == explanation.loss
    assert explanation.loss_after < explanation.loss


def test_images_of_the_batch_are_those_of_the_data():
    trainer, state = trained(CONFIGS["sgd"])
    explanation = explain_update(trainer, state)
    assert np.array_equal(explanation.inputs, DATA.images[explanation.indices] * np.float32(1 / 255))
    assert np.array_equal(explanation.targets, one_hot(DATA.labels[explanation.indices]))
    assert np.array_equal(explanation.labels, DATA.labels[explanation.indices])


def test_of_a_large_batch_the_chunk_of_the_chosen_image_is_kept():
    trainer, state = trained(CONFIGS["full batch"])
    explanation = explain_update(trainer, state, example=CHUNK + 5)
    assert (explanation.first, explanation.last) == (CHUNK, 2 * CHUNK - 1)
    assert explanation.row(CHUNK + 5) == 5
    with pytest.raises(IndexError, match="not among 512 to 1023"):
        explanation.row(3)
    with pytest.raises(IndexError, match="there is no image"):
        explain_update(trainer, state, example=len(DATA))


def test_everything_shown_is_read_only():
    explanation = explain_update(*trained(CONFIGS["momentum"]))
    arrays = [
        explanation.losses,
        explanation.inputs,
        explanation.targets,
        explanation.probabilities,
        explanation.gradient.vector,
        explanation.before.vector,
        explanation.after.vector,
        explanation.change.vector,
        explanation.slots_before,
        explanation.slots_after,
        *layers_of(explanation).activations,
        *layers_of(explanation).sums,
        *layers_of(explanation).sum_gradients,
        *layers_of(explanation).derivatives,
        *layers_of(explanation).activation_gradients,
    ]
    assert not any(array.flags.writeable for array in arrays)


def test_a_long_explanation_can_be_cancelled():
    trainer, state = trained(CONFIGS["full batch"])
    fractions = []

    def cancel_late(fraction, text):
        fractions.append(fraction)
        if len(fractions) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        explain_update(trainer, state, report=cancel_late)
    assert fractions == sorted(fractions)
    assert fractions[-1] < 0.5


def test_a_run_that_diverged_is_explained_all_the_same():
    trainer, state = trained(CONFIGS["sgd"])
    state.parameters.vector[:] *= np.float32(1e30)
    explanation = explain_update(trainer, state)
    assert not np.isfinite(explanation.loss)


@pytest.mark.parametrize(
    ("hidden", "names"),
    [
        ((), "x z₁ p loss dz₁ dW₁ db₁ W₁"),
        ((9,), "x z₁ a₁ z₂ p loss dz₂ dW₂ db₂ da₁ mask₁ dz₁ dW₁ db₁ W₁"),
        ((9, 8), "x z₁ a₁ z₂ a₂ z₃ p loss dz₃ dW₃ db₃ da₂ mask₂ dz₂ dW₂ db₂ da₁ mask₁ dz₁ dW₁ db₁ W₁"),
    ],
)
def test_chain_of_stages(hidden, names):
    chain = Chain(explain_update(*trained(TrainingConfig(hidden=hidden), 1)))
    assert " ".join(stage.symbol for stage in chain.stages) == names


def test_values_have_the_shape_that_their_axes_promise():
    explanation = explain_update(*trained(CONFIGS["momentum"]))
    sizes = explanation.before.layout.layer_sizes
    for stage in all_stages(explanation):
        assert all(units.size == sizes[units.layer] for units in stage.axes)
        expected = tuple(units.size for units in stage.axes)
        assert stage.values(2).shape == (expected or (1,)), stage


def test_every_parameter_is_found_at_its_place():
    explanation = explain_update(*trained(CONFIGS["momentum"]))
    layout = explanation.before.layout
    for index in (0, 5000, 784 * 12, 784 * 12 + 11, 784 * 12 + 12, explanation.before.vector.size - 1):
        place, cell = layout.at(index)
        stage = stage_of(explanation, place.name)
        assert stage.index(cell) == index
        assert stage.values(None)[cell] == explanation.change.vector[index]
    with pytest.raises(IndexError):
        layout.at(explanation.before.vector.size)
