"""The passes of a fully connected network as they stand on paper: by layer, with the names of the field."""

from typing import NamedTuple

from core.network.arrays import Floats
from core.network.network import Network, Passes, forward
from core.network.nonlinearity import Nonlinearity


class ByLayer(NamedTuple):
    """``activations[0]`` are the images, ``sums[-1]`` the logits; ``derivatives`` are f'(z) of the hidden layers."""

    activations: list[Floats]
    sums: list[Floats]
    derivatives: list[Floats]
    sum_gradients: list[Floats]
    activation_gradients: list[Floats]

    @property
    def logits(self) -> Floats:
        return self.sums[-1]


def by_layer(network: Network, passes: Passes) -> ByLayer:
    pairs = list(zip(network.operations, passes.operations, strict=True))
    hidden = [work for operation, work in pairs if isinstance(operation, Nonlinearity)]
    dense = [work for operation, work in pairs if not isinstance(operation, Nonlinearity)]
    return ByLayer(
        [passes.inputs, *(work.output for work in hidden)],
        [work.output for work in dense],
        [work.kept for work in hidden],
        [*(work.d_input for work in hidden), passes.loss.d_input],
        [work.d_input for work in dense[1:]],
    )


def forward_by_layer(network: Network, inputs: Floats) -> ByLayer:
    return by_layer(network, forward(network, inputs))
