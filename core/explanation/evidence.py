"""Why this answer: what each pixel and each hidden unit said for one digit and against another.

Softmax prefers digit c to its rival r exactly where the difference of their logits, z_c - z_r, is above 0. That
difference can be taken apart. Between the kinks of its ReLUs a network is a linear function of its pixels: units that
are off stay off, units that are on pass their sum through. So with g = d(z_c - z_r) / dx, found by the chain rule,

    z_c - z_r  =  sum_i x_i g_i  +  sum over all layers of  b[l] . d(z_c - z_r) / dz[l]
                  pixels' evidence                biases' evidence

holds exactly and not only nearly; a pixel's term is positive where its ink speaks for c. (Ink alone speaks: a blank
pixel has x = 0 and says nothing, whatever its weight.) The same holds one layer further on, with the activations of
the hidden units in place of the pixels, and that for any activation function where there is one hidden layer.

Tanh and sigmoid are curved everywhere. There the pixels' terms are the first-order part only, and `Evidence.is_exact`
is False.

Source: "gradient x input", Shrikumar et al. 2016, arXiv:1605.01713; for ReLU networks it equals the relevance
propagation of Bach et al. 2015, doi 10.1371/journal.pone.0130140, as Ancona et al. 2018, arXiv:1711.06104, show.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.network.arrays import CLASSES, Floats
from core.network.network import Network, forward, hidden_layers
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Arrays, Operation, Pass
from core.network.unit_layers import layer_of


@dataclass(frozen=True, eq=False)
class Evidence:
    """The difference of two logits, taken apart.

    Attributes
    ----------
    digit, rival : int
        What the evidence is for and against.
    difference : float
        Logit of ``digit`` minus logit of ``rival``.
    pixels : float array of shape (784,)
        What each pixel contributes to the difference.
    pixel_rest : float
        What the pixels leave: the biases' part, and for tanh and sigmoid also what their curvature adds.
    units : float array of shape (units of the first hidden layer,)
        What each unit, or map, of the first hidden layer contributes; empty where there is no hidden layer.
    unit_slopes : float array of the shape of the first hidden layer's activations
        By how much the difference grows per unit of activation; ``units`` is activation times slope, over the places
        of a map added up.
    unit_rest : float
        What the units leave.
    is_exact : bool
        True where the terms are the network's own (ReLU), False where they are its first-order part.
    """

    digit: int
    rival: int
    difference: float
    pixels: Floats
    pixel_rest: float
    units: Floats
    unit_slopes: Floats
    unit_rest: float
    is_exact: bool


def find_evidence(network: Network, pixels: Floats, digit: int, rival: int) -> Evidence:
    """Take apart why ``network`` gives ``digit`` a larger or smaller logit than ``rival``.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``pixels``.
    pixels : float array of shape (784,)
        One image, scaled to [0, 1].
    digit, rival : int
        Two digits, 0 to 9.

    Returns
    -------
    Evidence
        ``pixels.sum() + pixel_rest`` and ``units.sum() + unit_rest`` are both the difference of the logits.
    """
    passes = forward(network, pixels[None, :])
    difference = float(passes.logits[0, digit] - passes.logits[0, rival])
    # The derivative of the difference, first with respect to the logits, then operation by operation to the pixels.
    arriving = np.zeros((1, CLASSES), pixels.dtype)
    arriving[0, digit] += 1
    arriving[0, rival] -= 1
    from_biases, is_curved = 0.0, False
    units = unit_slopes = np.zeros(0, pixels.dtype)
    unit_rest = difference
    parameters = network.parameters.by_operation
    for index, operation in reversed(list(enumerate(network.operations))):
        work = passes.operations[index]
        if isinstance(operation, Nonlinearity):
            # Of several hidden layers, the first is met last.
            unit_slopes = arriving[0].copy()
            layer = layer_of(network.parameters.layout, index)
            units = layer.by_unit(work.output * arriving, index)[0].sum(axis=1)
            unit_rest = difference - float(units.sum()) if is_curved else from_biases
        from_biases += _from_biases(operation, parameters[index], work, arriving)
        is_curved = is_curved or operation.is_curved
        operation.backward(parameters[index], work, arriving)
        arriving = work.d_input
    terms = pixels * arriving[0]
    pixel_rest = difference - float(terms.sum()) if is_curved else from_biases
    return Evidence(digit, rival, difference, terms, pixel_rest, units, unit_slopes, unit_rest, not is_curved)


def unit_terms(network: Network, pixels: Floats, unit: int) -> Floats:
    """Return what each pixel contributes to one unit's weighted sum, shape (784,): ink times weight.

    Their sum plus the unit's bias is its weighted sum, z of the first layer, which is fully connected.
    """
    terms: Floats = pixels * network.parameters.weights[0][:, unit]
    return terms


def terms_through(network: Network, pixels: Floats, evidence: Evidence, unit: int) -> tuple[Floats, float]:
    """Return what each pixel says through one unit or map of the first hidden layer, shape (784,), and what biases say.

    They add up to its part of the difference, ``evidence.units[unit]``, where the evidence is exact.
    """
    place = hidden_layers(network)[0][0]
    layer = layer_of(network.parameters.layout, place)
    is_other = layer.owners[place - layer.operation].reshape(evidence.unit_slopes.shape) != unit
    arriving = np.where(is_other, 0, evidence.unit_slopes)[np.newaxis]
    passes = forward(network, pixels[np.newaxis])
    from_bias = 0.0
    for index in range(place, -1, -1):
        operation, parameters = network.operations[index], network.parameters.by_operation[index]
        from_bias += _from_biases(operation, parameters, passes.operations[index], arriving)
        operation.backward(parameters, passes.operations[index], arriving)
        arriving = passes.operations[index].d_input
    return pixels * arriving[0], from_bias


def _from_biases(operation: Operation, parameters: Arrays, work: Pass, arriving: Floats) -> float:
    """Return what an operation gives out for an input of zeros, which are its biases, times the derivative by it."""
    if not parameters:
        return 0.0
    nothing = replace(work, input=np.zeros_like(work.input), output=np.empty_like(work.output))
    nothing.kept = np.empty_like(work.kept)
    operation.forward(parameters, nothing, None)
    return float((nothing.output * arriving).sum())
