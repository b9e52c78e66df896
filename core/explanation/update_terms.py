"""What a new weight is made of: the old one, its decay, and the step that the optimiser takes."""

from math import sqrt

import numpy as np

from core.explanation.stages import Cell, Stage, parameter_index
from core.explanation.terms import Terms
from core.explanation.update import UpdateExplanation
from core.optimizers import ADAM_BETA2, ADAM_EPSILON
from core.text.number_text import factor, number


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
    step, size = f"{rate:.3g}", explanation.batch_size
    parts, rule, worked = {"old value": old}, "old", number(old)
    known = [f"rate {step}"]
    if config.weight_decay and stage.is_weights:
        rule += " − rate · decay · old"
        parts["−rate · decay · old"] = decay = old * (max(0.0, 1 - rate * config.weight_decay) - 1)
        worked += f" − {factor(-decay)}"
        known.append(f"decay {config.weight_decay:.3g}")
    of_all = f", the parts of all {size:,} pictures added up" if size > 1 else ""
    known.append(f"gradient {number(gradient)}{of_all}")
    match config.optimizer:
        case "sgd":
            rule += " − rate · gradient"
            parts["−rate · gradient"] = -rate * gradient
            worked += f" − {step} · {factor(gradient)}"
        case "momentum":
            before = float(explanation.slots_before[0, index])
            rule += " + momentum · last step − rate · gradient"
            parts["momentum · last step"] = config.momentum * before
            parts["−rate · gradient"] = -rate * gradient
            worked += f" + {config.momentum:.4g} · {factor(before)} − {step} · {factor(gradient)}"
        case "adam":
            rule += " − rate · g / (√s + ε)"
            count = explanation.optimizer_count + 1
            mean = float(explanation.slots_after[0, index]) / (1 - config.momentum**count)
            square = float(explanation.slots_after[1, index]) / (1 - ADAM_BETA2**count)
            root = sqrt(square) + ADAM_EPSILON
            parts["−rate · g / (√s + ε)"] = -rate * mean / root
            worked += f" − {step} · {factor(mean)} / {number(root)}"
            known.append(f"g {number(mean)}, its running mean; s {number(square)}, that of its square")
    return Terms(
        symbol=symbol,
        rule=rule,
        value=float(explanation.after.vector[index]),
        labels=tuple(parts),
        products=np.array(list(parts.values())),
        worked=worked,
        meaning="; ".join(known),
    )
