"""Dreaming a digit: every step stays an image, and the network grows surer of it than of any digit it was shown."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import CancelledError
from core.explanation.dream import dream
from core.files.shipped_models import load_shipped_model
from core.network.fully_connected import fully_connected
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import predict, scaled
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer


@pytest.mark.parametrize("name", ["ten", "wide", "drawing"])
@pytest.mark.parametrize("digit", [1, 7])
def test_from_blank_the_network_is_soon_sure_of_what_nobody_wrote(name, digit):
    network = load_shipped_model(name).network
    found = dream(network, digit)
    assert found.images.dtype == np.float32
    assert found.images.min() >= 0
    assert found.images.max() <= 1
    assert not found.images[0].any()
    assert found.probabilities[-1] > 0.999
    assert np.array_equal(found.probabilities, predict(network, found.images)[:, digit])
    test = load_builtin_digits().test
    lead = [
        logits[:, digit] - np.delete(logits, digit, axis=1).mean(axis=1)
        for logits in (
            forward(network, found.images[-1:]).logits,
            forward(network, scaled(test.images[test.labels == digit])).logits,
        )
    ]
    assert lead[0][0] > lead[1].mean()


def test_from_a_drawing_it_starts_there_and_changes_it_step_by_step():
    network = load_shipped_model("ten").network
    start = scaled(load_builtin_digits().test.images[:1])[0]
    answer = int(predict(network, start[None]).argmax())
    goal = (answer + 3) % 10
    found = dream(network, goal, start, steps=60)
    assert np.array_equal(found.images[0], start)
    assert predict(network, found.images[-1:]).argmax() == goal
    lengths = np.linalg.norm(np.diff(found.images, axis=0), axis=1)
    assert lengths.max() <= 0.2501
    assert lengths[-1] < 0.01


def test_a_network_that_does_not_look_dreams_nothing():
    found = dream(Network(Parameters.zeros(fully_connected((784, 10, 10)))), 3, steps=5)
    assert not found.images.any()
    assert found.probabilities == pytest.approx(0.1)


def test_it_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        dream(load_shipped_model("ten").network, 3, report=cancel)


def test_where_paper_lights_no_unit_up_a_faint_noise_leads_on():
    data = load_builtin_digits().train
    trainer = Trainer(Recipe(TrainingConfig(layers="conv 4 5x5, pool 2, 10")), data)
    state = trainer.initial_state()
    for _ in range(100):
        trainer.step(state)
    found = dream(Network(state.parameters), 7)
    assert not found.images[0].any()
    assert 0 < found.images[1].max() <= 0.2
    assert found.probabilities[-1] > 0.99
