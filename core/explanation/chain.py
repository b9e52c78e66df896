"""All stages of an update in the order in which they happen, for any network whose operations can be explained."""

from collections.abc import Mapping
from types import MappingProxyType

from core.explanation import (
    batch_norm,
    convolution,
    dense,
    dropout,
    flatten,
    pooling,
    relu,
    sigmoid,
    softmax_loss,
    tanh,
)
from core.explanation.image import image_stage
from core.explanation.parameter_update import ParameterUpdate
from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Stage
from core.explanation.update import UpdateExplanation
from core.network.batch_norm import BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.flatten import Flatten, Unflatten
from core.network.operation import Operation
from core.network.pooling import MaxPooling
from core.network.relu import ReLU
from core.network.sigmoid import Sigmoid
from core.network.tanh import Tanh

STAGES: Mapping[type[Operation], OperationStages] = MappingProxyType(
    {
        Dense: dense.STAGES,
        ReLU: relu.STAGES,
        Tanh: tanh.STAGES,
        Sigmoid: sigmoid.STAGES,
        Convolution: convolution.STAGES,
        MaxPooling: pooling.STAGES,
        Flatten: flatten.STAGES,
        Unflatten: flatten.NO_STAGES,
        Dropout: dropout.STAGES,
        BatchNorm: batch_norm.STAGES,
    }
)
"""How each operation is explained."""


class Chain:
    """The stages of an update.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.

    Attributes
    ----------
    stages : tuple of Stage
        In order; the last is the update of the first array of parameters, which stands for all.
    updates : tuple of ParameterUpdate
        Of every array of parameters, in the order in which they lie in the vector.
    """

    def __init__(self, explanation: UpdateExplanation) -> None:
        layout = explanation.before.layout
        forward = [image_stage(explanation)]
        parts = [*(STAGES[type(operation)] for operation in layout.operations), softmax_loss.STAGES]
        made: list[tuple[OperationStages, Site, Stage]] = []
        for place, part in enumerate(parts):
            site = Site(explanation, place, forward[-1])
            forward += part.forward(site)
            made.append((part, site, forward[-1]))
        # The loss is the last stage; the gradients begin with the probabilities before it.
        backward: list[Stage] = [forward[-2]]
        for part, site, outgoing in reversed(made):
            backward += part.backward(site, outgoing, backward[-1])
            if site.is_first:
                break
        del backward[0]
        gradients = sorted((stage for stage in backward if stage.parameter), key=lambda stage: stage.place)
        self.updates = tuple(
            ParameterUpdate(explanation, stage.place, stage.number, stage.axes, (stage,)) for stage in gradients
        )
        self.stages = (*forward, *backward, self.updates[0])


def update_of(stage: Stage, updates: tuple[ParameterUpdate, ...]) -> ParameterUpdate:
    """Return the update of the parameters that a stage is about: those of its gradients, or its layer's first."""
    # The image has no layer of its own: it enters the first.
    own = [update for update in updates if update.number == max(1, stage.number)]
    return next((update for update in own if update.letter == stage.parameter), own[0])
