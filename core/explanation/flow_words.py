"""What is said of a unit or a connection in the diagram of the network, with numbers that can be worked with."""

from collections.abc import Sequence
from operator import add, mul

from core.data.dataset import class_in_words
from core.explanation.signal_flow import SignalFlow
from core.network.network import Network
from core.network.unit_layers import UnitLayer
from core.text.agreement import agree, decimals, to_decimals
from core.text.number_text import MINUS, number, probability


def describe_unit(flow: SignalFlow, layer: int, unit: int, names: Sequence[str]) -> str:
    """Say what a unit makes of the image, or what is learned in it.

    Parameters
    ----------
    flow : SignalFlow
        What is shown.
    layer : int
        From 0, the first hidden one, to the output.
    unit : int
        Its number in the layer.
    names : sequence of str
        What the ten classes are called.
    """
    value, of = float(flow.units[layer][unit]), flow.layers[layer]
    name = _name(flow, layer, unit, names)
    match flow.view:
        case "signal" if of.is_output:
            return f"{name}: probability {probability(value)}"
        case "signal":
            mean = (
                f"mean activation {number(value)} over {_places(of, of.map_end)}"
                if of.map_shape
                else f"activation {number(value)}"
            )
            return f"{name}: {mean}; this image leaves it off" if value == 0 else f"{name}: {mean}"
        case "weights":
            return f"{name}: bias {number(value)}{_which_kernel(of)}"
        case "stage":
            return f"{name}: {flow.names[layer]} = {number(value)}" if flow.names[layer] else f"{name}: nothing yet"
        case "change":
            return f"{name}: the next update changes its bias by {number(value)}"
        case "gradient":
            what = "logit" if of.is_output else "pre-activations, all added up," if of.map_shape else "pre-activation"
            effect = f"a larger one would {'raise' if value > 0 else 'lower'} the loss" if value else "nothing follows"
            return f"{name}: gradient of the loss by its {what} {number(value)}; {effect}"


def describe_connection(
    flow: SignalFlow, network: Network, layer: int, source: int, target: int, names: Sequence[str]
) -> str:
    """Say what a connection carries, as the product that it is.

    Parameters
    ----------
    flow : SignalFlow
        What is shown.
    network : Network
        Whose flow it is.
    layer : int
        Where the connection starts, from 0; −1 is the image, all pixels of which are meant.
    source, target : int
        Units of that layer and of the next.
    names : sequence of str
        What the ten classes are called.
    """
    to = _name(flow, layer + 1, target, names)
    if flow.view == "stage":
        values = flow.arriving[target] if layer < 0 and flow.arriving is not None else flow.lines[layer][source, target]
        way = "all pixels" if layer < 0 else _name(flow, layer, source, names)
        return f"{way} → {to}: {flow.names[-1]} = {number(float(values))}"
    if layer < 0:
        arriving = float(flow.arriving[target]) if flow.arriving is not None else 0.0
        bias = float(network.parameters.arrays[flow.layers[0].biases.name][target])
        is_map = bool(flow.layers[0].map_shape)
        sums = agree(arriving + bias, (arriving, bias), add)
        sent, added = sums.parts
        what = f"the mean pre-activation of its {_places(flow.layers[0])}" if is_map else "its pre-activation"
        return f"all pixels → {to}: {sent} + bias {_in_product(added)} {sums.equals} {sums.value}, {what}"
    following = flow.layers[layer + 1]
    weight = float(following.summed_by_source(network.parameters.arrays[following.weights.name])[source, target])
    value = float(flow.lines[layer][source, target])
    way = f"{_name(flow, layer, source, names)} → {to}"
    several = following.inputs // following.source_count
    name = f"sum of {several} weights" if several > 1 else "weight"
    if flow.view == "weights":
        return f"{way}: {name} {number(weight)}"
    if flow.view == "change":
        # So many decimals that the change is seen in the sum.
        digits = max(3, len(to_decimals(weight + value, decimals(number(value))).lstrip(f"{MINUS}0.").replace(".", "")))
        sums = agree(weight + value, (weight, value), add, digits)
        return f"{way}: {name} {sums.parts[0]} + change {_in_product(sums.parts[1])} {sums.equals} {sums.value}"
    if several > 1:
        mean = f", the mean over {_places(following)}" if following.map_shape else ""
        if flow.view == "signal":
            return f"{way}: {several} activations × weights add up to {number(value)}{mean}"
        return f"{way}: gradients of the loss by its {several} weights, added up: {number(value)}"
    start = float(flow.starts[layer][source])
    if flow.view == "signal":
        kind, other = "weight", weight
    else:
        kind, other = "gradient that arrives", float(flow.units[layer + 1][target])
        way = f"{way}, gradient of the weight"
    product = agree(value, (start, other), mul)
    one, second = product.parts
    return f"{way}: activation {one} × {kind} {_in_product(second)} {product.equals} {product.value}"


def _which_kernel(layer: UnitLayer) -> str:
    """Say which of a map's kernels is shown, where it has several."""
    several = layer.map_shape and layer.source_count > 1
    return f"; shown is the strongest of its {layer.source_count} kernels" if several else ""


def _in_product(text: str) -> str:
    return text if text[:1].isdigit() else f"({text})"


def _places(layer: UnitLayer, index: int | None = None) -> str:
    rows, columns = layer.map_shape if index is None else layer.map_shape_at(index)
    return f"{rows} × {columns} places"


def _name(flow: SignalFlow, layer: int, unit: int, names: Sequence[str]) -> str:
    if flow.layers[layer].is_output:
        return class_in_words(names, unit)
    name = f"{flow.layers[layer].noun} {unit}"
    return name if len(flow.units) == 2 else f"{name} of hidden layer {layer + 1}"
