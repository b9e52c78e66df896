"""What tests of single operations share: a pass of one of them, and its derivatives by central differences."""

import numpy as np

from core.network.operation import Pass

STEP = 1e-5


def made_pass(operation, inputs, seed=None, parameters=None):
    """Return the parameters (random, where none are given) and the pass of an operation on a batch of inputs."""
    in_shape = inputs.shape[1:]
    if parameters is None:
        rng = np.random.default_rng(1)
        shapes = operation.parameter_shapes(in_shape)
        parameters = {name: rng.uniform(0.5, 1.5, shape).astype(inputs.dtype) for name, shape in shapes.items()}
    shapes = operation.out_shape(in_shape), operation.kept_shape(in_shape)
    work = Pass.empty(inputs, in_shape, *shapes, len(inputs), inputs.dtype)
    operation.forward(parameters, work, None if seed is None else np.random.default_rng(seed))
    return parameters, work


def gone_back(operation, parameters, work, d_output):
    """Return the derivatives by the inputs and by the parameters."""
    gradient = {name: np.full_like(array, np.nan) for name, array in parameters.items()}
    operation.parameter_gradient(work, d_output, gradient)
    operation.backward(parameters, work, d_output)
    return work.d_input, gradient


def differences(operation, inputs, d_output, seed=None):
    """Return the same derivatives of sum(output d_output) by central differences."""
    parameters, _ = made_pass(operation, inputs, seed)

    def value():
        return float(np.sum(made_pass(operation, inputs, seed, parameters)[1].output * d_output))

    return by_nudging(inputs, value), {name: by_nudging(array, value) for name, array in parameters.items()}


def by_nudging(array, value):
    """Return the derivatives of ``value()`` by the numbers of an array, which are changed for a moment."""
    found = np.empty_like(array)
    for place in np.ndindex(array.shape):
        before = array[place]
        array[place] = before + STEP
        above = value()
        array[place] = before - STEP
        found[place] = (above - value()) / (2 * STEP)
        array[place] = before
    return found
