"""Gradients and running means against PyTorch's autograd, where PyTorch is installed as `make bench` does."""

import numpy as np
import pytest

from core.network.network import Network, backward, forward
from core.network.parameters import Parameters
from core.network.softmax_loss import one_hot
from core.training.config import TrainingConfig
from core.training.running_statistics import move_statistics, take_statistics
from tests.small_data import small_dataset

torch = pytest.importorskip("torch", reason="PyTorch is not installed; make bench installs it")

LISTS = [
    "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10",
    "conv 6 5x5 same, pool 2, conv 16 5x5, pool 2, 120, 84, 10",
    "conv 3 3x3, norm, pool 3, dropout 0.3, conv 4 3x3 same, norm, 20, norm, dropout 0.5, 10",
    "norm, 30, norm, 10",
]


@pytest.mark.parametrize("in_training", [True, False])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("layers", LISTS)
def test_it_agrees_with_autograd(layers, activation, in_training):
    from tests.torch_networks import logits_of, parameters_of

    layout = TrainingConfig(layers=layers, activation=activation).layout
    parameters = Parameters(np.random.default_rng(0).normal(0, 0.1, layout.size), layout)
    for name, array in parameters.arrays.items():
        if name.startswith(("scale", "variance")):
            array[...] = 1 + np.abs(array)
    data = small_dataset(24, 7)
    inputs, targets = data.images / 255, one_hot(data.labels).astype(float)
    network = Network(parameters, training_seed=(1, 2) if in_training else None)
    passes = forward(network, inputs)
    loss = network.loss.forward(passes.loss, targets) / len(inputs)
    gradient = backward(network, passes, targets, len(inputs))
    tensors = parameters_of(parameters.vector, layout)
    logits = logits_of(layout, tensors, torch.tensor(inputs), passes if in_training else None)
    their_loss = torch.nn.functional.cross_entropy(logits, torch.tensor(data.labels.astype(np.int64)))
    their_loss.backward()
    assert np.abs(passes.logits - logits.detach().numpy()).max() < 1e-12
    assert loss == pytest.approx(their_loss.item(), abs=1e-12)
    move_statistics(parameters, take_statistics(gradient))
    for place in layout.places:
        theirs = tensors[place.operation][place.kind]
        if place not in layout.statistics:
            found = gradient.vector[place.slice].reshape(place.shape)
            assert np.abs(found - theirs.grad.numpy()).max() < 1e-12 * max(1, np.abs(found).max()), place.name
        elif in_training:
            assert np.abs(parameters.arrays[place.name] - theirs.numpy()).max() < 1e-12, place.name
