"""The network as a diagram: what flows along each connection, and what each unit makes of what arrives.

A connection from unit i to unit j carries a_i * w_ij: the activation at its start times its weight. What arrives at a
unit, plus its bias, is its pre-activation. The image's 784 connections to a unit are too many to be seen one by one;
they are told as one, their sum. Four questions can be asked of the same diagram:

    signal      a_i * w_ij          what this image sends along each connection; at a unit, its activation
    weights     w_ij                what a connection would do with any image; at a unit, its bias
    gradient    dl/dw_ij = a_i dz_j how the loss of this image answers to each weight; at a unit, dl/dz
    change      w_ij after - before what the next update does to each connection; at a unit, to its bias

A fifth, what one stage of an update computes, is answered by `core.explanation.stage_flow`.

A convolution's units are maps. All weights between two of them are one connection, told by their sum; what it carries
is that sum's mean over the places of the map where it arrives, and a map's activation is its mean over its places.

What is left out of a diagram is told as a share: the connections not drawn carry so much of the sum of all strengths.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, Floats
from core.network.network import Network, forward, loss_and_gradient
from core.network.parameters import Parameters
from core.network.softmax_loss import one_hot, softmax
from core.network.unit_layers import UnitLayer, unit_layers

View = Literal["signal", "weights", "gradient", "change", "stage"]


@dataclass(frozen=True, eq=False)
class SignalFlow:
    """What a diagram of the network shows; layers count from 0, the first hidden one, to the output.

    Attributes
    ----------
    view : {"signal", "weights", "gradient", "change", "stage"}
        What the numbers are.
    layers : tuple of UnitLayer
        Which units there are.
    units : tuple of float arrays
        ``units[l]`` of shape (units of layer l,): the activation, the bias, the gradient of the pre-activation, or the
        change of the bias; of the output layer the probability, or the same. Of a map the mean activation, or the sum
        of the gradients at its places.
    arriving : float array of shape (units of layer 0,) or None
        The sum of what the pixels send to each unit of the first layer; None where the view has no such sum.
    lines : tuple of float arrays
        ``lines[l]`` of shape (units of layer l, units of layer l + 1): the strength of each connection.
    images : tuple of float arrays or None
        ``images[l]`` of shape (units of layer l, rows, columns): what can be shown at each unit as an image. In the
        first layer its weights, their gradient or change; of a later map the strongest of its kernels, likewise; of a
        map that an image goes through what it makes of it, or the gradient there. None where there is no such image.
    starts : tuple of float arrays
        ``starts[l]`` of shape (units of layer l,): the activation at the start of each of ``lines[l]``; empty in the
        views that no image has to do with.
    names : tuple of str
        In the view of a stage: what the number of a unit of each layer is, such as "a₁"; "" where there is none yet, so
        that the numbers of that layer are NaN. One more at the end: what flows along the lines that there are.
    importances : tuple of float arrays
        ``importances[l]`` of shape (units of layer l,): which units are to be shown where there is no room for all;
        empty where the lines decide that.
    """

    view: View
    layers: tuple[UnitLayer, ...]
    units: tuple[Floats, ...]
    arriving: Floats | None
    lines: tuple[Floats, ...]
    images: tuple[Floats | None, ...]
    starts: tuple[Floats, ...]
    names: tuple[str, ...] = ()
    importances: tuple[Floats, ...] = ()

    def strength_of_units(self, layer: int) -> Floats:
        """Return how much each unit of a layer sends on, the sum of the strengths of its lines; ten ones at the end."""
        if self.importances:
            return self.importances[layer]
        return np.abs(self.lines[layer]).sum(axis=1) if layer < len(self.lines) else np.ones(CLASSES, np.float32)


def flow_of_weights(network: Network) -> SignalFlow:
    """Return what the connections would do with any image."""
    return _of_parameters("weights", network.parameters)


def flow_of_change(before: Parameters, after: Parameters) -> SignalFlow:
    """Return what an update does to every weight and bias."""
    return _of_parameters("change", Parameters(after.vector - before.vector, before.layout))


def flow_of_signal(network: Network, pixels: Floats) -> SignalFlow:
    """Return what an image sends through the network.

    Parameters
    ----------
    network : Network
        float32 parameters.
    pixels : float32 array of shape (784,), in [0, 1]
        The image.
    """
    passes, layers = forward(network, pixels[np.newaxis]), unit_layers(network.parameters.layout)
    arrays = network.parameters.arrays
    starts, lines, images = [], [], list(kernel_images(layers, network.parameters))
    for layer, following in pairwise(layers):
        entering = passes.operations[following.operation]
        starts.append(layer.by_unit(entering.input, layer.behind - 1)[0].mean(axis=1))
        lines.append(following.summed_by_source(following.multiplied(entering) * arrays[following.weights.name]))
        if layer.map_shape:
            images[layer.number - 1] = maps_of(layer, passes.operations[layer.map_end].output, layer.map_end)
    first = layers[0]
    arriving = first.by_unit(passes.operations[first.operation].output, first.operation)[0].mean(axis=1)
    arriving -= arrays[first.biases.name]
    units = (*starts, softmax(passes.logits)[0])
    return SignalFlow("signal", layers, units, arriving, tuple(lines), tuple(images), tuple(starts))


def flow_of_gradient(network: Network, pixels: Floats, label: int) -> SignalFlow:
    """Return how the loss of one image, taken to show the digit ``label``, answers to every weight.

    Parameters
    ----------
    network : Network
        float32 parameters.
    pixels : float32 array of shape (784,), in [0, 1]
        The image.
    label : int
        0 to 9.
    """
    _, gradient, passes = loss_and_gradient(network, pixels[np.newaxis], one_hot(np.array([label], np.uint8)))
    # The gradient by a bias is that by the pre-activations to which it is added.
    flow = _of_parameters("gradient", gradient)
    images, starts = list(flow.images), []
    for layer in flow.layers[:-1]:
        starts.append(layer.by_unit(passes.operations[layer.behind].input, layer.behind - 1)[0].mean(axis=1))
        if layer.map_shape:
            behind = passes.operations[layer.operation + 1]
            images[layer.number - 1] = maps_of(layer, behind.d_input, layer.operation)
    return replace(flow, images=tuple(images), starts=tuple(starts))


def _of_parameters(view: View, parameters: Parameters) -> SignalFlow:
    """Return what stands in parameters, their gradient or their change."""
    layers, arrays = unit_layers(parameters.layout), parameters.arrays
    lines = tuple(layer.summed_by_source(arrays[layer.weights.name]) for layer in layers[1:])
    units = tuple(arrays[layer.biases.name] for layer in layers)
    return SignalFlow(view, layers, units, None, lines, kernel_images(layers, parameters), ())


def kernel_images(layers: tuple[UnitLayer, ...], parameters: Parameters) -> tuple[Floats | None, ...]:
    """Return the weights of the first layer, or what is like them, as images, and of each later map its strongest."""
    return tuple(
        _strongest_images(layer.source_images(parameters.arrays[layer.weights.name]))
        if layer.number == 1 or (layer.map_shape and layer.source_shape)
        else None
        for layer in layers
    )


def _strongest_images(images: Floats) -> Floats:
    """Return of the images of each unit, shape (units, k, rows, columns), the one with the largest sum of squares."""
    if images.shape[1] == 1:
        return images[:, 0]
    strongest = np.square(images).sum(axis=(2, 3)).argmax(axis=1)
    found: Floats = images[np.arange(len(images)), strongest]
    return found


def maps_of(layer: UnitLayer, numbers: Floats, index: int) -> Floats:
    """Return what an operation of a layer gives out for one image, as an array of shape (units, rows, columns)."""
    maps: Floats = layer.by_unit(numbers, index)[0].reshape(layer.units, *layer.map_shape_at(index))
    return maps


def strongest_units(strengths: Floats, room: int, shown: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return which units have room, in ascending order: the strongest.

    A unit that is shown already stays unless another is half as strong again: what changes a little does not flicker.

    Parameters
    ----------
    strengths : float array of shape (n,)
        See `SignalFlow.strength_of_units`.
    room : int
        Units that can be shown, at least 1.
    shown : int64 array, optional
        Those that are.
    """
    if len(strengths) <= room:
        return np.arange(len(strengths))
    favored = strengths.astype(np.float64)
    if shown is not None:
        favored[shown[shown < len(favored)]] *= 1.5
    order = np.argsort(-favored, kind="stable")
    return np.sort(order[:room])


def strongest_lines(lines: Floats, count: int) -> NDArray[np.int64]:
    """Return (row, column) of the strongest entries, the weakest of them first, an int64 array of shape (n, 2).

    Parameters
    ----------
    lines : float array of shape (rows, columns)
        Zeros are left out.
    count : int
        At most so many.
    """
    sizes = np.abs(lines).ravel()
    order = np.argsort(sizes, kind="stable")[max(0, len(sizes) - count) :]
    order = order[sizes[order] > 0]
    return np.stack(np.unravel_index(order, lines.shape), axis=1)
