"""What a new weight is made of: the old one, its decay, and the step that the optimiser takes."""

from math import sqrt

import numpy as np

from core.explanation.stages import Cell, Stage, parameter_index
from core.explanation.terms import Terms
from core.explanation.update import UpdateExplanation
from core.optimizers import ADAM_BETA2, ADAM_EPSILON


def update_terms(explanation: UpdateExplanation, stage: Stage, cell: Cell, symbol: str) -> Terms:
    """Take a weight or bias apart as it is after the update.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        The update's stage of a layer's weights or biases.
    cell : Cell
        Where among them.
    symbol : str
        What the number is called.
    """
    config, rate = explanation.config, explanation.learning_rate
    index = parameter_index(explanation.layer_sizes, stage, cell)
    old, gradient = float(explanation.before.vector[index]), float(explanation.gradient.vector[index])
    parts, shrunk = {"old value": old}, "old"
    if config.weight_decay and stage.is_weights:
        shrunk = "old − rate · decay · old"
        parts["−rate · decay · old"] = old * (max(0.0, 1 - rate * config.weight_decay) - 1)
    match config.optimizer:
        case "sgd":
            rule = f"{shrunk} − rate · gradient"
            parts["−rate · gradient"] = -rate * gradient
        case "momentum":
            rule = f"{shrunk} + momentum · last step − rate · gradient"
            parts["momentum · last step"] = config.momentum * float(explanation.slots_before[0, index])
            parts["−rate · gradient"] = -rate * gradient
        case "adam":
            rule = f"{shrunk} − rate · mean gradient / √mean square"
            step = explanation.optimizer_count + 1
            mean = float(explanation.slots_after[0, index]) / (1 - config.momentum**step)
            root = sqrt(float(explanation.slots_after[1, index]) / (1 - ADAM_BETA2**step))
            parts["−rate · mean gradient / √mean square"] = -rate * mean / (root + ADAM_EPSILON)
    return Terms(
        symbol=symbol,
        rule=rule,
        value=float(explanation.after.vector[index]),
        labels=tuple(parts),
        products=np.array(list(parts.values())),
    )
