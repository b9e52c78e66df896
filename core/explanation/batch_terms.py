"""What the numbers of the batch as a whole are made of: one term for every image.

The loss is the mean of the images' losses, and the gradient of a parameter the sum of what each image contributes.
"""

import numpy as np
from numpy.typing import NDArray

from core.explanation.stages import Cell, Stage, inputs_symbol, subscript
from core.explanation.terms import Terms, Working, unit_name
from core.explanation.update import UpdateExplanation
from core.text.number_text import counted


def mean_loss_terms(explanation: UpdateExplanation, symbol: str) -> Terms:
    """Take the loss of the batch apart.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    symbol : str
        What the number is called.
    """
    losses, m = np.asarray(explanation.losses, np.float64), explanation.batch_size
    return Terms(
        symbol=symbol,
        rule="(Σ over the images of ℓ) / m",
        value=explanation.loss,
        labels=tuple(str(example + 1) for example in range(len(losses))),
        products=losses,
        over="image",
        multipliers=(("1/m", 1 / explanation.batch_size),),
        working=Working(f"{{0}} / {m:,}", (float(losses.sum()),), lambda total: total / m),
        meaning="ℓ of an image: −ln of the probability that its true digit gets",
    )


def batch_gradient_terms(explanation: UpdateExplanation, stage: Stage, cell: Cell, symbol: str) -> Terms:
    """Take the gradient of a weight or bias apart, image by image; those not kept in full are one term.

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
    products, rule = dz, f"Σ over the images of {name}[{unit}]"
    factors: tuple[tuple[str, NDArray[np.float64]], ...] = ((f"{name}[{unit}]", dz),)
    gradient, part = explanation.gradient.biases[layer], explanation.returned.gradient.biases[layer]
    if stage.is_weights:
        incoming = np.asarray(explanation.passed.activations[layer][:, cell[0]], np.float64)
        a = f"{inputs_symbol(layer)}[{cell[0]}]"
        products, rule = incoming * dz, f"Σ over the images of {a} · {name}[{unit}]"
        factors = ((a, incoming), *factors)
        gradient, part = explanation.gradient.weights[layer], explanation.returned.gradient.weights[layer]
    value = float(gradient[cell])
    others = explanation.batch_size - len(products)
    gradient_name = f"the gradient at {unit_name(explanation.layer_sizes, layer + 1, unit)}"
    meaning = f"for each image, {gradient_name}"
    if stage.is_weights:
        source = unit_name(explanation.layer_sizes, layer, cell[0])
        meaning = f"for each image, what came from {source} times {gradient_name}"
    return Terms(
        symbol=symbol,
        rule=rule,
        value=value,
        labels=tuple(str(explanation.first + row + 1) for row in range(len(products))),
        products=products,
        over="image",
        factors=factors,
        extras=((f"the other {counted(others, 'image')}", value - float(part[cell])),) if others else (),
        meaning=f"{meaning}; the other {others:,} together at the end" if others else meaning,
    )
