"""The least change that flips an answer: exactly the shortest one where the network is linear, within the pixels."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import CancelledError
from core.explanation.least_change import least_change
from core.explanation.shortest_step import Condition, shortest_step
from core.files.shipped_models import load_shipped_model
from core.network.fully_connected import fully_connected
from core.network.input_gradient import slopes_by_pixels
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import predict, scaled
from tests.test_evidence import image, network_of


@pytest.fixture(scope="module")
def digits():
    return scaled(load_builtin_digits().test.images[:20])


def optimality_gap(step, conditions, low, high):
    """How far a step is from being shortest: the part of it inside the limits that no push along slopes explains."""
    inside = (step > low + 1e-9) & (step < high - 1e-9)
    slopes = np.array([condition.slopes for condition in conditions])
    pushes = np.linalg.lstsq(slopes[:, inside].T, step[inside], rcond=None)[0]
    assert (pushes >= -1e-6).all()
    cut_off = np.clip(pushes @ slopes, low, high)
    return np.abs(cut_off - step).max()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_shortest_step_meets_all_conditions_and_is_pushed_by_nothing_else(count):
    for seed in range(20):
        rng = np.random.default_rng([count, seed])
        low, high = -rng.random(100) * (rng.random(100) < 0.5), rng.random(100) * (rng.random(100) < 0.7)
        common = rng.normal(size=100)
        conditions = [Condition(common + 0.3 * rng.normal(size=100), 1 + rng.random()) for _ in range(count)]
        step = shortest_step(conditions, low, high)
        assert step is not None
        assert ((low <= step) & (step <= high)).all()
        assert min(slopes @ step - required for slopes, required in conditions) > -1e-6
        binding = [one for one in conditions if one.slopes @ step - one.required < 1e-6]
        assert optimality_gap(step, binding, low, high) < 1e-6


def test_no_step_meets_what_lies_beyond_the_limits_or_excludes_itself():
    low, high = np.full(3, -1.0), np.full(3, 1.0)
    ahead = np.array([1.0, 2.0, 0.0])
    assert shortest_step([Condition(ahead, 2.9)], low, high) is not None
    assert shortest_step([Condition(ahead, 3.1)], low, high) is None
    assert shortest_step([Condition(ahead, 1.0), Condition(-ahead, 1.0)], low, high) is None
    assert not shortest_step([Condition(ahead, -1.0)], low, high).any()


def test_without_a_hidden_layer_the_change_is_the_exact_one():
    network = network_of((), dtype=np.float32)
    weights = network.parameters.weights[0].astype(np.float64)
    for seed in range(5):
        pixels = image(seed, np.float32)
        logits = forward(network, pixels[None]).logits[0].astype(np.float64)
        digit = int(logits.argmax())
        steps = [
            shortest_step(
                [Condition(weights[:, rival] - weights[:, digit], logits[digit] - logits[rival])],
                -pixels.astype(np.float64),
                1 - pixels.astype(np.float64),
            )
            for rival in range(10)
            if rival != digit
        ]
        shortest = min(np.linalg.norm(step) for step in steps if step is not None)
        assert least_change(network, pixels).distance == pytest.approx(shortest, rel=1e-3)


@pytest.mark.parametrize("name", ["ten", "wide"])
def test_it_flips_the_answer_and_nothing_shorter_does_where_the_same_units_are_on(name, digits):
    network = load_shipped_model(name).network
    double = Network(network.parameters.astype(np.float64))
    answers = predict(network, digits).argmax(axis=1)
    exact = 0
    for pixels, answer in zip(digits, answers, strict=True):
        change = least_change(network, pixels)
        assert change.digit == answer
        assert change.rival == predict(network, change.pixels[None]).argmax() != answer
        assert change.pixels.min() >= 0
        assert change.pixels.max() <= 1
        assert change.distance == pytest.approx(np.linalg.norm(change.pixels - pixels), rel=1e-5)
        start, end = pixels.astype(np.float64), change.pixels.astype(np.float64)
        direction = np.eye(10)[[change.rival]] - np.eye(10)[[answer]]
        slopes = slopes_by_pixels(double, end, direction)[0]
        ahead = float(direction[0] @ forward(double, end[None]).logits[0])
        step = shortest_step([Condition(slopes, slopes @ (end - start) - ahead)], -start, 1 - start)
        # Shorter by this piece alone, and yet none where the next piece cuts it off: there the image lies at a kink.
        exact += np.linalg.norm(step) > 0.999 * change.distance
    assert exact >= 5


def test_a_rival_is_reached_where_one_is_named(digits):
    network = load_shipped_model("ten").network
    any_other = [least_change(network, pixels) for pixels in digits[:6]]
    for pixels, least in zip(digits, any_other, strict=False):
        for rival in range(10):
            change = least_change(network, pixels, rival)
            if rival == least.digit:
                assert change is None
            else:
                assert predict(network, change.pixels[None]).argmax() == change.rival == rival
                assert change.distance >= 0.98 * least.distance


def test_no_change_fools_a_network_that_does_not_look():
    parameters = Parameters.zeros(fully_connected((784, 10, 10)))
    parameters.biases[1][4] = 1
    assert least_change(Network(parameters), image(dtype=np.float32)) is None
    parameters.biases[1][4] = np.nan
    assert least_change(Network(parameters), image(dtype=np.float32)) is None


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_where_the_network_is_nowhere_linear_the_answer_flips_all_the_same(activation):
    network = network_of((20,), activation, dtype=np.float32)
    pixels = image(dtype=np.float32)
    change = least_change(network, pixels)
    assert predict(network, change.pixels[None]).argmax() == change.rival != change.digit


def test_the_search_can_be_cancelled(digits):
    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        least_change(load_shipped_model("ten").network, digits[0], report=cancel)
