"""What the numbers of the batch as a whole are made of: one term for every picture.

The loss is the mean of the pictures' losses, and the gradient of a parameter the sum of what each picture contributes.
"""

import numpy as np
from numpy.typing import NDArray

from core.explanation.stages import Cell, Stage, inputs_symbol, subscript
from core.explanation.terms import Terms, unit_name
from core.explanation.update import UpdateExplanation
from core.text.number_text import counted, number


def mean_loss_terms(explanation: UpdateExplanation, symbol: str) -> Terms:
    """Take the loss of the batch apart.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    symbol : str
        What the number is called.
    """
    losses = np.asarray(explanation.losses, np.float64)
    return Terms(
        symbol=symbol,
        rule="(Σ over the pictures of −ln p[true digit]) / m",
        value=explanation.loss,
        labels=tuple(str(example + 1) for example in range(len(losses))),
        products=losses,
        over="picture",
        multipliers=(("1/m", 1 / explanation.batch_size),),
        worked=f"{number(float(losses.sum()))} / {explanation.batch_size:,}",
    )


def batch_gradient_terms(explanation: UpdateExplanation, stage: Stage, cell: Cell, symbol: str) -> Terms:
    """Take the gradient of a weight or bias apart, picture by picture; those not kept in full are one term.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        The gradient's stage of a layer's weights or biases.
    cell : Cell
        Where among them.
    symbol : str
        What the number is called.
    """
    layer, unit = stage.layer, cell[-1]
    name = f"dz{subscript(layer + 1)}"
    dz = np.asarray(explanation.returned.sum_gradients[layer][:, unit], np.float64)
    products, rule = dz, f"Σ over the pictures of {name}[{unit}]"
    factors: tuple[tuple[str, NDArray[np.float64]], ...] = ((f"{name}[{unit}]", dz),)
    gradient, part = explanation.gradient.biases[layer], explanation.returned.gradient.biases[layer]
    if stage.is_weights:
        incoming = np.asarray(explanation.passed.activations[layer][:, cell[0]], np.float64)
        a = f"{inputs_symbol(layer)}[{cell[0]}]"
        products, rule = incoming * dz, f"Σ over the pictures of {a} · {name}[{unit}]"
        factors = ((a, incoming), *factors)
        gradient, part = explanation.gradient.weights[layer], explanation.returned.gradient.weights[layer]
    value = float(gradient[cell])
    others = explanation.batch_size - len(products)
    gradient_name = f"the gradient at {unit_name(explanation.layer_sizes, layer + 1, unit)}"
    meaning = f"for each picture, {gradient_name}"
    if stage.is_weights:
        source = unit_name(explanation.layer_sizes, layer, cell[0])
        meaning = f"for each picture, what came from {source} times {gradient_name}"
    return Terms(
        symbol=symbol,
        rule=rule,
        value=value,
        labels=tuple(str(explanation.first + row + 1) for row in range(len(products))),
        products=products,
        over="picture",
        factors=factors,
        extras=((f"the other {counted(others, 'picture')}", value - float(part[cell])),) if others else (),
        meaning=f"{meaning}; the other {others:,} together at the end" if others else meaning,
    )
