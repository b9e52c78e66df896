"""Networks of this program as PyTorch computes them: its operations, its autograd, our weights."""

import torch
from torch.nn import functional

from core.network.batch_norm import EPSILON, RATE, BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.flatten import Flatten, Unflatten
from core.network.layout import Layout
from core.network.network import Passes
from core.network.pooling import MaxPooling

BENDS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def parameters_of(vector, layout: Layout) -> list[dict[str, torch.Tensor]]:
    """Return tensors with the numbers of a vector, by operation; those that are learned want a gradient."""
    tensors: list[dict[str, torch.Tensor]] = [{} for _ in layout.operations]
    for place in layout.places:
        tensor = torch.tensor(vector[place.slice].reshape(place.shape))
        tensors[place.operation][place.kind] = tensor.requires_grad_(place not in layout.statistics)
    return tensors


def logits_of(layout: Layout, tensors: list[dict[str, torch.Tensor]], x: torch.Tensor, passes: Passes | None = None):
    """Run a batch forward; with ``passes`` as training does, with the masks that were drawn there."""
    for index, (operation, own) in enumerate(zip(layout.operations, tensors, strict=True)):
        match operation:
            case Unflatten():
                x = x.reshape(len(x), *operation.shape)
            case Flatten():
                x = x.flatten(1)
            case Convolution():
                x = functional.conv2d(x, own["W"].permute(3, 0, 1, 2), own["b"], padding=operation.padding)
            case MaxPooling():
                x = functional.max_pool2d(x, operation.side)
            case Dropout():
                x = x if passes is None else x * torch.tensor(passes.operations[index].kept.copy())
            case BatchNorm():
                running = own["mean"], own["variance"], own["scale"], own["shift"]
                x = functional.batch_norm(x, *running, training=passes is not None, momentum=RATE, eps=EPSILON)
            case Dense():
                x = x @ own["W"] + own["b"]
            case _:
                x = BENDS[operation.name](x)
    return x


def module_of(layout: Layout, vector) -> torch.nn.Module:
    """Return a network of convolutions, poolings, ReLUs and dense layers as people write it in PyTorch."""
    shapes, modules = layout.shapes, []
    for index, (operation, own) in enumerate(zip(layout.operations, parameters_of(vector, layout), strict=True)):
        match operation:
            case Unflatten():
                modules.append(torch.nn.Unflatten(1, operation.shape))
            case Flatten():
                modules.append(torch.nn.Flatten())
            case MaxPooling():
                modules.append(torch.nn.MaxPool2d(operation.side))
            case Convolution():
                channels = shapes[index][0]
                made = torch.nn.Conv2d(channels, operation.filters, operation.side, padding=operation.padding)
                modules.append(_with(made, own["W"].permute(3, 0, 1, 2), own["b"]))
            case Dense():
                modules.append(_with(torch.nn.Linear(shapes[index][0], operation.units), own["W"].T, own["b"]))
            case _:
                modules.append(torch.nn.ReLU())
    return torch.nn.Sequential(*modules)


def _with(module, weight, bias):
    with torch.no_grad():
        module.weight.copy_(weight)
        module.bias.copy_(bias)
    return module
